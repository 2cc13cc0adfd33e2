"""The door of the derivation checker: a solution, its question and what is given, in; every step with its status, out.

    report = check("2x + 3 = 11, so 2x = 8, so x = 5.", prompt="Solve 2x + 3 = 11.")
    report.bad.text == "x = 5."

Never raises on a text. Budgets are counted in steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from verisieve.verifiers.math import meter
from verisieve.verifiers.math.derivation import arithmetic, cues, judging, solvers
from verisieve.verifiers.math.derivation.contexts import Setting, setting, spelled, unlabelled
from verisieve.verifiers.math.derivation.hypotheses import hypothesis
from verisieve.verifiers.math.derivation.implication import OPEN, Outcome
from verisieve.verifiers.math.derivation.layout import places
from verisieve.verifiers.math.derivation.members import Names, member, names
from verisieve.verifiers.math.derivation.reading import MAX_TEXT, statements
from verisieve.verifiers.math.derivation.records import Cue, Found, Statement, Status, Step
from verisieve.verifiers.math.derivation.scope import Scope
from verisieve.verifiers.math.nodes import MathsError, Node, Sym, TooLargeError, symbols
from verisieve.verifiers.replies import visible

STEPS_A_LINK = 20_000
STEPS = 600_000  # for a whole solution
MAX_LINKS = 600
MAX_SIGNS = 3_000  # relation signs, and as many openers of formulas
MAX_QUESTIONS = 24  # to the solvers
SYMPY_QUESTIONS = 24
_EITHER = re.compile(r"\b(?:or|either|resp(?:ectively)?)\b", re.IGNORECASE)


class Report(NamedTuple):
    """Every step in order, the scope at the end, and whether the text was too long to read."""

    steps: tuple[Step, ...]
    scope: Scope
    statements: tuple[Statement, ...] = ()
    too_large: str = ""

    @property
    def bad(self) -> Step | None:
        """The first bad step."""
        return next((step for step in self.steps if step.status is Status.BAD), None)

    @property
    def claims(self) -> tuple[Step, ...]:
        """The steps that claim something: what is only assumed is none."""
        return tuple(step for step in self.steps if step.status is not Status.ASSUMED)

    @property
    def coverage(self) -> float:
        """The share of the claims that was decided."""
        claims = self.claims
        return sum(step.status is not Status.UNVERIFIABLE for step in claims) / len(claims) if claims else 0.0


@dataclass
class _Walk:
    """The walk over one solution: what holds, what was found, what is left of the budgets."""

    scope: Scope
    setting: Setting
    expressions: frozenset[Node]
    steps: list[Step] = field(default_factory=list)
    left: int = STEPS
    lent: int = 0  # of it, to the link that is judged
    questions: int = MAX_QUESTIONS
    story: bool = False
    right: dict[Node, int] = field(default_factory=dict)  # left sides of calculations that hold, and their last line
    either: frozenset[int] = frozenset()  # lines that speak of alternatives
    solved: frozenset[str] | None = None  # names that get a value; None where the text solves equations
    formula: Node | None = None
    outer: Scope | None = None  # what held before the first case
    line: int = 0
    inner: Scope | None = None  # what held before the conditions of this sentence
    sentence: int = -1
    block: int = 0  # statements with nothing but connectives between them

    def solver(self, premises: list[Node], claim: Node) -> Outcome:
        """Ask the solvers, as long as questions are left."""
        if self.questions <= 0:
            return OPEN
        self.questions -= 1
        return solvers.decide(premises, claim, self.scope.integers)

    def sentence_of(self, group: list[Statement]) -> None:
        """Judge the statements of one sentence: its conditions come first, and end with it."""
        ordered = sorted(group, key=lambda each: each.cue not in {Cue.CONDITION, Cue.REASON, Cue.DEFINES})
        before = self.scope
        conditional = any(each.cue is Cue.CONDITION and not _lasting(each) for each in ordered)
        for each in ordered:
            self.statement(each)
        if conditional:
            self.scope = replace(before, functions=self.scope.functions, rounded=self.scope.rounded)

    def statement(self, each: Statement) -> None:
        """Judge one statement."""
        self._cases(each)
        self.block += not each.adjacent
        place = judging.Place(
            each,
            self.formula if each.adjacent else None,
            self.setting,
            self.solver,
            self.refill,
            self.expressions,
            self.block,
            self.story,
            frozenset(key for key, line in self.right.items() if line >= each.line),
            each.line in self.either and len(each.branches) == 1,
            self.solved,
        )
        found = self._budgeted(place)
        texts = [link.text for branch in each.branches for link in branch] if len(each.branches) == 1 else [each.text]
        for finding, text in zip(found, texts, strict=False):
            self.steps.append(Step(each.line, text.strip()[:300], finding.status, finding.tier, finding.witness))
        sides = {side for branch in each.branches for link in branch for side in (link.left, link.right) if side}
        self.expressions |= {side for side in sides if symbols(side) and not isinstance(side, Sym)}

    def _budgeted(self, place: judging.Place) -> list[Found]:
        count = sum(len(branch) for branch in place.statement.branches)
        self.refill()
        try:
            found, self.scope, self.formula = judging.statement(self.scope, place)
        except TooLargeError:
            found = [Found(Status.UNVERIFIABLE, "budget")] * count
        except (MathsError, RecursionError, ArithmeticError):
            found = [Found(Status.UNVERIFIABLE, "unread")] * count
        return found

    def refill(self) -> None:
        """Take what was spent from the budget of the solution, and begin a link's budget."""
        self.left -= self.lent - max(meter.left(), 0) if self.lent else 0
        self.lent = min(STEPS_A_LINK, max(self.left, 0))
        meter.start(self.lent, max(meter.questions(), 0))

    def _cases(self, each: Statement) -> None:
        """Begin a case, or end all of them."""
        if cues.case(each.before):
            self.outer = self.outer or self.scope
            self.scope = self.outer
        elif (
            self.outer is not None and cues.CONCLUDES.search(each.before.rpartition("\n")[2]) and each.line > self.line
        ):
            self.scope, self.outer = self.outer, None
        if cues.PARTED.search(each.before):
            self.scope = Scope(integers=self.scope.integers)
        self.line = each.line


