"""Changes that no mutant is made of, by rule: nobody's rows should have to tell them, or nobody's could.

- words of a message in a `raise`, which are for people;
- a bound of ten or more, a whole number that a module gives a name in capitals, one off: in its number, or by `<=`
  in the place of `<` where something is compared with it;
- `==` with a string as an order: `head <= "or"` is nobody's mistake;
- `return False` as `return None` in a function that returns a bool;
- another variable in `assert isinstance(...)`, which is for the type checker;
- `strict=True` of a `zip` as `strict=False`: what it asserts of our own sequences holds, or is a crash;
- `random() < share` as `<=`: nobody draws just that;
- the name of a `TypeVar`.

A bound that is left out, `!=` and `return True` are mutants as before.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from verisieve.verifiers.code.operators import COMPARISONS, Edit, Text

LEAST_BOUND = 10


class Exempt(NamedTuple):
    """Some bytes, the operator of the edits that are left out there, and their new texts; none: whatever it is."""

    start: int
    end: int
    operator: str
    texts: tuple[str, ...] = ()

    def holds(self, edit: Edit) -> bool:
        """Whether an edit is left out."""
        inside = self.start <= edit.start and edit.end <= self.end
        return inside and edit.operator == self.operator and (not self.texts or edit.text in self.texts)


def places(source: str) -> list[Exempt]:
    """What is left out of the edits of a module.

    >>> places("MOST, FEW = 50, 3\\nraise ValueError('too many of them')")
    [Exempt(start=12, end=14, operator='constant', texts=()), Exempt(start=35, end=53, operator='constant', texts=())]
    """
    tree, text = ast.parse(source), Text(source)
    bounds = list(_bounds(tree))
    constants = [Exempt(*text.span(node), "constant") for node in (*(value for _, value in bounds), *_messages(tree))]
    limits = [
        Exempt(text.span(left)[1], text.span(right)[0], "comparison", COMPARISONS[type(order)][:1])
        for left, order, right in _limits(tree, {name for name, _ in bounds})
    ]
    orders = [
        Exempt(text.span(left)[1], text.span(right)[0], "comparison", ("<=", ">=")) for left, right in _words(tree)
    ]
    falses = [Exempt(*text.span(node), "return", ("None",)) for node in _falses(tree)]
    stricts = [Exempt(*text.span(node), "constant", ("False",)) for node in _stricts(tree)]
    draws = [
        Exempt(text.span(left)[1], text.span(right)[0], "comparison", ("<=", ">"))
        for left, _, right in _pairs(tree)
        if _is_draw(left)
    ]
    types = [Exempt(*text.span(node), "variable") for node in ast.walk(tree) if _is_type(node)]
    return [*constants, *limits, *orders, *falses, *stricts, *draws, *types]


def _messages(tree: ast.Module) -> Iterator[ast.Constant]:
    for said in ast.walk(tree):
        if isinstance(said, ast.Call) and isinstance(said.func, ast.Name) and said.func.id == "TypeVar":
            yield from (node for node in said.args[:1] if isinstance(node, ast.Constant))
        for node in ast.walk(said) if isinstance(said, ast.Raise) else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
                yield node


def _bounds(tree: ast.Module) -> Iterator[tuple[str, ast.Constant]]:
    for statement in tree.body:
        if not isinstance(statement, ast.Assign) or len(statement.targets) > 1:
            continue
        for target, value in zip(_parts(statement.targets[0]), _parts(statement.value), strict=False):
            named = target.id if isinstance(target, ast.Name) and target.id.isupper() else ""
            if named and isinstance(value, ast.Constant) and type(value.value) is int and value.value >= LEAST_BOUND:
                yield named, value


def _limits(tree: ast.Module, names: set[str]) -> Iterator[tuple[ast.expr, ast.cmpop, ast.expr]]:
    """Comparisons with one of the bounds by size."""
    for left, order, right in _pairs(tree):
        bounded = any(isinstance(side, ast.Name) and side.id in names for side in (left, right))
        if bounded and isinstance(order, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
            yield left, order, right


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _words(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    yield from ((left, right) for left, _, right in _pairs(tree) if _is_word(left) or _is_word(right))


def _pairs(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.cmpop, ast.expr]]:
    """What is compared how with what."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield from zip([node.left, *node.comparators], node.ops, node.comparators, strict=False)


def _is_word(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_draw(node: ast.expr) -> bool:
    """Whether it is the call of a random number between 0 and 1."""
    name = node.func if isinstance(node, ast.Call) and not node.args else None
    return getattr(name, "attr", getattr(name, "id", "")) in ("random", "draw")


def _is_type(node: ast.AST) -> bool:
    called = node.test if isinstance(node, ast.Assert) else None
    return isinstance(called, ast.Call) and isinstance(called.func, ast.Name) and called.func.id == "isinstance"


def _falses(tree: ast.Module) -> Iterator[ast.Constant]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and isinstance(function.returns, ast.Name):
            for node in ast.walk(function) if function.returns.id == "bool" else ():
                if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) and node.value.value is False:
                    yield node.value


def _stricts(tree: ast.Module) -> Iterator[ast.expr]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "zip":
            yield from (keyword.value for keyword in call.keywords if keyword.arg == "strict")
