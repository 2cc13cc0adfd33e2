"""One statement judged against what holds before it, and what holds after it.

A step is bad only with a witness, and only where the text leaves no room for information that was not read: the claim
contradicts what holds, or loses solutions of it, or rewrites an expression into another one.
"""

from __future__ import annotations

import re
from dataclasses import replace

from verisieve.verifiers.math.derivation import arithmetic, calculus, chains, cues, grounds, residues, rewrites
from verisieve.verifiers.math.derivation.closed import closed
from verisieve.verifiers.math.derivation.grounds import Place
from verisieve.verifiers.math.derivation.implication import OPEN, Decision, Outcome, follows, universal
from verisieve.verifiers.math.derivation.records import Cue, Found, Link, Status
from verisieve.verifiers.math.derivation.scope import MAX_FACTS, Fact, Function, Scope, assigns, formula, joined
from verisieve.verifiers.math.nodes import Apply, MathsError, Node, Sym, apply, number, symbols
from verisieve.verifiers.math.scalars import Judgement, equal

_PROOFS = frozenset({"exact", "structure", "linear", "substitution", "stated before", "z3+cvc5"})
_RIGHT = frozenset({Status.PROVED, Status.AGREES})
_ELLIPSIS = re.compile(r"\\[lcd]?dots(?![a-z])|\.\.\.|…|⋯")
_UNREAD = Found(Status.UNVERIFIABLE, "unread")
_ASSUMED = Found(Status.ASSUMED, "new information")


def statement(scope: Scope, place: Place) -> tuple[list[Found], Scope, Node | None]:
    """Judge a statement; return a finding for each link, what holds after it, and its formula."""
    branches = place.statement.branches
    if len(branches) > 1:
        return _several(scope, place)
    found: list[Found] = []
    atoms: list[Node] = []
    chain = branches[0]
    rewriting = chains.rewrites(scope, place.statement.whole or chain)
    for link in chain:
        place.refill()
        last = chain[len(found) - 1].left if found and found[-1].status in _RIGHT else None
        known = (rewriting and chains.kept(link)) or (last is not None and chains.closed_in(scope, last, link))
        known = known or chains.carries(
            link, place.statement.whole, place.solved, told=cues.rewritten(place.statement.before)
        )
        finding, scope, atom = _link(scope, place, link, rewriting=known, whole=rewriting)
        found.append(finding)
        atoms += [atom] if atom is not None and symbols(atom) else []
    return found, scope, joined("and", atoms) if atoms else None


def _several(scope: Scope, place: Place) -> tuple[list[Found], Scope, Node | None]:
    """Judge alternatives as one claim: one of them holds."""
    links = [link for branch in place.statement.branches for link in branch]
    try:
        branches = [
            joined("and", [formula(link.relation, *(_sides(scope, link))) for link in branch])
            for branch in place.statement.branches
        ]
    except MathsError:
        return [_UNREAD], _shadowed(scope, links), None
    plain = [link for link in links if link.left and link.right and not symbols(link.left) | symbols(link.right)]
    wrong = [found for found in (closed(scope, place, link)[0] for link in plain) if found.status is Status.BAD]
    if wrong:
        return wrong[:1], scope, None
    claim = joined("or", branches)
    if not symbols(claim):
        return [_ASSUMED], scope, None
    finding = _decided(scope, place, claim, links[0], rewriting=False)
    shaky = any(link.shaky for link in links)
    return [finding], _shadowed(scope, links) if shaky else _after(scope, place, claim, finding), claim


def _sides(scope: Scope, link: Link) -> tuple[Node, Node]:
    if link.left is None or link.right is None or link.relation not in {"eq", "ne", "lt", "le", "gt", "ge", "approx"}:
        raise MathsError("unread")
    left, right = scope.plain(link.left), scope.plain(link.right)
    return left, right


def _link(scope: Scope, place: Place, link: Link, *, rewriting: bool, whole: bool) -> tuple[Found, Scope, Node | None]:
    if link.left is None or link.right is None:
        harmless = link.named and (whole or isinstance(link.left, Sym))  # c = chickens
        return (_ASSUMED if link.named else _UNREAD), scope if harmless else _shadowed(scope, [link]), None
    defined = _definition(scope, place, link)
    if defined is not None:
        return _ASSUMED, defined, None
    modulus = place.statement.modulus or (place.setting.modulus if link.relation == "equiv" else None)
    if modulus is not None:
        return _congruence(scope, place, link, modulus)
    if link.relation == "equiv":
        return _UNREAD, _shadowed(scope, [link]), None
    try:
        left, right = scope.plain(link.left), scope.plain(link.right)
    except (MathsError, RecursionError):
        return _UNREAD, _shadowed(scope, [link]), None
    if calculus.antiderivatives(left) | calculus.antiderivatives(right):
        return _antiderivative(link, left, right), scope, None
    if not symbols(left) | symbols(right):
        return closed(scope, place, link)
    relation = "eq" if link.relation == "approx" else link.relation
    claim = formula(relation, left, right)
    if link.relation == "approx":
        return _rounded(scope, left, right, claim)
    finding = _decided(scope, place, claim, link, rewriting=rewriting)
    return (
        finding,
        (_shadowed(scope, [link]) if link.shaky or rewrites.relative(link) else _after(scope, place, claim, finding)),
        claim,
    )


