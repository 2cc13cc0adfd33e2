"""A plan is checked key by key before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from verisieve.errors import UsageError
from verisieve.plan import read_plan
from verisieve.run import calls, check

GOOD = "[domains.math]\nproblems = 5\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "domains: missing"),
        ("[domains]\n", "domains: name at least one"),
        ("sed = 3\n" + GOOD, "sed: unknown key; known: .*seed"),
        ("seed = 'x'\n" + GOOD, "seed: must be a whole number, not 'x'"),
        ("seed = true\n" + GOOD, "seed: must be a whole number"),
        ("models = 'm'\n" + GOOD, "models: must be a list of strings"),
        ("samples = -1\n" + GOOD, "samples: must not be negative"),
        ("[domains]\nmath = 5\n", "domains.math: must be a table"),
        ("[domains.math]\n", "domains.math.problems: missing"),
        (GOOD + "level = 2\n", "domains.math.level: unknown key"),
        (GOOD + "[select]\nper_problem = 1.5\n", "select.per_problem: must be a whole number"),
        ("seed = \n", "line 1"),
    ],
)
def test_a_wrong_plan_names_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    """The error says which file and which key."""
    path = tmp_path / "plan.toml"
    path.write_text(text)

    with pytest.raises(UsageError, match=rf"plan\.toml: .*{message}"):
        read_plan(path)


def test_the_embedded_plan_covers_all_domains() -> None:
    """Without a file, all four domains run with the noisy model."""
    plan = read_plan(None)

    assert set(plan.domains) == {"code", "math", "reasoning", "sql"}
    assert plan.models == ("builtin:noisy",)
    assert calls(plan) == sum(each.problems for each in plan.domains.values()) * plan.samples


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[domains.alchemy]\nproblems = 1\n", "unknown domain"),
        (GOOD + "[export]\nformats = ['x']\n", "formats"),
        ("sandbox = 'x'\n" + GOOD, "unknown sandbox 'x'"),
        ("sandbox = 'docker:x'\n" + GOOD, "sandbox docker has no option 'x'"),
    ],
)
def test_a_plan_names_only_what_is_there(tmp_path: Path, text: str, message: str) -> None:
    """Unknown domains and formats are refused before anything starts."""
    path = tmp_path / "plan.toml"
    path.write_text(text)

    with pytest.raises(UsageError, match=message):
        check(read_plan(path))
