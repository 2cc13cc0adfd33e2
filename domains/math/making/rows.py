"""Rows of one task from one problem: prompt, truth, and the reply that is right by construction, if one is known.

A problem of a family is drawn again, so that its worked solution is known. Any other problem brings its own in
`truth.solution`, or has rows for models to answer only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

from verisieve.domains import fields, read_prompts
from verisieve.domains.engineering import Made, UnusableError, fill
from verisieve.domains.math import noise
from verisieve.domains.math.families import all_families
from verisieve.domains.math.families.item import Item
from verisieve.domains.math.making import mistakes, procedural
from verisieve.domains.math.tasks import hints as hinting
from verisieve.domains.math.tasks import inventions
from verisieve.domains.math.tasks.truths import gold_of
from verisieve.errors import TruthError
from verisieve.records import Json, Outcome, Problem
from verisieve.verifiers.math import Gold, judge, shown
from verisieve.verifiers.math.nodes import TooLargeError

_STEER = ("answer", "type", "tolerance", "unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A problem, its gold, its lines of work, and the whole worked solution; empty where nobody here knows one."""

    problem: Problem
    gold: Gold
    steps: tuple[str, ...]
    solution: str

    @property
    def family(self) -> str:
        """The family that drew the problem, or nothing."""
        return str(self.problem.meta.get("family", "")) if self.problem.meta.get("stream") else ""

    def truth(self, task: str, **more: Json) -> dict[str, Json]:
        """The fields that steer the answer, for a row of a task."""
        return {"task": task, **{key: self.problem.truth[key] for key in _STEER if key in self.problem.truth}, **more}


def prepare(problem: Problem) -> Subject:
    """Find the worked solution; raise TruthError for a gold, and UnusableError for a solution, that is no use."""
    gold = gold_of(problem)
    item = _drawn(problem)
    if item is not None:
        return Subject(problem=problem, gold=gold, steps=item.steps, solution=procedural.solution(item))
    given = problem.truth.get("solution") or ""
    if given and (not isinstance(given, str) or judge(gold, given).outcome is not Outcome.PASS):
        raise UnusableError("wrong_solution")
    return Subject(problem=problem, gold=gold, steps=(), solution=given)


def _drawn(problem: Problem) -> Item | None:
    """The item behind a problem of a family, where it is still drawn as it was."""
    family, level, stream = (problem.meta.get(key) for key in ("family", "difficulty", "stream"))
    if family not in all_families() or level not in procedural.LEVELS or not isinstance(stream, str):
        return None
    item = procedural.draw(str(family), int(level or 0), stream)
    return item if (item.prompt, item.answer) == (problem.prompt, problem.truth["answer"]) else None


