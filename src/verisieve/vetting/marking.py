"""Modules that note which of their statements run: each statement in a function sets a byte before it does anything.

That is many times quicker than tracing. What runs on import is left as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.abc import InspectLoader
from types import CodeType

from verisieve.vetting import checker
from verisieve.vetting.checker import Place

NAME = "__verisieve_marks__"  # in the globals of each module


@dataclass(frozen=True, slots=True)
class _Mark:
    """The lines of a statement as the bits of a number, and the function that it is in."""

    lines: int
    function: Place


class Marks:
    """The marked code of some files, and what of it ran since it was last asked."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.codes: dict[str, CodeType] = {}
        self._marks: dict[str, list[_Mark]] = {}
        for file, source in sources.items():
            tree = ast.parse(source)
            self._marks[file] = _marked(file, tree)
            self.codes[file] = InspectLoader.source_to_code(tree, file)
        self.bytes = {file: bytearray(len(marks)) for file, marks in self._marks.items()}

    def take(self) -> tuple[dict[str, int], set[Place]]:
        """Return the lines that ran, as the bits of a number for each file, and the functions; forget them."""
        lines, functions = dict[str, int](), set[Place]()
        for file, ran in self.bytes.items():
            for mark in map(self._marks[file].__getitem__, _ones(ran)):
                lines[file] = lines.get(file, 0) | mark.lines
                functions.add(mark.function)
            ran[:] = bytes(len(ran))
        return lines, functions


def _ones(ran: bytearray) -> Iterator[int]:
    at = ran.find(1)
    while at >= 0:
        yield at
        at = ran.find(1, at + 1)


def _marked(file: str, tree: ast.Module) -> list[_Mark]:
    """Put a mark before each statement of a tree's functions, and return them in their order."""
    marks = list[_Mark]()
    for node in [*ast.walk(tree)]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            _mark_body(node, partial(_numbered, marks, checker.place(file, node)))
    return marks


def _numbered(marks: list[_Mark], function: Place, lines: int) -> int:
    marks.append(_Mark(lines, function))
    return len(marks) - 1


def _mark_body(node: ast.AST, number: Callable[[int], int]) -> None:
    for field, value in ast.iter_fields(node):
        parts = value if isinstance(value, list) else []
        if parts and isinstance(parts[0], ast.stmt):
            documented = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node)
            first = parts[:1] if documented else []
            marked = [each for part in parts[len(first) :] for each in (_mark(part, number), part)]
            setattr(node, field, [*first, *marked])
        for part in parts:
            if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr | str):
                _mark_body(part, number)


def _mark(statement: ast.stmt, number: Callable[[int], int]) -> ast.stmt:
    bits = sum(1 << line for line in checker.own_lines(statement))
    code = ast.parse(f"{NAME}[{number(bits)}] = 1").body[0]
    for part in ast.walk(code):
        ast.copy_location(part, statement)
    return code
