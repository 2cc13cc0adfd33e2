"""Canonical forms of problems, and what making does with them: the same puzzle in other words comes once."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from verisieve.domains.reasoning import domain
from verisieve.domains.reasoning.families import load, names
from verisieve.domains.reasoning.truths import form, open_truth
from verisieve.records import Problem

# What may be renamed in a spec (where the names stand), and which of its lists have no order.
NAMES: dict[str, str] = {
    "knights_knaves": "names", "graph_colouring": "vertices", "ordering": "items", "blocks_plan": "init",
    "jugs": "capacities", "knapsack": "items", "entailment3": "atoms", "hamiltonian_path": "vertices",
    "dependencies": "tasks", "schedule": "jobs", "seating": "people", "syllogism": "terms",
    "time_zones": "places", "assignment": "workers", "hanoi": "start", "bayes_net": "nodes",
}  # fmt: skip
BAGS = {
    "knights_knaves": ("names", "statements"), "graph_colouring": ("vertices", "edges", "colours"),
    "ordering": ("items", "constraints"), "entailment3": ("premises",), "countdown": ("numbers",),
    "nim_move": ("heaps",), "cheapest_path": ("edges",), "logic_grid": ("clues",), "cryptarithm": ("addends",),
    "hamiltonian_path": ("vertices", "edges"), "dependencies": ("tasks", "needs"),
    "seating": ("people", "rules"), "syllogism": ("premises",), "ontology": ("facts", "rules"),
    "min_cut": ("edges",),
}  # fmt: skip


def disguised(family: str, raw: Any, rng: Random) -> Any:
    """Return the spec with other names, and with its bags in another order."""
    letters = [chr(code) for code in range(ord("A"), ord("Z") + 1)]
    if family == "cryptarithm":
        mapping = dict(zip(letters, rng.sample(letters, 26), strict=True))
        words = {word: "".join(mapping[letter] for letter in word) for word in (*raw["addends"], raw["sum"])}
    elif family == "cheapest_path":
        words = {name: f"n{k}" for k, name in enumerate(rng.sample(letters, 26))}
    else:
        known = list(raw[NAMES[family]]) if family in NAMES else []
        words = {name: f"x{k}" for k, name in enumerate(rng.sample(known, len(known)))}
    fresh = _renamed(raw, words)
    for bag in BAGS.get(family, ()):
        fresh[bag] = rng.sample(fresh[bag], len(fresh[bag]))
    return fresh


def _renamed(raw: Any, words: dict[str, str]) -> Any:
    if isinstance(raw, dict):
        return {words.get(key, key): _renamed(value, words) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_renamed(item, words) for item in raw]
    return words.get(raw, raw) if isinstance(raw, str) else raw


def _form(family: str, raw: Any) -> str:
    return form(open_truth({"family": family, "mode": load(family).MODE, "spec": raw}), raw)


@pytest.mark.parametrize("family", sorted({*NAMES, *BAGS}))
@pytest.mark.parametrize("level", [1, 4])
def test_names_and_order_do_not_make_another_problem(family: str, level: int) -> None:
    """A spec in other words has the same form, and another spec has another one."""
    first, second = (load(family).make(Random(f"{family}{k}"), level) for k in range(2))
    assert [_form(family, disguised(family, first, Random(k))) for k in range(4)] == [_form(family, first)] * 4
    assert _form(family, first) != _form(family, second)


def test_a_grid_may_be_turned_and_its_digits_renamed() -> None:
    """Sudokus that differ in digits, in rows of a band, or by a reflection are one."""
    raw = load("sudoku4").make(Random("turned"), 2)
    grid = raw["grid"]
    digits = [[cell and cell % 4 + 1 for cell in row] for row in grid]
    swapped = [grid[1], grid[0], *grid[2:]]
    turned = [list(row) for row in zip(*grid, strict=True)]
    others = [{**raw, "grid": other} for other in (digits, swapped, turned, grid[2:] + grid[:2])]
    assert [_form("sudoku4", other) for other in others] == [_form("sudoku4", raw)] * 4
    crossed = [grid[0], grid[2], grid[1], grid[3]]  # rows of unlike bands
    assert _form("sudoku4", {**raw, "grid": crossed}) != _form("sudoku4", raw)


def test_a_row_of_houses_has_no_preferred_end() -> None:
    """A logic grid and its mirror are one problem."""
    attrs = {"name": ["Ann", "Bo", "Cy"], "pet": ["cat", "dog", "eel"]}
    clues = [["left", "name", 0, "pet", 1], ["at", "name", 2, 1], ["before", "pet", 0, "name", 1]]
    mirror = [["left", "pet", 1, "name", 0], ["at", "name", 2, 3], ["before", "name", 1, "pet", 0]]
    assert _form("logic_grid", {"attrs": attrs, "clues": clues}) == _form(
        "logic_grid", {"attrs": attrs, "clues": mirror}
    )


@pytest.mark.parametrize("family", ["graph_colouring", "jugs", "constrained_string", "sudoku4"])
def test_no_problem_comes_twice(family: str) -> None:
    """Also where chance would repeat problems, none has the form of an earlier one."""
    forms = [problem.meta["form"] for problem in domain.problems(6, 150, families=[family])]
    assert len(set(forms)) == 150


def test_every_answer_family_tells_its_problems_apart() -> None:
    """Each has a canonical form of its own."""
    assert [name for name in names() if load(name).MODE == "answer" and not hasattr(load(name), "canonical")] == []


def test_a_truth_that_is_changed_is_opened_anew() -> None:
    """What is kept of a spec belongs to its content, not to the object that held it."""
    truth = {"family": "nim_move", "mode": "answer", "spec": {"heaps": [5, 1]}}
    problem = Problem(domain="reasoning", id="t", prompt="", truth=truth)
    first = domain.check(problem, "Answer: remove 4 from heap 1", None)  # type: ignore[arg-type]  # runs no code
    truth["spec"]["heaps"][1] = 3  # type: ignore[index]
    second = domain.check(problem, "Answer: remove 4 from heap 1", None)  # type: ignore[arg-type]
    assert (first[0].reason, second[0].reason) == ("", "wrong_answer")
