"""A domain of three functions: what it reads as the answer, and what its problems depend on."""

from __future__ import annotations

from random import Random

import pytest

from verisieve.domains.small import LEVELS, SmallDomain, Truth
from verisieve.errors import UsageError
from verisieve.records import Problem
from verisieve.sandboxes.opening import LazySandbox


def _make(rng: Random, level: int) -> tuple[str, Truth]:
    number = rng.randrange(10**level)
    return f"Say {number}.", {"answer": str(number)}


def _judge(answer: str, truth: Truth) -> bool | None:
    return answer == truth["answer"] if answer.isdecimal() else None


DOMAIN = SmallDomain(
    name="say", version="1", package="say", make=_make, judge=_judge, answer=lambda truth, rng, right: str(right)
)
WHOLE = SmallDomain(name="say", version="1", package="say", make=_make, judge=_judge, answer=DOMAIN.answer, field=None)
PROBLEM = Problem(domain="say", id="p", prompt="Say 7.", truth={"answer": "7"})


@pytest.mark.parametrize(
    ("domain", "text", "outcome", "reason"),
    [
        (DOMAIN, "So.\n**Answer:** 7\n", "pass", ""),
        (DOMAIN, "Answer: 8", "fail", "wrong_answer"),
        (DOMAIN, "Answer: 7\nAnswer: 7", "pass", ""),
        (DOMAIN, "Answer: 7\nAnswer: 8", "fail", "hedged"),
        (DOMAIN, "Answer: 7 or 8", "no_answer", "no_answer"),
        (DOMAIN, "7", "no_answer", "no_answer"),
        (DOMAIN, "<think>Answer: 7</think>", "no_answer", "no_answer"),
        (DOMAIN, "Answer: 7" + " " * 200_000, "limit", "too_long"),
        (WHOLE, " 7\n", "pass", ""),
        (WHOLE, "<think>8?</think>7", "pass", ""),
        (WHOLE, "Answer: 7", "no_answer", "no_answer"),
        (WHOLE, " ", "no_answer", "no_answer"),
    ],
)
def test_one_answer_is_read(domain: SmallDomain, text: str, outcome: str, reason: str) -> None:
    """The field's one value, or the whole reply; thinking aside."""
    (check,) = domain.check(PROBLEM, text, LazySandbox("auto"))

    assert (check.outcome, check.reason) == (outcome, reason)
    assert reason in {"", *domain.reasons}


def test_problems_depend_on_seed_place_and_level() -> None:
    """Levels come in turn, or one is fixed; an item does not depend on how many are made."""
    many = list(DOMAIN.problems(3, 7))

    assert [problem.meta["difficulty"] for problem in many[:4]] == [1, 2, LEVELS, 1]
    assert list(DOMAIN.problems(3, 2)) == many[:2]
    assert {problem.meta["difficulty"] for problem in DOMAIN.problems(3, 2, difficulty=5)} == {5}
    with pytest.raises(UsageError, match="no families"):
        list(DOMAIN.problems(0, 1, families=["x"]))
