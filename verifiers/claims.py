"""Finding what a reply claims in the form `Name: value`, one field a line, or as a JSON object in a block.

A field that is claimed twice with different values is a hedge; nothing else of the reply counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from verisieve.verifiers import replies

MAX_TEXT = 200_000  # characters of a reply that are looked at, from its end
_LINE = r"^[ \t>*`#-]*{name}[ \t*`]*[:=][ \t*`]*(?P<value>[^\n]*?)[ \t*`]*$"


class HedgedError(Exception):
    """A reply claims two values of one field."""


def claim(text: str, name: str, fits: Callable[[str], bool]) -> str | None:
    r"""Return the one fitting value of a field, else the last of others, None where the reply claims none.

    Raises HedgedError for two fitting values; what does not fit is prose, such as a question that is said again.

    >>> claim("Line: NUMBER was asked for.\n**Line:** 4\n", "line", str.isdigit)
    '4'
    """
    shown = replies.visible(text)[-MAX_TEXT:].replace("\r\n", "\n")
    pattern = re.compile(_LINE.format(name=re.escape(name)), re.IGNORECASE | re.MULTILINE)
    said = [match["value"].strip() for match in pattern.finditer(shown)] + list(_json(shown, name))
    fitting = set(filter(fits, said))
    if len(fitting) > 1:
        raise HedgedError(name)
    return fitting.pop() if fitting else next(reversed(said), None)


def says(text: str, phrase: str) -> bool:
    r"""Whether a phrase stands on a line of its own.

    >>> says("Looks fine.\n**No bug.**", "no bug"), says("There is no bug here", "no bug")
    (True, False)
    """
    lines = replies.visible(text)[-MAX_TEXT:].lower().splitlines()
    return any(line.strip(" \t*`#>-.") == phrase for line in lines)


def _json(shown: str, name: str) -> Iterator[str]:
    bodies = [fence.body for fence in replies.fences(shown) if fence.language in ("json", "")]
    for body in [*bodies, shown]:
        try:
            row = json.loads(body)
        except (ValueError, RecursionError):
            continue
        if isinstance(row, dict) and name in row:
            value = row[name]
            yield "none" if value is None else str(value).strip()
