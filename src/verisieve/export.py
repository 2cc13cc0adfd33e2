"""Write a selection as training data: one folder per format, train and validation, and a data-set card.

Selects nothing. Exports no row whose verdict is not `pass`, but for the rejected side of preferences.
A format is one function from `Data` to rows; adding one is adding it to `FORMATS`.

Every problem, with all that shares its prompt or a parent, lies wholly in train or wholly in validation.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TextIO

from verisieve import card
from verisieve.card import File
from verisieve.errors import MissingExtraError, UsageError
from verisieve.folder import Pair, Place, fetch, pairs, prompt_of, replacing, text_of, truncated
from verisieve.records import Json, Outcome
from verisieve.rules import Rules
from verisieve.select import Kept, Selection, select

SPLITS = ("train", "validation")


class Row(NamedTuple):
    """One exported row; `group` decides its split."""

    group: str
    fields: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """What a format draws from; rows are read from the run folder as they are asked for."""

    folder: Path
    selection: Selection

    def kept(self) -> Iterator[tuple[Kept, Pair]]:
        """Every kept row, in the order of the selection."""
        kept = self.selection.kept
        yield from zip(kept, self._fetch((row.place for row in kept), Outcome.PASS), strict=True)

    def problems(self) -> Iterator[tuple[Kept, Pair]]:
        """The best kept row of each problem: problems that the truth and a reply are known to fit."""
        kept = [row for row in self.selection.kept if row.rank == 0]
        yield from zip(kept, self._fetch((row.place for row in kept), Outcome.PASS), strict=True)

    def preferences(self) -> Iterator[tuple[Kept, Pair, Pair]]:
        """Kept rows against failed ones of the same problem, hardest first."""
        chosen = self._fetch((row.chosen.place for row in self.selection.preferences), Outcome.PASS)
        for row, good, bad in zip(self.selection.preferences, chosen, self.rejected(), strict=True):
            yield row.chosen, good, bad

    def rejected(self) -> Iterator[Pair]:
        """The failed side of the preferences, each row once."""
        yield from self._fetch((row.rejected for row in self.selection.preferences), Outcome.FAIL)

    def _fetch(self, places: Iterable[Place], outcome: Outcome) -> Iterator[Pair]:
        # The last door before training data: what lies on disk now must still say what was selected.
        for pair in fetch(self.folder, places):
            if pair.verdict["outcome"] != outcome or truncated(pair.completion):
                raise UsageError(f"{self.folder}: line {pair.place.line} changed after it was selected")
            yield pair


def trl_sft(data: Data) -> Iterator[Row]:
    """Conversations: TRL SFTTrainer, "conversational language modeling"."""
    for kept, pair in data.kept():
        yield Row(kept.group, {"messages": [*_user(pair), *_assistant(pair)]})


def trl_prompt_completion(data: Data) -> Iterator[Row]:
    """Prompt and completion: TRL SFTTrainer with the loss on the completion only."""
    for kept, pair in data.kept():
        yield Row(kept.group, {"prompt": _user(pair), "completion": _assistant(pair)})


def trl_dpo(data: Data) -> Iterator[Row]:
    """Preferences with an explicit prompt: TRL DPOTrainer."""
    for kept, good, bad in data.preferences():
        yield Row(kept.group, {"prompt": _user(good), "chosen": _assistant(good), "rejected": _assistant(bad)})


def trl_kto(data: Data) -> Iterator[Row]:
    """Unpaired preferences: TRL KTOTrainer; the false ones are the rejected side of `trl-dpo`."""
    for kept, pair in data.kept():
        yield Row(kept.group, {"prompt": _user(pair), "completion": _assistant(pair), "label": True})
    for preference, pair in zip(data.selection.preferences, data.rejected(), strict=True):
        yield Row(preference.chosen.group, {"prompt": _user(pair), "completion": _assistant(pair), "label": False})


def trl_grpo(data: Data) -> Iterator[Row]:
    """Prompts with what a reward function needs beside them: TRL GRPOTrainer."""
    for kept, pair in data.problems():
        yield Row(
            kept.group,
            {
                "prompt": _user(pair),
                "id": pair.completion["id"],
                "domain": pair.completion["domain"],
                "ground_truth": _truth(pair),
            },
        )


def verl(data: Data) -> Iterator[Row]:
    """verl's RLHFDataset, docs/preparation/prepare_data.rst; `extra_info.split` is filled in on writing."""
    for index, (kept, pair) in enumerate(data.problems()):
        domain = pair.completion["domain"]
        yield Row(
            kept.group,
            {
                "data_source": f"verisieve/{domain}",
                "prompt": _user(pair),
                "ability": domain,
                "reward_model": {"style": "rule", "ground_truth": _truth(pair)},
                "extra_info": {"index": index, "id": pair.completion["id"], "domain": domain},
            },
        )


