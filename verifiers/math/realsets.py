"""Rules on sets of reals: an inequality, an interval or an equation beside another, or beside its solutions."""

from __future__ import annotations

from verisieve.verifiers.math import equations, matrices, regions, roots, shapes
from verisieve.verifiers.math.nodes import Apply, Node, Sym, apply, number, symbols
from verisieve.verifiers.math.scalars import Result, different, same


def regional(gold: Node, answer: Node) -> Result | None:
    """Compare sets of reals where either side holds an inequality or an interval."""
    left, right = regions.applies(gold), regions.applies(answer)
    if not (left or right) or _is_list_of_scalars(gold, answer):
        return None
    if matrices.applies(gold) or matrices.applies(answer):
        return different("region", kind="a matrix and a set")
    names = [shapes.named(node).name for node in (gold, answer)]
    if isinstance(names[0], Sym) and isinstance(names[1], Sym) and names[0] != names[1]:
        return different("region", kind="another variable")
    finite = shapes.solutions(gold), shapes.solutions(answer)
    if finite[0] is not None and finite[1] is not None:
        return None
    sides = [_as_set(node) for node in (gold, answer)]
    result = regions.equal_regions(*sides)
    return different("region", kind="a choice of answers") if result == same("region") and _torn(sides[1]) else result


def _torn(node: Node) -> bool:
    """Say whether `[2,3] or (2,3)` offers two intervals of which one is the whole already."""
    if not (isinstance(node, Apply) and node.head == "or" and all(regions.interval(arg) for arg in node.args)):
        return False
    return any(regions.equal_regions(node, arg) == same("region") for arg in node.args)


def _is_list_of_scalars(gold: Node, answer: Node) -> bool:
    """Say whether `[2, 3]` stands for a list, because the other side is one."""
    for one, other in ((gold, answer), (answer, gold)):
        if isinstance(one, Apply) and one.head == "iv[]" and isinstance(other, Apply) and other.head == "list":
            return True
    return False


def _as_set(node: Node) -> Node:
    """Write finite solutions as a set, so that they can stand beside intervals."""
    found = shapes.solutions(node)
    if found is not None and not regions.applies(node):
        return Apply("set", found.values)
    if isinstance(node, Apply) and node.head in {"eq", "in"} and shapes.named(node).name is not None:
        value = shapes.bare(node)
        if isinstance(value, Apply) and value.head == "tuple" and len(value.args) == 2 and node.head == "in":  # ends
            return Apply("iv()", value.args)
        return value if regions.applies(value) else apply("set", value)
    return node


def solved(gold: Node, answer: Node) -> Result | None:
    """Compare an equation in one variable with its listed solutions, where all its roots are real."""
    for equation, other in ((gold, answer), (answer, gold)):
        plain = isinstance(equation, Apply) and equation.head == "eq" and shapes.named(equation).name is None
        listed = shapes.solutions(other) is not None or shapes.named(other).name is not None
        if not plain or not listed or not isinstance(equation, Apply):
            continue
        barred = equations.told(equation, "abs")
        if barred:  # |u| = c is u^2 = c^2
            squared = apply("eq", apply("pow", barred[0], number(2)), number(barred[1] ** 2))
            gold, answer = (squared if side is equation else side for side in (gold, answer))
            equation = squared
        name = shapes.named(other).name
        if isinstance(name, Sym) and name.name not in symbols(equation):
            return different("roots", kind="another variable")
        if len(symbols(equation)) == 1 and roots.all_real(equation):
            return regions.equal_regions(_as_set(gold), _as_set(answer))
    return None
