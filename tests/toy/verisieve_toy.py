"""A domain for tests of the spine: the reply itself says what the checker does."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from verisieve.domains import Reply, Trial
from verisieve.errors import SandboxError, TruthError
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import Sandbox


class Toy:
    """Right is the number in the truth; some replies are orders to misbehave."""

    name = "toy"
    version = "1"
    prompts: Mapping[str, str] = {"solve": "Say the number. {{prompt}}"}
    reasons = frozenset({"wrong_answer"})

    def problems(
        self, seed: int, count: int, *, families: Sequence[str] = (), difficulty: int | None = None
    ) -> Iterator[Problem]:
        for index in range(count):
            number = Random(f"toy:{seed}:{index}").randrange(10**9)
            yield Problem(domain="toy", id=f"toy-{seed}-{index}", prompt=f"Say {number}.", truth={"answer": number})

    def trials(self) -> Iterator[Trial]:
        problem = Problem(domain="toy", id="t", prompt="Say 1.", truth={"answer": 1})
        yield Trial(problem=problem, text="1", outcome=Outcome.PASS, why="the number")
        yield Trial(problem=problem, text="2", outcome=Outcome.FAIL, why="another number")

    def check(self, problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
        order, _, rest = text.partition(":")
        if order == "die":
            os.abort()
        if order == "die-once" and _first(rest):
            os.abort()
        if order == "mark":
            text = _mark(Path(rest), problem.id)
        if order == "hang":
            time.sleep(3600)
        if order == "sandbox-fails" or (order == "sandbox-fails-once" and _first(rest)):
            raise SandboxError("no engine")
        if order == "crash":
            raise ZeroDivisionError("on purpose")
        if order == "not-json":
            return [Check(name="toy", outcome=Outcome.PASS, evidence={"x": object()})]
        if "answer" not in problem.truth:
            raise TruthError("answer", "missing")
        right = text == str(problem.truth["answer"])
        reason = "" if right else "wrong_answer"
        return [Check(name="toy", outcome=Outcome.PASS if right else Outcome.FAIL, reason=reason, answer=text[:80])]

    def reply(self, problem: Problem, rng: Random, *, right: bool) -> Reply:
        number = problem.truth["answer"] + (0 if right else rng.randrange(1, 9))
        return Reply(text=str(number), right=right, operator="plain" if right else "shift")


def _mark(folder: Path, identity: str) -> str:
    """Leave a trace under the parent of who had this judged (of an actor, its node), take a little time, be right."""
    above = Path(f"/proc/{os.getppid()}/stat").read_text().rpartition(")")[2].split()[1]
    with (folder / above).open("a") as trace:
        trace.write(identity + "\n")
    time.sleep(0.03)
    return "1"


def _first(path: str) -> bool:
    """Return whether nobody made this file before."""
    try:
        Path(path).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


domain = Toy()
