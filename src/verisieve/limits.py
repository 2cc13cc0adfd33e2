"""How fast an endpoint may be asked and how much may be spent. Sends nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import inf, isfinite
from random import Random
from typing import NamedTuple

BACKOFF = 0.5  # seconds before the second try, doubled for each further one
LONGEST_BACKOFF = 60.0
LONGEST_WAIT = 600.0  # what a server may ask for; for more than that a row does not wait


class Rate:
    """At most so many units a minute, evenly spread; says how long to wait and never sleeps.

    >>> rate = Rate(60)
    >>> [rate.take(1, now=100.0) for _ in range(3)]
    [0.0, 1.0, 2.0]
    """

    def __init__(self, per_minute: float | None) -> None:
        self._seconds = 60 / per_minute if per_minute else 0.0  # for one unit
        self._free = -inf  # when all that was taken is paid off

    def take(self, amount: float, now: float) -> float:
        """Take an amount; return the seconds to wait before it may be used."""
        start = max(self._free, now)
        self._free = start + amount * self._seconds
        return start - now

    def correct(self, amount: float) -> None:
        """Count this much more (or less) than was taken."""
        self._free += amount * self._seconds


class Spent(NamedTuple):
    """Dollars and tokens."""

    money: float = 0.0
    tokens: float = 0

    def plus(self, other: Spent) -> Spent:
        """Return both together."""
        return Spent(self.money + other.money, self.tokens + other.tokens)

    def within(self, cap: Spent) -> bool:
        """Return whether neither is more than a cap."""
        return self.money <= cap.money and self.tokens <= cap.tokens


_NO_CAPS = Spent(inf, inf)


class Budget:
    """Caps on what a run spends: what a request may take at most is held back until it is known what it took."""

    def __init__(self, money: float | None = None, tokens: int | None = None) -> None:
        self._most = Spent(inf if money is None else money, inf if tokens is None else tokens)
        self._held = Spent()
        self._under_way = 0
        self._landed = asyncio.Event()
        self.spent = Spent()
        self.closed = False

    async def hold(self, most: Spent) -> bool:
        """Hold back for a request once those under way leave room; False when there is none without them either."""
        if self._most == _NO_CAPS:
            return True
        while not self.closed:
            if self.spent.plus(self._held).plus(most).within(self._most):
                self._held = self._held.plus(most)
                self._under_way += 1
                return True
            self.closed = not self._under_way
            self._landed.clear()
            if not self.closed:
                await self._landed.wait()
        self._landed.set()  # the others that wait are told too
        return False

    def settle(self, most: Spent, took: Spent) -> None:
        """Let go of what was held back, and count what the request took."""
        self.spent = self.spent.plus(took)
        if self._most == _NO_CAPS:
            return
        self._under_way -= 1
        self._held = (
            Spent(self._held.money - most.money, self._held.tokens - most.tokens) if self._under_way else Spent()
        )
        self._landed.set()


def backoff(tries: int, rng: Random) -> float:
    """Return the seconds to wait after so many failed tries: doubling, with jitter."""
    return min(LONGEST_BACKOFF, BACKOFF * 2.0 ** (tries - 1)) * rng.uniform(0.5, 1)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds that a server asks to wait, said in seconds, milliseconds or as a date; None if it does not.

    >>> retry_after({"retry-after": "Thu, 01 Jan 2026 00:00:30 GMT"}, datetime(2026, 1, 1, tzinfo=UTC))
    30.0
    """
    said = headers.get("retry-after-ms")
    scale = 0.001 if said is not None else 1.0
    said = said if said is not None else headers.get("retry-after")
    if said is None:
        return None
    try:
        seconds = float(said) * scale
    except ValueError:
        try:
            date = parsedate_to_datetime(said)
        except ValueError:
            return None
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        seconds = (date - (now or datetime.now(UTC))).total_seconds()
    return max(0.0, seconds) if isfinite(seconds) else None
