"""The prose right before and after a run of maths: does it belong to the first or the last member?"""

from __future__ import annotations

import re
from typing import NamedTuple

_RISKY_BEFORE = frozenset(
    str.split(
        "twice double doubled triple half third quarter less more than times minus plus sum difference "
        "product square squared root cube cubed average subtract add adding subtracting multiplying dividing "
        "divided multiplied multiply divide percent least most about approximately around ratio remainder "
        "over mean median one two three four five six seven eight nine ten dozen hundred thousand million "
        "factorial choose mod base remaining another additional between"
    )
)
_JOINING = frozenset({"of", "to", "from", "by", "and", "per", "in", "with"})
_PARTIAL = frozenset(
    str.split(
        "half third thirds quarter quarters fourth fourths fifth fifths sixth tenth tenths percent sum "
        "product difference average mean root square cube power times multiple factor ratio remainder less "
        "more fewer greater add added adding subtract subtracted multiply multiplied divide divided increase "
        "increased decrease decreased between twice quotient"
    )
)
_AMOUNTS = frozenset({"increase", "decrease", "sum", "difference", "ratio", "factor", "multiple"})  # of a value
_SUMMED = frozenset({"sum", "average", "product", "increase", "increased", "decreased", "add"})
_RISKY_AFTER = frozenset(
    str.split(
        "hundred thousand million billion percent remainder r rem squared cubed half point choose factorial dozen"
    )
)
_RISKY_WITH_NUMBER = frozenset(
    str.split("more less fewer times of with plus minus over per to x mod divided multiplied by base")
)
_STOPS = frozenset({".", ",", ";", ":", "?"})


class Item(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def before_run(items: list[Item], first: int) -> bool:
    """Say whether the prose before a run may belong to its first member: a risky word, an operator not far away."""
    for step, place in enumerate(range(first - 1, max(first - 6, -1), -1)):
        word = items[place].text.strip().lower()
        if not step and word == ":" and _ratio(items, place):
            return True
        if word in _STOPS or "\n" in items[place].text:
            return False
        if not step and (word in _RISKY_BEFORE or any(sign.isdigit() for sign in word)):
            return True
        if not step and word in _JOINING and items[first].kind != "word" and _partly(items, place, word):
            return True
        if not step and items[first].text.strip() in {"-", "−", "–"} and word:
            return True
        if items[place].kind != "gap":
            return items[place].kind == "operator" and step > 0
    return False


def _partly(items: list[Item], place: int, word: str) -> bool:
    """Say whether `of`, `and` or the like joins operands: `half of 3 + 4`, `the sum of 3 and 5`; not `a total of`."""
    near = [item.text.strip().lower() for item in items[max(place - 8, 0) : place]]
    if not near:
        return False
    if word == "to" and near[-1] in _SUMMED:
        return False
    last = near[-2:] if word in {"of", "in", "per", "with"} else near[-1:]  # 24 eggs in 1 tray x 2
    counted = any(sign.isdigit() for each in last for sign in each) or near[-1] == "%"
    if word == "of" and near[-1] in _AMOUNTS:
        return False
    return counted or near[-1] in _PARTIAL or (word == "and" and bool(_PARTIAL & set(near)))


def after_run(items: list[Item], stop: int) -> bool:
    """Say whether the prose after a run may belong to its last member: `3 remainder 2`, `5 more than 3`."""
    if stop >= len(items):
        return False
    word = items[stop].text.strip().lower()
    if re.fullmatch("d[a-z]", word) and "".join(item.text for item in items[stop + 1 : stop + 2]) == "/":
        return True  # dr/dt
    if word == "…" or (word == "." and stop + 1 < len(items) and items[stop + 1].text.strip() == "."):
        return True  # cut off
    if word == ":" and _ratio(items, stop):
        return True
    if word in _RISKY_AFTER or any(sign.isdigit() for sign in word):
        return True
    rest = items[stop + 1 : stop + 6]
    if word == "and":
        return bool(rest) and rest[0].text.strip().lower() in {"a", "one", "half"}
    near = [item for item in rest if item.kind == "number"] if word in _RISKY_WITH_NUMBER else []
    return bool(near) and not any(item.text.strip() in _STOPS for item in rest[: rest.index(near[0])])


def _ratio(items: list[Item], place: int) -> bool:
    """Say whether a colon stands between numbers or letters, with a space on both sides or none: a : b, 2:3."""
    sides = items[place - 1 : place] + items[place + 1 : place + 2]
    if len(sides) < 2 or not all(len(each.text.strip()) < 4 and each.text.strip().isalnum() for each in sides):
        return False
    return sides[0].text.endswith(" ") == items[place].text.endswith(" ")
