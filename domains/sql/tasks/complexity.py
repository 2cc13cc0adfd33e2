"""How much a query asks for: its joins, groupings, windows, nested queries, set operations and recursions.

A statement about the query, not about how hard people or models find it. What can be left out without any database
telling is left out before anything is counted: padding makes no query harder.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from verisieve.verifiers.sql import analyse
from verisieve.verifiers.sql.adequacy import separable
from verisieve.verifiers.sql.bench import recall
from verisieve.verifiers.sql.gold import Gold
from verisieve.verifiers.sql.mutants import Mutant, mutants
from verisieve.verifiers.sql.search import Refuted, search

if TYPE_CHECKING:
    from sqlglot import exp

_ROUNDS = 6
_KEPT = 8
OTHERS = 80  # databases of another stream that must not tell a part's absence either


class Steps(NamedTuple):
    """How often each thing occurs; conditions and columns do not count."""

    joins: int
    groupings: int
    windows: int
    nested: int
    sets: int
    recursions: int

    @property
    def total(self) -> int:
        """All of them; a recursion is worth two."""
        return sum(self) + self.recursions


def steps(sql: str, dialect: str = "sqlite") -> Steps | None:
    """Count what a query asks for; None where sqlglot cannot read it.

    >>> steps("SELECT a, COUNT(*) FROM t JOIN u ON t.id = u.id GROUP BY a").total
    2
    >>> steps("SELECT * FROM (SELECT a FROM t) x").total
    0
    """
    from sqlglot import exp

    tree = analyse.parse(sql, dialect)
    if tree is None:
        return None
    selects = list(tree.find_all(exp.Select))
    sets = len(list(tree.find_all(exp.SetOperation)))
    recursive = [each for each in tree.find_all(exp.With) if each.args.get("recursive")]
    recursions = sum(_refers_to_itself(cte) for each in recursive for cte in each.expressions)
    return Steps(
        joins=len(list(tree.find_all(exp.Join))),
        groupings=sum(bool(each.args.get("group") or _folds(each)) for each in selects),
        windows=len(list(tree.find_all(exp.Window))),
        nested=max(0, sum(not _wraps(each) for each in selects) - 1 - sets),
        sets=sets - recursions,
        recursions=recursions,
    )


def plain(sql: str, dialect: str = "sqlite") -> bool:
    """Whether a query shows a table as it is: no step, no condition, no calculation, no choice of rows."""
    from sqlglot import exp

    tree = analyse.parse(sql, dialect)
    if tree is None or not isinstance(tree, exp.Select):
        return False
    told = steps(sql, dialect)
    where = tree.args.get("where")
    clauses = any(tree.args.get(name) for name in ("group", "having", "distinct", "limit", "offset"))
    clauses |= where is not None and not isinstance(where.this, exp.Boolean)
    shown = (exp.Column, exp.Star, exp.Literal, exp.Null)
    columns = all(isinstance(each.unalias(), shown) for each in tree.expressions)
    return told is not None and told.total == 0 and not clauses and columns


def core(gold: Gold) -> str:
    """Leave out of a gold what no database misses; made once per gold."""
    found: str = recall(gold.memory, "core", lambda: _core(gold), _KEPT)
    return found


def _core(gold: Gold) -> str:
    sql = gold.sql
    for _ in range(_ROUNDS):
        simpler = next((each for each in _simpler(gold, sql) if not _told_apart(gold, each)), None)
        if simpler is None:
            break
        sql = simpler
    return sql


def _told_apart(gold: Gold, sql: str) -> bool:
    if isinstance(search(gold, sql), Refuted):
        return True
    return separable(gold, Mutant("simpler", "", sql, simpler=True), databases=OTHERS)


def _simpler(gold: Gold, sql: str) -> Iterator[str]:
    """Yield a query with a join, a predicate, a DISTINCT, or one side of a set operation left out."""
    yield from (each.sql for each in mutants(sql, gold.bench.schema) if each.simpler)
    yield from _sides(sql, gold.bench.dialect)


def _sides(sql: str, dialect: str) -> Iterator[str]:
    from sqlglot import exp

    tree = analyse.parse(sql, dialect)
    for node in list(tree.find_all(exp.SetOperation)) if tree is not None else ():
        for side in (node.this, node.expression):
            if node is tree:
                whole: Any = side.copy()
                if node.args.get("with_"):
                    whole.set("with_", node.args["with_"].copy())
                yield whole.sql(dialect)
                continue
            new = side.copy()
            node.replace(new)
            yield tree.sql(dialect) if tree is not None else ""
            new.replace(node)


def _refers_to_itself(cte: exp.Expression) -> bool:
    from sqlglot import exp

    return any(table.name.lower() == cte.alias.lower() for table in cte.this.find_all(exp.Table))


def _folds(select: exp.Select) -> bool:
    """Whether aggregates stand in the output without a GROUP BY."""
    from sqlglot import exp

    return any(
        each.find_ancestor(exp.Window) is None and each.find_ancestor(exp.Select) is select
        for item in select.expressions
        for each in item.find_all(exp.AggFunc)
    )


def _wraps(select: exp.Select) -> bool:
    """Whether a SELECT only passes on what one query inside it gives."""
    from sqlglot import exp

    names = {cte.alias.lower() for cte in (select.args["with_"].expressions if select.args.get("with_") else ())}
    source = select.args["from_"].this if select.args.get("from_") else None
    inner = isinstance(source, exp.Subquery) or (isinstance(source, exp.Table) and source.name.lower() in names)
    busy = any(select.args.get(name) for name in ("joins", "where", "group", "having", "distinct", "limit", "offset"))
    return inner and not busy and all(isinstance(each.unalias(), (exp.Column, exp.Star)) for each in select.expressions)
