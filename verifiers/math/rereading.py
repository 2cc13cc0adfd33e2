"""Second readings of a pair: commas that may separate items, thousands or decimals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from verisieve.verifiers import lazily
from verisieve.verifiers.math.nodes import Node, TooLargeError, UnreadableError
from verisieve.verifiers.math.parse import parse

_GROUPED = lazily.pattern(r"\d,\d{3}")
_COMMA = lazily.pattern(r"(?<![\d,.])(?P<whole>\d{1,3}(?:[. ]\d{3})*|\d+)(?:,|\{,\})(?P<places>\d+)(?![\d,.{]|\.\d)")
_UNIT_SIGNS = lazily.pattern(r"(?:\\[(\[]|[ \-+$\\€£])*")  # (3,1) is a point
_PAIR = lazily.pattern(r"[1-9]\d*,\d")
_LAKHS = lazily.pattern(r"(?<![\d,.])\d{1,2}(?:,\d{2})+,\d{3}(?![\d,])")
_MIXED = lazily.pattern(r"(?<![\d.,/}])(\d+)\s*(?:and|\\text\s*\{\s*and\s*\})\s*(\\[dt]?frac\s*\{\d+\}\s*\{\d+\})")


def maybe(text: str, *, grouping: bool | None = None) -> Node | None:
    """Return the tree of a text, or None where it cannot be read."""
    try:
        return parse(text, grouping=grouping)
    except (UnreadableError, TooLargeError):
        return None


def rereadings(gold: str, answer: str) -> Iterator[tuple[Node, Node]]:
    """Yield other readings of both sides, where commas leave a choice."""
    if _GROUPED.search(gold) or _GROUPED.search(answer):
        for grouping in (False, True):
            yield from _both(maybe(gold, grouping=grouping), maybe(answer, grouping=grouping))
    if (pair := [_LAKHS.sub(_digits, _MIXED.sub(r"\1\2", side)) for side in (gold, answer)]) != [gold, answer]:
        yield from _both(maybe(pair[0]), maybe(pair[1]))
    written = [decimal_comma(side) for side in (gold, answer)]
    if _PAIR.fullmatch(gold.strip(" $")):  # 2,5 is a list of two
        written[0] = ""
    if bool(written[0]) != bool(written[1]):
        yield from _both(maybe(written[0] or gold), maybe(written[1] or answer))


def _digits(match: re.Match[str]) -> str:
    return match[0].replace(",", "")


def _both(gold: Node | None, answer: Node | None) -> Iterator[tuple[Node, Node]]:
    if gold is not None and answer is not None:
        yield gold, answer


def decimal_comma(text: str) -> str:
    """Return a number with a decimal comma as one with a point, or an empty string for any other text.

    Three digits after the comma are thousands, unless a zero stands before it.

    >>> decimal_comma("3,14"), decimal_comma("1.234,5 cm"), decimal_comma("0,625"), decimal_comma("1,234")
    ('3.14', '1234.5 cm', '0.625', '')
    """
    found = list(_COMMA.finditer(text))
    if len(found) != 1 or text.count(",") != 1:
        return ""
    match = found[0]
    whole, places = re.sub(r"[. ]", "", match["whole"]), match["places"]
    before, after = text[: match.start()], text[match.end() :]
    if (len(places) == 3 and whole != "0" and "." not in match["whole"]) or _UNIT_SIGNS.fullmatch(before) is None:
        return ""
    return f"{before}{whole}.{places}{after}" if not re.search(r"\d\s*[)\]]?\s*[,;]", after) else ""
