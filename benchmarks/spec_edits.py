"""Rows of the reasoning domain with another spec, and replies to it which the family's second solver labels.

A place of the spec is exchanged with one of another spec of the family, left out, doubled, moved or a little more or
less. Where the edited spec is none, what is said of it may still tell a mutant. The label comes from `solve` and
`prove`, two unlike methods that agree; where the checker's verdict contradicts it, that is said: somebody is wrong.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from functools import partial
from random import Random
from typing import Any

from verisieve.domains.reasoning import tasks
from verisieve.domains.reasoning.families import Family, load
from verisieve.errors import TruthError
from verisieve.records import Json, Outcome, Problem
from verisieve.vetting import children
from verisieve.vetting.attacks import RIGHT, WRONG, Row
from verisieve.vetting.children import Work

TOGETHER = 20  # rows that one child makes
CPU = 5.0
Path = tuple[Any, ...]
NO_ANSWER = (TruthError, ValueError, LookupError, ArithmeticError, TypeError, AttributeError)  # solvers of odd specs


def rows(near: Sequence[Row], rng: Random, count: int) -> list[Row]:
    """Make rows like some that have specs; a solver may come to no end on an odd one, so children ask it."""
    known = [row for row in near if _has_spec(row)]
    works = [
        Work(do=partial(_made, known, Random(rng.random())), cpu=CPU) for _ in range(count // TOGETHER if known else 0)
    ]
    found = list[Row]()
    for prompt, truth, text, label, outcome in (each for part in children.results(works, 2) for each in part or ()):
        if label and (outcome == RIGHT) != (label == RIGHT):
            print(f"{label} by the second solver, {outcome} by the checker: {truth} {text!r}", flush=True)
        problem = Problem(domain="reasoning", id="h", prompt=prompt, truth=truth)
        found.append(Row("hunted", problem, text, label))
    return found


def _has_spec(row: Row) -> bool:
    truth = row.problem.truth
    return isinstance(truth, dict) and isinstance(truth.get("spec"), dict) and isinstance(truth.get("family"), str)


def _made(near: Sequence[Row], rng: Random) -> list[Json]:
    made = [varied(rng.choice(near), rng.choice(near), rng) for _ in range(TOGETHER)]
    return [
        [row.problem.prompt, dict(row.problem.truth), row.text, row.expected, _outcome(row) if row.expected else ""]
        for row in made
    ]


def _outcome(row: Row) -> str:
    wrong = [check for check in tasks.check(row.problem, row.text) if check.outcome is not Outcome.PASS]
    return f"{wrong[0].outcome} {wrong[0].reason}" if wrong else RIGHT


def varied(row: Row, other: Row, rng: Random) -> Row:
    """Return a row with an edited spec: with a labelled answer where it has one, else with the reply as it is."""
    truth = dict(row.problem.truth)
    truth["spec"] = edited(truth["spec"], other.problem.truth.get("spec"), rng)
    problem = Problem(domain=row.problem.domain, id="h", prompt=row.problem.prompt, truth=truth)
    labelled = _answered(truth, rng) if truth.get("mode") == "answer" and "task" not in truth else None
    text, label = labelled or (row.text, "")
    return Row("hunted", problem, text, label)


def _answered(truth: dict[str, Any], rng: Random) -> tuple[str, str] | None:
    """A reply to an edited problem and its label; None where either solver has none."""
    try:
        family = load(truth["family"])
        spec = family.parse(truth["spec"])
        return _written(family, spec, rng)
    except NO_ANSWER:
        return None


def _written(family: Family, spec: Any, rng: Random) -> tuple[str, str] | None:
    answer = family.solve(spec)
    if not family.prove(spec, answer):  # no single right answer, or solvers that disagree
        return None
    right = rng.random() < 0.5
    said = answer if right else family.spoil(spec, answer, rng)
    if not right and family.prove(spec, said):  # as good as the other
        return None
    return f"Answer: {family.write(spec, said, rng)}", RIGHT if right else WRONG


def edited(spec: Json, other: Json, rng: Random) -> Json:
    """Return a copy of a spec with one to three places changed."""
    changed = copy.deepcopy(spec)
    for _ in range(rng.choice((1, 1, 2, 3))):
        path = rng.choice([*_paths(changed, ())][1:] or [()])
        if not path:
            return changed
        holder, key = _at(changed, path[:-1]), path[-1]
        if isinstance(holder, list) and rng.random() < 0.4:
            _move(holder, key, rng)
        else:
            holder[key] = _near(
                holder[key], [_at(each, path) for each in (changed, other) for path in _paths(each, ())], rng
            )
    return changed


def _move(items: list[Json], key: int, rng: Random) -> None:
    """Leave an item out, say it twice, or exchange it with another."""
    turn = rng.randrange(3)
    if turn == 0:
        del items[key]
    elif turn == 1:
        items.insert(rng.randrange(len(items) + 1), copy.deepcopy(items[key]))
    else:
        place = rng.randrange(len(items))
        items[key], items[place] = items[place], items[key]


def _near(value: Json, known: list[Json], rng: Random) -> Json:
    """Another value of the same type: a number beside it, or one of those that stand elsewhere."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int) and rng.random() < 0.6:
        return value + rng.choice((-2, -1, 1, 2)) if rng.random() < 0.8 else rng.choice((0, value * 10, -value))
    if isinstance(value, str) and value and rng.random() < 0.4:
        place, sign = rng.randrange(len(value)), rng.choice(value)
        return value[:place] + rng.choice(("", sign, sign * 2, value[place] * 2)) + value[place + 1 :]
    alike = [each for each in known if type(each) is type(value) and each != value]
    return copy.deepcopy(rng.choice(alike)) if alike else value


def _paths(value: Json, path: Path) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from _paths(value[key], (*path, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _paths(each, (*path, place))


def _at(value: Json, path: Path) -> Json:
    for key in path:
        value = value[key]
    return value
