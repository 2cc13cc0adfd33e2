"""Reading inputs out of texts: given calls, examples, parameters."""

from __future__ import annotations

import ast

import pytest

from verisieve.verifiers.code.cases import examples, given_calls, parameters
from verisieve.verifiers.code.literals import Call

# a text, and the calls of `f` that it gives
GIVEN = [
    ("assert f(1, [2]) == 3", [Call((1, [2]), {})], "literals"),
    ("assert candidate(-1, k='a') == 3", [Call((-1,), {"k": "a"})], "the name in `check`, keywords"),
    ("assert f(f(1)) == 3", [Call((1,), {})], "only the inner call has a literal"),
    ("assert f(x) == 3", [], "a variable"),
    ("assert f(**{'a': 1}) == f(*[1])", [], "stars"),
    ("f(1); f(1); f(True)", [Call((1,), {}), Call((True,), {})], "each once, a truth value is no number"),
    ("f(__import__('os'))", [], "a call is no literal and is not made"),
    (
        "T = [((1, 'a'), 2), ((3, 'b'), 4)]\ndef check(candidate):\n    for a, e in T:\n        candidate(*a)",
        [Call((1, "a"), {}), Call((3, "b"), {})],
        "a loop over a table",
    ),
    ("for a, e in [((1,), 2)]:\n    assert f(*a) == e", [Call((1,), {})], "a loop over a literal"),
    ("for a, e in [(1, 2)]:\n    assert f(*a) == e", [], "a table of other rows"),
    ("for a, e in unknown:\n    assert f(*a) == e", [], "a table that is none"),
    ("assert f(1", [], "no Python"),
]


@pytest.mark.parametrize(("text", "expected", "why"), GIVEN, ids=[case[2] for case in GIVEN])
def test_given_calls_are_read(text: str, expected: list[Call], why: str) -> None:
    """Calls with literal arguments are found, and nothing else."""
    found = given_calls([text], "f")

    assert [repr(call) for call in found] == [repr(call) for call in expected]


def test_examples_come_from_docstrings() -> None:
    """The quotes that end a docstring are no part of its last example."""
    (example,) = examples('def f(x):\n    """Twice.\n\n    >>> f(1)\n    2"""\n')

    assert (example.source, example.want) == ("f(1)\n", "2\n")


def test_examples_of_prose_are_found() -> None:
    """A prompt that is no Python may hold examples too."""
    assert [example.want for example in examples("Write f.\n\n>>> f(1)\n2\n\nWell?")] == ["2\n"]


def test_parameters_have_hints_and_values() -> None:
    """A hint that the reference lacks comes from the prompt, values from the calls, by place or name."""
    texts = ["def f(a, b=1, *, c=None): pass", "def f(a: int, b, *, c: str): pass"]
    found = parameters(texts, "f", [Call((1, 2), {}), Call((3,), {"c": "x"})])

    assert found is not None
    shown = [(one.name, one.hint and ast.unparse(one.hint), one.seen, one.optional) for one in found]
    assert shown == [("a", "int", (1, 3), False), ("b", None, (2,), True), ("c", "str", ("x",), True)]


def test_a_method_is_an_entry_point_too() -> None:
    """`Solution().f` is the method f of the class, whose `self` is nobody's argument."""
    entry = "Solution().f"
    found = parameters(["class Solution:\n    def f(self, a: int, b=1): pass"], entry, [])

    assert found is not None
    assert [(one.name, one.optional) for one in found] == [("a", False), ("b", True)]
    assert given_calls(["assert Solution().f(1) == 2"], entry) == [Call((1,), {})]


def test_the_last_definition_counts() -> None:
    """As in Python, a function that is defined again is the later one; a lambda is a function too."""
    found = parameters(["def f(a): pass\nf = lambda b, c: b"], "f", [])

    assert found is not None
    assert [one.name for one in found] == ["b", "c"]
    assert parameters(["class f: pass", "no Python"], "f", []) is None
