"""Linting a gold before anybody is judged by it: what makes its verdicts worthless, and what they cannot tell.

A gold that no database tells from a simpler query either says more than it means, or asks for something that its
schema already promises; the simpler query is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from verisieve.domains import Finding
from verisieve.domains.sql.checker import read_truth
from verisieve.errors import TruthError
from verisieve.records import Json
from verisieve.verifiers.sql import analyse, literals
from verisieve.verifiers.sql.adequacy import LEAST, Adequacy, measure, separable
from verisieve.verifiers.sql.bench import Bench, Storage, bench
from verisieve.verifiers.sql.engine import Fault, Refused
from verisieve.verifiers.sql.gold import Gold, gold
from verisieve.verifiers.sql.mutants import Mutant

SHOWN = 5
_LARGE = 200  # databases of another stream, before a simpler query is called the same
_WAVERING = 24  # databases on which the gold must have one result
_REFUSED = {
    Fault.UNSAFE: ("unsafe_gold", "the gold is no query that may run"),
    Fault.INVALID: ("gold_does_not_run", "the gold does not run"),
    Fault.LIMIT: ("gold_too_costly", "the gold uses up its budget"),
}


def lint(truth: Mapping[str, Json]) -> Iterator[Finding]:
    """Yield what was found in one truth; raise TruthError for a truth that cannot be used at all."""
    read = read_truth(truth)
    table = bench(read.schema, read.data, read.dialect)
    for number, query in enumerate(read.golds, 1):
        label = f"gold {number} of {len(read.golds)}: " if read.accepted else ""
        for found in _of_gold(table, query, sampled=read.sampled):
            yield replace(found, message=label + found.message)
    yield from _among(table, read.golds, sampled=read.sampled)


def _of_gold(table: Bench, query: str, *, sampled: bool) -> Iterator[Finding]:
    refused = table.run(query, table.fixture, Storage.GIVEN)
    if isinstance(refused, Refused):
        kind, message = _REFUSED[refused.fault]
        yield Finding(kind=kind, message=f"{message}: {refused.message}", fault=True)
        return
    try:
        wanted = gold(table, query, sampled=sampled)
    except TruthError as error:
        yield Finding(kind=_ambiguity(table, query), message=str(error), fault=True)
        return
    yield from _on_fixture(wanted, sampled=sampled)
    yield from _elsewhere(wanted)
    if table.dialect == "sqlite":  # the others would take minutes a row
        yield from _neighbours(wanted, measure(wanted))


def _ambiguity(table: Bench, sql: str) -> str:
    """Say in a word why a gold has no single result on the fixture."""
    reading = analyse.read(sql, table.dialect)
    if reading.glance.unstable:
        return "clock_or_chance"
    return "tie_under_limit" if reading.tie_breaks else "depends_on_storage"


def _on_fixture(wanted: Gold, *, sampled: bool) -> Iterator[Finding]:
    """Find that the given rows say nothing; what a sample of them does not say, all of them may."""
    given = "a sample of the given database" if sampled else "the given database"
    if not wanted.fixture.rows:
        yield Finding(kind="empty_on_fixture", message=f"the gold returns no row on {given}", fault=not sampled)
    elif not wanted.says_something:
        message = f"the gold returns on {given} what it returns on an empty one"
        yield Finding(kind="says_nothing", message=message, fault=not sampled)


def _among(table: Bench, golds: Sequence[str], *, sampled: bool) -> Iterator[Finding]:
    """Find golds of one problem that return other numbers of rows: they are no mere choice of columns."""
    counts: dict[int, int] = {}
    for number, query in enumerate(golds, 1):
        with suppress(TruthError):
            wanted = gold(table, query, sampled=sampled, among=len(golds))
            counts.setdefault(len(wanted.fixture.rows), number)
    if len(counts) > 1:
        shown = ", ".join(f"gold {number} {count}" for count, number in counts.items())
        message = f"the golds return other numbers of rows on the given database, and each is accepted: {shown}"
        yield Finding(kind="golds_differ", message=message, fault=False)


def _elsewhere(wanted: Gold) -> Iterator[Finding]:
    """Find a database that the schema allows on which the gold has no single result."""
    rows = wanted.wavers(_WAVERING)
    if rows is not None:
        kind = "missing_tiebreak" if wanted.reading.tie_breaks else "order_of_storage"
        shown = literals.inserts(wanted.bench.schema.tables, rows, wanted.bench.dialect)
        message = "another database, which the schema allows, gives the gold more than one result"
        yield Finding(kind=kind, message=message, fault=False, evidence={"database": shown[:2_000]})


def _neighbours(wanted: Gold, found: Adequacy) -> Iterator[Finding]:
    """Name simpler queries that nothing tells from the gold, and neighbours that the checker's databases miss."""
    alike = [mutant for mutant in found.survivors if not separable(wanted, mutant, databases=_LARGE)]
    missed = [mutant for mutant in found.survivors if mutant not in alike]
    for mutant in [mutant for mutant in alike if mutant.simpler][:SHOWN]:
        message = f"no database tells the gold from a simpler query ({mutant.operator.replace('_', ' ')})"
        yield Finding(kind="same_as_simpler", message=message, fault=False, evidence=_shown(mutant))
    blind = [mutant for mutant in found.fixture_survivors if mutant not in found.survivors and mutant.simpler]
    if blind:
        message = f"the given database cannot tell the gold from {len(blind)} simpler queries; drawn ones can"
        evidence: dict[str, Json] = {"queries": [_shown(mutant) for mutant in blind[:SHOWN]]}
        yield Finding(kind="fixture_cannot_tell", message=message, fault=False, evidence=evidence)
    if found.killed < LEAST * (found.killed + len(missed)):
        message = f"the databases kill {found.killed} of {found.killed + len(missed)} neighbours that can be told apart"
        evidence = {"queries": [_shown(mutant) for mutant in missed[:SHOWN]]}
        yield Finding(kind="weak_databases", message=message, fault=False, evidence=evidence)


def _shown(mutant: Mutant) -> dict[str, Json]:
    return {"operator": mutant.operator, "change": mutant.detail, "query": mutant.sql[:2_000]}
