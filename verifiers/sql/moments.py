"""Dates, moments and times of day near a constant: its neighbours, edges of months and years, leap days.

All are texts in ISO form, as SQLite keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from verisieve.verifiers.sql.analyse import Constant
from verisieve.verifiers.sql.engine import Value


def as_written(value: Value, sample: str) -> Value:
    """Write a moment or a time as the given rows do: with a T or a blank, with or without seconds.

    >>> as_written("2024-05-06 12:00:30", "2024-01-31T10:00"), as_written("12:00:30", "09:15")
    ('2024-05-06T12:00', '12:00')
    """
    text = str(value).replace("T", " ")[:19]
    text = text[: max(len(text) - 3, min(len(text), len(sample)))]
    return text.replace(" ", "T") if "T" in sample else text


def near_date(constant: Constant) -> Iterator[Value]:
    """Yield days near a constant."""
    for day in _days(str(constant)):
        yield from _shifted(day, (0, -1, 1, 365, -366))
        yield from _leap(day)


def near_timestamp(constant: Constant) -> Iterator[Value]:
    """Yield moments near a constant: a moment, a day, a time of day or an hour."""
    text = str(constant).replace("T", " ")
    written, _, time = text.partition(" ")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", written) and ":" in time:
        yield from (f"{written} {moment}" for moment in _times(time))
    if re.fullmatch(r"[01]?\d|2[0-3]", text):
        yield from (f"2024-05-06 {int(text):02}:{rest}" for rest in ("00:00", "30:00", "59:59"))
        yield f"2024-05-07 {(int(text) + 23) % 24:02}:59:59"
    if ":" in text:
        yield from (f"2024-05-06 {moment}" for moment in _times(text))
    for day in _days(text[:10]):
        for moment in (*_shifted(day, (0, -1, 1, 366)), *_leap(day)):
            yield from (f"{moment} 00:00:00", f"{moment} 10:30:00", f"{moment} 23:59:59")


def _shifted(day: date, shifts: Iterable[int]) -> Iterator[str]:
    """Yield days beside a day; 9999-12-31, which stands for never, has none behind it."""
    for shift in shifts:
        if 1 <= day.toordinal() + shift <= date.max.toordinal():
            yield (day + timedelta(days=shift)).isoformat()


def _leap(day: date) -> Iterator[str]:
    """Yield the same day of another year for the day that only leap years have."""
    if (day.month, day.day) == (2, 29) and 4 < day.year < date.max.year - 8:
        yield from (day.replace(year=year).isoformat() for year in (day.year - 4, day.year + 4) if year % 100)


def _days(text: str) -> Iterator[date]:
    """Yield the days that a constant points at: a date, the edges of a month or a year, a month in two years."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            yield date.fromisoformat(text)
        elif re.fullmatch(r"(1[6-9]|2[0-2])\d\d-\d\d", text):
            yield from _month(int(text[:4]), int(text[5:]))
        elif re.fullmatch(r"(1[6-9]|2[0-2])\d\d", text):
            yield from (date(int(text), 1, 1), date(int(text), 12, 31), date(int(text), 6, 15))
        elif re.fullmatch(r"0?[1-9]|[12]\d|3[01]", text):
            yield from (date(2024, 1, int(text)), date(2023, 12, int(text)))
            if int(text) <= 12:
                yield from (*_month(2023, int(text)), *_month(2024, int(text)))
    except (ValueError, OverflowError):
        return


def _month(year: int, month: int) -> Iterator[date]:
    first = date(year, month, 1)
    yield first
    yield (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    yield first.replace(day=15)


def near_time(constant: Constant) -> Iterator[Value]:
    """Yield times of day near a constant."""
    yield from _times(str(constant))


def _times(text: str) -> Iterator[str]:
    """Yield the times that a constant points at: a time of day, or an hour."""
    if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", text):
        yield from _seconds_beside(text)
    if re.fullmatch(r"[01]?\d|2[0-3]", text):
        yield from (f"{int(text):02}:{rest}" for rest in ("00:00", "30:00", "59:59"))


def _seconds_beside(text: str) -> Iterator[str]:
    """Yield a time of day, its neighbours, and others of its minute.

    >>> list(_seconds_beside("12:00"))
    ['12:00:00', '11:59:59', '12:00:01', '12:00:30', '12:01:00']
    """
    hour, minute, second = (*map(int, text.split(":")), 0)[:3]
    start = 3600 * hour + 60 * minute + second
    for moment in (start, start - 1, start + 1, start + 30, start + 60):
        yield f"{moment // 3600 % 24:02}:{moment // 60 % 60:02}:{moment % 60:02}"
