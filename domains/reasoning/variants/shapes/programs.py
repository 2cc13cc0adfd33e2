"""Shapes of the families that run something: programs, sums one after the other, swaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from verisieve.domains.reasoning.families import (
    abduction,
    program_trace,
)
from verisieve.domains.reasoning.variants import Guess, Raw, Shape, naming
from verisieve.verifiers.reasoning import programs

_NUMBER = re.compile(r"\b\d+\b")
_WORDS = re.compile(r"[A-Za-z_]\w*")
_KEYWORDS = frozenset(("repeat", "times", "time", "if", "else", "swap"))


def _variables(raw: Raw) -> list[str]:
    said = dict.fromkeys(word for line in raw["program"] for word in _WORDS.findall(line))
    return [word for word in (*([raw["input"]] if "input" in raw else []), *said) if word not in _KEYWORDS]


def _other_number(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the program with one number, or one sign, changed in one line."""
    k = rng.randrange(len(raw["program"]))
    line = raw["program"][k]
    numbers = list(_NUMBER.finditer(line))
    if not numbers or rng.random() < 0.2:
        signs = {"+": "-", "-": "+", "<": ">", ">": "<"}
        raw["program"][k] = re.sub(r"(?<= )[-+<>](?= )", lambda sign: signs[sign[0]], line, count=1)
        return raw
    place = rng.choice(numbers)
    new = max(1, int(place[0]) + rng.choice((-3, -2, -1, 1, 2, 3)))
    raw["program"][k] = f"{line[: place.start()]}{new}{line[place.end() :]}"
    return raw


def _idle_lines(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the program with lines that undo each other."""
    if len(raw["program"]) + 2 > programs.MAX_LINES:
        return None
    k = rng.randint(1, len(raw["program"]))
    known = [word for line in raw["program"][:k] for word in _WORDS.findall(line) if word not in _KEYWORDS]
    known = list(dict.fromkeys(known))
    one, number = rng.choice(known), rng.randint(2, 9)
    pair = [f"{one} = {one} + {number}", f"{one} = {one} - {number}"]
    if len(known) > 1 and rng.random() < 0.5:
        pair = [f"swap({one}, {rng.choice([other for other in known if other != one])})"] * 2
    raw["program"][k:k] = pair
    return raw


def _one_after_other(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two programs; the second takes one of its numbers from the first."""
    first, second = _variables(one), list(other["program"])
    k = rng.randrange(len(second))
    second[k] = _NUMBER.sub(rng.choice(first), second[k], count=1) if "repeat" not in second[k] else second[k]
    return {"program": [*one["program"], *second]}


def _last_seen(spec: program_trace.Spec) -> Iterator[Guess]:
    """The last number that is written to each variable, without computing anything."""
    seen = dict.fromkeys(spec.final, 0)
    for line in spec.lines:
        name, numbers = _WORDS.findall(line)[0], _NUMBER.findall(line)
        if name in seen and numbers:
            seen[name] = int(numbers[-1])
    yield "the last number written to each variable", seen
    yield "all are 0", dict.fromkeys(spec.final, 0)


PROGRAM = Shape(
    words=lambda raw: [("variables", _variables(raw))],
    rename=naming.in_lines,
    clues=("program",),
    add=_idle_lines,
    change=_other_number,
    join=_one_after_other,
    guesses=_last_seen,
)


def _other_output(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return what another input gives, with the program changed or as it was."""
    if rng.random() < 0.6:
        _other_number(raw, answer, rng)
    name, value = raw["input"], rng.randint(*raw["range"])
    lines = [f"{name} = {value}", *raw["program"]]
    variable = next(iter(raw["output"]))
    return {**raw, "output": {variable: programs.run(programs.parse(lines, "program"), "program")[variable]}}


def _narrower(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    low, high = raw["range"]
    if high - low < 4 or low == high:
        return None
    return {**raw, "range": [rng.randint(low, answer), rng.randint(answer, high)]}


def _no_output(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    variable, value = next(iter(raw["output"].items()))
    return {**raw, "output": {variable: value + rng.choice((-3, -2, -1, 1, 2, 3))}}


def _idle_before(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    if len(raw["program"]) + 2 > abduction.MAX_LINES:
        return None
    name, number = raw["input"], rng.randint(2, 9)
    pair = [f"{name} = {name} + {number}", f"{name} = {name} - {number}"]
    return {**raw, "program": [*pair, *raw["program"]]}


ABDUCTION = Shape(
    words=lambda raw: [("variables", _variables(raw))],
    rename=naming.in_lines,
    add=_idle_before,
    tighten=_narrower,
    change=_other_output,
    clash=_no_output,
    guesses=lambda spec: iter([("the least input", spec.low), ("the largest input", spec.high)]),
)


def _other_op(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    op = rng.choice(raw["ops"])
    if rng.random() < 0.3:
        op[0] = rng.choice([sign for sign in "+-*" if sign != op[0]])
    else:
        op[1] = max(2, op[1] + rng.choice((-3, -2, -1, 1, 2, 3)))
    return raw


ARITHMETIC = Shape(
    change=_other_op,
    join=lambda one, other, rng: {"start": one["start"], "ops": [*one["ops"], *other["ops"]]},
)


def _swap_more(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    k = rng.randint(0, len(raw["swaps"]))
    raw["swaps"].insert(k, rng.sample(list(raw["start"]), 2))
    return raw


def _other_swap(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    if rng.random() < 0.3:
        return {**raw, "ask": rng.choice(list(raw["start"]))}
    raw["swaps"][rng.randrange(len(raw["swaps"]))] = rng.sample(list(raw["start"]), 2)
    return raw


def _both_circles(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two groups; between the two lists of swaps somebody of the one swaps with somebody of the other."""
    bridge = [rng.choice(list(one["start"])), rng.choice(list(other["start"]))]
    return {
        "start": {**one["start"], **other["start"]},
        "swaps": [*one["swaps"], bridge, *other["swaps"]],
        "ask": other["ask"],
    }


STATES = Shape(
    words=lambda raw: [("people", list(raw["start"])), ("things", list(raw["start"].values()))],
    unordered=("start",),
    change=lambda raw, answer, rng: (_swap_more if rng.random() < 0.4 else _other_swap)(raw, answer, rng),
    join=_both_circles,
)


SHAPES = {
    "program_trace": PROGRAM,
    "abduction": ABDUCTION,
    "arith_trace": ARITHMETIC,
    "state_trace": STATES,
}
