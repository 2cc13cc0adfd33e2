"""A program against a reference on inputs that nobody wrote down: drawn, answered in boxes, compared, and shrunk.

An input that the reference refuses (it raises, ends or needs long) is outside the problem's domain and dropped. So a
reference states its domain by what it raises. An exception counts as an answer where the prompt names its type.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from verisieve.errors import MissingExtraError, TruthError
from verisieve.records import Outcome
from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.code import cases
from verisieve.verifiers.code.cases import Parameter
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.literals import Call
from verisieve.verifiers.code.observing import Answer, equal, observe, same, shown
from verisieve.verifiers.code.runner import CodeReason, Finding

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

COUNT = 150  # inputs drawn
LEAST = 10  # inputs inside the reference's domain; fewer prove nothing
ROUNDS = 12  # of shrinking, each two runs
REFERENCE_CPU = 2.0  # seconds for all inputs of a round; what needs more is outside the domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The texts that say what inputs are, and the program that says what is right."""

    entry: str
    prompt: str
    reference: Source
    calls: Sequence[Call]  # given ones, with literal arguments
    seed: str

    @property
    def texts(self) -> list[str]:
        """The texts that define the entry point, the reference first."""
        return [self.reference.code, self.prompt]


@dataclass(slots=True)
class _Round:
    """Answers to drawn inputs, by the text of the call."""

    subject: Subject
    source: Source
    names: list[str]
    limits: Limits
    sandbox: Sandbox
    drawn: int = 0
    compared: int = 0
    failures: dict[str, tuple[Answer, Answer]] = field(default_factory=dict)
    limit: tuple[Call, Answer] | None = None

    def judge(self, values: list[Any]) -> list[bool]:
        """Say for each drawn value whether the program answers it otherwise than the reference."""
        made = [call(value, self.names) for value in values]
        expected = answered(self.subject, made, self.sandbox)
        inside = [index for index, answer in enumerate(expected) if answer is not None]
        asked = [made[index] for index in inside]
        got = observe(self.source, self.subject.entry, asked, self.limits, self.sandbox).answers
        self.drawn += len(values)
        self.compared += sum(answer.kind != "unasked" for answer in got)
        differs = [False] * len(values)
        for index, answer in zip(inside, got, strict=True):
            wanted = expected[index]
            assert wanted is not None
            if answer.kind == "limit":
                self.limit = self.limit or (made[index], answer)
            elif answer.kind != "unasked" and not same(answer, wanted, made[index]):
                differs[index] = True
                self.failures[repr(values[index])] = (answer, wanted)
        return differs


def check(subject: Subject, source: Source, limits: Limits, sandbox: Sandbox) -> Finding:
    """Look for an input on which a program and the reference differ, and make it small.

    Raises TruthError where inputs cannot be drawn, or where the reference refuses nearly all of them.
    """
    names, strategy = inputs(subject)
    from verisieve.verifiers.code import drawing

    judged = _Round(subject, source, names, limits, sandbox)
    found = drawing.search(strategy, judged.judge, seed=subject.seed, count=COUNT, rounds=ROUNDS)
    if found is None and judged.limit is not None:
        late, answer = judged.limit
        evidence = {"call": shown(late, subject.entry), "got": answer.text()}
        return Finding(outcome=Outcome.LIMIT, reason=CodeReason(str(answer.value)), evidence=evidence)
    if found is not None:
        return _failed(subject, call(found, names), *judged.failures[repr(found)], sandbox)
    if judged.compared < LEAST:
        refused = f"the reference answers only {judged.compared} of {judged.drawn} drawn inputs"
        raise TruthError("checks", f"properties: {refused}, which proves nothing", "unverifiable")
    return Finding(
        outcome=Outcome.PASS, evidence={"inputs": judged.compared, "outside": judged.drawn - judged.compared}
    )


