"""Definite mistakes in a program's text."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from verisieve.errors import SandboxError, TruthError
from verisieve.records import Outcome
from verisieve.verifiers.code import static
from verisieve.verifiers.code.extract import Source

WRONG = [
    ("def f(x):\n    if x > 99: return y\n    return x", "F821", 2),
    ("def f(x):\n    return y  # noqa", "F821", 2),
    ("def f(x):\n    return x is 'a'", "F632", 2),
    ("def f(x):\n    assert (x, 'must hold')\n    return x", "F631", 2),
    ("def f(x):\n    return '%s %s' % (x,)", "F507", 2),
    ("def f(x):\n    return '{} {}'.format(x)", "F524", 2),
    ("def f(x):\n    print(y)\n    y = x\n", "F821", 2),
    ("def f(x)\n    return x", "invalid-syntax", 1),
]


@pytest.mark.parametrize(("code", "rule", "line"), WRONG, ids=[f"{case[1]} {case[0][-20:]}" for case in WRONG])
def test_a_definite_mistake_is_named(code: str, rule: str, line: int) -> None:
    """Each mistake has its rule and its line, and a comment does not hide it."""
    found = static.check(Source(code, ""))

    assert (found.outcome, found.reason) == (Outcome.FAIL, "static")
    assert (rule, line) in {(each["rule"], each["line"]) for each in found.evidence["errors"]}


STYLE = ["import os\ndef f(X): l=1;return X", "def f(x):\n\treturn lambda:x", "x = 'é' ; f = lambda a : a", ""]


@pytest.mark.parametrize("code", STYLE)
def test_style_is_nobodys_business(code: str) -> None:
    """Unused names, odd spaces and bad names are no mistakes here."""
    assert static.check(Source(code, "")).outcome is Outcome.PASS


def test_the_prompt_may_be_leaned_on() -> None:
    """Names that the prompt imports are defined, and lines are those of the program."""
    prompt = "from typing import List\n\ndef f(x: List[int]): ..."
    found = static.check(Source("def f(x: List[int]):\n    return y", prompt))

    assert [(each["rule"], each["line"]) for each in found.evidence["errors"]] == [("F821", 2)]
    assert static.check(Source("def f(x: List[int]):\n    return x", prompt)).outcome is Outcome.PASS


def test_without_ruff_nothing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where ruff is not installed the check could not be made, and the extra that brings it is named."""
    monkeypatch.setattr(static.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(TruthError, match=r"verisieve\[checks\]"):
        static.check(Source("x = 1", ""))


def test_a_ruff_that_breaks_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash of the tool is our fault, and never the program's."""

    def crash(*args: Any, **kwargs: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(args, -6, b"", b"stack overflow")

    monkeypatch.setattr(static.subprocess, "run", crash)
    with pytest.raises(SandboxError, match="stack overflow"):
        static.check(Source("x = 1", ""))
