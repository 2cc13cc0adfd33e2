"""Operators: from one problem to another, and what became of its answer, shown by a program.

`rename`, `retheme` and `permute` leave the problem the same; `add`, `drop` and `tighten` leave its answer right;
`counterfactual` makes it wrong; `compose` joins it with another problem; `unsolvable` leaves none. An edit that does
not do what its operator promises is thrown away.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

from verisieve.domains.reasoning.families import load
from verisieve.domains.reasoning.variants import Raw, Shape, clues, naming, shape_of
from verisieve.domains.reasoning.variants.gates import Case, Refused, opened
from verisieve.domains.reasoning.variants.mutants import passes
from verisieve.errors import TruthError

SURFACE = ("rename", "retheme", "permute")
CHANGING = ("add", "drop", "tighten", "counterfactual", "compose")
OPERATORS = (*SURFACE, *CHANGING, "unsolvable")
TRIES = 6
MAX_MENDED = 24  # clues left out and added to have one answer again


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A changed case, by which operator, and how it stands to the one before: same, kept, broken or joined."""

    case: Case
    operator: str
    relation: str
    spare: int = 0  # clues that the operator made redundant on purpose
    partner: Raw | None = None


@cache
def offered(family: str) -> tuple[str, ...]:
    """Return the operators that a family has."""
    shape = shape_of(family)
    has = {
        "rename": shape.words,
        "retheme": shape.words and any(section for section, _ in _sections(family, shape)),
        "permute": shape.permute or shape.unordered,
        "add": shape.add,
        "drop": shape.clues,
        "tighten": shape.tighten,
        "counterfactual": shape.change,
        "compose": shape.join,
        "unsolvable": shape.clash,
    }
    return tuple(operator for operator in OPERATORS if has[operator])


def _sections(family: str, shape: Shape) -> list[tuple[str, list[str]]]:
    return shape.words(load(family).make(Random(0), 1)) if shape.words else []


def changed(operator: str, case: Case, rng: Random, partner: Case | None = None) -> Change | None:
    """Return what an operator makes of a case, None where it makes nothing of it in a few tries.

    `compose` needs a partner. `unsolvable` is for families whose answers say so; for others `impossible` makes specs.
    """
    for _ in range(TRIES if operator in offered(case.name) else 0):
        try:
            found = _MAKERS[operator](case, rng, partner)
        except (Refused, TruthError):
            found = None
        if found:
            return found
    return None


def _surface(operator: str, raw: Raw | None, case: Case) -> Change | None:
    if raw is None or json.dumps(raw) == json.dumps(case.raw):
        return None
    new = opened(case.name, raw)
    return Change(case=new, operator=operator, relation="same") if new.form == case.form else None


def _rename(case: Case, rng: Random, partner: Case | None) -> Change | None:
    return _surface("rename", naming.renamed(case.shape, case.raw, rng), case)


def _retheme(case: Case, rng: Random, partner: Case | None) -> Change | None:
    return _surface("retheme", naming.renamed(case.shape, case.raw, rng, theme=True), case)


def _permute(case: Case, rng: Random, partner: Case | None) -> Change | None:
    raw = copy.deepcopy(case.raw)
    for field in case.shape.unordered:
        if isinstance(raw.get(field), dict):
            raw[field] = dict(rng.sample(list(raw[field].items()), len(raw[field])))
        elif raw.get(field):
            rng.shuffle(raw[field])
    if case.shape.permute:
        raw = case.shape.permute(raw, case.answer, rng) or raw
    return _surface("permute", raw, case)


def _add(case: Case, rng: Random, partner: Case | None) -> Change | None:
    """Add what leaves the answer right; clues that it makes redundant are left out, where the family asks for that."""
    assert case.shape.add
    raw = case.shape.add(copy.deepcopy(case.raw), case.answer, rng)
    if raw is None:
        return None
    if not case.shape.minimal:
        return _kept("add", raw, case, rng)
    raw = clues.trimmed(case.family, case.shape, raw, clues.added(case.shape, case.raw, raw))
    return _kept("add", raw, case, rng, spare=len(clues.spare(case.family, case.shape, raw)))


