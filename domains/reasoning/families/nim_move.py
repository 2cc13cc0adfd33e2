"""A winning move in normal-play Nim; any winning move counts. The position is one that the mover can win.

Solved by the nim-sum (Bouton 1901); proved, where heaps are small, by full search of the game.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from functools import lru_cache, reduce
from operator import xor
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import lexing, specs
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, Reason, UnreadableError, wrong

MODE = "answer"
MAX_HEAPS, MAX_STONES = 50, 10**9
MAX_SEARCHED = 2_000  # positions below the one that is searched
_THINGS = ("stone", "coin", "bean", "counter", "pebble", "token", "chip", "marble", "shell")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7}
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
}  # fmt: skip
_WORDS = re.compile(rf"\b(?:{'|'.join(_NUMBERS)})\b", re.IGNORECASE)
_UNIT = rf"(?:\s+(?:(?:{'|'.join(_THINGS)}|object|item|piece)s?|(?!heaps|piles|less)[a-z]{{2,12}}s))?"
_VERB = r"(?:i\s+|you\s+|we\s+|should\s+)*(?:remove|take|subtract|removing|taking)s?\s+(?:away\s+)?"
_HEAP = (
    r"(?:the\s+)?(?:heap|pile)\s*(?:number\s*|[=:]\s*)?#?(?P<heap>\d{1,12})"
    r"|(?:the\s+)?(?P<ordinal>[a-z]+)\s+(?:heap|pile)"
)
_LABEL = rf"(?:removed?|take|count|amount|(?:{'|'.join(_THINGS)}|object)s)\s*[=:]\s*"
_COUNT = rf"(?P<count>\d{{1,12}}|all(?:\s+\d{{1,12}})?){_UNIT}"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:{_VERB})?{_COUNT}\s+(?:from|of|out of|off)\s+(?:{_HEAP})(?P<left>.*)",
        rf"(?:from|in)\s+(?:{_HEAP})\s*,?\s*{_VERB}{_COUNT}(?P<left>)",
        rf"\(?(?:{_HEAP})\s*(?::|,|;|->|-)\s*(?:{_VERB}|{_LABEL})?{_COUNT}\)?(?P<left>)",
        rf"(?:{_HEAP})\s+{_LABEL}{_COUNT}(?P<left>)",
    )
)
_REDUCE = re.compile(
    r"(?:reduce|lower|bring)\s+(?:heap|pile)\s*#?(\d{1,3})(?:\s+from\s+(\d{1,12}))?(?:\s+down)?\s+to\s+(\d{1,12})(?:\s+\w+)?"
    r"|(?:heap|pile)\s*#?(\d{1,3})\s*[:,]?\s*(?:from\s+)?(\d{1,12})\s*(?:->|to)\s*(\d{1,12})",
    re.IGNORECASE,
)
_LEFT = re.compile(
    r"[\s,;(]*(?:(?:which\s+)?(?:leaving|leaves)\b|so\b|to\s+leave\b|(?:->|=>)\s*(?:new\s+|the\s+)?(?:position|heaps|piles)?\b)[\s\w,:()\[\]⊕^=-]*",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:heap|pile)\s+#?\d{1,12}\b|\b(?:nim-?\s?sum|xor|zero)\b.*", re.IGNORECASE)  # no heap is meant
_AT = r"(?P<heap>\b(?:heap|pile)\s*#?(?P<at>\d{1,3}))"
_SIZE = re.compile(  # heap 2 (the pile of 7)
    rf"{_AT}\s*\((?:the\s+|a\s+)?(?:(?:heap|pile)\s+)?"
    rf"(?:of\s+size|of|with|size|has|holds)\s+(?P<size>\d{{1,12}}){_UNIT}\)",
    re.IGNORECASE,
)
_CHANGED = re.compile(rf"{_AT}\s*\((?P<size>\d{{1,12}})\s*->\s*(?P<now>\d{{1,12}})\)")  # heap 3 (20 -> 9)
_SIZED = re.compile(  # the heap of 7
    rf"\b(?:the|a)\s+(?:heap|pile)\s+(?:of\s+size|of|with|containing)\s+(?P<size>\d{{1,12}}){_UNIT}", re.IGNORECASE
)
_STATES = re.compile(r"[(\[]([\d, ]+)[)\]]\s*(?:->|to)\s*[(\[]([\d, ]+)[)\]]")

_SAYINGS = (
    "remove {c} from heap {h}",
    "take {c} stones from heap {h}",
    "Remove {c} from heap {h}.",
    "{c} from heap {h}",
    "from heap {h} take {c}",
    "remove {c} stones from pile {h}",
)

Move = tuple[int, int]  # heap from 1, stones


class Spec(NamedTuple):
    """The heaps."""

    heaps: tuple[int, ...]


def parse(raw: Any) -> Spec:
    """Return the typed spec; a position without a winning move has no answer."""
    heaps = specs.sized(specs.part(raw, "heaps"), "heaps", 1, MAX_HEAPS)
    spec = Spec(tuple(specs.integer(heap, f"heaps[{k}]", 0, MAX_STONES) for k, heap in enumerate(heaps)))
    if not reduce(xor, spec.heaps):
        raise specs.InfeasibleError("spec.heaps", "are lost for the player to move")
    return spec


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec with a winning move."""
    while True:
        heaps = [rng.randint(4 * level, 12 + 12 * level) for _ in range(2 + (level + 1) // 2)]
        if reduce(xor, heaps):
            return {"heaps": heaps}


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the order of the heaps, and in empty ones."""
    return tuple(sorted(heap for heap in spec.heaps if heap))


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    thing = rng.choice(_THINGS)
    heaps, numbers = ", ".join(map(str, spec.heaps)), ", ".join(str(k) for k in range(1, len(spec.heaps) + 1))
    return banks.question("nim_move", rng, s=thing, h=heaps, n=numbers)


def solve(spec: Spec) -> Move:
    """Return the first move that makes the nim-sum zero."""
    total = reduce(xor, spec.heaps)
    for k, heap in enumerate(spec.heaps, 1):
        if heap ^ total < heap:
            return k, heap - (heap ^ total)
    raise specs.InfeasibleError("spec.heaps", "are lost for the player to move")


def prove(spec: Spec, answer: Move) -> bool:
    """Show by searching the game that the move wins; for large heaps, bit by bit that all are then in pairs."""
    after = list(spec.heaps)
    after[answer[0] - 1] -= answer[1]
    positions = reduce(lambda total, heap: total * (heap + 1), after, 1)
    if min(answer[1], *after) < 0 or answer[1] < 1:
        return False
    if positions <= MAX_SEARCHED:
        return not _wins(tuple(sorted(after)))
    bits = max(after).bit_length()
    return all(sum(heap >> bit & 1 for heap in after) % 2 == 0 for bit in range(bits))


@lru_cache(maxsize=100_000)
def _wins(heaps: tuple[int, ...]) -> bool:
    """Say whether the player to move wins, by trying every move."""
    return any(
        not _wins(tuple(sorted((*heaps[:k], left, *heaps[k + 1 :]))))
        for k, heap in enumerate(heaps)
        for left in range(heap)
    )


def read(spec: Spec, text: str) -> Move:
    """Return heap and number of stones."""
    data = lexing.json_value(text)
    if isinstance(data, dict):
        return _from_json(data)
    bare = _WORDS.sub(lambda match: str(_NUMBERS[match[0].lower()]), " ".join(text.strip(" \n.!\"'").split()))
    if states := _STATES.fullmatch(bare):
        return _between(spec, *([int(digits) for digits in part.split(",")] for part in states.groups()))
    bare = _CHANGED.sub(lambda match: _changed(spec, match), bare)
    bare = _SIZED.sub(lambda match: _heap_of(spec, match["size"]), _SIZE.sub(lambda match: _unsized(spec, match), bare))
    for form in _FORMS:
        match = form.fullmatch(bare)
        if match and (not match["left"] or _LEFT.fullmatch(match["left"])):
            heap = int(match["heap"]) if match["heap"] else _ORDINALS.get(match["ordinal"].lower(), 0)
            count = match["count"].lower()
            if heap == 0 and not match["heap"]:
                break
            if not count.startswith("all"):
                return _leaving(spec, (heap, int(count)), match["left"])
            stones = spec.heaps[heap - 1] if 1 <= heap <= len(spec.heaps) else 0
            if count in ("all", f"all {stones}"):
                return heap, stones
    if match := _REDUCE.fullmatch(bare):
        at, was, now = match.groups()[:3] if match[1] else match.groups()[3:]
        if 1 <= int(at) <= len(spec.heaps) and was in (None, str(spec.heaps[int(at) - 1])):
            return int(at), spec.heaps[int(at) - 1] - int(now)
    raise UnreadableError("no move")


def _between(spec: Spec, before: list[int], after: list[int]) -> Move:
    """Return the move from one position to the next."""
    moved = [(k, a - b) for k, (a, b) in enumerate(zip(before, after, strict=False), 1) if a != b]
    if tuple(before) != spec.heaps or len(after) != len(before) or len(moved) != 1:
        raise UnreadableError("no move leads from one to the other", Reason.WRONG_ANSWER)
    return moved[0]


def _changed(spec: Spec, match: re.Match[str]) -> str:
    """Drop what a heap becomes behind it, such as heap 3 (20 -> 9); it must be so large."""
    return f"{_unsized(spec, match)} leaving {match['now']}"


def _unsized(spec: Spec, match: re.Match[str]) -> str:
    """Drop how large a heap is, which must be right."""
    heap = int(match["at"])
    if not 1 <= heap <= len(spec.heaps) or int(match["size"]) != spec.heaps[heap - 1]:
        raise UnreadableError("a heap of another size", Reason.HEDGED)
    return match["heap"]


def _heap_of(spec: Spec, size: str) -> str:
    """Name a heap that is told by its size; of equal ones, any is meant."""
    return f"heap {spec.heaps.index(int(size)) + 1}" if int(size) in spec.heaps else "no heap"


def _leaving(spec: Spec, move: Move, left: str) -> Move:
    """Return the move if what it is said to leave fits: the rest of its heap, or all heaps."""
    heap, count = move
    left = re.sub(r"=\s*0\b", "", _NAMED.sub("", left))
    said = sorted(int(digits) for digits in re.findall(r"\d{1,12}", left))
    if not said or not 1 <= heap <= len(spec.heaps):
        return move
    after = [stones - count * (k == heap) for k, stones in enumerate(spec.heaps, 1)]
    if said not in ([after[heap - 1]], sorted(after), sorted(stones for stones in after if stones)):
        raise UnreadableError("the move leaves something else", Reason.WRONG_ANSWER)
    return move


def _from_json(data: dict[str, Any]) -> Move:
    if len(data) == 1 and isinstance(inner := next(iter(data.values())), dict):
        data = inner
    heap = next((data[key] for key in ("heap", "pile", "from") if key in data), None)
    count = next(
        (data[key] for key in ("remove", "take", "count", "stones", "objects", "amount", "k", "K") if key in data), None
    )
    if len(data) != 2 or type(heap) is not int or type(count) is not int:
        raise UnreadableError("no move")
    return heap, count


def judge(spec: Spec, answer: Move) -> Finding:
    """The move is legal and leaves a nim-sum of zero."""
    heap, count = answer
    if not 1 <= heap <= len(spec.heaps):
        return wrong("no such heap", heap=heap)
    if not 1 <= count <= spec.heaps[heap - 1]:
        return wrong("not a legal number", count=count, heap=spec.heaps[heap - 1])
    after = [left - count if k == heap else left for k, left in enumerate(spec.heaps, 1)]
    total = reduce(xor, after)
    return RIGHT if total == 0 else wrong("the move loses", nim_sum=total, after=after)


def write(spec: Spec, answer: Move, rng: Random) -> str:
    """Return the move in words or as JSON."""
    heap, count = answer
    if rng.random() < 0.2:
        return json.dumps({"heap": heap, "remove": count})
    return rng.choice(_SAYINGS).format(c=count, h=heap)


def spoil(spec: Spec, answer: Move, rng: Random) -> Move:
    """Return another number from the same heap, which cannot win too, or an illegal one."""
    heap, count = answer
    others = [number for number in range(max(0, count - 3), count + 4) if number != count]
    return heap, rng.choice([*others, spec.heaps[heap - 1] + 1])
