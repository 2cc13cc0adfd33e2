"""The tasks of the code domain: truth at the door, claims in prose, drafts read strictly; golden rows do the rest."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from verisieve.domains.code import domain
from verisieve.domains.code.tasks import TASKS, drafts, edits, likeness, purity, suites
from verisieve.domains.code.tasks.drafts import DraftError
from verisieve.domains.code.tasks.reasons import TaskReason
from verisieve.errors import TruthError
from verisieve.records import Outcome, Problem
from verisieve.verifiers import claims
from verisieve.verifiers.claims import HedgedError
from verisieve.verifiers.code.parsing import parse

PROGRAM = "def f(x):\n    return x + 1\n"
ASSERTS = {"style": "asserts", "tests": ["assert f(1) == 2", "assert f(0) == 1"]}


def problem(**truth: Any) -> Problem:
    """Make a problem about f."""
    return Problem(domain="code", id="p", prompt="", truth={"language": "python", "entry_point": "f", **truth})


TRUTHS: list[tuple[dict[str, Any], str]] = [
    ({"task": "sing"}, "task"),
    ({"task": None}, "task"),
    ({"task": ["solve"]}, "task"),
    ({"task": "tests"}, "reference"),
    ({"task": "tests", "reference": PROGRAM, "least": 1.5}, "least"),
    ({"task": "tests", "reference": PROGRAM, "least": True}, "least"),
    ({"task": "tests", "reference": PROGRAM, "style": "calls"}, "style"),
    ({"task": "tests", "reference": PROGRAM, "mutants": []}, "mutants"),
    ({"task": "tests", "reference": PROGRAM, "mutants": [1]}, "mutants"),
    ({"task": "tests", "reference": "def f(x:"}, "reference"),
    ({"task": "tests", "reference": PROGRAM, "language": "go"}, "language"),
    ({"task": "tests", "reference": PROGRAM, "entry_point": "f.x"}, "entry_point"),
    ({"task": "bug", "style": "check", "tests": "def check(c): pass"}, "style"),
    ({"task": "bug", "style": "asserts", "tests": ["assert f(1) == 2"]}, "tests"),
    ({"task": "bug", **ASSERTS, "passing": 0}, "passing"),
    ({"task": "bug", **ASSERTS, "exceptions": 1}, "exceptions"),
    ({"task": "fix", **ASSERTS, "reference": PROGRAM}, "program"),
    ({"task": "fix", **ASSERTS, "program": PROGRAM}, "reference"),
    ({"task": "review", "program": PROGRAM}, "line"),
    ({"task": "review", "program": PROGRAM, "line": 3}, "line"),
    ({"task": "review", "program": PROGRAM, "line": True}, "line"),
    ({"task": "review", "line": 1}, "program"),
    ({"task": "explain"}, "questions"),
    ({"task": "predict"}, "ask"),
    ({"task": "predict", "ask": "output", "program": "def f(): ...", "output": "1 +"}, "output"),
    ({"task": "predict", "ask": "input", "output": "1"}, "program"),
    ({**ASSERTS, "packages": ["no-name"]}, "packages"),
    ({"task": "explain", "questions": [7]}, "questions[0]"),
    ({"task": "explain", "questions": [{"answer": 7}]}, "answer"),
    ({"task": "explain", "questions": [{"answer": "1 +"}]}, "questions[0].answer"),
    ({"task": "problem", "operator": "nicer"}, "operator"),
    ({"task": "problem", "operator": "harder"}, "parent"),
    ({"task": "problem", "parent": {"entry_point": "f", "reference": "def"}}, "parent.reference"),
    ({"task": "translate", "style": "calls", "language": "cobol"}, "language"),
]


@pytest.mark.parametrize(("truth", "field"), TRUTHS, ids=[json.dumps(truth) for truth, _ in TRUTHS])
def test_a_bad_truth_names_its_field(truth: dict[str, Any], field: str) -> None:
    """Nothing is run for a truth that cannot be read."""
    with pytest.raises(TruthError) as caught:
        domain.check(problem(**truth), "```python\nassert f(1) == 2\n```\nLine: 1", None)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_every_task_has_golden_rows() -> None:
    """Each has a row that passes and, where a wrong reply differs from one to solve, a row that does not."""
    told = {(trial.problem.truth.get("task", "solve"), trial.outcome) for trial in domain.trials()}
    for task in TASKS:
        assert (task, Outcome.PASS) in told
        assert task == "translate" or (task, Outcome.FAIL) in told


def test_reasons_of_tasks_are_part_of_the_domains() -> None:
    """The closed set is closed over tasks too."""
    assert frozenset(TaskReason) <= domain.reasons


CLAIMS = [
    ("Line: 4", "4"),
    ("**Line:** `4`", "4"),
    ("> - line = 4", "4"),
    ("Line: 3 looks fine.\nLine: 4", "4"),
    ("Line: 4\nLine: 4", "4"),
    ('{"line": 4}', "4"),
    ("Headline: 4", None),
    ("The line: 4 is wrong", None),
    ("<think>Line: 4</think>", None),
    ("Line: four", "four"),
]


@pytest.mark.parametrize(("text", "value"), CLAIMS, ids=[text for text, _ in CLAIMS])
def test_a_claim_stands_on_a_line_of_its_own(text: str, value: str | None) -> None:
    """Markdown around it does not matter; prose and thinking do not count."""
    assert claims.claim(text, "line", str.isdigit) == value


@pytest.mark.parametrize("text", ["Line: 4\nLine: 5", 'Line: 4\n```json\n{"line": 5}\n```'])
def test_two_claims_are_a_hedge(text: str) -> None:
    """Whatever forms they have."""
    with pytest.raises(HedgedError):
        claims.claim(text, "line", str.isdigit)


def test_a_long_reply_is_read_fast() -> None:
    """No pattern backtracks over blanks, marks or deep brackets."""
    for text in (
        "* " * 100_000,
        "\n" * 200_000,
        "Line" + " " * 200_000,
        '{"line": ' * 20_000,
        "Line: " + "4 " * 90_000,
    ):
        assert claims.claim(text, "line", str.isdigit) != "4"


PROMPT = 'def g(x: int) -> int:\n    """Return x + 1.\n\n    >>> g(1)\n    2\n    """'
REFERENCE = "def g(x):\n    return x + 1"
TESTS = "assert g(1) == 2\nassert g(0) == 1\nassert g(-1) == 0"


def test_a_draft_is_read_as_it_is_written() -> None:
    """Examples become asserts; the entry point is the prompt's function."""
    draft = drafts.read(drafts.write(PROMPT, REFERENCE, TESTS))
    assert (draft.entry, draft.examples) == ("g", ("assert g(1) == 2",))
    assert draft.tests == tuple(TESTS.splitlines())


