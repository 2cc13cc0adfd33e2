"""Data sets by name, through a stand-in of the package `datasets`; tests/trainers has one with the package itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from verisieve import datasets
from verisieve.adapters.hub import Source
from verisieve.cli import main
from verisieve.errors import MissingExtraError, UsageError

RECORD = {"question": "How many?", "answer": "2 * 3 = 6\n#### 6", "extra": None}


def _stand_in(monkeypatch: pytest.MonkeyPatch, load: Any) -> None:
    module = SimpleNamespace(load_dataset=load, disable_progress_bars=lambda: None)
    monkeypatch.setitem(sys.modules, "datasets", module)


def test_records_are_streamed_by_name_split_and_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command line passes all three on."""
    asked: list[Any] = []

    def load(*args: Any, **named: Any) -> Iterator[dict[str, Any]]:
        asked.append((args, named))
        return iter([RECORD, {"question": "Broken?", "answer": b"6"}, RECORD])

    _stand_in(monkeypatch, load)
    out = tmp_path / "rows.jsonl"
    done = CliRunner().invoke(
        main,
        ["datasets", "convert", "gsm8k", "hf:openai/gsm8k", "--config", "main", "--split", "train", "--out", str(out)],
    )
    assert asked == [(("openai/gsm8k", "main"), {"split": "train", "streaming": True})]
    assert done.exit_code == 1
    assert "left out: hf:openai/gsm8k:2: a bytes is no JSON value" in done.output
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionError("Could not\nreach the hub"), "Could not reach the hub; is there a network?"),
        (FileNotFoundError("Dataset 'a/b' is not there"), "cannot be read: Dataset 'a/b' is not there"),
        (ValueError("Unknown split"), "split 'test' cannot be read: Unknown split"),
    ],
)
def test_what_hinders_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, error: Exception, words: str) -> None:
    """Whether on opening or on the way."""

    def load(*args: Any, **named: Any) -> Iterator[dict[str, Any]]:
        yield RECORD
        raise error

    _stand_in(monkeypatch, load)
    items = datasets.convert(datasets.load("gsm8k"), Source(name="a/b"))
    assert isinstance(next(items), dict)
    with pytest.raises(UsageError) as caught:
        next(items)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingExtraError, match=r"verisieve\[datasets\]"):
        list(datasets.convert(datasets.load("gsm8k"), Source(name="openai/gsm8k")))
