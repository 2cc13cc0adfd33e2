"""What members without variables may mean: with units and without, percent of what stands before, angles in degrees."""

from __future__ import annotations

from collections.abc import Iterator

from verisieve.verifiers.math import units
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import Apply, Node, Num, Sym, Unit, apply, heads, number, walk

_TRIG = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})


def bare(node: Node) -> Node:
    """Return a tree without its units and nouns; scales such as a million stay."""
    if isinstance(node, Unit):
        return lowered(node) if units.pure(node.name) and node.name not in units.ANGLES else number(1)
    if not isinstance(node, Apply):
        return node
    if node.head == "noun":
        return bare(node.args[0])
    if node.head in _TRIG:  # degrees matter there
        return Apply(node.head, tuple(lowered(arg) for arg in node.args))
    return Apply(node.head, tuple(bare(arg) for arg in node.args))


def measured(node: Node | None) -> bool:
    """Say whether a member is one number with a unit, a scale or percent."""
    if not isinstance(node, Apply) or node.head not in {"mul", "percent", "noun"}:
        return False
    return sum(isinstance(part, Num) for part in walk(node)) == 1


def _unscaled(node: Node) -> Node:
    if not isinstance(node, Apply):
        return number(1) if isinstance(node, Unit) else node
    return Apply(node.head, tuple(_unscaled(arg) for arg in node.args))


def _unpercented(node: Node) -> Node:
    if not isinstance(node, Apply):
        return number(1) if node == Unit("percent") else node
    args = tuple(_unpercented(arg) for arg in node.args)
    return args[0] if node.head == "percent" else Apply(node.head, args)


def _relative(node: Node) -> Node:
    """Read `80 - 20%` as a fifth less than 80."""
    if not isinstance(node, Apply):
        return node
    args = tuple(_relative(arg) for arg in node.args)
    if node.head == "add" and len(args) > 1:
        total = args[0]
        for part in args[1:]:
            inner = part.args[0] if isinstance(part, Apply) and part.head == "neg" else part
            share = isinstance(inner, Apply) and inner.head == "percent"
            total = apply("add", total, apply("mul", total, part) if share else part)
        return total
    return Apply(node.head, args)


def _in_degrees(node: Node) -> Node:
    if not isinstance(node, Apply):
        return node
    args = tuple(_in_degrees(arg) for arg in node.args)
    if node.head in _TRIG:
        return apply(node.head, apply("div", apply("mul", *args, Sym("pi")), number(180)))
    return Apply(node.head, args)


def readings(left: Node, right: Node) -> Iterator[tuple[Node, Node]]:
    """Yield what two members may mean."""
    pairs = [(bare(left), bare(right))]
    parts = [part for side in (left, right) for part in walk(side)]
    used = heads(left) | heads(right)
    if any(isinstance(part, Unit) for part in parts):
        pairs += [(left, right), (_unscaled(left), _unscaled(right))]
    if "percent" in used or Unit("percent") in parts:
        for change in (_unpercented, _relative):
            pairs += [(change(pairs[0][0]), change(pairs[0][1])), (change(pairs[0][0]), pairs[0][1])]
        pairs.append((pairs[0][0], _unpercented(pairs[0][1])))
        pairs.append((apply("mul", number(100), pairs[0][0]), pairs[0][1]))
        pairs.append((apply("mul", number(100), pairs[0][0]), _unpercented(pairs[0][1])))
    if used & _TRIG and Sym("pi") not in parts and Unit("deg") not in parts:
        pairs.append((_in_degrees(pairs[0][0]), _in_degrees(pairs[0][1])))
    for a, b in dict.fromkeys(pairs):
        yield lowered(a), lowered(b)
