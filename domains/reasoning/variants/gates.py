"""The gates before a spec is believed to be a problem: a check each, with evidence, the cheap ones first.

`opened` makes the first three, which say whether there is a problem at all: form, satisfiable, unique. `gates` makes
the others: our text names all, it is new, two solvers agree, every clue is needed, no guess solves it, the checker
takes its answer and no changed one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from verisieve.domains.reasoning import truths
from verisieve.domains.reasoning.families import Family, load
from verisieve.domains.reasoning.tasks.reasons import TaskReason
from verisieve.domains.reasoning.truths import Truth
from verisieve.domains.reasoning.variants import Raw, Shape, clues, shape_of
from verisieve.domains.reasoning.variants.mutants import accepted, mutants, passes, read_back
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome
from verisieve.verifiers.reasoning.specs import InfeasibleError

MAX_NAMED = 8


@dataclass(frozen=True)
class Case:
    """A spec that is well formed and has an answer, the only one where the family asks for that."""

    name: str
    raw: Raw
    truth: Truth
    answer: Any

    @property
    def family(self) -> Family:
        return self.truth.family

    @property
    def shape(self) -> Shape:
        return shape_of(self.name)

    @cached_property
    def form(self) -> str:
        """What specs share that are the same under renaming and symmetry."""
        return truths.form(self.truth, self.raw)


class Refused(Exception):  # noqa: N818  # not an error: a verdict on a spec
    """A spec that is no problem, with the check that says why."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.reason)
        self.check = check


def opened(name: str, raw: Any) -> Case:
    """Return the case of a raw spec; raise Refused with the check that fails."""
    family = load(name)
    try:
        truth = Truth(name, family, family.MODE, family.parse(raw))
    except InfeasibleError as error:
        raise Refused(_check("satisfiable", TaskReason.UNSATISFIABLE, message=str(error))) from None
    except TruthError as error:
        raise Refused(_check("form", TaskReason.MALFORMED, field=error.field, message=str(error)[:300])) from None
    return Case(name, raw, truth, _answer(truth))


def _answer(truth: Truth) -> Any:
    family, spec = truth.family, truth.spec
    try:
        if pinned := getattr(family, "solutions", None):
            found = pinned(spec, 2)
            if len(found) == 2:
                both = [family.write(spec, one, Random(0))[:300] for one in found]
                raise Refused(_check("unique", TaskReason.AMBIGUOUS, answers=both))
            if not found:
                raise Refused(_check("satisfiable", TaskReason.UNSATISFIABLE, message="no answer fits"))
        return family.solve(spec)
    except InfeasibleError as error:
        raise Refused(_check("satisfiable", TaskReason.UNSATISFIABLE, message=str(error))) from None
    except TruthError as error:
        raise Refused(_check("satisfiable", TaskReason.UNDECIDED, message=str(error))) from None


def gates(case: Case, rng: Random, *, seen: Collection[str], spare: int = 0) -> Iterator[Check]:
    """Yield the checks of a case; up to `spare` clues may be redundant, which are named."""
    yield _check("form", family=case.name)
    yield _check("satisfiable", answers="one" if hasattr(case.family, "solutions") else "any that fits")
    yield named(case, case.family.ask(case.truth.spec, rng))
    yield _new(case, seen)
    yield _agreed(case)
    yield _needed(case, spare)
    yield _no_guess(case, rng)
    yield _sound(case, rng)


def named(case: Case, text: str) -> Check:
    """A text speaks of everything that the spec has a name for; sentences may be parted by a "not"."""
    groups = case.shape.words(case.raw) if case.shape.words else []
    words = [word for section, words in groups if section not in ("", "sentences") for word in words]
    missing = [word for word in words if not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)]
    if missing:
        return _check("names", TaskReason.MISTRANSLATED, missing=missing[:MAX_NAMED])
    return _check("names", named=len(words))


def _agreed(case: Case) -> Check:
    if not case.family.prove(case.truth.spec, case.answer):
        return _check("agree", TaskReason.SOLVERS_DISAGREE, answer=_written(case, case.answer))
    return _check("agree", solvers=2)


def _needed(case: Case, most: int) -> Check:
    """Every clue is needed, where the family asks for that; elsewhere those that are not are named alone."""
    found = clues.spare(case.family, case.shape, case.raw)
    told = [clues.named(case.raw, address) for address in found[:MAX_NAMED]]
    if case.shape.minimal and len(found) > most:
        return _check("needed", TaskReason.REDUNDANT, redundant=told)
    return _check("needed", clues=len(clues.addresses(case.shape, case.raw)), redundant=told)


def _no_guess(case: Case, rng: Random) -> Check:
    tried: list[Json] = []
    for name, guess in case.shape.guesses(case.truth.spec):
        if passes(case.truth, guess, rng):
            return _check("guess", TaskReason.TRIVIAL, guess=name, answer=_written(case, guess))
        tried.append(name)
    return _check("guess", tried=tried)


def _new(case: Case, seen: Collection[str]) -> Check:
    if case.form in seen:
        return _check("new", TaskReason.DUPLICATE, form=case.form)
    return _check("new", form=case.form)


def _sound(case: Case, rng: Random) -> Check:
    """The checker takes the answer; of its single edits it takes those alone that are shown right, too."""
    truth, family = case.truth, case.family
    text = family.write(truth.spec, case.answer, rng)
    if not accepted(truth, text, rng):
        return _check("mutants", TaskReason.WEAK_CHECKER, refused=text[:300])
    own, also, tried = read_back(truth, text), 0, 0
    for one in mutants(family, truth.spec, case.answer, rng):
        text = family.write(truth.spec, one, rng)
        said = read_back(truth, text)
        tried += said != own
        if said == own or not accepted(truth, text, rng):
            continue
        also += 1
        one = said if type(said) is type(case.answer) else one
        if hasattr(family, "solutions") or not family.prove(truth.spec, one):
            return _check("mutants", TaskReason.WEAK_CHECKER, passed=text[:300])
    return _check("mutants", tried=tried, rejected=tried - also, also_right=also)


def _written(case: Case, answer: Any) -> str:
    return case.family.write(case.truth.spec, answer, Random(0))[:300]


def _check(name: str, reason: TaskReason | None = None, **evidence: Any) -> Check:
    outcome = Outcome.FAIL if reason else Outcome.PASS
    return Check(name=name, outcome=outcome, reason=str(reason or ""), evidence=evidence)
