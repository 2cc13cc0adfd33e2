"""A noisy model for rows that hold a right reply (`truth.known`): it says that, or something that cannot be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random

from verisieve.domains import Reply, fields
from verisieve.errors import TruthError
from verisieve.records import Json, Problem

Truth = Mapping[str, Json]


def answers(problem: Problem) -> bool:
    """Whether a row holds a right reply."""
    return "known" in problem.truth


def reply(problem: Problem, rng: Random, *, right: bool) -> Reply:
    """Answer rightly or wrongly on purpose; raise TruthError for a task that wrong answers are not known of."""
    known, task = fields.text(problem.truth, "known"), fields.text(problem.truth, "task", "solve")
    if right:
        name = rng.choice(list(_FORMS))
        return Reply(text=_FORMS[name](known), right=True, operator=f"right_{name}")
    makers = {**_SPOILED.get(task, {}), "silent": _silent}
    name = rng.choice(list(makers))
    try:
        text = makers[name](problem.truth)
    except (KeyError, AttributeError, TypeError) as error:
        raise TruthError("", f"{task} lacks what a wrong answer is made of: {error}", "unverifiable") from error
    return Reply(text=text, right=False, operator=f"{task}_{name}")


def _bare(known: str) -> str:
    return known


def _thought(known: str) -> str:
    return f"<think>\nLine: 1\nQ1: 'perhaps'\n```python\nassert False\n```\n</think>\n{known}"


def _introduced(known: str) -> str:
    return f"I have looked at it carefully. Here is my answer.\n\n{known}"


_FORMS: dict[str, Callable[[str], str]] = {"bare": _bare, "thought": _thought, "introduced": _introduced}


def _silent(truth: Truth) -> str:
    return "I'm sorry, I can't help with that."


def _code(text: str) -> Callable[[Truth], str]:
    return lambda truth: f"```python\n{text.format(entry=truth['entry_point'])}\n```\n"


def _field(name: str) -> Callable[[Truth], str]:
    return lambda truth: f"```python\n{truth[name].rstrip()}\n```\n"


def _other_line(truth: Truth) -> str:
    line = 1 if truth["line"] is None else truth["line"] % len(truth["program"].splitlines()) + 1
    return f"Line: {line}\nInput: {truth['entry_point']}()"


def _both_lines(truth: Truth) -> str:
    return f"Line: {truth['line'] or 1}\nLine: {(truth['line'] or 1) + 1}\nInput: {truth['entry_point']}()"


def _wrong_fact(truth: Truth) -> str:
    return str(re.sub(r"\A(Q1: ).*", r"\1'nothing of the kind'", truth["known"]))


def _two_facts(truth: Truth) -> str:
    return f"{truth['known']}\nQ1: 'nothing of the kind'"


def _fewer_facts(truth: Truth) -> str:
    return "\n".join(truth["known"].splitlines()[:-1])


def _untested(truth: Truth) -> str:
    return str(truth["known"]).partition("### Tests")[0]


def _other_value(truth: Truth) -> str:
    return f"Answer: {truth['entry_point']}() == 'nothing of the kind'"


def _two_values(truth: Truth) -> str:
    return f"{truth['known']}\nAnswer: 'nothing of the kind'"


_EXIT = "import os\n\nfrom solution import {entry}\n\nos._exit(0)"
_SPOILED: dict[str, dict[str, Callable[[Truth], str]]] = {
    "tests": {
        "vacuous": _code("assert callable({entry})"),
        "wrong": _code("assert {entry} is None"),
        "exits": _code(_EXIT),
        "own_solution": _code("def {entry}(*a):\n    return 1\n\n\nassert {entry}(1) == 1"),
    },
    "bug": {"right": _field("reference"), "raises": _code("def {entry}(*a):\n    raise ValueError(a)")},
    "fix": {"unchanged": _field("program")},
    "review": {"other_line": _other_line, "two_lines": _both_lines},
    "explain": {"wrong": _wrong_fact, "two": _two_facts, "fewer": _fewer_facts},
    "predict": {"other": _other_value, "two": _two_values},
    "problem": {"untested": _untested},
}
