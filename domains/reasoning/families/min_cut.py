"""The cheapest set of one-way links whose removal cuts a target off from a source, and its cost; any cheapest counts.

Solved by augmenting paths (Edmonds and Karp 1972); proved by trying every division of few nodes in two, or by a flow
of the same value.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Hashable
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
MAX_EDGES, MAX_NODES = 300, 60
MAX_DIVIDED = 12  # nodes up to which every division is tried
_WORDS = lexing.FILLERS | lexing.words(
    "cut cuts remove removing removed links link edges edge total cost costs price value minimum min capacity "
    "shut shutting close closing block blocking pipe pipes road roads one ones costs from in altogether"
)

Edge = tuple[str, str]
Answer = tuple[frozenset[Edge], int | None]


class Spec(NamedTuple):
    """The links with their costs, and the two ends."""

    costs: dict[Edge, int]
    source: str
    target: str

    @property
    def nodes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.source, self.target, *(node for edge in self.costs for node in edge))))


def parse(raw: Any) -> Spec:
    """Return the typed spec; costs of parallel links add up."""
    costs: dict[Edge, int] = {}
    for k, edge in enumerate(specs.sized(specs.part(raw, "edges"), "edges", 1, MAX_EDGES)):
        a, b, cost = specs.sized(edge, f"edges[{k}]", 3, 3)
        ends = specs.word(a, f"edges[{k}]"), specs.word(b, f"edges[{k}]")
        specs.need(ends[0] != ends[1], f"edges[{k}]", "is a loop")
        costs[ends] = costs.get(ends, 0) + specs.integer(cost, f"edges[{k}]", 1, 10**6)
    spec = Spec(costs, specs.word(specs.part(raw, "from"), "from"), specs.word(specs.part(raw, "to"), "to"))
    specs.need(spec.source != spec.target, "to", "must differ from the source")
    specs.need(len(spec.nodes) <= MAX_NODES, "edges", f"must have at most {MAX_NODES} nodes")
    return spec


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec in which cutting at neither end is cheapest, from level 2 on."""
    count = (5, 7, 8, 10, 12)[level - 1]
    first = rng.randrange(26 - count)
    nodes = [chr(ord("A") + first + k) for k in range(count)]
    while True:
        pairs = [(a, b) for a in nodes[:-1] for b in nodes[1:] if a != b and (a, b) != (nodes[0], nodes[-1])]
        edges = sorted(rng.sample(pairs, min(len(pairs), 2 * count + level - 2)))
        spec = Spec({edge: rng.randint(1, 5 + 2 * level) for edge in edges}, nodes[0], nodes[-1])
        value = _flow(spec)[0]
        ends = [
            sum(c for (a, b), c in spec.costs.items() if end in (a, b)[k : k + 1])
            for k, end in ((0, nodes[0]), (1, nodes[-1]))
        ]
        if value and (level == 1 or value < min(ends)):
            return {"edges": [[*edge, cost] for edge, cost in spec.costs.items()], "from": nodes[0], "to": nodes[-1]}


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names of the nodes."""
    number = {node: k for k, node in enumerate(spec.nodes)}
    kinds = [(node == spec.source, node == spec.target) for node in number]
    return symmetry.canonical(kinds, [(cost, number[a], number[b]) for (a, b), cost in spec.costs.items()])


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    edges = ", ".join(f"{a}->{b} ({cost})" for (a, b), cost in spec.costs.items())
    return banks.question("min_cut", rng, e=edges, a=spec.source, b=spec.target)


def _flow(spec: Spec) -> tuple[int, frozenset[str]]:
    """Return the greatest flow, and the nodes that the source still reaches in what is left."""
    room: dict[str, dict[str, int]] = {node: {} for node in spec.nodes}
    for (a, b), cost in spec.costs.items():
        room[a][b] = room[a].get(b, 0) + cost
        room[b].setdefault(a, 0)
    total = 0
    while True:
        came = {spec.source: ""}
        todo = deque([spec.source])
        while todo and spec.target not in came:
            node = todo.popleft()
            for other, left in room[node].items():
                if left and other not in came:
                    came[other] = node
                    todo.append(other)
        if spec.target not in came:
            return total, frozenset(came)
        path = [spec.target]
        while came[path[-1]]:
            path.append(came[path[-1]])
        steps = list(zip(path[1:], path, strict=False))
        amount = min(room[a][b] for a, b in steps)
        for a, b in steps:
            room[a][b] -= amount
            room[b][a] += amount
        total += amount


def solve(spec: Spec) -> Answer:
    """Return the links that leave the source's side; raise TruthError where nothing need be cut."""
    total, side = _flow(spec)
    if not total:
        raise specs.InfeasibleError("spec.edges", "the target cannot be reached anyway")
    return frozenset((a, b) for a, b in spec.costs if a in side and b not in side), total


def prove(spec: Spec, answer: Answer) -> bool:
    """Show for few nodes by every division, else by the flow, that no cut costs less."""
    inner = [node for node in spec.nodes if node not in (spec.source, spec.target)]
    if len(inner) + 2 > MAX_DIVIDED:
        return _flow(spec)[0] == answer[1] and judge(spec, answer).right
    least = min(_divided(spec, inner))
    return least == answer[1] and sum(spec.costs[edge] for edge in answer[0]) == least and _separates(spec, answer[0])


