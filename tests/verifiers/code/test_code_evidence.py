"""What a program says reaches people as text that can neither hide nor move anything, whichever way it was said."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from verisieve.errors import TruthError
from verisieve.records import Outcome
from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.code import programs, runner
from verisieve.verifiers.code.languages import python
from verisieve.verifiers.code.runner import Finding

SANDBOX = "embedded"
LIMITS = Limits(cpu=2.0, wall=10.0)
NASTY = r"'\x1b[2J\x1b]0;owned\x07\r\x08\x9b31m\u202e\u2066\u200b\ufeff\ud800'"
CHECK = "def check(candidate):\n    assert candidate(1) == 'right'\n"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for one in pair for text in _texts(one))
    elif isinstance(value, (list, tuple)):
        yield from (text for one in value for text in _texts(one))


def _assert_harmless(finding: Finding) -> None:
    texts = list(_texts(dict(finding.evidence)))
    assert any("owned" in text for text in texts)  # it was said, and is shown, by number or by repr
    letters = {letter for text in texts for letter in text} - {"\n", "\t"}
    assert not {letter for letter in letters if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn"}}


@pytest.mark.parametrize(
    "code",
    [
        f"def f(n): return {NASTY}",
        f"def f(n): return [{{{NASTY}: ({NASTY},)}}]",
        f"def f(n): raise ValueError({NASTY})",
        f"class E(Exception): pass\nE.__name__ = {NASTY}.replace('\\ud800', '')\ndef f(n): raise E({NASTY})",
        f"import os\ndef f(n):\n    os.write(2, {NASTY}.encode('utf-8', 'replace'))\n    os._exit(3)",
    ],
)
def test_evidence_of_calls_is_harmless(code: str, sandbox: Sandbox) -> None:
    """Values, messages, names and error output come with their control characters as numbers."""
    tests = runner.Tests(style="check", entry="f", tests=CHECK)
    _assert_harmless(runner.judge(sandbox.run(runner.make_job(code, "", tests, LIMITS))))


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_evidence_of_programs_is_harmless_and_keeps_both_ends(stream: str, sandbox: Sandbox) -> None:
    """Both outputs are shown with head and tail; bytes that are no text do no harm."""
    code = (
        f"import sys\nout = sys.{stream}.buffer\nout.write(b'head' + {NASTY}.encode('utf-8', 'surrogatepass'))\n"
        f"out.write(b'x' * 9000 + b'\\x9b\\xff\\x1b[0mtail')"
    )
    finding = programs.run([("", "right")], partial(python.language.program, code), LIMITS, sandbox)
    assert finding.outcome is Outcome.FAIL
    _assert_harmless(finding)
    text = finding.evidence["got" if stream == "stdout" else "stderr"]
    assert text.startswith("head⟨U+001B⟩[2J")
    assert text.endswith("⟨U+001B⟩[0mtail")


def test_a_message_of_broken_tests_is_harmless(sandbox: Sandbox) -> None:
    """Tests are foreign too: what they say as they break goes into an error line."""
    tests = runner.Tests(style="check", entry="f", tests=f"raise RuntimeError({NASTY})")
    with pytest.raises(TruthError) as caught:
        runner.judge(sandbox.run(runner.make_job("def f(n): return n", "", tests, LIMITS)))
    assert "\x1b" not in str(caught.value)
