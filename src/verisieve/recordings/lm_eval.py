"""Samples of lm-evaluation-harness (`--log_samples`): one line for each document and filter.

Read is what 0.4.13 writes, and lines with `arguments` as a list or without `filter` and `metrics`, as of earlier
versions (not run here). All lines of a document are one sample, with a claim for each metric and filter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from verisieve.adapters.readers import records
from verisieve.errors import InputError
from verisieve.recordings.fields import kind_of, maybe, need
from verisieve.recordings.records import Apart, Aside, Claim, Sample, said, unreadable
from verisieve.records import Json, Reason
from verisieve.rows import Place, loads

_NAME = re.compile(r"samples_(?P<task>.+?)(?:_(?P<when>\d{4}-\d\d-\d\dT[\d.\-]+))?\.jsonl(?:\.gz)?")
_NO_METRICS = frozenset({"doc_id", "filter"})
_IDS = ("task_id", "id", "unique_id")
_RESULTS_READ = 64 << 20  # bytes


def looks_so(record: Mapping[str, Json]) -> bool:
    """Whether a record has the shape of a line of samples."""
    return {"doc_id", "doc", "resps", "filtered_resps"} <= set(record)


def read(paths: Sequence[Path]) -> Iterator[Sample | Aside]:
    """Read each file twice: for its claims, then for its replies; memory is bounded by the claims."""
    for path in paths:
        named = _NAME.fullmatch(path.name)
        task, model = (named["task"] if named else path.name.partition(".")[0]), _model(path, named)
        yield from _file(path, task, model, _claims(path))


def _claims(path: Path) -> dict[int, list[Claim]]:
    found: dict[int, list[Claim]] = {}
    for record in records(path, "jsonl"):
        if isinstance(record.value, dict):
            try:
                claims = found.setdefault(need(record.value, "doc_id", int), [])
                known = {claim.name for claim in claims}
                claims.extend(claim for claim in _claimed(record.value) if claim.name not in known)
            except InputError:
                continue  # said in the second reading
    return found


def _file(path: Path, task: str, model: str, claims: Mapping[int, Sequence[Claim]]) -> Iterator[Sample | Aside]:
    seen: dict[int, set[str]] = {}
    for record in records(path, "jsonl"):
        try:
            if isinstance(record.value, InputError):
                raise record.value
            number, name = need(record.value, "doc_id", int), maybe(record.value, "filter", str) or "none"
            replies = _replies(record.value)
            _claimed(record.value)
        except InputError as error:
            yield unreadable(record.place, error, task=task, model=model)
            continue
        filters = seen.setdefault(number, set())
        if name in filters:
            message = f"doc_id {number} was seen before with the filter {name!r}"
            yield Aside(
                place=record.place, kind=Apart.REPEATED, message=message, id=str(number), task=task, model=model
            )
        elif not filters:
            yield from _samples(record.value, record.place, replies, claims.get(number, ()), task, model)
        filters.add(name)


def _samples(
    record: Mapping[str, Json],
    place: Place,
    replies: Sequence[str] | None,
    claims: Sequence[Claim],
    task: str,
    model: str,
) -> Iterator[Sample]:
    doc = record["doc"]
    common = Sample(
        place=place,
        response=None,
        task=task,
        model=model,
        ids=tuple(str(doc[key]) for key in _IDS if isinstance(doc.get(key), str | int)),
        asked=_asked(record),
        source={"target": record.get("target"), **doc},
        number=record["doc_id"],
        carried={"target": record["target"]} if "target" in record else {},
    )
    if replies is None:
        yield replace(common, apart=Apart.NO_TEXT, why="likelihoods of given choices, no text")
        return
    alone = len(replies) == 1  # a score of several replies together is no verdict on any of them
    kept = tuple(claim if alone else claim._replace(said=None, answer=None) for claim in claims)
    for index, reply in enumerate(replies):
        yield replace(common, response=reply, sample=index, claims=kept)


def _replies(record: Mapping[str, Json]) -> list[str] | None:
    """The replies of a document, or None where there are likelihoods instead."""
    need(record, "doc", dict)
    found = need(record, "resps", list)
    replies = found[0] if len(found) == 1 and isinstance(found[0], list) else None
    if replies and all(isinstance(reply, str) for reply in replies):
        return replies
    if found and all(isinstance(each, list) and each and not isinstance(each[0], str) for each in found):
        return None
    raise InputError(Reason.BAD_ROW, "must be a list with one list of replies, or likelihoods", "resps")


def _claimed(record: Mapping[str, Json]) -> list[Claim]:
    name = maybe(record, "filter", str) or "none"
    answer = need(record, "filtered_resps", list)[:1]
    while answer and isinstance(answer[0], list):
        answer = answer[0][:1]
    text = answer[0] if answer and isinstance(answer[0], str) else None
    metrics = maybe(record, "metrics", list)
    keys = [key for key in record if key not in _NO_METRICS] if metrics is None else metrics
    scores = {str(key): record.get(key) for key in keys}
    for key, score in scores.items() if metrics else ():
        if isinstance(score, str) or score is None:
            raise InputError(Reason.BAD_ROW, f"must be a score, not {kind_of(score)}", key)
    kept = {key: score for key, score in scores.items() if isinstance(score, int | float)}
    return [Claim(f"{key},{name}", said(score), score, text) for key, score in kept.items()]


def _asked(record: Mapping[str, Json]) -> tuple[str, ...]:
    """What the model was asked: the first argument of the first request, and the last message of a chat in it."""
    arguments = record.get("arguments")
    if isinstance(arguments, dict):
        first = arguments.get("gen_args_0")
        text = first.get("arg_0") if isinstance(first, dict) else None
    else:
        first = arguments[0] if isinstance(arguments, list) and arguments else None
        text = first[0] if isinstance(first, list) and first else None
    text = text[0] if isinstance(text, list) and text else text
    if not isinstance(text, str):
        return ()
    return (text, *_last_message(text))


def _last_message(text: str) -> tuple[str, ...]:
    if not text.startswith("[{"):
        return ()
    try:
        messages = loads(text)
    except InputError:
        return ()
    content = messages[-1].get("content") if isinstance(messages[-1], dict) else None
    return (content,) if isinstance(content, str) else ()


def _model(path: Path, named: re.Match[str] | None) -> str:
    """The model that the results beside the samples name, else the folder that the harness names after it."""
    when = named["when"] if named else None
    results = path.with_name(f"results_{when}.json")
    try:
        with results.open("rb") as stream:
            value = loads(stream.read(_RESULTS_READ))
        name = value.get("model_name") if isinstance(value, dict) else None
    except (OSError, InputError):
        name = None
    return name if isinstance(name, str) and name else path.absolute().parent.name if when else ""
