"""A calculus for puzzles of logic: claims are formulas, and a step follows if what it cites entails it.

Theory. The background and each source are clauses in one incremental SAT solver, each source behind a selector, each
accepted step behind one of its own. A step is right if the clauses of what it cites and the denial of its claim have no
model. What is cited is kept small (`most` sources), so that a step is a step and not a leap. A supposition is a step
whose claim its followers may use; a step that needed suppositions is kept as "if they hold, then this", so that a
contradiction under one discharges it. A faulty claim that the whole spec entails is called local_bad, else unentailed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from verisieve.verifiers.reasoning import formulas
from verisieve.verifiers.reasoning.citations import Cited, Given, Source
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError
from verisieve.verifiers.reasoning.formulas import Formula
from verisieve.verifiers.reasoning.tracing import Fault, StepError, cone

ABSURD: Formula = ("and", ("var", "#never"), ("not", ("var", "#never")))
_SUPPOSE = re.compile(
    r"(?:\[?(?:suppose|supposition|assume|assumption|hypothesis|choose|try|case)\]?\b(?:\s+\d{1,2}\b)?)[:,]?\s*(?:that\s+)?",
    re.IGNORECASE,
)
_ABSURD = re.compile(
    r"(?:(?:this|that)\s+is\s+)?(?:an?\s+)?(?:contradiction|contradictory|impossible|absurd|false|conflict|_\|_)"
    r"(?:\s+reached)?",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:if|suppose|assum\w+|case|could|might|may|maybe|perhaps|try|would|whether|say|says|said|claims?|states?|either"
    r"|unless|possibl\w+|otherwise|were|then)\b|\?",
    re.IGNORECASE,
)

MAX_CONFLICTS = 20_000  # of the solver, for one question
UNREAD = "no claim about the puzzle"

Read = Callable[[str], Formula]


class Theory(NamedTuple):
    """A puzzle as formulas, and how claims about it are read.

    `conclude` reads a whole answer and returns it with its formula. `witness` returns the formula of a claim that is
    shown by looking (a model), None for other claims. Where `free`, any answer that fits is right, and the conclusion
    may rest on choices.
    """

    background: Sequence[Formula]
    sources: Mapping[Source, Formula]
    read: Read
    conclude: Callable[[str], tuple[Any, Formula]]
    names: Mapping[str, Source] = {}
    witness: Callable[[str], Formula | None] = lambda text: None
    most: int = 3
    free: bool = False


class Deduction:
    """The calculus over one theory; it grows by every step that is taken in."""

    def __init__(self, theory: Theory) -> None:
        from pysat.solvers import Minisat22  # a quarter of a second, and most checks need none

        self.theory = theory
        kinds = dict.fromkeys((kind for kind, _ in theory.sources), 0)
        for kind, number in theory.sources:
            kinds[kind] = max(kinds[kind], number)
        self.given = Given(kinds, theory.names)
        self.variables: dict[str, int] = {}
        self.literals: dict[Formula, int] = {}
        self.solver = Minisat22()
        self.selectors = {source: self._fresh(f"#{source}") for source in theory.sources}
        for formula in theory.background:
            self._add(formula, ())
        for source, formula in theory.sources.items():
            self._add(formula, (-self.selectors[source],))
        self.accepted: list[int] = []  # of each step: its selector
        self.claims: list[int] = []  # of each step: the literal that it claims, 0 for a contradiction or nothing
        self.leans: list[frozenset[int]] = []  # of each step: the suppositions that it needs
        self.supposed: dict[int, int] = {}  # of some steps: what they suppose
        self.refs: list[tuple[int, ...]] = []
        self.absurd = self.literal(ABSURD)
        self.answer: Any = None
        self.idles = 0

    def _fresh(self, name: str) -> int:
        return self.variables.setdefault(name, len(self.variables) + 1)

    def literal(self, formula: Formula) -> int:
        """Return the literal that stands for a formula, the same at every time."""
        if formula[0] == "not":
            return -self.literal(formula[1])
        if formula not in self.literals:
            found: list[list[int]] = []
            self.literals[formula] = formulas.clauses(formula, self.variables, found)
            for clause in found:
                self.solver.add_clause(clause)
        return self.literals[formula]

    def _add(self, formula: Formula, guard: tuple[int, ...]) -> None:
        """Add a formula, cut into clauses at its outer links; it holds unless a literal of the guard does."""
        head, *rest = formula
        if head == "and":
            for part in rest:
                self._add(part, guard)
        else:
            parts = rest if head == "or" else [formula]
            self.solver.add_clause([*guard, *(self.literal(part) for part in parts)])

    def entails(self, assumptions: Iterable[int], literal: int) -> list[int] | None:
        """Return the assumptions that were needed for a literal to follow, or None where it does not."""
        assumed = [*assumptions, -literal]
        return None if self._fits(assumed) else [one for one in self.solver.get_core() or [] if one != -literal]

    def _fits(self, assumed: Sequence[int]) -> bool:
        """Say whether all assumptions can hold; raise StepError where that takes too many conflicts to find out."""
        self.solver.conf_budget(MAX_CONFLICTS)
        found = self.solver.solve_limited(assumptions=list(assumed))
        if found is None:
            raise StepError(Reason.UNVERIFIABLE, "too hard to check")
        return bool(found)

    def reads(self, claim: str) -> bool:
        """Say whether a text is a claim about the puzzle."""
        try:
            self._claim(Cited(0, claim))
        except StepError as error:
            return not error.fault.why.startswith(UNREAD)
        return True

    def take(self, step: Cited, *, mend: bool = False) -> Fault | None:
        """Judge a step and take it in."""
        self.answer = None
        self.refs.append(step.refs)
        selector = self._fresh(f"#step {len(self.accepted) + 1}")
        self.accepted.append(selector)
        self.leans.append(frozenset())
        self.claims.append(0)
        try:
            literal, kind = self._claim(step)
            fault = None if kind in ("supposed", "shown") else self._judge(step, literal)
        except StepError as error:
            return error.fault
        if kind == "supposed":
            self.leans[-1] = frozenset({literal})
            self.supposed[len(self.leans)] = literal
        if not (fault and mend):
            self.claims[-1] = 0 if kind == "absurd" else literal
            self.solver.add_clause([-selector, *(-lean for lean in self.leans[-1]), literal])
        return fault

    def _claim(self, step: Cited) -> tuple[int, str]:
        """Read what a step claims, and of which kind it is; what is supposed, or shown by looking, needs no support."""
        if _ABSURD.fullmatch(step.claim):
            return self.absurd, "absurd"
        supposing = _SUPPOSE.match(step.claim)
        try:
            if supposing:
                return self.literal(self.theory.read(step.claim[supposing.end() :])), "supposed"
            shown = self.theory.witness(step.claim)
            if shown is not None:
                return self.literal(shown), "shown"
            formula = self._answer(step.claim) or self.theory.read(step.claim)
            return self.literal(formula), "derived"
        except UnreadableError as error:
            raise StepError(Reason.LOCAL_BAD, f"{UNREAD}: {error}") from None

    def _answer(self, claim: str) -> Formula | None:
        try:
            self.answer, formula = self.theory.conclude(claim)
        except UnreadableError:
            return None
        return formula

    def _judge(self, step: Cited, literal: int) -> Fault | None:
        """Say whether a claim follows from what the step cites, by itself or under the suppositions in it."""
        cited = [self.accepted[ref - 1] for ref in step.refs]
        sources = [self.selectors[source] for source in step.sources if self.answer is None]
        behind = frozenset[int]().union(*(self.leans[ref - 1] for ref in step.refs))
        denied = any(not self.claims[ref - 1] and -literal in self.leans[ref - 1] for ref in step.refs)
        self.leans[-1] = behind - {-literal} if denied else behind
        needed = self.entails([*cited, *sources], literal)
        if needed is None:
            needed = self.entails([*cited, *sources, *self._assumed(step.refs)], literal)
        if needed is None:
            return self._unfounded(step, literal)
        if any(not self.claims[ref - 1] and self.leans[ref - 1] <= self.leans[-1] != frozenset() for ref in step.refs):
            return Fault(Reason.LOCAL_BAD, "a contradiction under a supposition gives only its denial")
        if needed and len(step.sources) > self.theory.most:
            return Fault(Reason.LOCAL_BAD, f"cites more than {self.theory.most} sources at once")
        self.idles += self.entails(self.accepted[:-1], literal) is not None
        return None

    def _assumed(self, refs: Sequence[int]) -> set[int]:
        """Return what cited steps claim; for a contradiction, the suppositions behind it."""
        claims = (({self.claims[ref - 1]} if self.claims[ref - 1] else self.leans[ref - 1]) for ref in refs)
        return set[int]().union(*claims)

    def _unfounded(self, step: Cited, literal: int) -> Fault:
        """Name the fault of a step whose claim does not follow from what it cites."""
        everything = [*self.selectors.values(), *self.accepted[:-1], *self.leans[-1]]
        if self.entails(everything, literal) is None:
            return Fault(Reason.UNENTAILED, "the spec does not entail this")
        if self.answer is not None:
            return Fault(Reason.NOT_CONSUMED, "the answer does not come from the steps cited")
        if not step.refs and not step.sources:
            return Fault(Reason.UNCITED, "cites nothing")
        return Fault(Reason.LOCAL_BAD, "does not follow from what it cites")

    def end(self) -> Any:
        """Return the answer that the last step gives."""
        if self.answer is None:
            raise StepError(Reason.NOT_CONSUMED, "the last step does not state the answer")
        self._opened()
        if len(cone(self.refs, len(self.refs))) == 1 and self.theory.most:
            raise StepError(Reason.NOT_CONSUMED, "the answer cites no steps")
        return self.answer

    def _opened(self) -> None:
        """Raise StepError unless what the answer rests on was a matter of choice, one atom at a time, when chosen."""
        names = {variable: name for name, variable in self.variables.items()}
        known = list(self.selectors.values())
        chosen = [self.supposed[k] for k in sorted(self._rests())]
        for literal in dict.fromkeys(chosen):
            if not self.theory.free:
                raise StepError(Reason.NOT_CONSUMED, "the answer rests on a supposition")
            if literal < 0 or names[literal].startswith("#") or self.entails(known, literal) is not None:
                raise StepError(Reason.NOT_CONSUMED, "the answer rests on a choice that was none")
            known.append(literal)
        if not self._fits(known):
            raise StepError(Reason.NOT_CONSUMED, "the answer rests on choices that cannot all hold")

    def _rests(self) -> set[int]:
        """Return the suppositions, by step, that the last step leans on; one that was denied again is none of them."""
        last = len(self.refs)
        rests: dict[int, set[int]] = {}
        for k in sorted(cone(self.refs, last)):
            behind = set[int]().union(*(rests[ref] for ref in self.refs[k - 1] if 0 < ref < k))
            rests[k] = {k} if k in self.supposed else {j for j in behind if self.supposed[j] in self.leans[k - 1]}
        return rests[last]

    def refuted(self, sentence: str) -> bool | None:
        """Say whether a plain statement contradicts the spec; what is supposed, asked or quoted is not read."""
        from verisieve.verifiers.reasoning import citations  # reads sentences as steps

        if _UNSURE.search(sentence):
            return None
        try:
            formula = self.theory.read(citations.split(1, sentence, self.given).claim)
        except UnreadableError:
            return None
        return not self._fits([*self.selectors.values(), self.literal(formula)])

    def counts(self) -> dict[str, int]:
        """Return how many steps the last one leans on, and how many said nothing new besides that one."""
        return {"used": len(cone(self.refs, len(self.refs))), "idle": max(0, self.idles - 1)}
