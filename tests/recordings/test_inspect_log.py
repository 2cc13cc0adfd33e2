"""Logs of Inspect: what a sample's end, scores and input are read as."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from verisieve.recordings import inspect_log
from verisieve.recordings.records import Aside, Sample

HEADER = {"version": 2, "status": "success", "eval": {"task": "own", "model": "mockllm/model"}}


def output(text: str | None = "2", stop: str = "stop", **more: Any) -> dict[str, Any]:
    """What a model gave, as a log has it."""
    message = {"role": "assistant", "content": text}
    return {"model": "m", "choices": [{"message": message, "stop_reason": stop}], "completion": text, **more}


def read(folder: Path, **changed: Any) -> Sample | Aside:
    """What is read of a log with one sample."""
    sample = {"id": 1, "epoch": 2, "input": "1+1?", "target": "2", "output": output(), "scores": {}, **changed}
    path = folder / "log.json"
    path.write_text(json.dumps({**HEADER, "samples": [sample]}), encoding="utf-8")
    (item,) = inspect_log.read([path])
    return item


ENDS = [
    ({}, None, ""),
    ({"error": {"message": "broke", "traceback": ""}}, "error", "error: broke"),
    ({"limit": {"type": "token", "limit": 100}}, "cut_off", "limit of token: 100"),
    ({"output": output("It is", "max_tokens")}, "cut_off", "stop_reason is max_tokens"),
    ({"output": output("It is", "model_length")}, "cut_off", "stop_reason is model_length"),
    ({"output": output("", "content_filter")}, "filtered", "stop_reason is content_filter"),
    ({"output": output("", error="overloaded")}, "error", "output.error: overloaded"),
    ({"output": {"choices": []}}, "no_text", "no reply in the log"),
]


@pytest.mark.parametrize(("changed", "kind", "why"), ENDS)
def test_how_a_sample_ended(tmp_path: Path, changed: dict[str, Any], kind: str | None, why: str) -> None:
    """Errors, limits, cut replies and filters set a sample apart, with the log's own words."""
    item = read(tmp_path, **changed)

    assert isinstance(item, Sample)
    assert (item.apart, item.why, item.sample) == (kind, why, 1)


SCORES = [
    ({"value": "C", "answer": "2"}, [("s", True)]),
    ({"value": "I"}, [("s", False)]),
    ({"value": "N"}, [("s", False)]),
    ({"value": "P"}, [("s", None)]),
    ({"value": 1.0}, [("s", True)]),
    ({"value": 0.5}, [("s", None)]),
    ({"value": False}, [("s", False)]),
    ({"value": {"a": 1, "b": "I"}}, [("s.a", True), ("s.b", False)]),
    ({"value": [1, 0]}, [("s", None)]),
    ("C", [("s", None)]),
]


@pytest.mark.parametrize(("score", "claims"), SCORES)
def test_what_a_score_says(tmp_path: Path, score: Any, claims: list[tuple[str, bool | None]]) -> None:
    """Letters, numbers, booleans, and several values under one scorer; what is neither right nor wrong is neither."""
    item = read(tmp_path, scores={"s": score})

    assert isinstance(item, Sample)
    assert [(claim.name, claim.said) for claim in item.claims] == claims


def test_inputs_of_messages_and_replies_of_parts(tmp_path: Path) -> None:
    """What users say is what was asked; the text parts of a reply are its text, what it reasons is not."""
    parts = [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "2"}]
    given = [{"role": "system", "content": "Add."}, {"role": "user", "content": [{"type": "text", "text": "1+1?"}]}]
    item = read(tmp_path, input=given, output={"choices": [{"message": {"content": parts}, "stop_reason": "stop"}]})

    assert isinstance(item, Sample)
    assert (item.asked, item.response, item.source["input"]) == (("1+1?",), "2", "1+1?")


def test_text_that_is_held_apart_is_fetched(tmp_path: Path) -> None:
    """A reply may stand in the sample's attachments; one that is not there is an error, not a reply."""
    held = output("attachment://0f")
    there, lost = read(tmp_path, output=held, attachments={"0f": "So 2."}), read(tmp_path, output=held)

    assert isinstance(there, Sample)
    assert there.response == "So 2."
    assert isinstance(lost, Aside)
    assert lost.field == "attachments.0f"
