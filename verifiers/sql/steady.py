"""Tells which queries return the same however rows are stored, so that one form of a database will do for them.

Only says yes where nothing in the tree could choose among rows: no LIMIT, no window, no bare column beside an
aggregate, no subquery that may return several rows where one is wanted. What it does not know is a no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlglot import exp

# Of the functions that sqlglot has no class for, these look at the order of rows.
_ORDERED_CALLS = frozenset({"group_concat", "json_group_array", "json_group_object", "string_agg"})


def steady(tree: exp.Query, dialect: str) -> bool:
    """Tell whether a query's rows, apart from their order, cannot depend on how its tables are stored.

    >>> from verisieve.verifiers.sql.analyse import parse
    >>> [steady(parse(sql), "sqlite") for sql in ("SELECT a FROM t", "SELECT a, MAX(b) FROM t")]
    [True, False]
    """
    from sqlglot import exp

    choosing = (exp.Limit, exp.Offset, exp.Fetch, exp.Window, exp.Collate, exp.TableSample, exp.Lateral, exp.Unnest)
    return not any(
        isinstance(node, choosing)
        or (isinstance(node, exp.Func) and not _settled_call(node, dialect))
        or (isinstance(node, exp.Select) and not _settled_select(node))
        or (isinstance(node, exp.Subquery) and not _settled_subquery(node))
        for node in tree.walk()
    )


def _settled_call(node: Any, dialect: str) -> bool:
    from sqlglot import exp

    if isinstance(node, exp.AggFunc):
        return isinstance(node, (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max))
    if isinstance(node, exp.Anonymous):
        return dialect == "sqlite" and node.name.lower() not in _ORDERED_CALLS
    return not isinstance(node, exp.JSONObjectAgg)


def _settled_select(node: Any) -> bool:
    """Tell whether every column outside an aggregate is one that is grouped by, where there are groups."""
    from sqlglot import exp

    if node.args.get("distinct") and node.args["distinct"].args.get("on"):
        return False
    group = node.args.get("group")
    parts = [*node.expressions, *(node.args[name] for name in ("having", "order") if node.args.get(name))]
    if not group and not any(_own(part, exp.AggFunc) for part in parts):
        return True
    if any(part.find(exp.Query, exp.Star) and not _counts_rows(part) for part in parts):
        return False
    keys = _keys(group, node.expressions) if group else []
    return keys is not None and all(
        any(_same_column(column, key) for key in keys)
        for part in parts
        for column in _own(part, exp.Column)
        if not column.find_ancestor(exp.AggFunc)
    )


def _own(part: Any, kind: Any) -> list[Any]:
    """Find nodes that are not inside another query."""
    from sqlglot import exp

    return [node for node in part.walk(prune=lambda node: isinstance(node, exp.Query)) if isinstance(node, kind)]


def _counts_rows(part: Any) -> bool:
    """Tell whether every star is that of a COUNT(*), and no query stands inside."""
    from sqlglot import exp

    return not part.find(exp.Query) and all(isinstance(star.parent, exp.Count) for star in part.find_all(exp.Star))


def _keys(group: Any, outputs: list[Any]) -> list[Any] | None:
    """Return the columns that rows are grouped by; None where a key is no plain column."""
    from sqlglot import exp

    found = []
    for key in group.expressions:
        if isinstance(key, exp.Literal) and str(key.this).isdecimal() and int(key.this) <= len(outputs):
            key = outputs[int(key.this) - 1].unalias()
        if not isinstance(key, exp.Column):
            return None
        found.append(key)
    return found if not any(group.args.get(name) for name in ("rollup", "cube", "grouping_sets")) else None


def _same_column(left: Any, right: Any) -> bool:
    tables = {left.table.lower(), right.table.lower()} - {""}
    return left.name.lower() == right.name.lower() and len(tables) < 2


def _settled_subquery(node: Any) -> bool:
    """Tell whether a subquery gives a table, or one row for sure."""
    from sqlglot import exp

    if isinstance(node.parent, (exp.From, exp.Join, exp.In, exp.Exists, exp.SetOperation, exp.With, exp.CTE)):
        return True
    inner = node.this
    return isinstance(inner, exp.Select) and not inner.args.get("group") and _aggregates_only(inner)


def _aggregates_only(select: Any) -> bool:
    from sqlglot import exp

    return all(item.find(exp.AggFunc) for item in select.selects) and bool(select.selects)
