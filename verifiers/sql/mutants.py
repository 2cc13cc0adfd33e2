"""Neighbours of a query: the small mistakes that people and models make, one each.

Works on sqlglot's tree and writes it back; whether a neighbour means something else is for databases to say. What the
engine refuses is no mutant: the caller drops it.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from verisieve.verifiers.sql import analyse, slips
from verisieve.verifiers.sql.forms import same_form
from verisieve.verifiers.sql.schema import Schema

if TYPE_CHECKING:
    from sqlglot import exp

MOST = 60
_PER_OPERATOR = 8


class Mutant(NamedTuple):
    """A neighbour; `simpler` tells that it is the query with something left out, `detail` what was changed."""

    operator: str
    detail: str
    sql: str
    simpler: bool


def mutants(sql: str, schema: Schema, *, most: int = MOST) -> list[Mutant]:
    """Return the neighbours of a query, operators in turn; none where sqlglot cannot read it.

    >>> from verisieve.verifiers.sql.schema import Schema
    >>> found = mutants("SELECT a FROM t WHERE b > 1", Schema(tables=(), views=(), plain=True))
    >>> [mutant.sql for mutant in found if mutant.operator == "strictness"]
    ['SELECT a FROM t WHERE b >= 1']
    """
    tree = analyse.parse(sql, schema.dialect)
    if tree is None:
        return []
    seen = {tree.sql(schema.dialect)}
    by_operator: dict[str, list[Mutant]] = {}
    columns = slips.Columns(tree, schema)
    for node in list(tree.walk()):
        for slip in slips.of(node, columns):
            group = by_operator.setdefault(slip.operator, [])
            if len(group) == _PER_OPERATOR:  # a long query has more neighbours than are wanted: each is written whole
                continue
            mutant = _mutant(tree, node, slip, schema.dialect)
            if mutant.sql not in seen and not same_form(sql, mutant.sql, schema.dialect):
                seen.add(mutant.sql)
                group.append(mutant)
    turns = [mutant for group in by_operator.values() for mutant in enumerate(group)]
    return [mutant for _, mutant in islice(sorted(turns, key=lambda turn: turn[0]), most)]


def _mutant(tree: exp.Query, node: Any, slip: slips.Slip, dialect: str) -> Mutant:
    """Put a slip in its place, write the query, and put the old node back."""
    whole, new = _replaced(tree, node, slip.new)
    try:
        text = whole.sql(dialect)
    finally:
        if whole is tree:
            new.replace(node)
    return Mutant(slip.operator, f"{_short(node, dialect)} -> {_short(slip.new, dialect)}", text, slip.simpler)


def _replaced(tree: exp.Query, node: Any, new: Any) -> tuple[Any, Any]:
    if node is tree:
        return new, new
    return tree, node.replace(new)


def _short(node: Any, dialect: str) -> str:
    text = str(node.sql(dialect))
    return text if len(text) <= 80 else text[:77] + "..."
