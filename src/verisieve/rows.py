"""Input and output rows: check each row at the door, encode rows as JSON lines. Reads no files, judges nothing."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

from verisieve import quickjson
from verisieve.errors import InputError
from verisieve.records import Completion, Json, Outcome, Problem, Reason, Verdict

UNCARRIED = ("rendered", "logprobs", "reasoning_content")  # long, and of no use to a verdict
MAX_DEPTH = 500  # of a row; a worker that reads it is deeper in its stack than we are
KNOWN = frozenset({"id", "domain", "prompt", "truth", "response", "responses", "model", "sample", *UNCARRIED})


class Place(NamedTuple):
    """Where a row came from; lines count from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One good row."""

    place: Place
    completion: Completion


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """One bad row, with what could still be read of it."""

    place: Place
    reason: str
    message: str
    field: str = ""
    id: str | None = None
    domain: str | None = None
    sample: int = 0
    extra: Mapping[str, Json] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        where = f"{self.place.file}:{self.place.line}"
        return f"{where}: {self.field}: {self.message}" if self.field else f"{where}: {self.message}"


def parse(value: Json, place: Place, *, domain: str | None = None) -> Iterator[Row | BadRow]:
    """Check one decoded row; `responses` gives one row per response, sample i being `responses[i]`."""
    if not isinstance(value, dict):
        yield BadRow(place=place, reason=Reason.BAD_ROW, message=f"a row is an object, not {_kind(value)}")
        return
    extra = {key: item for key, item in value.items() if key not in KNOWN}
    try:
        problem, model, sample = _problem(value, domain), _text(value, "model", ""), _sample(value)
        responses = _responses(value)
    except InputError as error:
        yield _bad(place, error, value, extra, domain)
        return
    for index, response in responses:
        if isinstance(response, str):
            number = sample if index is None else index
            completion = Completion(problem=problem, text=response, model=model, sample=number, extra=extra)
            yield Row(place=place, completion=completion)
        else:
            field = "response" if index is None else f"responses[{index}]"
            wrong = InputError(Reason.BAD_ROW, f"must be a string, not {_kind(response)}", field)
            yield _bad(place, wrong, {**value, "sample": index or 0}, extra, domain)


def input_row(completion: Completion) -> dict[str, Json]:
    """Return the input row of a completion: what `read` reads."""
    problem = completion.problem
    row: dict[str, Json] = {
        "id": problem.id,
        "domain": problem.domain,
        "prompt": problem.prompt,
        "truth": dict(problem.truth),
        "response": completion.text,
        "model": completion.model,
        "sample": completion.sample,
    }
    if problem.meta:
        row["meta"] = dict(problem.meta)
    if completion.usage:
        row["usage"] = {
            "prompt_tokens": completion.usage.prompt_tokens,
            "completion_tokens": completion.usage.completion_tokens,
        }
    for key in ("cost", "finish_reason"):
        if getattr(completion, key) is not None:
            row[key] = getattr(completion, key)
    return {**row, **completion.extra}


def output_row(verdict: Verdict) -> dict[str, Json]:
    """Return the output row of a verdict; carried keys follow, those that clash under `carried`."""
    completion = verdict.completion
    row: dict[str, Json] = {
        "id": completion.problem.id,
        "domain": completion.problem.domain,
        "sample": completion.sample,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "answer": verdict.answer,
        "checks": [
            {"name": check.name, "outcome": check.outcome.value, "evidence": dict(check.evidence)}
            for check in verdict.checks
        ],
        "verifier": verdict.verifier,
        "sandbox": verdict.sandbox,
        "seconds": round(verdict.seconds, 6),
    }
    return carry(row, completion.extra, completion.model)


def bad_output_row(bad: BadRow) -> dict[str, Json]:
    """Return the output row of a bad row: outcome `error`, with the place as evidence."""
    evidence = {"file": bad.place.file, "line": bad.place.line, "field": bad.field, "message": bad.message}
    row: dict[str, Json] = {
        "id": bad.id,
        "domain": bad.domain,
        "sample": bad.sample,
        "outcome": Outcome.ERROR.value,
        "reason": str(bad.reason),
        "answer": None,
        "checks": [{"name": "input", "outcome": Outcome.ERROR.value, "evidence": evidence}],
        "verifier": None,
        "sandbox": None,
        "seconds": 0.0,
    }
    return carry(row, bad.extra, "")


def dump(row: Mapping[str, Json]) -> bytes:
    """Encode one row as a JSON line in UTF-8; lone surrogates stay escaped, so the bytes are always valid."""
    return quickjson.encode(row) + b"\n"


def loads(text: str | bytes) -> Json:
    """Decode JSON strictly (no NaN, no Infinity, UTF-8 only); raise InputError with a one-line reason."""
    try:
        return _shallow(quickjson.decode(text), text)
    except UnicodeDecodeError as error:
        raise InputError(Reason.BAD_ROW, f"invalid UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise InputError(Reason.BAD_ROW, f"bad JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise InputError(Reason.BAD_ROW, "bad JSON: nested too deeply") from error
    except ValueError as error:
        raise InputError(Reason.BAD_ROW, f"bad JSON: {error}") from error


def plain(value: Json) -> None:
    """Raise InputError, naming the field, for a Python value that no JSON file could hold."""
    try:
        _plain(value, "", MAX_DEPTH)
    except RecursionError as error:
        raise InputError(Reason.BAD_ROW, "nested too deeply") from error


def _plain(value: Json, path: str, left: int) -> None:
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, float):
        if not isfinite(value):
            raise InputError(Reason.BAD_ROW, f"{value} is not JSON", path)
    elif not left:
        raise RecursionError
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _plain(item, f"{path}[{index}]", left - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise InputError(Reason.BAD_ROW, f"a key must be a string, not {type(key).__name__}", path)
            _plain(item, f"{path}.{key}" if path else key, left - 1)
    else:
        raise InputError(Reason.BAD_ROW, f"{type(value).__name__} is not JSON", path)


def _shallow(value: Json, text: str | bytes) -> Json:
    """Return a decoded value; raise RecursionError where it nests more than MAX_DEPTH deep."""
    brackets = text.count("[") + text.count("{") if isinstance(text, str) else text.count(b"[") + text.count(b"{")
    if brackets > MAX_DEPTH:  # those in strings too: it may still be flat
        _descend(value, MAX_DEPTH)
    return value


def _descend(value: Json, left: int) -> None:
    if isinstance(value, dict | list):
        if not left:
            raise RecursionError
        for item in value.values() if isinstance(value, dict) else value:
            _descend(item, left - 1)


def carry(row: dict[str, Json], extra: Mapping[str, Json], model: str) -> dict[str, Json]:
    """Return an output row with its model and the keys carried from its input row; those that clash lie apart."""
    if model:
        row["model"] = model
    clashes = {key: value for key, value in extra.items() if key in row}
    row.update((key, value) for key, value in extra.items() if key not in clashes)
    if clashes:
        row["carried"] = {**clashes, **({"carried": extra["carried"]} if "carried" in extra else {})}
    return row


def _bad(place: Place, error: InputError, value: dict[str, Json], extra: dict[str, Json], domain: str | None) -> BadRow:
    name, identity, sample = value.get("domain", domain), value.get("id"), value.get("sample", 0)
    return BadRow(
        place=place,
        reason=error.reason,
        message=str(error),
        field=error.field,
        id=str(identity) if isinstance(identity, str | int) else None,
        domain=name if isinstance(name, str) else None,
        sample=sample if isinstance(sample, int) else 0,
        extra=extra,
    )


def _problem(value: dict[str, Json], domain: str | None) -> Problem:
    identity = value.get("id")
    if isinstance(identity, int) and not isinstance(identity, bool):
        value = {**value, "id": str(identity)}
    truth = value.get("truth")
    if not isinstance(truth, dict):
        raise _wrong(value, "truth", "an object")
    name = _text({"domain": domain, **value} if domain else value, "domain")
    return Problem(domain=name, id=_text(value, "id"), prompt=_text(value, "prompt"), truth=truth)


def _responses(value: dict[str, Json]) -> list[tuple[int | None, Json]]:
    if "responses" in value:
        if "response" in value:
            raise InputError(Reason.BAD_ROW, "give response or responses, not both", "responses")
        if not isinstance(value["responses"], list):
            raise _wrong(value, "responses", "a list of strings")
        return list(enumerate(value["responses"]))
    if "response" not in value:
        raise _wrong(value, "response", "a string")
    return [(None, value["response"])]


def _sample(value: dict[str, Json]) -> int:
    sample = value.get("sample", 0)
    if isinstance(sample, bool) or not isinstance(sample, int) or sample < 0:
        raise _wrong(value, "sample", "an integer from 0")
    return sample


def _text(value: Mapping[str, Json], key: str, default: str | None = None) -> str:
    text = value.get(key, default)
    if not isinstance(text, str):
        raise _wrong(value, key, "a string")
    return text


def _wrong(value: Mapping[str, Json], key: str, wanted: str) -> InputError:
    message = f"must be {wanted}, not {_kind(value[key])}" if key in value else f"missing; must be {wanted}"
    return InputError(Reason.BAD_ROW, message, key)


def _kind(value: Json) -> str:
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return kinds.get(type(value), "a number")