DRAFTS = [
    ("", REFERENCE, TESTS, "no function"),
    ("def g(x):\n    pass", REFERENCE, TESTS, "no docstring"),
    (PROMPT + "\n    return x + 1", REFERENCE, TESTS, "a body"),
    ("y = 1\n" + PROMPT, REFERENCE, TESTS, "more than imports"),
    (PROMPT, "def h(x):\n    return 1", TESTS, "another name"),
    (PROMPT, "def g(x, y):\n    return 1", TESTS, "other parameters"),
    (PROMPT, REFERENCE + "\n" + REFERENCE, TESTS, "defined twice"),
    (PROMPT, "def g(x:", TESTS, "no Python"),
    (PROMPT, REFERENCE, "assert g(1) == 2\n" * 5, "one test, five times"),
    (PROMPT, REFERENCE, TESTS + "\nassert True", "a test of nothing"),
    (PROMPT, REFERENCE, "import os\n" + TESTS, "more than asserts"),
    (PROMPT.replace("    2\n", ""), REFERENCE, TESTS, "an example without a value"),
    (PROMPT.replace(">>> g", ">>>g"), REFERENCE, TESTS, "a malformed example"),
    (PROMPT.replace("g(1)", "import os"), REFERENCE, TESTS, "an example that is no expression"),
]


