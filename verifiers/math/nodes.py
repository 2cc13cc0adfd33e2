"""The trees that our parser builds: numbers, symbols, units, words, and a head applied to trees.

Frozen, comparable, and the only form in which foreign maths goes any further; nothing here computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

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


class Facts(NamedTuple):
    """What is asked of a tree again and again: its heads, its free variables, the names of its units."""

    heads: frozenset[str]
    symbols: frozenset[str]
    units: frozenset[str]


@dataclass(frozen=True, slots=True)
class Apply:
    """A head (operation, relation or container) with its arguments; `known` keeps its facts once asked for."""

    head: str
    args: tuple[Node, ...]
    known: list[Facts] = field(default_factory=list, init=False, repr=False, compare=False)


Node = Num | Sym | Unit | Words | Apply

E, IMAGINARY, INFINITY = Sym("e"), Sym("i"), Sym("oo")
CONSTANTS = frozenset({"pi", "e", "i", "oo"})
NUMBER_SETS = frozenset({"RR", "ZZ", "NN", "QQ", "CC"})  # of reals, whole numbers, and so on
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


def facts(node: Node) -> Facts:
    """Return what is known of a tree; found out once for every subtree."""
    if isinstance(node, Apply):
        if not node.known:
            node.known.append(_gathered(node))
        return node.known[0]
    if isinstance(node, Sym) and node.name not in CONSTANTS:
        return Facts(_NONE, frozenset({node.name}), _NONE)
    return Facts(_NONE, _NONE, frozenset({node.name})) if isinstance(node, Unit) else _PLAIN


def _gathered(node: Apply) -> Facts:
    parts = [facts(arg) for arg in node.args]
    used, names, measured = frozenset({node.head}), _NONE, _NONE
    for part in parts:  # most have none of one or another
        if part.heads:
            used |= part.heads
        if part.symbols:
            names |= part.symbols
        if part.units:
            measured |= part.units
    if node.head in {"sum", "prod", "int"} and isinstance(node.args[0], Sym):
        names = names - {node.args[0].name} | parts[1].symbols | parts[2].symbols
    elif node.head == "lim" and isinstance(node.args[0], Sym):
        names = parts[2].symbols - {node.args[0].name} | parts[1].symbols
    return Facts(used, names, measured)


_NONE = frozenset[str]()
_PLAIN = Facts(_NONE, _NONE, _NONE)


def heads(node: Node) -> frozenset[str]:
    """Return every head that occurs."""
    return facts(node).heads


def symbols(node: Node) -> frozenset[str]:
    """Return the free variables; constants and the indices of sums are none."""
    return facts(node).symbols


def unit_names(node: Node) -> frozenset[str]:
    """Return the name of every unit that occurs."""
    return facts(node).units


def has_units(node: Node) -> bool:
    """Say whether a unit occurs anywhere."""
    return bool(facts(node).units)


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
