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
    """Return the variables at the end; raise TruthError where the run fails or takes too long."""
    memory: dict[str, int] = {}
    todo = list(reversed(program.statements))
    for _ in range(MAX_STEPS):
        if not todo:
            return {name: memory[name] for name in program.variables if name in memory}
        node = todo.pop()
        if node[0] == "set":
            memory[node[1]] = value(node[2], memory, field)
        elif node[0] == "swap":
            specs.need(node[1] in memory and node[2] in memory, field, "a variable is read before it is set")
            memory[node[1]], memory[node[2]] = memory[node[2]], memory[node[1]]
        elif node[0] == "repeat" and node[1]:
            todo += [("repeat", node[1] - 1, node[2]), node[2]]
        elif node[0] == "if":
            sign, left, right = node[1]
            chosen = node[2] if COMPARE[sign](value(left, memory, field), value(right, memory, field)) else node[3]
            todo += [chosen] if chosen else []
    specs.need(False, field, f"takes more than {MAX_STEPS} steps")
    return memory


def value(node: Node, memory: dict[str, int], field: str) -> int:
    """Return the value of an expression."""
    if node[0] == "num":
        return int(node[1])
    if node[0] == "name":
        specs.need(node[1] in memory, field, f"{node[1]!r} is read before it is set")
        return memory[node[1]]
    left, right = value(node[1], memory, field), value(node[2], memory, field)
    specs.need(node[0] in ("+", "-", "*") or right != 0, field, "divides by zero")
    result = APPLY[node[0]](left, right)
    specs.need(abs(result) < MAX_VALUE, field, "grows beyond 10**60")
    return result
