"""Chains over several statements, and whether a chain rewrites one expression: E = F, so F = G is E = F = G."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, groupby, pairwise

from verisieve.verifiers.math.derivation.implication import Decision, universal
from verisieve.verifiers.math.derivation.records import Chain, Link, Statement
from verisieve.verifiers.math.derivation.scope import Scope
from verisieve.verifiers.math.nodes import Apply, MathsError, Node, Sym, apply, symbols

_MEMBERS = 8  # of a chain that are compared with each other


def wholes(found: Iterable[Statement]) -> list[Statement]:
    """Give each statement the chain that it is a part of."""
    groups: list[list[Statement]] = []
    for each in found:
        if groups and _goes_on(groups[-1][-1], each):
            groups[-1].append(each)
        else:
            groups.append([each])
    return [each._replace(whole=_joined(group)) for group in groups for each in group]


def _joined(group: list[Statement]) -> Chain:
    return tuple(link for each in group for link in each.branches[0]) if len(group) > 1 else group[0].branches[0]


def _goes_on(last: Statement, each: Statement) -> bool:
    """Say whether a statement begins with the member that the one before ended in."""
    if len(last.branches) > 1 or len(each.branches) > 1:
        return False
    left, right = each.branches[0][0].left, last.branches[0][-1].right
    return isinstance(left, Apply) and left == right


def rewrites(scope: Scope, chain: Chain) -> bool:
    """Say whether a chain rewrites one expression: of its members with the same variables two are the same."""
    named = [link for link in chain if link.left is not None and link.right is not None]
    chain = tuple(named) if len(chain) - len(named) <= 2 else chain  # LHS = ... = RHS
    if not chain or any(link.relation != "eq" or link.left is None or link.right is None for link in chain):
        return False
    if any(this.right != that.left for this, that in pairwise(chain)):
        return False
    try:
        members = [scope.plain(side) for side in (chain[0].left, *(link.right for link in chain)) if side is not None]
    except (MathsError, RecursionError):
        return False
    if _declares(chain[0]) and len({symbols(each) for each in members[1:]}) == 1:
        return len(members) > 2 and bool(symbols(members[-1]))
    *_, members = (list(group) for _, group in groupby(members, symbols))  # after names and formulas
    if len(members) < 3 or not symbols(members[0]) or any(isinstance(each, Sym) for each in members):
        return False  # one link may be an equation
    return any(_same(*pair) for pair in combinations(members[:_MEMBERS], 2))


def _declares(link: Link) -> bool:
    """Say whether a link gives the rule of a function: f(x) = ..."""
    call = link.left
    return isinstance(call, Apply) and call.head == "call" and all(isinstance(each, Sym) for each in call.args)


def kept(link: Link) -> bool:
    """Say whether both members of a link have the same variables."""
    return link.left is not None and link.right is not None and symbols(link.left) == symbols(link.right)


def carries(link: Link, whole: Chain, solved: frozenset[str] | None, *, told: bool = False) -> bool:
    """Say whether a chain goes on, and ends, with expressions of the same variables, for none of which it is solved.

    `told`: the text says that a formula is rewritten.
    """
    if solved is None or not (link.continued or told) or link.relation != "eq":
        return False
    sides = (link.left, link.right, (whole or (link,))[-1].right)
    if not all(isinstance(side, Apply) for side in sides):
        return False
    names = {symbols(side) for side in sides if side is not None}
    return len(names) == 1 and not any(each & solved or not each for each in names)


def closed_in(scope: Scope, last: Node, link: Link) -> bool:
    """Say whether a link goes on from a right one of other variables, between expressions that nothing is known of."""
    if not symbols(last) or symbols(last) & symbols(link.left or last):
        return False
    if not link.continued or link.relation != "eq" or not isinstance(link.left, Apply) or link.right is None:
        return False
    names = symbols(link.left)
    free = all(not symbols(fact.node) & names or _names(fact.node, names) for fact in scope.facts)
    return bool(names) and names == symbols(link.right) and free


def _names(node: Node, others: frozenset[str]) -> bool:
    """Say whether a fact gives a name to an expression of other variables."""
    left = node.args[0] if isinstance(node, Apply) and node.head == "eq" else node
    return isinstance(left, Sym) and left.name not in others


def _same(left: Node, right: Node) -> bool:
    return universal(apply("eq", left, right)).decision is Decision.IMPLIED
