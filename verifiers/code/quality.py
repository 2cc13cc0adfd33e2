"""How good a test set is: the share of the reference's mutants that it rejects.

A mutant that passes is either a gap in the tests or the same program in other words. Drawn inputs tell: where one is
answered otherwise, it is a survivor and the call is shown; where none is, it is a suspect and counts for neither side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from verisieve.errors import TruthError
from verisieve.records import Outcome
from verisieve.verifiers.code.mutation import Mutant, mutants
from verisieve.verifiers.code.runner import Finding

Judge = Callable[[str], Finding]  # runs the tests against a program
Tell = Callable[[Sequence[str]], Sequence[str]]  # for each program a call that tells it from the reference, or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A mutant that the tests let pass, and a call that tells it from the reference (empty for a suspect)."""

    mutant: Mutant
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What became of a reference's mutants; `told` is false where no inputs could be drawn to tell suspects by."""

    killed: int
    survivors: tuple[Survivor, ...]
    suspects: tuple[Survivor, ...]
    told: bool

    @property
    def counted(self) -> int:
        """The mutants that are known to be other programs."""
        return self.killed + len(self.survivors)

    @property
    def score(self) -> float | None:
        """The share of them that the tests reject; None where there are none."""
        return self.killed / self.counted if self.counted else None


def measure(source: str, judge: Judge, tell: Tell, *, entry: str, most: int, seed: int = 0) -> Quality:
    """Run the tests on up to `most` mutants; raise ValueError where the source is no Python."""
    made = mutants(source, entry=entry, most=most, seed=seed)
    passed = [mutant for mutant in made if _passes(mutant, judge)]
    calls, told = _told(passed, tell)
    survivors = [Survivor(mutant=mutant, call=call) for mutant, call in zip(passed, calls, strict=True)]
    return Quality(
        killed=len(made) - len(passed),
        survivors=tuple(survivor for survivor in survivors if survivor.call or not told),
        suspects=tuple(survivor for survivor in survivors if told and not survivor.call),
        told=told,
    )


def _passes(mutant: Mutant, judge: Judge) -> bool:
    try:
        return judge(mutant.source).outcome is Outcome.PASS
    except TruthError:  # tests that hold for the reference and break on a mutant have noticed it
        return False


def _told(passed: Sequence[Mutant], tell: Tell) -> tuple[Sequence[str], bool]:
    if not passed:
        return [], True
    try:
        return tell([mutant.source for mutant in passed]), True
    except TruthError:
        return [""] * len(passed), False
