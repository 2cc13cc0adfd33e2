"""What can be known of a problem by running its reference and its mutants on many inputs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from verisieve.domains.code import checking
from verisieve.domains.code import truth as truths
from verisieve.domains.code.making import inputs
from verisieve.domains.engineering import UnusableError
from verisieve.errors import TruthError
from verisieve.records import Json, Outcome, Problem
from verisieve.sandboxes import MIB, Limits, Sandbox
from verisieve.verifiers.code import answers, extract, literals, mutation
from verisieve.verifiers.code.answers import Answer
from verisieve.verifiers.code.literals import Call
from verisieve.verifiers.code.mutation import Mutant
from verisieve.verifiers.code.parsing import ParseError, parse

LEAST_CASES = 3
FRESH = 24  # new inputs that are tried
MUTANTS = 24
_LIMITS = Limits(cpu=1.0, wall=15.0, memory=256 * MIB)  # of one program for all its calls
_LONG = 600  # characters: what a longer call or answer shows, nobody reads


@dataclass(frozen=True, slots=True)
class Case:
    """A call, and what the reference returns."""

    call: Call
    expected: Any


@dataclass(frozen=True, slots=True)
class Known:
    """A mutant, what it answers to each case, and whether the problem's own tests reject it."""

    mutant: Mutant
    answers: Sequence[Answer]
    rejected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A problem with a reference that needs nothing beside it; the cases of its own tests come before new ones."""

    problem: Problem
    entry: str
    program: str
    cases: Sequence[Case]
    seen: int  # how many of the cases are inputs of the own tests
    mutants: Sequence[Known]

    def failing(self, known: Known) -> list[Case]:
        """The cases that tell a mutant from the reference; of the own tests' inputs if any of those do."""
        told = list(zip(self.cases, known.answers, strict=True))
        usual = [case for case, answer in told[: self.seen] if _differs(case, answer)]
        return usual or [case for case, answer in told[self.seen :] if _differs(case, answer)]

    def killable(self) -> list[Known]:
        """The mutants that are bugs: some answer differs, and the problem's own tests do not allow for that."""
        return [known for known in self.mutants if known.rejected and self.failing(known)]

    def exact(self) -> bool:
        """Whether the own tests want the reference's very answers, as far as the mutants tell."""
        return all(
            known.rejected or not any(map(_differs, self.cases[: self.seen], known.answers[: self.seen]))
            for known in self.mutants
        )

    def test(self, case: Case) -> str:
        """A case as an assert."""
        return f"assert {case.call.text(self.entry)} == {case.expected!r}"


def prepare(problem: Problem, rng: Random, sandbox: Sandbox) -> Subject:
    """Run what has to be run; raise UnusableError or TruthError for a problem that rows cannot be made of."""
    program, entry = _whole(problem)
    truth = truths.read(problem.truth)
    seen = inputs.recorded(program, truth, sandbox) if truth.tests.style != "stdin" else []
    if not seen:
        raise UnusableError("no_plain_inputs")
    calls = [*seen, *inputs.fresh(seen, rng, FRESH)]
    cases = list(_cases(calls, answers.ask(program, entry, calls, _LIMITS, sandbox)))
    if len(cases) < LEAST_CASES:
        raise UnusableError("few_inputs")
    known = {id(call) for call in seen}
    made = mutation.mutants(program, entry=entry, most=MUTANTS, seed=rng.randrange(1 << 30))
    return Subject(
        problem=problem,
        entry=entry,
        program=program,
        cases=cases,
        seen=sum(id(case.call) in known for case in cases),
        mutants=list(_know(problem, entry, made, cases, sandbox)),
    )


def _know(
    problem: Problem, entry: str, made: Sequence[Mutant], cases: Sequence[Case], sandbox: Sandbox
) -> Iterator[Known]:
    calls = [case.call for case in cases]
    for mutant in made:
        try:
            told = answers.ask(mutant.source, entry, calls, _LIMITS, sandbox)
            differs = any(map(_differs, cases, told))
            verdict = checking.check(problem, mutant.source, sandbox)[0] if differs else None
        except TruthError:
            continue  # it does not load, or the own tests cannot say: no bug to show to anybody
        yield Known(mutant, told, rejected=verdict is not None and verdict.outcome is not Outcome.PASS)


def _differs(case: Case, answer: Answer) -> bool:
    return Answer("value", case.expected).differs(answer)


def _cases(calls: Sequence[Call], told: Sequence[Answer]) -> Iterator[Case]:
    for call, answer in zip(calls, told, strict=True):
        case = Case(call, answer.value)
        if answer.kind == "value" and literals.plain(answer.value) and len(repr(case)) < _LONG:
            yield case


def _whole(problem: Problem) -> tuple[str, str]:
    """The reference as a program that needs nothing of the prompt, and the name of its entry point."""
    truth: Mapping[str, Json] = problem.truth
    reference, entry = truth.get("reference"), truth.get("entry_point")
    if not isinstance(reference, str) or not isinstance(entry, str) or not entry.isidentifier():
        raise UnusableError("no_reference")
    if str(truth.get("language", "python")).lower() not in ("python", "python3", "py"):
        raise UnusableError("not_python")
    found = extract.program(reference, entry, problem.prompt)
    if found is None:
        raise UnusableError("no_reference")
    preamble = str(truth.get("prelude") or "") + "\n" + _preamble(found.context, entry)
    program = found.code if preamble.strip() in found.code else preamble + found.code
    try:
        parse(program)
    except ParseError:
        raise UnusableError("no_reference") from None
    return program.strip("\n") + "\n", entry


def _preamble(context: str, entry: str) -> str:
    """What stands in the prompt before the entry point: imports and helpers."""
    if not context:
        return ""
    body = parse(context).body
    first = next((node.lineno for node in body if isinstance(node, ast.FunctionDef) and node.name == entry), 1)
    return "".join(context.splitlines(keepends=True)[: first - 1])
