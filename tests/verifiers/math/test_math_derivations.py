"""Derivations: labelled ones, the statuses of steps, hypotheses, ends, budgets, laws."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verisieve.records import Outcome
from verisieve.verifiers.math.derivation import ending
from verisieve.verifiers.math.derivation.check import check
from verisieve.verifiers.math.derivation.hypotheses import GivenError, hypothesis
from verisieve.verifiers.math.derivation.scope import Scope

ROWS = [json.loads(line) for line in (Path(__file__).parent / "derivations.jsonl").read_text("utf-8").splitlines()]
HOSTILE = {
    "digits": "1+" * 500_000 + "1=2",
    "equalities": "1=1\n" * 15_000,
    "brackets": "$" + "(" * 20_000 + "=1$",
    "displays": "\\[" * 30_000,
    "dollars": "$" * 60_000,
    "environments": "\\begin{align}" * 4_000,
    "arrows": "x=1=>" * 12_000,
    "a tower": "9^{9^{9^9}} = 1, so x^{9^9} = 2",
    "integrals": "$" + "\\int " * 2_000 + "x dx = 1$",
    "notes": "<<1=1>>" * 8_000,
    "words": "and then we get " * 4_000 + "= 3",
    "a surrogate": "\ud800 = 1",
    "openers": "\\(" * 30_000,
    "notes that do not end": "<<1" * 20_000,
    "signs": "1=" * 30_000,
    "a megabyte": "2x + 3 = 11, so 2x = 8. " * 43_000,
}
PIECES = [
    "=",
    "x",
    "2",
    " + ",
    "3x",
    "\\frac{1}{2}",
    "\n",
    " so ",
    "$",
    "\\[",
    "\\]",
    " or ",
    "^2",
    "<",
    "\\le ",
    "(",
    ")",
]
PIECES += [
    "\\int ",
    "dx",
    "f(x)",
    "'",
    "\\pmod{7}",
    "≡",
    "%",
    "<<1=1>>",
    " if ",
    "&=",
    "\\\\",
    "\\pm",
    "sqrt(",
    "|",
    ", ",
]


@pytest.mark.parametrize("row", ROWS, ids=[str(place) for place in range(len(ROWS))])
def test_labelled_derivations(row: dict[str, object]) -> None:
    """The first bad line is the labelled one, unless the row says why it is missed; no right derivation has one."""
    text = str(row["text"])
    report = check(text, prompt=str(row.get("prompt", "")), given=row.get("given", ()))  # type: ignore[arg-type]
    found = report.bad.line if report.bad else 0

    assert found == (0 if "missed" in row else row["bad"]), row.get("missed")


STATUSES = [
    ("3 + 4 = 7", "proved", "exact arithmetic"),
    ("10 / 3 = 3.33", "agrees", "rounded to the stated digits"),
    ("7 / 2 = 3", "unverifiable", "rounded to a whole number, or wrong"),
    ("2x + 3 = 11", "assumed", "an equation to begin with"),
    ("3 less than 10 = 7", "unverifiable", "prose belongs to the member"),
    ("15 gallons = 120 pints", "unverifiable", "a conversion"),
    ("80 - 20% = 64", "proved", "relative to what stands before it"),
    ("12 dollars - 9 dollars = 3 dollars", "proved", "nouns and money are dropped"),
    ("a^2 + b^2 = (a+b)^2 - 2ab", "agrees", "an identity"),
    ("$\\int 2x\\,dx = x^2$", "agrees", "a missing constant is no mistake of the step"),
    ("$\\frac{d}{dx} x^3 = 3x^2$", "agrees", "a derivative"),
    ("$P(A \\cup B) = 0.7$", "assumed", "a value from elsewhere"),
]


@pytest.mark.parametrize(("text", "status", "why"), STATUSES)
def test_the_status_of_one_step(text: str, status: str, why: str) -> None:
    """Each kind of step has its status."""
    steps = check(text).steps

    assert {str(step.status) for step in steps} == {status} or (status == "unverifiable" and not steps), why


ENDS = [
    ("2x = 8, so x = 4. The answer is 4.", "", "pass", ""),
    ("2x = 8, so x = 4. \\boxed{5}", "", "fail", "answer_mismatch"),
    ("2x = 8, so x = 4. \\boxed{9}", "Find $2x + 1$ if $2x = 8$.", "pass", ""),
    ("2x = 8, so x = 5. \\boxed{4}", "", "fail", "bad_step"),
    ("It is obvious. \\boxed{4}", "", "error", "unverifiable"),
    ("5 * 8 = 40 eggs. So 12 more make 52.\n#### 52", "", "pass", ""),
    ("1+1=2. " * 9_000, "", "limit", "too_large"),
]


@pytest.mark.parametrize(("text", "prompt", "outcome", "reason"), ENDS)
def test_the_end_of_a_derivation(text: str, prompt: str, outcome: str, reason: str) -> None:
    """The ruling names a bad step, another end, too little to check, or too much."""
    ruling = ending.judge(text, prompt=prompt)

    assert (ruling.outcome, ruling.reason) == (outcome, reason)


def test_a_bad_step_has_a_witness() -> None:
    """The line, the text and a point where the premises hold and the step does not."""
    ruling = ending.judge("x^2 = 5x\nx = 5\n\\boxed{5}")
    bad = ruling.evidence["first_bad"]

    assert (bad["line"], bad["text"], bad["witness"]) == (2, "x = 5", {"at": {"x": "0"}})


def test_hypotheses_rule_solutions_out() -> None:
    """With n > 0 given, n^2 = 36 leaves 6 alone."""
    assert check("n^2 = 36\nn = 6").bad is not None
    assert check("n^2 = 36\nn = 6", given=("n > 0",)).bad is None
    assert hypothesis(Scope(), "n is a positive integer").integers == {"n"}
    with pytest.raises(GivenError):
        hypothesis(Scope(), "the angle is acute")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_get_a_ruling(name: str) -> None:
    """Whatever the text, there is a ruling, from budgets and not from clocks."""
    assert ending.judge(HOSTILE[name]).outcome in Outcome


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=24).map("".join))
@settings(max_examples=250, deadline=None)
def test_judging_never_raises(text: str) -> None:
    """Any text gets a ruling, and the same one in another thread."""
    ruling = ending.judge(text, prompt=text)
    elsewhere = []
    thread = Thread(target=lambda: elsewhere.append(ending.judge(text, prompt=text)))
    thread.start()
    thread.join()

    assert elsewhere == [ruling]
    json.dumps(dict(ruling.evidence), allow_nan=False)


@given(st.integers(-50, 50), st.integers(1, 20), st.integers(-50, 50), st.integers(1, 9))
def test_linear_equations(root: int, slope: int, shift: int, error: int) -> None:
    """A right solution has no bad step, one with a wrong root has."""
    start = f"{slope}x + {shift} = {slope * root + shift}\n{slope}x = {slope * root}\n"

    assert check(f"{start}x = {root}").bad is None
    assert check(f"{start}x = {root + error}").bad is not None


@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(1, 99))
def test_sums_in_prose(left: int, right: int, error: int) -> None:
    """A sum in a sentence is recomputed."""
    assert check(f"Ana has {left} + {right} = {left + right} stamps in all.").bad is None
    assert check(f"Ana has {left} + {right} = {left + right + error} stamps in all.").bad is not None
