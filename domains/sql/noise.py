"""Play a noisy model for any task: replies that are right or wrong by construction, in the forms in which models write.

A right reply is made from the truth of its row (or is its `known`), a wrong one by a mistake that cannot be right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from verisieve.domains import Reply, fields
from verisieve.domains.sql import checker, replies
from verisieve.domains.sql.tasks import name as task_of
from verisieve.errors import TruthError
from verisieve.records import Problem
from verisieve.verifiers.sql import literals, shrink
from verisieve.verifiers.sql.bench import bench
from verisieve.verifiers.sql.engine import Row
from verisieve.verifiers.sql.gold import Gold
from verisieve.verifiers.sql.search import Refuted, search

_FORMS = (
    "{}",
    "I have looked at it carefully.\n\n{}",
    "<think>\nVerdict: right\nQ1: 0\n```sql\nSELECT 1\n```\n</think>\n{}",
)
_SILENT = ("I'm sorry, I can't help with that.", "It depends on the rows.", "")
_CONFIRMING = 40
Spoiled = Mapping[str, str]


def reply(problem: Problem, rng: Random, *, right: bool) -> Reply:
    """Answer a row rightly or wrongly on purpose; raise TruthError where no such answer is known."""
    task = task_of(problem.truth)
    if task == "solve":
        return replies.reply(problem, rng, right=right)
    said = _RIGHT[task](problem, rng) if right or task != "problem" else ""
    if right:
        return Reply(text=rng.choice(_FORMS).format(said), right=True, operator=f"{task}_right")
    spoiled = {"silent": rng.choice(_SILENT), **_WRONG[task](problem, said, rng)}
    operator = rng.choice(sorted(spoiled))
    return Reply(text=spoiled[operator], right=False, operator=f"{task}_{operator}")


def _gold(problem: Problem) -> Gold:
    read = checker.read_truth(problem.truth)
    return Gold(bench(read.schema, read.data, read.dialect), read.query, stream="reply")


def _fenced(sql: str) -> str:
    return f"```sql\n{sql}\n```"


def _known(problem: Problem) -> str | None:
    return fields.text(problem.truth, "known") if "known" in problem.truth else None


def _copied(rows: list[Row] | tuple[Row, ...]) -> str:
    """Return a query that says the result of one database, whatever the rows are."""
    tuples = ", ".join("(" + ", ".join(map(literals.literal, row)) + ")" for row in rows)
    return f"SELECT * FROM (VALUES {tuples}) AS copied"  # noqa: S608  # runs under guard, and is wrong


def _repaired(problem: Problem, rng: Random) -> str:
    return _fenced(fields.text(problem.truth, "query"))


def _unrepaired(problem: Problem, said: str, rng: Random) -> Spoiled:
    wanted = _gold(problem)
    return {
        "unchanged": _fenced(fields.text(problem.truth, "broken")),
        "copied_result": _fenced(_copied(tuple(wanted.fixture.rows))),
        "unsafe": _fenced(f"DELETE FROM {wanted.bench.schema.tables[0].target}"),  # noqa: S608  # is refused
    }


def _judged(problem: Problem, rng: Random) -> str:
    """Say whether the given query is right, with a small database where it is not."""
    if known := _known(problem):
        return known
    wanted, given = _gold(problem), fields.text(problem.truth, "given")
    found = search(wanted, given, databases=_CONFIRMING)
    if not isinstance(found, Refuted):
        return "Verdict: right"
    witness = shrink.smallest(wanted, given, found)
    rows = literals.inserts(wanted.bench.schema.tables, witness.rows, wanted.bench.dialect)
    if not rows:
        raise TruthError("given", "is wrong on an empty database alone", "unverifiable")
    return f"{_fenced(rows)}\n\nVerdict: wrong"


def _misjudged(problem: Problem, said: str, rng: Random) -> Spoiled:
    wrong = "Verdict: wrong" in said
    table = _gold(problem).bench.schema.tables[0]
    foreign = _fenced("INSERT INTO nowhere VALUES (1);")
    return {
        "opposite": "Verdict: right" if wrong else f"{foreign}\nVerdict: wrong",
        "no_rows": "It is wrong.\n\nVerdict: wrong",
        "both": f"{said}\nVerdict: {'right' if wrong else 'wrong'}",
        "run": f"{_fenced(f'INSERT INTO {table.target} SELECT * FROM {table.target}')}\n\nVerdict: wrong",  # noqa: S608
        "vague": "The query looks mostly fine, but there may be edge cases.",
    }


def _explained(problem: Problem, rng: Random) -> str:
    from verisieve.domains.sql.making.probes import written
    from verisieve.domains.sql.tasks import explanations

    read = checker.read_truth(problem.truth)
    table = bench(read.schema, read.data, read.dialect)
    asked = enumerate(explanations.questions(problem))
    lines = [f"Q{i + 1}: {written(explanations.answer(table, question, i))}" for i, question in asked]
    return "Clause by clause:\n\n" + "\n".join(lines)


def _misexplained(problem: Problem, said: str, rng: Random) -> Spoiled:
    head, _, first = said.partition("Q1: ")
    value, _, rest = first.partition("\n")
    return {
        "wrong": f"{head}Q1: {value}1\n{rest}" if value.isdigit() else f"{head}Q1: 'nothing of the kind'\n{rest}",
        "two": f"{said}\nQ1: {value}1",
        "fewer": said.rpartition("\n")[0],
        "vague": "The query joins the tables, filters the rows and returns what is asked for.",
    }


def _translated(problem: Problem, rng: Random) -> str:
    if known := _known(problem):
        return known
    from verisieve.domains.sql.tasks import translations
    from verisieve.verifiers.sql import analyse

    source, dialect, schema = translations.read(problem)
    tree = analyse.parse(source.query, source.dialect)
    guess = tree.sql(dialect) if tree is not None else source.query
    if not isinstance(translations.compare(translations.pairing(source, dialect, schema), guess), translations.Agreed):
        raise TruthError("source", "no translation is known", "unverifiable")
    return _fenced(guess)


def _mistranslated(problem: Problem, said: str, rng: Random) -> Spoiled:
    from verisieve.domains.sql.tasks import translations

    source, _, _ = translations.read(problem)
    wanted = Gold(bench(source.schema, source.data, source.dialect), source.query, stream="reply")
    return {
        "copied_result": _fenced(_copied(tuple(wanted.fixture.rows))),
        "twice": f"{said}\n{_fenced('SELECT 42')}",
        "invalid": _fenced("SELEC 1 FORM t"),
    }


def _invented(problem: Problem, rng: Random) -> str:
    from verisieve.domains.sql import inventing

    return inventing.right(problem, rng)


def _misinvented(problem: Problem, said: str, rng: Random) -> Spoiled:
    from verisieve.domains.sql import inventing

    return inventing.wrong(problem, rng)


_RIGHT: Mapping[str, Callable[[Problem, Random], str]] = {
    "repair": _repaired,
    "critique": _judged,
    "explain": _explained,
    "translate": _translated,
    "problem": _invented,
}
_WRONG: Mapping[str, Callable[[Problem, str, Random], Spoiled]] = {
    "repair": _unrepaired,
    "critique": _misjudged,
    "explain": _misexplained,
    "translate": _mistranslated,
    "problem": _misinvented,
}