def _definition(scope: Scope, place: Place, link: Link) -> Scope | None:
    """Take `f(x) = ...` as the rule of f, unless f has one already that it can be held against."""
    call = link.left
    if link.relation != "eq" or not (isinstance(call, Apply) and call.head == "call") or link.right is None:
        return None
    name, *parameters = call.args
    if not isinstance(name, Sym) or not all(isinstance(each, Sym) and symbols(each) for each in parameters):
        return None
    known = name.name in scope.functions or name.name.rstrip("'") in scope.functions
    if known and place.statement.cue is not Cue.DEFINES:
        return None
    try:
        body = scope.plain(link.right)
    except (MathsError, RecursionError):
        return _shadowed(scope, [link])
    symbols_ = tuple(each for each in parameters if isinstance(each, Sym))
    if any(f"{name.name}(" in each for each in symbols(body)):
        return scope  # a functional equation
    return replace(scope, functions={**scope.functions, name.name: Function(symbols_, body)})


def _congruence(scope: Scope, place: Place, link: Link, modulus: Node) -> tuple[Found, Scope, Node | None]:
    if link.relation not in {"eq", "equiv"}:
        return _UNREAD, scope, None
    try:
        left, right = scope.plain(link.left or number(0)), scope.plain(link.right or number(0))
    except MathsError:
        return _UNREAD, scope, None
    claim = apply("cong", left, right, modulus)
    found = residues.implied(claim, list(scope.congruences))
    known = frozenset[str]().union(*(symbols(each) for each in scope.congruences))
    if found.status is Status.BAD and symbols(claim):
        certain = found.tier == "refuted" or (place.statement.cue is Cue.IMPLIES and place.statement.adjacent)
        if not certain or not symbols(claim) <= known or place.statement.cue in grounds.SOFT | {Cue.MENTION}:
            found = _ASSUMED if not symbols(claim) & known else Found(Status.UNVERIFIABLE, "residues", found.witness)
        elif symbols(claim) & scope.opaque:
            found = Found(Status.UNVERIFIABLE, "residues", found.witness)
    if found.status is Status.BAD and link.shaky:
        found = found._replace(status=Status.UNVERIFIABLE)
    valued = [each.args[0] for each in scope.congruences if not symbols(each.args[1])]
    if found.status is Status.BAD and left in valued and place.statement.cue is not Cue.IMPLIES:
        found, scope = _ASSUMED, scope.without(symbols(left))  # another case
    kept = scope.with_fact(Fact(claim)) if found.status is not Status.BAD and symbols(claim) else scope
    return found, kept, None


def _antiderivative(link: Link, left: Node, right: Node) -> Found:
    """Compare by derivatives: an antiderivative is right where its derivative is."""
    names = calculus.antiderivatives(left) | calculus.antiderivatives(right)
    if link.relation != "eq" or len(names) != 1:
        return _UNREAD
    (name,) = names
    if isinstance(left, Sym) or isinstance(right, Sym):
        return _ASSUMED
    try:
        result = equal(calculus.derivative(left, name), calculus.derivative(right, name))
    except (MathsError, RecursionError):
        return _UNREAD
    if result.judgement is Judgement.SAME:
        return Found(Status.AGREES, "derivative")
    certain = result.judgement is Judgement.DIFFERENT and not link.shaky
    return Found(Status.BAD if certain else Status.UNVERIFIABLE, "derivative", result.witness)


def _rounded(scope: Scope, left: Node, right: Node, claim: Node) -> tuple[Found, Scope, Node | None]:
    """Judge `x ≈ 1.41` where x has one known value."""
    name = assigns(claim)
    if name is not None:
        for fact in scope.facts:
            if assigns(fact.node) == name and isinstance(fact.node, Apply):
                value = next(side for side in fact.node.args if side != name)
                return arithmetic.judged(value, "approx", right if left == name else left, {}), scope, None
    return Found(Status.UNVERIFIABLE, "an approximation"), scope, None


