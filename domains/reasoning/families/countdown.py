"""Make a target from all given numbers with + - * / and parentheses; any right expression counts.

Solved by a backward search (what must the rest give?); proved by listing forward every value that the numbers reach.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import lexing, specs
from verisieve.verifiers.reasoning.expressions import evaluate
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, Reason, UnreadableError, incomplete, wrong

MODE = "answer"
MAX_NUMBERS = 10
MAX_SOLVED = 6  # more numbers are judged, and not solved
MAX_LISTED = 3  # numbers whose values are listed
MAX_LENGTH = 600
MAX_SIDES = 6


Number = int | Fraction
Origin = list[Any] | None  # sign, the numbers of one side and its value, the same of the other; None for a number


class Spec(NamedTuple):
    """The numbers and the target."""

    numbers: tuple[int, ...]
    target: int


class Answer(NamedTuple):
    """An expression, what it comes to, None where it divides by zero, and the numbers in it."""

    text: str
    value: Fraction | None
    numbers: tuple[int, ...]


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    numbers = specs.sized(specs.part(raw, "numbers"), "numbers", 1, MAX_NUMBERS)
    whole = tuple(specs.integer(number, f"numbers[{k}]", 0, 10**6) for k, number in enumerate(numbers))
    return Spec(whole, specs.integer(specs.part(raw, "target"), "target", -(10**12), 10**12))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec with a solution by construction, found by as long a search as the level asks; no plain sum."""
    count, top, least = ((3, 25, 10), (4, 12, 10), (4, 60, 100), (5, 12, 10), (5, 60, 100))[level - 1]
    fewest, most = ((1, 1), (2, 14), (15, 80), (81, 250), (251, 900))[level - 1]
    while True:
        numbers = [rng.randint(1, top) for _ in range(count)]
        values: list[Number] = [*numbers]
        while len(values) > 1:
            a, b = (values.pop(rng.randrange(len(values))) for _ in range(2))
            values.append(_joined(a, rng.choice("+-**/"), b))
        target = values[0]
        if target.denominator != 1 or not least <= target <= 200 * level + 100 or target in (sum(numbers), *numbers):
            continue
        if fewest <= _search(Spec(tuple(numbers), int(target)))[1] <= most:
            return {"numbers": numbers, "target": int(target)}


def _joined(a: Number, sign: str, b: Number) -> Number:
    """Return what two numbers come to; a / 0 is a."""
    if sign == "/":
        return a if not b else a / Fraction(b) if a % b else a // b
    return a + b if sign == "+" else a - b if sign == "-" else a * b


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the order of the numbers."""
    return tuple(sorted(spec.numbers)), spec.target


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    return banks.question("countdown", rng, n=", ".join(map(str, spec.numbers)), t=spec.target)


def solve(spec: Spec) -> Answer:
    """Return an expression; raise TruthError where there is none, or more numbers than can be searched."""
    if len(spec.numbers) > MAX_SOLVED:
        raise TruthError("spec.numbers", f"more than {MAX_SOLVED} numbers are not solved")
    found, _ = _search(spec)
    if found is None:
        raise specs.InfeasibleError("spec", "no expression gives the target")
    return _answer(found)


def _answer(text: str) -> Answer:
    return Answer(text, *evaluate(text))


def _search(spec: Spec) -> tuple[str | None, int]:
    """Return an expression, sought in whole numbers first, and how many values of parts were looked at for it."""
    numbers = tuple(sorted(spec.numbers))
    found, looked = _reach(numbers, spec.target, True)
    if found is None:
        found, more = _reach(numbers, Fraction(spec.target), False)
        looked += more
    return found, looked


def _quotient(a: Number, b: Number, whole: bool) -> Number | None:
    """Return a / b; None where b is zero, or the search is for whole numbers and a / b is none."""
    if not b or (whole and a % b):
        return None
    return a // b if whole else Fraction(a) / b


@lru_cache(maxsize=50_000)
def _reach(numbers: tuple[int, ...], target: Number, whole: bool) -> tuple[str | None, int]:
    """Split the numbers in two, let one part be any value, and ask the other part for what is then needed.

    The count of values is the same whatever is known from before.
    """
    if len(numbers) <= MAX_LISTED:
        found = _said(numbers, target, whole) if target in _values(numbers, whole) else None
        return found and found.removeprefix("(").removesuffix(")"), 1
    looked = 0
    for small, large in _splits(numbers):
        for value in _values(small, whole):
            looked += 1
            for needed, form in _needs(value, target, whole):
                rest, more = _reach(large, needed, whole)
                looked += more
                if rest is not None:
                    return form.format(_said(small, value, whole), rest if rest.isdigit() else f"({rest})"), looked
    return None, looked


@lru_cache(maxsize=5_000)
def _splits(numbers: tuple[int, ...]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the ways to split numbers in two parts, the smaller one first."""
    halves = {(tuple([numbers[k] for k in a]), tuple([numbers[k] for k in b])) for a, b in _halves(len(numbers))}
    return sorted(halves)


