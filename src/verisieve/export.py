"""Write a selection as training data: one folder per format, train and validation, and a data-set card.

Selects nothing, and shapes no row: `formats` does. Every problem, with all its `relatives`, lies wholly in train or
wholly in validation.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TextIO

from verisieve import card, tabular
from verisieve.card import File
from verisieve.errors import UsageError
from verisieve.folder import pairs, replacing
from verisieve.formats import FORMATS, PARQUET, Data
from verisieve.records import Json
from verisieve.rules import Rules
from verisieve.select import Selection, select

SPLITS = ("train", "validation")


class Exported(NamedTuple):
    """What an export made: the selection behind it, its files, and its card."""

    selection: Selection
    files: Sequence[File]
    card: Path


def write(
    folder: Path,
    out: Path,
    formats: Sequence[str] = ("trl-sft", "trl-dpo", "jsonl"),
    *,
    rules: Rules | None = None,
    validation: float = 0.1,
    selection: Selection | None = None,
) -> Exported:
    """Export a run folder; raise UsageError for an unknown format or a run whose files disagree.

    `validation` is the share of problems held out; `selection` spares the reading where one is at hand.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"unknown format {unknown[0]!r}; known: {', '.join(FORMATS)}")
    if not 0 <= validation < 1:
        raise UsageError(f"validation must be at least 0 and below 1, not {validation}")
    if PARQUET.keys() & set(formats):
        tabular.check_installed()
    if selection is None:
        selection = select(pairs(folder), rules)
    data = Data(folder=folder, selection=selection)
    held = _HeldOut(validation, _too_large(selection, validation))
    files = [file for name in dict.fromkeys(formats) for file in _write_format(name, data, out, held)]
    text = card.render(selection, (pair for _, pair in data.kept()), files, validation)
    path = out / "README.md"
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")
    return Exported(selection, files, path)


def split_of(group: str, validation: float) -> str:
    """Return the side of the split that a group is on unless it is too large: it depends on its name alone.

    >>> split_of("math:gsm8k-7", 0.1), split_of("math:gsm8k-7", 0.99)
    ('train', 'validation')
    """
    share = int.from_bytes(sha256(group.encode("utf-8", "surrogatepass")).digest()[:8]) / 2**64
    return SPLITS[share < validation]


class _HeldOut(NamedTuple):
    """What goes to validation: a share of the groups, but none of those too large for it."""

    share: float
    too_large: frozenset[str]

    def split(self, group: str) -> str:
        return SPLITS[0] if group in self.too_large else split_of(group, self.share)


def _too_large(selection: Selection, validation: float) -> frozenset[str]:
    """Return the groups of related problems that alone are more than the share held out."""
    sizes = Counter(row.group for row in selection.kept if row.rank == 0)
    return frozenset(group for group, size in sizes.items() if size > max(1, validation * sizes.total()))


def _write_format(name: str, data: Data, out: Path, held: _HeldOut) -> Iterator[File]:
    """Write one format; an empty split leaves no file, because loaders refuse empty ones."""
    folder, suffix = out / name, "parquet" if name in PARQUET else "jsonl"
    folder.mkdir(parents=True, exist_ok=True)
    for split in SPLITS:
        path = folder / f"{split}.{suffix}"
        rows = (_told(row.fields, split) for row in FORMATS[name](data) if held.split(row.group) == split)
        with replacing(path) as part:
            written = tabular.write(part, rows, PARQUET[name]) if name in PARQUET else _write_jsonl(part, rows)
        if written:
            yield File(name, split, path.relative_to(out).as_posix(), written)
        else:
            path.unlink(missing_ok=True)


def _told(fields: dict[str, Json], split: str) -> dict[str, Json]:
    """Name the split where a format has a place for it."""
    return {**fields, "extra_info": {**fields["extra_info"], "split": split}} if "extra_info" in fields else fields


def _write_jsonl(path: Path, rows: Iterable[Mapping[str, Json]]) -> int:
    count = 0
    with _create(path) as file:
        for count, row in enumerate(rows, 1):  # noqa: B007  # the last one is the count
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def _create(path: Path) -> TextIO:
    # The escape of a lone surrogate that `backslashreplace` makes is the one that JSON wants.
    return path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")