def _decided(scope: Scope, place: Place, claim: Node, link: Link, *, rewriting: bool) -> Found:
    """Judge a claim with variables."""
    whole = universal(claim)
    if whole.decision is Decision.IMPLIED:
        return Found(Status.PROVED if whole.tier in _PROOFS else Status.AGREES, whole.tier)
    if place.statement.cue is Cue.MENTION:
        return Found(Status.ASSUMED, "only mentioned")
    facts = scope.relevant(symbols(claim))
    premises = [fact.node for fact in facts]
    near, outcome = _first(place, claim, facts)
    rewriting = rewriting and not isinstance(link.left, Sym)
    rewriting = (
        rewriting or rewrites.rewrites_known(place, link, claim, facts) or rewrites.evaluates(place, link, claim, facts)
    )
    if outcome.decision is Decision.OPEN and whole.decision is Decision.VIOLATED and rewriting:
        outcome = whole if rewrites.free(facts, claim) else OPEN
    if outcome.decision is Decision.OPEN:
        outcome = place.solver(premises, claim)
    place.refill()
    if outcome.decision is Decision.OPEN and place.before is not None and grounds.replaces(place, claim):
        outcome = follows(near, claim)
    if outcome.decision is Decision.IMPLIED:
        converse = _converse(scope, place, claim)
        return converse or Found(Status.PROVED if outcome.tier in _PROOFS else Status.AGREES, outcome.tier)
    fresh = symbols(claim) - scope.known()
    if outcome.decision is Decision.OPEN:
        return _ASSUMED if fresh or place.statement.cue in grounds.SOFT else Found(Status.UNVERIFIABLE, "undecided")
    bad = grounds.is_bad(scope, place, claim, outcome, facts, rewriting=rewriting)
    if bad and not link.shaky and not rewrites.relative(link):
        return Found(Status.BAD, outcome.tier, outcome.witness)
    if (
        fresh
        or place.statement.cue in grounds.SOFT
        or grounds.chosen(facts, claim)
        or not any(fact.derived for fact in facts)
    ):
        return _ASSUMED
    if place.setting.positive and grounds.positively(premises, claim):
        return Found(Status.AGREES, "for positive values")
    return Found(Status.UNVERIFIABLE, "does not follow from what was read", outcome.witness)


def _first(place: Place, claim: Node, facts: list[Fact]) -> tuple[list[Node], Outcome]:
    """Decide a claim by the line before it, which is enough for most, and by all that holds."""
    near, premises = grounds.near(place, claim, facts), [fact.node for fact in facts]
    close = follows(near, claim) if near else OPEN
    if close.decision is Decision.IMPLIED or near == premises != []:
        return near, close
    place.refill()
    outcome = follows(premises, claim)
    if outcome.tier == "solutions" and grounds.replaces(place, claim):
        return near, close  # true of a solution, but no form of the line before
    return near, outcome


def _converse(scope: Scope, place: Place, claim: Node) -> Found | None:
    """Hold the other direction of an equivalence against what holds without the statement before."""
    before = place.before
    if place.statement.cue is not Cue.EQUIVALENT or before is None or symbols(before) != symbols(claim):
        return None
    alone = len(place.statement.branches) > 1 or len(place.statement.branches[0]) == 1
    if place.setting.positive or not alone or symbols(claim) & scope.opaque:
        return None
    rest = [fact.node for fact in scope.relevant(symbols(claim)) if fact.node != before and fact.given]
    outcome = follows([*rest, claim], before)
    if outcome.decision is Decision.VIOLATED:
        return Found(Status.BAD, "converse", outcome.witness)
    return None


def _after(scope: Scope, place: Place, claim: Node, finding: Found) -> Scope:
    """Return what holds after a claim: what follows, what is new, and nothing that is bad or only mentioned."""
    if finding.status is Status.BAD or place.statement.cue is Cue.MENTION:
        return scope
    scope = _restarted(scope, claim)
    if finding.status is Status.UNVERIFIABLE:
        return replace(scope, opaque=scope.opaque | symbols(claim))
    derived = finding.status in {Status.PROVED, Status.AGREES}
    if derived and universal(claim).decision is Decision.IMPLIED:
        return scope
    if not derived and follows([fact.node for fact in scope.relevant(symbols(claim))], claim).refuted:
        name = assigns(claim)
        scope = scope.without(frozenset({name.name}) if name else symbols(claim))
    return scope.with_fact(Fact(claim, derived, line=place.statement.line, block=place.block))


def _restarted(scope: Scope, claim: Node) -> Scope:
    """Drop what followed from another value of a name, and remember the one of the claim."""
    first = grounds.restarts(claim, scope.claimed)
    if first is not None:
        kept = tuple(
            each for each in scope.claimed if each[1] <= first and grounds.located(each[0]) != grounds.located(claim)
        )
        scope = replace(scope, facts=scope.facts[:first], claimed=kept)
    if grounds.located(claim) is None:
        return scope
    return replace(scope, claimed=(*scope.claimed, (claim, len(scope.facts)))[-MAX_FACTS:])


def _shadowed(scope: Scope, links: list[Link]) -> Scope:
    """Remember the variables of what could not be read: nothing is certain about them any more."""
    links = [link for link in links if not _ELLIPSIS.search(link.text)]  # a sum that goes on states no value
    seen = {name for link in links for side in (link.left, link.right) if side is not None for name in symbols(side)}
    return replace(scope, opaque=scope.opaque | seen)


__all__ = ["Place", "statement"]
