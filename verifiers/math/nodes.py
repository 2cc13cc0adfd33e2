"""The trees that our parser builds: numbers, symbols, units, words, and a head applied to trees.

Frozen, comparable, and the only form in which foreign maths goes any further; nothing here computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

MAX_CHARS = 4096
MAX_DEPTH = 40
MAX_NODES = 2000
MAX_DIGITS = 1000


class MathsError(Exception):
    """Base of what can go wrong with a foreign text; never leaves this package."""


class UnreadableError(MathsError):  # reads as a verdict
    """The text is no maths that we know."""


class TooLargeError(MathsError):  # reads as a verdict
    """A budget on characters, depth, nodes, digits, bits or steps is spent."""


@dataclass(frozen=True, slots=True)
class Num:
    """An exact number; `places` counts the digits after a decimal point as written, None without a point."""

    value: Fraction
    places: int | None = None
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Sym:
    """A variable or a constant: `pi`, `e`, `i` and `oo` are the constants."""

    name: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its canonical name, as in units.UNITS."""

    name: str


@dataclass(frozen=True, slots=True)
class Words:
    """Words inside maths, such as the noun of `5 apples`."""

    text: str


@dataclass(frozen=True, slots=True)
class Apply:
    """A head (operation, relation or container) with its arguments."""

    head: str
    args: tuple[Node, ...]


Node = Num | Sym | Unit | Words | Apply

E, IMAGINARY, INFINITY = Sym("e"), Sym("i"), Sym("oo")
CONSTANTS = frozenset({"pi", "e", "i", "oo"})
RELATIONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
INEQUALITIES = RELATIONS - {"eq"}
INTERVALS = frozenset({"iv()", "iv(]", "iv[)", "iv[]"})


def number(value: int | Fraction) -> Num:
    """Wrap an exact value."""
    return Num(Fraction(value))


def apply(head: str, *args: Node) -> Apply:
    """Build a tree from its parts."""
    return Apply(head, args)


def walk(node: Node) -> Iterator[Node]:
    """Yield every node, parents first."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, Apply):
            stack.extend(reversed(node.args))


def heads(node: Node) -> frozenset[str]:
    """Return every head that occurs."""
    return frozenset(part.head for part in walk(node) if isinstance(part, Apply))


def symbols(node: Node) -> frozenset[str]:
    """Return the free variables; constants and the indices of sums are none."""
    if isinstance(node, Sym):
        return frozenset() if node.name in CONSTANTS else frozenset({node.name})
    if not isinstance(node, Apply):
        return frozenset()
    found = frozenset[str]().union(*(symbols(arg) for arg in node.args))
    if node.head in {"sum", "prod", "int"} and isinstance(node.args[0], Sym):
        return found - {node.args[0].name} | frozenset().union(*(symbols(arg) for arg in node.args[1:3]))
    if node.head == "lim" and isinstance(node.args[0], Sym):
        return symbols(node.args[2]) - {node.args[0].name} | symbols(node.args[1])
    return found


def has_units(node: Node) -> bool:
    """Say whether a unit occurs anywhere."""
    return any(isinstance(part, Unit) for part in walk(node))


def substitute(node: Node, table: dict[Node, Node]) -> Node:
    """Replace whole subtrees by the table."""
    if node in table:
        return table[node]
    if isinstance(node, Apply):
        return Apply(node.head, tuple(substitute(arg, table) for arg in node.args))
    return node


def flat(node: Node, head: str) -> tuple[Node, ...]:
    """Return the operands of a nested associative head, or the node alone."""
    if isinstance(node, Apply) and node.head == head:
        return tuple(part for arg in node.args for part in flat(arg, head))
    return (node,)
