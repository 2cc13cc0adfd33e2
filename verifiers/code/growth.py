"""Whether a program's time grows with its input much faster than the reference's.

Theory of operation. Arguments (all lists, texts, sets and dicts; integers where there are none) are doubled again and
again. The sandbox measures the CPU time of each call from outside. From the times that are long enough to be measured
an exponent is taken, log t / log n, that the true one is hardly below; the reference's is taken so that the true one is
hardly above. Only a wide margin between them fails, and only if it holds again when both ends are measured anew.

What is not done: worst cases that random inputs do not meet; the answers are compared by the check `properties`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

from verisieve.errors import TruthError
from verisieve.records import Outcome
from verisieve.sandboxes import Limits, Sandbox, Status
from verisieve.verifiers.code import properties
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.literals import Call
from verisieve.verifiers.code.observing import Answer, observe
from verisieve.verifiers.code.properties import Subject
from verisieve.verifiers.code.runner import CodeReason, Finding

SIZES = tuple(2**power for power in range(4, 19))  # 16 to 262,144
FLOOR = 0.02  # seconds: below this, noise is a tenth of it and more
TINY = 0.002  # seconds: what a call costs that does nothing
ENOUGH = 1.0  # seconds: a curve that came so far needs no larger size
MARGIN = 0.6  # between exponents: a logarithm makes 0.1, a further loop 0.7 and more as measured
LONGEST = 5.0  # seconds: a call that needs more is stopped
GREW = 6  # the least ratio of times between the ends of a stretch, or noise would make the exponent
TIMES = 10  # how much longer than the reference a program takes at the end of a curve that fails
REPEATS = 2
PATIENCE = 20  # wall seconds for one of CPU: on a machine under load too, CPU time ends a call
SAMPLES = 30


class Point(NamedTuple):
    """CPU seconds at a size; `at_least` where the program was stopped."""

    size: int
    seconds: float
    at_least: bool = False


Curve = list[Point]


def check(subject: Subject, source: Source, limits: Limits, sandbox: Sandbox) -> Finding:
    """Compare growth; raise TruthError where no input can be grown on which the reference answers."""
    calls = _calls(subject, sandbox)
    cpu = min(limits.cpu, LONGEST)
    limits = replace(limits, cpu=cpu, wall=PATIENCE * cpu)
    theirs = _curve(subject.reference, subject.entry, calls, limits, sandbox)
    if len(theirs) < 2:
        raise TruthError(
            "checks", "complexity: the reference answers no larger inputs than the given ones", "unverifiable"
        )
    allowed = {point.size: calls[point.size] for point in theirs if not point.at_least}
    mine = _curve(source, subject.entry, allowed, limits, sandbox)
    evidence = {"seconds": _shown(mine), "reference_seconds": _shown(theirs)}
    stretch = worst(mine, theirs)
    for _ in range(REPEATS):
        if stretch is None:
            return Finding(outcome=Outcome.PASS, evidence=evidence)
        again = _curve(source, subject.entry, {point.size: calls[point.size] for point in stretch}, limits, sandbox)
        stretch = worst(again, theirs, floor=FLOOR / 2)  # the same two sizes: what was long enough may be just below
    if stretch is None:
        return Finding(outcome=Outcome.PASS, evidence=evidence)
    return Finding(
        outcome=Outcome.FAIL,
        reason=CodeReason.GROWTH,
        evidence={
            **evidence,
            "exponent": round(_slope(*stretch), 2),
            "reference_exponent": round(_bound(theirs), 2),
        },
    )


def worst(mine: Curve, theirs: Curve, *, floor: float = FLOOR) -> tuple[Point, Point] | None:
    """Return the ends of the stretch over which a program grows clearly faster than the reference, if there is one."""
    known = {point.size: point.seconds for point in theirs}
    measured = [point for point in mine if point.seconds >= floor]
    for first in measured[:1]:
        for last in measured[:0:-1]:
            grew = last.at_least or last.seconds >= GREW * first.seconds
            slower = last.seconds >= TIMES * known[last.size]
            if grew and slower and _slope(first, last) >= _bound(theirs) + MARGIN:
                return first, last
    return None


def _slope(first: Point, last: Point) -> float:
    return math.log(last.seconds / first.seconds) / math.log(last.size / first.size)


def _bound(theirs: Curve) -> float:
    """The reference's exponent, hardly below the true one; where no size takes it long it is taken as linear."""
    exact = [point for point in theirs if not point.at_least]
    slow = [index for index, point in enumerate(exact) if point.seconds >= FLOOR]
    if not slow or not slow[0]:
        return 1.0 if not slow else math.inf
    return max(1.0, _slope(exact[slow[0] - (len(slow) == 1)], exact[-1]))


