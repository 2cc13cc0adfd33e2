"""A gold query with what it returns on the fixture and on databases drawn for it, made once for all candidates.

A database on which the gold itself has no single result (ties under LIMIT, bare columns) is no evidence and is
replaced; one on which it returns what it returns on an empty database is weak evidence and mostly replaced.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from random import Random
from typing import Any, NamedTuple

from verisieve.errors import TruthError
from verisieve.verifiers.sql import analyse, compare, databases, plans, values
from verisieve.verifiers.sql.analyse import Glance, Reading
from verisieve.verifiers.sql.bench import Bench, Pair, Storage, recall
from verisieve.verifiers.sql.engine import Database, Refused, Row, Rows
from verisieve.verifiers.sql.goals import goals
from verisieve.verifiers.sql.orders import OrderKeys
from verisieve.verifiers.sql.plans import Plan
from verisieve.verifiers.sql.schemes import Scheme, scheme
from verisieve.verifiers.sql.values import Hints

_KEPT = 8  # golds and wider suites per workbench, up to a megabyte each
_REDRAWS = 4
_GOALS = 5
AMBIGUOUS = "ambiguous_gold"


class Expected(NamedTuple):
    """What the gold returns on one database; `runs` are the lengths of ties, None where rows are a bag.

    Where ties are not `known`, rows are taken to have none.
    """

    width: int
    rows: Sequence[Row]
    runs: Sequence[int] | None
    known: bool = True


class Sample(NamedTuple):
    """One drawn database on which the gold has one result."""

    rows: Database
    pair: Pair
    expected: Expected


class Wider(NamedTuple):
    """Databases drawn from the constants and tables of a candidate as well."""

    plan: Plan
    schemes: list[Scheme]
    rng: Random
    drawn: list[Sample | None]


class Gold:
    """One gold query on one workbench; `stream` names the random stream that its databases are drawn from.

    Where the given rows are only `sampled` from more, a gold that has no single result on them may have one on all of
    them: they are no evidence then, and `given` is an empty database.
    """

    def __init__(self, bench: Bench, sql: str, *, stream: str = "sql", sampled: bool = False) -> None:
        self._stream = f"{stream}:{bench.digest}:{sql}"
        self.bench, self.sampled = bench, sampled
        self.sql = sql
        self.reading = analyse.read(sql, bench.dialect)
        if self.reading.glance.unstable:
            raise TruthError("query", f"the gold depends on the moment: {self.reading.glance.unstable}", AMBIGUOUS)
        self.hints = values.hints(self.reading)
        self.plan = plans.plan(bench.schema, self.hints, self.reading.glance.names)
        blank = self.expected(bench.blank)
        self.given = self._given(blank if sampled else None)
        self.fixture = self.given.expected
        self._blank_rows = blank.rows if isinstance(blank, Expected) else None
        self._drawn: list[Sample | None] = []
        self._rng = Random(self._stream)  # databases are always drawn in the same order
        self._schemes: list[Scheme] | None = None
        self.memory: OrderedDict[Any, Any] = OrderedDict()  # what callers keep per gold, dropped with it

    @property
    def says_something(self) -> bool:
        """Tell whether the fixture's result differs from that of an empty database."""
        return self.tells(self.fixture)

    def tells(self, expected: Expected) -> bool:
        """Tell whether a result differs from that of an empty database."""
        return expected.rows != self._blank_rows

    @property
    def steady(self) -> bool:
        """Whether the gold's rows cannot depend on storage; a collation may choose among texts that it holds equal."""
        return self.reading.steady and self.bench.schema.plain

    def twin(self, *others: Glance) -> Storage:
        """Say which second storage can be used: a query that names rowid sees a difference in keyless tables."""
        named = self.bench.dialect == "sqlite" and any(glance.names_rowid for glance in (self.reading.glance, *others))
        return Storage.BACKWARDS if named else Storage.REVERSED

    def expected(self, pair: Pair) -> Expected | Refused | None:
        """Run the gold on both forms of a database, or on one where that must do; None where they disagree."""
        first = self.bench.run(self.sql, pair, Storage.GIVEN)
        if isinstance(first, Refused):
            return first
        runs, known = self._runs(first, pair)
        expected = Expected(first.width, first.rows, runs, known)
        if known and self.steady:
            return expected
        second = self.bench.run(self.sql, pair, self.twin())
        if isinstance(second, Refused):
            return second
        same = compare.equal(expected.rows, second.rows, expected.runs)
        return expected if same and not self._cuts_ties(expected, pair) else None

    def _cuts_ties(self, expected: Expected, pair: Pair) -> bool:
        """Tell whether a LIMIT chooses among ties: other ways to break them give another result."""
        forms = [self.bench.run(sql, pair, Storage.GIVEN) for sql in self.reading.tie_breaks]
        results = [form.rows for form in forms if isinstance(form, Rows)]
        # Only where sqlglot's own writing of the query gives the same result do its other forms mean anything.
        if len(results) < 3 or not compare.equal(expected.rows, results[0], expected.runs):
            return False
        return not all(compare.equal(expected.rows, rows, expected.runs) for rows in results[1:])

    def sample(self, index: int) -> Sample | None:
        """Return a database drawn from the gold's own constants; None where none was found that decides."""
        if not index:
            blank = self.expected(self.bench.blank)
            return Sample({}, self.bench.blank, blank) if isinstance(blank, Expected) else None
        while len(self._drawn) < index:
            if self._schemes is None:
                self._schemes = self._read_goals(self.plan, self.reading)
            self._drawn.append(self._draw(self.plan, self._schemes, self._rng, len(self._drawn)))
        return self._drawn[index - 1]

    def wider(self, other: Reading, index: int) -> Sample | None:
        """Return a database drawn from what a candidate names as well; constants and tables both count."""
        hints = values.hints(self.reading, other)
        key = repr((sorted(map(repr, hints.loose)), sorted(self._tables(other.glance))))
        kept: Wider = recall(self.bench.memory, (self._stream, key), lambda: self._wider(hints, other, key), _KEPT)
        while len(kept.drawn) <= index:
            kept.drawn.append(self._draw(kept.plan, kept.schemes, kept.rng, len(kept.drawn)))
        return kept.drawn[index]

    def wavers(self, count: int) -> Database | None:
        """Return a drawn database on which the gold has no single result; None where there is none of the first."""
        for index in range(count):
            rng = Random(f"{self._stream}:wavers:{index}")
            drawn = self.bench.draw(self.plan, rng, databases.SHAPES[index % len(databases.SHAPES)], index)
            if drawn is not None and self.expected(drawn[1]) is None:
                return drawn[0]
        return None

    def covers(self, other: Glance) -> bool:
        """Tell whether the databases drawn for the gold alone fit a candidate: no new constant, no new table."""
        known = {table.name for table in self.plan.tables}
        return other.loose <= self.reading.glance.loose and self._tables(other) <= known

    def _tables(self, other: Glance) -> set[str]:
        return {table.name for table in self.bench.schema.tables if table.name.lower() in other.names}

    def _wider(self, hints: Hints, other: Reading, key: str) -> Wider:
        plan = plans.plan(self.bench.schema, hints, self.reading.glance.names | other.glance.names)
        return Wider(plan, self._read_goals(plan, other, self.reading), Random(f"{self._stream}:{key}"), [])

    def _read_goals(self, plan: Plan, *readings: Reading) -> list[Scheme]:
        """Read what queries ask of rows, as far as it can be read."""
        found = []
        for tree in [reading.tree for reading in readings if reading.tree]:
            with suppress(*analyse.READER_FAULTS):
                found += [scheme(goal, plan.tables) for goal in goals(tree, self.bench.schema, _GOALS)]
        return found

    def _given(self, blank: Expected | Refused | None) -> Sample:
        """Return the given database; in its place the empty one, if there is one, where it cannot be used."""
        try:
            return Sample(self.bench.rows, self.bench.fixture, self._on_fixture())
        except TruthError:
            if not isinstance(blank, Expected):
                raise
            return Sample({}, self.bench.blank, blank)

    def _on_fixture(self) -> Expected:
        expected = self.expected(self.bench.fixture)
        if isinstance(expected, Refused):
            raise TruthError("query", f"the gold does not run: {expected.message}", AMBIGUOUS)
        forms = {Storage.BACKWARDS, *([self.twin()] if self.steady else [])}  # else the twin was asked just now
        others = [self.bench.run(self.sql, self.bench.fixture, form) for form in forms]
        if expected is None or not all(
            compare.equal(expected.rows, other.rows, expected.runs) for other in others if isinstance(other, Rows)
        ):
            raise TruthError("query", "the gold's result depends on how the rows are stored", AMBIGUOUS)
        return expected

    def _draw(self, plan: Plan, schemes: Sequence[Scheme], rng: Random, index: int) -> Sample | None:
        """Draw until a database decides, and says more than an empty one, within a few attempts.

        Every other one follows the queries' joins, where these could be read.
        """
        found: Sample | None = None
        for attempt in range(_REDRAWS):
            shape = databases.SHAPES[(index + attempt) % len(databases.SHAPES)]
            turn = index // 2
            planted = schemes[turn % len(schemes)] if schemes and index % 2 and not attempt else None
            drawn = self.bench.draw(plan, rng, shape, turn // len(schemes) if planted else index + attempt, planted)
            if drawn is None:
                continue
            rows, pair = drawn
            expected = self.expected(pair)
            if not isinstance(expected, Expected):
                continue
            found = Sample(rows, pair, expected)
            if index % 3 == 2 or self.tells(expected):
                break
        return found

    def _runs(self, result: Rows, pair: Pair) -> tuple[list[int] | None, bool]:
        """Find the ties of an ordered result, and tell whether they are known; where not, no two rows are tied."""
        if not self.reading.glance.ordered:
            return None, True
        runs = ties(self.bench, self.reading.keys, result, pair, Storage.GIVEN)
        return ([1] * len(result.rows), False) if runs is None else (runs, True)


def ties(bench: Bench, keys: OrderKeys | None, result: Rows, pair: Pair, storage: Storage) -> list[int] | None:
    """Return the lengths of the ties of an ordered result; None where its sort keys cannot be read."""
    if keys is None or not result.rows:
        return None
    keyed = bench.run(keys.sql, pair, storage)
    if isinstance(keyed, Refused) or [row[: result.width] for row in keyed.rows] != result.rows:
        return None
    places = [place if place >= 0 else keyed.width + place for place in keys.places]
    return compare.ties([tuple([row[place] for place in places]) for row in keyed.rows])


def gold(bench: Bench, sql: str, *, sampled: bool = False, among: int = 1) -> Gold:
    """Return the gold of a query, made once per workbench; `among` golds of one problem are kept together."""
    size = _KEPT + among - 1
    made: Gold = recall(bench.memory, (sql, sampled), lambda: Gold(bench, sql, sampled=sampled), size)
    return made
