"""Rewrites of an ordered or limited query that show its sort keys and its freedom among ties.

The rewritten queries only help to judge a gold's own result; where sqlglot's writing of it returns something else, the
caller drops them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sqlglot import exp


class OrderKeys(NamedTuple):
    """A query with its sort keys as extra columns at the end; a place counts output columns, or extras if negative."""

    sql: str
    places: tuple[int, ...]


def tie_breaks(tree: exp.Query, dialect: str) -> Iterator[str]:
    """Yield the query unchanged, and with the first outputs as last sort keys wherever rows are cut off."""
    from sqlglot import exp

    if tree.find(exp.Limit) is None:
        return
    yield tree.sql(dialect)
    for descending in (False, True):
        changed = tree.copy()
        for limit in changed.find_all(exp.Limit):
            if isinstance(limit.parent, exp.Query):
                _break_ties(limit.parent, descending=descending)
        yield changed.sql(dialect)


def _break_ties(query: exp.Query, *, descending: bool) -> None:
    from sqlglot import exp

    order = query.args.get("order") or exp.Order(expressions=[])
    width = 1 if query.is_star else len(query.selects)
    places = [exp.Ordered(this=exp.Literal.number(i + 1), desc=descending) for i in range(width)]
    query.set("order", exp.Order(expressions=[*order.expressions, *places]))


def order_keys(tree: exp.Query, dialect: str) -> OrderKeys | None:
    """Add the sort keys of a query as columns; None where they cannot be expressed."""
    from sqlglot import exp

    order = tree.args.get("order")
    if order is None:
        return None
    tree = tree.copy()
    outputs = list(tree.selects)
    may_add = isinstance(tree, exp.Select) and not tree.args.get("distinct")
    places: list[int] = []
    extras = 0
    for item in order.expressions:
        key = _key(item)
        place = _output_place(key, outputs)
        if place is None:
            if not may_add:
                return None
            extras += 1
            tree.select(exp.alias_(key.copy(), f"_key{extras}"), copy=False)
            place = -extras
        places.append(place)
    # Extras stand at the end: the first of them is -extras from there.
    return OrderKeys(tree.sql(dialect), tuple(p if p >= 0 else -(extras + 1 + p) for p in places))


def _key(item: Any) -> Any:
    """Return the expression that is sorted by; a NOCASE key ties in lower case."""
    from sqlglot import exp

    key = item.this if isinstance(item, exp.Ordered) else item
    if isinstance(key, exp.Collate) and key.expression.name.upper() == "NOCASE":
        return exp.Lower(this=key.this.copy())
    return key


def _output_place(key: Any, outputs: list[Any]) -> int | None:
    """Find a sort key among the output columns: by number, by output name, or by the same expression."""
    from sqlglot import exp

    if isinstance(key, exp.Literal) and str(key.this).isdecimal() and not key.is_string:
        return int(key.this) - 1
    if any(isinstance(output, exp.Star) or output.is_star for output in outputs):
        return None
    if isinstance(key, exp.Column) and not key.table:
        for i, output in enumerate(outputs):
            if output.alias_or_name.lower() == key.name.lower():
                return i
    return next((i for i, output in enumerate(outputs) if output.unalias() == key), None)
