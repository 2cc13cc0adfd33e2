"""A mini language of whole-number variables: text to statements, and their run with a step limit.

Statements: `x = expression`, `swap(x, y)`, `repeat 4 times: statement`, `if x > y: statement` (with `else: statement`
on the same line), expressions with + - * // % and parentheses. No eval, no loops without a bound, no numbers beyond
10**60.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import specs

MAX_LINES, MAX_LINE, MAX_STEPS = 200, 200, 20_000
MAX_VALUE = 10**60
MAX_DEPTH = 12
_TOKEN = re.compile(r"\s*(?:(\d{1,18})|([A-Za-z_]\w{0,20})|(//|[-+*%()]))")
_ASSIGN = re.compile(r"([A-Za-z_]\w{0,20})\s*=(?!=)\s*(.+)")
_SWAP = re.compile(r"swap\s*\(\s*([A-Za-z_]\w{0,20})\s*,\s*([A-Za-z_]\w{0,20})\s*\)")
_REPEAT = re.compile(r"repeat\s+(\d{1,6})\s+times?\s*:\s*(.+)")
_IF = re.compile(r"if\s+(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+?)\s*:\s*(.+?)(?:\s*;?\s*else\s*:\s*(.+))?")
COMPARE: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip
APPLY: dict[str, Callable[[int, int], int]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "//": operator.floordiv, "%": operator.mod,
}  # fmt: skip

Node = tuple[Any, ...]
Memory = dict[str, int]


class Program(NamedTuple):
    """Parsed statements and the variables in the order of their first assignment."""

    statements: tuple[Node, ...]
    variables: tuple[str, ...]


def parse(lines: Sequence[str], field: str) -> Program:
    """Return a program; raise TruthError that names the line for anything outside the language."""
    statements = tuple(_statement(line, f"{field}[{k}]", 0) for k, line in enumerate(lines))
    variables = tuple(dict.fromkeys(name for statement in statements for name in _assigned(statement)))
    specs.need(bool(variables), field, "assigns nothing")
    return Program(statements, variables)


def _statement(line: Any, field: str, depth: int) -> Node:
    specs.need(isinstance(line, str) and len(line) <= MAX_LINE and depth <= 4, field, "must be one short line")
    line = line.strip()
    if match := _SWAP.fullmatch(line):
        return "swap", match[1], match[2]
    if match := _REPEAT.fullmatch(line):
        return "repeat", int(match[1]), _statement(match[2], field, depth + 1)
    if match := _IF.fullmatch(line):
        other = _statement(match[5], field, depth + 1) if match[5] else None
        test = (match[2], expression(match[1], field), expression(match[3], field))
        return "if", test, _statement(match[4], field, depth + 1), other
    match = _ASSIGN.fullmatch(line)
    specs.need(match is not None, field, f"no statement of the mini language: {line[:60]!r}")
    assert match is not None
    return "set", match[1], expression(match[2], field)


def _assigned(node: Node) -> list[str]:
    if node[0] == "set":
        return [node[1]]
    return [
        name
        for part in node[1:]
        if isinstance(part, tuple) and part[0] in ("set", "repeat", "if")
        for name in _assigned(part)
    ]


def expression(text: str, field: str) -> Node:
    """Return an expression as ("num", n), ("name", x) or (sign, left, right)."""
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        specs.need(match is not None, field, f"no expression: {text[:60]!r}")
        assert match is not None
        tokens.append(match[0].strip())
        at = match.end()
    tokens.reverse()
    node = _sum(tokens, field, 0)
    specs.need(not tokens, field, f"no expression: {text[:60]!r}")
    return node


def _sum(tokens: list[str], field: str, depth: int) -> Node:
    specs.need(depth <= MAX_DEPTH, field, "is nested too deeply")
    node = _product(tokens, field, depth)
    while tokens and tokens[-1] in ("+", "-"):
        sign = tokens.pop()
        node = (sign, node, _product(tokens, field, depth))
    return node


def _product(tokens: list[str], field: str, depth: int) -> Node:
    node = _unit(tokens, field, depth)
    while tokens and tokens[-1] in ("*", "//", "%"):
        sign = tokens.pop()
        node = (sign, node, _unit(tokens, field, depth))
    return node


def _unit(tokens: list[str], field: str, depth: int) -> Node:
    specs.need(bool(tokens) and depth <= MAX_DEPTH, field, "an expression ends early or is nested too deeply")
    piece = tokens.pop()
    if piece.isdigit():
        return "num", int(piece)
    if piece == "-":
        return "-", ("num", 0), _unit(tokens, field, depth + 1)
    if piece == "(":
        node = _sum(tokens, field, depth + 1)
        specs.need(bool(tokens) and tokens.pop() == ")", field, "a parenthesis is not closed")
        return node
    specs.need(piece[0].isalpha() or piece[0] == "_", field, f"unexpected {piece!r}")
    return "name", piece


def run(program: Program, field: str) -> dict[str, int]:
    """Return the variables at the end; raise TruthError where the run fails or may take too long."""
    return compiled(program, field)({})


def compiled(program: Program, field: str) -> Callable[[Memory], Memory]:
    """Return what runs a program on variables that are set before; raise TruthError where that may take too long."""
    acts = [_act(statement, field) for statement in program.statements]
    specs.need(sum(map(_steps, program.statements)) <= MAX_STEPS, field, f"takes more than {MAX_STEPS} steps")

    def run_on(memory: Memory) -> Memory:
        for act in acts:
            act(memory)
        return {name: memory[name] for name in program.variables if name in memory}

    return run_on


def _steps(node: Node) -> int:
    """Return how many steps a statement takes at most."""
    if node[0] == "repeat":
        return 1 + int(node[1]) * (1 + _steps(node[2]))
    return 1 + max(_steps(branch) for branch in node[2:] if branch) if node[0] == "if" else 1


def _act(node: Node, field: str) -> Callable[[Memory], None]:
    """Return what a statement does to the variables."""
    if node[0] == "repeat":
        return _repeated(node[1], _act(node[2], field))
    if node[0] == "if":
        return _chosen(node, field)
    if node[0] == "swap":
        return _swapped(node[1], node[2], field)
    name, worth = node[1], _value(node[2], field)

    def assign(memory: Memory) -> None:
        memory[name] = worth(memory)

    return assign


def _repeated(times: int, body: Callable[[Memory], None]) -> Callable[[Memory], None]:
    def repeat(memory: Memory) -> None:
        for _ in range(times):
            body(memory)

    return repeat


def _chosen(node: Node, field: str) -> Callable[[Memory], None]:
    _, (sign, one, two), body, other = node
    test, left, right = COMPARE[sign], _value(one, field), _value(two, field)
    then, otherwise = _act(body, field), _act(other, field) if other else None

    def choose(memory: Memory) -> None:
        if test(left(memory), right(memory)):
            then(memory)
        elif otherwise:
            otherwise(memory)

    return choose


def _swapped(a: str, b: str, field: str) -> Callable[[Memory], None]:
    def swap(memory: Memory) -> None:
        specs.need(a in memory and b in memory, field, "a variable is read before it is set")
        memory[a], memory[b] = memory[b], memory[a]

    return swap


def _value(node: Node, field: str) -> Callable[[Memory], int]:
    """Return what computes an expression from the variables; it raises TruthError where there is no value."""
    if node[0] == "num":
        number = int(node[1])
        return lambda memory: number
    if node[0] == "name":
        return _variable(node[1], field)
    sign, apply = node[0], APPLY[node[0]]
    left, right = _value(node[1], field), _value(node[2], field)

    def compute(memory: Memory) -> int:
        a, b = left(memory), right(memory)
        if not b and sign in ("//", "%"):
            raise TruthError(f"spec.{field}", "divides by zero")
        result = apply(a, b)
        if not -MAX_VALUE < result < MAX_VALUE:
            raise TruthError(f"spec.{field}", "grows beyond 10**60")
        return result

    return compute


def _variable(name: str, field: str) -> Callable[[Memory], int]:
    def look_up(memory: Memory) -> int:
        if name not in memory:
            raise TruthError(f"spec.{field}", f"{name!r} is read before it is set")
        return memory[name]

    return look_up