def _divided(spec: Spec, inner: list[str]) -> list[int]:
    """Return what each division of the inner nodes costs; bits say which are on the side of the source."""
    costs = [sum(cost for (a, b), cost in spec.costs.items() if a == spec.source and b != spec.source)]
    for k, node in enumerate(inner):
        change = sum(cost for (a, b), cost in spec.costs.items() if a == node)
        change -= spec.costs.get((spec.source, node), 0) + spec.costs.get((node, spec.source), 0)
        both = [spec.costs.get((node, other), 0) + spec.costs.get((other, node), 0) for other in inner[:k]]
        changes = [change]
        for cost in both:  # what the nodes that have come over already spare
            changes += [one - cost for one in changes]
        costs += [cost + one for cost, one in zip(costs, changes, strict=True)]
    return costs


def _separates(spec: Spec, cut: frozenset[Edge]) -> bool:
    seen, todo = {spec.source}, [spec.source]
    while todo:
        node = todo.pop()
        for a, b in spec.costs:
            if a == node and b not in seen and (a, b) not in cut:
                seen.add(b)
                todo.append(b)
    return spec.target not in seen


def read(spec: Spec, text: str) -> Answer:
    """Return the links and the stated cost; a sum may stand before it, and each link's own cost after it."""
    data = lexing.json_value(text)
    if isinstance(data, dict):
        text = _flat(data)
    text = re.sub(r"\(?\b\d+(?: ?\+ ?\d{1,9}){1,60} ?=", " ", text)
    nodes = "|".join(re.escape(node) for node in sorted(spec.nodes, key=len, reverse=True))
    link = re.compile(
        rf"[(\[]?(?<!\w)({nodes})\s*(?:->|=>|-|,|\bto\b)\s*({nodes})(?!\w)[)\]]?(?:\s*\((?:cost )?(\d{{1,7}})\))?"
    )
    cut: list[Edge] = []
    for match in link.finditer(text):
        edge = (match[1], match[2])
        if match[3] and int(match[3]) != spec.costs.get(edge):
            raise UnreadableError("the cost of a link is misstated", Reason.WRONG_ANSWER)
        cut.append(edge)
    totals: list[int] = []
    for kind, word in lexing.tokens(lexing.unbulleted(link.sub(" , ", text)), ()):
        if kind == "int":
            totals.append(int(word))
        elif kind == "arrow" or (kind == "word" and word.lower() not in _WORDS):
            raise UnexpectedError(word)
    if len(set(totals)) > 1 or len(set(cut)) < len(cut):
        raise UnreadableError("several costs, or a link given twice", Reason.HEDGED)
    if not cut:
        raise UnreadableError("no links")
    return frozenset(cut), totals[0] if totals else None


def _flat(data: dict[str, Any]) -> str:
    """Return a JSON answer, a list of links and a cost, as text."""
    lists = [value for value in data.values() if isinstance(value, list)]
    rest = [value for value in data.values() if type(value) is int]
    if len(lists) != 1 or len(rest) > 1 or len(data) != 1 + len(rest):
        raise UnreadableError("no cut")
    links = [" -> ".join(map(str, link)) if isinstance(link, list) else str(link) for link in lists[0]]
    return "; ".join([*links, *(f"cost {value}" for value in rest)])


def judge(spec: Spec, answer: Answer) -> Finding:
    """The links exist, cut the target off, cost what is stated, and nothing cheaper does."""
    cut, stated = answer
    if stated is None:
        return incomplete("no cost is stated")
    strange = sorted(cut - set(spec.costs))
    if strange:
        return wrong("no such link", link=list(strange[0]))
    cost = sum(spec.costs[edge] for edge in cut)
    if cost != stated:
        return wrong("the cost is misstated", cost=cost, stated=stated)
    if not _separates(spec, cut):
        return wrong("the target can still be reached")
    least = _flow(spec)[0]
    return RIGHT if cost == least else wrong("a cheaper cut exists", cost=cost, least=least)


def write(spec: Spec, answer: Answer, rng: Random) -> str:
    """Return links and cost in a line or as JSON."""
    cut, cost = sorted(answer[0]), answer[1]
    if rng.random() < 0.25:
        return json.dumps({"cut": [list(edge) for edge in cut], "cost": cost})
    links = rng.choice((", ", " and ", "; ")).join(f"{a}->{b}" for a, b in cut)
    return rng.choice(("{}; cost {}", "{} (total {})", "cut {}, total cost {}", "Links: {}\nCost: {}")).format(
        links, cost
    )


def spoil(spec: Spec, answer: Answer, rng: Random) -> Answer:
    """Return a misstated cost, a cut with a link too few, or one with a link too many."""
    cut, cost = answer
    assert cost is not None
    rest, kind = sorted(set(spec.costs) - cut), rng.randrange(3)
    if kind == 0 and rest:
        added = rng.choice(rest)
        return cut | {added}, cost + spec.costs[added]
    if kind == 1 and len(cut) > 1:
        gone = rng.choice(sorted(cut))
        return cut - {gone}, cost - spec.costs[gone]
    return cut, cost + rng.choice((-1, 1, 2))
