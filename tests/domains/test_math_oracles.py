"""The families' answers are those of an oracle that reads the question alone."""

from __future__ import annotations

import os
import re

import math_oracles as oracles
import pytest
import sympy as sp

from verisieve.domains.math import making
from verisieve.domains.math.making import procedural
from verisieve.verifiers.math import judge, prepare

DRAWS = int(os.environ.get("VERISIEVE_DRAWS", "10"))  # per level; 200 take some minutes


def written(value: object) -> str:
    """An oracle's value as an answer."""
    if isinstance(value, str):
        return value
    if isinstance(value, sp.FiniteSet):
        return ", ".join(sp.latex(each) for each in value)
    if isinstance(value, sp.MatrixBase):
        return sp.latex(value).replace("\\left[", "").replace("\\right]", "").replace("{matrix}", "{pmatrix}")
    return sp.latex(value)


def disagreements(name: str, draws: int) -> list[tuple[str, str, str]]:
    """Question, answer and the oracle's answer where they differ."""
    found = []
    for level in making.LEVELS:
        for index in range(draws if name != "word_arrangements" or level < 4 else 1):  # 9! rows each
            item = procedural.draw(name, level, f"oracle:{index}")
            told = written(oracles.ORACLES[name](item.prompt, [int(each) for each in re.findall(r"\d+", item.prompt)]))
            told = f"y={told}" if name == "tangent_line" else told
            gold = prepare(item.answer, kind=item.kind, prompt="")
            if judge(gold, f"\\boxed{{{told}}}").outcome != "pass":
                found.append((item.prompt, item.answer, told))
    return found


@pytest.mark.parametrize("name", sorted(oracles.ORACLES))
def test_an_oracle_agrees(name: str) -> None:
    """SymPy or brute force, from the text of the question."""
    assert disagreements(name, DRAWS) == []
