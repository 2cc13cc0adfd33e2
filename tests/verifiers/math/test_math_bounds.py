"""Inputs that hang naive checkers: each gets a ruling that is no pass, from budgets and not from clocks."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from verisieve.records import Outcome
from verisieve.verifiers.math import judge, meter, prepare
from verisieve.verifiers.math.nodes import MAX_CHARS, MAX_DEPTH, TooLargeError
from verisieve.verifiers.math.parse import parse

HOSTILE = {
    "a million digits": "9" * 1_000_000,
    "open boxes": "\\boxed{" * 140_000,
    "many boxes": "\\boxed{1} " * 100_000,
    "dollars": "$" * 1_000_000,
    "blank lines": "\n" * 1_000_000,
    "percent signs": "%" * 1_000_000,
    "backslashes": "\\" * 1_000_000,
    "marks": "the answer is " * 70_000,
    "hashes": "#### \n" * 150_000,
    "thinking": "<think>" * 140_000,
    "brackets": "\\boxed{" + "(" * 2000 + ")" * 2000 + "}",
    "fractions": "\\boxed{" + "\\frac{1}{" * 300 + "1" + "}" * 301,
    "a tower": "\\boxed{9^{9^{9}}}",
    "nothing times a tower": "\\boxed{7+0\\cdot 9^{9^9}}",
    "factorials": "\\boxed{(((10!)!)!)}",
    "a power of a sum": "\\boxed{(x+y+z+w+1)^{500}}",
    "a long series": "\\boxed{\\sum_{k=1}^{1000000000000}k}",
    "nested series": "\\boxed{\\sum_{i=1}^{1000}\\sum_{j=1}^{1000}\\sum_{k=1}^{1000} 1}",
    "a binomial": "\\boxed{\\binom{1000000000}{500000000}}",
    "roots of a high degree": "\\boxed{x^{50}-3x^{49}+x^7-1>0}",
    "a scan": "\\boxed{\\sin(x)\\cos(x)\\tan(x)e^x>0.5}",
    "many intervals": "\\boxed{" + "\\cup".join(f"({i},{i + 1})" for i in range(150)) + "}",
    "signs": "\\boxed{" + "\\pm".join(["1"] * 30) + "}",
    "a huge angle": "\\boxed{\\sin(10^{1000})}",
    "a deep exponential": "\\boxed{e^{e^{e^{e^e}}}}",
}
GOLDS = [
    "4",
    "x^2+1",
    "(0,1)",
    "\\{1,2,3\\}",
    "x=2y",
    "x>3",
    "5\\text{ cm}",
    "yes",
    "B",
    "\\frac{\\pi}{4}+k\\pi, k\\in\\mathbb{Z}",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_replies_never_pass(name: str) -> None:
    """Against golds of every kind there is a ruling, and it is no pass."""
    for gold in GOLDS:
        assert judge(prepare(gold), HOSTILE[name]).outcome != "pass"


def test_spliced_texts_never_raise() -> None:
    """The start of one text with the end of another, against any gold: there is always a ruling."""
    lines = (Path(__file__).parent / "pairs.txt").read_text(encoding="utf-8").splitlines()
    texts = [part.strip() for line in lines if "|||" in line for part in line.split("|||")[:2]]
    rng = Random("splices")
    for _ in range(3000):
        left, right, gold = rng.choice(texts), rng.choice(texts), rng.choice(texts)
        spliced = left[: rng.randint(0, len(left))] + right[rng.randint(0, len(right)) :]
        assert judge(prepare(gold), f"\\boxed{{{spliced}}}").outcome in Outcome


def test_identical_towers_are_equal_by_structure() -> None:
    """What nobody can compute still equals itself."""
    assert judge(prepare("9^{9^{9}}"), "\\boxed{9^{9^9}}").outcome == "pass"


@pytest.mark.parametrize("text", ["1" * (MAX_CHARS + 1), "(" * (MAX_DEPTH + 1) + "1", "1e99999", "1" + "/1" * 2040])
def test_texts_over_a_budget_are_refused(text: str) -> None:
    """Characters, depth and digits have their limits, each said in the error."""
    with pytest.raises(TooLargeError):
        parse(text)


def test_the_meter_runs_out() -> None:
    """A judgement that spends its steps stops, whatever it was doing."""
    meter.start(3)
    meter.spend(3)
    with pytest.raises(TooLargeError, match="too many steps"):
        meter.spend()
