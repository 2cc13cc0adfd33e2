"""Choose items of the largest total value within a weight limit; any best choice counts, its value must be stated.

Solved by dynamic programming over weights; proved by branch and bound over values per weight.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import lexing, specs
from verisieve.verifiers.reasoning.findings import (
    RIGHT,
    Finding,
    Reason,
    UnexpectedError,
    UnreadableError,
    incomplete,
    wrong,
)

MODE = "answer"
MAX_ITEMS, MAX_CAPACITY, MAX_NUMBER = 60, 10_000, 10**6
FILLERS = lexing.FILLERS | lexing.words(
    "their its select selecting total totals items item choose take pick chosen best bring pack combined maximum max "
    "maximal optimal highest largest reached from achievable selection selected packing "
    "taking choosing picking carrying loading comes come obtained achieved attained by using get gets gives"
)
_AND = re.compile(r"(?<=[\w)]) ?\+ ?(?=[^\W\d])")
_BEST = re.compile(r"\b(?:best|maximum|largest|highest|greatest) possible\b", re.IGNORECASE)
_TOTAL = re.compile(r"(?<=\btotal)_(?=weight|value)", re.IGNORECASE)
_LEAVES = r"(?:leav(?:e|ing)|skip(?:ping)?|omit(?:ting)?|without)(?: out| behind)?"
_LEAVE = re.compile(rf"\b{_LEAVES}\b", re.IGNORECASE)
_NOTHING = re.compile(
    r"\b(?:nothing|none|no items?|(?:the )?empty (?:set|selection|list|pack|bag))\b|\[ *\]|\{ *\}|∅", re.IGNORECASE
)
_ELSE = re.compile(r"\b(?:and |but )?(?:nothing else|no others?(?: items?)?)\b", re.IGNORECASE)
_SUM = re.compile(r"(?:in )?total\W{1,20}(?P<weight>\d{1,7})[^\w\n]{1,20}(?P<value>\d{1,7})\W*$", re.IGNORECASE)
_VALUE, _WEIGHT = ("value", "values", "worth", "points"), ("weight", "weights", "weighs", "weighing", "kg", "mass")


class Spec(NamedTuple):
    """Items as name -> (weight, value), and the capacity."""

    items: dict[str, tuple[int, int]]
    capacity: int


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    items = {}
    for name, item in specs.table(specs.part(raw, "items"), "items", 1, MAX_ITEMS).items():
        weight, value = (
            specs.integer(specs.part(item, key), f"items.{name}.{key}", 0, MAX_NUMBER) for key in ("weight", "value")
        )
        items[name] = (weight, value)
    return Spec(items, specs.integer(specs.part(raw, "capacity"), "capacity", 0, MAX_CAPACITY))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec in which not everything fits, and greed by value per weight is wrong at higher levels."""
    names = rng.sample(banks.lists("knapsack", "items", rng), 4 + level)
    while True:
        items = {name: {"weight": rng.randint(2, 7 + level), "value": rng.randint(3, 9 + 2 * level)} for name in names}
        total = sum(item["weight"] for item in items.values())
        raw = {"items": items, "capacity": rng.randint(total * 2 // 5, total * 3 // 5)}
        spec = parse(raw)
        if level < 3 or _greedy(spec) < _best(spec):
            return raw


def _greedy(spec: Spec) -> int:
    left, total = spec.capacity, 0
    for weight, value in sorted(spec.items.values(), key=lambda item: (-Fraction(item[1], item[0]), item)):
        if weight <= left:
            left, total = left - weight, total + value
    return total


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names and the order of the items."""
    return tuple(sorted(spec.items.values())), spec.capacity


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    items = ", ".join(f"{name} (weight {weight}, value {value})" for name, (weight, value) in spec.items.items())
    return banks.question("knapsack", rng, c=spec.capacity, i=items)


def _best(spec: Spec) -> int:
    return _table(tuple(spec.items.values()), spec.capacity)[spec.capacity]


@lru_cache(maxsize=256)
def _table(items: tuple[tuple[int, int], ...], capacity: int) -> tuple[int, ...]:
    """Return the best value for each capacity."""
    best = [0] * (capacity + 1)
    for weight, value in items:
        for room in range(capacity, weight - 1, -1):
            best[room] = max(best[room], best[room - weight] + value)
    return tuple(best)


Answer = tuple[tuple[str, ...], int | None]


def solve(spec: Spec) -> Answer:
    """Return a best choice and its value."""
    names, room, chosen = list(spec.items), spec.capacity, []
    values = tuple(spec.items.values())
    for k in range(len(names) - 1, -1, -1):
        weight, value = values[k]
        before, now = _table(values[:k], spec.capacity), _table(values[: k + 1], spec.capacity)
        if value and weight <= room and before[room - weight] + value == now[room]:
            chosen.append(names[k])
            room -= weight
    return tuple(chosen[::-1]), _best(spec)


def prove(spec: Spec, answer: Answer) -> bool:
    """Show by branch and bound that nothing is worth more."""
    items = sorted(
        spec.items.values(), key=lambda item: -Fraction(item[1], max(item[0], 1)) if item[0] else -MAX_NUMBER
    )
    best = 0

    def bound(k: int, room: int) -> Fraction:
        total = Fraction(0)
        for weight, value in items[k:]:
            if weight > room:
                return total + Fraction(value * room, weight)
            room, total = room - weight, total + value
        return total

    def branch(k: int, room: int, value: int) -> None:
        nonlocal best
        best = max(best, value)
        if k < len(items) and value + bound(k, room) > best:
            if items[k][0] <= room:
                branch(k + 1, room - items[k][0], value + items[k][1])
            branch(k + 1, room, value)

    branch(0, spec.capacity, 0)
    return best == answer[1] and judge(spec, answer).right


def read(spec: Spec, text: str) -> Answer:
    """Return the items and the stated value; a stated weight must be right."""
    text = _TOTAL.sub(" ", _BEST.sub("best", text))
    text = re.sub(rf"(?:≤|<=|\b(?:out )?of(?: the| at most)?) ?{spec.capacity}\b", " ", text)
    text, left = _without(spec, text)
    text = _bare(spec, _AND.sub(", ", text))
    text = re.sub(r"\b\d+(?: ?\+ ?\d{1,9}){1,20} ?=", " ", text)
    text = _ELSE.sub(" ", text)
    nothing = bool(_NOTHING.search(text))
    text = _NOTHING.sub(" ", text)
    chosen: list[str] = []
    last, value, weights, loose = "", None, [], []
    for kind, word in lexing.tokens(lexing.unbulleted(text), tuple(spec.items), (*_VALUE, *_WEIGHT)):
        if kind == "key":
            chosen.append(word)
        elif kind == "value":
            last = "value" if word in _VALUE else "weight"
        elif kind == "int" and last == "weight":
            weights.append(int(word))
            last = ""
        elif kind == "int":
            loose.append(int(word))
            last = ""
        elif kind == "word" and not lexing.is_filler(word, FILLERS):
            raise UnexpectedError(word)
    if bool(chosen) is nothing:
        raise UnreadableError("items, and no item" if nothing else "no items")
    if left & set(chosen):
        raise UnreadableError("an item is taken and left", Reason.HEDGED)
    if len(set(loose)) > 1:
        raise UnreadableError("several values", Reason.HEDGED)
    value = loose[0] if loose else None
    if any(weight != sum(spec.items[name][0] for name in set(chosen)) for weight in weights):
        raise UnreadableError("the weight is misstated", Reason.WRONG_ANSWER)
    return tuple(chosen), value


def _without(spec: Spec, text: str) -> tuple[str, set[str]]:
    """Cut what is left behind (leave the rope) out of a text; return it and these items."""
    names = "|".join(map(re.escape, sorted(spec.items, key=len, reverse=True)))
    clause = re.compile(
        rf"\b{_LEAVES}:? +((?:(?:the|and|{names})\b[ ,]*)+)(?:(?:behind|out|at home)\b)?", re.IGNORECASE
    )
    left = " ".join(match[1] for match in clause.finditer(text)) if _LEAVE.search(text) else ""
    return clause.sub(" ", text) if left else text, {word for _, word in lexing.tokens(left, tuple(spec.items))}


def _bare(spec: Spec, text: str) -> str:
    """Drop each item's own weight and value behind its name, where more than one item has them; a table's sum stays."""
    if "(" not in text and "|" not in text:
        return text
    names = "|".join(map(re.escape, sorted(spec.items, key=len, reverse=True)))
    number = r"(?:[a-z]{1,6}:? ?=? ?)?(\d{1,7})(?: ?kg)?"
    notes = re.compile(rf"(?<!\w)({names}) ?[(|] ?{number}(?: ?[,;/| ] ?{number})? ?[)|]", re.IGNORECASE)
    found = 0

    def note(match: re.Match[str]) -> str:
        nonlocal found
        own = next((item for name, item in spec.items.items() if name.lower() == match[1].lower()), ())
        fits = {int(digits) for digits in match.groups()[1:] if digits} <= set(own)
        found += fits
        return f"{match[1]}, " if fits else match[0]

    shorter = notes.sub(note, text)
    if found < 2:
        return text
    return _SUM.sub(r"total weight \g<weight>, value \g<value>", shorter) if "|" in text else shorter


def judge(spec: Spec, answer: Answer) -> Finding:
    """The items fit, their value is the stated one, and nothing is worth more."""
    chosen, stated = answer
    if stated is None:
        return incomplete("no value is stated")
    if len(set(chosen)) < len(chosen):
        return wrong("an item is taken twice")
    weight, value = (sum(spec.items[name][k] for name in chosen) for k in (0, 1))
    if weight > spec.capacity:
        return wrong("over the weight limit", weight=weight)
    if value != stated:
        return wrong("the value is misstated", value=value, stated=stated)
    best = _best(spec)
    return RIGHT if value == best else wrong("a better choice exists", value=value, best=best)


def write(spec: Spec, answer: Answer, rng: Random) -> str:
    """Return items and value in a line or as JSON."""
    chosen, value = answer
    if rng.random() < 0.25:
        return json.dumps({"items": list(chosen), "value": value})
    listed = rng.choice((", ", " and ", "; ")).join(chosen) or "nothing"
    return rng.choice(
        ("{} (value {})", "{}; total value {}", "{} with total value {}", "Items: {}\nTotal value: {}")
    ).format(listed, value)


def spoil(spec: Spec, answer: Answer, rng: Random) -> Answer:
    """Return a misstated value, a choice over the limit, or a worse choice."""
    chosen, value = answer
    assert value is not None
    rest = [name for name in spec.items if name not in chosen and spec.items[name][1]]
    kind = rng.randrange(3)
    if kind == 0 and rest:  # worth more than the best, so it cannot fit
        added = rng.choice(rest)
        return (*chosen, added), value + spec.items[added][1]
    if kind == 1 and len(chosen) > 1:
        gone = rng.choice(chosen)
        return tuple(name for name in chosen if name != gone), value - spec.items[gone][1]
    return chosen, value + rng.choice((-1, 1, 2))
