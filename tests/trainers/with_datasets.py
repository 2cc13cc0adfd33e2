"""`datasets` opens the folder by its card, and our adapters read through `datasets`."""

from __future__ import annotations

from pathlib import Path

import datasets
import pytest
from exported import DATA, rows

from verisieve import datasets as ours
from verisieve.adapters.hub import Source

CONFIGS = sorted(path.name for path in DATA.glob("*/") if path.is_dir() and path.name != "jsonl")


def test_the_card_names_every_table() -> None:
    """The head of the card lists each format of one file type with its splits."""
    names = datasets.get_dataset_config_names(str(DATA))
    assert set(names) == {name for name in CONFIGS if (DATA / name / "train.jsonl").exists()}


@pytest.mark.parametrize("name", [name for name in CONFIGS if (DATA / name / "train.jsonl").exists()])
def test_a_config_of_the_card_loads(name: str) -> None:
    """Both splits have the rows that are in the files."""
    loaded = datasets.load_dataset(str(DATA), name)
    assert {split: len(part) for split, part in loaded.items()} == {
        split: len(rows(name, split)) for split in ("train", "validation")
    }


@pytest.mark.parametrize("name", ["verl", "parquet"])
def test_a_folder_of_parquet_files_loads(name: str) -> None:
    """The folder of one format needs no card."""
    loaded = datasets.load_dataset(str(DATA / name))
    assert set(loaded) == {"train", "validation"}
    assert loaded["train"][0]


def test_an_adapter_reads_a_folder_through_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of JSON lines, by its path; ids are stable."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "set").mkdir()
    lines = '{"question": "How many?", "answer": "#### 6"}\n{"question": "And?", "answer": "7"}\n'
    (tmp_path / "set" / "test.jsonl").write_text(lines, encoding="utf-8")
    found = list(ours.convert(ours.load("gsm8k"), Source(name=str(tmp_path / "set"))))
    assert [item["id"] if isinstance(item, dict) else item.place.line for item in found] == ["gsm8k-0000", 2]
