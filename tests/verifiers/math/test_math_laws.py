"""Laws of the checker, tried on trees and texts that Hypothesis makes up."""

from __future__ import annotations

from fractions import Fraction
from threading import Thread

from hypothesis import given, settings
from hypothesis import strategies as st

from verisieve.records import Outcome
from verisieve.verifiers.math import judge, meter, prepare
from verisieve.verifiers.math.compare import compare
from verisieve.verifiers.math.nodes import Apply, Node, Num, Sym, apply, number
from verisieve.verifiers.math.parse import parse
from verisieve.verifiers.math.render import latex
from verisieve.verifiers.math.scalars import Judgement, Result

numbers = st.fractions(min_value=-50, max_value=50, max_denominator=12).map(number)
atoms = numbers | st.sampled_from([Sym("x"), Sym("y"), Sym("pi")])
MATHS = "0123456789.,+-*/^_(){}[]|\\$%!='<> xyzkCie" + "π√²≤∞½"
PIECES = [
    "\\frac",
    "\\sqrt",
    "\\pm",
    "\\text{ cm}",
    "\\begin{cases}",
    "\\end{cases}",
    "\\cup",
    "\\pmod",
    "\\boxed{",
    "}",
    "{",
]


def larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Trees one level higher."""
    pairs = st.tuples(inner, inner)
    return (
        pairs.map(lambda two: Apply("add", two))
        | pairs.map(lambda two: Apply("mul", two))
        | pairs.map(lambda two: Apply("div", two))
        | inner.map(lambda node: apply("neg", node))
        | inner.map(lambda node: apply("pow", node, number(2)))
        | inner.map(lambda node: apply("sqrt", apply("pow", node, number(2))))
    )


trees = st.recursive(atoms, larger, max_leaves=6)
hostile = st.lists(st.sampled_from(PIECES) | st.text(MATHS, max_size=6), max_size=8).map("".join)


def compared(gold: Node, answer: Node) -> Result:
    """One comparison with a fresh budget."""
    meter.start()
    return compare(gold, answer)


@given(trees)
def test_a_tree_equals_what_it_reads_back_as(tree: Node) -> None:
    """Written as LaTeX and read again, a tree is never found different from itself."""
    assert compared(tree, parse(latex(tree))).judgement is not Judgement.DIFFERENT


@given(trees, trees)
def test_equality_is_symmetric(left: Node, right: Node) -> None:
    """The judgement does not depend on the order of the two sides."""
    assert compared(left, right).judgement is compared(right, left).judgement


@given(trees)
def test_a_tree_differs_from_itself_plus_one(tree: Node) -> None:
    """Adding one makes another value, wherever there is a value."""
    assert compared(tree, apply("add", tree, number(1))).judgement is not Judgement.SAME


@given(trees, trees)
def test_sums_and_products_commute(left: Node, right: Node) -> None:
    """Terms and factors may stand in any order."""
    for head in ("add", "mul"):
        assert compared(apply(head, left, right), apply(head, right, left)).judgement is not Judgement.DIFFERENT


@given(st.fractions(), st.fractions())
def test_rational_numbers_are_compared_exactly(left: Fraction, right: Fraction) -> None:
    """Two rational numbers are the same exactly where they are equal."""
    assert (compared(Num(left), Num(right)).judgement is Judgement.SAME) == (left == right)


@given(hostile, hostile)
@settings(max_examples=300)
def test_judging_never_raises(gold: str, reply: str) -> None:
    """Whatever gold and reply hold, there is a ruling, and the same one in another thread."""
    prepared = prepare(gold or "0")
    ruling = judge(prepared, reply)
    elsewhere = []
    thread = Thread(target=lambda: elsewhere.append(judge(prepared, reply)))
    thread.start()
    thread.join()

    assert elsewhere == [ruling]
    assert ruling.outcome in Outcome


@given(hostile)
@settings(max_examples=300)
def test_a_readable_text_is_right_against_itself(text: str) -> None:
    """A gold that is maths accepts its own text, in a box, or says that it cannot tell."""
    gold = prepare(text or "0")
    if gold.node is not None and text.count("{") == text.count("}") and "boxed" not in text:
        assert judge(gold, f"\\boxed{{{text}}}").outcome is not Outcome.FAIL or "%" in text or "\\}" in text


@given(st.text(max_size=300))
def test_any_text_can_be_judged(text: str) -> None:
    """Any text at all gets a ruling against a number, a set and a word."""
    for gold in ("7", "\\{1,2\\}", "no solution", "B", "3:30 PM", "x>2"):
        assert judge(prepare(gold), text).outcome is not Outcome.ERROR
