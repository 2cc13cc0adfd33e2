"""What a model is shown: the domain's `solve` template around the prompt; and about how long that is."""

from __future__ import annotations

import functools
from importlib import resources

from verisieve import domains
from verisieve.domains.engineering import fill
from verisieve.records import Problem

USUAL_REPLY = 1024  # tokens, where nothing says how long a reply may get


def render(problem: Problem) -> str:
    """Return what the model is shown: the `solve` template around a question; prompts of other tasks are whole.

    Where somebody's wrong attempt is to be put right (`meta.attempt`), that stands below.
    """
    whole = problem.prompt
    if problem.truth.get("task", "solve") == "solve":
        whole = _template(problem.domain).replace("{{prompt}}", problem.prompt)
    attempt = problem.meta.get("attempt")
    if not isinstance(attempt, dict):
        return whole
    reason = str(attempt["reason"]).replace("_", " ")
    return fill(_repair(), prompt=whole, attempt=str(attempt["text"]), reason=reason)


@functools.cache
def _template(domain: str) -> str:  # loading a domain and reading its files costs more than asking for a reply
    return domains.load(domain).prompts.get("solve", "{{prompt}}")


def shown(problem: Problem, prompt: str) -> dict[str, str]:
    """Keep what the model was shown where that is more than the prompt; exports use it as the user's turn."""
    return {} if prompt == problem.prompt else {"rendered": prompt}


def tokens_of(text: str) -> int:
    """Return about how many tokens a text has: one for each 3 characters, which is rather too many."""
    return len(text) // 3 + 8


@functools.cache
def _repair() -> str:
    return (resources.files("verisieve") / "templates" / "repair.md").read_text(encoding="utf-8")
