"""A cheapest route in a directed graph and its cost; any cheapest route counts.

Solved by Dijkstra's algorithm; proved by relaxing all edges (Bellman-Ford), which also gives the potentials of a
lower bound.
"""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Hashable
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import lexing, specs, symmetry
from verisieve.verifiers.reasoning.findings import (
    RIGHT,
    Finding,
    Reason,
    UnexpectedError,
    UnreadableError,
    incomplete,
    wrong,
)

MODE = "answer"
MAX_EDGES = 2_000
_ON_ARROW = re.compile(r"-+\(?(\d{1,9})\)?-+>")  # K -4-> M
_ARTICLE = re.compile(  # no node a
    r"\b(?:at|with|for|has|of) an? (?=(?:total |minimum |overall )?(?:cost|length|distance|weight|total)\b)",
    re.IGNORECASE,
)
FILLERS = lexing.FILLERS | lexing.words(
    "cost costs goes total path route cheapest shortest length distance via then go going overall node nodes edges "
    "minimum minimal min least optimal best reached from start starting along following taking follow "
    "weight unit units legs leg take toll tolls road roads fare"
)


class Spec(NamedTuple):
    """Edges with costs, and the two ends."""

    costs: dict[tuple[str, str], int]
    start: str
    end: str

    @property
    def nodes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.start, self.end, *(node for edge in self.costs for node in edge))))


def parse(raw: Any) -> Spec:
    """Return the typed spec; of parallel edges the cheapest is kept."""
    costs: dict[tuple[str, str], int] = {}
    for k, edge in enumerate(specs.sized(specs.part(raw, "edges"), "edges", 1, MAX_EDGES)):
        a, b, cost = specs.sized(edge, f"edges[{k}]", 3, 3)
        ends = specs.word(a, f"edges[{k}]"), specs.word(b, f"edges[{k}]")
        costs[ends] = min(specs.integer(cost, f"edges[{k}]", 0, 10**9), costs.get(ends, 10**9))
    return Spec(costs, specs.word(specs.part(raw, "from"), "from"), specs.word(specs.part(raw, "to"), "to"))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec in which the cheapest route has at least two edges."""
    count = 5 + level
    first = rng.randrange(26 - count)
    nodes = [chr(ord("A") + first + k) for k in range(count)]
    while True:
        pairs = [(a, b) for a in nodes for b in nodes if a != b]
        edges = [[a, b, rng.randint(1, 9 + 3 * level)] for a, b in sorted(rng.sample(pairs, 2 * count + level))]
        raw = {"edges": edges, "from": nodes[0], "to": nodes[-1]}
        spec = parse(raw)
        route = _dijkstra(spec)
        if len(route) > 2 and _bellman(spec)[spec.end] < spec.costs.get((spec.start, spec.end), 10**9):
            return raw


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names of the nodes."""
    number = {node: k for k, node in enumerate(spec.nodes)}
    kinds = [(node == spec.start, node == spec.end) for node in number]
    return symmetry.canonical(kinds, [(cost, number[a], number[b]) for (a, b), cost in spec.costs.items()])


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    edges = ", ".join(f"{a}->{b} ({cost})" for (a, b), cost in spec.costs.items())
    return banks.question("cheapest_path", rng, e=edges, a=spec.start, b=spec.end)


def _dijkstra(spec: Spec) -> list[str]:
    """Return a cheapest route, or no nodes where there is none."""
    out: dict[str, list[tuple[str, int]]] = {}
    for (a, b), cost in spec.costs.items():
        out.setdefault(a, []).append((b, cost))
    came: dict[str, str] = {}
    heap = [(0, spec.start, "")]
    while heap:
        total, node, before = heapq.heappop(heap)
        if node in came:
            continue
        came[node] = before
        if node == spec.end:
            route = [node]
            while came[route[-1]]:
                route.append(came[route[-1]])
            return route[::-1]
        for other, cost in out.get(node, ()):
            if other not in came:
                heapq.heappush(heap, (total + cost, other, node))
    return []


def _bellman(spec: Spec) -> dict[str, int]:
    """Return the cost of a cheapest route to every node that can be reached."""
    least = {spec.start: 0}
    changed = True
    while changed:
        changed = False
        for (a, b), cost in spec.costs.items():
            if a in least and least[a] + cost < least.get(b, 10**15):
                least[b] = least[a] + cost
                changed = True
    return least


