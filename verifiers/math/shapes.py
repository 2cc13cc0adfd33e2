"""What shape an answer has: a named value, several solutions, assignments, a tuple with a name.

Takes trees apart; compares nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from math import prod
from typing import NamedTuple

from verisieve.verifiers.math.nodes import (
    CONSTANTS,
    INEQUALITIES,
    INTERVALS,
    Apply,
    Node,
    Num,
    Sym,
    Words,
    apply,
    flat,
    heads,
    substitute,
    symbols,
    walk,
)
from verisieve.verifiers.math.words import NO_NOUN

_OF_THE_CHECKER = frozenset(
    f"{name}{noun}"
    for name in ("expected", "gold", "reference", "truth", "key")
    for noun in ("", " answer", " solution")
) | {"ground truth"}
_JOINS = frozenset({"list", "or", "and", "set"})
_RELATIONAL = INEQUALITIES | INTERVALS | {"chain", "union", "minus"}


class Named(NamedTuple):
    """The name that an answer gives to its value, if any, and the value."""

    name: Node | None
    value: Node


def is_name(node: Node) -> bool:
    """Say whether a tree only names a quantity: x, f(x), AB, P(A), 'area', \\Delta x."""
    if isinstance(node, Sym):
        return node.name not in CONSTANTS
    if isinstance(node, Words):
        return (
            NO_NOUN.isdisjoint(node.text.split()) and node.text not in _OF_THE_CHECKER
        )  # `anything but` names nothing
    if not isinstance(node, Apply):
        return False
    if node.head in {"call", "lim"}:
        return True
    if node.head == "div":  # dy/dx
        return all(flat(arg, "mul")[0] == Sym("d") for arg in node.args)
    if node.head == "mul" and len(node.args) == 2 and node.args[0] == Sym("Delta") and isinstance(node.args[1], Sym):
        return True
    if node.head in {"mul", "abs", "conj"}:
        letters = [part for part in walk(node) if isinstance(part, Sym)]
        return len(letters) > 1 and all(isinstance(p, Sym) and p.name.isupper() for p in walk(node) if p is not node)
    return False


def _is_power_of_matrix(node: Node) -> bool:
    """Say whether a tree only names a matrix that is worked out: A^{-1}, A^T, AB^2."""
    factors = node.args if isinstance(node, Apply) and node.head == "mul" else (node,)
    for factor in factors:
        base = factor.args[0] if isinstance(factor, Apply) and factor.head in {"pow", "conj"} else factor
        if not (isinstance(base, Sym) and len(base.name) == 1 and base.name.isupper()):
            return False
    return any(isinstance(factor, Apply) for factor in factors)


def named(node: Node) -> Named:
    """Split `x = 5`, `5 = x`, `x \\in {..}` and chains of equalities into name and value."""
    if not isinstance(node, Apply):
        return Named(None, node)
    if node.head == "chain" and all(isinstance(link, Apply) and link.head == "eq" for link in node.args):
        first, last = node.args[0], node.args[-1]
        assert isinstance(first, Apply)
        assert isinstance(last, Apply)
        return Named(first.args[0] if is_name(first.args[0]) else None, last.args[1])
    if node.head == "in" and is_name(node.args[0]):
        return Named(*node.args)
    if node.head != "eq":
        return Named(None, node)
    left, right = node.args
    if _is_power_of_matrix(left) and isinstance(right, Apply) and right.head == "matrix":
        return Named(left, right)
    if is_name(left) and not (isinstance(left, Sym) and left.name in symbols(right)):
        return Named(left, right)
    if is_name(right) and not (isinstance(right, Sym) and right.name in symbols(left)):
        return Named(right, left)
    return Named(None, node)


def bare(node: Node) -> Node:
    """Return the value without its name."""
    return named(node).value


def signed(node: Node) -> list[Node]:
    r"""Replace every \pm at once by plus, then by minus: one tree or two.

    Signs in different answers of a list are independent, within one answer they go together.
    """
    if not heads(node) & {"pm", "mp"}:
        return [node]
    nested = _nested(node)
    if nested is not None:  # one under the other's root: each with each
        return [each for part in signed(nested) for each in signed(substitute(node, {nested: part}))]
    return [_resolved(node, 1), _resolved(node, -1)]


def _nested(node: Node) -> Node | None:
    """Return a root with a plus-minus in it that is under another plus-minus."""
    for part in walk(node):
        if isinstance(part, Apply) and part.head in {"pm", "mp"}:
            for inner in walk(part.args[-1]):
                if isinstance(inner, Apply) and inner.head in {"sqrt", "root"} and heads(inner) & {"pm", "mp"}:
                    return inner
    return None


def _resolved(node: Node, sign: int) -> Node:
    if not isinstance(node, Apply):
        return node
    args = tuple(_resolved(arg, sign) for arg in node.args)
    if node.head in {"pm", "mp"}:
        negative = (sign if node.head == "pm" else -sign) < 0
        last = apply("neg", args[-1]) if negative else args[-1]
        return last if len(args) == 1 else apply("add", args[0], last)
    return Apply(node.head, args)


class Solutions(NamedTuple):
    """Several values in no particular order, the name they share, and whether braces held them."""

    name: Node | None
    values: tuple[Node, ...]
    head: str


def solutions(node: Node) -> Solutions | None:
    """Return the values that an answer lists, or None where it is a single value."""
    name, value = named(node)
    if isinstance(value, Apply) and any(isinstance(arg, Apply) and arg.head in _RELATIONAL for arg in value.args):
        return None
    if isinstance(value, Apply) and value.head in _JOINS:
        parts = [_member(arg) if value.head == "set" else solutions(arg) for arg in value.args]
        names = [part.name if part else named(arg).name for part, arg in zip(parts, value.args, strict=True)]
        values = [
            item
            for part, arg in zip(parts, value.args, strict=True)
            for item in (part.values if part else (bare(arg),))
        ]
        if numbered(item.name if isinstance(item, Sym) else "" for item in names):
            names = [None] * len(names)
        shared = name or next((item for item in names if item is not None), None)
        if any(item is not None and item != shared for item in names):
            return None
        return Solutions(shared, tuple(values), value.head)
    both = signed(value)
    if len(both) > 1:
        return Solutions(name, tuple(both), "or")
    if isinstance(value, Apply) and value.head in {"union", "inter", "minus", "mul"}:
        finite = _finite(value)
        if finite is not None:
            return Solutions(name, finite, "set")
    return Solutions(name, (), "set") if value == Sym("∅") else None


def numbered(names: Iterable[str]) -> bool:
    """Say whether names are x_1, x_2, ...: one letter with numbers."""
    parts = [name.partition("_") for name in names]
    return len({letter for letter, _, _ in parts}) == 1 and all(number.isdecimal() for _, _, number in parts)


def _member(node: Node) -> Solutions | None:
    """Return the values of one member of a set: two for a plus-minus; a set inside a set stays one member."""
    both = signed(node)
    return Solutions(None, tuple(both), "or") if len(both) > 1 else None


def _finite(node: Node) -> tuple[Node, ...] | None:
    """Return the members of a finite set written with set operations; members are compared as trees."""
    if not isinstance(node, Apply):
        return () if node == Sym("∅") else None
    if node.head == "set":
        return node.args
    if node.head == "mul":
        return _pairs(node)
    if node.head not in {"union", "inter", "minus"}:
        return None
    sides = [(arg,) if isinstance(arg, Num) else _finite(arg) for arg in node.args]
    left, right = sides[0], sides[1]
    if left is None or right is None:
        return None
    if node.head == "union":
        return left + tuple(item for item in right if item not in left)
    return tuple(item for item in left if (item in right) == (node.head == "inter"))


def _pairs(node: Apply) -> tuple[Node, ...] | None:
    """Return the tuples of a product of finite sets, up to a hundred."""
    sets = [arg.args if isinstance(arg, Apply) and arg.head == "set" else None for arg in node.args]
    listed = [items for items in sets if items is not None]
    if len(listed) != len(sets) or prod(len(items) for items in listed) > 100:  # a budget
        return None
    return tuple(Apply("tuple", items) for items in product(*listed))


def assignments(node: Node) -> dict[str, Node] | None:
    """Return `a=4, b=9` or `(a,b)=(4,9)` as a table of values, or None."""
    if isinstance(node, Apply) and node.head == "eq":
        return _paired(*node.args)
    if not (isinstance(node, Apply) and node.head in {"list", "and", "tuple", "set"}):
        return None
    found: dict[str, Node] = {}
    for arg in node.args:
        name, value = named(arg)
        if name is None or _label(name) in found:
            return None
        found[_label(name)] = value
    return found if len(found) > 1 else None


def _paired(left: Node, right: Node) -> dict[str, Node] | None:
    """Return `(a,b)=(4,9)` as a table of values, or None."""
    if not (isinstance(left, Apply) and isinstance(right, Apply) and left.head == right.head == "tuple"):
        return None
    if len(left.args) != len(right.args) or not all(is_name(arg) for arg in left.args):
        return None
    return {_label(key): value for key, value in zip(left.args, right.args, strict=True)}


def _label(node: Node) -> str:
    if isinstance(node, Sym):
        return node.name
    if isinstance(node, Words):
        return node.text
    return repr(node)


def untupled(node: Node) -> Node:
    """Drop the names of `(x,y)=(1,2)`, in lists as well."""
    if not isinstance(node, Apply):
        return node
    if node.head in _JOINS:
        return Apply(node.head, tuple(untupled(arg) for arg in node.args))
    first = node.args[0] if node.head in {"eq", "in"} else None
    plain = isinstance(first, Apply) and first.head == "tuple" and len(set(first.args)) == len(first.args)
    return node.args[1] if plain else node


def renamed(node: Node, table: dict[str, str]) -> Node:
    """Rename variables."""
    return substitute(node, {Sym(old): Sym(new) for old, new in table.items()})


def unnumbered(answer: Node, names: frozenset[str]) -> Node:
    r"""Call numbered solutions by the unknown that a gold with these `names` has: x_1 = 2, x_2 = 3 are values of x.

    Where the gold numbers its unknowns, each has its own value: its names hold no bare one.
    """
    if not isinstance(answer, Apply) or answer.head not in {"eq", "list", "or", "and"}:
        return answer
    parts = flat(answer, answer.head) if answer.head != "eq" else [answer]
    values: list[Node] = []
    unknowns: set[str] = set()
    places: list[str] = []
    for part in parts:
        if not (isinstance(part, Apply) and part.head == "eq" and isinstance(part.args[0], Sym)):
            return answer
        unknown, _, place = part.args[0].name.partition("_")
        unknowns.add(unknown)
        places += place.split(",")
        values.append(Apply("eq", (Sym(unknown), *part.args[1:])))
    numbered = len(places) > 1 and sorted(places) == [str(place + 1) for place in range(len(places))]
    if not (numbered and len(unknowns) == 1 and unknowns <= names):
        return answer
    return values[0] if answer.head == "eq" else Apply(answer.head, tuple(values))
