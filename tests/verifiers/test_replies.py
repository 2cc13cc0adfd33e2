"""Replies: what of a model's text counts, and its fenced blocks."""

from __future__ import annotations

import pytest

from verisieve.verifiers.replies import Fence, fences, visible


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("4", "4"),
        ("<think>3</think>4", "4"),
        ("3</think>4", "4"),  # chat templates often open the tag in the prompt
        ("<think>a</think>b<think>c</think>d", "d"),
        ("<THINK>3</Think >4", "4"),
        ("<think>3", ""),  # cut off while thinking
        ("a</think>b<think>c", "b"),
        ("<thinking>3</thinking>4", "4"),
        ("I think </b> 4", "I think </b> 4"),
    ],
)
def test_only_text_after_the_thinking_counts(text: str, counts: str) -> None:
    """Thinking is no answer, closed or not."""
    assert visible(text) == counts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no block", []),
        ("```python\na\n```", [Fence("python", "a\n", closed=True)]),
        ("~~~\na\n~~~", [Fence("", "a\n", closed=True)]),
        ("````\n```\na\n```\n````", [Fence("", "```\na\n```\n", closed=True)]),  # a fence inside a longer one
        ("```Python3 title=x\na\n```", [Fence("python3", "a\n", closed=True)]),
        ("```py\na", [Fence("py", "a", closed=False)]),  # cut off
        ("```\na\n```\n```\nb\n```", [Fence("", "a\n", closed=True), Fence("", "b\n", closed=True)]),
        ("  ```py\r\na\r\n  ```\r\n", [Fence("py", "a\r\n", closed=True)]),
        ("inline ```x``` is no block", []),
        ("```py\na\n~~~\n```", [Fence("py", "a\n~~~\n", closed=True)]),
    ],
)
def test_fenced_blocks_are_found(text: str, found: list[Fence]) -> None:
    """Blocks come in order, with their language and without their marks."""
    assert fences(text) == found
