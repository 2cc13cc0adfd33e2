"""The seam to an engine: what a store of one schema can do, and what may come of a statement.

An engine is a `Store`. It judges nothing: it loads a schema, keeps databases in two forms of storage, says which rows
the schema allows, and runs a foreign query under guard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from verisieve.errors import SandboxError

if TYPE_CHECKING:
    from verisieve.verifiers.sql.schema import Schema, Table

Value = None | int | float | str | bytes
Row = tuple[Value, ...]
Database = Mapping[str, Sequence[Row]]


class Fault(StrEnum):
    """Why a statement gave no rows."""

    UNSAFE = "unsafe_sql"
    INVALID = "invalid_sql"
    LIMIT = "limit"


class Refused(NamedTuple):
    """A statement that gave no rows, with the engine's own words."""

    fault: Fault
    message: str


class Rows(NamedTuple):
    """What a query returned: the number of columns and the rows in order."""

    width: int
    rows: list[Row]


class Budget(NamedTuple):
    """How much one statement may use.

    SQLite counts `steps`, and `seconds` of CPU time are the outer stop behind them; the others know no steps.
    """

    steps: int = 2_000_000
    rows: int = 5_000
    chars: int = 4_000_000
    seconds: float = 1.0


class Storage(StrEnum):
    """How the rows lie: as given; reversed and without keys; as given but scanned or planned another way."""

    GIVEN = "given"
    REVERSED = "reversed"
    BACKWARDS = "backwards"


class Pair(NamedTuple):
    """One database in both forms of storage, in a form that only its engine reads."""

    given: Any
    reversed: Any


class EngineMissingError(SandboxError):
    """The engine is not on this machine, or may not be used; nothing was judged."""


class EngineLostError(SandboxError):
    """The engine went away in the middle; the next try starts or reaches it anew."""


class Store(Protocol):
    """One schema in one engine; `fixture` holds the given rows, `blank` none."""

    schema: Schema
    rows: Database
    fixture: Pair
    blank: Pair

    def run(self, sql: str, pair: Pair, storage: Storage, budget: Budget) -> Rows | Refused:
        """Run a foreign query on one form of a database; raise EngineLostError where the engine goes away."""

    def empty(self) -> None:
        """Begin a database without rows."""

    def keep(self, table: Table, rows: Iterable[Row], kept: list[Row]) -> None:
        """Offer rows to the database that was begun, one after the other; append those that the schema allows."""

    def pair(self, rows: Database) -> Pair | None:
        """Store what was kept in both forms; None where the engine refuses it as a whole."""

    def twin_ddl(self) -> str:
        """Return the CREATE statements of the second form."""

    def cpu(self) -> float:
        """Return the CPU seconds that processes of the engine have used for us, outside this process."""

    def close(self) -> None:
        """Give the memory back."""
