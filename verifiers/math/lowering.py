"""Trees made plain for arithmetic: units become algebra, percent a quotient, bases values, nouns vanish.

What is lost here (which unit, which noun, which base) has been looked at before by the caller.
"""

from __future__ import annotations

import operator
from collections.abc import Callable

from verisieve.verifiers.math import units
from verisieve.verifiers.math.nodes import (
    Apply,
    Node,
    Num,
    Sym,
    Unit,
    apply,
    flat,
    has_units,
    heads,
    number,
    unit_names,
    walk,
)


def lowered(node: Node) -> Node:
    """Return the tree in plain algebra."""
    if isinstance(node, Unit):
        return units.algebra(node.name)
    if not isinstance(node, Apply) or (not has_units(node) and heads(node).isdisjoint(_RULES)):
        return node
    rule = _RULES.get(node.head)
    args = tuple(lowered(arg) for arg in node.args)
    return rule(args) if rule else Apply(node.head, args)


_RULES: dict[str, Callable[[tuple[Node, ...]], Node]] = {
    "percent": lambda args: apply("div", args[0], number(100)),
    "based": lambda args: args[0],
    "noun": lambda args: args[0],
    "perm": lambda args: apply("mul", apply("binom", *args), apply("fact", args[1])),
}


def factors(node: Node) -> tuple[list[Node], list[Node]]:
    """Split a product or quotient into its factors without and with units.

    A pure unit (a million, a degree) counts as a number.
    """
    plain: list[Node] = []
    measured: list[Node] = []
    if isinstance(node, Apply) and node.head == "noun":
        return factors(node.args[0])
    if isinstance(node, Apply) and node.head == "neg":
        plain, measured = factors(node.args[0])
        return [number(-1), *plain], measured
    if isinstance(node, Apply) and node.head == "div":
        plain, measured = factors(node.args[0])
        below, under = factors(node.args[1])
        return plain + [_inverse(part) for part in below], measured + [_inverse(part) for part in under]
    for part in flat(node, "mul"):
        if part is not node and isinstance(part, Apply) and part.head in {"mul", "div", "neg"}:
            inner = factors(part)
            plain, measured = plain + inner[0], measured + inner[1]
        elif has_dimension(part):
            measured.append(part)
        else:
            plain.append(part)
    return plain, measured


def _inverse(node: Node) -> Node:
    return apply("pow", node, number(-1))


def joined(parts: list[Node]) -> Node:
    """Multiply factors again."""
    if not parts:
        return number(1)
    return parts[0] if len(parts) == 1 else Apply("mul", tuple(parts))


def has_dimension(node: Node) -> bool:
    """Say whether a unit with a dimension occurs."""
    return not all(map(units.pure, unit_names(node)))


def measured_letters(node: Node) -> Node:
    """Read single letters beside a number as units: `5 m`, `9.8 m/s^2` in plain text."""
    if isinstance(node, Sym):
        name = units.lookup(node.name)
        return Unit(name) if name else node
    if isinstance(node, Apply):
        args = tuple(map(measured_letters, node.args))
        return node if all(map(operator.is_, args, node.args)) else Apply(node.head, args)  # its facts stay known
    return node


def stated_decimal(node: Node) -> tuple[Num, Node] | None:
    """Split a product with exactly one written decimal into that decimal and the rest."""
    if isinstance(node, Num):
        return (node, number(1)) if node.places else None
    if isinstance(node, Apply) and node.head == "neg":
        inner = stated_decimal(node.args[0])
        return inner and (inner[0], apply("neg", inner[1]))
    if isinstance(node, Apply) and node.head == "div":
        inner = stated_decimal(node.args[0])
        return inner and (inner[0], apply("div", inner[1], node.args[1]))
    if not (isinstance(node, Apply) and node.head == "mul"):
        return None
    decimals = [part for part in node.args if isinstance(part, Num) and part.places]
    if len(decimals) != 1:
        return None
    return decimals[0], joined([part for part in node.args if part is not decimals[0]])


def has_decimal(node: Node) -> bool:
    """Say whether a written decimal occurs."""
    return any(isinstance(part, Num) and part.places for part in walk(node))


__all__ = [
    "factors",
    "has_decimal",
    "has_dimension",
    "has_units",
    "joined",
    "lowered",
    "measured_letters",
    "stated_decimal",
]
