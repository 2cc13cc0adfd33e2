"""Judge one reply to an SQL problem: extract, run under guard, compare on the fixture, search for a counterexample.

A pass says how it was earned: `proved` (same normal form) or `not_refuted` (so many databases tried). A result of the
engine is never taken from the reply's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Reason
from verisieve.verifiers.sql import adequacy, analyse, extract, fixtures, forms, lexer, shrink
from verisieve.verifiers.sql.bench import Bench, Storage, bench, forget
from verisieve.verifiers.sql.compare import TooHardError
from verisieve.verifiers.sql.engine import EngineLostError, EngineMissingError, Fault, Refused, Row
from verisieve.verifiers.sql.gold import Gold, gold
from verisieve.verifiers.sql.search import DATABASES, Exhausted, Refuted, search

DIALECTS = ("sqlite", "duckdb", "postgres")
PROVED_DATABASES = 8  # a proof by normal form trusts sqlglot's reader, so it is put to a small test
_MOST_ACCEPTED = 200
SHOWN_ROWS = 10
SHOWN_CHARS = 2_000


class SqlReason(StrEnum):
    """Why a reply is no pass."""

    NO_QUERY = "no_query"
    WRONG_RESULT = "wrong_result"
    UNSAFE_SQL = "unsafe_sql"
    INVALID_SQL = "invalid_sql"
    UNSTABLE_SQL = "unstable_sql"
    LIMIT = "limit"
    AMBIGUOUS_GOLD = "ambiguous_gold"
    ENGINE_MISSING = "engine_missing"
    ENGINE_LOST = "engine_lost"
    COLUMNS_TOO_ALIKE = "columns_too_alike"


class Truth(NamedTuple):
    """A truth row, read and checked; a reply that agrees with any one of the golds is right."""

    dialect: str
    schema: str
    data: str
    query: str
    free_columns: bool
    accepted: tuple[str, ...] = ()
    sampled: bool = False

    @property
    def golds(self) -> tuple[str, ...]:
        """All golds, the first one first."""
        return (self.query, *self.accepted)


def judge(truth: Mapping[str, Json], reply: str) -> list[Check]:
    """Return the checks of one reply, in order; raise TruthError for a truth that cannot be used."""
    read = read_truth(truth)
    found = extract.query(reply)
    return in_engine(read.dialect, lambda: _judged(read, found), found.text if found else None)


def judge_sql(read: Truth, sql: str) -> list[Check]:
    """Return the checks of one query, in order."""
    return _judged(read, extract.Found(sql, tuple(lexer.statements(sql))))


def in_engine(dialects: str, judged: Callable[[], list[Check]], answer: str | None = None) -> list[Check]:
    """Judge in engines; one that is missing, or is lost twice, ends in `error`, never in a verdict on the reply."""
    try:
        return judged()
    except EngineMissingError as error:
        return [_engine_fault(SqlReason.ENGINE_MISSING, dialects, answer, error)]
    except EngineLostError:
        _forget(dialects)
    try:  # what a lost engine held is made anew
        return judged()
    except (EngineMissingError, EngineLostError) as error:
        _forget(dialects)
        return [_engine_fault(SqlReason.ENGINE_LOST, dialects, answer, error)]


def _forget(dialects: str) -> None:
    for dialect in dialects.split(" and "):
        forget(dialect)


def _judged(read: Truth, found: extract.Found | None) -> list[Check]:
    table = bench(read.schema, read.data, read.dialect)
    if found is None:
        return [Check(name="query", outcome=Outcome.NO_ANSWER, reason=SqlReason.NO_QUERY)]
    # What is unsafe is refused whatever the gold is worth, so the gold is asked for little but what runs.
    barred = refusal(found) or _refused_on(table, found.statements[0])
    if barred and barred.reason == SqlReason.UNSTABLE_SQL and all(analyse.glance(sql).unstable for sql in read.golds):
        raise TruthError("query", "every gold depends on the moment, as the reply does", SqlReason.AMBIGUOUS_GOLD)
    if barred and barred.reason == SqlReason.INVALID_SQL:
        _needs_a_gold(table, read)
    if barred:
        return [barred]
    return _compared(table, read, found.statements[0])


def _needs_a_gold(table: Bench, read: Truth) -> None:
    """Raise TruthError where the engine runs no gold: it may be why it does not run the reply."""
    ran = [table.run(sql, table.fixture, Storage.GIVEN) for sql in read.golds]
    messages = [got.message for got in ran if isinstance(got, Refused)]
    if len(messages) == len(ran):
        raise TruthError("query", f"the gold does not run: {messages[0]}", SqlReason.AMBIGUOUS_GOLD)


def read_truth(truth: Mapping[str, Json]) -> Truth:
    """Read a truth row; raise TruthError naming the field that is wrong."""
    dialect = _text(truth, "dialect", "sqlite")
    if dialect not in DIALECTS:
        raise TruthError("dialect", f"{dialect!r} is none of {', '.join(DIALECTS)}")
    order = _text(truth, "column_order", "strict")
    if order not in ("strict", "any"):
        raise TruthError("column_order", f"{order!r} is neither strict nor any")
    golds = [_statement(_text(truth, "query"), "query"), *_accepted(truth.get("accepted", []))]
    if truth.get("fixture") is not None:
        fixture = fixtures.load(_text(truth, "fixture"))
        schema, data = fixture.schema, fixture.data
    else:
        schema, data = _text(truth, "schema"), _text(truth, "data", "")
    if not isinstance(sampled := truth.get("sampled", False), bool):
        raise TruthError("sampled", f"is a {type(sampled).__name__}, neither true nor false")
    return Truth(dialect, schema, data, golds[0], order == "any", tuple(golds[1:]), sampled)


def _accepted(value: Json) -> Iterator[str]:
    if not isinstance(value, list) or len(value) > _MOST_ACCEPTED:
        raise TruthError("accepted", f"is no list of at most {_MOST_ACCEPTED} queries")
    for number, query in enumerate(value):
        if not isinstance(query, str):
            raise TruthError(f"accepted[{number}]", f"is a {type(query).__name__}, not a text")
        yield _statement(query, f"accepted[{number}]")


def _statement(query: str, field: str) -> str:
    parts = lexer.statements(query)
    if len(parts) != 1:
        raise TruthError(field, f"holds {len(parts)} statements, not one", SqlReason.AMBIGUOUS_GOLD)
    return parts[0]


def _text(truth: Mapping[str, Json], field: str, default: str | None = None) -> str:
    value = truth.get(field)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise TruthError(field, f"is a {type(value).__name__}, not a text" if value is not None else "is missing")
    return value


def _engine_fault(reason: SqlReason, dialect: str, answer: str | None, error: Exception) -> Check:
    return Check(
        name="engine",
        outcome=Outcome.ERROR,
        reason=reason,
        answer=_cut(answer) if answer is not None else None,
        evidence={"dialect": dialect, "message": _cut(str(error))},
    )


def refusal(found: extract.Found) -> Check | None:
    """Refuse what need not be run: nothing, several statements, or a query that asks the clock or for chance."""
    if not found.statements:
        return failed(found.text, SqlReason.INVALID_SQL, "there is no statement to run")
    if len(found.statements) > 1:
        harmless = all(lexer.is_query(part) for part in found.statements)
        reason = SqlReason.INVALID_SQL if harmless else SqlReason.UNSAFE_SQL
        return failed(found.text, reason, f"{len(found.statements)} statements where one query is asked for")
    return None


def _refused_on(table: Bench, sql: str) -> Check | None:
    got = table.run(sql, table.fixture, Storage.GIVEN)
    if isinstance(got, Refused):
        return refused(sql, got)
    unstable = analyse.glance(sql).unstable
    return failed(sql, SqlReason.UNSTABLE_SQL, f"the result depends on the moment: {unstable}") if unstable else None


def _compared(table: Bench, read: Truth, sql: str) -> list[Check]:
    """Compare with each gold in turn; one that agrees on all databases suffices.

    A reply that agrees with no gold is wrong only where every gold could be compared with: it may be like the one that
    could not.
    """
    ran = Check(name="runs", outcome=Outcome.PASS, answer=_cut(sql))
    refuted: list[tuple[Gold, Refuted, int]] = []
    undecided: list[Check | TruthError] = []
    for number, query in enumerate(read.golds):
        try:
            wanted = gold(table, query, sampled=read.sampled, among=len(read.golds))
        except TruthError as error:
            undecided.append(error)
            continue
        found = _tried(wanted, sql, free_columns=read.free_columns)
        if isinstance(found, Refuted):
            refuted.append((wanted, found, number))
        elif found.outcome is Outcome.PASS:
            return [ran, _numbered(found, number, read)]
        else:
            undecided.append(found)
    for first in undecided:
        if isinstance(first, TruthError):
            raise first
        return [ran, first]
    wanted, nearest, number = max(refuted, key=_nearness)
    return [ran, _numbered(_refuted(wanted, sql, nearest, free_columns=read.free_columns), number, read)]


def _nearness(tried: tuple[Gold, Refuted, int]) -> tuple[bool, int, int]:
    """Of several golds the one with as many columns, and that took longest to refute, says most about a reply."""
    _, found, number = tried
    alike = not isinstance(found.got, Refused) and found.got.width == found.expected.width
    return alike, found.number, -number


def _numbered(check: Check, number: int, read: Truth) -> Check:
    if not read.accepted:
        return check
    return replace(check, evidence={**check.evidence, "gold": {"number": number, "of": len(read.golds)}})


def _tried(wanted: Gold, sql: str, *, free_columns: bool) -> Refuted | Check:
    """Compare with one gold: a database that refutes the query, or what else there is to say."""
    try:
        if isinstance(found := search(wanted, sql, free_columns=free_columns, databases=0), Refuted):
            return found
        proved = forms.same_form(wanted.sql, sql, wanted.bench.dialect)
        tried = PROVED_DATABASES if proved else DATABASES
        found = search(wanted, sql, free_columns=free_columns, databases=tried)
    except TooHardError as error:
        evidence: dict[str, Json] = {"message": str(error)}
        return Check(name="result", outcome=Outcome.ERROR, reason=SqlReason.COLUMNS_TOO_ALIKE, evidence=evidence)
    if isinstance(found, Refuted):
        return found
    if isinstance(found, Exhausted):
        evidence = {"message": f"the query used up its budget on {found.undecided} databases"}
        return Check(name="result", outcome=Outcome.LIMIT, reason=SqlReason.LIMIT, evidence=evidence)
    if not found.telling and not proved:
        evidence = {"message": f"the gold returns what it returns on nothing, on all {found.databases + 1} databases"}
        return Check(name="result", outcome=Outcome.ERROR, reason=Reason.UNVERIFIABLE, evidence=evidence)
    evidence = {"grade": "proved" if proved else "not_refuted", **found._asdict()}
    if not proved and wanted.bench.dialect == "sqlite":  # the others take milliseconds a query
        gate = adequacy.measure(wanted)
        evidence["mutants"] = {"killed": gate.killed, "of": gate.of}
    return Check(name="result", outcome=Outcome.PASS, evidence=evidence)


def refused(sql: str, got: Refused) -> Check:
    """Say why a query gave no rows."""
    if got.fault is Fault.LIMIT:
        evidence = {"message": _cut(got.message)}
        return Check(name="runs", outcome=Outcome.LIMIT, reason=SqlReason.LIMIT, answer=_cut(sql), evidence=evidence)
    return failed(sql, SqlReason(got.fault), got.message)


def failed(sql: str, reason: SqlReason, message: str) -> Check:
    """Say why a query is no answer, whatever it returns."""
    evidence = {"message": _cut(message)}
    return Check(name="runs", outcome=Outcome.FAIL, reason=reason, answer=_cut(sql), evidence=evidence)


def _refuted(wanted: Gold, sql: str, found: Refuted, *, free_columns: bool) -> Check:
    witness = shrink.smallest(wanted, sql, found, free_columns=free_columns)
    evidence = {
        "found_on": "fixture" if not found.number else f"database {found.number}",
        "witness": _cut(shrink.replay(wanted.bench, witness)),
        "witness_rows": shrink.size(witness),
        "storage": str(witness.storage),
        "expected": shown(witness.expected.rows),
        "got": {"error": witness.got.message} if isinstance(witness.got, Refused) else shown(witness.got.rows),
        "gold_orders": witness.expected.runs is not None,
        "query_sorts": analyse.glance(sql).sorts,
    }
    return Check(name="result", outcome=Outcome.FAIL, reason=SqlReason.WRONG_RESULT, evidence=evidence)


def shown(rows: Sequence[Row]) -> dict[str, Json]:
    """Return the first rows of a result as plain JSON, and how many there are."""
    first = [[_plain(value) for value in row[:20]] for row in rows[:SHOWN_ROWS]]
    return {"rows": first, "count": len(rows)}


def _plain(value: object) -> Json:
    if isinstance(value, bytes):
        return f"x'{value[:50].hex()}'"
    if isinstance(value, float):
        return value if abs(value) < 1e300 else str(value)
    return value if not isinstance(value, str) else value[:100]


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else text[:SHOWN_CHARS] + " …"
