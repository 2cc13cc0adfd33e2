"""Dates and times of day, in the notations that answers use; each becomes numbers that can be compared."""

from __future__ import annotations

import re

from verisieve.verifiers import lazily

_MONTHS = str.split("january february march april may june july august september october november december")
_ISO = lazily.pattern(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_SLASHED = lazily.pattern(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_WRITTEN = lazily.pattern(
    rf"^(?:the )?{_DAY}(?: of)? ([a-z]{{3,9}})\.?,? (\d{{4}})$|^([a-z]{{3,9}})\.? {_DAY},? (\d{{4}})$"
)
_DAYS = lazily.pattern(r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day,? ")
_CLOCK = lazily.pattern(
    r"^(\d{1,2})(?:[:.](\d{2}))?(?::(\d{2}))?\s*(?:o'clock\s*)?(am|pm|a\.m\.?|p\.m\.?)?(?:\s*(?:o'clock|hours|hrs|h))?$"
)
_HALVES = lazily.pattern(r" in the (morning|afternoon|evening)$")
_NAMED = {
    f"{lead}{name}": (hour, 0, 0)
    for name, hour in (("noon", 12), ("midday", 12), ("midnight", 0))
    for lead in ("", "12 ", "12:00 ")
}

Moment = tuple[int, ...]


def parse(text: str) -> tuple[Moment, ...] | None:
    """Return every reading of a date or a time of day, or None; a time without am or pm is on the 24 hour clock.

    >>> parse("February 29, 2024"), parse("3:30 p.m."), parse("6:8")
    (((2024, 2, 29),), ((15, 30, 0),), None)
    """
    text = " ".join(text.replace("~", " ").lower().split()).strip(" .")
    text = _DAYS.sub("", _HALVES.sub(lambda match: " am" if match[1] == "morning" else " pm", text))
    return _dates(text) or _times(text)


def _dates(text: str) -> tuple[Moment, ...] | None:
    match = _ISO.match(text)
    if match:
        return _real([(int(match[1]), int(match[2]), int(match[3]))])
    match = _SLASHED.match(text)
    if match:
        a, b, year = (int(part) for part in match.groups())
        return _real([(year, a, b), (year, b, a)])
    match = _WRITTEN.match(text)
    if match:
        day, name, year_text = (match[1], match[2], match[3]) if match[1] else (match[5], match[4], match[6])
        month = next((index for index, full in enumerate(_MONTHS, 1) if full.startswith(name.rstrip("."))), 0)
        return _real([(int(year_text), month, int(day))])
    return None


def _real(readings: list[Moment]) -> tuple[Moment, ...] | None:
    return tuple(reading for reading in dict.fromkeys(readings) if _exists(reading)) or None


def _exists(reading: Moment) -> bool:
    from datetime import date  # few answers are dates

    try:
        date(*reading[:3])
    except ValueError:
        return False
    return True


def _times(text: str) -> tuple[Moment, ...] | None:
    if text in _NAMED:
        return (_NAMED[text],)
    match = _CLOCK.match(text)
    if not match or (match[2] is None and match[4] is None and "o'clock" not in text):
        return None
    if match[2] is not None and "." in text.split(match[2])[0] and match[4] is None:
        return None  # 3.30 is a decimal
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    half = (match[4] or "")[:1]
    if half:
        if not 1 <= hour <= 12:  # a half day
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:  # the clock
        return None
    return ((hour, minute, second),)


def dated(text: str) -> bool:
    """Say whether a gold must be read as a moment: a date, or a time with am, pm or a leading zero."""
    readings = parse(text)
    if readings is None:
        return False
    return readings[0][0] > 23 or bool(re.search(r"[ap]\.?m|noon|midnight|midday|:0\d|^0\d:", text.lower()))  # a year


def equal(gold: str, answer: str) -> bool | None:
    """Say whether two texts name the same moment; None where either names none."""
    left, right = parse(gold), parse(answer)
    if left is None or right is None or len(left[0]) != len(right[0]):
        return None
    return bool(set(left) & set(right))
