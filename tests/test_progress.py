"""Counts of finished lines, and what is printed of them."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from verisieve.progress import ERRORS_SHOWN, Tally, console, watched
from verisieve.workers import Line


def line(outcome: str, reason: str = "", label: str = "", body: bytes = b"{}") -> Line:
    """A finished line of the math domain."""
    return Line(body, "math", outcome, reason, label)


def printed(tally: Tally) -> str:
    """What a person sees of the counts."""
    out = io.StringIO()
    screen = Console(file=out, width=140)
    tally.show(screen)
    tally.show_errors(screen)
    return out.getvalue()


def test_lines_are_counted_and_passed_on() -> None:
    """Watching changes no line and counts each."""
    lines = [line("pass"), line("fail", "wrong_answer"), line("fail", "wrong_answer")]
    tally = Tally()

    assert list(watched(lines, tally)) == lines
    assert tally.to_json()["outcomes"]["math"] == {"pass": 1, "fail": 2, "no_answer": 0, "limit": 0, "error": 0}
    assert "wrong_answer 2" in printed(tally)


def test_errors_are_nobodys_score() -> None:
    """A labelled row that ended in error is in no cell of the confusion."""
    tally = Tally()
    for each in (line("pass", label="pass"), line("error", "sandbox_failed", "pass"), line("pass", label="reject")):
        tally.add(each)

    assert tally.to_json()["confusion"]["math"] == {
        "true_pass": 1,
        "false_reject": 0,
        "false_pass": 1,
        "true_reject": 0,
        "undecided": 1,
    }
    assert tally.errors == 1


def test_each_error_gets_one_line_up_to_a_bound() -> None:
    """Errors are listed with place and field; past the bound only their number is."""
    evidence = {"file": "a.jsonl", "line": 3, "field": "truth", "message": "missing\nsecond line"}
    check = {"name": "input", "outcome": "error", "evidence": evidence}
    body = json.dumps({"id": None, "domain": "math", "reason": "bad_row", "checks": [check]}).encode()
    tally = Tally()
    for _ in range(ERRORS_SHOWN + 5):
        tally.add(line("error", "bad_row", body=body))
    text = printed(tally)

    assert text.count("error: a.jsonl:3: bad_row: truth: missing\n") == ERRORS_SHOWN
    assert "... and 5 more rows" in text


def test_what_is_printed_is_not_interpreted(capsys: pytest.CaptureFixture[str]) -> None:
    """File names, places and reasons are printed as they are: `:100:` is no emoji and `[red]` no colour."""
    console().print("error: [red].jsonl:100: bad_row")

    assert capsys.readouterr().err == "error: [red].jsonl:100: bad_row\n"
