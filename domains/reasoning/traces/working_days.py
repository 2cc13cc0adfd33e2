"""Derivations for working days: a count that goes on day by day, or by stretches of at most a week."""

from __future__ import annotations

import re
from datetime import date, timedelta
from random import Random

from verisieve.domains.reasoning.families import working_days as family
from verisieve.domains.reasoning.families.working_days import Spec
from verisieve.domains.reasoning.traces import Derivation, Line, simulating
from verisieve.verifiers.reasoning.citations import Cited
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError
from verisieve.verifiers.reasoning.replays import After, Replay
from verisieve.verifiers.reasoning.tracing import StepError

CITED, CHAIN = False, True
MAX_STRETCH = 7
_TOTAL = re.compile(
    r"(?:(?:total|count|running\s+total|working\s+days?(?:\s+number)?|day|so\s+far)?\s*[:=#]?\s*)(?P<total>\d{1,5})"
    r"(?:\s*(?:working\s+)?days?(?:\s+so\s+far)?)?\.?",
    re.IGNORECASE,
)

State = tuple[date, int]


def words(spec: Spec) -> dict[str, object]:
    """Return what the wordings of the form are filled with."""
    return {}


def start(spec: Spec) -> State:
    """Return the start, with nothing counted."""
    return spec.start, 0


def read(spec: Spec, text: str) -> State:
    """Return a date and the count up to it."""
    head, tail = simulating.halves(text)
    match = _TOTAL.fullmatch(tail)
    if not match:
        raise UnreadableError("no total")
    day, weekday = family.read(spec, re.sub(r"^(?:to|until|through|up\s+to|by)\s+", "", head, flags=re.IGNORECASE))
    if weekday and not family.WEEKDAYS[day.weekday()].startswith(weekday[:3]):
        raise StepError(Reason.LOCAL_BAD, "the weekday is not that of the date")
    return day, int(match["total"])


def apply(spec: Spec, state: State, claim: State, step: Cited) -> After:
    """Count on, day by day."""
    day, total = state
    if not day < claim[0] <= day + timedelta(days=MAX_STRETCH):
        raise StepError(Reason.LOCAL_BAD, "not within a week after the date before", before=day.isoformat())
    while day < claim[0]:
        day += timedelta(days=1)
        total += day.weekday() < 5 and day not in spec.holidays
    return After((day, total), claim, f"total {total}")


def finish(spec: Spec, state: State) -> date:
    """Return the last date, if the count is full there and the day is one that counts."""
    day, total = state
    if total < spec.days:
        raise StepError(Reason.INCOMPLETE, "the count is not finished")
    if total > spec.days or day.weekday() > 4 or day in spec.holidays:
        raise StepError(Reason.NOT_CONSUMED, "the last date is not the one that is asked for")
    return day


def begin(spec: Spec) -> Replay:
    """Open a calculus."""
    return Replay(spec, simulating.rules(__name__))


def derive(spec: Spec, rng: Random) -> Derivation:
    """Return a count by days, or by weeks and the rest."""
    (end, _), (day, total) = family.solve(spec), start(spec)
    stretch, lines = rng.choice((1, 7, 7, 7)) if spec.days < 40 else 7, list[Line]()
    while day < end:
        until = min(end, day + timedelta(days=stretch))
        while day < until:
            day += timedelta(days=1)
            total += day.weekday() < 5 and day not in spec.holidays
        if stretch > 1 or (day.weekday() < 5 and day not in spec.holidays):
            lines.append(Line(_say(day, total), body=(day, total), firm=stretch > 1))
    return Derivation(tuple(lines), (end, ""))


def _say(day: date, total: int) -> str:
    return f"{day.isoformat()} -> total {total}"


def falsify(spec: Spec, line: Line, rng: Random) -> Line:
    """Miscount by one or two."""
    day, total = line.body
    return line._replace(text=_say(day, abs(total + rng.choice((-1, 1, 2)))))


def agrees(spec: Spec, derived: date, answer: tuple[date, str], text: str) -> bool:
    """Say whether the dates are the same."""
    return derived == answer[0]
