"""What a query asks of rows, read from its tree: which tables take part, what must be equal, what is compared.

A goal is one way through the query: one side of each OR and UNION, each inner query joined to what it stands in, a
recursion unrolled a few times. `planting` makes rows of it, and rows that miss it by one test. A goal that is read
wrongly costs a database that tells less, never a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from verisieve.verifiers.sql.schema import Schema

if TYPE_CHECKING:
    from sqlglot import exp

Var = tuple[str, str]  # a place in the query where a table is read, and a column there, in lower case
_MOST_PLACES = 10
_DEEPEST = 6
_MOST_ROWS = 128  # of a goal and its repeats
_BOLD = (0.5, 0.8, 0.0, 0.95)  # how likely a recursion goes on, in turn
_SPAN = re.compile(r"([+-]?\d{1,4}) (day|week|month|year)s?")


class Span(NamedTuple):
    """So many days and months, both of one sign."""

    days: int
    months: int


class Test(NamedTuple):
    """A comparison of a column with constants, or with another column at some distance."""

    var: Var
    operator: str
    constants: tuple[Any, ...] = ()
    other: Var | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Tables by the places where they are read; equal columns, tests, what is grouped by, counted once, added up."""

    places: Mapping[str, str]
    equal: tuple[tuple[Var, Var], ...]
    tests: tuple[Test, ...]
    grouped: tuple[Var, ...]
    once: tuple[Var, ...]
    totals: tuple[tuple[Var, float], ...]
    repeats: tuple[int, ...]


@dataclass(slots=True)
class _Walk:
    """What one way through a query has met so far."""

    tables: Mapping[str, frozenset[str]]
    rng: Random
    bold: float  # how likely a recursion goes on
    places: dict[str, str] = field(default_factory=dict)
    equal: list[tuple[Var, Var]] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    grouped: list[Var] = field(default_factory=list)
    once: list[Var] = field(default_factory=list)
    totals: list[tuple[Var, float]] = field(default_factory=list)
    repeats: set[int] = field(default_factory=set)


Outputs = Mapping[str, "Var | None"]


class _Scope:
    """Names that a query sees: places of tables and outputs of inner queries, then those around it."""

    def __init__(self, around: _Scope | None, queries: Mapping[str, Any]) -> None:
        self.around, self.queries = around, dict(queries)
        self.sources: dict[str, str | Outputs] = {}

    def find(self, walk: _Walk, table: str, column: str) -> Var | None:
        """Find what a column means; None where it is computed or unknown."""
        for name, source in self.sources.items():
            if table and name != table:
                continue
            if isinstance(source, str):
                if column in walk.tables[walk.places[source]]:
                    return (source, column)
            elif column in source:
                return source[column]
        return self.around.find(walk, table, column) if self.around else None


def goals(tree: exp.Query, schema: Schema, count: int) -> list[Goal]:
    """Return some of the ways through a query, different ones only."""
    tables = {table.name.lower(): frozenset(c.name.lower() for c in table.columns) for table in schema.tables}
    found: dict[str, Goal] = {}
    for number in range(count):
        walk = _Walk(tables=tables, rng=Random(number), bold=_BOLD[number % len(_BOLD)])
        before = walk.rng.getstate()
        _query(tree, walk, _Scope(None, {}), 0)
        goal = Goal(
            places=walk.places,
            equal=tuple(walk.equal),
            tests=tuple(walk.tests),
            grouped=tuple(walk.grouped),
            once=tuple(walk.once),
            totals=tuple(walk.totals),
            repeats=tuple(sorted(n for n in walk.repeats if 0 < n * len(walk.places) <= _MOST_ROWS)),
        )
        if goal.places:
            found.setdefault(repr(goal), goal)
        if walk.rng.getstate() == before:
            break  # there was nothing to choose
    return list(found.values())


def _query(query: Any, walk: _Walk, around: _Scope, depth: int) -> list[tuple[str, Var | None]]:
    """Walk through one query; return its outputs by name."""
    from sqlglot import exp

    scope = _Scope(around, around.queries)
    for cte in query.args["with_"].expressions if query.args.get("with_") else ():
        scope.queries[cte.alias.lower()] = cte
    while isinstance(query, (exp.SetOperation, exp.Subquery)):
        if isinstance(query, exp.SetOperation):
            query = query.right if depth < _DEEPEST and walk.rng.random() < walk.bold else query.left
        else:
            query = query.this
    if not isinstance(query, exp.Select) or depth > _DEEPEST or len(walk.places) >= _MOST_PLACES:
        return []
    _sources(query, walk, scope, depth)
    if query.args.get("where"):
        _condition(query.args["where"].this, walk, scope, depth)
    _groups(query, walk, scope, depth)
    for item in query.expressions:
        for inner in item.find_all(exp.Subquery, exp.Exists):
            if walk.rng.random() < 0.7:
                _query(inner.this, walk, scope, depth + 1)
    return [(item.alias_or_name.lower(), _var(item.unalias(), walk, scope)) for item in query.expressions]


