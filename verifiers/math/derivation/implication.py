"""Does a claim follow from premises? Substitution and linear algebra, then all solutions in one variable, then samples.

    follows([x^2 = 9], x = 3)  ->  not implied: x = -3 is a solution of the premises and not of the claim

A witness is always a point where the premises hold and the claim does not, evaluated here. What none of the ways
decides goes to two solvers, where they are installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any, NamedTuple

from verisieve.verifiers.math import meter, probe, roots
from verisieve.verifiers.math.derivation import linear
from verisieve.verifiers.math.derivation.at import holds, located
from verisieve.verifiers.math.exact import UndefinedError
from verisieve.verifiers.math.nodes import (
    RELATIONS,
    Apply,
    MathsError,
    Node,
    Num,
    Sym,
    apply,
    substitute,
    symbols,
)
from verisieve.verifiers.math.scalars import Judgement, equal
from verisieve.verifiers.math.settling import points

MAX_CELLS = 400
_SAMPLES = 5
_POINTS = 8
_EASY = (1, 0, 2, -1, 3, -2, 5, Fraction(1, 2), 7, -3)


class Decision(StrEnum):
    """What was found about a claim."""

    IMPLIED = "implied"
    VIOLATED = "violated"
    OPEN = "open"


class Outcome(NamedTuple):
    """A decision with its tier; a violated claim has a witness, is `refuted` where no solution of the premises
    satisfies it, and `finite` where the premises leave finitely many solutions."""

    decision: Decision
    tier: str
    witness: Mapping[str, Any] = {}  # never written to
    refuted: bool = False
    finite: bool = False


OPEN = Outcome(Decision.OPEN, "undecided")


def universal(claim: Node) -> Outcome:
    """Decide an equation that should hold for all values; an inequality stays open."""
    if not isinstance(claim, Apply) or claim.head != "eq":
        return OPEN
    result = equal(*claim.args)
    if result.judgement is Judgement.SAME:
        return Outcome(Decision.IMPLIED, result.tier)
    if result.judgement is Judgement.DIFFERENT:
        return Outcome(Decision.VIOLATED, result.tier, result.witness)
    return OPEN


def follows(premises: list[Node], claim: Node) -> Outcome:
    """Decide whether every solution of the premises is one of the claim; raises no MathsError."""
    try:
        return _follows(premises, claim)
    except (MathsError, ArithmeticError, RecursionError, ValueError):
        return OPEN


def _follows(premises: list[Node], claim: Node) -> Outcome:
    if claim in premises:
        return Outcome(Decision.IMPLIED, "stated before")
    spanned = _spanned(premises, claim)
    if spanned is not None:
        return spanned
    eliminated: list[linear.Isolated] = []
    rest, aim = list(premises), claim
    while (found := _next_elimination(rest)) is not None:
        index, isolated = found
        table: dict[Node, Node] = {Sym(isolated.name): isolated.value}
        rest = [substitute(each, table) for place, each in enumerate(rest) if place != index]
        aim = substitute(aim, table)
        eliminated.append(isolated)
        if len(eliminated) > 24:  # a budget
            return OPEN
    rest = [each for each in rest if universal(each).decision is not Decision.IMPLIED]
    names = sorted(symbols(aim).union(*(symbols(each) for each in rest)))
    shown = eliminated[::-1]
    if universal(aim).decision is Decision.IMPLIED:
        return Outcome(Decision.IMPLIED, "substitution")
    if not names:
        return _closed(rest, aim, shown)
    if len(names) == 1:
        return _solved(rest, aim, names[0], shown)
    return _sampled(rest, aim, names, shown)


def _spanned(premises: list[Node], claim: Node) -> Outcome | None:
    """Prove an equation that is a linear combination of the premises' monomials."""
    if not isinstance(claim, Apply) or claim.head != "eq":
        return None
    facts = []
    for each in premises:
        if isinstance(each, Apply) and each.head == "eq":
            try:
                facts.append(linear.difference(each))
            except MathsError:
                continue
    try:
        rest = linear.reduced(linear.difference(claim), facts)
    except MathsError:
        return None
    if rest and not any(rest) and linear.consistent(facts):
        return Outcome(Decision.VIOLATED, "linear", {"sides differ by": str(rest[()])}, refuted=True)
    return Outcome(Decision.IMPLIED, "linear") if not rest else None


def _next_elimination(rest: list[Node]) -> tuple[int, linear.Isolated] | None:
    for index, each in enumerate(rest):
        if isinstance(each, Apply) and each.head == "eq" and symbols(each):
            found = linear.isolated(each)
            if found is not None:
                return index, found
    return None


def _closed(rest: list[Node], aim: Node, eliminated: list[linear.Isolated]) -> Outcome:
    if not all(holds(each, {}) for each in rest):
        return OPEN
    truth = holds(aim, {})
    if truth is None:
        return OPEN
    if truth:
        return Outcome(Decision.IMPLIED, "substitution")
    return Outcome(Decision.VIOLATED, "substitution", located({}, eliminated), refuted=True, finite=True)


class _Cells(NamedTuple):
    inside: int
    held: int
    unknown: int
    open_cell: bool
    violated: Any  # a value, or None


