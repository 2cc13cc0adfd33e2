"""Visit every vertex of a graph once along its edges; any such path counts.

`directed` says whether edges run one way; optional `from` fixes where to begin.
Solved by backtracking, the vertex with the fewest ways on first; proved by the sets of vertices that paths can cover.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import lexing, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, incomplete, wrong

MODE = "answer"
MAX_VERTICES, MAX_EDGES, MAX_NODES = 60, 1_000, 50_000
MAX_COVERED = 14  # vertices up to which the sets are listed
FILLERS = lexing.FILLERS | lexing.words(
    "path route tour visit order vertices nodes from then to go along start begin there "
    "finally at stop station visiting using first last next"
)


class Spec(NamedTuple):
    """The vertices, who follows whom, and where to begin ("" for anywhere)."""

    vertices: tuple[str, ...]
    after: dict[str, tuple[str, ...]]
    directed: bool
    start: str


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    vertices = specs.words(specs.part(raw, "vertices"), "vertices", 1, MAX_VERTICES)
    directed, start = raw.get("directed", False), raw.get("from")
    specs.need(isinstance(directed, bool), "directed", "must be true or false")
    edges = []
    for k, edge in enumerate(specs.sized(specs.part(raw, "edges"), "edges", 0, MAX_EDGES)):
        a, b = (specs.member(end, f"edges[{k}]", vertices) for end in specs.sized(edge, f"edges[{k}]", 2, 2))
        edges.append((a, b))
    first = "" if start is None else specs.member(start, "from", vertices)
    return Spec(vertices, _after(vertices, edges, directed=directed), directed, first)


def _after(vertices: Sequence[str], edges: Iterable[tuple[str, str]], *, directed: bool) -> dict[str, tuple[str, ...]]:
    """Return which vertices each one is followed by."""
    after: dict[str, dict[str, None]] = {vertex: {} for vertex in vertices}
    for a, b in edges:
        after[a][b] = None
        if not directed:
            after[b][a] = None
    return {vertex: tuple(others) for vertex, others in after.items()}


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec around a planted path, found by as long a search as the level asks, and not by name."""
    count, directed = (5, 7, 9, 10, 11)[level - 1], rng.random() < 0.5
    fewest, most = ((5, 7), (7, 11), (10, 18), (19, 40), (41, 200))[level - 1]  # beginnings of paths to look at
    letter = rng.choice(("", "", "v", "p", "s"))
    names = [f"{letter}{k}" if letter else chr(65 + k) for k in range(1, count + 1)]
    while True:
        path = rng.sample(names, count)
        edges = {(a, b) for a, b in pairwise(path)}
        while len(edges) < count - 1 + (count if directed else count // 2):
            a, b = rng.sample(names, 2)
            if (b, a) not in edges or directed:
                edges.add((a, b))
        shown = sorted(edge if directed or rng.random() < 0.5 else edge[::-1] for edge in sorted(edges))
        spec = Spec(
            tuple(names), _after(names, shown, directed=directed), directed, path[0] if rng.random() < 0.4 else ""
        )
        by_name = judge(spec, tuple(names)).right or judge(spec, tuple(names[::-1])).right
        if not by_name and fewest <= _search(spec, most)[1] <= most:
            raw = {"vertices": names, "edges": [list(edge) for edge in shown], "directed": directed}
            return raw | ({"from": spec.start} if spec.start else {})


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for isomorphic graphs with the same beginning."""
    number = {vertex: k for k, vertex in enumerate(spec.vertices)}
    facts = [("edge", number[a], number[b]) for a, ends in spec.after.items() for b in ends]
    return spec.directed, symmetry.canonical([vertex == spec.start for vertex in spec.vertices], facts)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    pairs = [(a, b) for a in spec.vertices for b in spec.after[a] if spec.directed or a < b or a not in spec.after[b]]
    edges = ", ".join(f"{a}->{b}" if spec.directed else f"{a}-{b}" for a, b in pairs)
    kind = "one-way (A->B runs from A to B only)" if spec.directed else "usable both ways"
    begin = f"Begin at {spec.start}." if spec.start else "Begin anywhere."
    return banks.question("hamiltonian_path", rng, v=", ".join(spec.vertices), e=edges, k=kind, b=begin)


def solve(spec: Spec) -> tuple[str, ...]:
    """Return a path; raise TruthError where there is none or the search is too long."""
    found, nodes = _search(spec, MAX_NODES)
    if found is not None:
        return tuple(found)
    if nodes > MAX_NODES:
        raise TruthError("spec", "too hard to solve here")
    raise specs.InfeasibleError("spec.edges", "no path visits every vertex")


def _search(spec: Spec, most: int) -> tuple[list[str] | None, int]:
    """Return the first path, vertices with few ways on first, and how many beginnings of paths were looked at."""
    number = {vertex: k for k, vertex in enumerate(spec.vertices)}
    after = [[number[other] for other in spec.after[vertex]] for vertex in spec.vertices]
    around = [sum([1 << other for other in others]) for others in after]
    nodes = 0

    def extend(path: list[int], left: int) -> list[int] | None:
        nonlocal nodes
        nodes += 1
        if not left or nodes > most:
            return None if left else path
        ways = [other for other in (after[path[-1]] if path else range(len(after))) if left >> other & 1]
        if len(ways) > 1:
            ways.sort(key=lambda vertex: (around[vertex] & left).bit_count())
        for vertex in ways:
            found = extend([*path, vertex], left ^ 1 << vertex)
            if found:
                return found
        return None

    begun = [number[spec.start]] if spec.start else []
    found = extend(begun, (1 << len(after)) - 1 - sum(1 << k for k in begun))
    return [spec.vertices[k] for k in found] if found else None, nodes


def prove(spec: Spec, answer: tuple[str, ...]) -> bool:
    """Show that the answer covers all along edges; for few vertices also that sets of covered ones lead to its end."""
    number = {vertex: k for k, vertex in enumerate(spec.vertices)}
    everything = (1 << len(number)) - 1
    if len(number) <= MAX_COVERED:
        ends = {(1 << number[v], number[v]) for v in spec.vertices if spec.start in ("", v)}
        nexts = [[number[other] for other in spec.after[vertex]] for vertex in spec.vertices]
        for _ in spec.vertices[1:]:
            ends = {(seen | 1 << other, other) for seen, end in ends for other in nexts[end] if not seen >> other & 1}
        if (everything, number[answer[-1]]) not in ends:
            return False
    covered = sum(1 << number[vertex] for vertex in set(answer))
    return covered == everything and all(b in spec.after[a] for a, b in pairwise(answer)) and len(answer) == len(number)


def read(spec: Spec, text: str) -> tuple[str, ...]:
    """Return the vertices in order."""
    return tuple(lexing.once(lexing.sequence(text, spec.vertices, fillers=FILLERS)))


def judge(spec: Spec, answer: tuple[str, ...]) -> Finding:
    """Every vertex comes once, neighbours in the order are joined by an edge, and the beginning is the given one."""
    missing = [vertex for vertex in spec.vertices if vertex not in answer]
    if missing:
        return incomplete("vertices that are not visited", missing=missing[:20])
    if len(answer) != len(spec.vertices):
        return wrong("a vertex is visited twice")
    if spec.start not in ("", answer[0]):
        return wrong("another beginning", begin=answer[0])
    gap = next(((a, b) for a, b in pairwise(answer) if b not in spec.after[a]), None)
    return RIGHT if gap is None else wrong("an edge does not exist", edge=list(gap))


def write(spec: Spec, answer: tuple[str, ...], rng: Random) -> str:
    """Return the path in a line, as a list or as JSON."""
    return writing.sequence(answer, rng, joiners=(" -> ", ", ", " → ", " - "))


def spoil(spec: Spec, answer: tuple[str, ...], rng: Random) -> tuple[str, ...]:
    """Return an order with two vertices exchanged so that an edge is missing, or without a vertex."""
    for _ in range(20):
        i, j = rng.sample(range(len(answer)), 2)
        mixed = list(answer)
        mixed[i], mixed[j] = mixed[j], mixed[i]
        if not judge(spec, tuple(mixed)).right:
            return tuple(mixed)
    return answer[:-1]
