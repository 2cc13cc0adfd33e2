"""Transforms that find something in code, or put code into a block; code is parsed at most."""

from __future__ import annotations

import ast
import builtins
import re
import sys
import warnings

from verisieve.adapters.values import bad, shown, text
from verisieve.records import Json

_DECLARED = re.compile(r"([A-Za-z_$][\w$]*)\s*(?:=\s*(?:async\s*)?)?\(")


def python_block(value: Json) -> Json:
    """Code in a fenced block, as a model would answer; the fence is longer than any run of backquotes inside."""
    return block(text(value), "python")


def code_block(value: Json) -> Json:
    """Code in a fenced block that names no language."""
    return block(text(value), "")


def declared_name(value: Json) -> Json:
    """The function that the last line of a declaration in a brace language begins.

    >>> declared_name("const a = 1;\\nconst f = (x) => {\\n"), declared_name("func F(x []int) bool {")
    ('f', 'F')
    """
    lines = text(value).strip().splitlines()
    found = _DECLARED.search(lines[-1]) if lines else None
    if found is None:
        raise bad("its last line begins no function")
    return found[1]


def helper_code(value: Json) -> Json:
    """What stands above the last function of a HumanEval prompt, if that includes a function; else empty.

    Its tests may call these helpers, and must not call what the candidate made of them.
    """
    prompt = text(value)
    body = parse(prompt).body
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    if len(functions) < 2:
        return ""
    first_line = min([functions[-1].lineno, *(mark.lineno for mark in functions[-1].decorator_list)])
    return "".join(prompt.splitlines(keepends=True)[: first_line - 1]).strip() + "\n"


def called_function(value: Json) -> Json:
    """The one function that every assert calls: [asserts] or [asserts, solution], which settles what is a class.

    >>> called_function([["assert set(f(1)) == {1}", "assert set(f(2)) == {2}"], "def f(x): ..."])
    'f'
    """
    if not isinstance(value, list) or not value or not isinstance(value[0], list) or not value[0]:
        raise bad("needs a list of asserts")
    tests = [_calls(parse(text(test))) for test in value[0]]
    found = [name for name in tests[0] if all(name in calls for calls in tests)]
    if len(value) > 1:
        defined = {node.name for node in parse(text(value[1])).body if isinstance(node, ast.FunctionDef)}
        found = [name for name in found if name in defined] or found
    if len(found) > 1:  # a task may be called `sum`, so builtins go only where something else is left
        found = [name for name in found if not hasattr(builtins, name)] or found
    if len(found) != 1:
        raise bad(f"no single function is called by every assert: {', '.join(found) or 'none'}")
    return found[0]


def open_function(value: Json) -> Json:
    """The function inside whose body a prompt of a language with braces ends, comments aside.

    >>> open_function("int g(int x) { return x; }\\nint f(int x) { // to do\\n")
    'f'
    """
    plain = re.sub(r"//[^\n]*|/\*(?s:.)*?\*/", " ", text(value)).rstrip()
    plain = re.sub(r"\b(interface|struct) *\{ *\}", r"\1", plain)  # types of Go
    found = re.search(r"(\w+)\s*(?:<[^(){}]*>\s*)?\((?:[^(){}]|\([^(){}]*\))*\)(?:\s*->[^{};]*|[^(){};]*)\{$", plain)
    if found is None:
        raise bad(f"does not end inside a function: {shown(value)}")
    return found[1]


def foreign_modules(value: Json) -> Json:
    """The modules that some Python texts import and that Python itself has not: packages that a box may lack.

    >>> foreign_modules(["import os, numpy as np", "from sklearn.svm import SVC"])
    ['numpy', 'sklearn']
    """
    texts = value if isinstance(value, list) else [value]
    nodes = [node for each in texts for node in ast.walk(parse(text(each)))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    found = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"", "solution"}
    return sorted(found)


def block(code: str, language: str) -> str:
    """Put code into a fence that is longer than any run of backquotes inside."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}\n"


def parse(code: str) -> ast.Module:
    """Parse Python; raise InputError for what is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # foreign code's odd escapes are its own affair
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise bad(f"not Python code: {error}") from error


def _calls(tree: ast.AST) -> list[str]:
    """Names called as plain functions, outermost first, each once."""
    names = [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return list(dict.fromkeys(names))
