"""Colour a graph so that no edge joins equal colours; any proper colouring counts.

Solved by backtracking on the most constrained vertex (DSATUR); proved with SAT.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import lexing, sat, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, Reason, UnreadableError, incomplete, wrong

MODE = "answer"
MAX_VERTICES, MAX_EDGES, MAX_COLOURS = 100, 2_000, 26
_FUNCTION = re.compile(r"\b(?:f|c|g|col|colou?r)\(([^()\n]{1,60})\)(?=\s*[=:])", re.IGNORECASE)
_PIECES = re.compile(r"\s*[,;\n]\s*")
_PAIR = re.compile(r"(?:(?:vertex|node) )?(\w+) ?(?::|=|->|→|-|is|gets) ?(?:(?:colou?r) )?(\w+)", re.IGNORECASE)
_SAME = r"[ ]*(?:-|,|&|and|≠|!=|<>|vs\.?|/)[ ]*"
_FINE = r"(?:[ |:]|ok|okay|yes|different|differ|distinct|valid|good|true|fine)*"
FULL_NAMES = {
    "R": "red",
    "G": "green",
    "B": "blue",
    "Y": "yellow",
    "O": "orange",
    "P": "purple",
    "W": "white",
    "K": "black",
}
FILLERS = lexing.FILLERS | lexing.words(
    "colouring coloring vertex vertices node nodes colour color colours colors coloured colored gets get"
)


class Spec(NamedTuple):
    """Vertices, edges and colours."""

    vertices: tuple[str, ...]
    edges: tuple[tuple[str, str], ...]
    colours: tuple[str, ...]


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    vertices = specs.words(specs.part(raw, "vertices"), "vertices", 1, MAX_VERTICES)
    colours = specs.words(specs.part(raw, "colours"), "colours", 1, MAX_COLOURS)
    edges = []
    for k, edge in enumerate(specs.sized(specs.part(raw, "edges"), "edges", 0, MAX_EDGES)):
        a, b = (specs.member(end, f"edges[{k}]", vertices) for end in specs.sized(edge, f"edges[{k}]", 2, 2))
        specs.need(a != b, f"edges[{k}]", "is a loop")
        edges.append((a, b))
    return Spec(vertices, tuple(edges), colours)


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec with a planted colouring in three colours."""
    count, colours = (
        rng.randint(5 + 2 * level, 7 + 2 * level),
        rng.choice((["R", "G", "B"], ["red", "green", "blue"], ["X", "Y", "Z"])),
    )
    letter = rng.choice("vnpsu")
    vertices = [f"{letter}{k}" for k in range(count)]
    planted = {vertex: rng.choice(colours) for vertex in vertices}
    apart = [[a, b] for i, b in enumerate(vertices) for a in vertices[:i] if planted[a] != planted[b]]
    edges = rng.sample(apart, min(len(apart), int(count * rng.uniform(1.4, 1.9))))
    return {"vertices": vertices, "edges": edges, "colours": colours}


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for isomorphic graphs and as many colours."""
    number = {vertex: k for k, vertex in enumerate(spec.vertices)}
    ends = {frozenset((number[a], number[b])) for a, b in spec.edges}
    facts = [("edge", *pair) for a, b in map(tuple, ends) for pair in ((a, b), (b, a))]
    return len(spec.colours), symmetry.canonical(["vertex"] * len(number), facts)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    colours = ", ".join(spec.colours[:-1]) + " or " + spec.colours[-1] if len(spec.colours) > 1 else spec.colours[0]
    return banks.question(
        "graph_colouring", rng, v=", ".join(spec.vertices), c=colours, e=", ".join(f"{a}-{b}" for a, b in spec.edges)
    )


def solve(spec: Spec) -> dict[str, str]:
    """Return a colouring; raise TruthError where there is none."""
    near: dict[str, set[str]] = {vertex: set() for vertex in spec.vertices}
    for a, b in spec.edges:
        near[a].add(b)
        near[b].add(a)
    budget = [20_000]

    def colour(done: dict[str, str]) -> dict[str, str] | None:
        if len(done) == len(near):
            return done
        budget[0] -= 1
        if budget[0] < 0:
            raise TruthError("spec", "too hard to solve here")
        used = {
            vertex: {done[other] for other in near[vertex] if other in done} for vertex in near if vertex not in done
        }
        vertex = max(used, key=lambda one: (len(used[one]), len(near[one])))
        for choice in spec.colours:
            if choice not in used[vertex]:
                found = colour({**done, vertex: choice})
                if found:
                    return found
        return None

    found = colour({})
    if found is None:
        raise specs.InfeasibleError("spec", "no proper colouring")
    return {vertex: found[vertex] for vertex in spec.vertices}


def prove(spec: Spec, answer: Mapping[str, str]) -> bool:
    """Show with SAT that a colouring exists and that the answer is one."""
    var = {
        (v, c): 1 + i * len(spec.colours) + j for i, v in enumerate(spec.vertices) for j, c in enumerate(spec.colours)
    }
    clauses = [clause for v in spec.vertices for clause in sat.exactly_one([var[v, c] for c in spec.colours])]
    clauses += [[-var[a, c], -var[b, c]] for a, b in spec.edges for c in spec.colours]
    return set(answer) == set(spec.vertices) and sat.satisfiable(clauses, [var[item] for item in answer.items()])


def read(spec: Spec, text: str) -> dict[str, str]:
    """Return vertex -> colour; R may be written red where that is clear."""
    if set(spec.vertices) & set(spec.colours):
        return _numbered(spec, text)
    full = {FULL_NAMES[c]: c for c in spec.colours if c in FULL_NAMES and FULL_NAMES[c] not in spec.colours}
    foreign = {name for name in (*FULL_NAMES, *FULL_NAMES.values()) if name not in full and name not in spec.colours}
    strange = {name for name in foreign if name not in spec.vertices}
    text, checks = _checked(spec, _FUNCTION.sub(r"\1", text))
    found = lexing.pairs(text, spec.vertices, (*spec.colours, *full, *strange), fillers=FILLERS)
    if not found:
        raise UnreadableError("no colours")
    if any(found.get(vertex, colour).lower() != colour.lower() for vertex, colour in checks):
        raise UnreadableError("an edge is checked with other colours", Reason.WRONG_ANSWER)
    return {vertex: full.get(colour, colour) for vertex, colour in found.items()}


def _checked(spec: Spec, text: str) -> tuple[str, list[tuple[str, str]]]:
    """Cut lines that check an edge (n0-n1: G-R) out of a text; return it and the colours that they give."""
    if text.count("\n") < 2:
        return text, []
    vertex, colour = (
        "|".join(sorted(map(re.escape, names), key=len, reverse=True)) for names in (spec.vertices, spec.colours)
    )
    line = re.compile(
        rf"^[ |*•-]*\(?({vertex}){_SAME}({vertex})\)?[ ]*[|:][ ]*\(?({colour}){_SAME}({colour})\)?{_FINE}$",
        re.IGNORECASE | re.MULTILINE,
    )
    checks = list[tuple[str, str]]()
    for match in line.finditer(text):
        a, b, first, second = match.groups()
        checks += [(a, first), (b, second)]
    head = r"^[ |]*edges?[ ]*\|[^\n]{0,60}\n(?=[ |]*-{2,})"
    return (re.sub(head, "", line.sub("", text), flags=re.IGNORECASE | re.MULTILINE) if checks else text), checks


def _numbered(spec: Spec, text: str) -> dict[str, str]:
    """Read JSON or pairs with a sign between, where vertices and colours have names in common, such as numbers."""
    data = lexing.json_value(text)
    if isinstance(data, dict):
        pairs = [(vertex, str(colour)) for vertex, colour in data.items() if type(colour) in (int, str)]
        whole = len(pairs) == len(data)
    else:
        matches = [_PAIR.fullmatch(piece.strip(" *-")) for piece in _PIECES.split(text.strip(" .\n"))]
        pairs = [(match[1], match[2]) for match in matches if match]
        whole = len(pairs) == len(matches)
    if not whole or len(dict(pairs)) < len(pairs) or not dict(pairs).keys() <= set(spec.vertices):
        raise UnreadableError("neither JSON nor pairs")
    return dict(pairs)


def judge(spec: Spec, answer: Mapping[str, str]) -> Finding:
    """Every vertex has an allowed colour, and no edge joins equal ones."""
    missing = [vertex for vertex in spec.vertices if vertex not in answer]
    if missing:
        return incomplete("vertices without a colour", missing=missing[:20])
    foreign = [colour for colour in answer.values() if colour not in spec.colours]
    if foreign:
        return wrong("a colour that is not allowed", colour=foreign[0])
    for a, b in spec.edges:
        if answer[a] == answer[b]:
            return wrong("an edge joins equal colours", edge=[a, b], colour=answer[a])
    return RIGHT


def write(spec: Spec, answer: Mapping[str, str], rng: Random) -> str:
    """Return the colouring as pairs or by colour."""
    if set(spec.vertices) & set(spec.colours):
        return (
            json.dumps(answer) if rng.random() < 0.5 else ", ".join(f"{one}: {other}" for one, other in answer.items())
        )
    if rng.random() < 0.2:
        groups = {colour: [v for v in answer if answer[v] == colour] for colour in dict.fromkeys(answer.values())}
        return "; ".join(f"{colour}: {', '.join(group)}" for colour, group in groups.items())
    return writing.pairs(answer, rng)


def spoil(spec: Spec, answer: Mapping[str, str], rng: Random) -> dict[str, str]:
    """Return a colouring with an equal pair, a vertex left out, or a foreign colour."""
    changed, kind = dict(answer), rng.randrange(3)
    if kind == 0 and spec.edges:
        a, b = rng.choice(spec.edges)
        changed[a] = changed[b]
    elif kind == 1 and len(changed) > 1:
        del changed[rng.choice(spec.vertices)]
    else:
        changed[rng.choice(spec.vertices)] = next(c for c in ("W", "K", "white", "black") if c not in spec.colours)
    return changed
