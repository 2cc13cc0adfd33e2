"""Linked lists and trees: instances of the prelude's classes cross by value, with their shape."""

from __future__ import annotations

import pytest

from verisieve.domains.code import domain
from verisieve.records import Check, Problem
from verisieve.sandboxes import Sandbox

SANDBOX = "embedded"
PRELUDE = """
from typing import *


class ListNode:
    def __init__(self, val=0, next=None):
        self.val = val
        self.next = next

    def size(self):
        return 1 + (self.next.size() if self.next else 0)

class Tree:
    __slots__ = ("val", "kids")
    def __init__(self, val, kids=()):
        self.val, self.kids = val, list(kids)

def chain(items):
    head = None
    for item in reversed(items):
        head = ListNode(item, head)
    return head

def items(node):
    found = []
    while node:
        found.append(node.val)
        node = node.next
    return found
"""
REVERSED = """
class Solution:
    def f(self, head: Optional[ListNode]) -> Optional[ListNode]:
        last = None
        while head:
            head.next, last, head = last, head, head.next
        return last
"""


def judge(sandbox: Sandbox, code: str, *asserts: str) -> Check:
    """Judge a program by statements of a check."""
    tests = "def check(candidate):\n" + "".join(f"    {line}\n" for line in asserts)
    truth = {"style": "check", "entry_point": "Solution().f", "prelude": PRELUDE, "tests": tests}
    return domain.check(Problem(domain="code", id="g", prompt="", truth=truth), f"```python\n{code}\n```", sandbox)[0]


def method(body: str) -> str:
    """A solution with one method."""
    return f"class Solution:\n    def f(self, x, *more):\n        {body}\n"


PASSES = [
    (REVERSED, ["assert items(candidate(chain(list(range(3000))))) == list(range(3000))[::-1]"]),
    (REVERSED, ["assert candidate(None) is None", "assert candidate(ListNode(1)).size() == 1"]),
    (method("x.next.next = x; return x"), ["a = candidate(chain([1, 2]))", "assert a.next.next is a"]),
    (method("return [x, x]"), ["a, b = candidate(ListNode(3))", "assert a is b and a.val == 3"]),
    (method("x.next = None"), ["a = chain([1, 2])", "assert candidate(a) is None", "assert items(a) == [1]"]),
    (method("x.val = 5; return x"), ["a = ListNode(1)", "assert candidate(a).val == 5", "assert a.val == 1"]),
    (method("return Tree(1, [Tree(k) for k in x.kids])"), ["assert len(candidate(Tree(0, 'ab')).kids) == 2"]),
    (method("return isinstance(x, ListNode)"), ["assert candidate(ListNode()) is True"]),
    (
        "class ListNode:\n    def __init__(self, val=0, next=None):\n        self.val, self.next = val, next\n"
        + method("return ListNode(x, None)"),
        ["assert candidate(7).val == 7"],
    ),
]


@pytest.mark.parametrize(("code", "asserts"), PASSES)
def test_a_structure_arrives_as_it_was_sent(sandbox: Sandbox, code: str, asserts: list[str]) -> None:
    """Of any length, with shared parts and cycles; what a call changes is seen only where it returns None."""
    found = judge(sandbox, code, *asserts)
    assert (found.outcome, found.evidence.get("assurance")) == ("pass", None), found


LIE = "class Same:\n    def __eq__(self, other): return True\n"
FAILS = [
    (method("return x"), ["assert items(candidate(chain([1, 2]))) == [2, 1]"], "wrong_answer"),
    (LIE + method("x.val = Same(); return x"), ["assert candidate(ListNode(1)).val == 2"], "wrong_answer"),
    (method("x.size = lambda: 2; return x"), ["assert candidate(ListNode(1)).size() == 2"], "protocol"),
    (method("x.__dict__['__eq__'] = 1; return x"), ["assert candidate(ListNode(1)) == 2"], "protocol"),
    (method("return ListNode"), ["assert candidate(1).val == 0"], "exception"),
    (method("x.next = x; return x"), ["assert candidate(ListNode(1)).next is None"], "wrong_answer"),
]


@pytest.mark.parametrize(("code", "asserts", "reason"), FAILS)
def test_an_instance_cannot_lie(sandbox: Sandbox, code: str, asserts: list[str], reason: str) -> None:
    """It is rebuilt as the tests' own class, and holds plain values."""
    found = judge(sandbox, code, *asserts)
    assert (found.outcome, found.reason) == ("fail", reason), found


def test_evidence_shows_a_structure_without_addresses(sandbox: Sandbox) -> None:
    """The same text in every run."""
    found = judge(sandbox, method("return x"), "assert items(candidate(chain([1, 2]))) == [2, 1]")
    assert found.evidence["call"] == "f(ListNode(val=1, next=ListNode(val=2, next=None)))"
    assert found.evidence["got"] == "ListNode(val=1, next=ListNode(val=2, next=None))"
