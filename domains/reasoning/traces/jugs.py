"""Derivations for jugs: each step is a move and what all jugs hold after it."""

from __future__ import annotations

from random import Random

from verisieve.domains.reasoning.families import jugs as family
from verisieve.domains.reasoning.families.jugs import Move, Spec, State
from verisieve.domains.reasoning.traces import Derivation, Line, simulating
from verisieve.verifiers.reasoning import lexing
from verisieve.verifiers.reasoning.citations import Cited
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError
from verisieve.verifiers.reasoning.replays import After, Replay
from verisieve.verifiers.reasoning.tracing import StepError

CITED, CHAIN = False, True
FILLERS = lexing.FILLERS | lexing.words("now holds hold jug jugs litres litre liters l contains state after")


def words(spec: Spec) -> dict[str, object]:
    """Return what the wordings of the form are filled with."""
    return {"a": spec.jugs[0], "state": ", ".join(f"{jug}=..." for jug in spec.jugs)}


def start(spec: Spec) -> tuple[State, tuple[Move, ...]]:
    """Return empty jugs, and no moves."""
    return (0,) * len(spec.jugs), ()


def read(spec: Spec, text: str) -> tuple[Move, State]:
    """Return a move and the state that is stated after it."""
    head, tail = simulating.halves(text)
    moves = family.read(spec, head)
    if len(moves) != 1:
        raise UnreadableError("not one move")
    levels = lexing.pairs(tail, spec.jugs, fillers=FILLERS)
    missing = [jug for jug in spec.jugs if jug not in levels]
    if missing:
        raise StepError(Reason.INCOMPLETE, "the state is not full", missing=missing)
    return moves[0], tuple(int(levels[jug]) for jug in spec.jugs)


def apply(spec: Spec, state: tuple[State, tuple[Move, ...]], claim: tuple[Move, State], step: Cited) -> After:
    """Make the move."""
    levels, moves = state
    move, stated = claim
    true = family._pour(spec, levels, move)
    return After((true, (*moves, move)), (stated, (*moves, move)), _state(spec, true))


def _state(spec: Spec, levels: State) -> str:
    return ", ".join(f"{jug}={level}" for jug, level in zip(spec.jugs, levels, strict=True))


def finish(spec: Spec, state: tuple[State, tuple[Move, ...]]) -> list[Move]:
    """Return the moves, if they reach the target."""
    if spec.target not in state[0]:
        raise StepError(Reason.INCOMPLETE, "the target is not reached")
    return list(state[1])


def begin(spec: Spec) -> Replay:
    """Open a calculus."""
    return Replay(spec, simulating.rules(__name__))


def derive(spec: Spec, rng: Random) -> Derivation:
    """Return the moves of the solver with their states."""
    levels, lines = (0,) * len(spec.jugs), list[Line]()
    for move in (moves := family.solve(spec)):
        levels = family._pour(spec, levels, move)
        lines.append(Line(f"{family.say(move)} -> {_state(spec, levels)}", body=(move, levels)))
    return Derivation(tuple(lines), moves)


def falsify(spec: Spec, line: Line, rng: Random) -> Line:
    """Misstate what one jug holds."""
    move, levels = line.body
    k = rng.randrange(len(levels))
    other = levels[k] + (1 if levels[k] < spec.capacities[k] and rng.random() < 0.5 else -1)
    return line._replace(text=f"{family.say(move)} -> {_state(spec, (*levels[:k], abs(other), *levels[k + 1 :]))}")


def agrees(spec: Spec, derived: list[Move], answer: list[Move], text: str) -> bool:
    """Say whether the moves are the same."""
    return derived == answer


def converse(spec: Spec, line: Line, rng: Random) -> Line | None:
    """Pour the other way, and state what was right for this one."""
    (kind, one, other), levels = line.body
    return line._replace(text=f"{family.say((kind, other, one))} -> {_state(spec, levels)}") if kind == "pour" else None


def invent(spec: Spec, lines: list[Line], rng: Random) -> tuple[list[Line], int] | None:
    """Take water from a jug that there is not."""
    k, name = rng.randrange(len(lines)), next(name for name in "UVWDEF" if name not in spec.jugs)
    lines[k] = lines[k]._replace(text=f"pour {name} into {spec.jugs[0]} -> {_state(spec, lines[k].body[1])}")
    return lines, k + 1