Answer = tuple[tuple[str, ...], int | None]


def solve(spec: Spec) -> Answer:
    """Return a cheapest route and its cost."""
    route = _dijkstra(spec)
    if not route:
        raise specs.InfeasibleError("spec.edges", "no route at all")
    return tuple(route), sum(spec.costs[edge] for edge in pairwise(route))


def prove(spec: Spec, answer: Answer) -> bool:
    """Show by relaxation of all edges that the answer's cost is the least."""
    return _bellman(spec)[spec.end] == answer[1] and judge(spec, answer).right


def read(spec: Spec, text: str) -> Answer:
    """Return the route and the stated cost; a sum may stand before the cost (5 + 2 = 7)."""
    text = re.sub(r"\(?\b\d+(?: ?\+ ?\d{1,9}){1,20} ?=", " ", text)
    text = re.sub(
        rf"\bfrom (?:node )?{re.escape(spec.start)} to (?:node )?{re.escape(spec.end)}(?= is\b| costs\b|[:,])",
        " ",
        text,
    )
    text = _ON_ARROW.sub(r" (\1) ", _ARTICLE.sub(" ", text))
    route: list[str] = []
    numbers: list[tuple[int, int]] = []  # (number, how many nodes stand before it)
    for kind, word in lexing.tokens(lexing.unbulleted(text), spec.nodes):
        if kind == "key":
            route.append(word)
        elif kind == "int":
            numbers.append((int(word), len(route)))
        elif kind == "word" and not lexing.is_filler(word, FILLERS):
            raise UnexpectedError(word)
    if not route:
        raise UnreadableError("no route")
    if len(route) > 3 and len(route) % 2 == 0 and route[1:-1:2] == route[2::2]:  # leg by leg: K to M, M to P
        route = [*route[::2], route[-1]]
        numbers = [(number, k and k // 2 + 1) for number, k in numbers]
    inner = [(number, k) for number, k in numbers if 0 < k < len(route)]
    behind = all(spec.costs.get((route[max(k - 2, 0)], route[k - 1])) == number for number, k in inner)
    before = all(spec.costs.get((route[k - 1], route[k])) == number for number, k in inner)
    if not behind and not before:
        raise UnreadableError("numbers between the nodes that are not their costs")
    totals = {number for number, k in numbers if k in (0, len(route))}
    if inner and behind and len(totals) == 2:
        totals.discard(spec.costs.get((route[-2], route[-1]), -1))
    if len(totals) > 1:
        raise UnreadableError("several costs", Reason.HEDGED)
    return tuple(route), next(iter(totals), None)


def judge(spec: Spec, answer: Answer) -> Finding:
    """The route exists, its cost is the stated one, and none is cheaper."""
    route, stated = answer
    if stated is None:
        return incomplete("no cost is stated")
    if route[0] != spec.start or route[-1] != spec.end:
        return wrong("does not run between the two ends")
    edges = list(pairwise(route))
    missing = [f"{a}->{b}" for a, b in edges if (a, b) not in spec.costs]
    if missing:
        return wrong("an edge does not exist", edge=missing[0])
    cost = sum(spec.costs[edge] for edge in edges)
    if cost != stated:
        return wrong("the cost is misstated", cost=cost, stated=stated)
    least = _bellman(spec)[spec.end]
    return RIGHT if cost == least else wrong("a cheaper route exists", cost=cost, least=least)


def write(spec: Spec, answer: Answer, rng: Random) -> str:
    """Return route and cost in a line or as JSON."""
    route, cost = answer
    if rng.random() < 0.2:
        return json.dumps({"path": list(route), "cost": cost})
    joined = rng.choice((" -> ", " → ", "-", ", ", " to ")).join(route)
    return rng.choice(
        ("{} with cost {}", "path {}, cost {}", "{} (total {})", "{}; cost: {}", "Route: {}\nCost: {}")
    ).format(joined, cost)


def spoil(spec: Spec, answer: Answer, rng: Random) -> Answer:
    """Return a misstated cost, a route over an edge that does not exist, or a cycle added to it."""
    route, cost = answer
    assert cost is not None
    kind = rng.randrange(3)
    if kind == 0:
        return route, cost + rng.choice((-2, -1, 1, 2))
    if kind == 1 and (spec.start, spec.end) not in spec.costs:
        return (spec.start, spec.end), cost
    return route[:-1], cost
