"""Proofs in the math domain: golden rows, and truths that are none."""

from __future__ import annotations

from typing import Any

import pytest

from verisieve.domains import Trial, read_trials
from verisieve.domains.math import domain
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import Sandbox

SANDBOX = "docker"
TOOLCHAIN = "coq"
TRIALS = list(read_trials("verisieve.domains.math", "proof_trials.jsonl"))


@pytest.mark.engine
@pytest.mark.parametrize("trial", TRIALS, ids=[f"{trial.problem.id} {trial.why}" for trial in TRIALS])
def test_golden_rows_are_judged_as_vouched(sandbox: Sandbox, trial: Trial) -> None:
    """Every golden row has the outcome that is vouched for."""
    try:
        (found,) = domain.check(trial.problem, trial.text, sandbox)
    except TruthError as error:
        found = Check(name="truth", outcome=Outcome.ERROR, evidence={"message": str(error)})
    assert found.outcome is trial.outcome, found
    assert found.reason in domain.reasons | {""}


TRUTHS: list[tuple[dict[str, Any], str]] = [
    ({"task": "theorem"}, "task"),
    ({"prover": "lean"}, "prover"),
    ({"statement": None}, "statement"),
    ({"statement": "  "}, "statement"),
    ({"statement": 3}, "statement"),
    ({"preamble": []}, "preamble"),
    ({"axioms": "classic"}, "axioms"),
    ({"axioms": [1]}, "axioms"),
    ({"theorem": "a.b"}, "theorem"),
    ({"limits": 3}, "limits"),
    ({"limits": {"cpu": 0}}, "limits.cpu"),
    ({"limits": {"disk": 3}}, "limits.disk"),
]


@pytest.mark.parametrize(("truth", "field"), TRUTHS, ids=[str(truth) for truth, _ in TRUTHS])
def test_a_bad_truth_names_its_field(truth: dict[str, Any], field: str) -> None:
    """Nothing is run for a truth that cannot be read."""
    given = {"task": "proof", "prover": "coq", "statement": "True"} | truth
    with pytest.raises(TruthError) as caught:
        domain.check(Problem(domain="math", id="p", prompt="", truth=given), "exact I.", None)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_there_is_a_prompt_for_proofs() -> None:
    """Models are told how to answer."""
    assert "{{prompt}}" in domain.prompts["prove"]
