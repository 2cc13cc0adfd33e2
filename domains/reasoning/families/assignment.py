"""Give each worker one task so that the total cost is least, and state it; any best assignment counts.

Solved by dynamic programming over sets of tasks; proved by trying all permutations, or for more workers by prices
(dual values) that no cost undercuts.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache
from itertools import permutations
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.verifiers.reasoning import lexing, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, Reason, UnreadableError, incomplete, wrong

MODE = "answer"
MAX_WORKERS, MAX_COST = 12, 10**6
MAX_TRIED = 7  # workers up to which all permutations are tried
MAX_BEFORE, MAX_GAP = 200, 20  # characters looked at before a pair's cost, and between worker and task
FILLERS = lexing.FILLERS | lexing.words(
    "does do gets get takes take goes go given care handles handle worker workers task tasks assigned"
)
_TOTAL = re.compile(
    r"[\s,;(|]*(?:with |and |for |at )?(?:an? |the )?(?:(?:minimum|minimal|least|optimal) )?"
    r"(?:(?:total_cost|total|cost|price|sum)\b[ ]*)+"
    r"\"?[ ]*(?:\||is|of|[:=])*[ ]*(?:\d+(?: ?\+ ?\d+)+ ?= ?)?(\d{1,9})[\s).,}|]*$",
    re.IGNORECASE,
)
_COST = re.compile(r" ?(?:\((?:cost )?(\d{1,9})\)|: ?(\d{1,9})(?!\d))", re.IGNORECASE)

Answer = tuple[dict[str, str], int | None]


class Spec(NamedTuple):
    """Workers, tasks, and a row of costs for each worker."""

    workers: tuple[str, ...]
    tasks: tuple[str, ...]
    costs: tuple[tuple[int, ...], ...]


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    workers = specs.words(specs.part(raw, "workers"), "workers", 1, MAX_WORKERS)
    tasks = specs.words(specs.part(raw, "tasks"), "tasks", len(workers), len(workers))
    specs.need(not {w.lower() for w in workers} & {t.lower() for t in tasks}, "tasks", "must differ from the workers")
    rows = specs.sized(specs.part(raw, "costs"), "costs", len(workers), len(workers))
    costs = [specs.sized(row, f"costs[{k}]", len(tasks), len(tasks)) for k, row in enumerate(rows)]
    return Spec(
        workers, tasks, tuple(tuple(specs.integer(cost, "costs", 0, MAX_COST) for cost in row) for row in costs)
    )


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec in which giving each worker in turn the cheapest task left is not best, from level 2 on."""
    count = (3, 3, 4, 4, 5)[level - 1]
    workers, tasks = (sorted(rng.sample(banks.lists("assignment", part, rng), count)) for part in ("workers", "tasks"))
    while True:
        costs = [[rng.randint(1, 9 + 4 * level) for _ in tasks] for _ in workers]
        raw = {"workers": workers, "tasks": tasks, "costs": costs}
        spec = parse(raw)
        if level == 1 or _greedy(spec) > _best(spec.costs):
            return raw


def _greedy(spec: Spec) -> int:
    left, total = set(range(len(spec.tasks))), 0
    for row in spec.costs:
        task = min(left, key=lambda k: (row[k], k))
        left.discard(task)
        total += row[task]
    return total


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names and the order of workers and tasks."""
    first = len(spec.workers)
    facts = [(cost, w, first + t) for w, row in enumerate(spec.costs) for t, cost in enumerate(row)]
    return symmetry.canonical(["worker"] * first + ["task"] * len(spec.tasks), facts)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    rows = (
        f"{worker}: " + ", ".join(f"{task} {cost}" for task, cost in zip(spec.tasks, row, strict=True))
        for worker, row in zip(spec.workers, spec.costs, strict=True)
    )
    return banks.question("assignment", rng, r="; ".join(rows), w=", ".join(spec.workers), t=", ".join(spec.tasks))


@lru_cache(maxsize=256)
def _table(costs: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    """Return the least cost for the first workers to do each set of tasks, one bit a task."""
    least = [0] * (1 << len(costs))
    for done in range(1, 1 << len(costs)):
        row = costs[done.bit_count() - 1]
        least[done] = min(least[done ^ 1 << k] + row[k] for k in range(len(row)) if done >> k & 1)
    return tuple(least)


def _best(costs: tuple[tuple[int, ...], ...]) -> int:
    return _table(costs)[-1]


def solve(spec: Spec) -> Answer:
    """Return a best assignment and its cost."""
    least, done, chosen = _table(spec.costs), (1 << len(spec.tasks)) - 1, {}
    for worker, row in list(zip(spec.workers, spec.costs, strict=True))[::-1]:
        k = next(k for k in range(len(row)) if done >> k & 1 and least[done ^ 1 << k] + row[k] == least[done])
        chosen[worker] = spec.tasks[k]
        done ^= 1 << k
    return {worker: chosen[worker] for worker in spec.workers}, least[-1]


def prove(spec: Spec, answer: Answer) -> bool:
    """Show by trying all permutations, or by dual prices, that nothing is cheaper."""
    chosen, stated = answer
    if set(chosen) != set(spec.workers) or set(chosen.values()) != set(spec.tasks):
        return False
    row = dict(zip(spec.workers, spec.costs, strict=True))
    total = sum(row[worker][spec.tasks.index(task)] for worker, task in chosen.items())
    if len(spec.tasks) > MAX_TRIED:
        return total == stated == _bound(spec, chosen)
    orders = permutations(range(len(spec.tasks)))
    return total == stated == min(sum(costs[k] for costs, k in zip(spec.costs, order, strict=True)) for order in orders)


def _bound(spec: Spec, chosen: dict[str, str]) -> int:
    """Return a lower bound: prices of tasks by relaxation along the assignment, and what each worker saves at least."""
    number = {task: k for k, task in enumerate(spec.tasks)}
    price = [0] * len(spec.tasks)
    for _ in spec.tasks:
        for worker, row in zip(spec.workers, spec.costs, strict=True):
            own = number[chosen[worker]]
            for k, cost in enumerate(row):
                price[k] = min(price[k], cost - row[own] + price[own])
    return sum(price) + sum(min(cost - price[k] for k, cost in enumerate(row)) for row in spec.costs)


def read(spec: Spec, text: str) -> Answer:
    """Return worker -> task, in either direction, and the stated cost."""
    data = lexing.json_value(text)
    if isinstance(data, dict):
        return _from_json(spec, data)
    head = re.match(
        r"\s*(?:(?:minimum |least )?(?:total )?cost|total)[ ]*(?:is|[:=])?[ ]*(\d{1,9})[\s,;.:]+", text, re.IGNORECASE
    )
    match = None if head else _TOTAL.search(text)
    bare = text[head.end() :] if head else text[: match.start()] if match else text
    costs = {
        (w, t): str(c)
        for w, row in zip(spec.workers, spec.costs, strict=True)
        for t, c in zip(spec.tasks, row, strict=True)
    }
    found = lexing.pairs(_uncosted(bare, costs), spec.workers, spec.tasks, fillers=FILLERS)
    total = head[1] if head else match[1] if match else None
    return found, None if total is None else int(total)


def _uncosted(text: str, costs: dict[tuple[str, str], str]) -> str:
    """Drop each pair's own cost where it stands behind the pair."""

    def kept(match: re.Match[str]) -> str:
        before, cost = text[max(0, match.start() - MAX_BEFORE) : match.start()].lower(), match[1] or match[2]
        own = any(cost == known and _ends_with(before, *pair) for pair, known in costs.items())
        return "" if own else match[0]

    return _COST.sub(kept, text)


