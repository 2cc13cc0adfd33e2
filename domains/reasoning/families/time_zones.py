"""Flights between places with fixed offsets from UTC: local date and time of the last arrival. One right answer.

`places` gives each its offset in minutes; `legs` are [to, minutes of flight, minutes of waiting there before the next].
Solved with a calendar in UTC; proved by carrying minutes into hours and days by hand.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.domains.reasoning.families import working_days
from verisieve.verifiers.reasoning import specs
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, Reason, UnreadableError, wrong

MODE = "answer"
MAX_LEGS, MAX_MINUTES = 20, 10_000
_TIME = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::00)?|(?P<short>(?=\s?[ap]\.?m)))(?:\s?(?P<half>[ap])\.?m\b\.?)?(?:\s?(?:h|hrs|o'clock))?",
    re.IGNORECASE,
)
_UTC = re.compile(
    r"[\[(]?\b(?:UTC|GMT)\s?(?:(?P<sign>[+-])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?)?[\])]?", re.IGNORECASE
)
_WORDS = re.compile(
    r"\b(?:local time|local|time|in|at|on|the|arrival|arrives|is|date|it)\b|[\"{},;()\[\]]|(?<=\d)T(?=\s|$)",
    re.IGNORECASE,
)


Answer = tuple[datetime, str]  # and the weekday that is named with it, or nothing


class Spec(NamedTuple):
    """Offsets by place, where and when it starts, and the legs."""

    places: dict[str, int]
    start: str
    depart: datetime
    legs: tuple[tuple[str, int, int], ...]


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    table = specs.table(specs.part(raw, "places"), "places", 1, MAX_LEGS + 1)
    places = {name: specs.integer(offset, f"places.{name}", -14 * 60, 14 * 60) for name, offset in table.items()}
    text = specs.part(raw, "depart")
    good = isinstance(text, str) and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", text, re.ASCII) is not None
    specs.need(good, "depart", "must be YYYY-MM-DD HH:MM")
    try:
        depart = datetime.fromisoformat(text)
    except ValueError:
        specs.need(False, "depart", "is no date and time")
        raise
    specs.need(1 < depart.year < 9900, "depart", "is no date and time")
    legs = []
    for k, leg in enumerate(specs.sized(specs.part(raw, "legs"), "legs", 1, MAX_LEGS)):
        to, *minutes = specs.sized(leg, f"legs[{k}]", 3, 3)
        flight, wait = (specs.integer(number, f"legs[{k}]", 0, MAX_MINUTES) for number in minutes)
        legs.append((specs.member(to, f"legs[{k}]", tuple(places)), flight, wait))
    return Spec(places, specs.member(specs.part(raw, "from"), "from", tuple(places)), depart, tuple(legs))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec of as many legs as the level; odd offsets come from level 3 on."""
    names = rng.sample(banks.lists("time_zones", "places", rng), level + 1)
    step = 60 if level < 3 else rng.choice((30, 15))
    places = {name: rng.randrange(-11 * 60, 13 * 60, step) for name in names}
    day = datetime(2024, 1, 1) + timedelta(days=rng.randrange(8 * 365), minutes=5 * rng.randrange(288))
    legs = [[name, 5 * rng.randint(10, 60 + 25 * level), 5 * rng.randint(6, 60)] for name in names[1:]]
    legs[-1][2] = 0
    return {"places": places, "from": names[0], "depart": day.strftime("%Y-%m-%d %H:%M"), "legs": legs}


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names of the places, and in those never visited."""
    legs = tuple((spec.places[to], flight, stay) for to, flight, stay in spec.legs)
    return spec.places[spec.start], spec.depart, legs


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    zones = ", ".join(f"{name} {_offset(minutes)}" for name, minutes in spec.places.items())
    legs = []
    for k, (to, flight, wait) in enumerate(spec.legs):
        stay = f", where it waits {_span(wait)}" if wait and k < len(spec.legs) - 1 else ""
        legs.append(f"{_span(flight)} to {to}{stay}")
    month = working_days.MONTHS[spec.depart.month - 1].capitalize()
    when = f"{spec.depart.day} {month} {spec.depart.year} at {spec.depart:%H:%M}"
    return banks.question("time_zones", rng, z=zones, f=spec.start, d=when, l=", then ".join(legs), t=spec.legs[-1][0])


def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])


def solve(spec: Spec) -> Answer:
    """Return the local time of arrival, and no weekday."""
    now = spec.depart - timedelta(minutes=spec.places[spec.start])
    now += timedelta(minutes=sum(flight for _, flight, _ in spec.legs) + sum(wait for _, _, wait in spec.legs[:-1]))
    return now + timedelta(minutes=spec.places[spec.legs[-1][0]]), ""


def prove(spec: Spec, answer: Answer) -> bool:
    """Show the same leg by leg in local time, with carries by hand."""
    here, wait = spec.start, 0
    year, month, day, minutes = (
        spec.depart.year,
        spec.depart.month,
        spec.depart.day,
        spec.depart.hour * 60 + spec.depart.minute,
    )
    for to, flight, stay in spec.legs:
        minutes += wait + flight + spec.places[to] - spec.places[here]
        here, wait = to, stay
        while minutes < 0:
            minutes, day = minutes + 1440, day - 1
            if not day:
                year, month = (year, month - 1) if month > 1 else (year - 1, 12)
                day = _days(year, month)
        while minutes >= 1440:
            minutes, day = minutes - 1440, day + 1
            if day > _days(year, month):
                day, year, month = 1, year + month // 12, month % 12 + 1
    when, weekday = answer
    named = not weekday or working_days.WEEKDAYS[when.weekday()].startswith(weekday[:3])
    return named and (year, month, day, minutes) == (when.year, when.month, when.day, when.hour * 60 + when.minute)


def _days(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 28 + leap if month == 2 else 30 if month in (4, 6, 9, 11) else 31


def read(spec: Spec, text: str) -> Answer:
    """Return date and time, and a weekday that is named; an offset must be the last place's own."""
    place = spec.legs[-1][0]
    bare = re.sub(r"(?<=\d)T(?=\d\d:)", " ", text)
    for match in _UTC.finditer(bare):
        stated = int(match["hours"] or 0) * 60 + int(match["minutes"] or 0)
        if stated * (-1 if match["sign"] == "-" else 1) != spec.places[place]:
            raise UnreadableError("another offset", Reason.WRONG_ANSWER)
    bare = re.sub(rf"(?<!\w)(?:{re.escape(place)})(?!\w)", " ", _UTC.sub(" ", bare), flags=re.IGNORECASE)
    times = list(_TIME.finditer(bare))
    if len(times) != 1:
        raise UnreadableError("not one time of day", Reason.HEDGED if times else Reason.UNREADABLE)
    rest = " ".join(_WORDS.sub(" ", bare[: times[0].start()] + " " + bare[times[0].end() :]).split()).strip(" .,:-")
    day, weekday = working_days.read(None, rest)  # type: ignore[arg-type]  # a date is read without a spec
    return datetime(day.year, day.month, day.day, *_clock(times[0])), weekday


