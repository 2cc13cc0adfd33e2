"""Whether an invented reference is a plain function of its arguments, as far as its text tells.

Reference and tests of a new problem come from one author. A reference that can read its own text could tell the tests
which of its mutants they meet, and weak tests would look strong. This refuses the ways to its own text; it is no
sandbox, and the boxes hold without it.
"""

from __future__ import annotations

import ast
import sys

MODULES = frozenset(
    {
        "abc",
        "bisect",
        "cmath",
        "collections",
        "collections.abc",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
    }
    | {"functools", "heapq", "itertools", "math", "numbers", "operator", "re", "statistics", "string", "textwrap"}
    | {"typing", "unicodedata"}
)
_NAMES = frozenset(
    {"open", "exec", "eval", "compile", "globals", "locals", "vars", "dir", "input", "breakpoint", "print", "help"}
    | {"getattr", "setattr", "delattr", "attrgetter", "methodcaller", "format_map", "exit", "quit", "id", "memoryview"}
)
# Modules hold other modules (`statistics.sys`), and a made-up format reads attributes.
_ATTRIBUTES = (_NAMES | sys.stdlib_module_names | {"format"}) - MODULES - {"time", "queue"}
_FRAMES = ("gi_", "cr_", "ag_", "tb_", "co_", "f_")  # of generators, coroutines, tracebacks, code, frames


def impurity(tree: ast.AST) -> str:
    """Return the first thing that a plain function does not need, empty where there is none.

    >>> impurity(ast.parse("import math\\ndef f(x): return math.sqrt(x)")), impurity(ast.parse("open('solution.py')"))
    ('', 'open')
    """
    return next((found for node in ast.walk(tree) if (found := _of(node))), "")


def _of(node: ast.AST) -> str:
    if isinstance(node, ast.Import):
        return next((alias.name for alias in node.names if alias.name not in MODULES), "")
    if isinstance(node, ast.ImportFrom):
        if node.level or str(node.module) not in MODULES:
            return f"from {node.module}"
        return next((alias.name for alias in node.names if alias.name.startswith("_") or alias.name in _ATTRIBUTES), "")
    if isinstance(node, ast.Name):
        return node.id if node.id in _NAMES or node.id.startswith("__") else ""
    if isinstance(node, ast.Attribute):
        odd = node.attr.startswith(("_", *_FRAMES)) or node.attr in _ATTRIBUTES
        return node.attr if odd and node.attr != "__init__" else ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "__" in node.value:
        return "a text with __"
    return ""
