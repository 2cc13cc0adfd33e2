"""OpenAI batch files: three files joined by custom_id; what failed, was cut off or never answered stands apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from verisieve.recordings import batch
from verisieve.recordings.records import Aside, Sample

CHAT = "/v1/chat/completions"


def request(identity: str, text: str = "1+1?") -> dict[str, Any]:
    """A line of an input file."""
    body = {"model": "m", "messages": [{"role": "system", "content": "Add."}, {"role": "user", "content": text}]}
    return {"custom_id": identity, "method": "POST", "url": CHAT, "body": body}


def reply(identity: str, *choices: dict[str, Any], status: int = 200, error: Any = None) -> dict[str, Any]:
    """A line of an output or error file."""
    body = {"object": "chat.completion", "model": "m-1", "choices": list(choices)}
    response = {"status_code": status, "request_id": "r", "body": body}
    return {"id": "b", "custom_id": identity, "response": response, "error": error}


def said(text: str | None, ended: str = "stop", **more: Any) -> dict[str, Any]:
    """One choice of a reply."""
    return {"index": 0, "message": {"role": "assistant", "content": text, **more}, "finish_reason": ended}


def read(folder: Path, **files: list[Any]) -> list[str]:
    """What is read of files, each in a few words."""
    paths = []
    for name, lines in files.items():
        paths.append(folder / f"{name}.jsonl")
        paths[-1].write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return [described(item) for item in batch.read(paths)]


def described(item: Sample | Aside) -> str:
    """A few words on an item."""
    if isinstance(item, Aside):
        return f"{item.kind} {item.id} {item.field}: {item.message}"
    return f"{item.apart or 'reply'} {item.ids[0]} {item.sample}: {item.why or item.response}"


CASES = [  # the reply's line, and what is made of it
    (reply("a", said("2")), ["reply a None: 2"]),
    (reply("a", said("2"), said("3")), ["reply a None: 2", "reply a 1: 3"]),
    (reply("a", said("It is", "length")), ["cut_off a None: finish_reason is length"]),
    (reply("a", said(None, "content_filter")), ["filtered a None: finish_reason is content_filter"]),
    (reply("a", said(None, refusal="I cannot say 2.")), ["reply a None: "]),
    (reply("a", said(None, "tool_calls")), ["no_text a None: no text; finish_reason is tool_calls"]),
    (reply("a", status=429, error=None), ["error a None: status 429"]),
    (
        {"custom_id": "a", "response": None, "error": {"code": "expired", "message": "late"}},
        ["error a None: expired: late"],
    ),
    (reply("a"), ["unreadable a response.body.choices: no choices"]),
    (
        reply("a", {"message": {"content": 7}}),
        ["unreadable a response.body.choices[0].content: must be a string, not an integer"],
    ),
    ({"custom_id": "a", "response": 7}, ["unreadable a response.body: missing; must be an object"]),
    ({"custom_id": 7, "response": {}}, ["unreadable  custom_id: must be a string, not an integer"]),
    (
        {
            "custom_id": "a",
            "response": {
                "status_code": 200,
                "body": {
                    "status": "completed",
                    "output": [{"type": "message", "content": [{"type": "output_text", "text": "2"}]}],
                },
            },
        },
        ["reply a None: 2"],
    ),
    (
        {
            "custom_id": "a",
            "response": {
                "body": {"status": "incomplete", "output": [], "incomplete_details": {"reason": "max_output_tokens"}}
            },
        },
        ["cut_off a None: finish_reason is length"],
    ),
]


@pytest.mark.parametrize(("line", "made"), CASES)
def test_each_kind_of_reply(tmp_path: Path, line: Any, made: list[str]) -> None:
    """A line of an output or error file gives replies, or says why it gives none."""
    found = read(tmp_path, out=[line], asked=[request("a")])

    assert [text for text in found if not text.startswith("no_reply")] == made


def test_no_request_and_no_duplicate_is_lost(tmp_path: Path) -> None:
    """Requests without a reply, requests and replies that come twice, and replies without a request are all there."""
    found = read(
        tmp_path,
        asked=[request("a"), request("b"), request("a"), "oops"],
        out=[reply("a", said("2")), reply("a", said("3")), reply("z", said("4"))],
    )

    assert sorted(found) == [
        "no_reply b None: no line of an output or error file answers it",
        "repeated a custom_id: custom_id was answered before",
        "repeated a custom_id: custom_id was seen before",
        "reply a None: 2",
        "reply z None: 4",
        "unreadable  : a record is an object, not str",
    ]


def test_the_request_says_what_was_asked(tmp_path: Path) -> None:
    """The user's words and the model of the request come with the reply; the last question comes first."""
    path = tmp_path / "both.jsonl"
    path.write_text(f"{json.dumps(request('a', 'Why?'))}\n{json.dumps(reply('a', said('So.')))}\n", encoding="utf-8")
    (sample,) = batch.read([path])

    assert isinstance(sample, Sample)
    assert (sample.asked, sample.model) == (("Why?",), "m")
