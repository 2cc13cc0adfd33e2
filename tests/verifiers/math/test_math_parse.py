"""The parser: which tree a notation stands for."""

from __future__ import annotations

from fractions import Fraction

import pytest

from verisieve.verifiers.math.derivation.meanings import bare
from verisieve.verifiers.math.exact import rational
from verisieve.verifiers.math.nodes import Apply, Sym, UnreadableError, heads
from verisieve.verifiers.math.parse import parse

VALUES = [
    ("-3^2", -9, "a sign binds weaker than a power"),
    ("2^3^2", 512, "towers group to the right"),
    ("1/2/2", Fraction(1, 4), "quotients group to the left"),
    ("6/2(3)", 9, "juxtaposition has the rank of a product"),
    ("7 1/8", Fraction(57, 8), "a mixed number"),
    ("-1\\frac79", Fraction(-16, 9), "the sign covers the whole mixed number"),
    ("\\frac12", Fraction(1, 2), "a macro takes one digit"),
    ("\\sqrt 16", 4, "a root without braces takes the number"),
    ("1{,}234", 1234, "thousands in LaTeX"),
    ("1 234 567", 1234567, "thousands with spaces"),
    ("3e-2", Fraction(3, 100), "a power of ten"),
    ("0.1\\overline{6}", Fraction(1, 6), "a period after fixed digits"),
    ("0.333...", Fraction(1, 3), "a period that shows"),
    ("5!!", 15, "a double factorial"),
    ("|{-3}|", 3, "bars are an absolute value"),
    ("\\lfloor 2.7\\rfloor", 2, "floor"),
    ("{8 \\choose 3}", 56, "a TeX binomial"),
    ("13 \\bmod 5", 3, "a remainder"),
    ("7^{10^{30}} \\bmod 10", 1, "a remainder of a power too large to write"),
    ("½", Fraction(1, 2), "a vulgar fraction"),
    ("2³", 8, "a superscript"),
    ("forty-two", 42, "a number in words"),
]


@pytest.mark.parametrize(("text", "value", "why"), VALUES)
def test_values(text: str, value: Fraction, why: str) -> None:
    """A notation has the value that a reader gives it."""
    assert rational(parse(text)) == value, why


MONEY = [
    ("11 dollars - 9", 2),
    ("48*$15", 720),
    ("48 \\cdot \\$15 + 3", 723),
    ("-$9", -9),
    ("$5\\frac12", Fraction(11, 2)),
]


@pytest.mark.parametrize(("text", "value"), MONEY)
def test_money(text: str, value: Fraction) -> None:
    """A sign of money belongs to the number after it, a currency in words to the one before."""
    assert rational(bare(parse(text))) == value


HEADS = [
    ("(1,2]", "iv(]"), ("]1,2[", "iv()"), ("(1,2,3)", "tuple"), ("\\{1,2\\}", "set"), ("1, 2", "list"),
    ("x<3 or x>5", "or"),
    ("x\\equiv 3\\pmod 7", "cong"), ("1<x<3", "chain"), ("3:4", "ratio"), ("\\pm 3", "pm"), ("50\\%", "percent"),
    ("12_3", "based"), ("5 apples", "noun"), ("f(x)=x", "eq"), ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "matrix"),
    ("\\begin{vmatrix}1\\end{vmatrix}", "det"), ("x=2k, k\\in\\mathbb{Z}", "setof"), ("A(1,2)", "tuple"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "head"), HEADS)
def test_kinds(text: str, head: str) -> None:
    """A notation has the kind that a reader sees."""
    node = parse(text)

    assert isinstance(node, Apply)
    assert node.head == head


@pytest.mark.parametrize(
    "text", ["", "3 4", "2.5.1", "yes", "7 is wrong", "gold", "(1,2", "1+", "\\foo", "x^2^{3", "a; DROP TABLE"]
)
def test_no_maths(text: str) -> None:
    """What is no maths is unreadable, and never guessed at."""
    with pytest.raises(UnreadableError):
        parse(text)


def test_functions_take_what_stands_beside_them() -> None:
    """sin 2x cos x is a product of two functions; a sum ends the argument."""
    node = parse("\\sin 2x\\cos x+1")

    assert isinstance(node, Apply)
    assert node.head == "add"
    assert heads(node) >= {"sin", "cos"}
    assert parse("\\ln|x|") == Apply("ln", (Apply("abs", (Sym("x"),)),))
