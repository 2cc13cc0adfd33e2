r"""Lists of integers with dots, `1, 2, \ldots, 10`, written out where they are arithmetic progressions.

Text in, text out; a list that goes on for ever, or whose rule is not plain, stays as it is.
"""

from __future__ import annotations

import re

from verisieve.verifiers import lazily

_RUN = lazily.pattern(
    r"(?<![\d.,^_/-])(?P<shown>-?\d+(?:\s*,\s*-?\d+){0,8})\s*,\s*(?:\\[lc]?dots\b|\.\.\.)\s*,\s*(?P<last>-?\d+)(?![\d.,/^])"
)
_MOST = 60


def written_out(text: str) -> str:
    r"""Return the text with the numbers that dots stand for.

    >>> written_out(r"\{2, 4, \ldots, 10\}"), written_out("1, 2, 4, ..., 64")
    ('\\{2, 4, 6, 8, 10\\}', '1, 2, 4, ..., 64')
    """
    return _RUN.sub(_listed, text)


def _listed(match: re.Match[str]) -> str:
    shown, last = [int(part) for part in match["shown"].split(",")], int(match["last"])
    step = shown[1] - shown[0] if len(shown) > 1 else 1
    if not step or (last - shown[0]) % step or not len(shown) <= (last - shown[0]) // step < _MOST:
        return match[0]
    values = list(range(shown[0], last + step // abs(step), step))
    return ", ".join(map(str, values)) if values[: len(shown)] == shown else match[0]
