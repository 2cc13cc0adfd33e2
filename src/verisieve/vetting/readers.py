"""Which lines can notice a change of a statement outside functions: those of functions that mention what it binds.

Names are followed through other statements of modules and classes, in the file and in those that import it. Pure
functions over sources.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from verisieve.vetting import checker


@dataclass(frozen=True, slots=True)
class _Part:
    """A function, or a statement outside functions: its lines, what it mentions and what it binds."""

    file: str
    lines: range
    mentions: frozenset[str]
    binds: frozenset[str]


class Readers:
    """The parts of some files, and who reads whom."""

    def __init__(self, sources: Mapping[str, str], modules: Mapping[str, str]) -> None:
        trees = {file: ast.parse(source) for file, source in sources.items()}
        self._importers = checker.importers(trees, modules)
        self._parts = {file: list(_parts(file, tree)) for file, tree in trees.items()}
        self._statements = {file: checker.statement_lines(source) for file, source in sources.items()}
        self.of = cache(self._of)

    def statement(self, file: str, line: int) -> range:
        """The lines of the innermost statement of a line."""
        return self._statements[file].get(line, range(line, line + 1))

    def _of(self, file: str, line: int) -> dict[str, set[int]] | None:
        """The lines that may notice a change of a line that runs on import; None where it binds nothing."""
        new = [part for part in self._parts[file] if line in part.lines and part.binds]
        if not new:
            return None
        found = dict[int, _Part]()
        while new:
            found |= {id(part): part for part in new}
            new = [each for part in new for each in self._reading(part) if id(each) not in found]
        lines: dict[str, set[int]] = {}
        for part in found.values():
            lines.setdefault(part.file, set()).update(part.lines)
        return lines

    def _reading(self, part: _Part) -> Iterator[_Part]:
        for file in self._importers[part.file] if part.binds else ():
            yield from (each for each in self._parts[file] if each.mentions & part.binds)


def _parts(file: str, tree: ast.Module) -> Iterator[_Part]:
    yield from _of_body(file, tree.body, frozenset())


def _of_body(file: str, body: list[ast.stmt], around: frozenset[str]) -> Iterator[_Part]:
    """The parts of a body; what a class binds, its own name included, is read where one of the names is mentioned."""
    for statement in body:
        lines = range(statement.lineno, (statement.end_lineno or 0) + 1)
        mentions = frozenset(checker.mentions(statement))
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            first = checker.place(file, statement).line
            yield _Part(file, range(first, lines.stop), mentions, frozenset())
            head = frozenset(
                name for part in (statement.args, *statement.decorator_list) for name in checker.mentions(part)
            )
            yield _Part(file, range(first, statement.body[0].lineno), head, around | {statement.name})
        elif isinstance(statement, ast.ClassDef):
            yield from _of_body(file, statement.body, around | {statement.name})
        else:
            stored = (part for part in ast.walk(statement) if isinstance(part, ast.Name))
            names = {part.id for part in stored if isinstance(part.ctx, ast.Store)}
            if names or around:
                yield _Part(file, lines, mentions, around | names)
