"""Right derivations over a theory, by propagation from one source at a time, and by suppositions where that is stuck.

Each step cites what a solver's core says it needs, made minimal; the steps that the conclusion does not need are left
out. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from verisieve.domains.reasoning.traces import Line
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import tracing
from verisieve.verifiers.reasoning.citations import Source
from verisieve.verifiers.reasoning.formulas import Formula
from verisieve.verifiers.reasoning.theories import Deduction, Theory

MAX_LINES, MAX_TRIES, LONG = 1_500, 10, 200

Known = dict[int, int]  # a literal -> the step that says it, 0 for the background


def derive(
    theory: Theory,
    said: Mapping[Formula, str],
    rng: Random,
    goals: Sequence[Formula],
    final: str,
    *,
    free: bool = False,
) -> list[Line]:
    """Return the steps to all goals and the final step; another try is made where one grows too long."""
    for _ in range(MAX_TRIES):
        try:
            return Deriver(theory, said, rng).reach(goals, final, free=free)
        except TooLongError:
            continue
    raise TruthError("spec", "has no derivation of a fair length")


class TooLongError(Exception):
    """A derivation grew beyond what a reader would follow."""


class Deriver:
    """A growing derivation; `said` gives each literal that may be claimed its words."""

    def __init__(self, theory: Theory, said: Mapping[Formula, str], rng: Random) -> None:
        self.deduction = Deduction(theory)
        self.said = {self.deduction.literal(formula): text for formula, text in said.items()}
        self.rng = rng
        self.lines: list[Line] = []
        self.known: Known = {one: 0 for one in self.said if self.deduction.entails((), one) is not None}

    def reach(self, goals: Sequence[Formula], final: str, *, free: bool = False) -> list[Line]:
        """Return the steps to all goals and the final step that sums them up; where free, open ones are chosen."""
        wanted = [self.deduction.literal(goal) for goal in goals]
        self.known |= {one: 0 for one in wanted if self.deduction.entails((), one) is not None}
        while True:
            if self._saturate(self.known):
                raise TruthError("spec", "the premises contradict each other")
            missing = [literal for literal in wanted if literal not in self.known]
            if not missing:
                break
            self._break(missing, free=free)
        steps = {self.known[literal] for literal in wanted} - {0}
        return cut([*self.lines, Line(final, tuple(sorted(steps)), (), "final", firm=False)])

    def _add(self, text: str, refs: tuple[int, ...], sources: tuple[Source, ...], body: object) -> int:
        if len(self.lines) >= MAX_LINES:
            raise TooLongError
        self.lines.append(Line(text, refs, sources, body))
        return len(self.lines)

    def _cite(
        self, assumptions: Sequence[int], literal: int, known: Known
    ) -> tuple[tuple[int, ...], tuple[Source, ...]]:
        """Return a minimal set of steps and sources from which a literal follows."""
        needed = self.deduction.entails(assumptions, literal)
        assert needed is not None
        for one in list(needed):
            rest = [other for other in needed if other != one]
            needed = rest if self.deduction.entails(rest, literal) is not None else needed
        selectors = {selector: source for source, selector in self.deduction.selectors.items()}
        refs = sorted({known[one] for one in needed if one in known} - {0})
        return tuple(refs), tuple(sorted(selectors[one] for one in needed if one in selectors))

    def _saturate(self, known: Known) -> int:
        """Add every step that one source, or none, gives by propagation; return the step of a contradiction, or 0."""
        sources: list[Source | None] = [None, *self.deduction.selectors]
        grown = True
        while grown:
            grown = False
            self.rng.shuffle(sources)
            for source in sources:
                assumed = [*known, *([self.deduction.selectors[source]] if source else [])]
                fits, implied = self.deduction.solver.propagate(assumptions=assumed)
                if not fits:
                    return self._absurd(assumed, known)
                for literal in implied:
                    if literal not in known and literal in self.said:
                        refs, cited = self._cite(assumed, literal, known)
                        known[literal] = self._add(self.said[literal], refs, cited, literal) if refs or cited else 0
                        grown = True
        return 0

    def _absurd(self, assumed: Sequence[int], known: Known) -> int:
        never = self.deduction.literal(("var", "#nothing says this"))
        refs, cited = self._cite(assumed, never, known)
        return self._add("Contradiction", refs, cited, "absurd")

    def _break(self, missing: Sequence[int], *, free: bool) -> None:
        """Get on where propagation is stuck: refute the denial of a missing literal, or choose it."""
        everything = [*self.known, *self.deduction.selectors.values()]
        certain = [one for one in missing if self.deduction.entails(everything, one) is not None]
        if not certain:
            if not free:
                raise TruthError("spec", "the goal does not follow")
            literal = self.rng.choice(missing)
            self.known[literal] = self._add(f"Choose {self.said[literal]}", (), (), "choice")
            return
        if len(self.lines) > LONG and self._at_once(certain, everything):
            return
        literal = -self._telling([-one for one in certain], everything)
        refs, cited = self._cite(everything, literal, self.known)
        if len(cited) <= min(2, self.deduction.theory.most) and self.rng.random() < 0.5:
            self.known[literal] = self._add(self.said[literal], refs, cited, literal)
        else:
            self.known[literal], _ = self._refute(-literal, self.known)

    def _at_once(self, literals: Sequence[int], everything: Sequence[int]) -> bool:
        """Claim a literal that few sources together give, if there is one: a long derivation is not made longer."""
        for literal in literals:
            refs, cited = self._cite(everything, literal, self.known)
            if len(cited) <= self.deduction.theory.most:
                self.known[literal] = self._add(self.said[literal], refs, cited, literal)
                return True
        return False

    def _telling(self, literals: Sequence[int], everything: Sequence[int]) -> int:
        """Return the literal whose supposition leads to a contradiction at once, or the furthest."""
        shuffled = self.rng.sample(literals, len(literals))
        found = {one: self.deduction.solver.propagate(assumptions=[*everything, one]) for one in shuffled}
        return max(shuffled, key=lambda one: (not found[one][0], len(found[one][1])))

    def _refute(self, literal: int, known: Known) -> tuple[int, bool]:
        """Suppose a literal, derive a contradiction, and return the step that denies it, and True.

        Where the contradiction does not need the literal, return the contradiction, and False.
        """
        supposed = self._add(f"Suppose {self.said[literal]}", (), (), "supposition")
        inner = known | {literal: supposed}
        absurd = self._saturate(inner)
        while not absurd:
            everything = [*inner, *self.deduction.selectors.values()]
            unknown = [one for one in self.said if one not in inner and -one not in inner and -one in self.said]
            other = self._telling(unknown, everything)
            step, denied = self._refute(other, inner)
            if denied:
                inner[-other] = step
            absurd = self._saturate(inner) if denied else step
        if supposed not in tracing.cone([line.refs for line in self.lines], absurd):
            return absurd, False
        return self._add(self.said[-literal], (absurd,), (), -literal), True


def cut(lines: Sequence[Line]) -> list[Line]:
    """Keep the steps that the last one leans on, numbered anew."""
    kept = sorted(tracing.cone([line.refs for line in lines], len(lines)))
    new = {k: i for i, k in enumerate(kept, 1)}
    return [lines[k - 1]._replace(refs=tuple(sorted(new[ref] for ref in lines[k - 1].refs))) for k in kept]
