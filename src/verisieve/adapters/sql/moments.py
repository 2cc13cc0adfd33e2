"""Moments as PostgreSQL counts with them: moved by intervals, cut, taken apart, written."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta

from verisieve.errors import TruthError

_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86_400, "WEEK": 604_800}
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
_SHORT = {"SEC": "SECOND", "MIN": "MINUTE", "HR": "HOUR", "MON": "MONTH", "YR": "YEAR"}
_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S.%f")


def parse(text: str) -> datetime | None:
    """Read a moment; None where a text is none.

    >>> parse("2024-02-01")
    datetime.datetime(2024, 2, 1, 0, 0)
    """
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip(), form)  # a column without zone
        except ValueError:
            continue
    return None


def moved(moment: datetime, count: int, unit: str, sign: int = 1) -> datetime:
    """Add or take away an interval; a month ends no later than its last day.

    >>> moved(datetime(2024, 3, 31), 1, "MONTH", -1)
    datetime.datetime(2024, 2, 29, 0, 0)
    """
    unit = _SHORT.get(unit, unit)
    if unit in _SECONDS:
        return moment + timedelta(seconds=sign * count * _SECONDS[unit])
    if unit not in _MONTHS:
        raise TruthError("data", f"an interval of unknown unit {unit!r}")
    year, month = divmod(moment.year * 12 + moment.month - 1 + sign * count * _MONTHS[unit], 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def truncated(moment: datetime, unit: str) -> datetime:
    """Cut a moment down to the beginning of its day, week, month or year.

    >>> truncated(datetime(2025, 6, 15, 12), "WEEK")
    datetime.datetime(2025, 6, 9, 0, 0)
    """
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "DAY":
        return day
    if unit == "WEEK" or unit.startswith("WEEK("):
        return day - timedelta(days=day.weekday())
    if unit == "MONTH":
        return day.replace(day=1)
    if unit == "YEAR":
        return day.replace(month=1, day=1)
    raise TruthError("data", f"cut to unknown unit {unit!r}")


def part(moment: datetime, name: str) -> int:
    """Return one part of a moment, or its seconds since 1970.

    >>> part(datetime(1970, 1, 2), "EPOCH")
    86400
    """
    if name == "EPOCH":
        return int(moment.replace(tzinfo=UTC).timestamp())
    found = {"YEAR": moment.year, "MONTH": moment.month, "DAY": moment.day, "HOUR": moment.hour}.get(name)
    if found is None:
        raise TruthError("data", f"unknown part of a moment {name!r}")
    return found


def written(moment: datetime, form: str) -> str:
    """Write a moment; codes are PostgreSQL's, or those of strftime and of MySQL, which TO_CHAR is given by mistake.

    >>> written(datetime(2025, 6, 15, 12, 5), "%Y%m%d %H:%i:%s"), written(datetime(2025, 6, 1), "YYYY-MM-DD")
    ('20250615 12:05:00', '2025-06-01')
    """
    form = form.replace("%%u", "%d")  # sqlglot takes the d of %d for PostgreSQL's day of the week
    for code, ours in (("YYYY", "%Y"), ("MM", "%m"), ("DD", "%d"), ("HH24", "%H"), ("MI", "%M"), ("SS", "%S")):
        form = form.replace(code, ours)
    return moment.strftime(form.replace("%i", "%M").replace("%s", "%S"))
