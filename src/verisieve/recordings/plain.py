"""Recordings in plain files: rows of `verify`, files that an adapter reads, and own files by `--map`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from verisieve import datasets, reading
from verisieve.adapters.readers import guess, records
from verisieve.adapters.spec import Adapter, Field
from verisieve.errors import InputError, UsageError
from verisieve.recordings.fields import maybe, need
from verisieve.recordings.records import Apart, Aside, Claim, Sample, said, unreadable
from verisieve.records import Json, Outcome
from verisieve.rows import BadRow, Place, parse

_CUT = {"length": Apart.CUT_OFF, "max_tokens": Apart.CUT_OFF, "content_filter": Apart.FILTERED}
_VOUCHED = {"pass": True, "reject": False}
_OWN = frozenset(
    {"id", "prompt", "response", "model", "sample", "recorded", "answer", "task", "finish_reason", "error"}
)


def looks_so(record: Mapping[str, Json]) -> bool:
    """Whether a record has the shape of a row of `verify`, or of what `verify` wrote."""
    return {"id", "truth"} <= set(record) and bool({"response", "responses"} & set(record))


def read_rows(paths: Sequence[Path]) -> Iterator[Sample | Aside]:
    """Read rows of `verify`; `recorded` or `label` is the verdict that they carry."""
    for path in paths:
        for place, value in reading.values(str(path)):
            if isinstance(value, InputError):
                yield unreadable(place, value, task=path.name.partition(".")[0])
            else:
                yield from _samples(value, place, path.name.partition(".")[0])


def read_adapted(adapter: Adapter, path: Path) -> Iterator[Sample | Aside]:
    """Read a file or folder by an adapter whose rows have responses."""
    if not any(field.target in ("response", "responses") for field in adapter.fields):
        raise UsageError(f"{path}: data set {adapter.name!r} holds no recorded responses; give it to --with")
    for place, item in datasets.located(adapter, path):
        if isinstance(item, BadRow):
            yield unreadable(
                place, InputError(item.reason, item.message, item.field), id=item.id or "", task=adapter.name
            )
        else:
            yield from _samples(item, place, adapter.name)


def read_mapped(fields: Sequence[Field], paths: Sequence[Path]) -> Iterator[Sample | Aside]:
    """Read own files, whose columns are named by `--map`: response, and what there is of id, prompt, recorded, ..."""
    wrong = sorted({field.target for field in fields} - _OWN)
    if wrong or "response" not in {field.target for field in fields}:
        raise UsageError(f"--map: needs response, may have {', '.join(sorted(_OWN))}" + f"; not {wrong}" * bool(wrong))
    fields = [replace(field, optional=True) for field in fields]  # a column may be in some records alone
    for path in paths:
        for record in records(path, guess(path)):
            try:
                if isinstance(record.value, InputError):
                    raise record.value
                yield _own(datasets.taken(fields, record.value), record.place, path.name.partition(".")[0])
            except InputError as error:
                yield unreadable(record.place, error, task=path.name.partition(".")[0])


def _own(row: dict[str, Json], place: Place, task: str) -> Sample:
    identity, (apart, why) = row.get("id"), _apart(row)
    return Sample(
        place=place,
        response=(maybe if apart else need)(row, "response", str),
        apart=apart,
        why=why,
        task=maybe(row, "task", str) or task,
        model=maybe(row, "model", str) or "",
        ids=() if identity is None else (str(identity),),
        asked=(prompt,) if (prompt := maybe(row, "prompt", str)) else (),
        sample=maybe(row, "sample", int),
        claims=_claims(row),
    )


def _samples(row: Json, place: Place, task: str) -> Iterator[Sample | Aside]:
    for item in parse(row, place):
        if isinstance(item, BadRow):
            error = InputError(item.reason, item.message, item.field)
            yield unreadable(place, error, id=item.id or "", task=task)
            continue
        done, (apart, why) = item.completion, _apart(row)
        yield Sample(
            place=place,
            response=done.text,
            apart=apart,
            why=why,
            task=_task(row, task),
            model=done.model,
            sample=done.sample,
            claims=_claims(row),
            problem=replace(done.problem, meta=row["meta"] if isinstance(row.get("meta"), dict) else {}),
        )


def _apart(row: Mapping[str, Json]) -> tuple[Apart | None, str]:
    """Whether a row says itself that its reply failed or was cut off, and how."""
    if row.get("error"):
        return Apart.ERROR, f"error: {str(row['error'])[:500]}"
    ended = row.get("finish_reason")
    return _CUT.get(str(ended)), f"finish_reason is {ended}"


def _claims(row: Mapping[str, Json]) -> tuple[Claim, ...]:
    for key in ("recorded", "label"):
        value = row.get(key)
        if value is not None and not isinstance(value, list | dict):
            right = _VOUCHED.get(value) if isinstance(value, str) else said(value)
            answer = row.get("answer")
            return (Claim(key, right, value, None if answer is None else str(answer)),)
    if row.get("outcome") in tuple(Outcome) and row["outcome"] != Outcome.ERROR:
        return (Claim("outcome", row["outcome"] == Outcome.PASS, row["outcome"], maybe(row, "answer", str)),)
    return ()


def _task(row: Mapping[str, Json], default: str) -> str:
    meta = row.get("meta")
    found = [row.get("task"), *((meta.get("family"), meta.get("source")) if isinstance(meta, dict) else ())]
    return next((text for text in found if isinstance(text, str) and text), default)
