"""People swap objects; the full state after each swap is written down, and every state must be right.

The truth is a replay of the swaps; the proof follows the asked person's object backwards.
"""

from __future__ import annotations

from collections.abc import Hashable
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import derivations, lexing, specs, symmetry
from verisieve.verifiers.reasoning.derivations import Step, Trace, bad
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, Reason, UnexpectedError, UnreadableError, wrong

MODE = "trace"
ANSWER_OPTIONAL = False
MAX_PEOPLE, MAX_SWAPS = 30, 200
FILLERS = lexing.FILLERS | lexing.words("holds hold owns object state now swap swapped person item got")
_SWAPS = ("{0} and {1} swap", "{0} swaps with {1}", "{0} and {1} exchange what they have")

State = dict[str, str]


class Spec(NamedTuple):
    """Who has what at the start, who swaps with whom, and who is asked about."""

    start: State
    swaps: tuple[tuple[str, str], ...]
    ask: str


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    table = specs.table(specs.part(raw, "start"), "start", 2, MAX_PEOPLE)
    start = {name: specs.word(item, f"start.{name}") for name, item in table.items()}
    specs.need(len(set(start.values())) == len(start), "start", "must give each person another object")
    swaps = []
    for k, pair in enumerate(specs.sized(specs.part(raw, "swaps"), "swaps", 1, MAX_SWAPS)):
        a, b = (specs.member(name, f"swaps[{k}]", tuple(start)) for name in specs.sized(pair, f"swaps[{k}]", 2, 2))
        swaps.append((a, b))
    return Spec(start, tuple(swaps), specs.member(specs.part(raw, "ask"), "ask", tuple(start)))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec of level + 3 swaps; the asked person takes part in one of them."""
    names = sorted(rng.sample(banks.lists("state_trace", "names", rng), 3 + (level + 1) // 2))
    swaps = [rng.sample(names, 2) for _ in range(level + 3)]
    start = dict(zip(names, rng.sample(banks.lists("state_trace", "objects", rng), len(names)), strict=True))
    return {"start": start, "swaps": swaps, "ask": rng.choice(sorted({name for pair in swaps for name in pair}))}


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names of people and objects."""
    number = {name: k for k, name in enumerate(spec.start)}
    facts: list[symmetry.Fact] = [("asked", number[spec.ask])]
    for k, (a, b) in enumerate(spec.swaps):
        facts += [(("swap", k), number[a], number[b]), (("swap", k), number[b], number[a])]
    return symmetry.canonical(["person"] * len(number), facts)


def ask(spec: Spec, rng: Random) -> str:
    """Return the task in words."""
    form = rng.choice(_SWAPS)
    swaps = ". ".join(f"({k}) {form.format(*pair)}" for k, pair in enumerate(spec.swaps, 1))
    start = ", ".join(f"{name} has the {item}" for name, item in spec.start.items())
    return banks.question("state_trace", rng, s=start, w=swaps, a=spec.ask)


def _states(spec: Spec) -> list[State]:
    """Return the state after each swap."""
    now, states = dict(spec.start), []
    for a, b in spec.swaps:
        now[a], now[b] = now[b], now[a]
        states.append(dict(now))
    return states


def _line(state: State) -> str:
    return ", ".join(f"{name}={item}" for name, item in state.items())


def solve(spec: Spec) -> Trace:
    """Return the right states."""
    states = _states(spec)
    return Trace(tuple(map(_line, states)), states[-1][spec.ask])


def prove(spec: Spec, answer: Trace) -> bool:
    """Show the answer by following the place of the asked person back to the start."""
    place = spec.ask
    for a, b in reversed(spec.swaps):
        place = {a: b, b: a}.get(place, place)
    return spec.start[place] == answer.answer and len(answer.steps) == len(spec.swaps)


def read(spec: Spec, text: str) -> str:
    """Return the object that a text names."""
    found = []
    for kind, word in lexing.tokens(text, tuple(spec.start.values()), (spec.ask,)):
        if kind == "key":
            found.append(word)
        elif kind == "int" or (kind == "word" and word.lower() not in FILLERS):
            raise UnexpectedError(word)
    if len(set(found)) != 1:
        raise UnreadableError("not one object", Reason.HEDGED if found else Reason.UNREADABLE)
    return found[0]


def judge(spec: Spec, answer: str) -> Finding:
    """The object is the one that the asked person holds at the end."""
    expected = _states(spec)[-1][spec.ask]
    return RIGHT if answer == expected else wrong("another object", expected=expected, got=answer)


def check_steps(spec: Spec, reply: str) -> Finding:
    """Every state names each person once, with the object that the person then has."""
    found = derivations.steps(reply, lambda text: isinstance(_state(spec, text), dict), tuple(spec.start))
    states = _states(spec)
    for k, state in enumerate(states, 1):
        if k > len(found):
            return Finding(Reason.INCOMPLETE, {"first_bad_step": k, "why": "the state is missing"})
        fault = _fault(spec, found[k - 1], k, state)
        if fault:
            return fault
    if len(found) > len(states):
        return bad(Reason.INVENTED_PREMISE, len(states) + 1, "no such swap is given", found[len(states)])
    return RIGHT


def _fault(spec: Spec, step: Step, k: int, state: State) -> Finding | None:
    got = _state(spec, step.text)
    if step.number != k or isinstance(got, str):
        return bad(Reason.LOCAL_BAD, k, got if isinstance(got, str) else "states are not numbered in order", step)
    missing = [name for name in state if name not in got]
    if missing:
        return bad(Reason.INCOMPLETE, k, "the state is not full", step, missing=missing)
    if got != state:
        return bad(Reason.LOCAL_BAD, k, "the state is wrong", step, expected=_line(state)[:300])
    return None


def _state(spec: Spec, text: str) -> State | str:
    """Return the state that a line gives, or why it gives none."""
    try:
        return lexing.pairs(text, tuple(spec.start), tuple(spec.start.values()), fillers=FILLERS)
    except UnreadableError as error:
        return str(error)


def write(spec: Spec, answer: Trace, rng: Random) -> str:
    """Return the derivation with its answer line."""
    label, sign = (
        rng.choice(("After {}: ", "{}. ", "After {}) ", "- After {}: ", "**After {}:** ")),
        rng.choice(("=", ": ", " has the ")),
    )
    lines = [label.format(k) + step.replace("=", sign) for k, step in enumerate(answer.steps, 1)]
    return "\n".join(lines) + f"\n\nAnswer: {answer.answer}"


def spoil(spec: Spec, answer: Trace, rng: Random) -> Trace:
    """Return a derivation whose first bad state is known: exchanged, doubled, not full, left out; or another answer."""
    kind, k = rng.choice(("exchange", "double", "gap", "person", "answer")), rng.randrange(len(answer.steps))
    steps, state = list(answer.steps), _states(spec)[k]
    one, two = rng.sample(sorted(state), 2)
    if kind == "answer":
        return Trace(answer.steps, rng.choice([item for item in spec.start.values() if item != answer.answer]))
    if kind == "gap" and k + 1 < len(steps) and steps[k] != steps[k + 1]:
        return Trace((*steps[:k], *steps[k + 1 :]), answer.answer, k + 1)
    if kind == "person":
        del state[one]
    elif kind == "double":
        state[one] = state[two]
    else:
        state[one], state[two] = state[two], state[one]
    steps[k] = _line(state)
    return Trace(tuple(steps), answer.answer, k + 1)
