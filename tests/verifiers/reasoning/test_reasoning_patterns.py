"""Small regular expressions: both engines against Python's, and what the language leaves out."""

from __future__ import annotations

import re
from itertools import product
from random import Random

import pytest

from verisieve.domains.reasoning.families import regex_string
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import patterns

TEXTS = ["".join(letters) for size in range(6) for letters in product("ab", repeat=size)]


def _run(tree: patterns.Tree, text: str) -> bool:
    states, state = patterns.automaton(tree, "ab"), 0
    for letter in text:
        state = states[state][0]["ab".index(letter)]
    return states[state][1]


@pytest.mark.parametrize(
    "text", ["a", "ab*", "(ab|a)*b?", "((a|b)(a|b))*", "(a*)*b", "(a?b?)+", "a**", "(a|ab)(b|ba)", "(a+)+b"]
)
def test_both_engines_agree_with_pythons(text: str) -> None:
    """Derivatives and sets of places match exactly what `re` matches."""
    tree, known = patterns.parse(text, "p"), re.compile(text.replace("**", "*"))
    expected = [bool(known.fullmatch(one)) for one in TEXTS]
    assert [patterns.matches(tree, one) for one in TEXTS] == expected
    assert [_run(tree, one) for one in TEXTS] == expected


def test_random_patterns_agree_too() -> None:
    """Patterns as they are made are matched as `re` matches them."""
    for seed in range(60):
        raw = regex_string.make(Random(seed), 4)
        tree, known = patterns.parse(raw["pattern"], "p"), re.compile(raw["pattern"])
        texts = ["".join(Random(f"{seed}{k}").choices(raw["alphabet"], k=raw["length"])) for k in range(20)]
        assert [patterns.matches(tree, one) for one in texts] == [bool(known.fullmatch(one)) for one in texts]


def test_a_pattern_that_makes_others_slow_is_matched_at_once() -> None:
    """Nested repetitions cost no more than the sets of places that they can reach."""
    assert not patterns.matches(patterns.parse("((a*)*)*b", "p"), "a" * 60)


@pytest.mark.parametrize(
    "text", ["", "(", ")", "a|", "*a", "a.b", "[ab]", "a{2}", "\\d", "(" * 30 + "a" + ")" * 30, "a" * 200, 3]
)
def test_what_is_no_pattern_is_refused(text: object) -> None:
    """Anything beyond letters, choices and repetitions is a broken truth."""
    with pytest.raises(TruthError):
        patterns.parse(text, "p")
