"""Replies that a domain is tried with: golden, right and wrong by construction, and edits of right ones.

An edit needs the place of the answer. It is where the text that the checker took as the answer stands, and only if a
wrong answer in that place is no pass; where there is no such place, nothing is edited.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from verisieve.domains import Domain, Responder, Trial
from verisieve.records import Outcome, Problem, Verdict

CANARY = "VERISIEVE_CANARY"  # names a file that only an executed reply would make
RIGHT, WRONG, MOSTLY_WRONG = "pass", "not pass", "mostly not pass"
HUGE = 50_000  # characters of a huge answer
Judge = Callable[[Problem, str], Verdict]


@dataclass(frozen=True, slots=True)
class Row:
    """A reply and what must become of it: one outcome, RIGHT, WRONG, or MOSTLY_WRONG over many."""

    kind: str
    problem: Problem
    text: str
    expected: str


@dataclass(frozen=True, slots=True)
class _Pair:
    """A right and a wrong reply to one problem."""

    problem: Problem
    right: str
    wrong: str


def rows(domain: Domain, judge: Judge, seed: int, count: int) -> Iterator[tuple[Row, Verdict]]:
    """Yield every reply with its verdict; `count` problems are used beside those of the golden rows."""
    trials = list(domain.trials())
    for trial in trials:
        yield _judged(judge, "golden", trial.problem, trial.text, str(trial.outcome))
    pairs = _constructed(domain, seed, count) if isinstance(domain, Responder) else _golden(trials)
    for pair in pairs:
        row, verdict = _judged(judge, "right", pair.problem, pair.right, RIGHT)
        yield row, verdict
        wrong = _judged(judge, "wrong", pair.problem, pair.wrong, WRONG)
        yield wrong
        yield _judged(judge, "prompt echo", pair.problem, pair.problem.prompt, WRONG)
        if verdict.outcome is Outcome.PASS and verdict.answer:
            yield from _edited(judge, pair, verdict.answer, wrong[1].answer)


def _constructed(domain: Domain, seed: int, count: int) -> list[_Pair]:
    assert isinstance(domain, Responder)
    rng = Random(f"{domain.name}:vetting:{seed}")
    return [
        _Pair(problem, domain.reply(problem, rng, right=True).text, domain.reply(problem, rng, right=False).text)
        for problem in domain.problems(seed, count)
    ]


def _golden(trials: list[Trial]) -> list[_Pair]:
    """Pairs of golden rows of the same problem: a pass and a fail."""
    wrong = {trial.problem.id: trial.text for trial in trials if trial.outcome is Outcome.FAIL}
    passing = [trial for trial in trials if trial.outcome is Outcome.PASS and trial.problem.id in wrong]
    return [_Pair(trial.problem, trial.text, wrong[trial.problem.id]) for trial in passing]


def _edited(judge: Judge, pair: _Pair, answer: str, other: str | None) -> Iterator[tuple[Row, Verdict]]:
    place = pair.right.rfind(answer)
    whole = answer.strip() == pair.right.strip()  # then any edit is another answer, and may be a right one
    if place < 0 or whole or not other or other == answer:
        return
    before, after = pair.right[:place], pair.right[place + len(answer) :]
    if judge(pair.problem, f"{before}{other}{after}").outcome is Outcome.PASS:
        return
    for kind, text in _wrong_edits(answer, other):
        yield _judged(judge, kind, pair.problem, f"{before}{text}{after}", WRONG)
    yield _judged(judge, "denial", pair.problem, f"The answer is not {answer}.", WRONG)
    for text in _near(answer):
        yield _judged(judge, "edited answer", pair.problem, f"{before}{text}{after}", MOSTLY_WRONG)


def _wrong_edits(answer: str, other: str) -> Iterator[tuple[str, str]]:
    yield "hedge", f"{answer} or {other}"
    yield "hedge", f"{other} or {answer}"
    yield "denial", f"not {answer}"
    yield "huge answer", answer * (HUGE // len(answer))
    if os.environ.get(CANARY):
        yield "code to execute", f"__import__('pathlib').Path({os.environ[CANARY]!r}).touch() or {answer!r}"


def _near(answer: str) -> Iterator[str]:
    """Answers one slip away: a digit more, a character less, another first digit."""
    yield f"{answer}1"
    yield answer[:-1]
    digit = next((char for char in answer if char.isdigit()), "")
    if digit:
        yield answer.replace(digit, str((int(digit, 10) + 1) % 10), 1)


def _judged(judge: Judge, kind: str, problem: Problem, text: str, expected: str) -> tuple[Row, Verdict]:
    return Row(kind, problem, text, expected), judge(problem, text)
