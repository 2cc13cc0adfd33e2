"""Derivations about knights and knaves: who is what, from few statements at a time, with suppositions."""

from __future__ import annotations

import re
from itertools import combinations
from random import Random

from verisieve.domains.reasoning.families import knights_knaves as family
from verisieve.domains.reasoning.families.knights_knaves import KNAVE, KNIGHT, ROLES, Spec
from verisieve.domains.reasoning.traces import Derivation, Line, deriving
from verisieve.verifiers.reasoning import lexing
from verisieve.verifiers.reasoning.findings import UnreadableError
from verisieve.verifiers.reasoning.formulas import Formula
from verisieve.verifiers.reasoning.theories import Deduction, Theory

CITED = True
_NOT = re.compile(r"\b(?:not|cannot\s+be|can't\s+be|isn't|never)\b", re.IGNORECASE)


def words(spec: Spec) -> dict[str, object]:
    """Return what the wordings of the form are filled with."""
    return {"a": spec.names[0], "b": spec.names[-1]}


def theory(spec: Spec) -> Theory:
    """Return the puzzle as formulas: somebody is a knight if and only if each statement holds."""
    sources = {
        ("statement", k): ("iff", ("var", name), _formula(said, spec.names))
        for k, (name, said) in enumerate(spec.statements, 1)
    }
    speakers = [name for name, _ in spec.statements]
    names = {name.lower(): ("statement", speakers.index(name) + 1) for name in spec.names if speakers.count(name) == 1}
    return Theory((), sources, lambda text: _read(spec, text), lambda text: _conclude(spec, text), names, most=2)


def _formula(said: family.Formula, names: tuple[str, ...]) -> Formula:
    head, *rest = said
    if head in (KNIGHT, KNAVE):
        return _role(rest[0], head)
    if head in ("same", "different"):
        same = ("iff", *(("var", name) for name in rest))
        return same if head == "same" else ("not", same)
    if head == "exactly":
        return ("and", _at_least(rest[0], names), ("not", _at_least(rest[0] + 1, names)))
    if head in ("at_least", "at_most"):
        return _at_least(rest[0], names) if head == "at_least" else ("not", _at_least(rest[0] + 1, names))
    parts = [_formula(item, names) for item in rest]
    while head == "xor" and len(parts) > 1:
        parts[:2] = [("not", ("iff", *parts[:2]))]
    return parts[0] if head == "xor" or len(parts) == 1 != (head == "not") else (head, *parts)


def _at_least(count: int, names: tuple[str, ...]) -> Formula:
    """Say that so many are knights: among any that leave room for fewer, one is."""
    if count <= 0 or count > len(names):
        sure: Formula = ("or", ("var", names[0]), ("not", ("var", names[0])))
        return sure if count <= 0 else ("not", sure)
    groups = [("or", *(("var", name) for name in group)) for group in combinations(names, len(names) - count + 1)]
    return ("and", *groups)


def _role(name: str, role: str) -> Formula:
    return ("var", name) if role == KNIGHT else ("not", ("var", name))


def _read(spec: Spec, text: str) -> Formula:
    """Return a claim about roles; a negated one may name one role only."""
    denied = len(_NOT.findall(text))
    found = lexing.pairs(_NOT.sub(" ", text), spec.names, tuple(ROLES), fillers=family.FILLERS)
    if denied > 1 or (denied and len(found) > 1):
        raise UnreadableError("a negation of more than one role")
    parts = [_role(name, ROLES[role]) for name, role in found.items()]
    whole = parts[0] if len(parts) == 1 else ("and", *parts)
    return ("not", whole) if denied else whole


def _conclude(spec: Spec, text: str) -> tuple[dict[str, str], Formula]:
    roles = family.read(spec, text)
    if len(roles) < len(spec.names):
        raise UnreadableError("not every role")
    return roles, ("and", *(_role(name, roles[name]) for name in spec.names))


def begin(spec: Spec) -> Deduction:
    """Open a calculus."""
    return Deduction(theory(spec))


def derive(spec: Spec, rng: Random) -> Derivation:
    """Return a derivation of the only world."""
    roles = family.solve(spec)
    said = {_role(name, role): f"{name} is a {role}" for name in spec.names for role in (KNIGHT, KNAVE)}
    final = ", ".join(f"{name} is a {role}" for name, role in roles.items())
    lines = deriving.derive(theory(spec), said, rng, [_role(*item) for item in roles.items()], final)
    return Derivation(tuple(lines), roles)


def falsify(spec: Spec, line: Line, rng: Random) -> Line | None:
    """Give one person in the step the other role."""
    if not isinstance(line.body, int) and line.body != "final":
        return None
    role = rng.choice(re.findall(rf"{KNIGHT}|{KNAVE}", line.text))
    return line._replace(text=line.text.replace(role, KNAVE if role == KNIGHT else KNIGHT, 1))


def agrees(spec: Spec, derived: dict[str, str], answer: dict[str, str], text: str) -> bool:
    """Say whether two assignments are one."""
    return derived == answer
