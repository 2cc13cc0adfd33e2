"""Real data: labelled pairs, recorded model answers, and competition golds in many notations."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from verisieve.verifiers.math import judge, prepare

REWRITINGS = (
    "{n}", "\\boxed{{{n}}}", "${n}$", "\\({n}\\)", "\\[{n}\\]", "The answer is {n}.", "The answer is ${n}$.",
    "Answer: {n}", "**Answer:** {n}", "#### {n}", "Final answer: **{n}**", "x = {n}",
    "\\boxed{{x={n}}}", "\\boxed{{\\text{{{n}}}}}",
    "\\boxed{{\\mathbf{{{n}}}}}", "{n}.0", "\\boxed{{{n}.00}}", "+{n}", "({n})", "\\frac{{{n}}}{{1}}", "{n}/1",
    "\\boxed{{\\dfrac{{{double}}}{{2}}}}", "2\\cdot{n}/2", "{n}^1", "\\sqrt{{{n}^2}}",
    "{below}+1", "{above}-1", "{n}!/{n}!\\cdot{n}",
    "\\boxed{{{n}\\text{{ points}}}}", "Therefore, the final answer is: $\\boxed{{{n}}}$. I hope it is correct.",
    "<think>Or \\boxed{{0}}?</think> So it is \\boxed{{{n}}}.", "\\boxed{{{grouped}}}", "\\boxed{{{n}\\,}}",
)  # fmt: skip
CLEAN = {"injection", "hedging", "dos", "units", "numeric_precision"}


def rows(path: Path) -> Iterator[dict[str, object]]:
    """The rows of a JSONL file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


@pytest.mark.data
def test_the_labelled_pairs_agree(shared_corpora: Path) -> None:
    """At least 99 % of the labelled pairs come out as labelled, and no wrong answer passes."""
    wrong, total = Counter[str](), 0
    for row in rows(shared_corpora / "math.jsonl"):
        truth, total = row["truth"], total + 1
        passed = judge(prepare(truth["answer"], kind=truth.get("type", "")), row["response"]).outcome == "pass"  # type: ignore[index,attr-defined,arg-type]
        if passed != (row["label"] == "pass"):
            wrong["accepted" if passed else "rejected"] += 1
            wrong[f"accepted {row['category']}"] += passed
    assert wrong["accepted"] + wrong["rejected"] <= total // 100, wrong
    assert wrong["accepted"] <= 1
    assert not any(wrong[f"accepted {category}"] for category in CLEAN)


@pytest.mark.data
def test_the_recorded_gsm8k_answers_agree(shared_data: Path) -> None:
    """Every one of the 5,276 recorded answers is judged as it was recorded."""
    differing = []
    for row in rows(shared_data / "gsm8k" / "example_model_solutions.jsonl"):
        gold = prepare(str(row["ground_truth"]).splitlines()[-1].removeprefix("A: "))
        for answer in row.values():
            if isinstance(answer, dict):
                passed = judge(gold, answer["solution"]).outcome == "pass"
                differing += [(gold.text, answer)] if passed != answer["is_correct"] else []
    assert differing == []


@pytest.mark.data
@pytest.mark.parametrize("name", ["aime24", "amc23"])
def test_competition_golds_equal_themselves_only(shared_data: Path, name: str) -> None:
    """Every gold passes in over thirty notations, and with any one digit changed in none."""
    for row in rows(shared_data / name / "test.jsonl"):
        number = int(float(str(row["answer"])))
        gold = prepare(str(row["answer"]))
        for form in REWRITINGS:
            if number < 0 or (number > 60 and "!" in form):
                continue
            assert judge(gold, filled(form, number)).outcome == "pass", (number, form)
            for mutant in mutants(number):
                if mutant > 60 and "!" in form:
                    continue
                assert judge(gold, filled(form, mutant)).outcome != "pass", (number, mutant, form)


def filled(form: str, number: int) -> str:
    """A number in one notation."""
    return form.format(n=number, double=2 * number, below=number - 1, above=number + 1, grouped=f"{number:,}")


def mutants(number: int) -> Iterator[int]:
    """The number with one digit changed, in every way."""
    text = str(abs(number))
    for place, old in enumerate(text):
        for new in sorted(set("0123456789") - {old}):
            yield int(text[:place] + new + text[place + 1 :])
