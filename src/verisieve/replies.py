"""The body of a chat completion into what is kept of it. Trusts nothing in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import NamedTuple

from verisieve import quickjson
from verisieve.errors import ModelError
from verisieve.records import Json, Usage

CUT = ("length", "max_tokens", "content_filter")  # ends that may leave no text at all


class UnusableReplyError(ModelError):
    """A reply that came with success and is no completion all the same; asking again may help."""

    def __init__(self, message: str, usage: Usage | None = None) -> None:
        super().__init__(f"unusable reply: {message}")
        self.usage = usage  # what it cost all the same


class Reply(NamedTuple):
    """What is kept of a reply."""

    text: str
    usage: Usage | None
    finish_reason: str | None
    extra: dict[str, Json]


def read(body: bytes) -> Reply:
    """Read a body; raise UnusableReplyError for one that holds no completion."""
    try:
        value = _decode(body)
    except (ValueError, RecursionError) as error:
        raise UnusableReplyError(f"bad JSON: {type(error).__name__} in {len(body)} bytes") from error
    if not isinstance(value, dict):
        raise UnusableReplyError("no object")
    usage = _usage(value.get("usage"))
    choices = value.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise UnusableReplyError(f"error: {message(value)}" if "error" in value else "no choices", usage)
    choice = choices[0]
    spoken = choice.get("message")
    if not isinstance(spoken, dict):
        raise UnusableReplyError("no message", usage)
    reason = choice.get("finish_reason")
    reason = reason if isinstance(reason, str) else None
    text, extra = _text(spoken), _extra(spoken, choice)
    if text is None:
        if reason not in CUT and "refusal" not in extra:
            raise UnusableReplyError("content is null", usage)
        text = ""
    return Reply(text, usage, reason, extra)


def message(value: Json) -> str:
    """Return what an error body says, in one line of bounded length."""
    said = value.get("error", value) if isinstance(value, Mapping) else value
    if isinstance(said, Mapping):
        said = said.get("message") or said.get("code") or json.dumps(said)
    return " ".join(str(said).split())[:300]


def explain(body: bytes) -> tuple[str, str]:
    """Return the error code and the message of a body that came without success."""
    try:
        value = _decode(body)
    except (ValueError, RecursionError):
        return "", " ".join(body[:300].decode(errors="replace").split())
    error = value.get("error") if isinstance(value, dict) else None
    code = error.get("code") or error.get("type") if isinstance(error, dict) else ""
    return str(code or ""), message(value)


def _decode(body: bytes) -> Json:
    try:
        return quickjson.decode(body)
    except (ValueError, RecursionError):
        return _DECODER.decode(body.decode())


def _finite(text: str) -> float | None:
    """Read a number; some servers write -Infinity or 1e999 among logprobs, which is not JSON to others."""
    value = float(text)
    return value if isfinite(value) else None


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_finite)


def _text(spoken: Mapping[str, Json]) -> str | None:
    content = spoken.get("content")
    if isinstance(content, list):  # some servers answer in parts
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str)) or None
    return content if isinstance(content, str) else None


def _extra(spoken: Mapping[str, Json], choice: Mapping[str, Json]) -> dict[str, Json]:
    """What comes beside the text: reasoning (by either of its names), a refusal, logprobs."""
    extra: dict[str, Json] = {}
    if (thoughts := spoken.get("reasoning_content") or spoken.get("reasoning")) and isinstance(thoughts, str):
        extra["reasoning_content"] = thoughts
    if (refusal := spoken.get("refusal")) and isinstance(refusal, str):
        extra["refusal"] = refusal
    logprobs = choice.get("logprobs")
    if isinstance(logprobs, dict):
        extra["logprobs"] = logprobs
    return extra


def _usage(value: Json) -> Usage | None:
    if not isinstance(value, dict):
        return None
    asked, told = value.get("prompt_tokens"), value.get("completion_tokens")
    if type(asked) is not int or type(told) is not int or asked < 0 or told < 0:
        return None
    return Usage(prompt_tokens=asked, completion_tokens=told)
