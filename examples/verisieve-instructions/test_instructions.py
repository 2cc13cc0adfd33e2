"""The instructions domain keeps its grade, and its texts keep or break what they should."""

from random import Random

import pytest
from verisieve_instructions import domain
from verisieve_instructions.rules import broken


def test_the_domain_keeps_its_grade(vet):
    """All facts hold, and its golden rows and replies kill the mutants of its checker."""
    found = vet("instructions", count=60, mutants=1000)

    assert found.at_least("A"), found.summary()


@pytest.mark.parametrize("level", [1, 2, 3, 6])
def test_a_wrong_reply_breaks_one_rule(level):
    """It is as near to a right one as can be."""
    for problem in domain.problems(5, 50, difficulty=level):
        rules, rng = problem.truth["rules"], Random(problem.id)

        assert broken(domain.reply(problem, rng, right=True).text, rules) == []
        assert len(broken(domain.reply(problem, rng, right=False).text, rules)) == 1
