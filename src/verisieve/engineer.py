"""Rows of many tasks from problems: made, verified at once, and only survivors written.

Knows no task: the problem's domain makes the rows, and its ordinary check judges them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from verisieve import domains, reading, voting
from verisieve.commands import replacing
from verisieve.domains import Domain
from verisieve.domains.engineering import Engineer, Made, UnusableError, check_tasks
from verisieve.errors import SandboxError, TruthError, UsageError
from verisieve.judge import UsedSandbox, seal
from verisieve.records import Completion, Json, Outcome, Problem
from verisieve.rows import BadRow, dump, input_row, output_row


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows written by task, rows and problems dropped by task and reason, and inputs that were no rows."""

    kept: Counter[str] = field(default_factory=Counter)
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)
    bad: list[BadRow] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """How much could not be judged for a fault of ours or of the data."""
        return len(self.bad) + sum(number for (_, why), number in self.dropped.items() if why.startswith("error"))


@dataclass(frozen=True, slots=True)
class _Maker:
    """A domain that makes rows, and what was asked of it."""

    domain: Domain
    engineer: Engineer
    tasks: Sequence[str]
    seed: int
    per: int
    prompts_only: bool


def engineer_files(
    inputs: Sequence[str],
    out: str | Path,
    sandbox: UsedSandbox,
    *,
    domain: str = "code",
    fixture: str | None = None,
    tasks: Sequence[str] = (),
    procedural: int = 0,
    seed: int = 0,
    per: int = 1,
    prompts_only: bool = False,
) -> Counts:
    """Make rows of a domain's problems into `out`, return what became of them; raise UsageError for bad options."""
    maker = _maker(domains.load(domain, over=fixture), tasks, seed, per, prompts_only)
    reading.check_readable(inputs)
    if not inputs and not procedural:
        raise UsageError("nothing to make rows of: name an INPUT or give --procedural N")
    if Path(out).resolve() in {Path(path).resolve() for path in inputs if path != "-"}:
        raise UsageError(f"{out}: the output would replace an input")
    counts = Counts()
    problems = chain(_read(inputs, maker.domain, sandbox, counts), maker.domain.problems(seed, procedural))
    with replacing(out) as stream:
        for row in _rows(problems, sandbox, counts, maker):
            stream.write(dump(row))
    return counts


def _maker(domain: Domain, tasks: Sequence[str], seed: int, per: int, prompts_only: bool) -> _Maker:
    if not isinstance(domain, Engineer):
        raise UsageError(f"domain {domain.name!r} makes no rows of its problems")
    chosen = tuple(dict.fromkeys(tasks)) or tuple(domain.engineering.MAKERS)
    check_tasks(chosen, domain.engineering.MAKERS)
    return _Maker(domain, domain, chosen, seed, per, prompts_only)


def _read(inputs: Sequence[str], domain: Domain, sandbox: UsedSandbox, counts: Counts) -> Iterator[Problem]:
    """Every problem of the domain that is to be solved, once; a new problem by a model where it passes its gates."""
    seen: set[str] = set()
    for row in reading.asked(inputs, domain=domain.name):
        if isinstance(row, BadRow):
            counts.bad.append(row)
            continue
        problem = _to_solve(row, domain, sandbox, counts)
        if problem is not None and problem.id not in seen:
            seen.add(problem.id)
            yield problem


def _to_solve(row: Completion, domain: Domain, sandbox: UsedSandbox, counts: Counts) -> Problem | None:
    problem = row.problem
    if problem.domain == domain.name and problem.truth.get("task", "solve") == "solve":
        return problem
    invented = voting.to_solve(row) if problem.domain == domain.name else None
    verdict = seal(domain, row, sandbox) if invented else None
    if verdict is not None and verdict.outcome is Outcome.PASS:
        return invented
    why = f"{verdict.outcome} ({verdict.reason})" if verdict else f"no_{domain.name}_to_solve"
    counts.dropped["problem", why] += 1
    return None


def _rows(
    problems: Iterable[Problem], sandbox: UsedSandbox, counts: Counts, maker: _Maker
) -> Iterator[dict[str, Json]]:
    engineer = maker.engineer.engineering.engineer
    for problem in problems:
        try:
            for made, asked in engineer(problem, sandbox, tasks=maker.tasks, seed=maker.seed, per=maker.per):
                row = (_asked if maker.prompts_only else _verified)(made, asked, sandbox, counts, maker)
                if row is not None:
                    counts.kept[made.task] += 1
                    yield row
        except UnusableError as error:
            counts.dropped["problem", str(error)] += 1
        except TruthError as error:
            counts.dropped["problem", f"error ({error.reason})"] += 1
        except SandboxError:
            counts.dropped["problem", "error (sandbox_failed)"] += 1


def _asked(made: Made, problem: Problem, sandbox: UsedSandbox, counts: Counts, maker: _Maker) -> dict[str, Json]:
    """The row as a model is asked, without a response."""
    truth = {key: value for key, value in problem.truth.items() if key != "known"}
    return {
        "id": problem.id,
        "domain": problem.domain,
        "prompt": problem.prompt,
        "rendered": maker.engineer.engineering.shown(made),
        "truth": truth,
        "meta": dict(problem.meta),
    }


def _verified(
    made: Made, problem: Problem, sandbox: UsedSandbox, counts: Counts, maker: _Maker
) -> dict[str, Json] | None:
    """The row with its response and verdict, None where it did not pass."""
    if made.reply is None:
        counts.dropped[made.task, "no_known_response"] += 1
        return None
    extra: dict[str, Json] = {"label": "pass", "rendered": maker.engineer.engineering.shown(made)}
    completion = Completion(problem=problem, text=made.reply, model="engineered", extra=extra)
    verdict = seal(maker.domain, completion, sandbox)
    if verdict.outcome is not Outcome.PASS:
        wrong = "error" if verdict.outcome is Outcome.ERROR else str(verdict.outcome)
        counts.dropped[made.task, f"{wrong} ({verdict.reason})"] += 1
        return None
    told = output_row(verdict)
    kept = {key: told[key] for key in ("outcome", "answer", "checks", "verifier", "sandbox")}
    return {**input_row(verdict.completion), "verdict": kept}
