"""On which date does working day number n after a start fall? Saturdays, Sundays and given holidays are skipped.

Solved by walking day by day; proved by whole weeks and a remainder, holidays counted in afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import lexing, specs
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, Reason, UnreadableError, wrong

MODE = "answer"
MAX_DAYS, MAX_HOLIDAYS = 10_000, 100
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_THINGS = ("permit", "notice", "licence", "contract", "complaint", "refund", "visa", "report", "claim", "delivery")
_MONTH = "(?P<month>" + "|".join(f"{name[:3]}(?:{name[3:]})?|{name[:4]}\\." for name in MONTHS) + r"|sept)\.?"
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>\d{4})"
_COUNT = r"(?:(?:number|no\.?)\s+)?\d{1,4}(?:st|nd|rd|th)?"
_SUBJECT = (
    r"date|(?:last\s+)?day|it|due\s+date|deadline|deadline\s+date"
    rf"|(?:{_COUNT}\s+)?(?:last\s+)?(?:working|business)\s+day(?:\s+{_COUNT})?"
)
_LEAD = rf"(?:(?:the\s+)?(?:{_SUBJECT})\"?\s*)?(?:(?:is|falls|lands|ends|:)\s*)?(?:on\s+)?\"?"
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(f'{d[:3]}(?:{d[3:]})?' for d in WEEKDAYS)})\.?,?\s+)?(?:the\s+)?"
_AFTER = rf"(?:\s*,?\s*\(?(?:a\s+)?(?P<after>{'|'.join(WEEKDAYS)})\)?)?"
_FORMS = tuple(
    re.compile(_LEAD + _WEEKDAY + form + _AFTER, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        rf"{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}(?:\s*\((?P<iso>\d{{4}}-\d\d-\d\d)\))?",
        rf"{_MONTH}\s+(?:the\s+)?{_DAY},?\s+{_YEAR}",
        rf"{_DAY}[- ]{_MONTH}[- ]{_YEAR}",
        rf"{_YEAR}\s+{_MONTH}\s+{_DAY}",
        r"(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.](?P<year>\d{4})(?:\s*\((?:ISO:?\s+)?(?P<iso>\d{4}-\d\d-\d\d)\))?",
    )
)


Answer = tuple[date, str]  # and the weekday that is named with it, or nothing


class Spec(NamedTuple):
    """The start, the number of working days, and days off besides weekends."""

    start: date
    days: int
    holidays: frozenset[date]


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    start = _day(specs.part(raw, "start"), "start")
    days = specs.integer(specs.part(raw, "working_days"), "working_days", 1, MAX_DAYS)
    listed = specs.sized(raw.get("holidays", []), "holidays", 0, MAX_HOLIDAYS)
    return Spec(start, days, frozenset(_day(item, f"holidays[{k}]") for k, item in enumerate(listed)))


def _day(raw: Any, field: str) -> date:
    specs.need(
        isinstance(raw, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", raw, re.ASCII) is not None,
        field,
        "must be YYYY-MM-DD",
    )
    found = _date(*map(int, raw.split("-")))
    specs.need(found is not None and 1 <= found.year <= 9900, field, "is no date")
    assert found is not None
    return found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec; from level 3 on with holidays."""
    start = date(2020, 1, 1) + timedelta(days=rng.randrange(20 * 365))
    days = rng.randint(20 * level - 15, 20 * level + 4)
    raw: dict[str, Any] = {"start": start.isoformat(), "working_days": days}
    if level > 2:
        off = sorted(rng.sample(range(1, days), level - 1))
        raw["holidays"] = [(start + timedelta(days=days_after)).isoformat() for days_after in off]
    return raw


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs whose holidays on weekends differ; no date is like another one."""
    return spec.start, spec.days, tuple(sorted(day for day in spec.holidays if day.weekday() < 5))


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    off = " and ".join(_long(day) for day in sorted(spec.holidays))
    listed = f" and the holidays {off}" if off else ""
    thing, start = rng.choice(_THINGS), _long(spec.start)
    return banks.question("working_days", rng, x=thing, d=start, n=spec.days, h=listed)


def _long(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()].capitalize()}, {day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def solve(spec: Spec) -> Answer:
    """Return the date by walking day by day, and no weekday."""
    day, left = spec.start, spec.days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in spec.holidays
    return day, ""


def prove(spec: Spec, answer: Answer) -> bool:
    """Show by counting weeks: the working days up to the answer are n, and the answer is one of them."""
    day, weekday = answer
    span = (day - spec.start).days
    weeks, rest = divmod(span, 7)
    working = 5 * weeks + sum((spec.start.weekday() + k) % 7 < 5 for k in range(1, rest + 1))
    working -= sum(spec.start < off <= day and off.weekday() < 5 for off in spec.holidays)
    named = not weekday or WEEKDAYS[day.weekday()].startswith(weekday[:3])
    return working == spec.days and day.weekday() < 5 and day not in spec.holidays and named


def read(spec: Spec, text: str) -> Answer:
    """Return the date and the weekday that is named with it, if any; an ambiguous 04/05/2027 is refused."""
    data = lexing.json_value(text)
    if isinstance(data, dict) and {*data} in ({"date", "weekday"}, {"date", "day"}):
        text = f"{data.get('weekday', data.get('day'))}, {data['date']}"
    bare = " ".join(lexing.unwrapped(text.strip(" \n.!\"'[]")).strip("\"'{}").split())
    for form in _FORMS:
        match = form.fullmatch(bare)
        if match:
            parts = match.groupdict()
            found = _date(int(parts["year"]), *_month_and_day(parts))
            if found is None:
                raise UnreadableError("no such date")
            if parts.get("iso") not in (None, found.isoformat()):
                raise UnreadableError("two dates", Reason.HEDGED)
            return found, (parts["weekday"] or parts["after"] or "").lower()
    raise UnreadableError("no date with a year")


def same(spec: Spec, answer: tuple[date, str]) -> Hashable:
    """Return the date; the name of its day adds nothing."""
    return answer[0]


def _month_and_day(parts: dict[str, str]) -> tuple[int, int]:
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second"])
        if first <= 12 and second <= 12 and first != second:
            raise UnreadableError("day and month cannot be told apart")
        return (second, first) if first > 12 else (first, second)
    month = parts["month"].lower()
    if month.isdigit():
        return int(month), int(parts["day"])
    return next(k for k, name in enumerate(MONTHS, 1) if name.startswith(month[:3])), int(parts["day"])


def judge(spec: Spec, answer: Answer) -> Finding:
    """The date is the right one, and a weekday that is named with it is its own."""
    day, weekday = answer
    expected, _ = solve(spec)
    if day != expected:
        return wrong("another date", expected=expected.isoformat(), got=day.isoformat())
    if weekday and not WEEKDAYS[day.weekday()].startswith(weekday[:3]):
        return wrong("the weekday is not that of the date", weekday=weekday)
    return RIGHT


def write(spec: Spec, answer: Answer, rng: Random) -> str:
    """Return the date in ISO form or written out."""
    day, _ = answer
    month, weekday = MONTHS[day.month - 1].capitalize(), WEEKDAYS[day.weekday()].capitalize()
    form = rng.choice(
        ("{i}", "{w}, {d} {m} {y}", "{d} {m} {y}", "{m} {d}, {y}", "{i} ({w})", "{s} {d}, {y}", "{w}, {m} {d}, {y}")
    )
    return form.format(i=day.isoformat(), w=weekday, d=day.day, m=month, s=month[:3], y=day.year)


def spoil(spec: Spec, answer: Answer, rng: Random) -> Answer:
    """Return a date some days, a month or a year off."""
    return answer[0] + timedelta(days=rng.choice((-7, -3, -2, -1, 1, 2, 3, 7, 30, 365))), ""
