"""`datasets` opens the folder by its card."""

from __future__ import annotations

import datasets
import pytest
from exported import DATA, rows

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
