"""Rules on equations: curves, functions by name, and named values beside bare ones."""

from __future__ import annotations

from verisieve.verifiers.math import equations, shapes
from verisieve.verifiers.math.listing import Comparer
from verisieve.verifiers.math.nodes import Apply, Node, Sym, Words, symbols, walk
from verisieve.verifiers.math.scalars import Judgement, Result, different

_ANGULAR = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})


def equated(gold: Node, answer: Node, scalars: Comparer) -> Result | None:
    """Compare equations; a gold that names its value is compared by the value alone."""
    both = [isinstance(node, Apply) and node.head == "eq" for node in (gold, answer)]
    if all(both) and isinstance(gold, Apply) and isinstance(answer, Apply):
        found = equations.equal_functions(gold, answer)
        if found is not None:
            return found
        left, right = shapes.named(gold), shapes.named(answer)
        if left.name is not None and (left.name == right.name or _indexed(left.name, right.name)):
            return scalars(left.value, right.value)
        if _function_and_graph(left.name, right.name):
            return scalars(left.value, right.value)
        if not (_is_curve(gold) or _is_curve(answer)):
            return different("equation", kind="another variable")
        return equations.equal_equations(gold, answer)
    return None


def _function_and_graph(left: Node | None, right: Node | None) -> bool:
    """Say whether one side is f(x) = ... (or y' or dy/dx) and the other y = ... in the same variable."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Apply) and one.head in {"call", "div"} and isinstance(other, Sym):
            name = one.args[0].name if one.head == "call" and isinstance(one.args[0], Sym) else "'"
            return ("'" in name) == ("'" in other.name)  # a derivative is no function itself
    return False


def _indexed(left: Node, right: Node | None) -> bool:
    """Say whether one name is the other with a letter as its index: S and S_n."""
    if not (isinstance(left, Sym) and isinstance(right, Sym)):
        return False
    short, long = sorted((left.name, right.name), key=len)
    return len(long) == len(short) + 2 and long[:-1] == f"{short}_" and long[-1].isalpha()


def _is_curve(node: Node) -> bool:
    return shapes.named(node).name is None or bool(symbols(shapes.bare(node)))


def valued(gold: Node, answer: Node, by: Comparer, scalars: Comparer) -> Result | None:
    """Compare a named value with a bare one: `x=5` with 5, `V=...` with its formula."""
    relations = [isinstance(node, Apply) and node.head in {"eq", "chain"} for node in (gold, answer)]
    if not any(relations):
        return None
    left, right = shapes.named(gold), shapes.named(answer)
    if relations[1] and right.name is None and not _determines(answer, right.value):
        return different("value", kind="an equation where a value is asked")
    if not _holds_together(answer, scalars):
        return different("value", kind="a chain of equalities that is false")
    stated = _function_value(gold) if relations[0] and not relations[1] else None
    if stated is not None:
        return by(stated, answer)
    if relations[0] and left.name is None and not symbols(gold) and not relations[1]:  # 2^10 = 1024 states 1024
        return by(_last(gold), answer) if _holds_together(gold, scalars) else None
    if relations[0] and left.name is None:
        return different("value", kind="a value where an equation is asked")
    return by(left.value, _last(right.value))


def _function_value(node: Node) -> Node | None:
    """Return the 3/5 of sin(theta) = 3/5, or None."""
    if not (isinstance(node, Apply) and node.head == "eq" and isinstance(node.args[0], Apply)):
        return None
    left, right = node.args[0], node.args[1]
    plain = left.head in _ANGULAR and isinstance(left.args[0], Sym) and not symbols(right)
    return right if plain else None


def _holds_together(node: Node, scalars: Comparer) -> bool:
    """Say whether the constant members of a chain such as x = 4+6 = 10 are equal."""
    if not (isinstance(node, Apply) and node.head in {"chain", "eq"}):
        return True
    for link in node.args if node.head == "chain" else (node,):
        constant = isinstance(link, Apply) and link.head == "eq" and not symbols(link) and not _worded(link)
        if not constant or not isinstance(link, Apply):
            continue
        left, right = link.args
        if scalars(left, right).judgement is Judgement.DIFFERENT:
            return False
    return True


def _worded(node: Node) -> bool:
    return any(isinstance(part, Words) for part in walk(node))


def _determines(node: Node, value: Node) -> bool:
    """Say whether an equation only states a value: 2+3=5, x+y=8; not 2x=8."""
    if isinstance(node, Apply) and node.head == "eq" and value == node:
        if _worded(node.args[0]):
            return False
        names = symbols(node.args[0])
        return not symbols(node.args[1]) and (len(names) > 1 or not names)
    return True


def _last(node: Node) -> Node:
    return node.args[1] if isinstance(node, Apply) and node.head == "eq" else node