def openai_dpo(data: Data) -> Iterator[Row]:
    """OpenAI preference fine-tuning: `input`, `preferred_output`, `non_preferred_output`."""
    for kept, good, bad in data.preferences():
        fields = {"preferred_output": _assistant(good), "non_preferred_output": _assistant(bad)}
        yield Row(kept.group, {"input": {"messages": _user(good)}, **fields})


def jsonl(data: Data) -> Iterator[Row]:
    """Everything that is known of a kept row: the completion, its verdict and its rank."""
    for kept, pair in data.kept():
        chosen = {"line": kept.place.line, "group": kept.group, "score": kept.score, "rank": kept.rank}
        verdict = {key: pair.verdict[key] for key in _VERDICT if key in pair.verdict}
        yield Row(kept.group, {**pair.completion, "verdict": verdict, "selection": chosen})


FORMATS: Mapping[str, Callable[[Data], Iterator[Row]]] = {
    "trl-sft": trl_sft,
    "trl-prompt-completion": trl_prompt_completion,
    "trl-dpo": trl_dpo,
    "trl-kto": trl_kto,
    "trl-grpo": trl_grpo,
    "verl": verl,
    "openai-sft": trl_sft,  # the same rows under both names
    "openai-dpo": openai_dpo,
    "jsonl": jsonl,
}
PARQUET = frozenset({"verl"})

_BATCH = 1000  # rows per Parquet row group
_VERDICT = ("outcome", "reason", "answer", "checks", "verifier", "sandbox", "seconds")


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
    if PARQUET & set(formats) and find_spec("pyarrow") is None:
        raise MissingExtraError("writing Parquet", "parquet")
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
        rows = (row.fields for row in FORMATS[name](data) if held.split(row.group) == split)
        written = _write_parquet(path, rows, split) if name in PARQUET else _write_jsonl(path, rows)
        if written:
            yield File(name, split, path.relative_to(out).as_posix(), written)
        else:
            path.unlink(missing_ok=True)


def _write_jsonl(path: Path, rows: Iterable[Mapping[str, Json]]) -> int:
    count = 0
    with replacing(path) as part, _create(part) as file:
        for count, row in enumerate(rows, 1):  # noqa: B007  # the last one is the count
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def _create(path: Path) -> TextIO:
    # The escape of a lone surrogate that `backslashreplace` makes is the one that JSON wants.
    return path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")


def _write_parquet(path: Path, rows: Iterable[dict[str, Json]], split: str) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = pa.string()
    extra = pa.struct([("index", pa.int64()), ("split", text), ("id", text), ("domain", text)])
    message = pa.struct([("role", text), ("content", text)])
    reward = pa.struct([("style", text), ("ground_truth", text)])
    columns = {"data_source": text, "prompt": pa.list_(message), "ability": text, "reward_model": reward}
    schema = pa.schema({**columns, "extra_info": extra})
    count = 0
    with replacing(path) as part, pq.ParquetWriter(part, schema) as file:
        for batch in _batches(rows, _BATCH):
            table = [{**row, "extra_info": {**row["extra_info"], "split": split}} for row in batch]
            file.write_table(pa.Table.from_pylist(table, schema=schema))
            count += len(batch)
    return count


def _batches(rows: Iterable[dict[str, Json]], size: int) -> Iterator[list[dict[str, Json]]]:
    """Like itertools.batched of Python 3.12."""
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch


def _user(pair: Pair) -> list[dict[str, str]]:
    return [{"role": "user", "content": prompt_of(pair.completion)}]


def _assistant(pair: Pair) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text_of(pair.completion, "response")}]


def _truth(pair: Pair) -> str:
    # One text column for every domain, in ASCII: Arrow has no type for truths of different shapes or broken Unicode.
    return json.dumps(pair.completion.get("truth"))
