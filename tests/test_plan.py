"""A plan is checked key by key before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from verisieve.errors import UsageError
from verisieve.forecast import calls, forecast
from verisieve.plan import read_plan
from verisieve.run import check

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
        (GOOD + "[select]\nlower_assurance = 1\n", "select.lower_assurance: must be true or false"),
        (GOOD + "[endpoints.a]\nbase_url = 'x'\n", "endpoints.a.model: missing"),
        (GOOD + "[endpoints.a]\nmodel = 'm'\nrpm = 5\n", "endpoints.a.rpm: unknown key"),
        (GOOD + "[endpoints.a]\nmodel = 'm'\nheaders = {x = 1}\n", "endpoints.a.headers.x: must be a string"),
        (GOOD + "[endpoints.a]\nmodel = 'm'\nprice = {input = 1}\n", "endpoints.a.price.output: missing"),
        (GOOD + "[endpoints.a]\nmodel = 'm'\nkey = 'sk-1'\n", "endpoints.a: key: must be the name of an env"),
        (GOOD + "[endpoints.a]\nmodel = 'm'\nconcurrency = 0\n", "endpoints.a: concurrency: must be at least 1"),
        (GOOD + "[budget]\nmoney = -1\n", "budget.money: must not be negative"),
        (GOOD + "[budget]\nmoney = nan\n", "budget.money: must not be negative"),
        ("seed = \n", "line 1"),
        (GOOD + "[select]\nband = [0.2]\n", "select.band: must be a list of 2 numbers"),
        (GOOD + "[select]\nband = ['a', 1]\n", "select.band: must be a number, not 'a'"),
        (GOOD + "[select]\nband = [0.9, 0.2]\n", "select.band must be two rates"),
        (GOOD + "[select.weights]\nbeauty = 1\n", "select.weights must be numbers >= 0 for brevity"),
        (GOOD + "[select]\nnear_duplicates = 2\n", "select.near_duplicates must be from 0.3 to 1"),
        (GOOD + "[curriculum]\n", "curriculum.rounds: missing"),
        (GOOD + "[curriculum]\nrounds = 0\n", "curriculum.rounds must be from 1 to 100"),
        (GOOD + "[curriculum]\nrounds = 2\nknobs = ['x']\n", "curriculum.knobs must be of family, difficulty"),
        (GOOD + "[curriculum]\nrounds = 2\nband = [1, 0]\n", "curriculum.band must be two rates"),
        (GOOD + "[curriculum]\nrounds = 2\nforget = 1\n", "curriculum.forget must be at least 0 and below 1"),
        (GOOD + "[curriculum]\nrounds = 2\nteachers = ['t']\n", "curriculum.teachers: 't' is none of models"),
        (GOOD + "[curriculum]\nrounds = 2\nteachers = ['builtin:noisy']\n", "no model is left to be a student"),
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
        ("models = ['m']\n" + GOOD, "unknown model 'm'"),
        ("models = ['openai:m']\nprices = 'no.toml'\n" + GOOD, "no.toml: No such file"),
        (GOOD + "[select]\nagainst = ['no.jsonl']\n", "against: no.jsonl: no such file"),
        (GOOD + "[select]\ndecontaminate = ['x']\n", "write ADAPTER:FILE"),
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


ENDPOINTS = """
samples = 4
prices = "{prices}"
[domains.math]
problems = 50
[endpoints.cheap]
model = "m"
max_tokens = 100
[endpoints.dear]
model = "n"
price = {{ input = 0.0, output = 1000.0 }}
[select]
lower_assurance = true
"""


def test_a_forecast_says_calls_and_cost(tmp_path: Path) -> None:
    """Each endpoint's share, its cost by its own price or the table's; no key is needed for it."""
    prices = tmp_path / "prices.toml"
    prices.write_text("[m]\ninput = 0.0\noutput = 2.0\n")
    (tmp_path / "plan.toml").write_text(ENDPOINTS.format(prices=prices))
    plan = read_plan(tmp_path / "plan.toml")
    cheap, dear = forecast(plan)

    assert (plan.models, calls(plan), plan.select.lower_assurance) == (("cheap", "dear"), 400, True)
    assert (cheap.calls, cheap.longest, cheap.cost) == (200, 100, pytest.approx(200 * 100 * 2 / 1e6))
    assert (dear.calls, dear.longest, dear.cost) == (200, None, pytest.approx(200 * 1024 * 1000 / 1e6))
    assert "cheap: 200 calls" in str(cheap)
    assert "at most $0.04" in str(cheap)
    assert "about $204.80" in str(dear)
