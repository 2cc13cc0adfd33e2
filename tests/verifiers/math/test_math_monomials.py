"""Products of a number and powers of what is never zero: compared by their numbers, and only where that is allowed."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from verisieve.verifiers.math import monomials, probe
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import Node, Num, Sym, apply, number
from verisieve.verifiers.math.parse import parse
from verisieve.verifiers.math.probe import Point
from verisieve.verifiers.math.scalars import Judgement, equal


@pytest.mark.parametrize(
    ("gold", "answer", "expected"),
    [
        (r"\frac{7\pi}{6}", r"7\pi/6", (Fraction(7, 6), Fraction(7, 6), "pi")),
        (r"-\frac{3\pi^2}{4}", r"\frac{3\pi^2}{-4}", (Fraction(-3, 4), Fraction(-3, 4), "pi^2")),
        (r"3\sqrt{2}", r"\frac{6}{4}\sqrt{2}", (Fraction(3), Fraction(3, 2), "sqrt(2)")),
        (r"40\text{ km/h}", r"\frac{100}{9}\text{ m/s}", (Fraction(100, 9), Fraction(100, 9), "m s^-1")),
        (r"60^\circ", r"\frac{\pi}{3}", (Fraction(1, 3), Fraction(1, 3), "pi")),
        (r"0 \cdot \pi", "0", (Fraction(0), Fraction(0), "")),
        (r"\frac{\pi}{2\pi}", r"0.5", (Fraction(1, 2), Fraction(1, 2), "")),
        (r"(-2\pi)^3", r"-8\pi^3", (Fraction(-8), Fraction(-8), "pi^3")),
    ],
)
def test_numbers_and_what_they_count(gold: str, answer: str, expected: tuple[Fraction, Fraction, str]) -> None:
    assert monomials.pair(lowered(parse(gold)), lowered(parse(answer))) == expected


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        (r"\pi", "e"),  # nobody knows whether pi/e is rational: not ours to say
        (r"3\sqrt{4}", "6"),  # equal, by arithmetic
        (r"2x", "3x"),  # x may be zero
        (r"2\sqrt{x}", r"3\sqrt{x}"),
        (r"\ln 1", "0"),
        (r"5\ln 1", r"3\ln 1"),  # both are zero
        (r"\pi+1", r"\pi+1"),
        (r"\frac{\pi}{0}", r"\frac{2\pi}{0}"),
        (r"0^{-1}\pi", r"\pi"),
        (r"i\pi", r"2i\pi"),
        (r"2^{65}\pi^{65}", r"2^{65}\pi^{65}"),
        (r"(10^{60})^{60}\pi", r"\pi"),
        (r"5\text{ m}", r"5\text{ s}"),
    ],
)
def test_others_are_left_to_other_rules(gold: str, answer: str) -> None:
    assert monomials.pair(lowered(parse(gold)), lowered(parse(answer))) is None


def test_a_difference_says_of_what() -> None:
    found = equal(parse(r"\frac{7\pi}{6}"), parse(r"\frac{5\pi}{6}"))
    assert found.judgement is Judgement.DIFFERENT
    assert found.witness == {"expected": "7/6", "got": "5/6", "times": "pi"}


def test_stated_digits_still_count() -> None:
    assert equal(parse(r"3.14\text{ m}"), parse(r"\pi \text{ m}")).judgement is Judgement.SAME
    assert equal(parse(r"1.2\pi"), parse(r"1.24\pi")).judgement is Judgement.DIFFERENT


_LEAVES = st.one_of(
    st.fractions(max_denominator=30).filter(bool).map(number),
    st.sampled_from([Sym("pi"), Sym("e"), apply("sqrt", Num(Fraction(2))), apply("ln", Num(Fraction(3, 2)))]),
)


def _larger(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.tuples(parts, parts).map(lambda two: apply("mul", *two)),
        st.tuples(parts, parts).map(lambda two: apply("div", *two)),
        parts.map(lambda part: apply("neg", part)),
        st.tuples(parts, st.integers(-3, 3)).map(lambda two: apply("pow", two[0], number(two[1]))),
    )


@given(st.recursive(_LEAVES, _larger, max_leaves=6), st.recursive(_LEAVES, _larger, max_leaves=6))
def test_their_numbers_are_as_their_values(gold: Node, factor: Node) -> None:
    answer = apply("div", apply("mul", factor, gold), apply("mul", factor, number(Fraction(-7, 3))))
    found = monomials.pair(gold, answer)
    assume(found is not None)
    assert found is not None
    assert found[1] / found[0] == Fraction(-3, 7)
    value = probe.evaluate(gold, Point({}, real=True)).value
    for name in found[2].split():
        head, _, power = name.partition("^")
        value /= _VALUES[head] ** int(power or 1)
    assert abs(value * found[0].denominator / found[0].numerator - 1) < 1e-9


_VALUES = {"pi": math.pi, "e": math.e, "sqrt(2)": math.sqrt(2), "ln(3/2)": math.log(1.5)}