def _drop(case: Case, rng: Random, partner: Case | None) -> Change | None:
    listed = clues.addresses(case.shape, case.raw)
    return _kept("drop", clues.without(case.raw, [rng.choice(listed)]), case, rng) if listed else None


def _tighten(case: Case, rng: Random, partner: Case | None) -> Change | None:
    assert case.shape.tighten
    raw = case.shape.tighten(copy.deepcopy(case.raw), case.answer, rng)
    return _kept("tighten", _lean(case, raw), case, rng) if raw is not None else None


def _lean(case: Case, raw: Raw) -> Raw:
    """Return a spec that has an answer without the clues that can be spared, where the family asks for that."""
    return clues.trimmed(case.family, case.shape, opened(case.name, raw).raw) if case.shape.minimal else raw


def _kept(operator: str, raw: Raw, case: Case, rng: Random, *, spare: int = 0) -> Change | None:
    new = opened(case.name, raw)
    stays = passes(new.truth, case.answer, rng) and passes(case.truth, case.answer, rng)
    return Change(case=new, operator=operator, relation="kept", spare=spare) if stays else None


def _counterfactual(case: Case, rng: Random, partner: Case | None) -> Change | None:
    assert case.shape.change
    raw = case.shape.change(copy.deepcopy(case.raw), case.answer, rng)
    raw = _pinned(case, raw, rng) if raw is not None else None
    if raw is None:
        return None
    new = opened(case.name, _lean(case, raw))
    broken = passes(case.truth, case.answer, rng) and not passes(new.truth, case.answer, rng)
    return Change(case=new, operator="counterfactual", relation="broken") if broken else None


def _pinned(case: Case, raw: Raw, rng: Random) -> Raw | None:
    """Return the spec with old clues left out until it has an answer, and clues added until it has but one.

    Only for families that ask for one answer.
    """
    solutions, add = getattr(case.family, "solutions", None), case.shape.add
    if solutions is None or add is None:
        return raw
    for _ in range(MAX_MENDED):
        found = solutions(case.family.parse(raw), 2)
        if not found:
            new = clues.added(case.shape, case.raw, raw)
            old = [address for address in clues.addresses(case.shape, raw) if address not in new]
            raw = clues.without(raw, [rng.choice(old)]) if old else raw
        elif len(found) == 2:
            grown = add(copy.deepcopy(raw), found[0], rng)
            raw = raw if grown is None else grown
        else:
            break
    return raw


def _compose(case: Case, rng: Random, partner: Case | None) -> Change | None:
    assert case.shape.join
    if partner is None:
        return None
    other = copy.deepcopy(partner.raw)
    if case.shape.words:
        renamed = naming.renamed(case.shape, other, rng, taken=naming.texts(case.raw))
        if renamed is None:
            return None
        other = renamed
    raw = case.shape.join(copy.deepcopy(case.raw), copy.deepcopy(other), rng)
    if raw is None:
        return None
    new = opened(case.name, _lean(case, raw))
    return Change(case=new, operator="compose", relation="joined", partner=other)


def _unsolvable(case: Case, rng: Random, partner: Case | None) -> Change | None:
    """In a family that has "impossible" for an answer: that is the answer now."""
    if case.shape.clash is None or not case.shape.answers_impossible or not case.answer[0]:
        return None
    raw = case.shape.clash(copy.deepcopy(case.raw), case.answer, rng)
    if raw is None:
        return None
    new = opened(case.name, raw)
    return None if new.answer[0] else Change(case=new, operator="unsolvable", relation="impossible")


_MAKERS: Mapping[str, Callable[[Case, Random, Case | None], Change | None]] = {
    "rename": _rename,
    "retheme": _retheme,
    "permute": _permute,
    "add": _add,
    "drop": _drop,
    "tighten": _tighten,
    "counterfactual": _counterfactual,
    "compose": _compose,
    "unsolvable": _unsolvable,
}


def impossible(case: Case, rng: Random) -> Raw | None:
    """Return a spec near a case that is well formed and that no answer fits; None where none is found."""
    for _ in range(TRIES):
        raw = case.shape.clash(copy.deepcopy(case.raw), case.answer, rng) if case.shape.clash else None
        try:
            if raw is not None and not clues.answerable(case.family, raw):
                return raw
        except TruthError:
            continue
    return None
