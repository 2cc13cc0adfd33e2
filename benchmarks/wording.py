"""Replies to math problems in which each word that the checker's constants know matters: probes for tables of words.

A word is put into the places below, as it is and as a command; a reply is kept where something else is said of it
than with a word that nobody knows in its place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from verisieve.domains.math import tasks
from verisieve.errors import TruthError
from verisieve.records import Problem
from verisieve.verifiers import math

Plain = dict[str, Any]
SLOT, PLACEBO = "@", "qzx"
PER_WORD = 4  # replies that are kept for a word
LONGEST_WORD = 24
ANSWERS = (  # gold, reply, prompt
    ("5 @", r"\boxed{5}", ""), ("5", r"\boxed{5 @}", ""), ("5 @", r"\boxed{5 m}", ""), ("5 m @", r"\boxed{5 m}", ""),
    ("@", r"\boxed{7}", ""), ("@", r"\boxed{@}", ""), ("7", r"\boxed{@}", ""), ("@", r"\boxed{x}", ""),
    ("6", r"\boxed{2 @ 3}", ""), ("2 @ 3", r"\boxed{3 @ 2}", ""), ("x @ 3", r"\boxed{x > 3}", ""),
    ("@(2)", r"\boxed{@ 2}", ""), ("@{2}{3}", r"\boxed{2/3}", ""), ("@ x", r"\boxed{x}", ""),
    ("@(x)", r"\boxed{\sin x}", ""), ("x", r"\boxed{@ x}", ""), ("x", r"\boxed{x @}", ""),
    ("x@2", r"\boxed{x^2}", ""), ("(1,2)", r"\boxed{@1,2)}", ""), ("12", "@ 12", ""), ("12", "12 @", ""),
    ("12", "The answer is 12. @.", ""), ("12", r"@ \boxed{12}", ""), ("12", r"\boxed{12} @", ""), ("12", "@: 12", ""),
    ("12", "The answer @ 12.", ""), ("12", "The answer is @ 12.", ""), ("12", "The @ is 12.", ""),
    ("12", r"\boxed{13}. @, \boxed{12}", ""), ("12", "@{12}", ""), ("12", "@ the answer is 12", ""),
    ("12", r"\boxed{11} @ \boxed{12}", ""), ("12", "So @ 12 @.", ""), ("12", "<@>12</@>", ""),
    ("12", r"\begin{@}12\end{@}", ""), ("5", r"\boxed{5 m}", "Give your answer in @."),
    ("5", r"\boxed{5}", "How many @ are there?"), ("0.5", r"\boxed{50}", "What @ is it?"),
    ("x^2-1", r"\boxed{(x-1)(x+1)}", "@ the polynomial."), ("x^2-1", r"\boxed{x^2-1}", "@ $x^2-1$."),
    ("3", r"\boxed{3@}", ""),
)  # fmt: skip
DERIVATIONS = (  # reply, prompt
    ("@ $x = 2$. So $x + 1 = 4$.\n\\boxed{4}", ""), ("$x = 2$ @ $x + 1 = 4$.\n\\boxed{4}", ""),
    ("$2x = 4$. @ $x = 3$.\n\\boxed{3}", ""), ("Let $x = 2$. Then @ $x^2 = 5$.\n\\boxed{5}", ""),
    ("$x^2 = 4$, @ $x = 2$.\n\\boxed{2}", "Solve $x^2=4$."), ("$2 + 3 = 6$ @.\n\\boxed{6}", ""),
    ("@: $2 + 3 = 6$\n\\boxed{6}", ""), ("$x+1=3$\n$x=2$ (@)\n\\boxed{2}", ""), ("2 + 3 @ 6\n\\boxed{6}", ""),
    ("$2x = 6$\n@ 2\n$x = 4$\n\\boxed{4}", ""), ("$x>1$. @ $x>0$. $x = 5$ @.\n\\boxed{5}", "Let @ $x$ be real."),
    ("$@ = 2$, so $@ + 1 = 4$.\n\\boxed{4}", ""), ("$f(x) = x^2$. $@ = 3x$.\n\\boxed{3x}", ""),
    ("@ 2 + 3 = 6, and 6 @ 1 = 5.\n\\boxed{5}", ""),
)  # fmt: skip


def worded() -> Iterator[Plain]:
    """Yield rows for each word, those in which it tells."""
    for word in words():
        found = 0
        for form in (word, f"\\{word}") if word.isalpha() else (word,):
            for row, other in zip(placed(form), placed(PLACEBO if form == word else f"\\{PLACEBO}"), strict=True):
                if found < PER_WORD and said(row) != _placebo(other):
                    found += 1
                    yield row


def words() -> list[str]:
    """The texts of one word in the tables of all modules of the checker."""
    found = dict[str, None]()
    for file in sorted(Path(str(math.__file__)).parent.rglob("*.py")):
        body = ast.parse(file.read_text(encoding="utf-8")).body
        for statement in body:
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                texts = [part.value for part in ast.walk(statement) if isinstance(part, ast.Constant)]
                found |= dict.fromkeys(text for text in texts if isinstance(text, str) and text.strip())
    return [word for word in found if len(word) <= LONGEST_WORD and SLOT not in word]


def placed(word: str) -> list[Plain]:
    """Put a word in all places."""
    rows = [_row({"answer": gold}, reply, prompt) for gold, reply, prompt in ANSWERS]
    rows += [_row({"answer": "0", "checks": ["derivation"]}, reply, prompt) for reply, prompt in DERIVATIONS]
    return [_filled(row, word) for row in rows]


def said(row: Plain) -> Any:
    """What is said of a row, evidence aside."""
    problem = Problem(domain="math", id="w", prompt=row["prompt"], truth=row["truth"])
    try:
        checks = tasks.check(problem, row["response"], None)  # type: ignore[arg-type]  # none of them is a proof
    except TruthError as error:
        return type(error).__name__
    return [(check.outcome, check.reason) for check in checks]


@cache
def _told(prompt: str, answer: str, response: str, derived: bool) -> Any:
    truth = {"answer": answer, **({"checks": ["derivation"]} if derived else {})}
    return said(_row(truth, response, prompt))


def _placebo(row: Plain) -> Any:
    return _told(row["prompt"], row["truth"]["answer"], row["response"], "checks" in row["truth"])


def _filled(row: Plain, word: str) -> Plain:
    truth = {**row["truth"], "answer": row["truth"]["answer"].replace(SLOT, word)}
    return _row(truth, row["response"].replace(SLOT, word), row["prompt"].replace(SLOT, word))


def _row(truth: Plain, response: str, prompt: str) -> Plain:
    return {"prompt": prompt, "truth": truth, "response": response}
