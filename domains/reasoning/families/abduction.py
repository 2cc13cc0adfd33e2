"""Which input makes a short program end with a given output? Any input from the range that does counts.

Solved by running the program on every input; proved by the second interpreter of program_trace, which folds the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.domains.reasoning.families import program_trace
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import lexing, programs, specs
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, UnexpectedError, UnreadableError, wrong
from verisieve.verifiers.reasoning.programs import Program

MODE = "answer"
MAX_RANGE, MAX_LINES = 2_000, 60
FILLERS = lexing.FILLERS | lexing.words("input start number")


class Spec(NamedTuple):
    """The lines, the name of the input and its range, and the variable and value at the end."""

    lines: tuple[str, ...]
    name: str
    low: int
    high: int
    output: tuple[str, int]
    program: Program


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    lines = specs.sized(specs.part(raw, "program"), "program", 1, MAX_LINES)
    name = specs.word(specs.part(raw, "input"), "input")
    specs.need(name.isidentifier(), "input", "must be a name")
    low, high = (
        specs.integer(end, "range", -(10**6), 10**6) for end in specs.sized(specs.part(raw, "range"), "range", 2, 2)
    )
    specs.need(0 <= high - low < MAX_RANGE, "range", f"must hold 1 to {MAX_RANGE} numbers")
    output = specs.table(specs.part(raw, "output"), "output", 1, 1)
    variable, value = next(iter(output.items()))
    program = programs.parse([f"{name} = 0", *lines], "program")
    specs.need(variable in program.variables, "output", "must be a variable of the program")
    return Spec(tuple(lines), name, low, high, (variable, specs.integer(value, "output", -(10**18), 10**18)), program)


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec that at most one input in ten solves."""
    names = rng.choice(("nab", "xyz", "kpq", "mcd"))
    while True:
        lines = [f"{name} = {names[0]} {rng.choice('+-*')} {rng.randint(2, 6)}" for name in names[1:]]
        lines += [_line(rng, names, level) for _ in range(level + 1)]
        low = rng.choice((0, 1, 5, 10))
        raw = {"program": lines, "input": names[0], "range": [low, low + 19 + 10 * level]}
        ends = _ends(programs.parse([f"{names[0]} = 0", *lines], "program"), *raw["range"], names[-1])
        chosen = rng.choice(sorted(ends))
        same = sum(value == ends[chosen] for value in ends.values())
        if same * 10 <= len(ends) and len(set(ends.values())) > 5 and abs(ends[chosen]) < 10**6:
            return {**raw, "output": {names[-1]: ends[chosen]}}


def _line(rng: Random, names: str, level: int) -> str:
    """Return a statement that changes no input."""
    a, b = rng.choice(names[1:]), rng.choice(names)
    kind = rng.randrange(5 if level > 1 else 3)
    if kind == 0:
        return f"{a} = {b} {rng.choice('+-')} {rng.choice(names)}"
    if kind == 1:
        test = f"{a} {rng.choice(['>', '<', '>=', '<='])} {rng.randint(5, 40)}"
        return f"if {test}: {a} = {a} {rng.choice('+-')} {rng.randint(2, 9)}"
    if kind == 3:
        return f"repeat {rng.randint(2, 2 + level)} times: {a} = {a} + {b if b != a else rng.randint(2, 7)}"
    if kind == 4:
        return f"{a} = {a} {rng.choice(['%', '//'])} {rng.randint(3, 9 + level)}"
    return f"{a} = {a} {rng.choice('+-*')} {rng.randint(2, 4)}"


def _runs(program: Program, output: str) -> Callable[[int], int | None]:
    """Return what runs the program on an input, to the output variable at the end or None where the run fails."""
    (_, name, _), *statements = program.statements
    run = programs.compiled(Program(tuple(statements), program.variables), "program")

    def end(number: int) -> int | None:
        try:
            return run({name: number}).get(output)
        except TruthError:
            return None

    return end


@lru_cache(maxsize=64)
def _ends(program: Program, low: int, high: int, output: str) -> dict[int, int]:
    """Return input -> output for every input on which the program ends."""
    run = _runs(program, output)
    found = ((number, run(number)) for number in range(low, high + 1))
    return {number: value for number, value in found if value is not None}


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names of the variables."""
    names = {name: f"v{k}" for k, name in enumerate(dict.fromkeys((spec.name, *spec.program.variables)))}
    lines = tuple(re.sub(r"[A-Za-z_]\w*", lambda match: names.get(match[0], match[0]), line) for line in spec.lines)
    return lines, spec.low, spec.high, names[spec.output[0]], spec.output[1]


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    program = "\n".join(f"{k}: {line}" for k, line in enumerate(spec.lines, 1))
    variable, value = spec.output
    return banks.question("abduction", rng, p=program, x=spec.name, a=spec.low, b=spec.high, v=variable, o=value)


def solve(spec: Spec) -> int:
    """Return the least input; raise TruthError where there is none."""
    ends = _ends(spec.program, spec.low, spec.high, spec.output[0])
    found = [number for number, value in ends.items() if value == spec.output[1]]
    if not found:
        raise specs.InfeasibleError("spec.output", "comes from no input")
    return found[0]


def prove(spec: Spec, answer: int) -> bool:
    """Show by the interpreter that folds the text that the program ends with the output."""
    lines = (f"{spec.name} = {answer}", *spec.lines)
    final = program_trace.solve(program_trace.parse({"program": list(lines)}))
    folded = program_trace.prove(program_trace.Spec(lines, spec.program, final), final)
    return folded and final.get(spec.output[0]) == spec.output[1] and spec.low <= answer <= spec.high


def read(spec: Spec, text: str) -> int:
    """Return the input: the number alone or with its name."""
    if re.search(r"(?<![-=])>|<", text):
        raise UnreadableError("a comparison is no number")
    numbers, names = [], 0
    for kind, word in lexing.tokens(text, (spec.name,)):
        if kind == "int":
            numbers.append(int(word))
        elif kind == "key":
            names += 1
        elif kind == "word" and word.lower() not in FILLERS:
            raise UnexpectedError(word)
    if len(numbers) != 1 or names > 1:
        raise UnreadableError("not one number")
    return numbers[0]


def judge(spec: Spec, answer: int) -> Finding:
    """The input is in the range, and the program ends with the output."""
    if not spec.low <= answer <= spec.high:
        return wrong("outside the range")
    end = _runs(spec.program, spec.output[0])(answer)
    return RIGHT if end == spec.output[1] else wrong("another output", output=str(end))


def write(spec: Spec, answer: int, rng: Random) -> str:
    """Return the input bare, with its name, or as JSON."""
    return rng.choice(("{v}", "{x} = {v}", "{x}={v}", '{{"{x}": {v}}}', "**{v}**")).format(v=answer, x=spec.name)


def spoil(spec: Spec, answer: int, rng: Random) -> int:
    """Return an input near by with another output, or one outside the range."""
    near = [number for number in range(answer - 4, answer + 5) if not judge(spec, number).right]
    return rng.choice([*near, spec.high + 1])
