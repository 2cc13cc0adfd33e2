"""What a failed test looked like: the statement, the last call, the answer, what was expected.

Judges nothing, and shows everything cut to size.
"""

from __future__ import annotations

import ast
import itertools
import re
from types import TracebackType
from typing import Any

from verisieve.verifiers.code.harness.link import TOLD, Link
from verisieve.verifiers.code.harness.remote import RemoteFunction, RemoteIterator, RemoteObject

WIDTH = 600  # characters of one shown value


def gather(
    error: BaseException, link: Link | None, trees: dict[str, ast.Module], tainted: frozenset[str]
) -> dict[str, Any]:
    """Describe a failed test in plain data; without a link there is no call to show."""
    found: dict[str, Any] = {}
    told = error.__dict__.get(TOLD)
    if told:
        found["exception"] = dict(told)
    elif not isinstance(error, AssertionError) or str(error):
        found["message"] = f"{type(error).__name__}: {error}"[:WIDTH]
    file, line, frame = _innermost(error.__traceback__, trees)
    if frame is not None:
        found |= {"line": line, **_statement(trees[file], line, frame, tainted)}
    return found | (last_call(link) if link else {})


def last_call(link: Link) -> dict[str, Any]:
    if link.last is None:
        return {}
    name, args, kwargs, *result = link.last
    shown = [*map(show, args), *(f"{key}={show(value)}" for key, value in kwargs.items())]
    found = {"call": f"{name}({', '.join(shown)})"[:WIDTH]}
    return found | {"got": show(result[0])} if result else found


def _innermost(trace: TracebackType | None, trees: dict[str, ast.Module]) -> tuple[str, int, Any]:
    found: tuple[str, int, Any] = ("", 0, None)
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in trees:
            found = (trace.tb_frame.f_code.co_filename, trace.tb_lineno, trace.tb_frame)
        trace = trace.tb_next
    return found


def _statement(tree: ast.Module, line: int, frame: Any, tainted: frozenset[str]) -> dict[str, Any]:
    spans = [
        node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    if not spans:
        return {}
    node = max(spans, key=lambda node: (node.lineno, -(node.end_lineno or 0)))
    found: dict[str, Any] = {"test": re.sub(r"__strict_(zip|map)__", r"\1", ast.unparse(node))[:WIDTH]}
    test = node.test if isinstance(node, ast.Assert) else None
    if isinstance(test, ast.Compare) and len(test.comparators) == 1:
        sides = [side for side in (test.left, test.comparators[0]) if not _mentions(side, tainted)]
        if len(sides) == 1:
            found["expected"] = _value(sides[0], frame)
    return found


def _mentions(node: ast.AST, names: frozenset[str]) -> bool:
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(node))


def _value(node: ast.expr, frame: Any) -> str:
    if isinstance(node, ast.Name):
        for names in (frame.f_locals, frame.f_globals):
            if node.id in names:
                return show(names[node.id])
    return ast.unparse(node)[:WIDTH]


def show(value: Any) -> str:
    """Return a value's text, cut to size; never asks the candidate."""
    if isinstance(value, (RemoteObject, RemoteFunction, RemoteIterator)):
        return "<object of the solution>"
    if type(value) in (list, tuple, set, frozenset) and (len(value) > 100 or any(map(_is_remote, value))):
        return "[" + ", ".join(show(item) for item in itertools.islice(value, 30)) + ", …]"
    if _has_address(value):
        return _outline(value, 12)[:WIDTH]
    if type(value) in (str, bytes):
        value = value[:WIDTH]
    try:
        return repr(value)[:WIDTH]
    except Exception as error:  # noqa: BLE001  # huge integers and tests' own classes may refuse
        return f"<{type(value).__name__}: {type(error).__name__}>"


def _has_address(value: Any) -> bool:
    """Whether a value's text is the default one, which holds an address that no two runs share."""
    text: Any = type(value).__repr__
    return text is object.__repr__


def _outline(value: Any, depth: int) -> str:
    if not _has_address(value):
        return show(value)
    held = getattr(value, "__dict__", {}).items() if depth else ()
    shown = ", ".join(f"{key}={_outline(item, depth - 1)}" for key, item in held)
    return f"{type(value).__name__}({shown if depth else '…'})"


def _is_remote(value: Any) -> bool:
    return isinstance(value, (RemoteObject, RemoteFunction, RemoteIterator))
