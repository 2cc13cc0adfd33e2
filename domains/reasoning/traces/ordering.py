"""Derivations of an order: places entailed by cited rules and earlier steps, after choices where several orders fit."""

from __future__ import annotations

from itertools import combinations
from random import Random

from verisieve.domains.reasoning.families import ordering as family
from verisieve.domains.reasoning.families.ordering import Rule, Spec
from verisieve.domains.reasoning.traces import Derivation, Line, deriving
from verisieve.verifiers.reasoning import placements
from verisieve.verifiers.reasoning.findings import UnreadableError
from verisieve.verifiers.reasoning.formulas import Formula
from verisieve.verifiers.reasoning.theories import Deduction, Theory

CITED = True


def words(spec: Spec) -> dict[str, object]:
    """Return what the wordings of the form are filled with."""
    return {"a": spec.items[0], "b": spec.items[-1]}


def _at(item: str, place: int) -> Formula:
    return "var", f"{item}@{place}"


def theory(spec: Spec) -> Theory:
    """Return the puzzle as formulas."""
    places = range(1, len(spec.items) + 1)
    background: list[Formula] = []
    for k, item in enumerate(spec.items, 1):
        for cells in ([_at(item, p) for p in places], [_at(other, k) for other in spec.items]):
            background.append(("or", *cells))
            background += [("or", ("not", a), ("not", b)) for a, b in combinations(cells, 2)]
    sources = {("rule", k): _formula(rule, len(spec.items)) for k, rule in enumerate(spec.rules, 1)}
    return Theory(
        background, sources, lambda text: _read(spec, text), lambda text: _conclude(spec, text), free=True
    )  # fmt: skip


def _formula(rule: Rule, count: int) -> Formula:
    kind, item, other = rule
    places, test = range(1, count + 1), family.TESTS[kind]
    if isinstance(other, int):
        return ("and", *(("not", _at(item, p)) for p in places if not test(p, other)))
    pairs = [(p, q) for p in places for q in places if not test(p, q)]
    return ("and", *(("or", ("not", _at(item, p)), ("not", _at(other, q))) for p, q in pairs))


def _read(spec: Spec, text: str) -> Formula:
    """Return a claim about items and positions."""
    parts: list[Formula] = []
    for literal in placements.read(text, spec.items, len(spec.items)):
        options = []
        for other in literal.others:
            names = [one for one in (literal.thing, other) if isinstance(one, str)]
            numbers = [one for one in (literal.thing, other) if isinstance(one, int)]
            if len(names) != 1:
                raise UnreadableError("no item with its position")
            options.append(_at(names[0], numbers[0]))
        whole = options[0] if len(options) == 1 else ("or", *options)
        parts.append(whole if literal.holds else ("not", whole))
    return parts[0] if len(parts) == 1 else ("and", *parts)


def _conclude(spec: Spec, text: str) -> tuple[list[str], Formula]:
    order = family.read(spec, text)
    if sorted(order) != sorted(spec.items):
        raise UnreadableError("not the whole order")
    return order, ("and", *(_at(item, k) for k, item in enumerate(order, 1)))


def begin(spec: Spec) -> Deduction:
    """Open a calculus."""
    return Deduction(theory(spec))


def derive(spec: Spec, rng: Random) -> Derivation:
    """Return a derivation of the order that the solver gives."""
    order = family.solve(spec)
    said: dict[Formula, str] = {}
    for item in spec.items:
        for p in range(1, len(order) + 1):
            at = _at(item, p)
            said |= {at: f"{item} is in position {p}", ("not", at): f"{item} is not in position {p}"}
    goals = [_at(item, k) for k, item in enumerate(order, 1)]
    lines = deriving.derive(theory(spec), said, rng, goals, ", ".join(order), free=True)
    return Derivation(tuple(lines), order)


def falsify(spec: Spec, line: Line, rng: Random) -> Line | None:
    """Deny a placement or an elimination."""
    if not isinstance(line.body, int):
        return None
    one, other = (" is not in ", " is in ") if " is not in " in line.text else (" is in ", " is not in ")
    return line._replace(text=line.text.replace(one, other))


def agrees(spec: Spec, derived: list[str], answer: list[str], text: str) -> bool:
    """Say whether two orders are one."""
    return derived == answer
