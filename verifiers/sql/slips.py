"""The slips that neighbours of a query are made of: for a node of sqlglot's tree, what may stand in its place.

A rule yields new nodes and never changes the one that it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from verisieve.verifiers.sql.schema import Schema, Table

if TYPE_CHECKING:
    from sqlglot import exp


class Slip(NamedTuple):
    """A node to stand in the place of another; `simpler` where it only leaves something out."""

    operator: str
    new: Any
    simpler: bool = False


class Columns:
    """Which columns could be taken for which others: those of one kind in the same table."""

    def __init__(self, tree: exp.Query, schema: Schema) -> None:
        from sqlglot import exp

        tables = {table.name.lower(): table for table in schema.tables}
        self.tables: dict[str, Table] = {}
        for node in tree.find_all(exp.Table):
            if node.name.lower() in tables:
                self.tables[node.alias_or_name.lower()] = tables[node.name.lower()]

    def others(self, column: exp.Column) -> list[str]:
        """Name the columns of the same kind beside this one in its table."""
        tables = [self.tables.get(column.table.lower())] if column.table else list(self.tables.values())
        for table in tables:
            place = table.place(column.name) if table else None
            if table is not None and place is not None:
                kind = table.columns[place].kind
                return [other.name for other in table.columns if other.kind is kind and other.name != column.name][:2]
        return []


def of(node: Any, columns: Columns) -> Iterator[Slip]:
    """Yield the slips that can be made at one node."""
    for rule in _RULES:
        yield from rule(node, columns)


def _comparison(node: Any, _columns: Columns) -> Iterator[Slip]:
    from sqlglot import exp

    edge = {exp.LT: exp.LTE, exp.LTE: exp.LT, exp.GT: exp.GTE, exp.GTE: exp.GT}
    turned = {exp.LT: exp.GT, exp.LTE: exp.GTE, exp.GT: exp.LT, exp.GTE: exp.LTE, exp.EQ: exp.NEQ, exp.NEQ: exp.EQ}
    for operator, other in (("strictness", edge), ("comparison", turned)):
        if type(node) in other:
            yield Slip(operator, other[type(node)](this=node.this.copy(), expression=node.expression.copy()))


def _constant(node: Any, _columns: Columns) -> Iterator[Slip]:
    from sqlglot import exp

    if not isinstance(node, exp.Literal) or isinstance(node.parent, (exp.Ordered, exp.Group, exp.Interval)):
        return
    if isinstance(node.parent, exp.Select) and isinstance(node.parent.parent, exp.Exists):
        return
    text = str(node.this)
    if not node.is_string:
        limited = isinstance(node.parent, (exp.Limit, exp.Offset))
        if text.isdecimal():
            for shift in (1, -1):
                if not limited or int(text) + shift > 0:
                    yield Slip("limit" if limited else "constant", exp.Literal.number(int(text) + shift))
        return
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        yield from (Slip("constant", exp.Literal.string(day)) for day in _beside(text))
    elif text and not text.startswith("%") and "%" not in text:
        yield Slip("constant", exp.Literal.string(f"{text}x"))
    elif len(text) > 1 and isinstance(node.parent, (exp.Like, exp.ILike)):
        yield Slip("pattern", exp.Literal.string(text.removeprefix("%") if text[0] == "%" else f"%{text}"))


def _beside(text: str) -> Iterator[str]:
    try:
        day = date.fromisoformat(text)
        yield from ((day + timedelta(days=shift)).isoformat() for shift in (1, -1))
    except (ValueError, OverflowError):
        return


def _join(node: Any, _columns: Columns) -> Iterator[Slip]:
    from sqlglot import exp

    if isinstance(node, exp.Join) and (node.args.get("on") or node.args.get("using")):
        other = node.copy()
        other.set("side", None if node.side else "LEFT")
        other.set("kind", None)
        yield Slip("join_kind", other)
    if isinstance(node, exp.Select):
        for place, join in enumerate(node.args.get("joins") or ()):
            name = join.alias_or_name.lower()
            used = [column for column in node.find_all(exp.Column) if column.table.lower() == name]
            outside = [column for column in used if column.find_ancestor(exp.Join, exp.Select) is not join]
            if name and used and not outside and not node.is_star:
                fewer = node.copy()
                del fewer.args["joins"][place]
                yield Slip("join_dropped", fewer, simpler=True)


def _distinct(node: Any, _columns: Columns) -> Iterator[Slip]:
    from sqlglot import exp

    if isinstance(node, exp.Select) and not _says_only_whether(node):
        other = node.copy()
        other.set("distinct", None if node.args.get("distinct") else exp.Distinct())
        yield Slip("distinct", other, simpler=bool(node.args.get("distinct")))
    if isinstance(node, exp.Distinct) and isinstance(node.parent, exp.AggFunc) and len(node.expressions) == 1:
        yield Slip("distinct", node.expressions[0].copy(), simpler=True)
    if isinstance(node, (exp.Count, exp.Sum, exp.Avg)) and not isinstance(node.this, (exp.Distinct, exp.Star)):
        yield Slip("distinct", type(node)(this=exp.Distinct(expressions=[node.this.copy()])))


def _says_only_whether(node: Any) -> bool:
    """Tell whether duplicates cannot matter: in IN and EXISTS, and where there is only one row."""
    from sqlglot import exp

    around = node.parent.parent if isinstance(node.parent, exp.Subquery) else node.parent
    single = not node.args.get("group") and all(item.find(exp.AggFunc) for item in node.selects)
    return isinstance(around, (exp.In, exp.Exists)) or single


def _aggregate(node: Any, _columns: Columns) -> Iterator[Slip]:
    from sqlglot import exp

    other = {exp.Max: exp.Min, exp.Min: exp.Max, exp.Sum: exp.Avg, exp.Avg: exp.Sum}
    if type(node) in other and not node.expressions:
        yield Slip("aggregate", other[type(node)](this=node.this.copy()))
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Star):
        select = node.find_ancestor(exp.Select)
        found = {column.sql(): column for column in select.find_all(exp.Column)} if select else {}
        yield from (Slip("count", exp.Count(this=column.copy())) for column in list(found.values())[:4])
    elif isinstance(node, exp.Count) and not isinstance(node.this, exp.Distinct):
        yield Slip("count", exp.Count(this=exp.Star()))


def _predicate(node: Any, _columns: Columns) -> Iterator[Slip]:
    from sqlglot import exp

    if isinstance(node, exp.Connector):
        yield from (Slip("predicate_dropped", side.copy(), simpler=True) for side in (node.this, node.expression))
        turned = exp.Or if isinstance(node, exp.And) else exp.And
        yield Slip("connector", exp.Paren(this=turned(this=node.this.copy(), expression=node.expression.copy())))
    if isinstance(node, (exp.Where, exp.Having)) and not isinstance(node.this, exp.And):
        yield Slip("predicate_dropped", type(node)(this=exp.true()), simpler=True)


def _negation(node: Any, _columns: Columns) -> Iterator[Slip]:
    from sqlglot import exp

    if isinstance(node, exp.Not):
        yield Slip("negation", node.this.copy())
    elif isinstance(node, (exp.Exists, exp.In, exp.Is, exp.Like, exp.Between)) and not isinstance(node.parent, exp.Not):
        yield Slip("negation", exp.Paren(this=exp.Not(this=node.copy())))


def _nulls(node: Any, _columns: Columns) -> Iterator[Slip]:
    from sqlglot import exp

    if isinstance(node, exp.Coalesce):
        yield Slip("null_handling", node.this.copy(), simpler=True)
    if isinstance(node, exp.Case) and node.args.get("default") is not None:
        other = node.copy()
        other.set("default", None)
        yield Slip("else_dropped", other, simpler=True)


def _order(node: Any, _columns: Columns) -> Iterator[Slip]:
    from sqlglot import exp

    if isinstance(node, exp.Ordered):
        yield Slip("direction", exp.Ordered(this=node.this.copy(), desc=not node.args.get("desc")))
    if isinstance(node, (exp.Order, exp.Group)) and len(node.expressions) > 1:
        for place in range(len(node.expressions)):
            other = node.copy()
            del other.expressions[place]
            name = "order_key_dropped" if isinstance(node, exp.Order) else "group_key_dropped"
            yield Slip(name, other, simpler=True)


def _sets(node: Any, _columns: Columns) -> Iterator[Slip]:
    from sqlglot import exp

    if isinstance(node, exp.Union):
        other = node.copy()
        other.set("distinct", not node.args.get("distinct"))
        yield Slip("union", other, simpler=bool(node.args.get("distinct")))
    turned = {exp.Intersect: exp.Except, exp.Except: exp.Intersect}
    if type(node) in turned:
        yield Slip("set_operation", turned[type(node)](**node.copy().args))


def _column(node: Any, columns: Columns) -> Iterator[Slip]:
    from sqlglot import exp

    if isinstance(node, exp.Column):
        for name in columns.others(node):
            other = node.copy()
            other.set("this", exp.to_identifier(name))
            key = isinstance(node.parent, exp.EQ) and isinstance(node.parent.expression, exp.Column)
            yield Slip("key_swapped" if key else "column_swapped", other)


def _arithmetic(node: Any, _columns: Columns) -> Iterator[Slip]:
    from sqlglot import exp

    other = {exp.Add: exp.Sub, exp.Sub: exp.Add, exp.Mul: exp.Add, exp.Div: exp.Mul}
    if type(node) in other:
        yield Slip("arithmetic", other[type(node)](this=node.this.copy(), expression=node.expression.copy()))


_RULES: tuple[Callable[[Any, Columns], Iterator[Slip]], ...] = (
    _comparison,
    _constant,
    _join,
    _distinct,
    _aggregate,
    _predicate,
    _negation,
    _nulls,
    _order,
    _sets,
    _column,
    _arithmetic,
)
