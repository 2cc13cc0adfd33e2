"""Rows of many tasks from problems: made, verified at once, and only survivors written.

Knows no task: the problem's domain makes the rows, and its ordinary check judges them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path

from verisieve import domains, reading, voting
from verisieve.commands import default_workers, replacing
from verisieve.domains import Domain
from verisieve.domains.engineering import Engineer, Made, UnusableError, check_tasks
from verisieve.errors import SandboxError, TruthError, UsageError
from verisieve.judge import UsedSandbox, seal
from verisieve.pipeline import Slot, in_order
from verisieve.records import Completion, Json, Outcome, Problem
from verisieve.rows import BadRow, dump, input_row, output_row
from verisieve.workers import ROW_SECONDS, Line, Pool, Work, decode, encode

_GIVEN, _OWN = b"r", b"p"  # tasks: a row of the input, and a problem of the domain's own, which is taken as it is


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
    *,
    domain: str = "code",
    fixture: str | None = None,
    tasks: Sequence[str] = (),
    procedural: int = 0,
    seed: int = 0,
    per: int = 1,
    prompts_only: bool = False,
    sandbox: str = "auto",
    workers: int | None = None,
) -> Counts:
    """Make rows of a domain's problems into `out`, in their order; return what became of them.

    Raises UsageError for bad options.
    """
    maker = _maker(domain, fixture, tuple(tasks), seed, per, prompts_only)
    reading.check_readable(inputs)
    if not inputs and not procedural:
        raise UsageError("nothing to make rows of: name an INPUT or give --procedural N")
    if Path(out).resolve() in {Path(path).resolve() for path in inputs if path != "-"}:
        raise UsageError(f"{out}: the output would replace an input")
    counts = Counts()
    own = (Completion(problem=problem, text="") for problem in maker.domain.problems(seed, procedural))
    items = chain(_read(inputs, maker.domain, counts), ((_OWN, problem) for problem in own))
    asked: dict[str, Json] = {"domain": domain, "fixture": fixture, "tasks": list(tasks), "seed": seed, "per": per}
    work = Work(
        place=f"{__name__}:engineered", failed=_failed, options={**asked, "prompts_only": prompts_only}, in_flight=1
    )
    patience = ROW_SECONDS * per * len(maker.tasks)
    pool = Pool(workers or default_workers(), sandbox=sandbox, row_seconds=patience, work=work)
    try:
        with replacing(out) as stream:
            for row in _merged(in_order(items, pool, _admit, lambda done: None), counts):
                stream.write(dump(row))
    finally:
        pool.close()
    return counts


@cache
def _maker(domain: str, fixture: str | None, tasks: tuple[str, ...], seed: int, per: int, prompts_only: bool) -> _Maker:
    loaded = domains.load(domain, over=fixture)
    if not isinstance(loaded, Engineer):
        raise UsageError(f"domain {loaded.name!r} makes no rows of its problems")
    chosen = tuple(dict.fromkeys(tasks)) or tuple(loaded.engineering.MAKERS)
    check_tasks(chosen, loaded.engineering.MAKERS)
    return _Maker(loaded, loaded, chosen, seed, per, prompts_only)


def _read(inputs: Sequence[str], domain: Domain, counts: Counts) -> Iterator[tuple[bytes, Completion]]:
    for row in reading.asked(inputs, domain=domain.name):
        if isinstance(row, BadRow):
            counts.bad.append(row)
        else:
            yield _GIVEN, row


def _admit(item: tuple[bytes, Completion]) -> tuple[Slot, bytes]:
    kind, row = item
    return Slot(), kind + encode(row)


def engineered(
    task: bytes,
    sandbox: UsedSandbox,
    *,
    domain: str,
    fixture: str | None,
    tasks: Sequence[str],
    seed: int,
    per: int,
    prompts_only: bool,
) -> Line:
    """Make all rows of one problem, in a worker: a line that holds them, and what was kept and dropped."""
    maker, counts = _maker(domain, fixture, tuple(tasks), seed, per, prompts_only), Counts()
    given, row = task.startswith(_GIVEN), decode(task[1:])
    problem = _to_solve(row, maker.domain, sandbox, counts) if given else row.problem
    rows = list(_rows(problem, sandbox, counts, maker)) if problem else []
    return _line(problem.id if problem and given else "", rows, counts)


def _failed(task: bytes, reason: str, message: str) -> Line:
    counts = Counts()
    counts.dropped["problem", f"error ({reason})"] += 1
    return _line("", [], counts)


def _line(identity: str, rows: Sequence[Json], counts: Counts) -> Line:
    dropped = [[task, why, number] for (task, why), number in counts.dropped.items()]
    return Line(dump({"id": identity, "rows": rows, "kept": counts.kept, "dropped": dropped}), "", "pass", "")


def _merged(lines: Iterable[Line], counts: Counts) -> Iterator[dict[str, Json]]:
    """The rows of every problem, of those with one id only the first one's."""
    seen: set[str] = set()
    for line in lines:
        told = json.loads(line.body)
        if told["id"] in seen:
            continue
        seen |= {told["id"]} - {""}
        counts.kept.update(told["kept"])
        counts.dropped.update({(task, why): number for task, why, number in told["dropped"]})
        yield from told["rows"]


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


def _rows(problem: Problem, sandbox: UsedSandbox, counts: Counts, maker: _Maker) -> Iterator[dict[str, Json]]:
    engineer = maker.engineer.engineering.engineer
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