def _ends_with(text: str, worker: str, task: str) -> bool:
    """Say whether a text in lower case ends with a worker and, not far behind, a task, each as a whole word."""
    pair = worker.lower(), task.lower()
    return any(_in_turn(text, *both) for both in (pair, pair[::-1]))


def _in_turn(text: str, first: str, last: str) -> bool:
    head, _, gap = text.removesuffix(last).rpartition(first)
    apart = 1 <= len(gap) <= MAX_GAP and not re.search(r"[\n\d]", gap)
    return text.endswith(last) and apart and not re.search(r"\w\Z", head) and not re.search(r"^\w|\w\Z", gap)


def _from_json(spec: Spec, data: dict[str, Any]) -> Answer:
    flat: dict[str, Any] = {}
    for key, value in data.items():
        flat |= value if isinstance(value, dict) else {key: value}
    totals = [value for value in flat.values() if type(value) is int]
    rest = {key: value for key, value in flat.items() if type(value) is not int}
    if len(totals) > 1 or not all(isinstance(value, str) for value in rest.values()):
        raise UnreadableError("several costs" if len(totals) > 1 else "no assignment", Reason.HEDGED)
    pairs = lexing.pairs("; ".join(f"{key}: {value}" for key, value in rest.items()), spec.workers, spec.tasks)
    return pairs, totals[0] if totals else None


def judge(spec: Spec, answer: Answer) -> Finding:
    """Everybody has one task, nobody shares, the cost is the stated one, and nothing is cheaper."""
    chosen, stated = answer
    missing = [worker for worker in spec.workers if worker not in chosen]
    if missing or stated is None:
        return incomplete("no cost is stated" if stated is None else "workers without a task", missing=missing)
    if len(set(chosen.values())) < len(chosen):
        return wrong("a task is given twice")
    rows = zip(spec.workers, spec.costs, strict=True)
    cost = sum(row[spec.tasks.index(chosen[worker])] for worker, row in rows)
    if cost != stated:
        return wrong("the cost is misstated", cost=cost, stated=stated)
    best = _best(spec.costs)
    return RIGHT if cost == best else wrong("a cheaper assignment exists", cost=cost, best=best)


def write(spec: Spec, answer: Answer, rng: Random) -> str:
    """Return pairs and cost in a line, as a list or as JSON."""
    chosen, cost = answer
    if rng.random() < 0.3:
        return (
            writing.pairs({**chosen, "cost": cost}, Random(0), joiners=(": ",))
            if rng.random() < 0.5
            else _line(chosen, cost, rng)
        )
    listed = "\n".join(f"- {worker}: {task}" for worker, task in chosen.items())
    return rng.choice((f"\n{listed}\nTotal cost: {cost}", _line(chosen, cost, rng)))


def _line(chosen: dict[str, str], cost: int | None, rng: Random) -> str:
    joined = rng.choice((", ", "; ")).join(
        f"{worker}{rng.choice((' - ', ': ', ' -> ', '='))}{task}" for worker, task in chosen.items()
    )
    return rng.choice(("{}; cost {}", "{} (total {})", "{}, total cost {}")).format(joined, cost)


def spoil(spec: Spec, answer: Answer, rng: Random) -> Answer:
    """Return a misstated cost, a worker left out, or a task given twice."""
    chosen, cost = answer
    assert cost is not None
    one, other = rng.sample(list(chosen), 2) if len(chosen) > 1 else (spec.workers[0],) * 2
    kind = rng.randrange(3)
    if kind == 0 and len(chosen) > 1:
        return {**chosen, one: chosen[other]}, cost
    if kind == 1 and len(chosen) > 1:
        return {worker: task for worker, task in chosen.items() if worker != one}, cost
    return chosen, cost + rng.choice((-2, -1, 1, 2))