def solve(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """The problem itself, with its worked solution."""
    yield Made(
        task="solve", prompt=subject.problem.prompt, truth=subject.truth("solve"), reply=subject.solution or None
    )


def variant(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """Other problems of the same family and level."""
    yield from _redrawn("variant", subject, rng, count, 0)


def harder(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """Problems of the same family one level up."""
    yield from _redrawn("harder", subject, rng, count, 1)


def easier(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """Problems of the same family one level down."""
    yield from _redrawn("easier", subject, rng, count, -1)


def _redrawn(task: str, subject: Subject, rng: Random, count: int, change: int) -> Iterator[Made]:
    level = int(subject.problem.meta.get("difficulty", 0)) + change
    if not subject.family or not subject.steps or level not in procedural.LEVELS:
        return
    for _ in range(count):
        stream = f"engineer:{rng.getrandbits(64):016x}"
        made = procedural.problem("", subject.family, level, stream)
        item = procedural.draw(subject.family, level, stream)
        if made.prompt != subject.problem.prompt:
            meta = {**made.meta, "operator": task, "source": "engineered"}
            truth = {**made.truth, "task": "solve"}
            yield Made(task=task, prompt=made.prompt, truth=truth, reply=procedural.solution(item), meta=meta)


def solution(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """A worked solution, asked for as such."""
    least = max(1, min(len(set(subject.steps)), 2)) if subject.steps else 1
    prompt = _ask("solution", prompt=subject.problem.prompt)
    yield Made(
        task="solution", prompt=prompt, truth=subject.truth("solution", least=least), reply=subject.solution or None
    )


def hints(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """Hints, each of which says more than the one before, as far as the lines of work do not tell the answer."""
    prompt = _ask("hints", prompt=subject.problem.prompt, least=str(hinting.LEAST))
    truth = subject.truth("hints", question=subject.problem.prompt, least=hinting.LEAST)
    yield Made(task="hints", prompt=prompt, truth=truth, reply=_hinted(subject))


def _hinted(subject: Subject) -> str | None:
    quiet = [step for step in dict.fromkeys(subject.steps) if not _tells(step, subject)]
    if not quiet:
        return None
    start = quiet[0].split("=")[0].split("\\equiv")[0].strip()
    told = [f"Look for ${start}$ first.", f"You should find that ${quiet[0]}$."]
    told += (
        [f"From there you can get ${quiet[len(quiet) // 2]}$."]
        if len(quiet) > 1
        else ["Now do the same with what is left."]
    )
    return "\n\n".join(f"### Hint {number}\n{hint}" for number, hint in enumerate(told, start=1))


def _tells(step: str, subject: Subject) -> bool:
    try:
        return shown.shows(f"${step}$", subject.gold, subject.problem.prompt) is not None
    except TooLargeError:
        return True


def critique(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """A solution with a false line that is to be found; one in four has none."""
    for _ in range(count):
        clean = rng.random() < 0.25
        found = mistakes.spoil(subject.steps, rng)
        if found is None or not subject.solution:
            return
        line, steps = (None, subject.steps) if clean else found
        lines = "\n".join(f"{number:2d}  ${step}$" for number, step in enumerate(steps, start=1))
        prompt = _ask("critique", prompt=subject.problem.prompt, lines=lines)
        reply = "No mistake" if line is None else f"Line: {line}\nAnswer: ${subject.problem.truth['answer']}$"
        yield Made(task="critique", prompt=prompt, truth=subject.truth("critique", line=line), reply=reply)


def repair(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """A wrong reply, with what the verifier says about it; the worked solution mends it."""
    for _ in range(count):
        try:
            wrong = noise.reply(subject.gold, subject.problem.id, rng, right=False).text
        except TruthError:
            return
        ruling = judge(subject.gold, wrong)
        said = f"{ruling.outcome}: {ruling.reason}" + (f" (got {ruling.answer})" if ruling.answer else "")
        prompt = _ask("repair", prompt=subject.problem.prompt, attempt=wrong, verdict=said)
        yield Made(task="repair", prompt=prompt, truth=subject.truth("repair"), reply=subject.solution or None)


def problem(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """A new problem from this one, in each of four ways; a right answer is not known."""
    parent = {"prompt": subject.problem.prompt, "answer": subject.problem.truth["answer"]}
    rate = subject.problem.meta.get("pass_rate")
    parent = {**parent, "pass_rate": rate} if isinstance(rate, int | float) else parent
    for operator in fields.OPERATORS:
        truth = {"task": "problem", "operator": operator, "parent": parent, "agree": inventions.AGREE}
        solved = subject.solution or f"The answer is ${subject.problem.truth['answer']}$."
        prompt = _ask(operator, prompt=subject.problem.prompt, solution=solved) + _templates()["form"]
        yield Made(task="problem", prompt=prompt, truth=truth, reply=None)


MAKERS: Mapping[str, Callable[[Subject, Random, int], Iterator[Made]]] = {
    "solve": solve,
    "variant": variant,
    "harder": harder,
    "easier": easier,
    "solution": solution,
    "hints": hints,
    "critique": critique,
    "repair": repair,
    "problem": problem,
}


@cache
def _templates() -> dict[str, str]:
    return read_prompts("verisieve.domains.math")


def _ask(template: str, **values: str) -> str:
    return fill(_templates()[template], **values)
