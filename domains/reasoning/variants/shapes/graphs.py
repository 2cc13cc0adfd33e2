"""Shapes of the families whose specs are graphs: colourings, paths and cuts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from verisieve.domains.reasoning.families import cheapest_path, graph_colouring, hamiltonian_path, min_cut
from verisieve.domains.reasoning.variants import Guess, Raw, Shape


def _pairs(raw: Raw) -> set[frozenset[str]]:
    return {frozenset(edge[:2]) for edge in raw["edges"]}


def _new_edge(raw: Raw, colours: Any, rng: Random, *, equal: bool) -> Raw | None:
    """Return the graph with another edge, between vertices of unlike known colours, or of equal ones."""
    there = _pairs(raw)
    for _ in range(30):
        one, other = rng.sample(raw["vertices"], 2)
        if (colours[one] == colours[other]) is equal and frozenset((one, other)) not in there:
            raw["edges"].append([one, other])
            return raw
    return None


def _fewer_colours(raw: Raw, colours: Any, rng: Random) -> Raw | None:
    unused = [colour for colour in raw["colours"] if colour not in colours.values()]
    if not unused:
        return None
    raw["colours"].remove(unused[0])
    return raw


def _moved_edge(raw: Raw, colours: Any, rng: Random) -> Raw | None:
    if not raw["edges"]:
        return None
    raw["edges"].pop(rng.randrange(len(raw["edges"])))
    return _new_edge(raw, colours, rng, equal=True)


def _clique(raw: Raw, colours: Any, rng: Random) -> Raw | None:
    """Return the graph with vertices that are all joined, one more than there are colours."""
    count = len(raw["colours"]) + 1
    if count > len(raw["vertices"]):
        return None
    chosen, there = rng.sample(raw["vertices"], count), _pairs(raw)
    raw["edges"] += [[a, b] for k, a in enumerate(chosen) for b in chosen[:k] if frozenset((a, b)) not in there]
    return raw


def _bridged(one: Raw, other: Raw, rng: Random, links: int) -> list[Any]:
    found = {(rng.choice(one["vertices"]), rng.choice(other["vertices"])) for _ in range(links)}
    return [list(link) for link in sorted(found)]


def _both_graphs(one: Raw, other: Raw, rng: Random) -> Raw | None:
    edges = [*one["edges"], *other["edges"], *_bridged(one, other, rng, 3)]
    colours = max(one["colours"], other["colours"], key=len)
    return {"vertices": [*one["vertices"], *other["vertices"]], "edges": edges, "colours": colours}


def _colour_guesses(spec: graph_colouring.Spec) -> Iterator[Guess]:
    yield "all of the first colour", dict.fromkeys(spec.vertices, spec.colours[0])
    yield "colours in turn", {v: spec.colours[k % len(spec.colours)] for k, v in enumerate(spec.vertices)}
    near: dict[str, set[str]] = {vertex: set() for vertex in spec.vertices}
    for a, b in spec.edges:
        near[a].add(b)
        near[b].add(a)
    found: dict[str, str] = {}
    for vertex in spec.vertices:
        taken = {found[other] for other in near[vertex] if other in found}
        found[vertex] = next((colour for colour in spec.colours if colour not in taken), spec.colours[0])
    yield "the first colour that fits, in the order listed", found


COLOURING = Shape(
    words=lambda raw: [("labels", raw["vertices"])],
    unordered=("vertices", "edges"),
    clues=("edges",),
    two_sided=sorted,
    add=lambda raw, colours, rng: _new_edge(raw, colours, rng, equal=False),
    tighten=_fewer_colours,
    change=lambda raw, colours, rng: (
        _moved_edge(raw, colours, rng) if rng.random() < 0.5 else _new_edge(raw, colours, rng, equal=True)
    ),
    clash=_clique,
    join=_both_graphs,
    guesses=_colour_guesses,
)


def _other_edge(raw: Raw, path: Sequence[str], rng: Random) -> Raw | None:
    there = {tuple(edge) for edge in raw["edges"]}
    there |= set() if raw.get("directed") else {edge[::-1] for edge in there}
    for _ in range(30):
        edge = tuple(rng.sample(raw["vertices"], 2))
        if edge not in there:
            raw["edges"].append(list(edge))
            return raw
    return None


def _without_step(raw: Raw, path: Sequence[str], rng: Random) -> Raw | None:
    """Return the graph without one link of the known path, and perhaps with another."""
    k = rng.randrange(len(path) - 1)
    gone = ([path[k], path[k + 1]], *(() if raw.get("directed") else ([path[k + 1], path[k]],)))
    raw["edges"] = [edge for edge in raw["edges"] if edge not in gone]
    return _other_edge(raw, path, rng) if rng.random() < 0.6 else raw


def _given_start(raw: Raw, path: Sequence[str], rng: Random) -> Raw | None:
    return None if raw.get("from") else {**raw, "from": path[0]}


def _cut_off(raw: Raw, path: Sequence[str], rng: Random) -> Raw | None:
    """Return the graph with a vertex that only one link reaches, or none, thrice."""
    for vertex in rng.sample(raw["vertices"], min(3, len(raw["vertices"]))):
        links = [edge for edge in raw["edges"] if vertex in edge]
        raw["edges"] = [edge for edge in raw["edges"] if edge not in links[1:]]
    return raw


def _both_walks(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two graphs by a few links from the one to the other."""
    if one.get("directed", False) != other.get("directed", False):
        return None
    vertices = [*one["vertices"], *other["vertices"]]
    found: Raw = {"vertices": vertices, "edges": [*one["edges"], *other["edges"], *_bridged(one, other, rng, 4)]}
    found["directed"] = one.get("directed", False)
    return {**found, "from": one["from"]} if one.get("from") else found


