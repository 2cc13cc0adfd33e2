"""Other ways to write a query: some mean the same by construction, some most likely do not.

Works on sqlglot trees. A rewrite that does not apply returns None. Whether a slip really changes the result is for the
caller to confirm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlglot import exp

Rewrite = Callable[["exp.Query", Random], "exp.Query | None"]


def _same(tree: exp.Query, _rng: Random) -> exp.Query:
    return tree


def _in_cte(tree: exp.Query, _rng: Random) -> exp.Query | None:
    from sqlglot import exp

    if tree.args.get("order") or tree.args.get("limit") or tree.args.get("with_"):
        return None
    return exp.select("*").from_("answer").with_("answer", as_=tree)


def _in_subquery(tree: exp.Query, _rng: Random) -> exp.Query | None:
    from sqlglot import exp

    if tree.args.get("order") or tree.args.get("limit"):
        return None
    return exp.select("*").from_(tree.subquery("answer"))


def _swapped_sides(tree: exp.Query, rng: Random) -> exp.Query | None:
    """Turn a < b into b > a."""
    from sqlglot import exp

    mirror = {exp.LT: exp.GT, exp.GT: exp.LT, exp.LTE: exp.GTE, exp.GTE: exp.LTE, exp.EQ: exp.EQ}
    node = _one(tree, tuple(mirror), rng)
    if node is None:
        return None
    node.replace(mirror[type(node)](this=node.expression.copy(), expression=node.this.copy()))
    return tree


def _always_true(tree: exp.Query, _rng: Random) -> exp.Query | None:
    where = tree.args.get("where")
    return tree.where("1 = 1") if where is not None else None


def _doubled_condition(tree: exp.Query, rng: Random) -> exp.Query | None:
    where = tree.args.get("where")
    if where is None:
        return None
    parts = list(where.this.flatten()) if where.this.key == "and" else [where.this]
    return tree.where(rng.choice(parts).copy())


def _negated_twice(tree: exp.Query, rng: Random) -> exp.Query | None:
    from sqlglot import exp

    node = _one(tree, (exp.LT, exp.GT, exp.LTE, exp.GTE), rng)
    if node is None:
        return None
    against = {exp.LT: exp.GTE, exp.GTE: exp.LT, exp.GT: exp.LTE, exp.LTE: exp.GT}
    opposite = against[type(node)](this=node.this.copy(), expression=node.expression.copy())
    node.replace(exp.paren(exp.not_(exp.paren(opposite))))
    return tree


RIGHT: Mapping[str, Rewrite] = {
    "same": _same,
    "in_cte": _in_cte,
    "in_subquery": _in_subquery,
    "swapped_sides": _swapped_sides,
    "always_true": _always_true,
    "doubled_condition": _doubled_condition,
    "negated_twice": _negated_twice,
}


def _comparison(tree: exp.Query, rng: Random) -> exp.Query | None:
    """Slip by one: < for <=, = for <>."""
    from sqlglot import exp

    slip = {exp.LT: exp.LTE, exp.LTE: exp.LT, exp.GT: exp.GTE, exp.GTE: exp.GT, exp.EQ: exp.NEQ, exp.NEQ: exp.EQ}
    node = _one(tree, tuple(slip), rng)
    if node is None:
        return None
    node.replace(slip[type(node)](this=node.this.copy(), expression=node.expression.copy()))
    return tree


def _dropped_condition(tree: exp.Query, rng: Random) -> exp.Query | None:
    from sqlglot import exp

    where = tree.args.get("where")
    if where is None:
        return None
    parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    parts.pop(rng.randrange(len(parts)))
    tree.set("where", exp.Where(this=exp.and_(*parts)) if parts else None)
    return tree


def _join_kind(tree: exp.Query, rng: Random) -> exp.Query | None:
    from sqlglot import exp

    node = _one(tree, (exp.Join,), rng)
    if node is None:
        return None
    node.set("side", None if node.side else "LEFT")
    return tree


def _distinct(tree: exp.Query, _rng: Random) -> exp.Query | None:
    from sqlglot import exp

    if not isinstance(tree, exp.Select):
        return None
    tree.set("distinct", None if tree.args.get("distinct") else exp.Distinct())
    return tree


def _aggregate(tree: exp.Query, rng: Random) -> exp.Query | None:
    from sqlglot import exp

    other = {exp.Max: exp.Min, exp.Min: exp.Max, exp.Sum: exp.Avg, exp.Avg: exp.Sum, exp.Count: exp.Max}
    node = _one(tree, tuple(other), rng)
    if node is None or isinstance(node.this, (exp.Star, exp.Distinct)):
        return None
    node.replace(other[type(node)](this=node.this.copy()))
    return tree


def _not_distinct(tree: exp.Query, rng: Random) -> exp.Query | None:
    from sqlglot import exp

    node = _one(tree, (exp.Count,), rng)
    if node is None or not isinstance(node.this, exp.Distinct):
        return None
    node.set("this", node.this.expressions[0].copy())
    return tree


def _direction(tree: exp.Query, rng: Random) -> exp.Query | None:
    from sqlglot import exp

    node = _one(tree, (exp.Ordered,), rng)
    if node is None:
        return None
    node.set("desc", not node.args.get("desc"))
    return tree


def _limit(tree: exp.Query, rng: Random) -> exp.Query | None:
    limit = tree.args.get("limit")
    if limit is None:
        return None
    size = int(limit.expression.this)
    return tree.limit(size + rng.choice((1, 2)), copy=False)


def _no_order(tree: exp.Query, _rng: Random) -> exp.Query | None:
    if not tree.args.get("order"):
        return None
    tree.set("order", None)
    return tree


def _lost_column(tree: exp.Query, _rng: Random) -> exp.Query | None:
    if len(tree.selects) < 2:
        return None
    tree.set("expressions", tree.selects[:-1])
    return tree


def _twice(tree: exp.Query, _rng: Random) -> exp.Query | None:
    from sqlglot import exp

    if tree.args.get("order") or tree.args.get("limit"):
        return None
    return exp.union(tree.copy(), tree.copy(), distinct=False)


def _constant(tree: exp.Query, rng: Random) -> exp.Query | None:
    """Slip in a number: one more or one less."""
    from sqlglot import exp

    numbers = [node for node in tree.find_all(exp.Literal) if not node.is_string and str(node.this).isdigit()]
    if not numbers:
        return None
    node = rng.choice(numbers)
    node.replace(exp.Literal.number(int(node.this) + rng.choice((-1, 1))))
    return tree


WRONG: Mapping[str, Rewrite] = {
    "comparison": _comparison,
    "dropped_condition": _dropped_condition,
    "join_kind": _join_kind,
    "distinct": _distinct,
    "aggregate": _aggregate,
    "not_distinct": _not_distinct,
    "direction": _direction,
    "limit": _limit,
    "no_order": _no_order,
    "lost_column": _lost_column,
    "twice": _twice,
    "constant": _constant,
}


def _one(tree: exp.Query, kinds: tuple[type[Any], ...], rng: Random) -> Any:
    """Choose one node of exactly these kinds; None where there is none."""
    found = [node for node in tree.find_all(*kinds) if type(node) in kinds]
    return rng.choice(found) if found else None
