"""Rows of one task from one subject: prompt, truth, and the reply that is right by construction, if one is known."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from verisieve.domains import fields
from verisieve.domains.code import truth as truths
from verisieve.domains.code.making import asking, facts
from verisieve.domains.code.making.asking import ask, fenced, numbered
from verisieve.domains.code.making.subject import Case, Known, Subject
from verisieve.domains.code.tasks import bugs, suites
from verisieve.domains.engineering import Made
from verisieve.errors import TruthError
from verisieve.records import Json
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.code import literals, tracing

SHOWN_TESTS = 10  # tests of a bug row: each of them is one run
LANGUAGES = {"javascript": "JavaScript", "cpp": "C++", "go": "Go", "java": "Java", "rust": "Rust"}


def solve(subject: Subject, rng: Random, count: int, sandbox: Sandbox) -> Iterator[Made]:
    """The problem itself, with its reference."""
    truth = {**subject.problem.truth, "task": "solve"}
    yield Made(task="solve", prompt=subject.problem.prompt, truth=truth, reply=fenced(subject.program))


def tests(subject: Subject, rng: Random, count: int, sandbox: Sandbox) -> Iterator[Made]:
    """A test suite: the fewest cases that kill every mutant, and a few more."""
    mutants = subject.killable()[: suites.MOST]
    if not mutants:
        return
    truth = _truth(subject, "tests", reference=subject.program, mutants=[known.mutant.source for known in mutants])
    for _ in range(count):
        chosen = _cover(subject, mutants, rng)
        text = "\n".join(subject.test(case) for case in chosen)
        prompt = ask("tests", prompt=subject.problem.prompt, entry=subject.entry)
        yield Made(task="tests", prompt=prompt, truth={**truth, "least": suites.LEAST}, reply=fenced(text))


def bug(subject: Subject, rng: Random, count: int, sandbox: Sandbox) -> Iterator[Made]:
    """A mutant that looks right: it answers every test, and some of them wrongly."""
    if not subject.exact():
        return  # its tests compare with the reference's very answers
    cases = _cover(subject, subject.killable(), rng)[:SHOWN_TESTS]
    truth = _truth(subject, "bug", style="asserts", tests=[subject.test(case) for case in cases])
    for known in _drawn([known for known in subject.killable() if _subtle(subject, known, cases)], rng, count):
        prompt = ask("bug", prompt=subject.problem.prompt, entry=subject.entry, program=subject.program)
        truth = {**truth, "reference": subject.program, "passing": bugs.PASSING}
        yield Made(task="bug", prompt=prompt, truth=truth, reply=fenced(known.mutant.source))


def fix(subject: Subject, rng: Random, count: int, sandbox: Sandbox) -> Iterator[Made]:
    """A mutant and a test that it fails; the reference repairs it."""
    for known in _drawn(subject.killable(), rng, count):
        failing = rng.choice(subject.failing(known))
        truth = {**subject.problem.truth, "task": "fix", "reference": subject.program, "program": known.mutant.source}
        prompt = ask("fix", prompt=subject.problem.prompt, program=known.mutant.source, test=subject.test(failing))
        yield Made(task="fix", prompt=prompt, truth=truth, reply=fenced(subject.program))


def review(subject: Subject, rng: Random, count: int, sandbox: Sandbox) -> Iterator[Made]:
    """A mutant whose line is to be named; one program in four has none."""
    for known in _drawn(subject.killable(), rng, count):
        clean = rng.random() < 0.25
        program = subject.program if clean else known.mutant.source
        witness = min(subject.failing(known), key=lambda case: len(repr(case.call)))
        call = witness.call.text(subject.entry)
        reply = "No bug" if clean else f"Line: {known.mutant.line}\nInput: {call}"
        truth = _truth(
            subject,
            "review",
            program=program,
            line=None if clean else known.mutant.line,
            reference=subject.program,
            witness=True,
        )
        prompt = ask("review", prompt=subject.problem.prompt, program=numbered(program), entry=subject.entry)
        yield Made(task="review", prompt=prompt, truth=truth, reply=reply)


def explain(subject: Subject, rng: Random, count: int, sandbox: Sandbox) -> Iterator[Made]:
    """Questions about one run of the reference, answered by its trace."""
    left = count
    for case in rng.sample(subject.cases, len(subject.cases))[: 4 * count]:
        call = case.call.text(subject.entry)
        run = tracing.trace(subject.program, subject.entry, case.call, sandbox) if left else None
        found = facts.questions(subject.program, subject.entry, call, run, rng) if run else []
        if len(found) < 2:
            continue
        left -= 1
        asked = "\n".join(f"Q{index}: {fact.ask}" for index, fact in enumerate(found, start=1))
        reply = "\n".join(f"Q{index}: {fact.answer!r}" for index, fact in enumerate(found, start=1))
        told = [{"kind": fact.kind, "ask": fact.ask, "answer": repr(fact.answer)} for fact in found]
        truth = _truth(subject, "explain", program=subject.program, call=call, questions=told)
        prompt = ask("explain", program=numbered(subject.program), call=call, questions=asked)
        yield Made(task="explain", prompt=prompt, truth=truth, reply=reply)


def predict(subject: Subject, rng: Random, count: int, sandbox: Sandbox) -> Iterator[Made]:
    """What a call of the reference returns, or a call that returns what is shown, in turn."""
    for index, case in enumerate(rng.sample(subject.cases, min(count, len(subject.cases)))):
        call, value = case.call.text(subject.entry), repr(case.expected)
        ask_for, given = ("input", {}) if index % 2 else ("output", {"input": call})
        shown = f"{subject.entry}(??) == {value}" if index % 2 else f"{call} == ??"
        truth = _truth(subject, "predict", ask=ask_for, program=subject.program, output=value, **given)
        prompt = ask("predict", program=subject.program, shown=shown)
        yield Made(task="predict", prompt=prompt, truth=truth, reply=f"Answer: {call if index % 2 else value}")


def translate(subject: Subject, rng: Random, count: int, sandbox: Sandbox) -> Iterator[Made]:
    """The same problem in each other language that can be judged here; a right answer is not known."""
    cases = [case for case in subject.cases if _is_json(case)]
    calls: list[Json] = [
        {"args": list(case.call.args), "kwargs": case.call.kwargs, "expected": case.expected} for case in cases
    ]
    for language, title in LANGUAGES.items():
        truth = {**_truth(subject, "translate", style="calls", tests=calls), "language": language}
        if not calls or not _readable(truth):
            continue
        prompt = ask("translate", program=subject.program, language=title, entry=subject.entry)
        yield Made(task="translate", prompt=prompt, truth=truth, reply=None)


def problem(subject: Subject, rng: Random, count: int, sandbox: Sandbox) -> Iterator[Made]:
    """A new problem from this one, in each of four ways; a right answer is not known."""
    parent = {"entry_point": subject.entry, "reference": subject.program}
    for operator in fields.OPERATORS:
        truth = {"task": "problem", "operator": operator, "parent": parent, "least": suites.LEAST}
        prompt = ask(operator, prompt=subject.problem.prompt, reference=subject.program) + asking.templates()["form"]
        yield Made(task="problem", prompt=prompt, truth=truth, reply=None)


MAKERS: Mapping[str, Callable[[Subject, Random, int, Sandbox], Iterator[Made]]] = {
    "solve": solve,
    "tests": tests,
    "bug": bug,
    "fix": fix,
    "review": review,
    "explain": explain,
    "predict": predict,
    "translate": translate,
    "problem": problem,
}


def _truth(subject: Subject, task: str, **fields: Json) -> dict[str, Json]:
    return {"task": task, "language": "python", "entry_point": subject.entry, **fields}


def _drawn(known: Sequence[Known], rng: Random, count: int) -> list[Known]:
    return rng.sample(known, min(count, len(known)))


def _cover(subject: Subject, mutants: Sequence[Known], rng: Random) -> list[Case]:
    """Few cases that together tell every mutant from the reference, in a drawn order, and up to three more."""
    left = {known.mutant.source: {id(case) for case in subject.failing(known)} for known in mutants}
    cases = rng.sample(subject.cases, len(subject.cases))
    chosen: list[Case] = []
    while left:
        best = max(cases, key=lambda case: (sum(id(case) in kills for kills in left.values()), -len(repr(case))))
        chosen.append(best)
        left = {source: kills for source, kills in left.items() if id(best) not in kills}
    return chosen + [case for case in cases if case not in chosen][: max(3, SHOWN_TESTS - len(chosen))]


def _subtle(subject: Subject, known: Known, cases: Sequence[Case]) -> bool:
    """Whether a mutant returns something for every case, and is right for enough of them."""
    shown = {id(case) for case in cases}
    pairs = zip(subject.cases, known.answers, strict=True)
    told = [(case, answer) for case, answer in pairs if id(case) in shown]
    right = sum(literals.same(answer.value, case.expected) for case, answer in told if answer.kind == "value")
    return all(answer.kind == "value" for _, answer in told) and bugs.PASSING * len(told) <= right < len(told)


def _is_json(case: Case) -> bool:
    value: Any = [case.call.args, case.call.kwargs, case.expected]
    try:
        return bool(json.loads(json.dumps(value, allow_nan=False)) == _listed(value))
    except (TypeError, ValueError, RecursionError):
        return False


def _listed(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_listed(item) for item in value]
    return {key: _listed(item) for key, item in value.items()} if isinstance(value, dict) else value


def _readable(truth: Mapping[str, Json]) -> bool:
    """Whether this version judges the language."""
    try:
        truths.read(truth)
    except TruthError:
        return False
    return True
