"""Finding the program in a reply."""

from __future__ import annotations

import pytest

from verisieve.verifiers.code import extract

PROMPT = 'from typing import List\n\n\ndef helper(x):\n    return x\n\n\ndef f(x: int) -> int:\n    """Add one."""\n'
GOOD = "def f(x):\n    return x + 1\n"

PROGRAMS = [
    (GOOD, "a bare program"),
    (f"```python\n{GOOD}```", "a fence"),
    (f"~~~\n{GOOD}~~~", "a tilde fence without a language"),
    (f"````py\n{GOOD}````", "a long fence"),
    (f"```Python\n{GOOD}", "a fence that is never closed"),
    (f"Sure!\n```\n{GOOD}```\nHope it helps.", "prose around a fence"),
    (f"Sure, here it is:\n\n{GOOD}\nThis adds one.", "prose around a bare program"),
    (
        f"```python\nprint('hi')\n```\n```python\n{GOOD}```\n```python\nprint(f(1))\n```",
        "several blocks, one defines it",
    ),
    (f"```python\ndef f(x):\n    return 0\n```\nBetter:\n```python\n{GOOD}```", "two definitions: the last one"),
    (f"```python\n{GOOD}```\nor shorter\n```python\ndef f(x):\n    return (x +\n```", "the last one is cut off"),
    (f"<think>def f(x): return 0</think>{GOOD}", "after thinking"),
    ("1. First\n\n   ```python\n   def f(x):\n       return x + 1\n   ```\n", "a fence in a list"),
    (f"```python\n>>> {GOOD.splitlines()[0]}\n... {GOOD.splitlines()[1]}\n```", "an interpreter's prompts"),
    (f"```\noutput: 3\n```\n{GOOD}", "the program is outside the fence"),
    (f"```javascript\nfunction f(x) {{}}\n```\n```python\n{GOOD}```", "another language first"),
    (GOOD.replace("\n", "\r\n"), "carriage returns"),
    ("f = lambda x: x + 1\n", "an assignment"),
]


@pytest.mark.parametrize(("text", "why"), PROGRAMS, ids=[why for _, why in PROGRAMS])
def test_the_program_is_found(text: str, why: str) -> None:
    """The block that defines the entry point is taken, whole."""
    source = extract.program(text, "f", "Write f.")
    assert source is not None
    assert extract.complete(source.code)
    assert extract.defines(source.code, "f")
    assert "x + 1" in source.code
    assert "return 0" not in source.code


BODIES = [
    ("    return x + 1\n", "the body with its margin"),
    ("return x + 1\n", "the body without its margin"),
    ("y = x\n    return y + 1\n", "the first line lost its margin"),
    ("```python\n    return x + 1\n```", "the body in a fence"),
    ("\treturn x + 1\n", "a tab"),
    ("```\n    def g(y):\n        return y + 1\n\n    return g(x)\n```", "a fenced body that begins with a function"),
    ("  y = x\n  return y + 1\n", "a margin of two"),
    ("    # add\n    y = x + 1\n    return y\n", "a comment first"),
    ("    return x + 1\n\n\nprint(f(1))\n", "code after the function"),
    ("    return x + 1\n\nThis adds one to x.\n", "prose after the function"),
    ("    def g(y):\n        return y + 1\n    return g(x)\n", "a function within"),
]


@pytest.mark.parametrize(("text", "why"), BODIES, ids=[why for _, why in BODIES])
def test_a_body_continues_the_prompt(text: str, why: str) -> None:
    """A function body is put under the prompt's signature, its margin kept."""
    source = extract.program(text, "f", PROMPT)
    assert source is not None
    assert source.code.startswith(PROMPT.rstrip())
    assert extract.complete(source.code)
    assert "+ 1" in source.code


NOTHING = [
    "",
    "   \n",
    "I cannot help.",
    "The answer is 42.",
    "<think>\n" + GOOD,
    "```javascript\nfunction f() {}\n```",
    "x",
]


@pytest.mark.parametrize("text", NOTHING)
def test_a_reply_without_python_is_none(text: str) -> None:
    """Prose, thinking and other languages hold no program."""
    assert extract.program(text, "f", PROMPT) is None


def test_a_whole_program_leans_on_the_prompt() -> None:
    """The prompt's imports and helpers come along as context."""
    source = extract.program(GOOD, "f", PROMPT)
    assert source is not None
    assert source.context == PROMPT


def test_helpers_in_earlier_blocks_come_along() -> None:
    """A helper that the chosen block uses and does not define is put before it."""
    text = "```python\ndef g(x):\n    return x + 1\n```\nand\n```python\ndef f(x):\n    return g(x)\n```"
    source = extract.program(text, "f")
    assert source is not None
    assert source.code.index("def g") < source.code.index("def f")


@pytest.mark.parametrize(
    "text", ["(" * 5000, "-" * 100_000 + "1", "[" * 90 + "]" * 90, "\x00", "if 1:\n" * 3000, r"'\w'"]
)
def test_hostile_text_is_judged_incomplete_or_complete_without_harm(text: str) -> None:
    """No text crashes the parser's guard."""
    assert extract.complete(text) in (True, False)


def test_a_program_without_entry_point_is_the_last_complete_block() -> None:
    """Programs that read standard input have no name to look for."""
    assert extract.whole("```\nprint(1)\n```\n```\nprint(2)\n```\n```\nprint(\n```") == "print(2)\n"
    assert extract.whole("no code") is None
