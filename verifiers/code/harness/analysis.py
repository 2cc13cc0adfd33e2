"""What the text of the tests tells before it runs: names, objects, changed arguments, loose loops.

Reads trusted text only (tests, setup, prompt), and nothing of the candidate's.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import Any

from verisieve.verifiers.code.harness.tables import package_members

OWN = {"self", "unittest", "pytest", "math", "np", "solution"}  # whose attributes are no candidate's
OF_LIBRARIES = {"value", "excinfo", "match", "exception", "denominator", "days", "year", "month"}
UNBOUNDED = {"count", "cycle", "repeat", "range"}
_SIGNS = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
_SKIPPED = {int, bool, str, type(None), ast.Constant, *(kind for sign in _SIGNS for kind in sign.__subclasses__())}
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Nodes = dict[type[ast.AST], list[Any]]  # by their class


class BrokenError(Exception):
    """The tests cannot be run, whatever the candidate does."""


class Facts:
    """What the tests need of the candidate and do with it; a plain class, since a box makes it anew each time."""

    def __init__(
        self,
        *,
        names: frozenset[str],
        starred: frozenset[str],
        tainted: frozenset[str],
        objects: bool,
        watch: bool,
        borrowed: list[str],
    ) -> None:
        self.names = names  # read, but defined neither here nor by Python
        self.starred = starred  # read, and what `from solution import *` may define: nothing that hides the tests' own
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
    """Return all nodes under one, in the order of `ast.walk`, without constants, contexts and operators.

    >>> [type(node).__name__ for node in walk(ast.parse("f(1, [2, x])").body[0])]
    ['Expr', 'Call', 'Name', 'List', 'Name']
    """
    nodes = [] if type(tree) in _SKIPPED else [tree]
    for node in nodes:
        for value in node.__dict__.values():
            kind = type(value)
            if kind is list:
                nodes += [item for item in value if type(item) not in _SKIPPED]
            elif kind not in _SKIPPED:
                nodes.append(value)
    return nodes


def by_class(trees: Iterable[ast.Module]) -> Nodes:
    """Return all nodes under some, by their class: a box has no time to look through them once for each question."""
    nodes: Nodes = defaultdict(list)
    for tree in trees:
        for node in walk(tree):
            nodes[type(node)].append(node)
    return nodes


def examine(trees: Iterable[ast.Module], entry: str, known: Iterable[str]) -> Facts:
    """Find out what some test texts need; `known` are names that are defined for them."""
    trees = list(trees)
    nodes = by_class(trees)
    stored = set(_stored(nodes))
    loaded = {node.id for node in nodes[ast.Name] if type(node.ctx) is ast.Load}
    imported = set(_from_solution(nodes))
    modules = {node.value.id for node in nodes[ast.Attribute] if type(node.value) is ast.Name}
    names = loaded - stored - set(known) - set(dir(builtins)) - (modules & sys.stdlib_module_names)
    tainted = _taint(nodes, {entry, "solution", *names, *imported, *_check_parameters(nodes)})
    return Facts(
        names=frozenset((names | imported) - {entry}),
        starred=frozenset({entry} | loaded - set(dir(builtins)) - set(_own(trees))),
        tainted=frozenset(tainted),
        objects=any(name[:1].isupper() for name in {entry, *names, *imported})
        or _entered(nodes, tainted)
        or _odd(nodes, tainted),
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


def _stored(nodes: Nodes) -> Iterator[str]:
    yield from (node.id for node in nodes[ast.Name] if type(node.ctx) is not ast.Load)
    yield from (node.name for kind in _DEFINITIONS for node in nodes[kind])
    yield from (node.arg for node in nodes[ast.arg])
    imports = (alias for kind in (ast.Import, ast.ImportFrom) for node in nodes[kind] for alias in node.names)
    yield from (alias.asname or alias.name.split(".")[0] for alias in imports)
    yield from (node.name for node in nodes[ast.ExceptHandler] if node.name)


def _own(trees: Iterable[ast.Module]) -> Iterator[str]:
    """Names that the tests import or define for all of their text."""
    for node in (node for tree in trees for node in tree.body):
        if isinstance(node, _DEFINITIONS):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)


def _from_solution(nodes: Nodes) -> Iterator[str]:
    for node in nodes[ast.ImportFrom]:
        if node.module == "solution":
            yield from (alias.name for alias in node.names if alias.name != "*")


def _check_parameters(nodes: Nodes) -> Iterator[str]:
    for node in nodes[ast.FunctionDef]:
        if node.name == "check":
            yield from (argument.arg for argument in node.args.args[:1])


def _bindings(nodes: Nodes) -> Iterator[tuple[list[ast.expr], ast.expr]]:
    yield from ((node.targets, node.value) for node in nodes[ast.Assign])
    single = (node for kind in (ast.AnnAssign, ast.AugAssign, ast.NamedExpr) for node in nodes[kind] if node.value)
    yield from (([node.target], node.value) for node in single)
    loops = (node for kind in (ast.For, ast.AsyncFor, ast.comprehension) for node in nodes[kind])
    yield from (([node.target], node.iter) for node in loops)
    yield from (([node.optional_vars], node.context_expr) for node in nodes[ast.withitem] if node.optional_vars)


def _taint(nodes: Nodes, seeds: set[str]) -> set[str]:
    tainted = set(seeds)
    bindings = [(set().union(*map(_names, targets)), _names(value)) for targets, value in _bindings(nodes)]
    for _ in range(20):
        found = set[str]().union(*(targets for targets, value in bindings if value & tainted)) - tainted
        if not found:
            break
        tainted |= found
    return tainted


def _entered(nodes: Nodes, tainted: set[str]) -> bool:
    """Whether an answer is used as a context manager."""
    return any(
        isinstance(node.context_expr, ast.Call)
        and isinstance(node.context_expr.func, ast.Name)
        and node.context_expr.func.id in tainted
        for node in nodes[ast.withitem]
    )


def _odd(nodes: Nodes, tainted: set[str]) -> bool:
    attributes = nodes[ast.Attribute]
    used = {node.attr for node in attributes if _names(node.value) & tainted}
    used -= {node.attr for node in attributes if type(node.value) is ast.Name and node.value.id in OWN}
    if not used:
        return False
    kinds = (int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range, deque, Counter)
    plain = set().union(*map(dir, (*kinds, BaseException, SystemExit, OSError, StopIteration, iter(()), _names)))
    rest = used - plain - {"send", "throw", "close"} - OF_LIBRARIES
    return bool(rest and rest - package_members(_imported(nodes)))


def _imported(nodes: Nodes) -> set[str]:
    found = {alias.name.partition(".")[0] for node in nodes[ast.Import] for alias in node.names}
    return found | {node.module.partition(".")[0] for node in nodes[ast.ImportFrom] if node.module}


def _watches(nodes: Nodes, tainted: set[str]) -> bool:
    passed = {
        argument.id
        for node in nodes[ast.Call]
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]
        if type(argument) is ast.Name and argument.id not in tainted and _names(node.func) & tainted
    }
    return bool(passed) and any(_compares_argument(operands, passed, tainted) for operands in _comparisons(nodes))


def _comparisons(nodes: Nodes) -> Iterator[list[ast.expr]]:
    yield from ([node.left, *node.comparators] for node in nodes[ast.Compare])
    for node in nodes[ast.Call]:
        if type(node.func) is ast.Attribute and node.func.attr.startswith("assert"):
            yield node.args


def _compares_argument(operands: list[ast.expr], passed: set[str], tainted: set[str]) -> bool:
    for operand in operands:
        base = operand.value if isinstance(operand, ast.Subscript) else operand
        if isinstance(base, ast.Name) and base.id in passed:
            others = set().union(*(_names(other) for other in operands if other is not operand))
            if not others & (tainted | {base.id}):
                return True
    return False
