"""Derivations of a cheapest route: places in the order of their costs, each over one edge from an earlier one."""

from __future__ import annotations

import heapq
import re
from random import Random
from typing import NamedTuple

from verisieve.domains.reasoning.families.cheapest_path import Answer, Spec
from verisieve.domains.reasoning.traces import Derivation, Line, simulating
from verisieve.verifiers.reasoning.citations import Cited
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError
from verisieve.verifiers.reasoning.replays import After, Replay
from verisieve.verifiers.reasoning.tracing import StepError

CITED, CHAIN = True, False
_EDGE = re.compile(
    r"(?P<a>\S.*?)\s*(?:->|\bto\b)\s*(?P<b>\S.*?)\s*[:=]\s*(?P<cost>\d{1,15})\s*\+\s*(?P<edge>\d{1,15})\s*=\s*(?P<total>\d{1,15})\.?"
)


class Reached(NamedTuple):
    """What a place costs, the step that says so, and the place before it."""

    cost: int
    step: int
    before: str


State = dict[str, Reached]


def words(spec: Spec) -> dict[str, object]:
    """Return what the wordings of the form are filled with."""
    return {"start": spec.start, "end": spec.end}


def start(spec: Spec) -> State:
    """Return the start, which costs nothing."""
    return {spec.start: Reached(0, 0, "")}


def read(spec: Spec, text: str) -> tuple[str, str, int, int, int]:
    """Return an edge, the cost before it, its own, and the sum."""
    match = _EDGE.fullmatch(text)
    lower = {node.lower(): node for node in spec.nodes if len(node) > 1} | {node: node for node in spec.nodes}
    ends = [lower.get(match[side], lower.get(match[side].lower())) for side in "ab"] if match else []
    if not match or None in ends:
        raise UnreadableError("no edge with its sum")
    a, b = map(str, ends)
    return a, b, int(match["cost"]), int(match["edge"]), int(match["total"])


def apply(spec: Spec, state: State, claim: tuple[str, str, int, int, int], step: Cited) -> After:
    """Go over the edge, if nothing cheaper is left to be reached first."""
    a, b, cost, edge, total = claim
    if spec.costs.get((a, b)) != edge:
        raise StepError(Reason.INVENTED_PREMISE, "no such edge, or another cost", edge=f"{a}->{b}")
    if a not in state or b in state:
        raise StepError(Reason.LOCAL_BAD, f"{a} is not reached yet" if a not in state else f"{b} is reached already")
    if state[a].step and not step.refs:
        raise StepError(Reason.UNCITED, f"does not cite the step that reached {a}")
    if step.refs != ((state[a].step,) if state[a].step else ()):
        raise StepError(Reason.LOCAL_BAD, f"does not cite the step that reached {a}, or cites others")
    if cost != state[a].cost:
        raise StepError(Reason.LOCAL_BAD, "not the cost of the place before", expected=state[a].cost)
    sooner = [(state[x].cost + w, x, y) for (x, y), w in spec.costs.items() if x in state and y not in state]
    if min(sooner)[0] < cost + edge:
        raise StepError(Reason.UNENTAILED, "another place is cheaper and comes first", place=min(sooner)[2])
    true_after, claimed = ({**state, b: Reached(value, step.number, a)} for value in (cost + edge, total))
    return After(true_after, claimed, f"{cost} + {edge} = {cost + edge}")


def finish(spec: Spec, state: State) -> Answer:
    """Return the route that the last step ends, and its cost."""
    if spec.end not in state:
        raise StepError(Reason.INCOMPLETE, f"{spec.end} is not reached")
    if list(state)[-1] != spec.end:
        raise StepError(Reason.NOT_CONSUMED, f"goes on after {spec.end} is reached")
    route = [spec.end]
    while state[route[-1]].before:
        route.append(state[route[-1]].before)
    return tuple(route[::-1]), state[spec.end].cost


def begin(spec: Spec) -> Replay:
    """Open a calculus."""
    return Replay(spec, simulating.rules(__name__))


def derive(spec: Spec, rng: Random) -> Derivation:
    """Return the places in the order of Dijkstra's algorithm, until the end is reached."""
    reached: dict[str, Reached] = {}
    heap = [(0, spec.start, "", 0)]
    lines: list[Line] = []
    while spec.end not in reached:
        cost, node, before, edge = heapq.heappop(heap)
        if node in reached:
            continue
        if before:
            body = (before, node, cost - edge, edge, cost)
            step = reached[before].step
            lines.append(Line(_say(*body), (step,) if step else (), (), body))
        reached[node] = Reached(cost, len(lines), before)
        for (a, b), more in spec.costs.items():
            if a == node and b not in reached:
                heapq.heappush(heap, (cost + more, b, a, more))
    return Derivation(tuple(lines), finish(spec, reached))


def _say(a: str, b: str, cost: int, edge: int, total: int) -> str:
    return f"{a} -> {b}: {cost} + {edge} = {total}"


def falsify(spec: Spec, line: Line, rng: Random) -> Line:
    """Misstate a sum."""
    a, b, cost, edge, total = line.body
    return line._replace(text=_say(a, b, cost, edge, total + rng.choice((1, 2, 10))))


def agrees(spec: Spec, derived: Answer, answer: Answer, text: str) -> bool:
    """Say whether route and cost are the same."""
    return derived == answer


def converse(spec: Spec, line: Line, rng: Random) -> Line | None:
    """Go over the edge the wrong way, where it is no two-way street."""
    a, b, cost, edge, total = line.body
    return None if (b, a) in spec.costs else line._replace(text=_say(b, a, cost, edge, total))


def invent(spec: Spec, lines: list[Line], rng: Random) -> tuple[list[Line], int] | None:
    """Give an edge another cost, and add it rightly."""
    k = rng.randrange(len(lines))
    a, b, cost, edge, total = lines[k].body
    lines[k] = lines[k]._replace(text=_say(a, b, cost, edge + 1, total + 1))
    return lines, k + 1
