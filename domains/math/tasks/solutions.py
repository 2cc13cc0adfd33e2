"""The tasks `solution` and `repair`: a worked solution, some lines of work at least, that ends in the gold.

Whether each line follows from those above is judged where the row asks for its derivation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from verisieve.domains import fields
from verisieve.domains.math import extra
from verisieve.domains.math.tasks.reasons import TaskReason
from verisieve.domains.math.tasks.truths import gold_of
from verisieve.records import Check, Outcome, Problem
from verisieve.verifiers import replies
from verisieve.verifiers.math import judge

LEAST = 1  # lines of work before the answer
_MATHS = re.compile(r"\d|\\[A-Za-z]|\b[a-z]\s*=|\$")


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge a worked solution; raise TruthError for a truth without a usable answer."""
    gold, least, more = gold_of(problem), fields.whole(problem.truth, "least", LEAST), extra.read(problem.truth)
    return [extra.named("answer", judge(gold, text)), _enough(text, least), *extra.checks(problem, text, more)]


def _enough(text: str, least: int) -> Check:
    lines = len(work(text))
    if lines >= least:
        return Check(name="work", outcome=Outcome.PASS, evidence={"lines": lines})
    told = {"lines": lines, "least": least}
    return Check(name="work", outcome=Outcome.FAIL, reason=TaskReason.NO_WORK, evidence=told)


def work(text: str) -> list[str]:
    r"""Return the lines of maths above the line of the answer.

    >>> work("$6 \\cdot 7 = 42$\n\nThe answer is $\\boxed{42}$.")
    ['$6 \\cdot 7 = 42$']
    """
    lines = [line.strip() for line in replies.visible(text).splitlines() if line.strip()]
    return list(dict.fromkeys(line for line in lines[:-1] if _MATHS.search(line)))
