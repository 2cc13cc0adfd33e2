"""Which tool wrote a file, told by its first record, and the reader for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from verisieve import datasets
from verisieve.adapters.readers import records
from verisieve.adapters.spec import Adapter, mapped
from verisieve.errors import InputError, UsageError
from verisieve.recordings import batch, human_eval, inspect_log, lm_eval, plain
from verisieve.recordings.records import Aside, Sample, unreadable
from verisieve.recordings.whole import load
from verisieve.records import Json, Reason
from verisieve.rows import Place

Item = Sample | Aside
Reader = Callable[[Sequence[Path]], Iterator[Item]]
READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "lm-eval": lm_eval.read,
        "inspect": inspect_log.read,
        "openai-batch": batch.read,
        "human-eval": human_eval.read,
        "evalplus": human_eval.read_results,
        "rows": plain.read_rows,
    }
)
Looks = Callable[[Mapping[str, Json]], bool]
_LINES: Mapping[str, Looks] = {
    "lm-eval": lm_eval.looks_so,
    "openai-batch": batch.looks_so,
    "human-eval": human_eval.looks_so,
    "rows": plain.looks_so,
}
_WHOLE: Mapping[str, Looks] = {"inspect": inspect_log.looks_so, "evalplus": human_eval.looks_like_results}
_FOLDER = ("samples_*.jsonl", "*.eval")  # what is looked for where a folder is given
_TRIED = 100  # records of a file until one is readable


def read(inputs: Iterable[str], maps: Sequence[str] = (), model: str | None = None) -> Iterator[Item]:
    """Read recordings: `FORMAT:PATH`, `ADAPTER:PATH`, or a path whose format is told by what is in it.

    `maps` name the columns of own files; `model` names the model of all.
    """
    fields = [mapped(text) for text in maps]
    found: dict[str, list[Path]] = {}
    readers: dict[str, Reader] = dict(READERS)
    for text in inputs:
        name, path = _split(text)
        if fields and not name:
            name = "--map"
            whole = any(field.target.startswith("truth") for field in fields)
            readers[name] = (
                _adapted(datasets.from_maps(maps)) if whole else lambda paths: plain.read_mapped(fields, paths)
            )
        elif name and name not in readers:
            readers[name] = _adapted(datasets.load(name))
        for file in [path] if name else _files(path):
            try:
                found.setdefault(name or detect(file), []).append(file)
            except InputError as error:
                yield unreadable(Place(str(file), 0), error)
    for name, paths in found.items():
        for item in readers[name](paths):
            yield item if model is None else replace(item, model=model)


def is_own(maps: Sequence[str]) -> bool:
    """Whether `--map` options name the columns of own recordings, not those of problems that recordings hold."""
    return any(mapped(text).target in ("response", "responses") for text in maps)


def detect(path: Path) -> str:
    """Return the format that a file's content tells; raise UsageError for another one, InputError for a broken file."""
    name = path.name.removesuffix(".gz")
    if name.endswith(".eval"):
        return "inspect"
    if name.endswith(".json"):
        value, looks = load(path), _WHOLE
    elif name.endswith((".jsonl", ".ndjson")):
        value, looks = _first(path), _LINES
    else:
        raise UsageError(f"{path}: not .jsonl, .json or .eval; say ADAPTER:{path} or give --map")
    found = next((each for each, fits in looks.items() if fits(value)), None)
    if found is None:
        raise UsageError(f"{path}: none of {', '.join(READERS)} by its records; say ADAPTER:PATH or give --map")
    return found


def _first(path: Path) -> dict[str, Json]:
    for record in islice(records(path, "jsonl"), _TRIED):
        if isinstance(record.value, dict):
            return record.value
    raise InputError(Reason.BAD_ROW, "no record that can be read")


def _split(text: str) -> tuple[str, Path]:
    """Split NAME:PATH where NAME is a format, an adapter or a `.toml` file, else take the text as a path."""
    name, colon, path = text.partition(":")
    if colon and not Path(text).exists() and (name in READERS or name in datasets.names() or name.endswith(".toml")):
        text = path
    else:
        name = ""
    if not Path(text).exists():
        raise UsageError(f"{text}: no such file")
    return name, Path(text)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted({file for pattern in _FOLDER for file in path.rglob(pattern) if file.is_file()})
    if not files:
        raise UsageError(f"{path}: no {' or '.join(_FOLDER)} in it; name the files")
    return files


def _adapted(adapter: Adapter) -> Reader:
    def reader(paths: Sequence[Path]) -> Iterator[Item]:
        for path in paths:
            yield from plain.read_adapted(adapter, path)

    return reader
