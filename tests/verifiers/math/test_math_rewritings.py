"""A value written in another way is never found different: forty named rewritings, on trees made by Hypothesis."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_math_laws import compared, trees

from verisieve.records import Outcome
from verisieve.verifiers.math import judge, prepare
from verisieve.verifiers.math.nodes import Apply, E, Node, Sym, apply, number, symbols
from verisieve.verifiers.math.parse import parse
from verisieve.verifiers.math.render import latex
from verisieve.verifiers.math.scalars import Judgement

X = Sym("x")
REPEATED = str.split("9 ( \\boxed{ $ % x+ \\frac{1}{ √ ^{9 or <!-- \\phantom{ { (( '999 |x| _1 \\( ```")
GOLDS = ["5", "x+1", "\\{1,2\\}", "x>2", "yes", "B"]


def reversed_args(node: Node) -> Node:
    """Terms and factors in the opposite order, everywhere."""
    if not isinstance(node, Apply):
        return node
    args = tuple(reversed_args(arg) for arg in node.args)
    return Apply(node.head, args[::-1] if node.head in {"add", "mul"} else args)


TREES: dict[str, Callable[[Node], Node]] = {
    "plus zero": lambda t: apply("add", t, number(0)),
    "minus zero": lambda t: apply("add", t, apply("neg", number(0))),
    "times one": lambda t: apply("mul", number(1), t),
    "over one": lambda t: apply("div", t, number(1)),
    "to the first": lambda t: apply("pow", t, number(1)),
    "negated twice": lambda t: apply("neg", apply("neg", t)),
    "two halves": lambda t: apply("add", apply("div", t, number(2)), apply("div", t, number(2))),
    "double less itself": lambda t: apply("add", apply("mul", number(2), t), apply("neg", t)),
    "times two over two": lambda t: apply("div", apply("mul", number(2), t), number(2)),
    "a third of three": lambda t: apply("mul", number(Fraction(1, 3)), apply("mul", number(3), t)),
    "up and down one": lambda t: apply("add", apply("add", t, number(1)), number(-1)),
    "a variable added and taken": lambda t: apply("add", t, X, apply("neg", X)),
    "a number added and taken": lambda t: apply("add", t, Sym("pi"), apply("neg", Sym("pi"))),
    "reversed": reversed_args,
    "factored by minus one": lambda t: apply("mul", number(-1), apply("neg", t)),
    "hundred percent": lambda t: apply("mul", apply("percent", number(100)), t),
    "times e to the zero": lambda t: apply("mul", t, apply("pow", E, number(0))),
    "plus the log of one": lambda t: apply("add", t, apply("ln", number(1))),
    "by Pythagoras": lambda t: apply(
        "mul",
        t,
        apply("add", *(apply("pow", apply(name, X), number(2)) for name in ("sin", "cos"))),
    ),
    "by the hyperbola": lambda t: apply(
        "mul",
        t,
        apply(
            "add", apply("pow", apply("cosh", X), number(2)), apply("neg", apply("pow", apply("sinh", X), number(2)))
        ),
    ),
    "cube root of the cube": lambda t: apply("root", apply("pow", t, number(3)), number(3)),
    "times a binomial that is one": lambda t: apply("mul", t, apply("binom", number(5), number(0))),
    "over the factorial of one": lambda t: apply("div", t, apply("fact", number(1))),
}
TEXTS: dict[str, str] = {
    "bare": "$%s$",
    "box": "\\boxed{%s}",
    "framed": "\\fbox{%s}",
    "display": "\\[\\boxed{%s}\\]",
    "two dollars": "$$%s$$",
    "round": "\\(%s\\)",
    "sentence": "The answer is $%s$.",
    "mark": "Answer: $%s$",
    "bold mark": "**Answer:** $%s$",
    "hashes": "#### $%s$",
    "heading": "### Final Answer\n\n$$\\boxed{%s}$$",
    "aligned": "\\begin{align*}\n\\boxed{%s}\n\\end{align*}",
    "tag": "<answer>$%s$</answer>",
    "after thinking": "<think>Perhaps \\boxed{12345}?</think>\\boxed{%s}",
    "after another box": "First \\boxed{98765}, which fails. Hence \\boxed{%s}.",
    "spaces": "\\boxed{ \\; %s \\, }",
    "brackets": "\\boxed{\\left(%s\\right)}",
    "braces": "\\boxed{{%s}}",
    "style": "\\boxed{\\displaystyle %s}",
    "full stop": "\\boxed{%s.}",
    "Qwen": "Therefore, the final answer is: $\\boxed{%s}$. I hope it is correct.",
}


@pytest.mark.parametrize("name", TREES)
@given(trees)
@settings(max_examples=30)
def test_a_tree_equals_its_rewriting(name: str, tree: Node) -> None:
    """Rewritten as a tree, written as LaTeX and read again, a value is never found different."""
    rewritten = TREES[name](tree)

    assert compared(tree, rewritten).judgement is not Judgement.DIFFERENT
    assert compared(tree, parse(latex(rewritten))).judgement is not Judgement.DIFFERENT


@pytest.mark.parametrize("name", TEXTS)
@given(trees)
@settings(max_examples=20)
def test_a_text_equals_its_rewriting(name: str, tree: Node) -> None:
    """In whatever phrase an answer stands, it is not found wrong."""
    text = latex(tree)

    assert judge(prepare(text), TEXTS[name].replace("%s", text)).outcome is not Outcome.FAIL


@pytest.mark.parametrize("name", [*TREES, *TEXTS])
@pytest.mark.parametrize("gold", ["7", "\\frac{3x}{2}+1", "\\sqrt{2}", "x^{2}-\\pi"])
def test_plain_answers_pass_in_every_rewriting(name: str, gold: str) -> None:
    """What is easy is decided, and passes; the gold with one added does not."""
    tree = parse(gold)
    if name == "a variable added and taken" and not symbols(tree):
        return  # a variable is no value, even where it cancels
    for shift, passes in ((tree, True), (apply("add", tree, number(1)), False)):
        text = latex(TREES[name](shift)) if name in TREES else latex(shift)
        reply = TEXTS.get(name, "\\boxed{%s}").replace("%s", text)
        assert (judge(prepare(gold), reply).outcome == "pass") is passes, reply


@given(trees, st.fractions(min_value=-9, max_value=9, max_denominator=9).filter(bool))
def test_a_shifted_tree_is_never_the_same(tree: Node, shift: Fraction) -> None:
    """A value and the value with a constant added differ, and a numeric difference has disjoint enclosures or none."""
    result = compared(tree, apply("add", tree, number(shift)))

    assert result.judgement is not Judgement.SAME


@given(st.sampled_from(REPEATED), st.integers(1, 1_000_000), st.sampled_from(GOLDS))
@settings(max_examples=60)
def test_a_megabyte_of_anything_is_no_answer(piece: str, size: int, gold: str) -> None:
    """One piece repeated up to a million characters gets a ruling, and no pass unless it is the gold."""
    reply = piece * max(1, size // len(piece))

    assert reply == gold or judge(prepare(gold), reply).outcome != "pass"


def test_a_megabyte_takes_little_memory() -> None:
    """Judging a megabyte allocates less than 32 times its size."""
    replies = ["\\boxed{" * 140_000, "9" * 1_000_000, "the answer is 5, " * 60_000, "{" * 1_000_000, "$x$ " * 250_000]
    tracemalloc.start()
    for reply in replies:
        judge(prepare("5"), reply)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 32_000_000


def test_the_rewritings_are_many() -> None:
    """There are at least thirty of them, each with a name."""
    assert len(TREES.keys() | TEXTS.keys()) >= 30
