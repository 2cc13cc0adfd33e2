"""Inspect runs the exported samples with its mock model and our scorer."""

from __future__ import annotations

import asyncio
from math import isnan
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from exported import DATA, replies, rows
from inspect_ai import Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import Sample, json_dataset
from inspect_ai.log import read_eval_log
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.solver import generate

from verisieve.rewards.inspect_ai import verified

BROKEN = '{"id": "x", "domain": "math", "prompt": "", "truth": {}}'


def ran(dataset: Any, said: list[str], folder: Path) -> Any:
    """Evaluate samples, the mock model saying one text to each in turn; the log as it is on disk."""
    outputs = [ModelOutput.from_content("mockllm/model", text) for text in said]
    for output in outputs:
        output.usage = ModelUsage()  # else it counts tokens, by a table from the network
    task = Task(dataset=dataset, solver=generate(), scorer=verified())
    model = get_model("mockllm/model", custom_outputs=outputs)
    (log,) = evaluate(task, model, log_dir=str(folder), display="none", max_connections=1, max_samples=1)
    return read_eval_log(log.location)


def test_samples_run(tmp_path: Path) -> None:
    """Right replies to exported samples are correct, in order."""
    samples = json_dataset(str(DATA / "inspect" / "train.jsonl"))
    right = {packed: text for packed, text, label in replies() if label}
    told = [right[sample.metadata["ground_truth"]] for sample in samples]
    log = ran(samples, told, tmp_path)
    assert log.status == "success"
    assert len(log.samples) == len(rows("inspect"))
    assert log.results.scores[0].metrics["accuracy"].value == 1.0


def test_every_reply_of_the_run_has_its_score(tmp_path: Path) -> None:
    """Right and wrong replies get what the run's verdicts were; what cannot be judged is left out of the accuracy."""
    known = [*replies(), (BROKEN, "2", float("nan"))]
    dataset = [
        Sample(input="?", id=str(i + 1), metadata={"ground_truth": packed}) for i, (packed, _, _) in enumerate(known)
    ]
    log = ran(dataset, [text for _, text, _ in known], tmp_path)
    values = {int(sample.id): sample.scores["verisieve"].value for sample in log.samples}
    wanted = [wanted for _, _, wanted in known]
    assert [values[i + 1] == "C" for i in range(len(known))] == [score == 1.0 for score in wanted]
    assert isnan(values[len(known)])
    assert log.results.scores[0].metrics["accuracy"].value == sum(wanted[:-1]) / len(wanted[:-1])


def test_samples_wait_side_by_side_and_may_be_cancelled() -> None:
    """More samples than threads there might be are scored at once; those that are cancelled hold nobody up."""
    packed, text, wanted = next(iter(replies()))
    state = SimpleNamespace(metadata={"ground_truth": packed}, output=SimpleNamespace(completion=text))

    async def ask() -> list[Any]:
        score = verified()
        tasks = [asyncio.create_task(score(state, None)) for _ in range(200)]
        await asyncio.sleep(0)
        for task in tasks[:150]:
            task.cancel()
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    found = asyncio.run(ask())
    assert all(isinstance(each, asyncio.CancelledError) for each in found[:150])
    assert {each.value == "C" for each in found[150:]} == {wanted == 1.0}
