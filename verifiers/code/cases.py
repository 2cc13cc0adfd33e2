"""What the text of a problem tells about inputs: calls with literal arguments, and the parameters' names and hints.

Reads text with `ast` alone; nothing is imported or run.
"""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from verisieve.verifiers.code import parsing
from verisieve.verifiers.code.literals import Call
from verisieve.verifiers.code.parsing import ParseError

MOST = 500  # calls that are looked at


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its hint, the values that given calls pass for it, and whether it can be left out."""

    name: str
    hint: ast.expr | None
    seen: tuple[Any, ...]
    optional: bool = False


def examples(prompt: str) -> list[doctest.Example]:
    """Return the `>>>` examples of a prompt's docstrings, or of its text; raise ValueError for malformed ones."""
    tree = parsing.tree(prompt)
    parser = doctest.DocTestParser()
    if tree is None:
        return parser.get_examples(prompt)
    holders = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)]
    texts = [ast.get_docstring(node) or "" for node in holders]
    return [example for text in texts for example in parser.get_examples(text)]


def given_calls(texts: Iterable[str], entry: str) -> list[Call]:
    """Return the calls of the entry point, or of `candidate`, whose arguments are literals, each once."""
    found: dict[str, Call] = {}
    for text in texts:
        tree = parsing.tree(text)
        for call in _calls(tree, {entry, "candidate"}) if tree else ():
            found.setdefault(repr(call), call)
            if len(found) >= MOST:
                return list(found.values())
    return list(found.values())


def _calls(tree: ast.Module, names: set[str]) -> Iterator[Call]:
    tables = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.For):
            yield from _in_loop(node, tables, names)
        elif isinstance(node, ast.Call) and _calls_one_of(node, names):
            keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
            values = literal(ast.Tuple([*node.args, *keywords.values()]))
            if values is not None and len(keywords) == len(node.keywords):
                positional = len(node.args)
                yield Call(values[:positional], dict(zip(keywords, values[positional:], strict=True)))


def _calls_one_of(node: ast.Call, names: set[str]) -> bool:
    return isinstance(node.func, ast.Name | ast.Attribute) and ast.unparse(node.func) in names


def _in_loop(loop: ast.For, tables: dict[str, ast.expr], names: set[str]) -> Iterator[Call]:
    """Calls `f(*arguments)` in a loop over a literal table of tuples that hold the arguments."""
    rows = literal(tables.get(loop.iter.id, loop.iter) if isinstance(loop.iter, ast.Name) else loop.iter)
    targets = loop.target.elts if isinstance(loop.target, ast.Tuple) else []
    places = {target.id: place for place, target in enumerate(targets) if isinstance(target, ast.Name)}
    for node in ast.walk(loop):
        if not (isinstance(node, ast.Call) and _calls_one_of(node, names) and len(node.args) == 1):
            continue
        argument = node.args[0]
        inner = argument.value if isinstance(argument, ast.Starred) else None
        if isinstance(inner, ast.Name) and inner.id in places:
            for row in rows if isinstance(rows, list | tuple) else ():
                if isinstance(row, tuple) and len(row) == len(targets) and isinstance(row[places[inner.id]], tuple):
                    yield Call(row[places[inner.id]], {})


def literal(node: ast.expr) -> Any:
    """Return the value of a literal, or None."""
    try:
        return parsing.literal(node)
    except ParseError:
        return None


def parameters(texts: Sequence[str], entry: str, calls: Sequence[Call]) -> list[Parameter] | None:
    """Return the parameters of the entry point as the first text that defines it has them; `None` where none does.

    Hints that it lacks are taken from the other texts.
    """
    found = [node for text in texts if (tree := parsing.tree(text)) for node in _definitions(tree, entry)]
    if not found:
        return None
    annotated = [argument for node in reversed(found) for argument in _arguments(node.args) if argument.annotation]
    hints = {argument.arg: argument.annotation for argument in annotated}
    own = found[0].args
    plain = [*own.posonlyargs, *own.args][1 if "." in entry else 0 :]
    optional = {argument.arg for argument in plain[len(plain) - len(own.defaults) :]}
    optional |= {argument.arg for argument, default in zip(own.kwonlyargs, own.kw_defaults, strict=True) if default}
    seen = _seen([argument.arg for argument in plain], calls)
    return [
        Parameter(argument.arg, hints.get(argument.arg), tuple(seen.get(argument.arg, ())), argument.arg in optional)
        for argument in [*plain, *own.kwonlyargs]
    ]


def keyword_only(texts: Sequence[str], entry: str) -> set[str]:
    """Return the names of the parameters that must be passed by name."""
    for text in texts:
        tree = parsing.tree(text)
        for node in _definitions(tree, entry) if tree else ():
            return {argument.arg for argument in node.args.kwonlyargs}
    return set()


def _definitions(
    tree: ast.Module | ast.ClassDef, entry: str
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda]:
    """The functions of that name, or methods where the entry point is one of a new instance: `Solution().twoSum`."""
    holder, _, method = entry.partition("().")
    for node in reversed(tree.body):  # the last definition counts
        if method and isinstance(node, ast.ClassDef) and node.name == holder:
            yield from _definitions(node, method)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == entry:
            yield node
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda) and _binds(node, entry):
            yield node.value


def _binds(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _seen(names: list[str], calls: Sequence[Call]) -> dict[str, list[Any]]:
    seen: dict[str, list[Any]] = {}
    for call in calls:
        for name, value in [*zip(names, call.args, strict=False), *call.kwargs.items()]:
            seen.setdefault(name, []).append(value)
    return seen
