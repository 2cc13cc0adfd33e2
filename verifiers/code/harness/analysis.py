"""What the text of the tests tells before it runs: names, objects, changed arguments, loose loops.

Reads trusted text only (tests, setup, prompt), and nothing of the candidate's.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from typing import Any

OWN = {"self", "unittest", "pytest", "math", "solution"}  # whose attributes are no candidate's
OF_LIBRARIES = {"value", "excinfo", "match", "exception", "denominator", "days", "year", "month", "day", "quantize"}
UNBOUNDED = {"count", "cycle", "repeat", "range"}
_LEAVES = {ast.Constant, ast.Load, ast.Store, ast.Del}


class BrokenError(Exception):
    """The tests cannot be run, whatever the candidate does."""


class Facts:
    """What the tests need of the candidate and do with it; a plain class, since a box makes it anew each time."""

    def __init__(
        self, *, names: frozenset[str], tainted: frozenset[str], objects: bool, watch: bool, borrowed: list[str]
    ) -> None:
        self.names = names  # read, but defined neither here nor by Python
        self.tainted = tainted  # may hold what the candidate returned
        self.objects = objects  # attributes are used that no plain value has
        self.watch = watch  # an argument is compared after a call
        self.borrowed = borrowed  # standard modules that are used without an import


def parse(text: str, file: str) -> ast.Module:
    """Parse trusted text; raise BrokenError where it is no Python."""
    try:
        return ast.parse(text, file)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BrokenError(f"{file} does not compile: {error}") from None


def walk(tree: ast.AST) -> list[ast.AST]:
    """Return all nodes under one, in the order of `ast.walk`, but for constants and contexts, which are most of them.

    >>> [type(node).__name__ for node in walk(ast.parse("f(1, [2, x])").body[0])]
    ['Expr', 'Call', 'Name', 'List', 'Name']
    """
    nodes = [tree]
    for node in nodes:
        for field in node._fields:
            value = getattr(node, field, None)
            if type(value) is list:
                nodes += [item for item in value if isinstance(item, ast.AST) and type(item) is not ast.Constant]
            elif isinstance(value, ast.AST) and type(value) not in _LEAVES:
                nodes.append(value)
    return nodes


def examine(trees: Iterable[ast.Module], entry: str, known: Iterable[str]) -> Facts:
    """Find out what some test texts need; `known` are names that are defined for them."""
    nodes = [node for tree in trees for node in walk(tree)]
    stored = set(_stored(nodes))
    loaded = {node.id for node in nodes if type(node) is ast.Name and type(node.ctx) is ast.Load}
    imported = set(_from_solution(nodes))
    modules = {node.value.id for node in nodes if type(node) is ast.Attribute and type(node.value) is ast.Name}
    names = loaded - stored - set(known) - set(dir(builtins)) - (modules & sys.stdlib_module_names)
    tainted = _taint(nodes, {entry, "solution", *names, *imported, *_check_parameters(nodes)})
    return Facts(
        names=frozenset((names | imported) - {entry}),
        tainted=frozenset(tainted),
        objects=entry[:1].isupper() or any(name[:1].isupper() for name in names | imported) or _odd(nodes, tainted),
        watch=_watches(nodes, tainted),
        borrowed=sorted((modules & sys.stdlib_module_names) - stored),
    )


def tighten(tree: ast.Module, tainted: frozenset[str]) -> ast.Module:
    """Make `zip` and `map` over an answer and an expectation strict: an answer that is too short holds nothing."""
    for node in walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords):
            continue
        skip = {"zip": 0, "map": 1}.get(node.func.id)
        if skip is None or len(node.args) - skip < 2:
            continue
        mentions = [_names(argument) for argument in node.args[skip:]]
        loose = [found for found in mentions if not found & tainted]
        if loose and len(loose) < len(mentions) and not any(found & UNBOUNDED for found in mentions):
            node.func.id = f"__strict_{node.func.id}__"
    return tree


def strict_zip(*iterables: Any) -> Iterator[tuple[Any, ...]]:
    """Zip iterables of one length; others fail the test."""
    try:
        yield from zip(*iterables, strict=True)
    except ValueError as error:
        if str(error).startswith("zip() argument"):
            raise AssertionError("the answer and the expectation differ in length") from None
        raise


def strict_map(function: Any, *iterables: Any) -> Iterator[Any]:
    """Map over iterables of one length; others fail the test."""
    for items in strict_zip(*iterables):
        yield function(*items)


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in walk(node) if type(part) is ast.Name}


def _stored(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def _from_solution(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "solution":
            yield from (alias.name for alias in node.names if alias.name != "*")


def _check_parameters(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef) and node.name == "check":
            yield from (argument.arg for argument in node.args.args[:1])


def _bindings(nodes: list[ast.AST]) -> Iterator[tuple[list[ast.expr], ast.expr]]:
    for node in nodes:
        if isinstance(node, ast.Assign):
            yield node.targets, node.value
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and node.value is not None:
            yield [node.target], node.value
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            yield [node.target], node.iter
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            yield [node.optional_vars], node.context_expr


def _taint(nodes: list[ast.AST], seeds: set[str]) -> set[str]:
    tainted = set(seeds)
    bindings = [(set().union(*map(_names, targets)), _names(value)) for targets, value in _bindings(nodes)]
    for _ in range(20):
        found = set[str]().union(*(targets for targets, value in bindings if value & tainted)) - tainted
        if not found:
            break
        tainted |= found
    return tainted


def _odd(nodes: list[ast.AST], tainted: set[str]) -> bool:
    used = {node.attr for node in nodes if isinstance(node, ast.Attribute) and _names(node.value) & tainted}
    used -= {node.attr for node in nodes if isinstance(node, ast.Attribute) and _is_assertion(node)}
    if not used:
        return False
    kinds = (int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range, deque, Counter)
    plain = set().union(*map(dir, (*kinds, BaseException, SystemExit, OSError, StopIteration, iter(()), _names)))
    plain |= {
        "send",
        "throw",
        "close",
        "value",
        "excinfo",
        "match",
        "exception",
        "denominator",
        "days",
        "year",
        "month",
    }
    return bool(used - plain)


def _is_assertion(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in (
        "self",
        "unittest",
        "pytest",
        "math",
        "np",
        "solution",
    )


def _watches(nodes: list[ast.AST], tainted: set[str]) -> bool:
    passed = {
        argument.id
        for node in nodes
        if isinstance(node, ast.Call) and _names(node.func) & tainted
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]
        if isinstance(argument, ast.Name)
    } - tainted
    return bool(passed) and any(_compares_argument(operands, passed, tainted) for operands in _comparisons(nodes))


def _comparisons(nodes: list[ast.AST]) -> Iterator[list[ast.expr]]:
    for node in nodes:
        if isinstance(node, ast.Compare):
            yield [node.left, *node.comparators]
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("assert")
        ):
            yield node.args


def _compares_argument(operands: list[ast.expr], passed: set[str], tainted: set[str]) -> bool:
    for operand in operands:
        base = operand.value if isinstance(operand, ast.Subscript) else operand
        if isinstance(base, ast.Name) and base.id in passed:
            others = set().union(*(_names(other) for other in operands if other is not operand))
            if not others & (tainted | {base.id}):
                return True
    return False
