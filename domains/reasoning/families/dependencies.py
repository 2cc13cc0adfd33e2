"""Put tasks in an order that respects what each needs, or show a circle that makes it impossible. Any of either counts.

`needs` holds pairs [a, b]: a must be done before b. Solved by taking tasks that wait for nothing (Kahn 1962); proved
by colouring a depth-first search.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.verifiers.reasoning import lexing, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, incomplete, wrong

MODE = "answer"
MAX_TASKS, MAX_NEEDS = 60, 1_000
FILLERS = lexing.FILLERS | lexing.words("order first next last then task tasks do after before")
_IMPOSSIBLE = re.compile(
    r"(?:it is |this is )?(?:impossible|not possible)|no (?:such |valid )?order(?: exists)?"
    r"|(?:there is )?(?:a )?(?=(?:cycle|circle)\b)",
    re.IGNORECASE,
)
_CIRCLE = lexing.FILLERS | lexing.words("cycle circle because of before needs must come there circular back")

Answer = tuple[bool, tuple[str, ...]]  # whether it is an order, else the tasks of a circle in order


class Spec(NamedTuple):
    """The tasks and the pairs of which the first comes before the second."""

    tasks: tuple[str, ...]
    needs: frozenset[tuple[str, str]]


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    tasks = specs.words(specs.part(raw, "tasks"), "tasks", 2, MAX_TASKS)
    needs = set()
    for k, pair in enumerate(specs.sized(specs.part(raw, "needs"), "needs", 0, MAX_NEEDS)):
        a, b = (specs.member(task, f"needs[{k}]", tasks) for task in specs.sized(pair, f"needs[{k}]", 2, 2))
        needs.add((a, b))
    return Spec(tasks, frozenset(needs))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec; two in five have a circle of three tasks or more."""
    count = 4 + level
    tasks = sorted(rng.sample(banks.lists("dependencies", "tasks", rng), count))
    order = rng.sample(tasks, count)
    every = [(a, b) for k, b in enumerate(order) for a in order[:k]]
    needs = rng.sample(every, min(len(every), count + level))
    if rng.random() < 0.4:
        circle = sorted(rng.sample(range(count), 3 if level < 4 else 4))
        needs = [pair for pair in needs if rng.random() < 0.8]
        needs += [(order[i], order[j]) for i, j in pairwise(circle)] + [(order[circle[-1]], order[circle[0]])]
    return {"tasks": tasks, "needs": [list(pair) for pair in sorted(set(needs))]}


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names of the tasks."""
    number = {task: k for k, task in enumerate(spec.tasks)}
    return symmetry.canonical(["task"] * len(number), [("needs", number[a], number[b]) for a, b in spec.needs])


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    pairs = sorted(spec.needs)
    rng.shuffle(pairs)
    word = rng.choice(banks.bank("dependencies")["need"])
    needs = "; ".join(word.format(a=a, b=b) for a, b in pairs)
    return banks.question("dependencies", rng, t=", ".join(spec.tasks), n=needs)


def solve(spec: Spec) -> Answer:
    """Return an order, or a circle."""
    order: list[str] = []
    left = dict.fromkeys(spec.tasks)
    while left:
        free = next((task for task in left if not any((other, task) in spec.needs for other in left)), None)
        if free is None:
            return False, _circle(spec, list(left))
        order.append(free)
        del left[free]
    return True, tuple(order)


def _circle(spec: Spec, left: list[str]) -> tuple[str, ...]:
    """Walk backwards among tasks that all wait for another one, until one comes again."""
    walk = [left[0]]
    while True:
        before = next(other for other in left if (other, walk[-1]) in spec.needs)
        if before in walk:
            return tuple(walk[walk.index(before) :][::-1])
        walk.append(before)


def prove(spec: Spec, answer: Answer) -> bool:
    """Show by depth-first search whether there is a circle, and that the answer is what it says."""
    after: dict[str, list[str]] = {task: [] for task in spec.tasks}
    for a, b in sorted(spec.needs):
        after[a].append(b)
    colour = dict.fromkeys(spec.tasks, 0)

    def circles(task: str) -> bool:
        colour[task] = 1
        found = any(colour[other] == 1 or (not colour[other] and circles(other)) for other in after[task])
        colour[task] = 2
        return found

    acyclic = not any(not colour[task] and circles(task) for task in spec.tasks)
    return acyclic is answer[0] and judge(spec, answer).right


def read(spec: Spec, text: str) -> Answer:
    """Return the order, or the circle; a circle may end with the task it begins with."""
    data = lexing.json_value(text)
    if isinstance(data, dict) and len(data) == 1 and next(iter(data)).lower() in ("impossible", "cycle", "circle"):
        return False, _closed(lexing.sequence(json.dumps(next(iter(data.values()))), spec.tasks, fillers=_CIRCLE))
    bare = text.strip(" \n\"'*.")
    head = _IMPOSSIBLE.match(bare)
    if head:
        rest = bare[head.end() :].strip(" \n.:;,()-")
        return False, _closed(lexing.sequence(rest, spec.tasks, fillers=_CIRCLE)) if rest else ()
    return True, tuple(lexing.sequence(text, spec.tasks, fillers=FILLERS))


def _closed(circle: list[str]) -> tuple[str, ...]:
    return tuple(circle[:-1] if len(circle) > 1 and circle[0] == circle[-1] else circle)


def judge(spec: Spec, answer: Answer) -> Finding:
    """Every task comes once and after what it needs; or the circle is one, each task needed by the next."""
    ordered, tasks = answer
    if not ordered and not tasks:
        return incomplete("no circle is named") if not solve(spec)[0] else wrong("an order exists")
    if not ordered:
        steps = list(pairwise((*tasks, tasks[0])))
        gap = next((pair for pair in steps if pair not in spec.needs), None)
        return RIGHT if gap is None and len(set(tasks)) == len(tasks) else wrong("no circle", step=list(gap or ()))
    missing = [task for task in spec.tasks if task not in tasks]
    if missing:
        return incomplete("tasks that are left out", missing=missing[:20])
    if len(tasks) != len(spec.tasks):
        return wrong("a task comes twice")
    place = {task: k for k, task in enumerate(tasks)}
    early = next(((a, b) for a, b in sorted(spec.needs) if place[a] >= place[b]), None)
    return RIGHT if early is None else wrong("a task comes before what it needs", needs=list(early))


def write(spec: Spec, answer: Answer, rng: Random) -> str:
    """Return the order in a line, as a list or as JSON; or the circle."""
    ordered, tasks = answer
    if ordered:
        return writing.sequence(tasks, rng, joiners=(", ", " -> ", "; "))
    circle = " -> ".join((*tasks, tasks[0]) if rng.random() < 0.7 else tasks)
    return rng.choice((f"impossible: {circle}", f"impossible; cycle {circle}", f"impossible ({circle})"))


def spoil(spec: Spec, answer: Answer, rng: Random) -> Answer:
    """Return an order with a task too early or left out, a circle with a task too many, or a circle where none is."""
    ordered, tasks = answer
    if not ordered:
        rest = [task for task in spec.tasks if task not in tasks]
        if rng.random() < 0.5 or not rest:
            return True, tuple(rng.sample(spec.tasks, len(spec.tasks)))
        return False, tuple(tasks[:1]) if (tasks[0], tasks[0]) not in spec.needs else ()
    if rng.random() < 0.2 or not spec.needs:
        return False, tasks[:3]
    a, b = rng.choice(sorted(spec.needs))
    mixed = list(tasks)
    i, j = mixed.index(a), mixed.index(b)
    mixed[i], mixed[j] = mixed[j], mixed[i]
    return (True, tuple(mixed)) if rng.random() < 0.7 else (True, tasks[1:])
