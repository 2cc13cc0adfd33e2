"""Links without variables in their place: recomputed, and bad only where the text leaves no doubt."""

from __future__ import annotations

import re
from dataclasses import replace

from verisieve.verifiers.math.derivation import arithmetic, cues
from verisieve.verifiers.math.derivation.grounds import Place
from verisieve.verifiers.math.derivation.records import Found, Link, Status
from verisieve.verifiers.math.derivation.scope import Scope, formula
from verisieve.verifiers.math.nodes import Apply, Node, Num

_UNREAD = Found(Status.UNVERIFIABLE, "unread")
_WORD = re.compile(r"(?<!\\)\b[A-Za-z]")
_CLAUSE = re.compile(
    r"(?:^|\n|[.;:]|\b(?:since|because|but|as|so|thus|hence|therefore|now|indeed|that|note|have|write|is|are))[\s,:(]*$",
    re.IGNORECASE,
)


def closed(scope: Scope, place: Place, link: Link) -> tuple[Found, Scope, Node | None]:
    """Judge a link without variables; return what was found, what holds after it, and no formula."""
    assert link.left is not None
    assert link.right is not None
    plain = [scope.plain(side) if _calls(side) else side for side in (link.left, link.right)]
    if any(_calls(side) for side in plain):
        return _UNREAD, scope, None
    found = _alternatives(plain[0], link.relation, plain[1], scope)
    if found.status is Status.BAD and (link.shaky or _denied(place)):
        found = Found(Status.UNVERIFIABLE, "prose beside it", found.witness)
    lone = not link.continued and arithmetic.lone(link.left) and arithmetic.lone(link.right)
    if found.status is Status.BAD and arithmetic.lone(link.left) and (lone or not _alone(place, link)):
        found = Found(Status.UNVERIFIABLE, "two numbers", found.witness)
    if found.status is Status.BAD and place.setting.rough and arithmetic.near(*plain):
        found = Found(Status.UNVERIFIABLE, "a rounded value may be used", found.witness)
    if found.status is Status.BAD and link.relation == "eq" and link.left in place.right:
        found = Found(Status.UNVERIFIABLE, "put right elsewhere", found.witness)
    if found.status is Status.BAD and place.setting.admits(*map(arithmetic.rational, plain)):
        found = Found(Status.UNVERIFIABLE, "another arithmetic", found.witness)
    if found.status is Status.BAD and arithmetic.running(*plain):
        found = Found(Status.UNVERIFIABLE, "a running calculation", found.witness)
    if found.tier == "stated digits" and isinstance(link.right, Num) and link.right.places:
        scope = replace(scope, rounded={**dict(list(scope.rounded.items())[-7:]), link.right: plain[0]})
    return found, scope, None


def _denied(place: Place) -> bool:
    story = place.story and not place.setting.hopeless
    return cues.denied(place.statement.before, place.statement.after, story=story)


def _alternatives(left: Node, relation: str, right: Node, scope: Scope) -> Found:
    """Judge with either sign where a plus-minus stands; one that is true is enough."""
    both = formula(relation, left, right)
    atoms = both.args if isinstance(both, Apply) and both.head == "or" else (both,)
    findings = [
        arithmetic.judged(atom.args[0], relation, atom.args[1], scope.rounded)
        for atom in atoms
        if isinstance(atom, Apply)
    ]
    return next((found for found in findings if found.status is not Status.BAD), findings[0])


def _calls(node: Node) -> bool:
    return isinstance(node, Apply) and (
        node.head in {"call", "deriv", "bar", "antider"} or any(_calls(arg) for arg in node.args)
    )


def _alone(place: Place, link: Link) -> bool:
    """Say whether a link without words begins a line or a clause: 198 = 3 * 54 + 36; since 91 = 7 * 13."""
    plain = isinstance(link.left, Num) and isinstance(link.right, Apply) and not _WORD.search(link.text)
    plain = plain and "%" not in link.text
    return place.statement.row or (plain and bool(_CLAUSE.search(place.statement.before)))
