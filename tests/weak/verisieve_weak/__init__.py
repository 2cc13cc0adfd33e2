"""Weak domains, each in one way, for the tests of what finds them out. All ask for the same number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from verisieve.domains import Reply, Trial
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.sandboxes import Sandbox

Judge = Callable[[str, str], "bool | None"]
LINE = re.compile(r"^\s*Answer: (.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Weak:
    """A domain of sums with a judge of `(text, right)`."""

    name: str
    judge: Judge
    seeded: bool = True
    evidence: Callable[[str], Json] = str
    version: ClassVar[str] = "1"
    reasons: ClassVar[frozenset[str]] = frozenset({"wrong_answer", "no_answer"})
    prompts: ClassVar[dict[str, str]] = {"solve": "{{prompt}}"}

    def problems(
        self, seed: int, count: int, *, families: Sequence[str] = (), difficulty: int | None = None
    ) -> Iterator[Problem]:
        for index in range(count):
            rng = Random(f"{self.name}:{seed if self.seeded else 0}:{index}")
            one, other = rng.randrange(100, 999), rng.randrange(100, 999)
            yield Problem(
                domain=self.name,
                id=f"{self.name}-{seed}-{index}",
                prompt=f"{one} + {other}?",
                truth={"answer": str(one + other)},
            )

    def trials(self) -> Iterator[Trial]:
        problem = Problem(domain=self.name, id="t", prompt="1 + 1?", truth={"answer": "2"})
        yield Trial(problem=problem, text="Answer: 2", outcome=Outcome.PASS, why="right")
        yield Trial(problem=problem, text="Answer: 3", outcome=Outcome.FAIL, why="wrong")

    def check(self, problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
        right = self.judge(text, problem.truth["answer"])
        found = LINE.findall(text)
        answer = found[-1] if found else None
        evidence = {"seen": self.evidence(text)}
        if right is None:
            return [Check(name="answer", outcome=Outcome.NO_ANSWER, reason="no_answer", evidence=evidence)]
        outcome = Outcome.PASS if right else Outcome.FAIL
        reason = "" if right else "wrong_answer"
        return [Check(name="answer", outcome=outcome, reason=reason, answer=answer, evidence=evidence)]

    def reply(self, problem: Problem, rng: Random, *, right: bool) -> Reply:
        number = int(problem.truth["answer"]) + (0 if right else rng.randrange(1, 9))
        return Reply(text=f"Answer: {number}", right=right, operator="right" if right else "wrong")


def _whole(text: str, right: str) -> bool | None:
    found = LINE.findall(text)
    return found[-1] == right if found else None


def _contains(text: str, right: str) -> bool:
    return right in text


def _always(text: str, right: str) -> bool:
    return True


def _backtracks(text: str, right: str) -> bool | None:
    return None if re.match(r"(\(+)+x", text) else _whole(text, right)


def _untrimmed(text: str, right: str) -> bool:
    return text == f"Answer: {right}"


def _with_branches(text: str, right: str) -> bool | None:
    seen = 0
    while seen < 2:
        seen += 1
    if text.startswith("In words: "):
        return text.removeprefix("In words: ") == right[::-1]
    return _whole(text, right)


by_substring = Weak("by_substring", _contains)
by_hash = Weak("by_hash", _whole, evidence=lambda text: list(set(text.split())))
yes = Weak("yes", _always)
slow = Weak("slow", _backtracks)
seedless = Weak("seedless", _whole, seeded=False)
strict = Weak("strict", _untrimmed)
untried = Weak("untried", _with_branches)