def _sources(query: Any, walk: _Walk, scope: _Scope, depth: int) -> None:
    first = query.args.get("from_")
    for source in [first, *(query.args.get("joins") or ())] if first else ():
        if source is not first and source.side in ("LEFT", "FULL") and walk.rng.random() < 0.3:
            continue  # no partner
        _source(source.this, walk, scope, depth)
        for name in source.args.get("using") or ():
            _using(name.name.lower(), walk, scope)
        if source.args.get("on"):
            _condition(source.args["on"], walk, scope, depth)


def _source(source: Any, walk: _Walk, scope: _Scope, depth: int) -> None:
    from sqlglot import exp

    alias, name = source.alias_or_name.lower(), source.name.lower()
    inner = source.this if isinstance(source, exp.Subquery) else scope.queries.get(name)
    if inner is not None:
        cte = isinstance(inner, exp.CTE)
        outputs = _query(inner.this if cte else inner, walk, scope, depth + 1)
        names = _renamed(inner if cte else source) or [name for name, _ in outputs]
        scope.sources[alias] = {name: var for name, (_, var) in zip(names, outputs, strict=False)}
    elif name in walk.tables:
        place = f"{alias}{len(walk.places)}"
        walk.places[place] = name
        scope.sources[alias] = place


def _renamed(source: Any) -> list[str]:
    alias = source.args.get("alias")
    return [column.name.lower() for column in (alias.args.get("columns") or ())] if alias else []


def _using(column: str, walk: _Walk, scope: _Scope) -> None:
    found = [scope.find(walk, name, column) for name in scope.sources]
    vars_ = [var for var in found if var]
    walk.equal += [(vars_[0], var) for var in vars_[1:]]


def _var(node: Any, walk: _Walk, scope: _Scope) -> Var | None:
    from sqlglot import exp

    while isinstance(node, exp.Paren):
        node = node.this
    return scope.find(walk, node.table.lower(), node.name.lower()) if isinstance(node, exp.Column) else None


def _groups(query: Any, walk: _Walk, scope: _Scope, depth: int) -> None:
    """Note what rows are grouped by, and how many rows of a group may matter."""
    from sqlglot import exp

    keys = list(query.args["group"].expressions) if query.args.get("group") else []
    for window in query.find_all(exp.Window):
        keys += window.args.get("partition_by") or ()
        walk.repeats |= {3, 4}
    walk.grouped += [var for var in (_var(key, walk, scope) for key in keys) if var]
    for distinct in query.find_all(exp.Distinct):
        walk.once += [var for var in (_var(item, walk, scope) for item in distinct.expressions) if var]
    having = query.args.get("having")
    for test in having.find_all(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE) if having else ():
        number = next((_number(side) for side in (test.expression, test.this) if _number(side) is not None), None)
        called = test.find(exp.Count, exp.Sum, exp.Avg, exp.Max, exp.Min)
        if number is None or called is None:
            continue
        if isinstance(called, exp.Count):
            walk.repeats |= {int(number) + shift for shift in (-1, 0, 1)}
        elif isinstance(called, exp.Sum) and (var := _var(called.this, walk, scope)):
            walk.totals.append((var, number))
            walk.repeats |= {2, 3}
    for name in ("limit", "offset"):
        if (node := query.args.get(name)) is not None and (number := _number(node.expression)) is not None:
            walk.repeats |= {int(number) + shift for shift in (0, 1, 2)}
    for inner in having.find_all(exp.Subquery) if having else ():
        _query(inner.this, walk, scope, depth + 1)


