"""When a step with variables can only be an expression written in another form, so that it has to be an identity."""

from __future__ import annotations

from verisieve.verifiers.math.derivation.grounds import Place, bounds
from verisieve.verifiers.math.derivation.records import Cue, Link
from verisieve.verifiers.math.derivation.scope import Fact, assigns
from verisieve.verifiers.math.nodes import Apply, Node, Sym, symbols, walk


def evaluates(place: Place, link: Link, claim: Node, facts: list[Fact]) -> bool:
    """Say whether a step works out an expression of defined names: n = 2k + 1, so n^2 = ...; or a derivative."""
    if not isinstance(claim, Apply) or claim.head != "eq" or link.left is None or link.right is None:
        return False
    if _primed(link.left) and not _primed(link.right):
        return symbols(claim.args[0]) == symbols(claim.args[1])
    left, right = claim.args
    if isinstance(left, Sym) or place.statement.cue is not Cue.IMPLIES or not place.statement.adjacent:
        return False
    defined = {fact.node.args[0]: fact.node.args[1] for fact in facts if isinstance(fact.node, Apply)}
    if any(Sym(name) not in defined for name in symbols(left)) or not symbols(right):
        return False
    inner = frozenset[str]().union(*(symbols(defined[Sym(name)]) for name in symbols(left)))
    return symbols(right) <= inner and len(facts) == len(symbols(left))


def _primed(node: Node) -> bool:
    """Say whether a member is a derivative."""
    name = node.args[0] if isinstance(node, Apply) and node.head == "call" else node
    return (isinstance(name, Sym) and name.name.endswith("'")) or (isinstance(node, Apply) and node.head == "deriv")


def rewrites_known(place: Place, link: Link, claim: Node, facts: list[Fact]) -> bool:
    """Say whether the left side is an expression that the question or a line before holds, to be worked out."""
    if link.relation != "eq" or link.left is None or link.right is None or not isinstance(link.left, Apply):
        return False
    return link.left in place.expressions and symbols(link.left) == symbols(link.right) and free(facts, claim)


def free(facts: list[Fact], claim: Node) -> bool:
    """Say whether nothing that holds can make a claim true that is no identity: no equation but values of names."""
    names = [symbols(fact.node) for fact in facts]
    private = [
        each - symbols(claim) - frozenset().union(*(other for other in names if other is not each)) for each in names
    ]
    return all(
        own or assigns(fact.node) or bounds(fact.node) or _names_other(fact.node, claim)
        for fact, own in zip(facts, private, strict=True)
    )


def _names_other(node: Node, claim: Node) -> bool:
    """Say whether a fact has nothing to do with a claim, or names something that is not in it."""
    if not symbols(node) & symbols(claim):
        return True
    left = node.args[0] if isinstance(node, Apply) and node.head == "eq" else node
    return isinstance(left, Sym) and left.name not in symbols(claim)


def relative(link: Link) -> bool:
    """Say whether a percentage is added to something with a variable: x - 25% may mean three quarters of x."""
    return any(
        isinstance(part, Apply) and part.head == "percent"
        for side in (link.left, link.right)
        if side
        for part in walk(side)
    )
