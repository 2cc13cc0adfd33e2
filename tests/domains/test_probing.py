"""Probes: broken data and edited texts are what they say, and the domains' own probes can be read."""

from __future__ import annotations

import json
import re
from itertools import islice
from random import Random
from types import ModuleType

import pytest

from verisieve import domains
from verisieve.domains import probing


def test_broken_data_differ_in_one_place() -> None:
    """Fields are left out, of another type or size; the data that were given stay as they are."""
    raw = {"names": ["Ann", "Bo"], "most": 3}
    found = list(probing.broken(raw))

    assert {"most": 3} in found
    assert {"names": ["Bo", "Ann"], "most": 3} in found
    assert {"names": ["Ann", "Bo"], "most": "x"} in found
    assert {"names": ["Ann", "x" * 61], "most": 3} not in found  # texts are changed to texts near them
    assert {"names": ["Ann", "Bo" * 2], "most": 3} in found
    assert raw == {"names": ["Ann", "Bo"], "most": 3}


def test_an_edit_is_one_slip() -> None:
    """Always the same for one stream, and never a rewrite."""
    one, again = (list(probing.edited("Answer: 3 of heap 2", Random(1), 40)) for _ in range(2))

    assert one == again
    assert len(set(one)) > 20
    assert all(abs(len(text) - 19) <= 14 for text in one)
    assert list(probing.edited("x", Random(1), 40)) == []


@pytest.mark.parametrize(
    "text", ["two from heap three", "second from heap third", "02 from heap 03", "#2 from heap #3"]
)
def test_numbers_are_spelt(text: str) -> None:
    """Small ones; 12 stays."""
    assert f"{text}, 12" in probing.spelt("2 from heap 3, 12")


def test_answers_have_shapes_in_json() -> None:
    """Maps and lists are turned into each other; what JSON does not know is its text."""
    found = [json.loads(text) for text in probing.as_json({"Ann": frozenset({2, 1})})]

    assert found[0] == {"Ann": [1, 2]}
    assert [["Ann", [1, 2]]] in found
    assert [json.loads(text) for text in probing.as_json(["a"])][2] == {"1": "a"}


def test_words_come_from_constants_and_patterns() -> None:
    """Each once; escapes of a pattern are none."""
    module = ModuleType("m")
    vars(module).update(A=("yes", "aye"), B={"yes": re.compile(r"\bnay|never\s")}, C=3)

    assert probing.words([module]) == ["aye", "yes", "nay", "|", "never"]


@pytest.mark.parametrize("name", ["reasoning", "sql"])
def test_the_probes_of_a_domain_can_be_read(name: str) -> None:
    """They are of the domain."""
    domain = domains.load(name)
    assert isinstance(domain, domains.Prober)
    found = list(islice(domain.probes(), 300))

    assert {each.problem.domain for each in found} == {name}
    assert len({(json.dumps(each.problem.truth), each.text) for each in found}) > 200
