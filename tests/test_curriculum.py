"""Rounds: what was seen steers what is asked, teachers help, and what is held back stays out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from verisieve import steering
from verisieve.errors import UsageError
from verisieve.forecast import calls, forecast
from verisieve.plan import Plan, read_plan
from verisieve.run import Ran, carry_out, check

TEACHER = "builtin:noisy:0.0"
PLAN = f"""
seed = 4
models = ["builtin:noisy:0.0/0.5/1.0", "{TEACHER}"]
samples = 4
[domains.math]
problems = 12
families = ["ages", "absolute_equation", "divisor_count"]
[curriculum]
rounds = 3
teachers = ["{TEACHER}"]
held_back = 8
[select]
near_duplicates = 0.9
[export]
formats = ["jsonl"]
"""


def lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A student that knows level 1, half knows level 2, and nothing above; a teacher that knows all."""
    path = tmp_path_factory.mktemp("plan") / "plan.toml"
    path.write_text(PLAN)
    return read_plan(path)


@pytest.fixture(scope="module")
def ran(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """Its run."""
    out = tmp_path_factory.mktemp("out")
    return out, carry_out(plan, out, workers=1)


def test_later_rounds_ask_in_the_band(ran: tuple[Path, Ran]) -> None:
    """The share of level 2 grows; every problem is counted in one round."""
    record = json.loads((ran[0] / "curriculum.json").read_text())
    shares = [
        sum(knob["problems"] for knob in each["knobs"] if knob["difficulty"] == 2) / 12 for each in record["rounds"]
    ]
    assert shares[-1] > max(0.5, shares[0])
    assert all(sum(knob["problems"] for knob in each["knobs"]) == 12 for each in record["rounds"])


def test_teachers_are_asked_where_students_are_not_above_the_band(ran: tuple[Path, Ran]) -> None:
    """The rows say who made them; a repair has the question, the truth and the attempt of its parent."""
    rows = lines(ran[0] / "completions.jsonl")
    passed = {(row["id"], row["model"], row["sample"]): row["outcome"] for row in lines(ran[0] / "verdicts.jsonl")}
    taught = {row["id"] for row in rows if row["model"] == TEACHER}
    prompts = {row["id"]: row["prompt"] for row in rows}
    for row in rows:
        of = row["id"].removesuffix("/repair")
        solved = [passed[of, model, n] == "pass" for model in [PLAN.split('"')[1]] for n in range(4)]
        assert (of in taught) == (sum(solved) <= 3)
        if row["id"] != of:
            assert row["model"] == TEACHER
            assert row["prompt"] == prompts[of]
            assert row["meta"]["parents"] == [of]
            assert row["meta"]["attempt"]["text"] in row["rendered"]
    assert any(identity.endswith("/repair") for identity in taught)


def test_what_is_held_back_is_in_no_training_data(ran: tuple[Path, Ran]) -> None:
    """Neither its ids nor its questions are, and it was asked of the student alone."""
    held = lines(ran[0] / "held-back.jsonl")
    data = [row for path in (ran[0] / "data" / "jsonl").glob("*.jsonl") for row in lines(path)]
    assert len(held) == 8
    assert data
    assert not {row["prompt"] for row in held} & {row["prompt"] for row in data}
    assert {row["model"] for row in lines(ran[0] / "held-back" / "completions.jsonl")} == {PLAN.split('"')[1]}
    assert ran[1].selection.rules.against == (str(ran[0] / "held-back.jsonl"),)


def test_a_run_that_goes_on_asks_nothing_anew(plan: Plan, ran: tuple[Path, Ran], tmp_path: Path) -> None:
    """With the stores of a finished run, all files come out the same; so do they in another folder."""
    before = {name: (ran[0] / name).read_bytes() for name in ("completions.jsonl", "curriculum.json")}
    carry_out(plan, ran[0], workers=1, resume=True)
    assert before == {name: (ran[0] / name).read_bytes() for name in before}


def test_the_page_shows_rounds_and_calibration(ran: tuple[Path, Ran]) -> None:
    """What was expected of each problem adds up to what was asked."""
    shown = steering.read(ran[0])
    assert shown
    assert [count.problems for _, count in shown.rounds] == [12, 12, 12]
    assert sum(count.problems for count in shown.bins) == 36
    assert shown.held_back
    page = (ran[0] / "report.html").read_text(encoding="utf-8")
    assert 'id="rounds"' in page
    assert page.count('class="point" cx=') == len(shown.bins)


def test_a_broken_record_is_named(tmp_path: Path) -> None:
    """A run without one has no curriculum to show."""
    assert steering.read(tmp_path) is None
    (tmp_path / "curriculum.json").write_text('{"rounds": []}')
    with pytest.raises(UsageError, match=r"curriculum\.json: no record"):
        steering.read(tmp_path)


def test_a_forecast_counts_all_rounds(plan: Plan) -> None:
    """The student answers everything and what is held back, the teacher at most everything twice."""
    student, teacher = forecast(plan)
    assert (student.calls, teacher.calls) == ((36 + 8) * 4, 36 * 2 * 4)
    assert calls(plan) == student.calls + teacher.calls


EXAMPLES = sorted((Path(__file__).parents[1] / "docs" / "examples").glob("*.toml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_can_be_carried_out(path: Path) -> None:
    """All that they name is there, and what they cost can be told."""
    plan = read_plan(path)
    check(plan)
    assert sum(each.calls for each in forecast(plan)) == calls(plan) > 0
