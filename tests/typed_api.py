"""The public API as a user's type checker sees it: `make check` runs mypy over this file, and nothing runs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import assert_type

from verisieve import bench, domains, export, pipeline, reading, records, report, rewards, rows, scale, store, workers
from verisieve.domains import Domain, Reply, Trial
from verisieve.sandboxes import Job, Run, Sandbox
from verisieve.sandboxes.opening import open_sandbox


def reads_and_verifies() -> None:
    """Rows in, lines out, on one machine and on many."""
    assert_type(reading.read(["a.jsonl"]), Iterator[rows.Row | rows.BadRow])
    with store.Store(":memory:") as opened:
        assert_type(pipeline.verify(reading.read(["a.jsonl"]), opened), Iterator[workers.Line])
        assert_type(scale.verify(["a.jsonl"], opened, workers=8), Iterator[workers.Line])


def looks_at_a_verdict(verdict: records.Verdict) -> None:
    """A verdict's parts have types of ours, and it cannot be changed."""
    assert_type(verdict.outcome, records.Outcome)
    assert_type(verdict.answer, str | None)
    assert_type(verdict.checks, Sequence[records.Check])
    verdict.seconds = 1.0  # type: ignore[misc]


def scores(row: dict[str, object]) -> None:
    """A reward may be missing, which a caller has to see."""
    assert_type(rewards.pack(row), str)
    assert_type(rewards.rewards([""], [""])[0].score, float | None)


def writes() -> None:
    """What is made of a run."""
    for file in export.write(Path("out"), Path("data"), ["jsonl"]).files:
        assert_type(file.path, str)
    report.write(Path("out"), Path("report.html"))
    bench.tally([], ks=(1,))


class MySandbox:
    """A back end of a user's."""

    name = "mine"
    layers = ("microvm",)

    def run(self, job: Job) -> Run: ...  # type: ignore[empty-body]
    def close(self) -> None: ...


class MyDomain:
    """A domain of a user's."""

    name = "mine"
    version = "1"
    prompts = {"solve": "{{prompt}}"}  # noqa: RUF012  # as users write it
    reasons = frozenset({"wrong"})

    def problems(
        self, seed: int, count: int, *, families: Sequence[str] = (), difficulty: int | None = None
    ) -> Iterator[records.Problem]:
        return iter(())

    def trials(self) -> Iterator[Trial]:
        return iter(())

    def check(self, problem: records.Problem, text: str, sandbox: Sandbox) -> Sequence[records.Check]:
        return [records.Check(name="mine", outcome=records.Outcome.PASS)]

    def reply(self, problem: records.Problem, rng: Random, *, right: bool) -> Reply:
        return Reply(text="", right=right, operator="plain")


sandbox: Sandbox = MySandbox()
domain: Domain = MyDomain()
responder: domains.Responder = MyDomain()
assert_type(open_sandbox(), Sandbox)
