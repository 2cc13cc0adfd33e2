"""Says which rows a schema allows where asking the engine for each would cost too much: NOT NULL, UNIQUE and CHECK.

The keys are looked up here; a CHECK is asked of the engine once for each combination of the values it mentions. Foreign
keys hold by the way that rows are drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from verisieve.verifiers.sql import lexer
from verisieve.verifiers.sql.engine import Row, Value
from verisieve.verifiers.sql.schema import Table

_MOST_KNOWN = 20_000


class Keeper:
    """The rows of one database that were kept so far; `holds` asks the engine for a table's CHECKs on a row."""

    def __init__(self, holds: Callable[[Table, Row], bool]) -> None:
        self._holds = holds
        self._seen: defaultdict[str, list[set[Row]]] = defaultdict(list)
        self._places: dict[str, list[int]] = {}
        self._known: dict[tuple[str, tuple[Value, ...]], bool] = {}

    def empty(self) -> None:
        """Begin a database without rows."""
        self._seen.clear()

    def keep(self, table: Table, rows: Sequence[Row]) -> list[Row]:
        """Take the rows that the schema allows beside those kept, and return them."""
        taken = self._seen[table.name]
        if not taken:
            taken += [set() for _ in table.unique]
        needed = [i for i, column in enumerate(table.columns) if not column.nullable]
        kept = []
        for row in rows:
            if None in row and any(row[i] is None for i in needed):
                continue
            keys = [tuple([row[i] for i in places]) for places in table.unique]
            if any(key in seen and None not in key for key, seen in zip(keys, taken, strict=True)):
                continue
            if table.checks and not self._checked(table, row):
                continue
            for key, seen in zip(keys, taken, strict=True):
                seen.add(key)
            kept.append(row)
        return kept

    def _checked(self, table: Table, row: Row) -> bool:
        if table.name not in self._places:
            self._places[table.name] = _mentioned(table)
        key = (table.name, tuple([row[i] for i in self._places[table.name]]))
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = self._holds(table, row)
        return self._known[key]


def _mentioned(table: Table) -> list[int]:
    words = {token.text.strip('"').lower() for check in table.checks for token in lexer.tokens(check)}
    return [i for i, column in enumerate(table.columns) if column.name.lower() in words]
