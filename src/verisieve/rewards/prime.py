"""Prime Intellect's `verifiers`: a task set over the export `verifiers`, in a module of yours named as its id.

    from verisieve.rewards import prime

    Tasks = prime.taskset("out/data/verifiers/train.jsonl")
    __all__ = ["Tasks"]

What could not be judged raises UnscoredError, which makes the rollout an errored one: it has no reward.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from verisieve import reading
from verisieve.errors import InputError, UsageError
from verisieve.rewards import areward, sure


def taskset(path: str) -> Any:
    """Return a Taskset class whose tasks are the rows of this file, each rewarded by its verdict."""
    vf = import_module("verifiers.v1")  # by name: the project's own folder is called like that

    class Data(vf.TaskData):  # type: ignore[misc,name-defined]
        ground_truth: str

    class Task(vf.Task[Data]):  # type: ignore[misc,name-defined]
        @vf.reward  # type: ignore[untyped-decorator]
        async def verdict(self, trace: Any) -> float:
            found = await areward(self.data.ground_truth, trace.last_reply)
            trace.info["verisieve"] = {"outcome": found.outcome, "reason": found.reason}
            return sure(found, None)

    class Tasks(vf.Taskset[Task]):  # type: ignore[misc,name-defined]
        def load(self) -> Iterator[Task]:
            for row in _rows(path):
                yield Task(Data(**row), self.config.task)

    return Tasks


def _rows(path: str) -> Iterator[dict[str, str]]:
    reading.check_readable([path])
    for place, row in reading.values(path):
        if isinstance(row, InputError):
            raise UsageError(f"{path}:{place.line}: {row}")
        yield row
