"""Logs of Inspect of log version 2, `.eval` (a zip archive of JSON) and `.json`: samples with epochs and scores.

A score is right for C, 1 and true, wrong for I, N, 0 and false; P and other numbers are neither. Samples that ended in
an error, at a limit or before the end of their reply stand apart, as the log says so itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from verisieve.errors import InputError
from verisieve.recordings import archive
from verisieve.recordings.fields import maybe, need
from verisieve.recordings.records import Apart, Aside, Claim, Sample, said, unreadable
from verisieve.recordings.whole import load
from verisieve.records import Json
from verisieve.rows import Place

_MEMBER = re.compile(r"samples/.+_epoch_\d+(?:\.json|/sample\.json)", re.DOTALL)  # whole, or the core of one in parts
_HELD = "attachment://"
_GRADES = {"C": True, "I": False, "N": False, "P": None}
_CUT = ("max_tokens", "model_length")


def looks_so(value: Mapping[str, Json]) -> bool:
    """Whether a file's value has the shape of a log."""
    return isinstance(value.get("eval"), dict) and {"version", "status"} <= set(value)


def read(paths: Sequence[Path]) -> Iterator[Sample | Aside]:
    """Read the samples of each log; the place of one is its member of the archive, or its number in the file."""
    for path in paths:
        yield from _archive(path) if path.name.endswith(".eval") else _json(path)


def _json(path: Path) -> Iterator[Sample | Aside]:
    try:
        log = load(path)
        task, model = _named(log)
        samples = maybe(log, "samples", list) or []
    except InputError as error:
        yield unreadable(Place(str(path), 0), error)
        return
    for number, sample in enumerate(samples, 1):
        yield _taken(sample, Place(str(path), number), task, model)
    yield from _ended(log, path, task, model, len(samples))


def _archive(path: Path) -> Iterator[Sample | Aside]:
    try:
        with archive.Archive(path) as members:
            log = members.load("header.json" if "header.json" in members.names else "_journal/start.json")
            task, model = _named(log)
            count = 0
            for name in filter(_MEMBER.fullmatch, members.names):
                place, count = Place(f"{path}:{name}", 1), count + 1
                try:
                    yield _taken(members.load(name), place, task, model)
                except InputError as error:
                    yield unreadable(place, error, task=task, model=model)
            yield from _ended(log, path, task, model, count)
    except InputError as error:
        yield unreadable(Place(str(path), 0), error)


def _ended(log: Mapping[str, Json], path: Path, task: str, model: str, count: int) -> Iterator[Aside]:
    """What a log says of itself: that it has fewer samples than it was to have, and why."""
    total = maybe(log, "results.total_samples", int)
    status = str(log.get("status") or "started")
    if status == "success" and (total is None or total <= count):
        return
    why = maybe(log, "error.message", str)
    message = f"the log's status is {status}" + (f": {why[:500]}" if why else "")
    message += f"; {count} of {total} samples are in it" if total is not None else f"; {count} samples are in it"
    yield Aside(place=Place(str(path), 0), kind=Apart.ERROR, message=message, task=task, model=model)


def _named(log: Mapping[str, Json]) -> tuple[str, str]:
    return need(log, "eval.task", str), need(log, "eval.model", str)


def _taken(sample: Json, place: Place, task: str, model: str) -> Sample | Aside:
    identity = str(sample.get("id", "")) if isinstance(sample, dict) else ""
    try:
        return _sample(sample, place, task, model, identity)
    except InputError as error:
        return unreadable(place, error, task=task, model=model, id=identity)


def _sample(sample: Json, place: Place, task: str, model: str, identity: str) -> Sample:
    asked, text, ended = _asked(sample), _text(sample), _apart(sample)
    if text is None and ended is None:
        ended = Apart.NO_TEXT, "no reply in the log"
    return Sample(
        place=place,
        response=text,
        apart=ended[0] if ended else None,
        why=ended[1] if ended else "",
        task=task,
        model=model,
        sample=need(sample, "epoch", int) - 1,
        ids=(identity,) if identity else (),
        asked=asked,
        source=_source(sample, asked),
        claims=tuple(_claims(sample)),
        carried={"target": sample["target"]} if "target" in sample else {},
    )


def _source(sample: Json, asked: Sequence[str]) -> dict[str, Json]:
    """What a mapping may name: the sample's input as text, its target and choices, and its metadata."""
    kept = {key: sample[key] for key in ("id", "target", "choices") if sample.get(key) is not None}
    return {**(maybe(sample, "metadata", dict) or {}), **kept, "input": asked[0] if asked else ""}


def _apart(sample: Json) -> tuple[Apart, str] | None:
    if sample.get("error"):
        return Apart.ERROR, f"error: {(maybe(sample, 'error.message', str) or '')[:500]}"
    if sample.get("limit"):
        kind, most = maybe(sample, "limit.type", str), sample["limit"].get("limit")
        return Apart.CUT_OFF, f"limit of {kind}: {most}"
    choices = maybe(sample, "output.choices", list) or []
    stop = maybe(choices[0], "stop_reason", str) if choices else None
    if stop in _CUT:
        return Apart.CUT_OFF, f"stop_reason is {stop}"
    if maybe(sample, "output.error", str):
        return Apart.ERROR, f"output.error: {sample['output']['error'][:500]}"
    return (Apart.FILTERED, "stop_reason is content_filter") if stop == "content_filter" else None


def _text(sample: Json) -> str | None:
    text = maybe(sample, "output.completion", str)
    if text is None:
        choices = maybe(sample, "output.choices", list)
        text = _content(maybe(choices[0], "message", dict) or {}) if choices else None
    if text is None or not text.startswith(_HELD):
        return text
    return need(sample, f"attachments.{text.removeprefix(_HELD)}", str)


def _asked(sample: Json) -> tuple[str, ...]:
    """The sample's input: text, or what users say in its messages, last first."""
    given = sample.get("input")
    if isinstance(given, str):
        return (given,)
    messages = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    return tuple(_content(each) or "" for each in reversed(messages) if each.get("role") == "user")


def _content(message: Mapping[str, Json]) -> str | None:
    content = message.get("content")
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict) and part.get("type") == "text"]
        return "\n".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else None


def _claims(sample: Json) -> Iterator[Claim]:
    for scorer, score in (maybe(sample, "scores", dict) or {}).items():
        answer = maybe(score, "answer", str)
        value = score.get("value") if isinstance(score, dict) else None
        parts = value.items() if isinstance(value, dict) else [("", value)]
        for key, each in parts:
            name = f"{scorer}.{key}" if key else scorer
            right = _GRADES.get(each) if isinstance(each, str) else said(each)
            yield Claim(name, right, each, answer)
