"""Prime Intellect's verifiers loads our task set, makes an environment of it, and scores traces by our verifier."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
import verifiers.v1 as vf
from exported import DATA, replies, rows
from verifiers.v1.envs.single_agent import SingleAgentEnvConfig
from verifiers.v1.errors import TaskError
from verifiers.v1.trace import TraceTask
from verifiers.v1.utils.loaders import load_environment, taskset_class

from verisieve.rewards import pack

MODULE = f"""
from verisieve.rewards import prime

Tasks = prime.taskset({str(DATA / "verifiers" / "train.jsonl")!r})
__all__ = ["Tasks"]
"""


@pytest.fixture
def taskset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The task set, found by its id as verifiers finds any."""
    (tmp_path / "verisieve_tasks.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "verisieve_tasks", raising=False)
    found = taskset_class("verisieve-tasks")
    return found(vf.TasksetConfig(id="verisieve-tasks"))


def traced(task: Any, reply: str) -> Any:
    """A trace of one turn in which the model said this."""
    told = TraceTask(type=type(task).__name__, data=task.data, key=task.key, hash=task.hash)
    trace = vf.Trace(task=told, agent=vf.AgentInfo(config=vf.AgentConfig()))
    trace.root_reply = reply
    return trace


def test_tasks_are_the_exported_problems(taskset: Any) -> None:
    """Every row is a task with its own id, and an environment takes the set."""
    tasks = list(taskset)
    assert [task.data.id for task in tasks] == [row["id"] for row in rows("verifiers")]
    assert tasks[0].data.prompt == rows("verifiers")[0]["prompt"]
    environment = load_environment(SingleAgentEnvConfig(taskset={"id": "verisieve-tasks"}))
    assert type(environment.taskset).__name__ == "Tasks"


def test_every_reply_of_the_run_has_its_score(taskset: Any) -> None:
    """Right and wrong replies get what the run's verdicts were, all at once."""
    tasks = {task.data.ground_truth: task for task in taskset}
    known = [(tasks[packed], text, wanted) for packed, text, wanted in replies() if packed in tasks]
    traces = [traced(task, text) for task, text, _ in known]

    async def score() -> None:
        await asyncio.gather(*(task.score(trace) for (task, _, _), trace in zip(known, traces, strict=True)))

    asyncio.run(score())
    assert [trace.reward for trace in traces] == [wanted for _, _, wanted in known]
    assert {trace.info["verisieve"]["outcome"] for trace in traces} == {"pass", "fail"}


def test_what_cannot_be_judged_has_no_reward(taskset: Any) -> None:
    """The rollout is an errored one."""
    (task, *_) = taskset
    broken = task.with_data(ground_truth=pack({"id": "x", "domain": "math", "prompt": "", "truth": {}}))
    trace = traced(broken, "2")
    with pytest.raises(TaskError, match="broken_truth"):
        asyncio.run(broken.score(trace))
    assert trace.rewards == {"verdict": None}
