"""Samples of lm-evaluation-harness in the shapes of several versions: one sample a document, a claim a filter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from verisieve.recordings import lm_eval
from verisieve.recordings.records import Apart, Aside, Claim, Sample

NAME = "samples_own_words_2026-01-01T10-00-00.000001.jsonl"


def line(number: int = 0, filter: str = "none", **changed: Any) -> dict[str, Any]:  # noqa: A002
    """A line as 0.4.13 writes it."""
    row = {
        "doc_id": number,
        "doc": {"question": "1+1?", "answer": "#### 2"},
        "target": "2",
        "arguments": {"gen_args_0": {"arg_0": "Q: 1+1?\nA:", "arg_1": {"until": ["\n"]}}},
        "resps": [["so 2"]],
        "filtered_resps": ["2"],
        "filter": filter,
        "metrics": ["exact_match"],
        "doc_hash": "d",
        "exact_match": 1.0,
    }
    return {key: value for key, value in {**row, **changed}.items() if value is not None}


def read(folder: Path, *lines: Any) -> list[Sample | Aside]:
    """What is read of a file with these lines."""
    path = folder / "org__model" / NAME
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{json.dumps(each)}\n" for each in lines), encoding="utf-8")
    return list(lm_eval.read([path]))


def test_filters_of_a_document_are_claims_of_one_sample(tmp_path: Path) -> None:
    """All filters come first to last in the file; the reply is judged once, with a claim for each."""
    strict = {"filter": "strict", "filtered_resps": ["[invalid]"], "exact_match": 0.0}
    one, two = read(tmp_path, line(0, **strict), line(1, **strict), line(0, "loose"), line(1, "loose"))

    assert isinstance(one, Sample)
    assert (one.task, one.model, one.response, one.asked) == ("own_words", "org__model", "so 2", ("Q: 1+1?\nA:",))
    assert one.claims == (
        Claim("exact_match,strict", said=False, score=0.0, answer="[invalid]"),
        Claim("exact_match,loose", said=True, score=1.0, answer="2"),
    )
    assert isinstance(two, Sample)


def test_the_results_beside_the_samples_name_the_model(tmp_path: Path) -> None:
    """The folder's name is only the fallback."""
    (tmp_path / "org__model").mkdir()
    results = {"model_name": "org/model", "results": {}}
    (tmp_path / "org__model/results_2026-01-01T10-00-00.000001.json").write_text(json.dumps(results))
    (one,) = read(tmp_path, line())

    assert one.model == "org/model"


SHAPES = [  # what differs, and the text that was asked
    ({"arguments": [["Q: 1+1?\nA:", {"until": ["\n"]}]], "filter": None, "metrics": None}, "Q: 1+1?\nA:"),
    ({"arguments": {"gen_args_0": {"arg_0": ['[{"role": "user", "content": "1+1?"}]']}}}, "1+1?"),
    ({"arguments": "?"}, None),
]


@pytest.mark.parametrize(("changed", "asked"), SHAPES)
def test_shapes_of_other_versions(tmp_path: Path, changed: dict[str, Any], asked: str | None) -> None:
    """Arguments as a list, as a chat in JSON or as nothing known; no names of filter and metrics."""
    (one,) = read(tmp_path, line(**changed))

    assert isinstance(one, Sample)
    assert one.claims == (Claim("exact_match,none", said=True, score=1.0, answer="2"),)
    assert (one.asked[-1] if one.asked else None) == asked


def test_a_score_of_several_replies_is_no_verdict_on_one(tmp_path: Path) -> None:
    """With repeats, each reply is a sample, and what was scored together says nothing of it."""
    samples = read(tmp_path, line(resps=[["so 2", "so 3"]], filtered_resps=[["2", "3"]]))

    assert [(each.response, each.sample) for each in samples if isinstance(each, Sample)] == [("so 2", 0), ("so 3", 1)]
    assert all(each.claims[0].said is None for each in samples if isinstance(each, Sample))


def test_likelihoods_are_no_text(tmp_path: Path) -> None:
    """A task of choices has log-likelihoods, as text or as numbers: apart, not guessed."""
    found = read(tmp_path, line(resps=[[["-1.0", "False"]], [["-2.0", "False"]]]), line(1, resps=[[[-1.0, False]]]))

    assert [each.apart for each in found if isinstance(each, Sample)] == [Apart.NO_TEXT, Apart.NO_TEXT]


BAD = [
    ({"doc_id": "x"}, "doc_id", "must be an integer, not a string"),
    ({"doc": None}, "doc", "missing; must be an object"),
    ({"resps": [[]]}, "resps", "must be a list with one list of replies, or likelihoods"),
    ({"filtered_resps": 7}, "filtered_resps", "must be a list, not an integer"),
    ({"exact_match": "1"}, "exact_match", "must be a score, not a string"),
    ({"exact_match": None}, "exact_match", "must be a score, not null"),
]


@pytest.mark.parametrize(("changed", "field", "message"), BAD)
def test_a_bad_line_names_its_field(tmp_path: Path, changed: dict[str, Any], field: str, message: str) -> None:
    """The line before and the line after are read."""
    first, bad, last = read(tmp_path, line(0), line(1, **changed), line(2))

    assert (type(first), type(last)) == (Sample, Sample)
    assert isinstance(bad, Aside)
    assert (bad.kind, bad.place.line, bad.field, bad.message) == (Apart.UNREADABLE, 2, field, message)


def test_a_line_that_comes_twice_is_named(tmp_path: Path) -> None:
    """The same document under the same filter, as of a file that two runs wrote to."""
    _, again = read(tmp_path, line(), line())

    assert isinstance(again, Aside)
    assert (again.kind, again.place.line) == (Apart.REPEATED, 2)
