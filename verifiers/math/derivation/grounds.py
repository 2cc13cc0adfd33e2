"""When a step with variables that does not follow is bad, and when the text may hold more than was read.

A false alarm costs more than a miss: each rule here asks for a reason to be certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from verisieve.verifiers.math.derivation import linear
from verisieve.verifiers.math.derivation.at import holds
from verisieve.verifiers.math.derivation.contexts import Setting
from verisieve.verifiers.math.derivation.implication import Decision, Outcome, follows
from verisieve.verifiers.math.derivation.records import Cue, Statement
from verisieve.verifiers.math.derivation.scope import Fact, Scope
from verisieve.verifiers.math.nodes import (
    INEQUALITIES,
    Apply,
    MathsError,
    Node,
    Sym,
    apply,
    heads,
    number,
    substitute,
    symbols,
)

Solver = Callable[[list[Node], Node], Outcome]
SOFT = frozenset({Cue.CONDITION, Cue.DEFINES})
_NEXT = re.compile(r"\W*(?:gives?|means?|implies|yields?|leads?|has|when|if|only|would|becomes?|requires?)\b")
_COMBINES = re.compile(r"\b(?:add|subtract|eliminat)(?:e|ing)?\b[^.;,]*$", re.IGNORECASE)
_SIDES = re.compile(r"\bsides?\b|\bthroughout\b|\beach\b|\bevery", re.IGNORECASE)
_BEGINS = re.compile(r"[.!?:;]\s+\W*$(?<!\n)")
_WHOLE = frozenset("ijkmnpqrstdlwhNMKTDLWH")  # names of counts, lengths and times, which often are positive or whole
_BROKEN = frozenset({"abs", "floor", "ceil", "sqrt", "root", "min", "max", "sign"})  # equations that hold on intervals
_CIRCULAR = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_SEVERAL = _CIRCULAR | {"log"}  # read in several ways


class Place(NamedTuple):
    """What a judgement may look at beside the scope: the statement, the one before, the words of the whole text."""

    statement: Statement
    before: Node | None  # the formula of the statement before, where nothing but connectives stands between
    setting: Setting
    solver: Solver
    refill: Callable[[], None]  # a fresh budget of steps, for each link
    expressions: frozenset[Node]  # that the question or an earlier line holds
    block: int = 0  # of statements with nothing but connectives between them
    story: bool = False  # no statement has a variable
    right: frozenset[Node] = frozenset()  # left sides of calculations that the text has right from here on
    either: bool = False  # the line speaks of alternatives
    solved: frozenset[str] | None = None  # names that get a value, where the text does not speak of solving


def is_bad(scope: Scope, place: Place, claim: Node, outcome: Outcome, facts: list[Fact], *, rewriting: bool) -> bool:
    if place.statement.cue in SOFT or (not facts and _update(claim)):
        return False
    if replaces(place, claim) and not (heads(claim) | heads(place.before or claim)) & _SEVERAL:
        return True
    outcome, facts = _near(place, facts, claim, outcome)
    if outcome.decision is not Decision.VIOLATED:
        return False
    if _right(place, facts, claim):
        return False
    if outcome.refuted and facts:
        return _contradicts(scope, place, claim, facts)
    if outcome.refuted and not place.setting.hopeless and _apart(claim):
        return True
    if symbols(claim) & scope.opaque or (place.either and located(claim) is not None):
        return False
    if rewriting or replaces(place, claim) or _rescaled(place, claim):
        return True
    if not facts or symbols(claim) - scope.known() or chosen(facts, claim):
        return False
    if place.setting.positive and positively([fact.node for fact in facts], claim):
        return False
    if outcome.finite:
        return place.statement.adjacent and not place.setting.positive
    return _transformed(place, claim)


def near(place: Place, claim: Node, facts: list[Fact]) -> list[Node]:
    """Return the formula before and what its names stand for: most steps follow from these."""
    if place.before is None:
        return []
    if symbols(claim) <= symbols(place.before):
        return [place.before]
    return [*(fact.node for fact in facts if _defines(fact.node) and fact.node != place.before), place.before]


def _defines(node: Node) -> bool:
    """Say whether a formula gives a name to an expression of other variables."""
    if not isinstance(node, Apply) or node.head != "eq" or not isinstance(node.args[0], Sym):
        return False
    return bool(symbols(node.args[1])) and node.args[0].name not in symbols(node.args[1])


def _near(place: Place, facts: list[Fact], claim: Node, outcome: Outcome) -> tuple[Outcome, list[Fact]]:
    """Decide again by the facts that nothing but connectives parts from the claim: words in between may end a case."""
    combines = outcome.tier == "linear" and outcome.refuted and _combines(place)
    near = [fact for fact in facts if fact.given or fact.block == place.block or place.setting.pure or combines]
    return (outcome, facts) if len(near) == len(facts) else (follows([fact.node for fact in near], claim), near)


def _combines(place: Place) -> bool:
    """Say whether a step adds or subtracts equations."""
    return bool(_COMBINES.search(place.statement.before) and not _SIDES.search(place.statement.before))


def _right(place: Place, facts: list[Fact], claim: Node) -> bool:
    """Say whether a claim follows from the statement before alone, or in another reading of its functions."""
    alone = place.before is not None and follows([place.before], claim).decision is Decision.IMPLIED
    return alone or _ambiguous(place, facts, claim)


def replaces(place: Place, claim: Node) -> bool:
    """Say whether an equation loses solutions of the line before and has others: in no reading is it a step."""
    before = place.before
    if before is None or not (_only(before, "eq") and _only(claim, "eq")) or located(claim) or located(before):
        return False
    if len(symbols(claim)) != 1 or symbols(claim) != symbols(before) or _BEGINS.search(place.statement.before):
        return False
    if _combines(place):
        return False
    back = follows([claim], before)
    return back.decision is Decision.VIOLATED and back.finite and not heads(before) & _BROKEN


def _rescaled(place: Place, claim: Node) -> bool:
    """Say whether a conclusion gives the two terms of the equation before another ratio: 4k^2 = 2q^2, so q^2 = 4k^2."""
    joint = place.statement.cue in {Cue.IMPLIES, Cue.EQUIVALENT} and not _combines(place)
    return joint and place.before is not None and linear.rescaled(place.before, claim)


def _ambiguous(place: Place, facts: list[Fact], claim: Node) -> bool:
    """Say whether a claim may be right with angles in degrees or with decimal logarithms."""
    nodes = [claim, *(fact.node for fact in facts)]
    used = frozenset[str]().union(*map(heads, nodes))
    if place.setting.degrees and used & _CIRCULAR:
        return True
    if "log" not in used:
        return False
    aim, *premises = map(_decimal, nodes)
    return follows(premises, aim).decision is not Decision.VIOLATED


def _decimal(node: Node) -> Node:
    if not isinstance(node, Apply):
        return node
    args = tuple(map(_decimal, node.args))
    return apply("logb", args[0], number(10)) if node.head == "log" else Apply(node.head, args)


def _contradicts(scope: Scope, place: Place, claim: Node, facts: list[Fact]) -> bool:
    """Say whether a claim that contradicts what holds is a conclusion from it, and no new use of a letter."""
    if restarts(claim, scope.claimed) is not None or chosen(facts, claim):
        return False
    if _NEXT.match(place.statement.after) or (
        place.statement.cue is Cue.NONE and _BEGINS.search(place.statement.before)
    ):
        return False  # a new case, of which something follows
    if _only(claim, "eq") and any(bounds(fact.node) for fact in facts):  # a case may turn out empty
        facts = [fact for fact in facts if not bounds(fact.node)]
        return bool(facts) and follows([fact.node for fact in facts], claim).refuted
    if not place.statement.adjacent and place.statement.cue not in {Cue.IMPLIES, Cue.EQUIVALENT}:
        return False
    last = max((place for place, fact in enumerate(facts) if _headed(fact.node, "or")), default=-1)
    if last >= 0:  # alternatives are taken up one by one after it
        return follows([fact.node for fact in facts[: last + 1]], claim).refuted
    return True


def restarts(claim: Node, claimed: Sequence[tuple[Node, int]]) -> int | None:
    """Return how many facts came before the name of a claim got another value or bound: there another case began."""
    name = located(claim)
    if name is None:
        return None
    return next((count for node, count in claimed if located(node) == name and follows([node], claim).refuted), None)


def located(node: Node) -> Sym | None:
    """Return the variable that a formula gives a value or a bound, if it does only that."""
    if isinstance(node, Apply) and node.head in INEQUALITIES | {"eq"}:
        for this, that in (node.args, node.args[::-1]):
            if isinstance(this, Sym) and symbols(this) and not symbols(that):
                return this
    return None


def _headed(node: Node, head: str) -> bool:
    return isinstance(node, Apply) and node.head == head


def _apart(claim: Node) -> bool:
    """Say whether the sides of an equation differ by a number, as those of a wrong identity may."""
    if not isinstance(claim, Apply) or claim.head != "eq" or any(isinstance(side, Sym) for side in claim.args):
        return False
    try:
        rest = linear.difference(claim)
    except MathsError:
        return False
    return all(not monomial for monomial in rest)


def _only(claim: Node, head: str) -> bool:
    if isinstance(claim, Apply) and claim.head in {"and", "or"}:
        return all(_only(arg, head) for arg in claim.args)
    return isinstance(claim, Apply) and claim.head == head


def bounds(node: Node) -> bool:
    if isinstance(node, Apply) and node.head in {"and", "or"}:
        return any(bounds(arg) for arg in node.args)
    return isinstance(node, Apply) and node.head in INEQUALITIES - {"ne"}


def _transformed(place: Place, claim: Node) -> bool:
    """Say whether a claim can only be the statement before in another form."""
    before = place.before
    if before is None or not symbols(claim) <= symbols(before) or not isinstance(before, Apply) or _combines(place):
        return False
    strict = place.statement.cue in {Cue.IMPLIES, Cue.EQUIVALENT}
    if strict and _only(claim, "eq") is _only(before, "eq") is False and _wholly(before, claim):
        return True
    whole = not _only(claim, "eq") and bool(symbols(claim) & _WHOLE)
    if strict:
        several = len(symbols(claim)) > 1 and not place.setting.whole  # where signs were looked at already
        return (
            (several or not place.setting.positive)
            and not whole
            and symbols(claim) == symbols(before)
            and _narrows(before, claim)
        )
    bounds = {before.head, claim.head if isinstance(claim, Apply) else ""} <= INEQUALITIES
    simple = before.head == "and" or any(
        isinstance(side, Sym) and not symbols(other) for side, other in (before.args, before.args[::-1])
    )
    return place.statement.cue is Cue.NONE and bounds and not simple and len(symbols(claim)) == 1 and not whole


def _wholly(before: Node, claim: Node) -> bool:
    """Say whether a claim in one variable fails for a whole number too, so that no rounding explains it."""
    if len(symbols(claim)) != 1 or symbols(claim) != symbols(before):
        return False
    (name,) = symbols(claim)
    points: list[dict[Node, Node]] = [{Sym(name): number(value)} for value in range(1, 60)]
    return any(holds(substitute(before, at), {}) and holds(substitute(claim, at), {}) is False for at in points)


def _narrows(before: Node, claim: Node) -> bool:
    """Say whether a claim is of the kind of the line before: an equation after an equation that is none of cases."""
    return not _only(claim, "eq") or (_only(before, "eq") and (len(symbols(before)) > 1 or not heads(before) & _BROKEN))


def _update(claim: Node) -> bool:
    """Say whether a claim reads as a program does: x = x + 1."""
    return isinstance(claim, Apply) and claim.head == "eq" and isinstance(claim.args[0], Sym) and (
        claim.args[0].name in symbols(claim.args[1])
    )  # fmt: skip


def chosen(facts: list[Fact], claim: Node) -> bool:
    """Say whether a claim picks one of the alternatives of a fact."""
    return any(isinstance(fact.node, Apply) and fact.node.head == "or" and claim in fact.node.args for fact in facts)


def positively(premises: list[Node], claim: Node) -> bool:
    names = symbols(claim).union(*(symbols(each) for each in premises))
    extra: list[Node] = [apply("gt", Sym(name), number(0)) for name in sorted(names)]
    return follows([*premises, *extra], claim).decision is Decision.IMPLIED
