"""Which lines of a domain's modules are its checker, so that only they are mutated: pure functions over sources.

A function is part of the checker if it ran while a reply was judged, or if one that is part of it, in its file or in
one that imports it, mentions its name and it did not run for making problems and replies alone. So a branch that no
reply reached counts, and a generator in the same file does not. Statements of modules and classes count where they
bind a name that the checker mentions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

# methods of a domain that judge nothing
ASIDE = frozenset(
    {"name", "version", "reasons", "prompts", "problems", "over", "trials", "reply", "to_solve", "ballots"}
    | {"audit", "lint", "engineering", "probes"}
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


def lines(
    sources: Mapping[str, str], modules: Mapping[str, str], judging: Iterable[Place], making: Iterable[Place]
) -> dict[str, set[int]]:
    """Return the checker's lines by file; `judging` and `making` are the functions that ran for either."""
    trees = {file: ast.parse(source) for file, source in sources.items()}
    functions = [function for file, tree in trees.items() for function in _functions(file, tree)]
    inside, known = _grown(functions, importers(trees, modules), set(judging), set(making))
    kept: dict[str, set[int]] = {}
    for file, tree in trees.items():
        own = [each for each in functions if each.place.file == file]
        wanted = {line for each in own if each.place in inside for line in each.lines}
        others = {line for each in own if each.place not in inside for line in each.lines}
        if wanted:
            kept[file] = (wanted | _bindings(tree, known)) - (others - wanted)
    return kept


def _grown(
    functions: list[_Function], importers: Mapping[str, set[str]], judging: set[Place], making: set[Place]
) -> tuple[set[Place], set[str]]:
    """The functions of the checker and all names that they mention."""
    inside, waiting = set(judging), [each for each in functions if each.place not in judging | making]
    mentioned: dict[str, set[str]] = {file: set() for file in importers}
    new = [each for each in functions if each.place in inside]
    while new:
        for each in new:
            mentioned[each.place.file] |= each.mentions
        known = {file: set[str]().union(*(mentioned[other] for other in by)) for file, by in importers.items()}
        new = [each for each in waiting if each.name in known[each.place.file] and each.name not in ASIDE]
        inside |= {each.place for each in new}
        waiting = [each for each in waiting if each.place not in inside]
    return inside, set[str]().union(*mentioned.values())


def importers(trees: Mapping[str, ast.Module], modules: Mapping[str, str]) -> dict[str, set[str]]:
    """For each file, those that import it or something out of it, and itself."""
    imported = {file: set(_imported(tree)) for file, tree in trees.items()}
    return {file: {file, *(other for other in trees if modules[file] in imported[other])} for file in trees}


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _functions(file: str, tree: ast.Module) -> Iterator[_Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            at = place(file, node)
            yield _Function(at, node.name, range(at.line, (node.end_lineno or 0) + 1), frozenset(mentions(node)))


def mentions(node: ast.AST) -> Iterator[str]:
    """Yield the names and attributes in a piece of syntax."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr


def _bindings(tree: ast.Module, known: set[str]) -> set[int]:
    """The lines of statements outside functions that bind a known name, and of plain data classes' fields."""
    found = set[int]()
    bodies = [tree.body, *(each.body for each in tree.body if isinstance(each, ast.ClassDef))]
    for body in bodies:
        for statement in body:
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
            found |= dict.fromkeys(own_lines(node), own_lines(node))
    return found


def own_lines(statement: ast.stmt) -> range:
    """Return the lines of a statement, without the body of a compound one."""
    last = statement.end_lineno or statement.lineno
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
        last = max(statement.lineno, body[0].lineno - 1)
    return range(statement.lineno, last + 1)


def place(file: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Place:
    """Return a function's place."""
    return Place(file, min([function.lineno, *(each.lineno for each in function.decorator_list)]))