def _walk_guesses(spec: hamiltonian_path.Spec) -> Iterator[Guess]:
    yield "as listed", spec.vertices
    yield "as listed, from the end", spec.vertices[::-1]
    path = [spec.start or spec.vertices[0]]
    while nexts := [v for v in spec.after[path[-1]] if v not in path]:
        path.append(nexts[0])
    yield "the first link that is left", tuple(path)


HAMILTONIAN = Shape(
    words=lambda raw: [("labels", raw["vertices"])],
    unordered=("vertices", "edges"),
    clues=("edges",),
    add=_other_edge,
    tighten=_given_start,
    change=_without_step,
    clash=_cut_off,
    join=_both_walks,
    guesses=_walk_guesses,
)


def _nodes(raw: Raw) -> list[str]:
    return list(dict.fromkeys([raw["from"], *(end for edge in raw["edges"] for end in edge[:2]), raw["to"]]))


def _another_link(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the network with a link between nodes that have none, of a cost within those that there are."""
    nodes, there = _nodes(raw), {tuple(edge[:2]) for edge in raw["edges"]}
    costs = [edge[2] for edge in raw["edges"]]
    for _ in range(30):
        one, other = rng.sample(nodes, 2)
        if (one, other) not in there:
            raw["edges"].append([one, other, rng.randint(min(costs), max(costs))])
            return raw
    return None


def _other_cost(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    edge = rng.choice(raw["edges"])
    edge[2] = rng.choice([cost for cost in range(1, 2 * max(cost for *_, cost in raw["edges"])) if cost != edge[2]])
    return raw


def _dearer_link(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the network with a link dearer that the known route does not use."""
    route = list(zip(answer[0], answer[0][1:], strict=False))
    unused = [edge for edge in raw["edges"] if (edge[0], edge[1]) not in route]
    if not unused:
        return None
    rng.choice(unused)[2] += rng.randint(1, 5)
    return raw


def _cheaper_rival(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the network with a link off the known route cheaper, so that the others come nearer to it."""
    route = list(zip(answer[0], answer[0][1:], strict=False))
    unused = [edge for edge in raw["edges"] if (edge[0], edge[1]) not in route and edge[2] > 1]
    if not unused:
        return None
    edge = rng.choice(unused)
    edge[2] = rng.randint(1, edge[2] - 1)
    return raw


def _unreachable(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the network without the links that enter a set of nodes around the target."""
    nodes = [node for node in _nodes(raw) if node not in (raw["from"], raw["to"])]
    inside = {raw["to"], *rng.sample(nodes, rng.randint(0, min(2, len(nodes))))}
    raw["edges"] = [edge for edge in raw["edges"] if edge[0] in inside or edge[1] not in inside]
    return raw if raw["edges"] else None


def _in_series(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two networks so that the target of the one is the source of the other, with a way around."""
    ends = {other["from"]: one["to"]}
    edges = [[ends.get(a, a), ends.get(b, b), cost] for a, b, cost in other["edges"]]
    found: Raw = {"edges": [*one["edges"], *edges], "from": one["from"], "to": other["to"]}
    return _another_link(found, None, rng)


def _route_guesses(spec: cheapest_path.Spec) -> Iterator[Guess]:
    """The direct link, and the cheapest link at every node that is not yet passed."""
    if (spec.start, spec.end) in spec.costs:
        yield "the direct link", ((spec.start, spec.end), spec.costs[spec.start, spec.end])
    route, cost = [spec.start], 0
    while route[-1] != spec.end:
        links = [(price, b) for (a, b), price in spec.costs.items() if a == route[-1] and b not in route]
        if not links:
            return
        price, nearest = min(links)
        route, cost = [*route, nearest], cost + price
    yield "the cheapest link at every node", (tuple(route), cost)


CHEAPEST_PATH = Shape(
    words=lambda raw: [("labels", _nodes(raw))],
    unordered=("edges",),
    clues=("edges",),
    add=_another_link,
    tighten=lambda raw, answer, rng: (_dearer_link if rng.random() < 0.4 else _cheaper_rival)(raw, answer, rng),
    change=_other_cost,
    clash=_unreachable,
    join=_in_series,
    guesses=_route_guesses,
)


def _ends(spec: min_cut.Spec) -> Iterator[Guess]:
    for name, ends in (("all links of the source", (0, spec.source)), ("all links to the target", (1, spec.target))):
        cut = frozenset(link for link in spec.costs if link[ends[0]] == ends[1])
        yield name, (cut, sum(spec.costs[link] for link in cut))


MIN_CUT = Shape(
    words=lambda raw: [("labels", _nodes(raw))],
    unordered=("edges",),
    clues=("edges",),
    add=_another_link,
    change=_other_cost,
    join=_in_series,
    guesses=_ends,
)

SHAPES = {
    "graph_colouring": COLOURING,
    "hamiltonian_path": HAMILTONIAN,
    "cheapest_path": CHEAPEST_PATH,
    "min_cut": MIN_CUT,
}