def _clock(match: re.Match[str]) -> tuple[int, int]:
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "").lower()
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        raise UnreadableError("no time of day")
    return (hour % 12 + (12 if half == "p" else 0) if half else hour), minute


def judge(spec: Spec, answer: Answer) -> Finding:
    """Date and time are the right ones, and a weekday that is named is the date's own."""
    when, weekday = answer
    expected, _ = solve(spec)
    if when != expected:
        return wrong("another time", expected=expected.isoformat(" ", "minutes"), got=when.isoformat(" ", "minutes"))
    if weekday and not working_days.WEEKDAYS[when.weekday()].startswith(weekday[:3]):
        return wrong("the weekday is not that of the date", weekday=weekday)
    return RIGHT


def write(spec: Spec, answer: Answer, rng: Random) -> str:
    """Return date and time in ISO form or written out."""
    when, _ = answer
    month, half = working_days.MONTHS[when.month - 1].capitalize(), "am" if when.hour < 12 else "pm"
    form = rng.choice(
        ("{a:%Y-%m-%d %H:%M}", "{a:%Y-%m-%dT%H:%M}", "{a.day} {m} {a.year}, {a:%H:%M}",
         "{a:%H:%M} on {m} {a.day}, {a.year}", "{a.day} {m} {a.year} at {h}:{a:%M} {p}",
         "{a:%Y-%m-%d}, {a:%H:%M} local time")
    )  # fmt: skip
    return form.format(a=when, m=month, h=when.hour % 12 or 12, p=half)


def spoil(spec: Spec, answer: Answer, rng: Random) -> Answer:
    """Return a time that is off by a day, some hours, or an offset counted the wrong way."""
    offset = abs(spec.places[spec.legs[-1][0]]) or 60
    return answer[0] + timedelta(minutes=rng.choice((-1440, 1440, -60, 60, 30, 2 * offset, -offset))), ""
