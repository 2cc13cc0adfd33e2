"""The task `problem`: the reply is a new question with its gold. Each gate is a check of its own, the cheap ones first.

That question and gold agree is believed where independent queries agree with the gold: `truth.solutions` holds texts of
models that were shown the question alone, of which `truth.agree` must mean what the gold means, and no other as many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from verisieve.domains import fields, gates, likeness, voting
from verisieve.domains.sql import checker
from verisieve.domains.sql.checker import SqlReason, Truth
from verisieve.domains.sql.tasks import complexity, drafts, leaks, votes
from verisieve.domains.sql.tasks.drafts import Draft, DraftError
from verisieve.domains.sql.tasks.reasons import TaskReason
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem, Reason
from verisieve.verifiers.sql import adequacy, analyse
from verisieve.verifiers.sql.bench import Bench, Storage, bench
from verisieve.verifiers.sql.engine import Fault, Refused
from verisieve.verifiers.sql.gold import Gold, gold
from verisieve.verifiers.sql.search import Refuted, search

AGREE = 2  # independent queries that must mean what the gold means
MISSES = 1  # neighbours that may be missed whatever their share: a plain gold has a dozen
_WAVERING = 24  # databases on which the gold must have one result


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: the operator, its parent, questions that are there already, and who must agree."""

    operator: str
    parent: Draft | None
    others: Sequence[str]
    solutions: Sequence[str]
    agree: int


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge a new problem; raise TruthError for a field that cannot be read."""
    asked = _asked(problem.truth)
    try:
        draft = drafts.read(text)
    except DraftError as error:
        return [_check("form", Outcome.NO_ANSWER, TaskReason.NO_CLAIM, message=str(error)[:500])]
    read = checker.read_truth({**drafts.base(problem.truth), "query": draft.query})
    return checker.in_engine(read.dialect, lambda: gates.until_failed(_gates(draft, read, asked)), draft.query[:2_000])


def _gates(draft: Draft, read: Truth, asked: Asked) -> Iterator[Check]:
    table = bench(read.schema, read.data, read.dialect)
    yield _runs(table, draft)
    try:
        wanted = gold(table, draft.query)
    except TruthError as error:
        yield _check("gold", Outcome.FAIL, SqlReason.AMBIGUOUS_GOLD, message=str(error))
        return
    yield _says(wanted)
    yield _one_result(wanted)
    yield _untold(draft, wanted)
    yield _new(draft, wanted, asked)
    core = complexity.core(wanted) if table.dialect == "sqlite" else draft.query
    yield _not_plain(core, table)
    if table.dialect == "sqlite":  # the others would take minutes
        yield _distinguishing(wanted)
    yield _measured(core, table, asked)
    if asked.agree:
        yield voting.check(votes.count(read, asked.solutions), asked.agree)


def _runs(table: Bench, draft: Draft) -> Check:
    got = table.run(draft.query, table.fixture, Storage.GIVEN)
    if not isinstance(got, Refused):
        return Check(name="form", outcome=Outcome.PASS, answer=draft.query[:2_000])
    reason = SqlReason.UNSAFE_SQL if got.fault is Fault.UNSAFE else TaskReason.BAD_GOLD
    return _check("form", Outcome.FAIL, reason, message=got.message[:500], query=draft.query[:500])


def _says(wanted: Gold) -> Check:
    """The result on the given rows has rows, and is not what an empty database gives: no constant, no count of "
    "nothing."""
    if not wanted.fixture.rows:
        return _check("says", Outcome.FAIL, TaskReason.EMPTY_GOLD)
    if not wanted.says_something:
        return _check("says", Outcome.FAIL, TaskReason.SAYS_NOTHING)
    return _check("says", Outcome.PASS, "", rows=len(wanted.fixture.rows))


def _one_result(wanted: Gold) -> Check:
    """One result on every database that the schema allows, as far as a number of them can tell."""
    if _cuts_unordered(wanted.sql, wanted.bench.dialect):
        return _check("gold", Outcome.FAIL, SqlReason.AMBIGUOUS_GOLD, message="a LIMIT without an ORDER BY")
    if wanted.wavers(_WAVERING) is not None:
        message = "a database that the schema allows gives it more than one result"
        return _check("gold", Outcome.FAIL, SqlReason.AMBIGUOUS_GOLD, message=message)
    return _check("gold", Outcome.PASS, "", databases=_WAVERING)


