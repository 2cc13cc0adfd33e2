"""Canonical forms: two structures have the same one if and only if renaming turns the one into the other.

A structure has parts, each with a kind, and facts: tuples of a label and parts, in an order that counts. Colour
refinement (Weisfeiler and Leman 1968) with a search over what it leaves open (McKay 1981), twins tried once. Beyond
MAX_LEAVES the refined colours stand for the form: unlike structures may then have the same, equal ones never differ.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from operator import itemgetter
from typing import Any

MAX_LEAVES = 200

Fact = tuple[Any, ...]  # a label, then numbers of parts
Colouring = Callable[[list[int]], tuple[int, ...]]


def canonical(kinds: Sequence[Hashable], facts: Iterable[Fact]) -> Hashable:
    """Return the canonical form of a structure.

    >>> canonical("vvv", [("edge", 0, 1), ("edge", 1, 2)]) == canonical("vvv", [("edge", 2, 0), ("edge", 0, 1)])
    True
    >>> canonical("vvv", [("edge", 0, 1), ("edge", 1, 2)]) == canonical("vvv", [("edge", 0, 1), ("edge", 2, 1)])
    False
    """
    return _Search(kinds, facts).form()


class _Search:
    """One structure with its labels and kinds as numbers, and what is known of it."""

    def __init__(self, kinds: Sequence[Hashable], facts: Iterable[Fact]) -> None:
        listed = list(facts)
        self.labels = sorted({fact[0] for fact in listed}, key=repr)
        ranks = {label: k for k, label in enumerate(self.labels)}
        self.facts = [(ranks[fact[0]], *fact[1:]) for fact in listed]
        self.kinds = sorted(set(kinds), key=repr)
        self.start = [self.kinds.index(kind) for kind in kinds]
        self.colours_of = [_getter(fact[1:]) for fact in self.facts]
        self.around: list[list[tuple[int, Colouring]]] = [[] for _ in kinds]  # of a part: place, colours of the fact
        self.touching: list[set[tuple[int, ...]]] = [set() for _ in kinds]
        for fact, colours_of in zip(self.facts, self.colours_of, strict=True):
            for place, part in enumerate(fact[1:]):
                self.around[part].append((fact[0] * 8 + place, colours_of))
                self.touching[part].add(fact)
        self.leaves = 0
        self.best: list[tuple[int, ...]] | None = None

    def form(self) -> Hashable:
        """Return the least list of facts over all the ways to number the parts that refinement leaves open."""
        colours = self._refined(self.start)
        self._descend(colours)
        if self.best is None or self.leaves > MAX_LEAVES:
            self.best = self._numbered(colours)
        return (
            tuple(map(str, self.labels)),
            tuple(map(str, self.kinds)),
            tuple(sorted(self.start)),
            tuple(self.best),
        )

    def _refined(self, colours: list[int]) -> list[int]:
        """Split parts of one colour by the colours around them, until nothing changes."""
        count = len(set(colours))
        while count < len(colours):
            cells: dict[int, list[int]] = {}
            for part, colour in enumerate(colours):
                cells.setdefault(colour, []).append(part)
            fresh, rank = [0] * len(colours), 0
            for colour in sorted(cells):
                for alike in self._split(cells[colour], colours):
                    for part in alike:
                        fresh[part] = rank
                    rank += 1
            settled = rank == count
            colours, count = fresh, rank
            if settled:
                break
        return colours

    def _split(self, cell: list[int], colours: list[int]) -> list[list[int]]:
        """Return the parts of one colour in groups that look alike, the least sign first."""
        if len(cell) == 1:
            return [cell]
        around, found = self.around, list[list[int]]()
        signs = sorted(
            [(sorted([(place, colours_of(colours)) for place, colours_of in around[part]]), part) for part in cell]
        )
        before = None
        for sign, part in signs:
            if sign == before:
                found[-1].append(part)
            else:
                found.append([part])
                before = sign
        return found

    def _descend(self, colours: list[int]) -> None:
        """Number the parts where colours tell all of them apart; else tell one part from its like, each in turn."""
        cells: dict[int, list[int]] = {}
        for part, colour in enumerate(colours):
            cells.setdefault(colour, []).append(part)
        alike = [cell for cell in cells.values() if len(cell) > 1]
        if not alike:
            self.leaves += 1
            numbered = self._numbered(colours)
            if self.best is None or numbered < self.best:
                self.best = numbered
            return
        cell = min(alike, key=lambda parts: (len(parts), colours[parts[0]]))
        tried: list[int] = []
        for part in cell:
            if self.leaves > MAX_LEAVES:
                return
            if any(self._twins(part, other) for other in tried):
                continue
            tried.append(part)
            self._descend(self._refined([2 * colour + (k == part) for k, colour in enumerate(colours)]))

    def _numbered(self, colours: list[int]) -> list[tuple[int, ...]]:
        return sorted([(fact[0], *get(colours)) for fact, get in zip(self.facts, self.colours_of, strict=True)])

    def _twins(self, a: int, b: int) -> bool:
        """Say whether exchanging two parts changes no fact."""
        swap = {a: b, b: a}
        touched = self.touching[a] | self.touching[b]
        return touched == {(fact[0], *(swap.get(part, part) for part in fact[1:])) for fact in touched}


def _getter(parts: tuple[int, ...]) -> Colouring:
    """Return what takes the colours of some parts, in order."""
    return itemgetter(*parts) if len(parts) > 1 else lambda colours: tuple([colours[part] for part in parts])


def formula(tree: Any, parts: list[Hashable], facts: list[Fact], names: dict[Any, int]) -> int:
    """Add a formula in nested tuples to a structure and return its part; the names are parts already.

    The operands of `imp` have an order, those of every other connective have none.
    """
    head, *rest = tree
    own = len(parts)
    parts.append(head)
    for place, operand in enumerate(rest):
        if isinstance(operand, tuple):
            facts.append((f"operand{place if head == 'imp' else ''}", own, formula(operand, parts, facts, names)))
        elif operand in names:
            facts.append(("of", own, names[operand]))
        else:
            parts[own] = f"{head} {operand}"
    return own