_TURNED = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "null": "set", "set": "null"}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _condition(node: Any, walk: _Walk, scope: _Scope, depth: int, *, turned: bool = False) -> None:
    """Note what a condition asks; `turned` where it stands under a NOT."""
    from sqlglot import exp

    if isinstance(node, exp.Paren):
        _condition(node.this, walk, scope, depth, turned=turned)
    elif isinstance(node, exp.Not):
        _condition(node.this, walk, scope, depth, turned=not turned)
    elif isinstance(node, (exp.And, exp.Or)):
        both = isinstance(node, exp.And) is not turned
        sides = (node.this, node.expression) if both else (walk.rng.choice((node.this, node.expression)),)
        for side in sides:
            _condition(side, walk, scope, depth, turned=turned)
    elif isinstance(node, exp.Exists):
        if walk.rng.random() < (0.6 if turned else 0.9):
            _query(node.this, walk, scope, depth + 1)
    elif isinstance(node, exp.In) and node.args.get("query") is not None:
        if walk.rng.random() < (0.6 if turned else 0.9):
            outputs = _query(node.args["query"].this, walk, scope, depth + 1)
            var = _var(node.this, walk, scope)
            if var and outputs and outputs[0][1]:
                walk.equal.append((var, outputs[0][1]))
    else:
        _compared(node, walk, scope, depth, turned=turned)


def _compared(node: Any, walk: _Walk, scope: _Scope, depth: int, *, turned: bool) -> None:
    from sqlglot import exp

    for inner in node.find_all(exp.Subquery):
        outputs = _query(inner.this, walk, scope, depth + 1)
        var = next(
            (v for v in (_var(node.this, walk, scope), _var(node.args.get("expression"), walk, scope)) if v), None
        )
        if isinstance(node, exp.EQ) and var and outputs and outputs[0][1]:
            walk.equal.append((var, outputs[0][1]))
        return
    for test in _tests(node, walk, scope):
        operator = _TURNED.get(test.operator, test.operator) if turned else test.operator
        if operator == "=" and test.other and not test.constants:
            walk.equal.append((test.var, test.other))
        else:
            walk.tests.append(test._replace(operator=operator))


def _tests(node: Any, walk: _Walk, scope: _Scope) -> Iterator[Test]:
    from sqlglot import exp

    operators = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
    left, right = node.this, node.args.get("expression")
    var = _var(left, walk, scope) if left is not None and not isinstance(left, str) else None
    if type(node) in operators:
        operator, other = operators[type(node)], _var(right, walk, scope)
        if var and other:
            yield Test(var, operator, (), other)
        elif var and (value := _constant(right)) is not None:
            yield Test(var, operator, (value,))
        elif other and (value := _constant(left)) is not None:
            yield Test(other, _MIRRORED.get(operator, operator), (value,))
        else:
            yield from _distance(node, walk, scope)
    elif isinstance(node, exp.Between) and var:
        for operator, bound in ((">=", node.args["low"]), ("<=", node.args["high"])):
            if (value := _constant(bound)) is not None:
                yield Test(var, operator, (value,))
    elif isinstance(node, exp.In) and var:
        values = tuple(value for value in map(_constant, node.expressions) if value is not None)
        if values:
            yield Test(var, "=", values)
    elif isinstance(node, exp.Is) and var and isinstance(right, exp.Null):
        yield Test(var, "null")
    elif isinstance(node, exp.Like) and var and (value := _constant(right)) is not None:
        yield Test(var, "like", (value,))


def _distance(node: Any, walk: _Walk, scope: _Scope) -> Iterator[Test]:
    """Two columns in one comparison, with a number or a span beside them: how far apart they are may matter."""
    from sqlglot import exp

    found = dict.fromkeys(var for var in (_var(column, walk, scope) for column in node.find_all(exp.Column)) if var)
    if len(found) == 2:
        one, two = found
        spans = tuple(n for n in (_span(leaf) for leaf in node.find_all(exp.Literal)) if n is not None)[:2]
        yield Test(one, "near", spans or (0,), two)


def _span(leaf: Any) -> float | Span | None:
    """Read a number, or a span of days as SQLite's date functions or an INTERVAL name it."""
    from sqlglot import exp

    text, around = str(leaf.this), leaf.parent
    if isinstance(around, exp.Interval) and around.args.get("unit"):
        text = f"{text} {around.args['unit'].name}"
    named = _SPAN.fullmatch(text.lower())
    if not named:
        return _number(leaf)
    days, months = {"day": (1, 0), "week": (7, 0), "month": (0, 1), "year": (0, 12)}[named[2]]
    return Span(int(named[1]) * days, int(named[1]) * months)


def _constant(node: Any) -> Any:
    from sqlglot import exp

    if isinstance(node, exp.Literal) and node.is_string:
        return str(node.this)
    return _number(node)


def _number(node: Any) -> int | float | None:
    from sqlglot import exp

    if isinstance(node, exp.Neg):
        inner = _number(node.this)
        return None if inner is None else -inner
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    number = float(str(node.this))
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