@lru_cache(maxsize=8)
def _halves(count: int) -> list[list[list[int]]]:
    """Return the ways to split places in two parts, the smaller one first."""
    chosen = range(1, 1 << count - 1)
    sides = [[[k for k in range(count) if bits >> k & 1 == side] for side in (1, 0)] for bits in chosen]
    return [sorted(parts, key=len) for parts in sides]


def _needs(value: Number, target: Number, whole: bool) -> list[tuple[Number, str]]:
    """Return what the other side must be, with the form that joins them, in each way to combine."""
    needs: list[tuple[Number | None, str]] = [
        (target - value, "{0} + {1}"),
        (value - target, "{0} - {1}"),
        (target + value, "{1} - {0}"),
        (_quotient(target, value, whole), "{0} * {1}"),
        (target * value if value else None, "{1} / {0}"),
        (_quotient(value, target, whole) if value else None, "{0} / {1}"),
    ]
    return [(needed, form) for needed, form in needs if needed is not None]


@lru_cache(maxsize=5_000)
def _values(numbers: tuple[int, ...], whole: bool) -> dict[Number, Origin]:
    """Return every value that the numbers reach, with one way to it."""
    if len(numbers) == 1:
        return {numbers[0]: None}
    found: dict[Number, Origin] = {}
    for left, right in _splits(numbers):
        for a in _values(left, whole):
            for b in _values(right, whole):
                ways = (a + b, "+", left, a, right, b), (a - b, "-", left, a, right, b), (b - a, "-", right, b, left, a)
                for value, *way in (*ways, (a * b, "*", left, a, right, b)):
                    found.setdefault(value, way)
                if (share := _quotient(a, b, whole)) is not None:
                    found.setdefault(share, ["/", left, a, right, b])
                if (share := _quotient(b, a, whole)) is not None:
                    found.setdefault(share, ["/", right, b, left, a])
    return found


def _said(numbers: tuple[int, ...], value: Number, whole: bool) -> str:
    """Return the expression of one value that the numbers reach."""
    origin = _values(numbers, whole)[value]
    if origin is None:
        return str(value)
    sign, left, a, right, b = origin
    return f"({_said(left, a, whole)} {sign} {_said(right, b, whole)})"


