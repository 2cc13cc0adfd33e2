"""Derivations for a program: one step for each of its lines, with all variables after it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from verisieve.domains.reasoning.families import program_trace as family
from verisieve.domains.reasoning.families.program_trace import Spec
from verisieve.domains.reasoning.traces import Derivation, Line, simulating
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import lexing, programs
from verisieve.verifiers.reasoning.citations import Cited
from verisieve.verifiers.reasoning.findings import Reason
from verisieve.verifiers.reasoning.programs import Node, Program
from verisieve.verifiers.reasoning.replays import After, Replay
from verisieve.verifiers.reasoning.tracing import StepError

CITED, CHAIN = False, True
_LINE = re.compile(r"^\s*(?:after\s+)?line\s*(?P<line>\d{1,3})\s*[:.)-]?\s*", re.IGNORECASE)

Memory = Mapping[str, int]
State = tuple[int, Memory]  # lines done, variables


def words(spec: Spec) -> dict[str, object]:
    """Return what the wordings of the form are filled with."""
    return {"first": spec.program.variables[0]}


def start(spec: Spec) -> State:
    """Return no lines done and no variables."""
    return 0, {}


def read(spec: Spec, text: str) -> tuple[int | None, Memory]:
    """Return the line that is named, if one is, and the variables that are stated after it."""
    match = _LINE.match(text)
    _, _, last = text.rpartition("->")
    tail = last if "->" in text else text[match.end() :] if match else text
    found = lexing.pairs(tail, spec.program.variables, fillers=family.FILLERS)
    return int(match["line"]) if match else None, {name: int(digits) for name, digits in found.items()}


def apply(spec: Spec, state: State, claim: tuple[int | None, Memory], step: Cited) -> After:
    """Run the next line."""
    done, memory = state
    line, stated = claim
    if done >= len(spec.lines):
        raise StepError(Reason.INVENTED_PREMISE, "the program has no such line")
    if line not in (None, done + 1):
        raise StepError(Reason.LOCAL_BAD, "not the next line", expected=f"line {done + 1}")
    true = _run(spec, memory, spec.program.statements[done])
    missing = [name for name in true if name not in stated]
    if missing:
        raise StepError(Reason.INCOMPLETE, "the state is not full", missing=missing)
    return After((done + 1, true), (done + 1, dict(stated)), _say(true))


def _run(spec: Spec, memory: Memory, statement: Node) -> dict[str, int]:
    """Run one statement from a state."""
    held: tuple[Node, ...] = tuple(("set", name, ("-", ("num", value), ("num", 0))) for name, value in memory.items())
    try:
        return programs.run(Program((*held, statement), spec.program.variables), "program")
    except TruthError as error:  # only from a state that a reply made up
        raise StepError(Reason.LOCAL_BAD, "the line cannot be run from the state before") from error


def _say(memory: Memory) -> str:
    return ", ".join(f"{name}={value}" for name, value in memory.items())


def finish(spec: Spec, state: State) -> Memory:
    """Return the variables, if every line was run."""
    if state[0] < len(spec.lines):
        raise StepError(Reason.INCOMPLETE, f"line {state[0] + 1} is missing")
    return state[1]


def begin(spec: Spec) -> Replay:
    """Open a calculus."""
    return Replay(spec, simulating.rules(__name__))


def derive(spec: Spec, rng: Random) -> Derivation:
    """Return the states after each line."""
    memory: dict[str, int] = {}
    lines = []
    for k, statement in enumerate(spec.program.statements, 1):
        memory = _run(spec, memory, statement)
        lines.append(Line(f"line {k} -> {_say(memory)}", body=(k, memory)))
    return Derivation(tuple(lines), dict(spec.final))


def falsify(spec: Spec, line: Line, rng: Random) -> Line:
    """Misstate one variable."""
    k, memory = line.body
    name = rng.choice(list(memory))
    return line._replace(text=f"line {k} -> {_say({**memory, name: memory[name] + rng.choice((-10, -1, 1, 2))})}")


def agrees(spec: Spec, derived: Memory, answer: Memory, text: str) -> bool:
    """Say whether the values are the same."""
    return dict(derived) == dict(answer)


def invent(spec: Spec, lines: list[Line], rng: Random) -> tuple[list[Line], int] | None:
    """Go on where nothing is left to be done."""
    return [*lines, lines[-1]._replace(text=lines[-1].text.partition("-> ")[2])], len(lines) + 1