def _lasting(each: Statement) -> bool:
    """Say whether a condition holds on after its sentence: an assumption, a case, an equation that is set up."""
    return bool(cues.LASTS.search(each.before))


def check(text: str, *, prompt: str = "", given: Iterable[str] = ()) -> Report:
    """Judge every step of a solution."""
    text = visible(text)
    if len(text) > MAX_TEXT:
        return Report((), Scope(), too_large=f"{len(text)} characters")
    if _crowded(text) or _crowded(prompt):
        return Report((), Scope(), too_large="too many signs")
    text = spelled(unlabelled(text), prompt=prompt)
    known = names(f"{prompt}\n{text}")
    meter.start(STEPS_A_LINK, SYMPY_QUESTIONS)
    walk = _Walk(
        Scope(),
        setting(prompt, text),
        frozenset(_expressions(prompt, known)),
    )
    for each in given:
        walk.scope = hypothesis(walk.scope, each, known)
    _premises(walk, prompt, known)
    found = statements(text, known)
    walk.right = dict(_calculated(found))
    walk.either = frozenset(line for line, each in enumerate(text.split("\n"), 1) if _EITHER.search(each))
    walk.story = not any(map(_variable, found))
    walk.solved = None if cues.SOLVES.search(f"{prompt}\n{text}") else frozenset(_solved(found))
    too_large = "too many steps" if sum(len(b) for each in found for b in each.branches) > MAX_LINKS else ""
    for group in _sentences(found[:MAX_LINKS]):
        walk.sentence_of(group)
    return Report(tuple(walk.steps[:MAX_LINKS]), walk.scope, tuple(found), too_large)


def _calculated(found: list[Statement]) -> Iterable[tuple[Node, int]]:
    """Yield the left sides and lines of calculations that hold, but those in calculators' notes."""
    for each in found:
        for link in (link for branch in each.branches for link in branch if not each.note):
            if (
                link.relation != "eq"
                or link.left is None
                or link.right is None
                or symbols(link.left) | symbols(link.right)
            ):
                continue
            if arithmetic.judged(link.left, link.relation, link.right, {}).status in {Status.PROVED, Status.AGREES}:
                yield link.left, each.line


def _solved(found: list[Statement]) -> Iterable[str]:
    """Yield the names that get a value, but in conditions."""
    for each in found:
        for link in (link for branch in each.branches for link in branch):
            if link.node is None or link.relation not in {"eq", "approx"} or each.cue in {Cue.CONDITION, Cue.DEFINES}:
                continue
            sides = (link.left, link.right), (link.right, link.left)
            yield from (this.name for this, that in sides if isinstance(this, Sym) and that and not symbols(that))


def _variable(each: Statement) -> bool:
    """Say whether a statement has a variable."""
    sides = (side for branch in each.branches for link in branch for side in (link.left, link.right))
    return any(side is not None and symbols(side) for side in sides)


def _crowded(text: str) -> bool:
    """Say whether a text holds more openers or relation signs than a solution does, which patterns would crawl over."""
    openers, signs = ("\\[", "\\(", "$", "\\begin", "<<", "**"), ("=", "<", ">", "≤", "≥", "≈")
    return any(sum(map(text.count, each)) > MAX_SIGNS for each in (openers, signs))


def _sentences(found: list[Statement]) -> Iterable[list[Statement]]:
    group: list[Statement] = []
    for each in found:
        if group and group[-1].sentence != each.sentence:
            yield group
            group = []
        group.append(each)
    if group:
        yield group


def _premises(walk: _Walk, prompt: str, known: Names) -> None:
    """Take what the question states; nothing in it is a step."""
    if not prompt or len(prompt) > MAX_TEXT // 4:
        return
    for group in _sentences(statements(prompt, known)):
        if any(this.cue is not Cue.CONDITION and that.cue is Cue.CONDITION for this, that in pairwise(group)):
            continue  # z = 12 when x = 2
        aim = any(cues.AIM.search(each.before) for each in group)  # is no premise
        for each in group:
            if each.cue is not Cue.MENTION and not (aim and each is group[-1] and not cues.SAYS.search(each.after)):
                walk.statement(each)
    if cues.PARTED.search(prompt):
        walk.scope = replace(walk.scope, facts=())  # each part has its own
    walk.steps.clear()
    walk.formula = None
    walk.scope = replace(
        walk.scope, claimed=(), facts=tuple(fact._replace(given=True, derived=False) for fact in walk.scope.facts)
    )


def _expressions(prompt: str, known: Names) -> Iterable[Node]:
    """Yield the formulas of the question that state nothing: they are to be worked out."""
    for place in places(prompt[: MAX_TEXT // 4]):
        if place.maths and (node := member(place.text, known).node) is not None and symbols(node):
            yield node