@pytest.mark.parametrize(("prompt", "reference", "tests", "why"), DRAFTS, ids=[why for *_, why in DRAFTS])
def test_a_draft_in_another_form_is_refused(prompt: str, reference: str, tests: str, why: str) -> None:
    """The form is fixed, so that nothing has to be guessed."""
    with pytest.raises(DraftError):
        drafts.read(drafts.write(prompt, reference, tests))


@pytest.mark.parametrize("cut", ["### Prompt", "### Reference", "### Tests"])
def test_every_heading_is_needed_once(cut: str) -> None:
    """A missing one and a doubled one are refused."""
    text = drafts.write(PROMPT, REFERENCE, TESTS)
    for other in (text.replace(cut, ""), text.replace(cut, f"{cut}\n{cut}"), text[: text.index(cut) + 30]):
        with pytest.raises(DraftError):
            drafts.read(other)


def test_a_shape_forgets_names_and_keeps_logic() -> None:
    """The same program under other names has the same shape, another operator another one."""
    one = "def f(xs: list) -> int:\n    '''Sum.'''\n    t: int = 0\n    for x in xs:\n        t += x\n    return t\n"
    other = "def total(ys):\n    s = 0  # so far\n    for y in ys:\n        s += y\n    return s\n"
    assert likeness.shape(one) == likeness.shape(other)
    assert likeness.shape(one) != likeness.shape(other.replace("+=", "-="))
    assert likeness.shape("def f(a, b):\n    return a - b") != likeness.shape("def f(a, b):\n    return b - a")
    assert likeness.shape("def f(x):\n    return min(x)") != likeness.shape("def f(x):\n    return max(x)")


IMPURE = [
    "import os",
    "from os import path",
    "from statistics import sys",
    "import collections.os",
    "x = open('solution.py')",
    "import statistics\nstatistics.sys.modules",
    "f.__code__",
    "g.gi_frame",
    "'{0.__code__}'.format(f)",
    "s = '{0.' + '_' + '_code_' + '_}'\ns.format(f)",
    "from operator import attrgetter",
    "getattr(f, 'x')",
    "__import__('os')",
    "from . import secrets",
]


@pytest.mark.parametrize("text", IMPURE)
def test_an_invented_reference_cannot_read_itself(text: str) -> None:
    """Each known way to its own text is refused."""
    assert purity.impurity(parse(text))


def test_plain_programs_are_pure() -> None:
    """References of our own families, and what plain programs use, are let through."""
    texts = [str(item.truth["reference"]) for item in domain.problems(5, 30)]
    texts += [
        "from collections import abc, deque\nimport datetime, re\nx = datetime.datetime(1, 2, 3).time\nd = {}.copy()"
    ]
    assert [purity.impurity(parse(text)) for text in texts] == [""] * len(texts)


def test_an_edit_is_measured_in_lines() -> None:
    """Blank lines and trailing blanks are no edit."""
    assert edits.size("a\nb\nc", "a\n\nb  \nc\n") == 0
    assert edits.size("a\nb\nc", "a\nx\nc") == 1
    assert edits.size("a", "x\ny\nz") == 3


def test_the_style_of_a_suite_is_seen() -> None:
    """By what it defines."""
    assert suites.style_of("def check(candidate):\n    pass") == "check"
    assert suites.style_of("class A(unittest.TestCase):\n    pass") == "unittest"
    assert suites.style_of("class TestA:\n    pass") == "pytest"
    assert suites.style_of("assert f(1)") == "asserts"


def test_a_row_without_what_a_wrong_reply_is_made_of_is_not_answered_wrongly() -> None:
    """A known reply can be said; a wrong one needs the broken program."""
    bare = problem(task="fix", known="```python\n```")
    assert domain.reply(bare, Random(0), right=True).right
    with pytest.raises(TruthError, match="fix lacks"):
        [domain.reply(bare, Random(seed), right=False) for seed in range(20)]
