"""What holds at a place of a solution: facts and where they come from, functions, rounded values, what was not read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from verisieve.verifiers.math.derivation import calculus
from verisieve.verifiers.math.derivation.meanings import bare
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import Apply, Node, Num, Sym, substitute, symbols
from verisieve.verifiers.math.render import latex
from verisieve.verifiers.math.shapes import signed

MAX_FACTS = 60
_DEEP = 6


class Fact(NamedTuple):
    """A formula that holds, and whether it follows from others."""

    node: Node
    derived: bool = False
    given: bool = False
    line: int = 0
    block: int = 0


class Function(NamedTuple):
    """What f(x) is."""

    parameters: tuple[Sym, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Scope:
    """What holds; steps return a new one."""

    facts: tuple[Fact, ...] = ()
    congruences: tuple[Apply, ...] = ()
    functions: dict[str, Function] = field(default_factory=dict)
    opaque: frozenset[str] = frozenset()
    rounded: dict[Node, Node] = field(default_factory=dict)
    integers: frozenset[str] = frozenset()
    claimed: tuple[tuple[Node, int], ...] = ()  # values and bounds of names, with the number of facts before them

    def with_fact(self, fact: Fact) -> Scope:
        """Add what holds; a congruence goes to its own list."""
        if isinstance(fact.node, Apply) and fact.node.head == "cong":
            return replace(self, congruences=(*self.congruences, fact.node)[-MAX_FACTS:])
        if any(each.node == fact.node for each in self.facts):
            return self
        return replace(self, facts=(*self.facts, fact)[-MAX_FACTS:])

    def without(self, names: frozenset[str]) -> Scope:
        """Drop what is known of variables that get a new meaning."""
        kept = tuple(fact for fact in self.facts if not symbols(fact.node) & names)
        rest = tuple(each for each in self.congruences if not symbols(each) & names)
        return replace(self, facts=kept, congruences=rest)

    def relevant(self, names: frozenset[str]) -> list[Fact]:
        """Return the facts that share variables with these, directly or through others."""
        reached, found = set(names), list[Fact]()
        rest = list(self.facts)
        while True:
            near = [fact for fact in rest if symbols(fact.node) & reached]
            if not near:
                return sorted(found, key=self.facts.index)
            found += near
            rest = [fact for fact in rest if fact not in near]
            for fact in near:
                reached |= symbols(fact.node)

    def known(self) -> frozenset[str]:
        """Return the variables of all facts."""
        nodes = [*(fact.node for fact in self.facts), *self.congruences]
        return frozenset[str]().union(*(symbols(node) for node in nodes))

    def plain(self, node: Node) -> Node:
        """Return a tree with functions put in, derivatives worked out and units dropped; raise a MathsError."""
        table: dict[Node, Node] = {}
        for fact in self.facts:
            if isinstance(fact.node, Apply) and fact.node.head == "eq" and isinstance(fact.node.args[0], Sym):
                table[fact.node.args[0]] = fact.node.args[1]
        return lowered(bare(calculus.resolved(self._called(node, _DEEP), table)))

    def _called(self, node: Node, depth: int) -> Node:
        if isinstance(node, Sym) and node.name.endswith("'"):
            return self._primed(node)
        if not isinstance(node, Apply):
            return node
        args = tuple(self._called(arg, depth) for arg in node.args)
        if node.head != "call":
            return Apply(node.head, args)
        name = node.args[0].name if isinstance(node.args[0], Sym) else ""
        body = self._applied(name, args[1:]) if depth else None
        return Sym(f"{name}({', '.join(map(latex, args[1:]))})") if body is None else self._called(body, depth - 1)

    def _applied(self, name: str, args: tuple[Node, ...]) -> Node | None:
        """Return f(a), or f'(a) by the rule of f; None where f is not known."""
        base = name.rstrip("'")
        found = self.functions.get(name) or self.functions.get(base)
        if found is None or len(found.parameters) != len(args):
            return None
        body = found.body
        if name not in self.functions:
            for _ in range(len(name) - len(base)):
                body = calculus.derivative(body, found.parameters[0].name)
        return substitute(body, dict(zip(found.parameters, args, strict=True)))

    def _primed(self, node: Sym) -> Node:
        """Return y' where y = ... is known in one variable."""
        base = node.name.rstrip("'")
        for fact in self.facts:
            if isinstance(fact.node, Apply) and fact.node.head == "eq" and fact.node.args[0] == Sym(base):
                names = sorted(symbols(fact.node.args[1]))
                if len(names) == 1 and len(node.name) - len(base) == 1:
                    return calculus.derivative(fact.node.args[1], names[0])
        return node


def formula(relation: str, left: Node, right: Node) -> Node:
    """Return a relation; with a plus-minus in it, either sign may hold."""
    both = signed(Apply(relation, (left, right)))
    return both[0] if len(both) == 1 else Apply("or", tuple(both))


def joined(head: str, nodes: Iterable[Node]) -> Node:
    """Return one formula of several."""
    parts = tuple(nodes)
    return parts[0] if len(parts) == 1 else Apply(head, parts)


def assigns(node: Node) -> Sym | None:
    """Return the variable that a formula gives a value, if it does only that."""
    if isinstance(node, Apply) and node.head == "eq":
        for this, that in (node.args, node.args[::-1]):
            if isinstance(this, Sym) and symbols(this) and not symbols(that):
                return this
    return None


__all__ = ["Fact", "Function", "Num", "Scope", "assigns", "formula", "joined"]
