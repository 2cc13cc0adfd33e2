"""Says which rows a schema allows where asking the engine for each would cost too much: NOT NULL, UNIQUE and CHECK.

The keys are looked up here; a CHECK is asked of the engine once for each combination of the values it mentions. Foreign
keys hold by the way that rows are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, NamedTuple

from verisieve.verifiers.sql import lexer
from verisieve.verifiers.sql.engine import Row
from verisieve.verifiers.sql.schema import Table

_MOST_KNOWN = 20_000


class _Key(NamedTuple):
    """Columns that are unique together, and what they held so far; SQL lets NULLs stand beside each other."""

    of: Callable[[Row], Any]
    seen: set[Any]
    wide: bool


class _Rules(NamedTuple):
    """What is looked up for each row of a table."""

    needed: tuple[int, ...]
    keys: tuple[_Key, ...]
    checked: Callable[[Row], Any] | None
    known: dict[Any, bool]


class Keeper:
    """The rows of one database that were kept so far; `holds` asks the engine for a table's CHECKs on a row."""

    def __init__(self, holds: Callable[[Table, Row], bool]) -> None:
        self._holds = holds
        self._rules: dict[str, _Rules] = {}

    def empty(self) -> None:
        """Begin a database without rows."""
        for rules in self._rules.values():
            for key in rules.keys:
                key.seen.clear()

    def keep(self, table: Table, rows: Iterable[Row], kept: list[Row]) -> None:
        """Append the rows that the schema allows beside those kept before, one after the other."""
        rules = self._rules.get(table.name) or self._rules.setdefault(table.name, _rules(table))
        for row in rows:
            if None in row and any(row[i] is None for i in rules.needed):
                continue
            for of, seen, _ in rules.keys:
                if of(row) in seen:
                    break
            else:
                if rules.checked and not self._checked(table, row, rules):
                    continue
                for of, seen, wide in rules.keys:
                    value = of(row)
                    if value is not None and not (wide and None in value):
                        seen.add(value)
                kept.append(row)

    def _checked(self, table: Table, row: Row, rules: _Rules) -> bool:
        assert rules.checked
        key = rules.checked(row)
        held = rules.known.get(key)
        if held is None:
            if len(rules.known) >= _MOST_KNOWN:
                rules.known.clear()
            held = rules.known[key] = self._holds(table, row)
        return held


def _rules(table: Table) -> _Rules:
    mentioned = _mentioned(table) or range(len(table.columns))
    return _Rules(
        needed=tuple(i for i, column in enumerate(table.columns) if not column.nullable),
        keys=tuple(_Key(itemgetter(*places), set(), len(places) > 1) for places in table.unique if places),
        checked=itemgetter(*mentioned) if table.checks else None,
        known={},
    )


def _mentioned(table: Table) -> list[int]:
    words = {token.text.strip('"').lower() for check in table.checks for token in lexer.tokens(check)}
    return [i for i, column in enumerate(table.columns) if column.name.lower() in words]
