"""The benchmark of the sandboxes: its arithmetic on made-up figures. Times are measured there and never in a test."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import pytest


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module `benchmarks.figures`, which is no part of the package."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    from benchmarks import figures  # type: ignore[attr-defined,unused-ignore]

    return figures


def imported() -> Iterator[tuple[str, str, str]]:
    """What the benchmarks import of us: file, module and name."""
    for path in sorted((Path(__file__).parents[1] / "benchmarks").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "verisieve":
                yield from ((path.name, node.module or "", each.name) for each in node.names)


def test_what_benchmarks_import_of_us_is_there() -> None:
    """A name that was changed is changed in the benchmarks too: most of them run too long for a test."""
    found = list(imported())
    missing = [each for each in found if not _is_there(*each[1:])]

    assert len(found) > 50
    assert not missing


def _is_there(module: str, name: str) -> bool:
    there = import_module(module)
    return hasattr(there, name) or (hasattr(there, "__path__") and find_spec(f"{module}.{name}") is not None)


def test_the_medians_decide_over_a_target(figures: Any) -> None:
    """A ratio is met by the medians, whatever the minima say; CPU time stands beside them where it is known."""
    ours, other = figures.Sample([0.002, 0.004, 0.009], 0.015), figures.Sample([0.018, 0.020, 0.022], 0.060)
    (row,) = figures.ratios({"embedded": ours, "bare": other})
    assert (row["p50"], row["min"], row["cpu"]) == pytest.approx((5.0, 9.0, 4.0))
    assert row["met"]
    ours.seconds[1] = 0.005
    assert not figures.ratios({"embedded": ours, "bare": other})[0]["met"]


def test_a_way_that_is_not_there_has_no_ratio(figures: Any) -> None:
    """Targets whose ways were left out are not printed."""
    lines = list(figures.table_of_ratios({"embedded": figures.Sample([0.005])}))
    assert len(lines) == 2
    assert lines[1].split()[-2:] == ["5.00", "missed"]


def test_tables_have_a_line_for_each_way(figures: Any) -> None:
    """Every figure is in its table, unknown CPU time as a dash."""
    ways = list(figures.table_of_ways({"fork": figures.Sample([0.003] * 19 + [0.1])}))
    assert ways[1].split() == ["fork", "20", "3.00", "3.00", "3.00", "-"]
    wholes = [figures.Whole("embedded", 1, 1.0, 164, 164), figures.Whole("evalplus", 1, 2.5, 163, 164)]
    assert "2.50 times as fast: ok" in list(figures.table_of_wholes(wholes))[2]
    rates = [figures.Rate("fork, captured", 1, 400.0, None), figures.Rate("embedded", 1, 320.0, 0.004)]
    assert list(figures.table_of_rates(rates))[2].split()[-3:] == ["1.00", "4.00", "0.80"]


def test_figures_are_json(figures: Any) -> None:
    """What `--json` writes of a way holds every run."""
    written = json.loads(json.dumps(figures.Sample([0.001, 0.003], 0.002).as_json()))
    assert written == {"runs": 2, "min_ms": 1.0, "p50_ms": 2.0, "p95_ms": 3.0, "cpu_ms": 1.0, "all_ms": [1.0, 3.0]}


def test_a_mutant_differs_in_one_place_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Operators, constants and numbers change; literals, arrows and comments do not."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    from benchmarks import mutants  # type: ignore[attr-defined,unused-ignore]

    from verisieve.verifiers.code.languages.javascript import SYNTAX

    code = "// a < b\nconst f = (x) => x >= 10 && true ? '1 + 2' : x1 - 3\n"
    found = list(mutants.mutants(code, SYNTAX, code.index("=>")))
    changes = [">= to >", "10 to 11", "&& to ||", "true to false", "- to +", "3 to 4"]
    assert [mutant.change for mutant in found] == changes
    assert {mutant.line for mutant in found} == {2}


def test_an_edited_spec_has_a_label_of_two_solvers_that_the_checker_upholds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Specs differ from the one that was given, and right and wrong answers to them are judged as they are labelled."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    from benchmarks import spec_edits  # type: ignore[attr-defined,unused-ignore]

    from verisieve.domains.reasoning import tasks
    from verisieve.records import Outcome, Problem
    from verisieve.vetting.attacks import RIGHT, WRONG, Row

    truth: dict[str, Any] = {"family": "knapsack", "mode": "answer", "answer": None}
    weights = {"axe": (3, 4), "bow": (4, 5), "cup": (2, 3)}
    items = {name: {"weight": weight, "value": value} for name, (weight, value) in weights.items()}
    truth |= {"spec": {"items": items, "capacity": 6}}
    rng = Random("edits")
    row = Row("probe", Problem(domain="reasoning", id="p", prompt="", truth=truth), "Answer: bow, cup", "")
    made = [spec_edits.varied(row, row, rng) for _ in range(60)]
    labelled = [each for each in made if each.expected and any(name in each.text for name in items)]  # none is unread

    assert {each.expected for each in labelled} == {RIGHT, WRONG}
    assert sum(each.problem.truth["spec"] != truth["spec"] for each in made) > 40
    for each in labelled:
        passed = all(check.outcome is Outcome.PASS for check in tasks.check(each.problem, each.text))
        assert passed == (each.expected == RIGHT), each
