"""Run a short program by hand: what do the variables hold at the end? One right answer, by execution.

Solved by the interpreter of verifiers.reasoning.programs; proved by flattening the text to assignments and folding
those.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.verifiers.reasoning import lexing, programs, remarks, specs
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, incomplete, wrong
from verisieve.verifiers.reasoning.programs import Program

MODE = "answer"
_WORKED = re.compile(
    r"=\s*-?\d{1,60}(?:\s*(?:[-+*%]|//?)\s*-?\d{1,60}){1,6}\s*=(?=\s*-?\d)"
)  # 2 - 25 = in front of -23
FILLERS = lexing.FILLERS | lexing.words(
    "end finally ends up variable variables final becomes holds now after last line program still swap swaps swapping"
)


class Spec(NamedTuple):
    """The lines, what they parse to, and the variables at the end."""

    lines: tuple[str, ...]
    program: Program
    final: dict[str, int]


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    lines = specs.sized(specs.part(raw, "program"), "program", 1, programs.MAX_LINES)
    program = programs.parse(lines, "program")
    return Spec(tuple(str(line) for line in lines), program, programs.run(program, "program"))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec over three or four variables that runs as many statements as the level asks."""
    fewest, most = ((6, 9), (10, 12), (13, 15), (16, 19), (20, 26))[level - 1]
    while True:
        names = rng.choice(("abc", "xyz", "pqr", "abcd", "wxyz") if level > 2 else ("abc", "xyz", "pqr"))
        lines = [f"{name} = {rng.randint(1, 9)}" for name in names]
        lines += [_line(rng, names, level) for _ in range(level + 3)]
        if fewest <= sum(int(line.split()[1]) if line.startswith("repeat") else 1 for line in lines) <= most:
            return {"program": lines}


def _line(rng: Random, names: str, level: int) -> str:
    a, b, c = rng.choice(names), rng.choice(names), rng.choice(names)
    kind = rng.randrange(6)
    if kind == 0:
        return f"swap({', '.join(rng.sample(names, 2))})"
    if kind == 1:
        step = b if b != a and rng.random() < 0.5 else str(rng.randint(1, 5))
        return f"repeat {rng.randint(2, 3 + level)} times: {a} = {a} + {step}"
    if kind == 2:
        other = next(name for name in names if name != a)
        return f"if {a} {rng.choice(['>', '<', '>=', '<='])} {other}: {c} = {c} {rng.choice('+-*')} {rng.randint(2, 5)}"
    if kind == 3:
        return f"{a} = {b} {rng.choice('+-')} {c}"
    if kind == 4 and level > 2:
        return f"{a} = ({b} {rng.choice('+-')} {c}) {rng.choice(['*', '//', '%'])} {rng.randint(2, 5)}"
    return f"{a} = {b} {rng.choice('+-*')} {rng.randint(2, 4)}"


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names of the variables."""
    names = {name: f"v{k}" for k, name in enumerate(spec.program.variables)}
    return tuple(re.sub(r"[A-Za-z_]\w*", lambda match: names.get(match[0], match[0]), line) for line in spec.lines)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    names = spec.program.variables
    listed = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
    program = "\n".join(f"{k}: {line}" for k, line in enumerate(spec.lines, 1))
    form = ", ".join(f"{name}=..." for name in names)
    return banks.question("program_trace", rng, p=program, v=listed, form=form)


def solve(spec: Spec) -> dict[str, int]:
    """Return the variables at the end."""
    return dict(spec.final)


def prove(spec: Spec, answer: Mapping[str, int]) -> bool:
    """Show the same values by reading each line as text again and folding it, without the parsed tree."""
    memory: dict[str, int] = {}
    for line in spec.lines:
        _fold(line.strip(), memory)
    return memory == dict(answer)


def _fold(line: str, memory: dict[str, int]) -> None:
    head, _, body = line.partition(": ")
    if line.startswith("repeat"):
        for _ in range(int(head.split()[1])):
            _fold(body, memory)
    elif line.startswith("if"):
        _, left, sign, right = head.split()
        a, b = _read(left, memory), _read(right, memory)
        if (sign[0] == ">" and a > b) or (sign[0] == "<" and a < b) or (sign.endswith("=") and a == b):
            _fold(body, memory)
    elif line.startswith("swap"):
        one, two = re.findall(r"\w+", line)[1:]
        memory[one], memory[two] = memory[two], memory[one]
    else:
        name, _, text = line.partition(" = ")
        total, sign = 0, "+"
        for token in re.findall(r"\w+|//|[-+*%]", text):
            if token in programs.APPLY:
                sign = token
            else:
                total = programs.APPLY[sign](total, _read(token, memory))
        memory[name] = total  # all made expressions run from left to right


def _read(token: str, memory: Mapping[str, int]) -> int:
    return int(token) if token.isdigit() else memory[token]


def read(spec: Spec, text: str) -> dict[str, int]:
    """Return variable -> value; (a, b) = (1, 2) is one way to say it."""
    tuples = re.fullmatch(r"\s*\(([\w, ]{1,200})\) ?[=:] ?\(([-\d, ]{1,400})\)[\s.]*", text)
    if tuples:
        names, digits = (part.replace(" ", "").split(",") for part in tuples.groups())
        text = ", ".join(f"{name}={value}" for name, value in zip(names, digits, strict=False))
    text = _WORKED.sub("=", remarks.unexplained(text, frozenset(map(str.lower, spec.program.variables))))
    return {name: int(digits) for name, digits in lexing.pairs(text, spec.program.variables, fillers=FILLERS).items()}


def judge(spec: Spec, answer: Mapping[str, int]) -> Finding:
    """Every variable has its final value."""
    expected = spec.final
    missing = [name for name in expected if name not in answer]
    if missing:
        return incomplete("variables without a value", missing=missing)
    for name, number in expected.items():
        if answer[name] != number:
            return wrong("another value", variable=name, expected=str(number), got=str(answer[name]))
    return RIGHT


def write(spec: Spec, answer: Mapping[str, int], rng: Random) -> str:
    """Return the values as pairs or in LaTeX."""
    if rng.random() < 0.2:
        return "$" + ",\\ ".join(f"{name}={number}" for name, number in answer.items()) + "$"
    return writing.pairs(answer, rng, joiners=("=", " = ", ": "))


def spoil(spec: Spec, answer: Mapping[str, int], rng: Random) -> dict[str, int]:
    """Return the values with one off, two exchanged, or one left out."""
    changed, name, kind = dict(answer), rng.choice(list(answer)), rng.randrange(3)
    other = next((one for one in answer if answer[one] != answer[name]), None)
    if kind == 0 and other:
        changed[name], changed[other] = changed[other], changed[name]
    elif kind == 1:
        del changed[name]
    else:
        changed[name] += rng.choice((-10, -1, 1, 2))
    return changed
