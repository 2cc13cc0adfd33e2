"""Mutants of a program: the same text with one plausible mistake in it. Pure functions over text; nothing runs.

A mutant changes one span of the text and nothing else, so its line numbers are the original's. What is not done:
changes inside f-strings (their positions are wrong before Python 3.12), of two places at once, and of types.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from verisieve.verifiers.code import parsing
from verisieve.verifiers.code.operators import Edit, Text, edits


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed program; `line` counts from 1 in the original, `before` and `after` are the changed lines."""

    source: str
    line: int
    operator: str
    before: str
    after: str


def mutants(source: str, *, entry: str = "", most: int = 50, seed: int = 0) -> list[Mutant]:
    """Make up to `most` distinct mutants, spread over the lines, those that `entry` can reach first.

    Raises ValueError for text that is no Python.

    >>> mutants("done = not waiting")
    [Mutant(source='done = waiting', line=1, operator='unary', before='done = not waiting', after='done = waiting')]
    """
    tree, original = parsing.tree(source), _normal(source)
    if tree is None or not original:
        raise ValueError("the text to mutate is no Python, or nested too deeply")
    text = Text(source)
    seen = {original}
    found: list[tuple[bool, Edit, Mutant]] = []
    lines = _reached(tree, entry)
    for reached, edit in _spread(edits(tree, text), text, lines, Random(f"mutants:{seed}")):
        if len(found) >= most:
            break
        mutant = _apply(edit, text)
        key = _normal(mutant.source)
        if key and key not in seen:
            seen.add(key)
            found.append((not reached, edit, mutant))
    return [mutant for _, _, mutant in sorted(found, key=lambda item: item[:2])]


def spots(source: str) -> list[tuple[int, Edit]]:
    """Return every edit of a program with its line, unsampled, for `changed`; raise ValueError for no Python."""
    tree, text = parsing.parse(source), Text(source)
    return [(text.line(edit.start), edit) for edit in edits(tree, text)]


def changed(source: str, edit: Edit) -> Mutant | None:
    """Make one edit; None where what comes of it is no program, or the same one."""
    mutant = _apply(edit, Text(source))
    return mutant if _normal(mutant.source) not in ("", _normal(source)) else None


def _normal(source: str) -> str:
    """The program as far as it can matter, docstrings and spelling aside; nothing for text that is no program."""
    tree = parsing.tree(source)
    if tree is None:
        return ""
    for part in ast.walk(tree):
        body = getattr(part, "body", None)
        if isinstance(body, list):
            part.body = [item for item in body if not _idle(item)]  # type: ignore[attr-defined]
    try:
        return ast.dump(tree)
    except RecursionError:
        return ""


def _idle(node: ast.AST) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _reached(tree: ast.Module, entry: str) -> list[range]:
    """The lines of top-level statements that bind what `entry` uses, directly or not."""
    binding = defaultdict[str, list[ast.stmt]](list)
    for statement in tree.body:
        for name in _bound(statement):
            binding[name].append(statement)
    todo, seen = [entry], {entry}
    for name in todo:
        for statement in binding[name]:
            used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)} - seen
            seen |= used
            todo += sorted(used)
    statements = [statement for name in todo for statement in binding[name]]
    return [range(statement.lineno, (statement.end_lineno or 0) + 1) for statement in statements]


def _bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _spread(found: Iterable[Edit], text: Text, reached: list[range], rng: Random) -> Iterator[tuple[bool, Edit]]:
    """Put edits in the order in which they are taken: reached ones first, and one of each line before a second."""
    by_line = defaultdict[int, list[Edit]](list)
    for edit in found:
        by_line[text.line(edit.start)].append(edit)
    ordered = list[tuple[bool, int, float, Edit]]()
    for line, of_line in by_line.items():
        rng.shuffle(of_line)
        near = any(line in lines for lines in reached)
        ordered += [(not near, turn, rng.random(), edit) for turn, edit in enumerate(of_line)]
    for far, _, _, edit in sorted(ordered):
        yield not far, edit


def _apply(edit: Edit, text: Text) -> Mutant:
    """Change one span; the lines that it loses are made up for, so that those behind keep their numbers."""
    lost = text.data[edit.start : edit.end].count(b"\n") - edit.text.count("\n")
    new = edit.text.encode() + b"\n" * lost
    data = text.data[: edit.start] + new + text.data[edit.end :]
    first, last = text.line_span(edit.start, edit.end)
    return Mutant(
        source=data.decode(),
        line=text.line(edit.start),
        operator=edit.operator,
        before=text.data[first:last].decode().strip(),
        after=data[first : last + len(new) - (edit.end - edit.start)].decode().strip(),
    )
