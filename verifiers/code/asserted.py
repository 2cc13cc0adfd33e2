"""Reading what a reply claims of a call, as people finish `assert f(...) == ...`: the value or the call; runs nothing.

A value is a literal. The arguments of a call are literals and what the constructors of plain values make of them, so
that a call which is run later can neither reach nor change the function that it calls.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeGuard

from verisieve.verifiers import replies
from verisieve.verifiers.code.literals import MAX_TEXT, LiteralError
from verisieve.verifiers.code.parsing import ParseError, literal, parse

MAKERS = frozenset(
    {"bool", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "range", "set", "str", "tuple"}
)
_PLAIN = (
    *(ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.BinOp, ast.Starred, ast.expr_context),
    *(ast.USub, ast.UAdd, ast.Add, ast.Sub, ast.Mult),
)
_TAGGED = re.compile(r"\[ANSWER\](?P<said>.*?)(?:\[/ANSWER\]|\Z)", re.DOTALL | re.IGNORECASE)
_LED = r"^[ \t>*#-]*(?:(?:final )?answer|{word})[ \t*`]*:[ \t*]*(?P<said>[^\n]+)$"
_SAID = r"\b(?:answer|{word})\b[^\n`]{{0,60}}?\b(?:is|be)\b:?[ \t*]*`(?P<said>[^`\n]+)`[ .*]*$"
_WITHIN = re.IGNORECASE | re.MULTILINE


class TornError(Exception):
    """A reply commits to two answers."""


def value(text: str, entry: str) -> Any:
    r"""Return the value that a reply says a call of `entry` has; raise LiteralError for none, TornError for two.

    >>> value("[ANSWER]\nassert f(2) == [4]\n[/ANSWER]", "f"), value("The output is `'ab'`.", "f")
    ([4], 'ab')
    """
    return _value(_one(text, "output", lambda said: _value(said, entry)), entry)


def call(text: str, entry: str) -> str:
    r"""Return the call of `entry` that a reply commits to, as an expression that is safe to run in a box.

    >>> call("```python\nassert f(range(3), k=[1] * 2) == 3\n```", "f"), call("[ANSWER]1, 'a'[/ANSWER]", "f")
    ('f(range(3), k=[1] * 2)', "f(1, 'a')")
    """
    return _call(_one(text, "input", lambda said: _call(said, entry)), entry)


def _one(text: str, word: str, read: Callable[[str], Any]) -> str:
    """Return the text of the one answer: the first form that holds a readable one decides, and tags at once."""
    problem = "the reply states no answer"
    for tagged, said in _forms(replies.visible(text), word):
        readable = {}
        for part in said:
            try:
                readable[repr(read(part))] = part
            except LiteralError as error:
                problem = str(error)
        if len(readable) > 1:
            raise TornError(f"two answers: {' and '.join(readable)}"[:200])
        if readable:
            return readable.popitem()[1]
        if said and tagged:
            break
    raise LiteralError(problem)


def _forms(shown: str, word: str) -> Iterator[tuple[bool, list[str]]]:
    """What a reply says as its answer, by the form that it says it in, the strictest first; whether that is tags."""
    yield True, [match["said"] for match in _TAGGED.finditer(shown)]
    for pattern in (_LED, _SAID):
        found = re.compile(pattern.format(word=word), _WITHIN)
        yield False, [match["said"].rstrip(" *") for match in found.finditer(shown)]
    yield False, [fence.body for fence in replies.fences(shown) if fence.body.strip()][-1:]
    yield False, [shown.strip().removesuffix("[/ANSWER]")]


def _value(said: str, entry: str) -> Any:
    node = _expression(said)
    if isinstance(node, ast.Compare) and _is_call(node.left, entry) and len(node.ops) == 1:
        node = node.comparators[0] if isinstance(node.ops[0], ast.Eq) else node
    try:
        return literal(node)
    except ParseError as error:
        raise LiteralError(str(error)) from None


def _call(said: str, entry: str) -> str:
    try:
        node = _expression(said)
    except LiteralError:
        node = _expression(f"{entry}({said.strip().strip('`')})")
    if isinstance(node, ast.Compare):
        node = next((side for side in (node.left, *node.comparators) if _is_call(side, entry)), node)
    if not _is_call(node, entry):
        listed = node.elts if _is_bare_tuple(node) else [node]
        node = _expression(f"{entry}({', '.join(map(ast.unparse, listed))})")
    assert isinstance(node, ast.Call)
    for part in (*node.args, *(keyword.value for keyword in node.keywords)):
        _require_plain(part)
    return ast.unparse(node)


def _is_bare_tuple(node: ast.expr) -> TypeGuard[ast.Tuple]:
    """Whether arguments are listed without brackets around them: `1, 2` and `(1,), (2,)`, not `(1, 2)`."""
    if not isinstance(node, ast.Tuple) or not node.elts:
        return False
    return (node.lineno, node.col_offset) == (node.elts[0].lineno, node.elts[0].col_offset)


def _is_call(node: ast.expr, entry: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == entry


def _require_plain(node: ast.expr) -> None:
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            if not isinstance(part.func, ast.Name) or part.func.id not in MAKERS:
                raise LiteralError("an argument is no plain value")
        elif isinstance(part, ast.Name):
            if part.id not in MAKERS:
                raise LiteralError("an argument is no plain value")
        elif not isinstance(part, (*_PLAIN, ast.keyword)):
            raise LiteralError("an argument is no plain value")


def _expression(said: str) -> ast.expr:
    """The expression of a text, or of its one assertion; remarks and backquotes around it do not count."""
    text = said.strip()
    text = text.strip("`").strip() if text.startswith("`") else text
    if len(text) > MAX_TEXT:
        raise LiteralError(f"longer than {MAX_TEXT} characters")
    try:
        body = [
            node for node in parse(text).body if not isinstance(node, ast.FunctionDef | ast.Import | ast.ImportFrom)
        ]
    except ParseError as error:
        raise LiteralError(str(error)) from None
    if len(body) == 1 and isinstance(body[0], ast.Assert):
        return body[0].test
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        raise LiteralError("not one expression")
    return body[0].value
