"""The task `translate`: a query of one dialect for another; each runs in its own engine over the same databases.

Nothing is translated by us to compare with. `truth.source` is a truth of its own, with the query to translate; `schema`
is the same tables in the dialect that is asked for. Databases are drawn for the source and stored in both engines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from verisieve.domains import fields
from verisieve.domains.sql import checker
from verisieve.domains.sql.checker import SqlReason, Truth
from verisieve.domains.sql.tasks.reasons import TaskReason
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem, Reason
from verisieve.verifiers.sql import analyse, extract, lexer, literals
from verisieve.verifiers.sql.bench import Bench, Pair, Storage, bench
from verisieve.verifiers.sql.engine import Budget, Database, Fault, Refused, Row, Rows, Value
from verisieve.verifiers.sql.gold import Expected, Gold, gold
from verisieve.verifiers.sql.search import DRAWN_BUDGET, Matcher, samples

DATABASES = 24  # other engines take milliseconds a database
LEAST = 6  # of them must fit the tables of the other dialect
MOST_UNDECIDED = 3
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(\.\d+)?)?")


class Difference(NamedTuple):
    """A database on which source and translation differ, by its number (0: the given rows), and what they return."""

    number: int
    rows: str
    expected: Expected
    got: Rows | Refused


class Agreed(NamedTuple):
    """On how many drawn databases both ran, and on how many, with the given one, the source says something."""

    databases: int
    telling: int


class Pairing(NamedTuple):
    """The source's gold and the workbench of the other dialect."""

    wanted: Gold
    table: Bench


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge a translation; raise TruthError for a source or tables that cannot be used."""
    source, dialect, schema = read(problem)
    found = extract.query(text)
    if found is None:
        return [Check(name="query", outcome=Outcome.NO_ANSWER, reason=SqlReason.NO_QUERY)]
    refused = checker.refusal(found)
    if refused:
        return [refused]
    both = f"{source.dialect} and {dialect}"
    return checker.in_engine(both, lambda: _judged(pairing(source, dialect, schema), found.statements[0]))


def read(problem: Problem) -> tuple[Truth, str, str]:
    """Read the source, and the dialect and schema that are asked for."""
    given = problem.truth.get("source")
    if not isinstance(given, dict):
        raise TruthError("source", "is not an object")
    try:
        source = checker.read_truth(given)
    except TruthError as error:
        raise TruthError(f"source.{error.field}", str(error).split(": ", 1)[-1], error.reason) from error
    dialect = fields.choice(problem.truth, "dialect", checker.DIALECTS)
    if dialect == source.dialect:
        raise TruthError("dialect", "is that of the source")
    return source, dialect, fields.text(problem.truth, "schema")


def pairing(source: Truth, dialect: str, schema: str) -> Pairing:
    """Open both engines; raise TruthError where the tables of the two dialects are not the same."""
    wanted = gold(bench(source.schema, source.data, source.dialect), source.query)
    table = bench(schema, "", dialect)
    shapes = [{t.name.lower(): len(t.columns) for t in each.schema.tables} for each in (wanted.bench, table)]
    if shapes[0] != shapes[1]:
        raise TruthError("schema", "does not have the tables of the source")
    return Pairing(wanted, table)


def _judged(pair: Pairing, sql: str) -> list[Check]:
    found = compare(pair, sql)
    if isinstance(found, Refused):
        return [checker.refused(sql, found)]
    if reason := analyse.glance(sql).unstable:
        return [checker.failed(sql, SqlReason.UNSTABLE_SQL, f"the result depends on the moment: {reason}")]
    ran = Check(name="runs", outcome=Outcome.PASS, answer=sql[:2_000])
    told: dict[str, Json] = {"source": pair.wanted.bench.dialect, "target": pair.table.dialect}
    if isinstance(found, Difference):
        copied = lexer.normal(sql) == lexer.normal(pair.wanted.sql)
        told |= {"found_on": f"database {found.number}" if found.number else "fixture", "witness": found.rows[:2_000]}
        told["expected"] = checker.shown(found.expected.rows)
        told["got"] = {"error": found.got.message} if isinstance(found.got, Refused) else checker.shown(found.got.rows)
        reason = TaskReason.UNTRANSLATED if copied else SqlReason.WRONG_RESULT
        return [ran, Check(name="result", outcome=Outcome.FAIL, reason=reason, evidence=told)]
    told |= found._asdict()
    if found.databases < LEAST or not found.telling:
        told["message"] = f"the two could be compared on {found.databases} databases, telling {found.telling}"
        return [ran, Check(name="result", outcome=Outcome.ERROR, reason=Reason.UNVERIFIABLE, evidence=told)]
    return [ran, Check(name="result", outcome=Outcome.PASS, evidence=told)]


def compare(pair: Pairing, sql: str, *, databases: int = DATABASES) -> Difference | Agreed | Refused:
    """Run both over the given database and drawn ones; a translation that does not run at all is Refused."""
    wanted, table = pair
    matcher = Matcher(free_columns=False, sorts=analyse.glance(sql).sorts)
    twin = Storage.BACKWARDS if table.dialect == "sqlite" else Storage.REVERSED
    tried = telling = undecided = 0
    for number, sample, _ in samples(wanted, wanted.twin(), databases):
        stored = table.build(sample.rows)
        if stored is None and not number:
            raise TruthError("schema", "cannot hold the rows of the source")
        if stored is None:
            continue
        got = _run(table, sql, stored, (Storage.GIVEN, twin), number)
        if isinstance(got, Refused) and got.fault is Fault.LIMIT and number:
            undecided += 1
            if undecided > MOST_UNDECIDED:
                return got
            continue
        if isinstance(got, Refused) and not number:
            return got
        if isinstance(got, Refused) or not all(_matches(matcher, sample.expected, each) for each in got):
            shown = got if isinstance(got, Refused) else got[0]
            return Difference(number, _written(wanted, sample.rows), sample.expected, shown)
        tried += number > 0
        telling += wanted.tells(sample.expected)
    return Agreed(tried, telling)


def _run(table: Bench, sql: str, stored: Pair, storages: Sequence[Storage], number: int) -> list[Rows] | Refused:
    """Run a translation on both forms of the given database, and on one of them in turn of the others."""
    found = []
    for storage in storages if not number else storages[number % 2 :][:1]:
        got = table.run(sql, stored, storage, DRAWN_BUDGET if number else Budget())
        if isinstance(got, Refused):
            return got
        found.append(got)
    return found


def _matches(matcher: Matcher, expected: Expected, got: Rows) -> bool:
    same_form = Expected(expected.width, [_plain_row(row) for row in expected.rows], expected.runs)
    return matcher.matches(same_form, Rows(got.width, [_plain_row(row) for row in got.rows]))


def _plain_row(row: Row) -> Row:
    return tuple(map(_plain, row))


def _plain(value: Value) -> Value:
    """Write what dialects write differently in one form: truth values as numbers, moments with seconds.

    >>> _plain(True), _plain("2024-05-31T09:00"), _plain("2024-05-31 00:00:00")
    (1, '2024-05-31 09:00:00', '2024-05-31')
    """
    if isinstance(value, bool):
        return int(value)
    moment = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if moment is None:
        return value
    day, clock, seconds, fraction = moment.groups()
    fraction = (fraction or "").rstrip("0").rstrip(".")
    whole = f"{clock}:{seconds or '00'}{fraction}"
    return day if whole == "00:00:00" else f"{day} {whole}"


def _written(wanted: Gold, rows: Database) -> str:
    return literals.inserts(wanted.bench.schema.tables, rows, wanted.bench.dialect)
