"""Which problem a sample answers: never a guess."""

from __future__ import annotations

import json
from typing import Any

import pytest

from verisieve.errors import InputError
from verisieve.recordings import joining
from verisieve.recordings.joining import Problems
from verisieve.recordings.records import Sample
from verisieve.rows import Place

WORDS = [  # the last two ask the same
    "A baker makes 12 rolls an hour. How many in 3 hours?",
    "How many legs do five ordinary spiders have?",
    "What is six times seven, in digits?",
    "What is six times seven, in digits?",
]


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> Problems:
    """A data set of four problems, gsm8k-0000 to gsm8k-0003."""
    path = tmp_path_factory.mktemp("set") / "test.jsonl"
    rows = [{"question": text, "answer": f"#### {number}"} for number, text in enumerate(WORDS)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return joining.load([f"gsm8k:{path}"])


def sample(**fields: Any) -> Sample:
    """A sample of a recording."""
    return Sample(place=Place("-", 1), response="", **fields)


CASES = [
    ({"ids": ("gsm8k-0001",)}, 1, "its id"),
    ({"asked": (f"Q: {WORDS[1]}\nA:",)}, 1, "its question, between other words"),
    ({"asked": (f"{WORDS[1]} 40\n\n{WORDS[0]}",)}, 0, "the last question, after solved examples"),
    ({"asked": ("How many legs  do five\nordinary spiders have?",)}, 1, "blanks do not count"),
    ({"source": {"question": WORDS[0], "answer": "#### 1"}, "number": 9}, 0, "the record, wherever it stands"),
    ({"ids": ("gsm8k-0000",), "asked": (WORDS[1],)}, 1, "what was asked goes before an id that it belies"),
    ({"asked": (WORDS[2],), "number": 3}, 3, "of two that ask the same, its number tells which"),
    ({"asked": (WORDS[2],), "ids": ("gsm8k-0002",)}, 2, "or its id does"),
    ({"asked": (WORDS[2],)}, None, "of two that ask the same, none is guessed"),
    ({"ids": ("gsm8k-0009",)}, None, "an id that is not there"),
    ({"asked": ("How many legs?",)}, None, "a part of a question"),
    ({}, None, "nothing is known of it"),
]


@pytest.mark.parametrize(("fields", "number", "why"), CASES, ids=[case[2] for case in CASES])
def test_a_sample_finds_its_problem(problems: Problems, fields: dict[str, Any], number: int | None, why: str) -> None:
    """By id, record or question; where several or none fit, it is an error and no guess."""
    if number is None:
        with pytest.raises(InputError):
            problems.find(sample(**fields))
    else:
        assert problems.find(sample(**fields)).id == f"gsm8k-{number:04}", why


def test_a_record_in_the_recording_makes_its_problem() -> None:
    """An adapter without a path makes the problem of the data set's own record."""
    made = joining.load(["gsm8k"]).find(sample(source={"question": "1+1?", "answer": "#### 2"}, number=7))

    assert (made.id, dict(made.truth)) == ("gsm8k-0007", {"answer": "2", "type": "number"})
