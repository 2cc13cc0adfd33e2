"""Questions about the run of a query, each with the query that answers it: rows after each clause, groups, the result.

Built from sqlglot's tree of the query. What is asked is what execution says; a probe that is no good is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from verisieve.domains.sql.tasks.explanations import Question
from verisieve.errors import TruthError
from verisieve.verifiers.sql import analyse
from verisieve.verifiers.sql.engine import Row, Value
from verisieve.verifiers.sql.gold import Expected, Gold
from verisieve.verifiers.sql.literals import literal

if TYPE_CHECKING:
    from sqlglot import exp

MOST_ROWS = 8  # of a result that somebody writes down
MOST_WIDTH = 4


class Fact(NamedTuple):
    """A question with its answer, as text, and a sentence that says the same."""

    question: Question
    answer: str
    sentence: str


def facts(wanted: Gold) -> list[Fact]:
    """Ask about every clause and about the result."""
    tree = analyse.parse(wanted.sql, wanted.bench.dialect)
    found = []
    for ask, probe, sentence in _asked(tree, wanted.bench.dialect) if tree is not None else ():
        result = _answered(wanted, probe)
        if result is not None:
            said = written(result)
            found.append(Fact(Question(ask, probe), said, sentence.format(said)))
    return found


def _answered(wanted: Gold, probe: str) -> Expected | None:
    try:
        result = Gold(wanted.bench, probe).fixture
    except TruthError:
        return None
    return result if len(result.rows) <= MOST_ROWS and result.width <= MOST_WIDTH else None


def written(result: Expected) -> str:
    """Write a result on one line.

    >>> written(Expected(1, [(4,)], None)), written(Expected(2, [(1, "a"), (2, None)], None))
    ('4', "[[1, 'a'], [2, NULL]]")
    """
    if result.width == 1 and len(result.rows) == 1:
        return literal(_flat(result.rows[0][0]))
    if result.width == 1:
        return "[" + ", ".join(literal(_flat(row[0])) for row in result.rows) + "]"
    return "[" + ", ".join(_row(row) for row in result.rows) + "]"


def _row(row: Row) -> str:
    return "[" + ", ".join(literal(_flat(value)) for value in row) + "]"


def _flat(value: Value) -> Value:
    return " ".join(value.split()) if isinstance(value, str) and "\n" in value else value


def _asked(tree: exp.Query, dialect: str) -> Iterator[tuple[str, str, str]]:
    from sqlglot import exp

    if isinstance(tree, exp.Select):
        yield from _clauses(tree, dialect)
    elif isinstance(tree, exp.SetOperation):
        yield from _sides(tree, dialect)
    whole = tree.sql(dialect)
    rows = f"SELECT COUNT(*) FROM ({whole}) AS whole"  # noqa: S608  # a gold, run under guard
    yield "How many rows does the query return?", rows, "The query returns {} row(s)."
    ordered = ", in their order" if tree.args.get("order") else ""
    yield f"Which rows does the query return{ordered}? Write a list of rows.", whole, "They are {}."


def _clauses(tree: exp.Select, dialect: str) -> Iterator[tuple[str, str, str]]:
    from sqlglot import exp

    bare = exp.Select(**{name: tree.args[name] for name in ("with_", "from_", "joins") if tree.args.get(name)}).copy()
    if not bare.args.get("from_"):
        return
    joined = " after its joins" if bare.args.get("joins") else ""
    yield (
        f"How many rows does FROM give{joined}, before anything else?",
        _counted(bare, dialect),
        f"FROM{joined} gives {{}} row(s).",
    )
    if tree.args.get("where"):
        bare.set("where", tree.args["where"].copy())
        yield "How many of them does WHERE keep?", _counted(bare, dialect), "WHERE keeps {} of them."
    if tree.args.get("group"):
        bare.set("group", tree.args["group"].copy())
        yield "How many groups does GROUP BY make?", _grouped(bare, dialect), "GROUP BY makes {} group(s) of these."
    if tree.args.get("having"):
        bare.set("having", tree.args["having"].copy())
        yield "How many groups does HAVING keep?", _grouped(bare, dialect), "HAVING keeps {} of the groups."


def _counted(bare: exp.Select, dialect: str) -> str:
    from sqlglot import exp

    counted = bare.copy()
    counted.set("expressions", [exp.Count(this=exp.Star())])
    return counted.sql(dialect)


def _grouped(bare: exp.Select, dialect: str) -> str:
    from sqlglot import exp

    inner = bare.copy()
    inner.set("expressions", [exp.Literal.number(1)])
    return f"SELECT COUNT(*) FROM ({inner.sql(dialect)}) AS grouped"  # noqa: S608  # a gold, run under guard


def _sides(tree: exp.SetOperation, dialect: str) -> Iterator[tuple[str, str, str]]:
    word = tree.key.upper()
    for place, side in (("before", tree.this), ("after", tree.expression)):
        probe = f"SELECT COUNT(*) FROM ({side.sql(dialect)}) AS side"  # noqa: S608  # a gold, run under guard
        yield (
            f"How many rows does the query {place} {word} give, repeats counted?",
            probe,
            f"The query {place} {word} gives {{}} row(s).",
        )
