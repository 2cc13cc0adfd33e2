"""Certificates: a numeric difference comes with enclosures that do not meet, the same from intervals and from balls."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_math_laws import compared, trees

from verisieve.verifiers.math import judge, prepare
from verisieve.verifiers.math.certificates import Proof, certified, certify
from verisieve.verifiers.math.enclosures import Enclosure
from verisieve.verifiers.math.functions import UnsupportedError
from verisieve.verifiers.math.intervals import field, flint
from verisieve.verifiers.math.nodes import MathsError, Node
from verisieve.verifiers.math.parse import parse
from verisieve.verifiers.math.probe import Point, context, evaluate
from verisieve.verifiers.math.scalars import Claim, Judgement, different

APART = [
    ("\\sqrt2", "\\frac{99}{70}"),
    ("\\pi", "\\frac{355}{113}"),
    ("\\sqrt{10^{40}+1}", "10^{20}"),
    ("\\sin 10^{-15}", "10^{-15}"),
    ("e^{\\pi\\sqrt{163}}", "262537412640768744"),
    ("\\sqrt[3]{-2}", "-\\frac54"),
    ("\\arcsin\\frac13", "\\arccos\\frac13"),
    ("\\tanh 2", "\\coth 2"),
    ("\\log_3 7", "\\log_7 3"),
    ("\\lfloor\\pi\\rfloor+\\sqrt2", "4"),
    ("\\sum_{k=1}^{9}\\sqrt k", "19"),
    ("\\begin{vmatrix}\\sqrt2&1\\\\1&\\sqrt2\\end{vmatrix}+\\pi", "4"),
    ("\\max(\\sqrt2,\\sqrt3)", "\\sqrt2"),
    ("\\operatorname{arsinh}1", "\\operatorname{artanh}\\frac12"),
]
COMPLEX = [
    ("e^{i\\pi/3}", "e^{i\\pi/4}"),
    ("\\sqrt{-3}", "2i"),
    ("(1+i)^{1/2}", "1"),
    ("\\ln(1+i)", "\\frac{\\pi}{4}i"),
    ("\\sin(1+i)", "\\cos(1+i)"),
    ("\\operatorname{cis}2", "\\sqrt2"),
]
FIELDS = [False, True] if flint() is not None else [False]


@pytest.mark.parametrize("fast", FIELDS)
@pytest.mark.parametrize(("gold", "answer"), APART + COMPLEX)
def test_enclosures_of_different_values_do_not_meet(gold: str, answer: str, *, fast: bool) -> None:
    """Real or complex, two values that differ are proved to."""
    claim = Claim(parse(gold), parse(answer), Point({}, real=(gold, answer) not in COMPLEX), 200)

    assert certify(claim, fast=fast).proof is Proof.APART


@pytest.mark.parametrize("fast", FIELDS)
def test_a_false_claim_is_not_borne_out(*, fast: bool) -> None:
    """Enclosures of equal values meet however many bits there are: a claim that they differ becomes undecided."""
    claim = Claim(parse("\\sqrt{5+2\\sqrt6}"), parse("\\sqrt2+\\sqrt3"), Point({}), 200)

    assert certify(claim, fast=fast).proof is Proof.TOGETHER
    assert certified(different("probe")._replace(claim=claim), fast=fast).judgement is Judgement.UNDECIDED


@pytest.mark.parametrize("gold", ["f(2)", "\\infty", "\\Gamma(\\sqrt{2})"])
def test_what_has_no_rule_has_no_certificate(gold: str) -> None:
    """An unknown function or an infinity is left to the numeric witness."""
    claim = Claim(parse(gold), parse("3"), Point({}), 200)

    assert certify(claim).proof in {Proof.NONE, Proof.APART}


def test_the_evidence_shows_point_and_enclosures() -> None:
    """A wrong expression is rejected with a point and two enclosures that anyone can check."""
    witness = judge(prepare("\\sin 2x"), "\\boxed{2\\sin x}").evidence["witness"]

    assert witness["certified"] is True
    assert witness["at"].keys() == {"x"}
    assert witness["enclosures"]["expected"].startswith("[")
    assert witness["enclosures"]["bits"] >= 200


@pytest.mark.parametrize("fast", FIELDS)
@given(tree=trees, x=st.fractions(min_value=-9, max_value=9, max_denominator=20))
@settings(max_examples=150)
def test_an_enclosure_holds_the_value(tree: Node, x: Fraction, *, fast: bool) -> None:
    """Where a tree has a value, computed with twice the bits it lies in the enclosure."""
    point = Point({"x": x, "y": Fraction(7, 5)})
    try:
        with field(200, fast=fast) as numbers:
            run = Enclosure(numbers, point)
            low, high = run.ends(run.value(tree).real)
        value = evaluate(tree, point, 400).value
    except (MathsError, UnsupportedError, ArithmeticError):
        return
    ctx = context(400)
    slack = abs(value) * ctx.mpf(2) ** -380 + ctx.mpf(2) ** -380

    assert low.numerator <= (value + slack) * low.denominator
    assert (value - slack) * high.denominator <= high.numerator


@given(trees, trees)
@settings(max_examples=150)
def test_both_fields_decide_the_same(left: Node, right: Node) -> None:
    """Intervals and balls give the same judgement."""
    result = compared(left, right)
    slow, fast = certified(result, fast=False), certified(result, fast=True)

    assert slow.judgement is fast.judgement
    assert slow.witness.get("certified") == fast.witness.get("certified")
