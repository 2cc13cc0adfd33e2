r"""A new problem in a model's reply: a statement, an answer, perhaps a worked solution; read strictly.

### Problem     the whole question
### Answer      the answer alone
### Solution    lines of work that end in the answer in a box (may be left out)

or a JSON object with these keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from verisieve.records import Problem
from verisieve.verifiers import sections
from verisieve.verifiers.math import extract
from verisieve.verifiers.sections import SectionError

LEAST_STATEMENT = 12  # characters of the shortest question
MAX_ANSWER = 400
_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")


class DraftError(Exception):
    """A reply that is no problem in the form that was asked for; the message says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A problem as a model wrote it; `solution` is empty where it gave none."""

    statement: str
    answer: str
    solution: str


def read(text: str) -> Draft:
    """Read a problem; raise DraftError that says which part is wrong."""
    try:
        parts = sections.read(text, ["problem", "answer"], ["solution"])
    except SectionError as error:
        raise DraftError(str(error)) from None
    if len(parts["problem"]) < LEAST_STATEMENT:
        raise DraftError(f"the problem has fewer than {LEAST_STATEMENT} characters")
    return Draft(statement=parts["problem"], answer=_answer(parts["answer"]), solution=parts.get("solution", ""))


def write(statement: str, answer: str, solution: str = "") -> str:
    """Write a problem in the form that `read` reads."""
    told = f"### Problem\n{statement}\n\n### Answer\n{answer}\n"
    return f"{told}\n### Solution\n{solution}\n" if solution else told


def to_solve(problem: Problem, text: str) -> Problem:
    """Return the new problem as a row to solve, for the models whose solutions are to agree; raise DraftError."""
    draft = read(text)
    truth = {"answer": draft.answer, "task": "solve"}
    return Problem(
        domain="math", id=f"{problem.id}/draft", prompt=draft.statement, truth=truth, meta={"parents": [problem.id]}
    )


def _answer(text: str) -> str:
    """Take the answer out of a box and of dollar signs."""
    found = extract(text).text if _BOX.search(text) else text
    answer = (found or "").strip().strip("*").strip()
    if len(answer) > 1 and answer[0] == answer[-1] == "$":
        answer = answer.strip("$").strip()
    if not answer or len(answer) > MAX_ANSWER or "\n" in answer:
        raise DraftError(f"the answer is not one line of at most {MAX_ANSWER} characters")
    return answer