def _solved(rest: list[Node], aim: Node, name: str, eliminated: list[linear.Isolated]) -> Outcome:
    """Compare the solutions in one variable, cell by cell."""
    cells = _cells(rest, aim, name, {})
    if not cells.inside:
        return OPEN
    if cells.violated is None:
        return OPEN if cells.unknown else Outcome(Decision.IMPLIED, "solutions")
    return Outcome(
        Decision.VIOLATED,
        "solutions",
        located({name: cells.violated}, eliminated),
        refuted=not cells.held and not cells.unknown,
        finite=not cells.open_cell and bool(rest),
    )


def _cells(rest: list[Node], aim: Node, name: str, env: dict[str, Any]) -> _Cells:
    cuts: list[Any] = []
    for each in (*rest, aim):
        for atom in _atoms(each):
            side = apply("add", atom.args[0], apply("neg", atom.args[1]))
            if name in symbols(side):
                cuts += _real_roots(side, name)
    ctx = probe.context(probe.BASE_BITS)
    ordered: list[Any] = []
    for cut in sorted(cut for cut in cuts if ctx.isfinite(cut)):
        if not ordered or cut - ordered[-1] > ctx.mpf(2) ** -60 * max(1, abs(cut)):
            ordered.append(cut)
    if len(ordered) > MAX_CELLS:
        return _Cells(0, 0, 0, open_cell=False, violated=None)
    return _counted(rest, aim, name, ordered)


def _real_roots(node: Node, name: str) -> tuple[Any, ...]:
    """Return the real roots; what is known already costs the same steps, so that verdicts do not depend on it."""
    before = meter.left()
    found, cost = _rooted(node, name)
    meter.spend(cost - (before - meter.left()))
    return found


@lru_cache(maxsize=256)
def _rooted(node: Node, name: str) -> tuple[tuple[Any, ...], int]:
    before = meter.left()
    return tuple(roots.real_roots(node, name)), before - meter.left()


def _counted(rest: list[Node], aim: Node, name: str, cuts: list[Any]) -> _Cells:
    ctx = probe.context(probe.BASE_BITS)
    between = [(a + b) / 2 for a, b in pairwise(cuts)]
    inner = [cuts[0] - 1, *between, cuts[-1] + 1] if cuts else [ctx.mpf(1) / 7]
    inside = held = unknown = 0
    open_cell, violated = False, None
    for value, is_cut in [*((cut, True) for cut in cuts), *((value, False) for value in inner)]:
        at = {name: value}
        truths = [holds(each, at) for each in rest]
        if not all(truths):
            continue
        inside += 1
        open_cell = open_cell or not is_cut
        truth = holds(aim, at)
        held += truth is True
        unknown += truth is None
        if truth is False and violated is None:
            violated = value
    return _Cells(inside, held, unknown, open_cell, violated)


def _atoms(node: Node) -> Iterator[Apply]:
    if isinstance(node, Apply) and node.head in RELATIONS:
        yield node
    elif isinstance(node, Apply) and node.head in {"and", "or"}:
        for arg in node.args:
            yield from _atoms(arg)


def _sampled(rest: list[Node], aim: Node, names: list[str], eliminated: list[linear.Isolated]) -> Outcome:
    """Give all but one variable values and solve for that one; several times."""
    if (point := _counterexample(rest, aim, names)) is not None:
        return Outcome(Decision.VIOLATED, "sample", located(point, eliminated))
    solved = _solvable(rest, names)
    held = tried = 0
    for values in _values([name for name in names if name != solved]):
        table: dict[Node, Node] = {Sym(name): Num(value) for name, value in values.items()}
        inserted, goal = [substitute(each, table) for each in rest], substitute(aim, table)
        try:
            cells = _cells(inserted, goal, solved, {})
        except UndefinedError:
            continue
        if not cells.inside:
            continue
        tried += 1
        if cells.violated is not None:
            witness = located({**values, solved: cells.violated}, eliminated)
            return Outcome(Decision.VIOLATED, "sample", witness)
        held += not cells.unknown
        if held >= _SAMPLES:
            break
    certain = isinstance(aim, Apply) and all(atom.head == "eq" for atom in _atoms(aim)) and bool(rest)
    equations = sum(isinstance(each, Apply) and each.head == "eq" for each in rest)
    return Outcome(Decision.IMPLIED, "samples") if held >= 3 and certain and equations <= 1 else OPEN


def _counterexample(rest: list[Node], aim: Node, names: list[str]) -> dict[str, Any] | None:
    """Try a few points where no equation has to hold: much cheaper than solving for a variable."""
    if any(atom.head == "eq" for each in rest for atom in _atoms(each)):
        return None
    for values in islice(_values(names), _POINTS):
        table: dict[Node, Node] = {Sym(name): Num(value) for name, value in values.items()}
        if all(holds(substitute(each, table), {}) for each in rest) and holds(substitute(aim, table), {}) is False:
            return values
    return None


def _solvable(rest: list[Node], names: list[str]) -> str:
    """Choose the variable to solve for: one of an equation, of the lowest degree that shows."""
    equations = [each for each in rest if isinstance(each, Apply) and each.head == "eq"]
    used = sorted(symbols(equations[0]) & set(names)) if equations else names
    return used[0] if used else names[0]


def _values(names: list[str]) -> Iterator[dict[str, Fraction]]:
    for shift in range(6):
        yield {name: Fraction(_EASY[(shift + 3 * index) % len(_EASY)]) for index, name in enumerate(names)}
    for point in points(frozenset(names)):
        yield {name: value for name, value in point.env.items() if isinstance(value, Fraction)}
