"""Pools of values for a column: around the constants of the queries, at the edges of its kind, from the given rows.

Plain random values refute few wrong queries; the seeding is what matters (see docs/domains/sql.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle, islice
from random import Random
from typing import TypeVar

from verisieve.verifiers.sql import analyse, moments, nested
from verisieve.verifiers.sql.analyse import Check, Constant, Reading
from verisieve.verifiers.sql.engine import Value
from verisieve.verifiers.sql.schema import Column, Kind, Schema, Table

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the queries at hand name: constants by lower-case column name, all constants, counts, joined columns."""

    by_column: Mapping[str, frozenset[Constant]] = field(default_factory=dict)
    loose: frozenset[Constant] = frozenset()
    counts: frozenset[int] = frozenset()
    joined: frozenset[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Pool:
    """Values for one column: constants themselves, values around them, and ordinary and edge cases."""

    exact: tuple[Value, ...]
    near: tuple[Value, ...]
    base: tuple[Value, ...]
    _mixtures: dict[float, Sequence[Value]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def mixed(self, hot: float) -> Sequence[Value]:
        """Return values to draw from: constants or near them with probability `hot`."""
        if hot not in self._mixtures:
            self._mixtures[hot] = _mixed(self, hot) if self.near else self.base
        return self._mixtures[hot]


def _mixed(pool: Pool, hot: float) -> tuple[Value, ...]:
    """Repeat the parts of a pool so that each is drawn as often as it should be."""
    parts = ((pool.exact, hot / 2), (pool.near, hot / 2 if pool.exact else hot), (pool.base, 1 - hot))
    size = 4 * max(len(part) for part, _ in parts)
    return tuple(value for part, share in parts if part for value in islice(cycle(part), round(size * share)))


def pick(rng: Random, some: Sequence[T]) -> T:
    """Choose one of some; several times as fast as Random.choice."""
    return some[int(rng.random() * len(some))]


def hints(*readings: Reading) -> Hints:
    """Join what was read of several queries."""
    by_column: dict[str, frozenset[Constant]] = {}
    for reading in readings:
        for name, found in reading.constants.items():
            by_column[name] = by_column.get(name, frozenset()) | found
    loose = frozenset().union(*(reading.glance.loose for reading in readings))
    counts = frozenset().union(*(reading.counts for reading in readings))
    joined = frozenset().union(*(reading.joined for reading in readings))
    return Hints(by_column=by_column, loose=loose, counts=counts, joined=joined)


def pools(schema: Schema, known: Hints, tables: Sequence[Table]) -> dict[str, list[Pool]]:
    """Make the pools of the columns of some tables; constants travel along foreign keys, both ways."""
    own = {
        (table.name, i): set(known.by_column.get(column.name.lower(), ()))
        for table in schema.tables
        for i, column in enumerate(table.columns)
    }
    for _ in range(2):
        for table in schema.tables:
            for key in table.foreign:
                for child, parent in zip(key.places, key.parent_places, strict=True):
                    both = own[table.name, child] | own[key.parent, parent]
                    own[table.name, child], own[key.parent, parent] = both, both
    made: dict[str, list[Pool]] = {}
    for table in tables:
        checks = [analyse.read_check(check, schema.dialect) for check in table.checks]
        made[table.name] = [
            _pool(column, own[table.name, i], checks, known, schema.dialect) for i, column in enumerate(table.columns)
        ]
    return made


def _pool(column: Column, own: Iterable[Constant], checks: Sequence[Check], known: Hints, dialect: str) -> Pool:
    own = frozenset(own)
    if column.kind in nested.KINDS:
        near, base = nested.values(column, _sorted(own | known.loose), dialect)
        return Pool(near, near, base)
    around, name = _NEAR[column.kind], column.name.lower()
    listed = (value for check in checks for value in _sorted(check.closed.get(name, ())))
    closed: tuple[Constant, ...] = column.labels or tuple(dict.fromkeys(listed))
    if closed:
        return Pool(tuple(value for value in closed if value in own), closed, closed)
    constants = _sorted(own) or _sorted(known.loose)
    found = [list(around(constant)) for constant in constants]
    exact = _unique(near[0] for near in found if near)
    near = _unique(value for values in found for value in values)
    # Given values count twice: what is usual for the column is more telling than what is usual for its kind.
    base = (*_unique([*_BASE[column.kind], *column.samples[:12]]), *column.samples[:12])
    # A CHECK names what may stand there: mostly draw around that, or nearly every row would be refused.
    bound = _unique(
        value for check in checks for constant in _sorted(check.constants.get(name, ())) for value in around(constant)
    )
    base = (*base, *bound * (1 + len(base) // len(bound))) if bound else base
    if column.kind in (Kind.TIMESTAMP, Kind.TIME) and column.samples:
        written = str(column.samples[0])
        exact, near, base = (
            tuple(moments.as_written(value, written) for value in some) for some in (exact, near, base)
        )
    length = re.fullmatch(r"\s*(?:VAR)?CHAR[\w ]*\((\d+)\)\s*", column.declared.upper())
    if length and column.kind is Kind.TEXT:
        exact, near, base = (_fitting(some, int(length[1])) for some in (exact, near, base))
    if dialect != "sqlite" and column.kind in (Kind.INT, Kind.REAL):
        exact, near, base = (nested.in_range(some, column.declared) for some in (exact, near, base))
    return Pool(exact, near, base)


def fresh(kind: Kind, number: int) -> Value:
    """Make a value of a kind that differs for each number, for columns that must be unique."""
    day = date(2024, 1, 1) + timedelta(days=number)
    match kind:
        case Kind.INT | Kind.BOOL | Kind.REAL:
            return number
        case Kind.DATE:
            return day.isoformat()
        case Kind.TIMESTAMP:
            return f"{day.isoformat()} 10:30:00"
        case Kind.TIME:
            return f"{number // 60 % 24:02}:{number % 60:02}:00"
        case Kind.BLOB:
            return b"x%d" % number
        case Kind.INTERVAL:
            return f"{number} days"
        case Kind.UUID:
            return f"00000000-0000-4000-8000-{number:012}"
        case Kind.JSON:
            return f'{{"id": {number}}}'
        case _:
            return f"x{number}"


def _fitting(values: Iterable[Value], length: int) -> tuple[Value, ...]:
    return _unique(value[:length] if isinstance(value, str) else value for value in values)


def _unique(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple({(type(value), value): value for value in values}.values())


def _sorted(constants: Iterable[Constant]) -> list[Constant]:
    return sorted(constants, key=lambda value: (isinstance(value, str), str(value)))


def _near_int(constant: Constant) -> Iterator[Value]:
    number = _as_number(constant)
    if number is not None and abs(number) < 1e12:
        whole = round(number)
        yield from (whole, whole - 1, whole + 1, -whole)


def _near_real(constant: Constant) -> Iterator[Value]:
    number = _as_number(constant)
    if number is not None and abs(number) < 1e12:
        # 0.04 below and above is where rounding to one digit turns, 0.004 for two.
        yield from (
            float(number),
            *(number + shift for shift in (-1, -0.5, -0.04, -0.004, 0.04, 0.5, 1)),
            -float(number),
        )


def _as_number(constant: Constant) -> int | float | None:
    if not isinstance(constant, str):
        return constant
    return float(constant) if re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", constant) else None


def _near_text(constant: Constant) -> Iterator[Value]:
    if not isinstance(constant, str):
        yield str(constant)
        if isinstance(constant, int) and 0 < constant < len(_LETTERS):  # it may be a length
            yield from (_LETTERS[: constant + more] for more in (0, 1, -1))
            yield f"{_LETTERS[:constant]} "
        return
    if len(constant) > 60:
        return
    plain = constant.replace("%", "").replace("_", "q")
    yield plain
    if "%" in constant or "_" in constant:
        wide = constant.replace("_", "q")
        yield from (wide.replace("%", "z"), wide.replace("%", "", 1).replace("%", "z"), f"z{plain}", f"{plain}z")
    yield from (plain.upper(), plain.lower(), plain.capitalize(), f"{plain} ", f" {plain}", f"{plain}x", plain[:-1])


def _near_bool(_constant: Constant) -> Iterator[Value]:
    yield from (0, 1)


def _near_nothing(_constant: Constant) -> Iterator[Value]:
    return iter(())


_NEAR = {
    Kind.INT: _near_int,
    Kind.REAL: _near_real,
    Kind.TEXT: _near_text,
    Kind.DATE: moments.near_date,
    Kind.TIMESTAMP: moments.near_timestamp,
    Kind.TIME: moments.near_time,
    Kind.BOOL: _near_bool,
    Kind.BLOB: _near_nothing,
}  # the kinds of `nested` have pools of their own
_LETTERS = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
_DATES = (
    "2024-01-31",
    "2024-02-29",
    "2024-03-01",
    "2023-02-28",
    "2023-12-31",
    "2025-01-01",
    "1999-07-04",
    "2031-10-09",
)
_BASE: Mapping[Kind, tuple[Value, ...]] = {
    Kind.INT: (1, 2, 3, 0, 9, 10, 100, -1, 7, 50),
    Kind.REAL: (1.0, 2.5, 3.25, 0.0, -1.5, 10.0, 9.75, 100.0),
    Kind.TEXT: ("a", "b", "A", "ab", "", "Zoë", "10", "9"),
    Kind.DATE: _DATES,
    Kind.TIMESTAMP: (*(f"{day} 00:00:00" for day in _DATES[:4]), *(f"{day} 18:45:30" for day in _DATES)),
    Kind.TIME: ("00:00:00", "09:30:00", "12:00:00", "23:59:59"),
    Kind.BOOL: (0, 1),
    Kind.BLOB: (b"a", b"b"),
}
