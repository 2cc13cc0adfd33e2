"""Claims of a call: what a reply says it returns, or which call it says returns a value."""

from __future__ import annotations

from typing import Any

import pytest

from verisieve.verifiers.code import asserted
from verisieve.verifiers.code.asserted import TornError
from verisieve.verifiers.code.literals import LiteralError

VALUES: list[tuple[str, Any]] = [
    ("[ANSWER]\nassert f([1], k=2) == {'a': (1,)}\n[/ANSWER]", {"a": (1,)}),
    ("assert f(1) == 5 # done", 5),
    ("f(1) == 5", 5),
    ("5\n[/ANSWER]", 5),  # the prompt ended in the opening tag
    ("First xs is [1].\nOutput: [1]\n[ANSWER]'b'[/ANSWER]", "b"),
    ("```python\ndef f(x):\n    return x\n\nassert f(5) == 5\n```", 5),
    ("Input: 3\nStep by step:\n\nOutput: `-7`", -7),
    ("**Answer:** ''", ""),
    ("So the final output is `[(4, 1)]`.", [(4, 1)]),
    ("<think>Answer: 3</think>Answer: 4", 4),
    ("[ANSWER]True[/ANSWER]", True),
]
NO_VALUES = [
    "[ANSWER]f(1)[/ANSWER]",
    "[ANSWER]'a' * 3[/ANSWER]",
    "[ANSWER]??[/ANSWER] Answer: 3",  # tags are what was asked for
    "[ANSWER]assert f(1) != 3[/ANSWER]",
    "[ANSWER]__import__('os')[/ANSWER]",
    "I do not know.",
    "",
    "1; 2",
    "9" * 30_000,
]
CALLS = [
    ("[ANSWER]assert f([1], k='b') == 2[/ANSWER]", "f([1], k='b')"),
    ("assert 2 == f(1)", "f(1)"),
    ("f(1, 2)", "f(1, 2)"),
    ("[ANSWER]1, 2[/ANSWER]", "f(1, 2)"),
    ("[ANSWER](1, 2)[/ANSWER]", "f((1, 2))"),
    ("[ANSWER](1, ), (1, 2)[/ANSWER]", "f((1,), (1, 2))"),
    ("[ANSWER]()[/ANSWER]", "f(())"),
    ("[ANSWER]k=3[/ANSWER]", "f(k=3)"),
    ("Input: `'ab'`", "f('ab')"),
    ("f(set(), [0] * 3, *range(2), **{'k': -1})", "f(set(), [0] * 3, *range(2), **{'k': -1})"),
    ("f()", "f()"),
]
NO_CALLS = [
    "f(lambda: 1)",
    "f(open('x'))",
    "f((x := 3))",
    "f([x for x in (1,)])",
    "f(f(1))",
    "f('a'.upper())",
    "f(9 ** 9 ** 9)",
    "f(str.__class__)",
    "f(f'{1}')",
    "f(1) or 3",
    "f(x)",
    "f(1)\nf(2)",
    "g(1)",
]


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[text[:30] for text, _ in VALUES])
def test_a_value_is_found_in_the_usual_forms(text: str, value: Any) -> None:
    """Tags, labels, blocks, a sentence that ends in it, or nothing but it."""
    found = asserted.value(text, "f")
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text", NO_VALUES, ids=[text[:30] for text in NO_VALUES])
def test_what_is_no_literal_is_no_value(text: str) -> None:
    """The question said again, an expression, prose."""
    with pytest.raises(LiteralError):
        asserted.value(text, "f")


@pytest.mark.parametrize(("text", "call"), CALLS, ids=[text[:30] for text, _ in CALLS])
def test_a_call_is_written_anew(text: str, call: str) -> None:
    """From an assertion, from a call, from its arguments alone."""
    assert asserted.call(text, "f") == call


@pytest.mark.parametrize("text", NO_CALLS)
def test_arguments_that_could_reach_the_function_never_run(text: str) -> None:
    """Only literals and what makes plain values of them; one call and nothing beside it."""
    with pytest.raises((LiteralError, TornError)):
        asserted.call(text, "f")


@pytest.mark.parametrize("text", ["Answer: 1\nAnswer: 2", "[ANSWER]1[/ANSWER] or [ANSWER]2[/ANSWER]"])
def test_two_values_are_no_answer(text: str) -> None:
    """The same one twice is one."""
    with pytest.raises(TornError):
        asserted.value(text, "f")
    assert asserted.value(text.replace("2", "1"), "f") == 1