def _cuts_unordered(sql: str, dialect: str) -> bool:
    from sqlglot import exp

    tree = analyse.parse(sql, dialect)
    limited = [each.parent for each in tree.find_all(exp.Limit)] if tree is not None else []
    return any(each is not None and not each.args.get("order") for each in limited)


def _untold(draft: Draft, wanted: Gold) -> Check:
    piece = leaks.find(draft.question, wanted)
    if piece:
        return _check("untold", Outcome.FAIL, TaskReason.LEAKED, piece=piece[:200])
    return _check("untold", Outcome.PASS, "")


def _new(draft: Draft, wanted: Gold, asked: Asked) -> Check:
    """It is not its parent, by question or by query, and none of the questions that are there already."""
    known = [*([asked.parent.question] if asked.parent else []), *asked.others]
    strict = asked.operator in {"new", "variant"}
    for question in known:
        same = likeness.plain(draft.question) == likeness.plain(question)
        alike = likeness.likeness(draft.question, question)
        if same or (strict and alike >= likeness.NEAR):
            return _check("parent", Outcome.FAIL, TaskReason.SAME_AS_PARENT, question=question[:200])
    if asked.parent and not isinstance(search(wanted, asked.parent.query), Refuted):
        return _check("parent", Outcome.FAIL, TaskReason.SAME_AS_PARENT, query=asked.parent.query[:500])
    return _check("parent", Outcome.PASS, "", operator=asked.operator)


def _not_plain(core: str, table: Bench) -> Check:
    if complexity.plain(core, table.dialect):
        return _check("plain", Outcome.FAIL, TaskReason.TOO_PLAIN, core=core[:500])
    return _check("plain", Outcome.PASS, "")


def _distinguishing(wanted: Gold) -> Check:
    """The databases that replies will be judged by tell the gold from its neighbours."""
    found = adequacy.measure(wanted)
    missed = sum(adequacy.separable(wanted, mutant, databases=complexity.OTHERS) for mutant in found.survivors)
    told: dict[str, Json] = {"killed": found.killed, "of": found.killed + missed, "least": adequacy.LEAST}
    if missed > MISSES and found.killed < adequacy.LEAST * (found.killed + missed):
        return _check("databases", Outcome.FAIL, TaskReason.WEAK_DATABASES, **told)
    return _check("databases", Outcome.PASS, "", **told)


def _measured(core: str, table: Bench, asked: Asked) -> Check:
    """Harder takes more steps than its parent, easier fewer, what can be left out not counted."""
    if asked.operator not in {"harder", "easier"} or asked.parent is None:
        return _check("difficulty", Outcome.PASS, "", measured=False)
    theirs = complexity.core(gold(table, asked.parent.query)) if table.dialect == "sqlite" else asked.parent.query
    mine, before = complexity.steps(core, table.dialect), complexity.steps(theirs, table.dialect)
    if mine is None or before is None:
        return _check("difficulty", Outcome.ERROR, Reason.UNVERIFIABLE, message="the query cannot be measured")
    told: dict[str, Json] = {"measured": True, "steps": mine._asdict(), "parent": before._asdict(), "core": core[:500]}
    if asked.operator == "harder" and mine.total <= before.total:
        return _check("difficulty", Outcome.FAIL, TaskReason.NOT_HARDER, **told)
    if asked.operator == "easier" and mine.total >= before.total:
        return _check("difficulty", Outcome.FAIL, TaskReason.NOT_EASIER, **told)
    return _check("difficulty", Outcome.PASS, "", **told)


def _asked(truth: Mapping[str, Json]) -> Asked:
    operator, parent = fields.asked(truth)
    if parent is not None and not isinstance(parent, dict):
        raise TruthError("parent", "is not an object")
    return Asked(
        operator=operator,
        parent=Draft(question=_of(parent, "question"), query=_of(parent, "query")) if parent else None,
        others=fields.texts({**truth, "others": truth.get("others") or None}, "others") or [],
        solutions=fields.texts({**truth, "solutions": truth.get("solutions") or None}, "solutions") or [],
        agree=fields.whole(truth, "agree", AGREE, least=0),
    )


def _of(parent: Mapping[str, Json], field: str) -> str:
    try:
        return fields.text(parent, field)
    except TruthError as error:
        raise TruthError(f"parent.{field}", str(error).partition(": ")[2]) from error


def _check(name: str, outcome: Outcome, reason: str, **evidence: Json) -> Check:
    return Check(name=name, outcome=outcome, reason=str(reason), evidence=evidence)
