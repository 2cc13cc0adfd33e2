"""Which lines of a domain's modules are its checker, so that only they are mutated: pure functions over sources.

A function is part of the checker if it ran while a reply was judged, or if one that is part of it mentions its name
and it did not run for making problems and replies alone. So a branch that no reply reached counts, and a generator in
the same file does not. Statements of modules and classes count where they bind a name that the checker mentions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

# methods of a domain that judge nothing
ASIDE = frozenset(
    "name version reasons prompts problems over trials reply to_solve ballots audit lint engineering".split()
)


class Place(NamedTuple):
    """A function by its file and first line (that of its first decorator, as in code objects)."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class _Function:
    place: Place
    name: str
    lines: range
    mentions: frozenset[str]


def lines(sources: Mapping[str, str], judging: Iterable[Place], making: Iterable[Place]) -> dict[str, set[int]]:
    """Return the checker's lines by file; `judging` and `making` are the functions that ran for either."""
    trees = {file: ast.parse(source) for file, source in sources.items()}
    functions = [function for file, tree in trees.items() for function in _functions(file, tree)]
    ran, only_made = set(judging), set(making) - set(judging)
    inside = {each.place for each in functions if each.place in ran}
    known = {name for each in functions if each.place in inside for name in each.mentions}
    grown = True
    while grown:
        new = [
            each
            for each in functions
            if each.place not in inside | only_made and each.name in known and each.name not in ASIDE
        ]
        inside |= {each.place for each in new}
        known |= {name for each in new for name in each.mentions}
        grown = bool(new)
    kept: dict[str, set[int]] = {}
    for file, tree in trees.items():
        own = [each for each in functions if each.place.file == file]
        wanted = {line for each in own if each.place in inside for line in each.lines}
        others = {line for each in own if each.place not in inside for line in each.lines}
        if wanted:
            kept[file] = (wanted | _bindings(tree, known)) - (others - wanted)
    return kept


def _functions(file: str, tree: ast.Module) -> Iterator[_Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            yield _Function(
                Place(file, first), node.name, range(first, (node.end_lineno or 0) + 1), frozenset(_mentions(node))
            )


def _mentions(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr


def _bindings(tree: ast.Module, known: set[str]) -> set[int]:
    """The lines of statements outside functions that bind a known name, and of plain data classes' fields."""
    found = set[int]()
    for node in [tree, *(each for each in tree.body if isinstance(each, ast.ClassDef))]:
        for statement in node.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                names = {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
                if names & known - ASIDE:
                    found |= set(range(statement.lineno, (statement.end_lineno or 0) + 1))
    return found


def statement_lines(source: str) -> dict[int, range]:
    """Map each line to the lines of the innermost statement there, without the body of a compound one."""
    found: dict[int, range] = {}
    for node in ast.walk(ast.parse(source)):  # from the outside in
        if isinstance(node, ast.stmt):
            last = node.end_lineno or node.lineno
            body = getattr(node, "body", None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                last = max(node.lineno, body[0].lineno - 1)
            for line in range(node.lineno, last + 1):
                found[line] = range(node.lineno, last + 1)
    return found


def outside_functions(source: str) -> set[int]:
    """The lines that run on import: outside functions, and the heads of functions."""
    tree = ast.parse(source)
    inside = set[int]()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inside |= set(range(node.body[0].lineno, (node.end_lineno or 0) + 1))
    return set(range(1, len(source.splitlines()) + 1)) - inside
