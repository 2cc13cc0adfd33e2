"""Changes that no mutant is made of, by rule: nobody's rows should have to tell them.

Words of a message in a `raise`, which are for people; and a bound of ten or more, a whole number that a module gives a
name in capitals, one off. A bound that is left out or turned around is a mutant as before.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from verisieve.verifiers.code.operators import Edit, Text

LEAST_BOUND = 10


def spans(source: str) -> set[tuple[int, int]]:
    """The bytes of the constants of a module that are left alone.

    >>> sorted(spans("MOST, FEW = 50, 3\\nraise ValueError('too many of them')"))
    [(12, 14), (35, 53)]
    """
    tree, text = ast.parse(source), Text(source)
    return {text.span(node) for node in (*_messages(tree), *_bounds(tree))}


def exempt(edit: Edit, of: set[tuple[int, int]]) -> bool:
    """Whether an edit changes one of these constants."""
    return edit.operator == "constant" and (edit.start, edit.end) in of


def _messages(tree: ast.Module) -> Iterator[ast.Constant]:
    for raised in ast.walk(tree):
        for node in ast.walk(raised) if isinstance(raised, ast.Raise) else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
                yield node


def _bounds(tree: ast.Module) -> Iterator[ast.Constant]:
    for statement in tree.body:
        if not isinstance(statement, ast.Assign) or len(statement.targets) > 1:
            continue
        for target, value in zip(_parts(statement.targets[0]), _parts(statement.value), strict=False):
            named = isinstance(target, ast.Name) and target.id.isupper()
            if named and isinstance(value, ast.Constant) and type(value.value) is int and value.value >= LEAST_BOUND:
                yield value


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]