def _curve(source: Source, entry: str, calls: Mapping[int, Call], limits: Limits, sandbox: Sandbox) -> Curve:
    """Measure one size after the other until a call fails, is stopped, or takes long."""
    start = min(_seconds(source, entry, Call((), {}), limits, sandbox)[1] for _ in range(3))  # refused: costs no time
    curve: Curve = []
    for size, call in calls.items():
        answer, seconds = _seconds(source, entry, call, limits, sandbox)
        stopped = answer == Answer("limit", Status.TIMEOUT_CPU.value)
        if not stopped and answer.kind not in ("returned", "opaque"):
            break
        if not stopped and FLOOR / 2 <= seconds <= ENOUGH:  # whatever else the machine does only adds to a time
            seconds = min(seconds, _seconds(source, entry, call, limits, sandbox)[1])
        curve.append(Point(size, max(seconds - start, TINY), stopped))
        if stopped or seconds > ENOUGH:
            break
    return curve


def _seconds(source: Source, entry: str, call: Call, limits: Limits, sandbox: Sandbox) -> tuple[Answer, float]:
    seen = observe(source, entry, [call], limits, sandbox)
    return seen.answers[0], seen.cpu


def _calls(subject: Subject, sandbox: Sandbox) -> dict[int, Call]:
    """A call for each size, made of drawn inputs that the reference answers."""
    names, strategy = properties.inputs(subject)
    from verisieve.verifiers.code import drawing

    drawn = drawing.draw(strategy, seed=subject.seed, count=SAMPLES)
    answers = properties.answered(subject, [properties.call(values, names) for values in drawn], sandbox)
    samples = [values for values, answer in zip(drawn, answers, strict=True) if answer is not None]
    columns = list(zip(*samples, strict=True))
    if not any(map(_grows, columns)) and not any(map(_counts, columns)):
        raise TruthError("checks", f"complexity: no argument of {subject.entry} can be grown", "unverifiable")
    rng = Random(f"growth:{subject.seed}")
    return {size: properties.call(grown(columns, size, rng), names) for size in SIZES}


def grown(columns: Sequence[Sequence[Any]], size: int, rng: Random) -> list[Any]:
    """Values like those of the columns, of a size; what cannot grow stays as it was in the last sample.

    >>> grown([["ab", "b"], [3, 5]], 4, Random(0))
    ['bbab', 5]
    """
    many = any(map(_grows, columns))
    return [
        _larger(column, size, rng) if _grows(column) else size if _counts(column) and not many else column[-1]
        for column in columns
    ]


def _grows(column: Sequence[Any]) -> bool:
    return bool(column) and all(isinstance(value, list | str | set | dict) for value in column) and any(column)


def _counts(column: Sequence[Any]) -> bool:
    return bool(column) and all(type(value) is int for value in column)


def _larger(column: Sequence[Any], size: int, rng: Random) -> Any:
    pool = [item for value in column for item in value]
    items: list[Any]
    if _counts(pool):
        low, high = min(pool), max(*pool, size)
        items = [rng.randint(low, high) for _ in range(size)]
    else:
        items = [rng.choice(pool) for _ in range(size)]
    kind = type(column[0])
    if kind is dict:
        values = [item for value in column for item in value.values()]
        return {item: rng.choice(values) for item in items}
    if kind is list and all(sorted(value, key=repr) == value or _ascends(value) for value in column):
        return sorted(items)
    return "".join(items) if kind is str else kind(items)


def _ascends(value: list[Any]) -> bool:
    try:
        return sorted(value) == value
    except TypeError:
        return False


def _shown(curve: Curve) -> dict[str, float]:
    return {str(point.size): round(point.seconds, 3) for point in curve}
