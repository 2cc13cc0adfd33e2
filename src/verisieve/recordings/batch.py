"""OpenAI batch files: the input, output and error files of a batch, told apart by their lines, joined by custom_id.

Read are replies of /v1/chat/completions, /v1/completions and /v1/responses. They hold no verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from verisieve.adapters.readers import Record, records
from verisieve.errors import InputError
from verisieve.recordings.fields import maybe, need
from verisieve.recordings.records import Apart, Aside, Sample, aside, unreadable
from verisieve.records import Json, Reason
from verisieve.rows import Place

_ENDS = {"length": Apart.CUT_OFF, "content_filter": Apart.FILTERED}


def looks_so(record: Mapping[str, Json]) -> bool:
    """Whether a record has the shape of a line of a batch's files."""
    return "custom_id" in record and bool({"body", "response", "error"} & set(record))


def read(paths: Sequence[Path]) -> Iterator[Sample | Aside]:
    """Read the requests of all files, then the replies; memory is bounded by the requests."""
    requests: dict[str, Sample] = {}
    for place, record in _lines(paths):
        if isinstance(record, Aside):
            yield record
        elif "body" in record:
            request = _request(record, place)
            if requests.setdefault(request.ids[0], request) is not request:
                yield aside(request, Apart.REPEATED, "custom_id was seen before", "custom_id")
    answered: set[str] = set()
    for place, record in _lines(paths):
        if isinstance(record, Aside) or "body" in record:
            continue
        identity = record["custom_id"]
        request = requests.get(identity) or Sample(place=place, response=None, ids=(identity,))
        if identity in answered:
            yield aside(replace(request, place=place), Apart.REPEATED, "custom_id was answered before", "custom_id")
            continue
        answered.add(identity)
        try:
            yield from _reply(record, place, request)
        except InputError as error:
            yield unreadable(place, error, id=identity, model=request.model)
    for identity, request in requests.items():
        if identity not in answered:
            yield replace(request, apart=Apart.NO_REPLY, why="no line of an output or error file answers it")


def _request(record: Mapping[str, Json], place: Place) -> Sample:
    body = record["body"] if isinstance(record["body"], dict) else {}
    model = str(body.get("model") or "")
    return Sample(place=place, response=None, model=model, ids=(record["custom_id"],), asked=_asked(body))


def _lines(paths: Sequence[Path]) -> Iterator[tuple[Place, dict[str, Json] | Aside]]:
    for path in paths:
        for record in records(path, "jsonl"):
            try:
                yield record.place, _line(record)
            except InputError as error:
                yield record.place, unreadable(record.place, error)


def _line(record: Record) -> dict[str, Json]:
    if isinstance(record.value, InputError):
        raise record.value
    need(record.value, "custom_id", str)
    if not {"body", "response", "error"} & set(record.value):
        raise InputError(Reason.BAD_ROW, "neither a request (body) nor a reply (response or error)")
    return record.value


def _reply(record: Mapping[str, Json], place: Place, common: Sample) -> Iterator[Sample]:
    status = maybe(record, "response.status_code", int)
    response = record.get("response")
    said = response.get("body") if isinstance(response, dict) else None
    fault = record.get("error") or (said.get("error") if isinstance(said, dict) else None)
    if fault or (status is not None and status >= 400) or response is None:
        yield replace(common, place=place, apart=Apart.ERROR, why=_fault(fault, status))
        return
    body = need(record, "response.body", dict)
    common = replace(common, place=place, model=common.model or str(body.get("model") or ""))
    for index, (text, ended, refusal) in enumerate(_choices(body)):
        choice = replace(common, response=text, sample=index or None)
        if ended in _ENDS:
            yield replace(choice, apart=_ENDS[ended], why=f"finish_reason is {ended}")
        elif refusal:  # it answers nothing, whatever it names
            yield replace(choice, response="", carried={"refusal": refusal})
        elif text is None:
            yield replace(choice, apart=Apart.NO_TEXT, why=f"no text; finish_reason is {ended}")
        else:
            yield choice


def _choices(body: Mapping[str, Json]) -> list[tuple[str | None, str, str | None]]:
    """Text, how it ended, and the refusal, of each choice."""
    if "choices" not in body and "output" in body:
        return [_response(body)]
    found = []
    for index, choice in enumerate(need(body, "choices", list)):
        at = f"response.body.choices[{index}]"
        try:
            message = need(choice, "message", dict) if "text" not in choice else {"content": choice["text"]}
            text, refusal = maybe(message, "content", str), maybe(message, "refusal", str)
            found.append((text, maybe(choice, "finish_reason", str) or "", refusal))
        except InputError as error:
            raise InputError(error.reason, str(error), f"{at}.{error.field}") from error
    if not found:
        raise InputError(Reason.BAD_ROW, "no choices", "response.body.choices")
    return found


def _response(body: Mapping[str, Json]) -> tuple[str | None, str, str | None]:
    """Text, end and refusal of a reply of /v1/responses; its items may be calls and reasoning, too."""
    items = [item for item in need(body, "output", list) if isinstance(item, dict) and item.get("type") == "message"]
    parts = [part for item in items for part in item.get("content") or [] if isinstance(part, dict)]
    texts = [part["text"] for part in parts if isinstance(part.get("text"), str)]
    refusals = [part["refusal"] for part in parts if isinstance(part.get("refusal"), str)]
    why = maybe(body, "incomplete_details.reason", str)
    ended = {"max_output_tokens": "length", None: str(body.get("status") or "")}.get(why, why or "")
    return ("".join(texts) if texts else None), ended, ("\n".join(refusals) or None)


def _asked(body: Mapping[str, Json]) -> tuple[str, ...]:
    """What users said in a request, last first."""
    messages = next((body[key] for key in ("messages", "input", "prompt") if body.get(key)), None)
    if isinstance(messages, str):
        return (messages,)
    said = [each for each in messages or () if isinstance(each, dict)] if isinstance(messages, list) else []
    return tuple(_text(each.get("content")) for each in reversed(said) if each.get("role", "user") == "user")


def _text(content: Json) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")


def _fault(fault: Json, status: int | None) -> str:
    parts = (
        [str(fault.get(key) or "") for key in ("code", "message")] if isinstance(fault, dict) else [str(fault or "")]
    )
    said = ": ".join(filter(None, parts))[:500]
    return ", ".join(filter(None, (f"status {status}" if status else "", said))) or "no response"