def prove(spec: Spec, answer: Answer) -> bool:
    """Show that the target is among the values reached pair by pair (up to 4 numbers), and is the answer's value."""
    reached = len(spec.numbers) > 4  # five numbers have too many pairings to list; the answer alone is the proof
    todo = [[(number, 1) for number in spec.numbers]]  # as numerator and denominator, not reduced
    while todo and not reached:
        values = todo.pop()
        if len(values) < 3:
            reached = _gives(values, spec.target)
            continue
        for i, (a, b) in enumerate(values):
            for j, (c, d) in enumerate(values[:i]):
                rest = [value for k, value in enumerate(values) if k not in (i, j)]
                e, f, g = a * d, c * b, b * d
                joined = [(e + f, g), (e - f, g), (f - e, g), (a * c, g), (e, f), (f, e)]
                todo += [[*rest, value] for value in joined if value[1]]
    tokens = [int(token) for token in re.findall(r"\d+", answer.text)]
    return reached and Counter(tokens) == Counter(spec.numbers) and judge(spec, _answer(answer.text)).right


def _gives(values: list[tuple[int, int]], target: int) -> bool:
    """Say whether one number is the target, or two numbers give it; both as numerator and denominator."""
    if len(values) == 1:
        return values[0][0] == target * values[0][1]
    (a, b), (c, d) = values
    e, f, g = a * d, c * b, b * d
    wanted = target * g
    shares = [(e, f), (f, e)]
    return wanted in (e + f, e - f, f - e, a * c) or any(low and high == target * low for high, low in shares)


def read(spec: Spec, text: str) -> Answer:
    """Return the longest side of an equation whose sides are all equal, or a lone expression."""
    data = lexing.json_value(text)
    if isinstance(data, dict) and len(data) == 2 and {*data} & {"value", "result"} and "expression" in data:
        text = " = ".join(map(str, data.values()))
    text = " ".join(lexing.unwrapped(text.strip(" \n.")).strip("\"'").removesuffix("}").split()).strip("\"' ")
    if len(text) > MAX_LENGTH:
        raise UnreadableError("longer than any answer")
    sides = [_answer(side) for side in text.split("=")[:MAX_SIDES]]
    if text.count("=") >= MAX_SIDES or len({side.value for side in sides}) > 1:
        raise UnreadableError("the sides of an equation differ", Reason.WRONG_ANSWER)
    longest = max(len(side.numbers) for side in sides)
    return next(side for side in sides if len(side.numbers) == longest)


def same(spec: Spec, answer: Answer) -> Hashable:
    """Return value and numbers: `7*2` and `2*7` are one answer."""
    return answer.value, tuple(sorted(answer.numbers))


def judge(spec: Spec, answer: Answer) -> Finding:
    """The numbers are exactly those given, and the value is the target."""
    if Counter(answer.numbers) != Counter(spec.numbers):
        if len(answer.numbers) < len(spec.numbers):
            return incomplete("not every number is used", used=list(answer.numbers))
        return wrong("other numbers than those given", used=list(answer.numbers)[:50])
    if answer.value != spec.target:
        return wrong("another value", value=str(answer.value), target=spec.target)
    return RIGHT


def write(spec: Spec, answer: Answer, rng: Random) -> str:
    """Return the expression with ASCII, Unicode or LaTeX signs, with or without the target."""
    text = answer.text + rng.choice(("", "", f" = {spec.target}"))
    signs = rng.choice((("*", "/", "-"), ("×", "÷", "−"), ("\\times", "/", "-"), ("·", "/", "–")))
    for ascii_sign, sign in zip("*/-", signs, strict=True):
        text = text.replace(ascii_sign, sign)
    return f"${text}$" if signs[0].startswith("\\") else text.replace(" ", "") if rng.random() < 0.3 else text


def spoil(spec: Spec, answer: Answer, rng: Random) -> Answer:
    """Return an expression with another number, another value, or a number too many or too few."""
    first = re.search(r"\d+", answer.text)
    number = int(first[0]) if first else 0
    changed = re.sub(r"\d+", str(number + 1), answer.text, count=1)  # not the numbers given, whatever its value
    kinds = [changed, f"({answer.text}) + 0", f"({answer.text}) * 1", str(spec.target)]
    if sum(spec.numbers) != spec.target:
        kinds.append(" + ".join(map(str, spec.numbers)))
    return _answer(rng.choice(kinds))