def _failed(subject: Subject, told: Call, got: Answer, expected: Answer, sandbox: Sandbox) -> Finding:
    """Show a counterexample; raise TruthError where the reference answers it otherwise when asked again."""
    again = answered(subject, [told], sandbox)[0]
    if again is None or not same(again, expected, told):
        raise TruthError("reference", f"answers {shown(told, subject.entry)} otherwise each time", "unverifiable")
    evidence = {"call": shown(told, subject.entry), "expected": expected.text(), "got": got.text()}
    if got.kind == expected.kind == "returned" and equal(got.value, expected.value):
        evidence |= {"expected_arguments": repr(expected.changed)[:500], "got_arguments": repr(got.changed)[:500]}
    return Finding(outcome=Outcome.FAIL, reason=CodeReason.WRONG_ANSWER, evidence=evidence)


def telling(subject: Subject, sources: Sequence[Source], limits: Limits, sandbox: Sandbox) -> list[str]:
    """Return for each program the shortest drawn call that it answers otherwise than the reference, or nothing."""
    names, strategy = inputs(subject)
    from verisieve.verifiers.code import drawing

    made = [call(values, names) for values in drawing.draw(strategy, seed=subject.seed, count=COUNT)]
    expected = list(zip(made, answered(subject, made, sandbox), strict=True))
    asked = [(one, answer) for one, answer in expected if answer is not None]
    return [_told_by(subject.entry, asked, source, limits, sandbox) for source in sources]


def _told_by(entry: str, asked: Sequence[tuple[Call, Answer]], source: Source, limits: Limits, sandbox: Sandbox) -> str:
    got = observe(source, entry, [one for one, _ in asked], limits, sandbox).answers
    told = [
        shown(one, entry)
        for (one, expected), answer in zip(asked, got, strict=True)
        if answer.kind not in ("limit", "unasked") and not same(answer, expected, one)
    ]
    return min(told, key=len, default="")


def inputs(subject: Subject) -> tuple[list[str], SearchStrategy[tuple[Any, ...]]]:
    """Return the names of the parameters that are passed by name, else "", and what draws their values."""
    try:
        from verisieve.verifiers.code import drawing
    except ImportError as error:
        raise TruthError("checks", str(MissingExtraError("drawing inputs", "checks")), "unverifiable") from error
    parameters = drawn(subject)
    try:
        strategy = drawing.arguments(parameters)
    except drawing.UnknownInputError as error:
        raise TruthError(
            "checks", f"neither a hint nor a given call says what {error} takes", "unverifiable"
        ) from error
    by_name = cases.keyword_only(subject.texts, subject.entry)
    return [parameter.name if parameter.name in by_name else "" for parameter in parameters], strategy


def drawn(subject: Subject) -> list[Parameter]:
    """The parameters that are passed: an optional one, and all behind it, only if given calls pass it."""
    found = cases.parameters(subject.texts, subject.entry, subject.calls)
    if not found:
        raise TruthError("checks", f"{subject.entry} is no function with parameters", "unverifiable")
    kept = [index for index, parameter in enumerate(found) if parameter.seen or not parameter.optional]
    return found[: max(kept) + 1] if kept else found[:1]


def call(values: Sequence[Any], names: Sequence[str]) -> Call:
    """Make a call of drawn values."""
    named = dict(zip(names, values, strict=True))
    named.pop("", None)
    return Call(tuple(value for name, value in zip(names, values, strict=True) if not name), named)


def answered(subject: Subject, calls: Sequence[Call], sandbox: Sandbox) -> list[Answer | None]:
    """What the reference answers; None for a call outside of its domain."""
    limits = Limits(cpu=REFERENCE_CPU, wall=10 * REFERENCE_CPU)
    answers = observe(subject.reference, subject.entry, calls, limits, sandbox, patient=True).answers
    promised = set(re.findall(r"\b[A-Z]\w*(?:Error|Exception)\b", subject.prompt))
    return [
        answer if answer.kind == "returned" or (answer.kind == "raised" and answer.value[0] in promised) else None
        for answer in answers
    ]
