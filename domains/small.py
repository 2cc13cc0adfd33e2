"""A domain from three functions: one makes a problem, one judges an answer, one writes right and wrong answers.

    domain = SmallDomain(name="chess", version="1", package=__name__, make=make, judge=judge, answer=answer)

The answer is the one value of a line `Answer: …` (or of another field, or the whole reply). Two different values that
are answers are a hedge, and a reply without one is no answer. Prompts and golden rows lie beside the module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from verisieve.domains import Reply, Trial, read_prompts, read_trials
from verisieve.errors import UsageError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.claims import MAX_TEXT, HedgedError, claim
from verisieve.verifiers.replies import visible

Truth = Mapping[str, Json]
LEVELS = 3  # what problems without a fixed difficulty have, in turn


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallDomain:
    """A domain by three functions.

    `make(rng, level)` gives a prompt and a truth; `judge(answer, truth)` says whether an answer is right, None for a
    text that is none; `answer(truth, rng, right)` writes one. Without `field` the whole reply is the answer.
    """

    name: str
    version: str
    package: str
    make: Callable[[Random, int], tuple[str, Truth]]
    judge: Callable[[str, Truth], bool | None]
    answer: Callable[[Truth, Random, bool], str]
    field: str | None = "Answer"
    reasons: frozenset[str] = frozenset({"wrong_answer", "no_answer", "hedged", "too_long"})

    @property
    def prompts(self) -> Mapping[str, str]:
        """The files of `prompts/` beside the module."""
        return read_prompts(self.package)

    def problems(
        self, seed: int, count: int, *, families: Sequence[str] = (), difficulty: int | None = None
    ) -> Iterator[Problem]:
        """Make problems, of the levels in turn unless one is fixed."""
        if families:
            raise UsageError(f"domain {self.name!r} has no families")
        for index in range(count):
            level = difficulty or index % LEVELS + 1
            prompt, truth = self.make(Random(f"{self.name}:{seed}:{index}"), level)
            identity = f"{self.name}-{seed}-{index}"
            yield Problem(domain=self.name, id=identity, prompt=prompt, truth=truth, meta={"difficulty": level})

    def trials(self) -> Iterable[Trial]:
        """The golden rows of `trials.jsonl` beside the module."""
        return read_trials(self.package)

    def check(self, problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
        """Judge the one answer of a reply; what `judge` raises is a fault of the checker."""
        return [self._checked(problem.truth, text)]

    def _checked(self, truth: Truth, text: str) -> Check:
        if len(text) > MAX_TEXT:
            return Check(name="answer", outcome=Outcome.LIMIT, reason="too_long")
        try:
            found = self._found(truth, text)
        except HedgedError:
            return Check(name="answer", outcome=Outcome.FAIL, reason="hedged")
        right = None if found is None else self.judge(found, truth)
        if right is None:
            return Check(name="answer", outcome=Outcome.NO_ANSWER, reason="no_answer", answer=found)
        if not right:
            return Check(name="answer", outcome=Outcome.FAIL, reason="wrong_answer", answer=found)
        return Check(name="answer", outcome=Outcome.PASS, answer=found)

    def _found(self, truth: Truth, text: str) -> str | None:
        if self.field is None:
            return visible(text).strip() or None
        return claim(text, self.field, lambda value: self.judge(value, truth) is not None)

    def reply(self, problem: Problem, rng: Random, *, right: bool) -> Reply:
        """Answer rightly or wrongly on purpose."""
        said = self.answer(problem.truth, rng, right)
        text = said if self.field is None else f"Let me think.\n{self.field}: {said}"
        return Reply(text=text, right=right, operator="right" if right else "wrong")
