"""Rows: what is accepted at the door, and what a bad row says."""

from __future__ import annotations

from typing import Any

import pytest

from verisieve.errors import InputError
from verisieve.records import Check, Completion, Outcome, Problem, Verdict
from verisieve.rows import BadRow, Place, Row, bad_output_row, dump, input_row, loads, output_row, parse

PLACE = Place("rows.jsonl", 7)
GOOD: dict[str, Any] = {"id": "a", "domain": "math", "prompt": "1+1?", "truth": {"answer": "2"}, "response": "2"}


def verdict(**extra: Any) -> Verdict:
    """A verdict of a passing completion with these carried keys."""
    problem = Problem(domain="math", id="a", prompt="", truth={"answer": "2"})
    completion = Completion(problem=problem, text="2", model="m", extra=extra)
    check = Check(name="answer", outcome=Outcome.PASS, answer="2", evidence={"tier": "exact"})
    return Verdict(completion=completion, checks=(check,), verifier="math@1")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": None}, "id"),
        ({"id": ["a"]}, "id"),
        ({"id": True}, "id"),  # a bool is an int to Python, not to us
        ({"domain": 3}, "domain"),
        ({"prompt": None}, "prompt"),
        ({"truth": "2"}, "truth"),
        ({"response": 2}, "response"),
        ({"sample": -1}, "sample"),
        ({"sample": True}, "sample"),
        ({"model": 5}, "model"),
        ({"responses": ["2"]}, "responses"),  # together with response
    ],
)
def test_a_bad_field_is_named(change: dict[str, Any], field: str) -> None:
    """A row with a field of the wrong kind becomes a bad row that names the field."""
    (bad,) = parse({**GOOD, **change}, PLACE)

    assert isinstance(bad, BadRow)
    assert (bad.field, bad.place) == (field, PLACE)
    assert str(bad).startswith(f"rows.jsonl:7: {field}: ")


@pytest.mark.parametrize("missing", ["id", "domain", "prompt", "truth", "response"])
def test_a_missing_field_is_named(missing: str) -> None:
    """A row that lacks a field says which."""
    (bad,) = parse({key: value for key, value in GOOD.items() if key != missing}, PLACE)

    assert isinstance(bad, BadRow)
    assert bad.field == missing
    assert bad.message.startswith("missing")


def test_each_response_is_a_sample() -> None:
    """`responses` gives one row per response, and a bad one does not stop the others."""
    row = {key: value for key, value in GOOD.items() if key != "response"}
    first, bad, last = parse({**row, "responses": ["2", None, "3"]}, PLACE)

    assert isinstance(first, Row)
    assert isinstance(last, Row)
    assert (first.completion.sample, last.completion.sample, last.completion.text) == (0, 2, "3")
    assert isinstance(bad, BadRow)
    assert (bad.field, bad.sample) == ("responses[1]", 1)


def test_a_number_is_an_id() -> None:
    """A whole number as id becomes its text."""
    (row,) = parse({**GOOD, "id": 12}, PLACE)

    assert isinstance(row, Row)
    assert row.completion.problem.id == "12"


def test_the_default_domain_fills_gaps_only() -> None:
    """The given domain is for rows that name none."""
    nameless = {key: value for key, value in GOOD.items() if key != "domain"}
    (filled,) = parse(nameless, PLACE, domain="sql")
    (kept,) = parse(GOOD, PLACE, domain="sql")

    assert isinstance(filled, Row)
    assert isinstance(kept, Row)
    assert (filled.completion.problem.domain, kept.completion.problem.domain) == ("sql", "math")


def test_an_input_row_reads_back() -> None:
    """What input_row writes, parse reads as the same completion."""
    problem = Problem(domain="math", id="a", prompt="p", truth={"answer": "2"})
    completion = Completion(problem=problem, text="2", model="m", sample=3, extra={"label": "pass"})
    (row,) = parse(loads(dump(input_row(completion))), PLACE)

    assert isinstance(row, Row)
    assert row.completion == completion


def test_unknown_keys_are_carried() -> None:
    """A carried key stands beside the verdict; one that clashes with the verdict's own is kept apart."""
    row = output_row(verdict(label="pass", reason="theirs"))

    assert (row["label"], row["reason"], row["model"]) == ("pass", "", "m")
    assert row["carried"] == {"reason": "theirs"}


def test_an_output_row_has_the_fixed_keys_first() -> None:
    """The keys of an output row and their order are fixed."""
    keys = ["id", "domain", "sample", "outcome", "reason", "answer", "checks", "verifier", "sandbox", "seconds"]

    assert list(output_row(verdict()))[:10] == keys
    assert list(bad_output_row(BadRow(place=PLACE, reason="bad_row", message="m"))) == keys


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": 1e999}', "1e999 is larger than any number here"),
        (b"{'a': 1}", "bad JSON"),
        (b'{"a": "\xff"}', "invalid UTF-8 at byte 7"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1" * 5_000, "bad JSON"),  # Python's own limit on digits
        (b"", "bad JSON"),
    ],
)
def test_bad_json_has_a_one_line_reason(text: bytes, message: str) -> None:
    """Whatever is wrong with the text, the reason is one line."""
    with pytest.raises(InputError, match=message) as caught:
        loads(text)

    assert "\n" not in str(caught.value)


def test_a_lone_surrogate_stays_valid_utf8() -> None:
    """Text that UTF-8 cannot hold is written escaped and reads back the same."""
    line = dump({"text": "a\ud800b"})

    assert loads(line) == {"text": "a\ud800b"}
    assert line.decode("ascii")
