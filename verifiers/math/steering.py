"""Notation read as the other side, the gold's type or its own conditions ask for: pairs, points, tables, short sets.

Trees in, trees out; compares nothing.
"""

from __future__ import annotations

from verisieve.verifiers.math import probe, shapes
from verisieve.verifiers.math.exact import maybe_rational
from verisieve.verifiers.math.nodes import (
    RELATIONS,
    Apply,
    MathsError,
    Node,
    Sym,
    apply,
    heads,
    number,
    substitute,
    symbols,
)

_MAX_MEMBER = 60
_ENDLESS = frozenset({"gcd", "lcm", "mod", "cong", "sin", "cos", "tan"})  # what holds now and then for ever


def steered(gold: Node, kind: str) -> Node:
    """Read an ambiguous gold as its type says."""
    if isinstance(gold, Apply) and len(gold.args) == 2:  # a pair
        if kind == "interval" and gold.head == "tuple":
            return Apply("iv()", gold.args)
        if kind in {"point", "list", "tuple"} and gold.head == "iv[]":
            return Apply("tuple", gold.args)
    return gold


def point(node: Node, other: Node) -> Node:
    """Read P(2,3) as a point, and {{1,2},{3,4}} or ((1,2),(3,4)) as a matrix, where the other side is one."""
    if not (isinstance(node, Apply) and isinstance(other, Apply)):
        return node
    if (node.head, other.head) == ("perm", "tuple"):
        return Apply("tuple", node.args)
    if (node.head, other.head) == ("iv[]", "matrix"):
        return Apply("tuple", node.args)
    if (node.head in {"set", "tuple"} and other.head == "matrix") and all(
        isinstance(r, Apply) and r.head == node.head for r in node.args
    ):
        return Apply("matrix", tuple(Apply("row", row.args) for row in node.args if isinstance(row, Apply)))
    return node


def listed(node: Node) -> Node:
    """Write out a set that its conditions list: {2k : k = 1, 2, 3}, {n : 1 <= n <= 4}, {x : x^2 = 4}; k != +-2."""
    if isinstance(node, Apply) and "tuple" in heads(node):
        node = _scaled(node)
    if not isinstance(node, Apply) or not heads(node) & {"setof", "ne", "minus"}:
        return node
    if node.head == "or" and len(node.args) > 2:  # x < 0 or x > 1, x != 3
        *others, last = node.args
        if isinstance(last, Apply) and last.head == "ne":
            return apply("and", apply("or", *others), last)
    if node.head == "in" and len(node.args) == 2:  # x is one of
        return apply("in", node.args[0], listed(node.args[1]))
    if node.head == "ne" and len(shapes.signed(node.args[1])) == 2:  # both signs
        return apply("and", *(apply("ne", node.args[0], value) for value in shapes.signed(node.args[1])))
    if node.head == "minus" and isinstance(node.args[1], Apply) and node.args[1].head == "set":  # all but +-1
        return apply("minus", node.args[0], apply("set", *(v for arg in node.args[1].args for v in shapes.signed(arg))))
    return _written_out(node) if node.head == "setof" else node


def _scaled(node: Apply) -> Node:
    """Multiply a tuple by the number before it: 1/3 (2, -1, 2)."""
    if node.head == "eq" and len(node.args) == 2 and isinstance(node.args[1], Apply):
        return apply("eq", node.args[0], _scaled(node.args[1]))
    if node.head == "neg" and isinstance(node.args[0], Apply):
        inner = _scaled(node.args[0])
        if isinstance(inner, Apply) and inner.head == "tuple":
            return Apply("tuple", tuple(apply("neg", part) for part in inner.args))
        return node
    if node.head != "mul" or len(node.args) < 2:
        return node
    *factors, last = node.args
    if (
        isinstance(last, Apply)
        and last.head == "tuple"
        and not any(symbols(part) or heads(part) & {"tuple"} for part in factors)
    ):
        return Apply("tuple", tuple(apply("mul", *factors, part) for part in last.args))
    return node


def _written_out(node: Apply) -> Node:
    body, *conditions = node.args
    if isinstance(body, Apply) and body.head in RELATIONS - {"eq"} and len(symbols(node)) == 1:  # {x > 0 : x != 1}
        return Apply("and", node.args)
    free = symbols(body) - {"ZZ", "NN", "RR"}
    if len(free) != 1:
        return node
    name = Sym(next(iter(free)))
    if body in (name, apply("in", name, Sym("RR"))) and len(conditions) == 1 and _about(conditions[0], name):
        return conditions[0]
    kinds = apply("in", name, Sym("ZZ")), apply("in", name, Sym("NN"))
    whole = [part for part in (body, *conditions) if part in kinds]
    rest = [part for part in conditions if part not in whole]
    if len(whole) == 1 and rest:
        found = _integers(name, rest)
        zero = found is not None and number(0) in found and whole[0] == kinds[1]  # 0 may be natural
        values, body = (None if zero else found), (name if body in whole else body)
    else:
        values = _values(name, conditions)
    return node if values is None else Apply("set", tuple(substitute(body, {name: value}) for value in values))


def _about(condition: Node, name: Sym) -> bool:
    """Say whether a condition is an equation that the name satisfies."""
    return isinstance(condition, Apply) and condition.head == "eq" and symbols(condition) == {name.name}


def _values(name: Sym, conditions: list[Node]) -> list[Node] | None:
    """Return the values that the conditions list for a name, or None."""
    first = conditions[0]
    if isinstance(first, Apply) and first.head == "eq" and first.args[0] == name:
        values = [first.args[1], *conditions[1:]]
        return values if all(maybe_rational(value) is not None for value in values) else None
    if len(conditions) == 1 and isinstance(first, Apply) and first.head == "in" and first.args[0] == name:
        return list(first.args[1].args) if isinstance(first.args[1], Apply) and first.args[1].head == "set" else None
    return None


def _integers(name: Sym, conditions: list[Node]) -> list[Node] | None:
    """Return the integers that satisfy relations, such as 1 <= k < 5, or None where they are many or none."""
    if not all(isinstance(part, Apply) and part.head in RELATIONS | {"chain"} for part in conditions):
        return None
    if any(symbols(part) != {name.name} for part in conditions):
        return None
    bounds = [part for part in conditions if heads(part).isdisjoint(_ENDLESS)]
    try:
        within = probe.whole_solutions(name.name, bounds, range(-_MAX_MEMBER, _MAX_MEMBER + 1))
        found = probe.whole_solutions(name.name, conditions, within)
    except MathsError:
        return None
    ends = {-_MAX_MEMBER, _MAX_MEMBER}
    return [number(value) for value in found] if found and ends.isdisjoint(within) else None
