"""Mutation operators: each takes a syntax node and yields edits of the text, each one plausible mistake.

The operators are those of the literature on mutation testing (King and Offutt's Mothra, PIT, mutmut), without
those that nearly always end in a NameError or TypeError. An edit may break the grammar: who applies it looks.
"""

from __future__ import annotations

import ast
import io
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, pairwise
from typing import Any, NamedTuple


class Edit(NamedTuple):
    """Put `text` in the place of bytes `start` to `end`."""

    start: int
    end: int
    text: str
    operator: str


class Text:
    """A program's bytes, and where its nodes lie in them."""

    def __init__(self, source: str) -> None:
        self.data = source.encode()
        lines = [line.encode() for line in io.StringIO(source, newline="")]  # the line ends of Python, and no others
        self._starts = [0, *accumulate(map(len, lines))]

    def span(self, node: Any) -> tuple[int, int]:
        """The first byte of a node and the one behind it; its own parentheses are not in it."""
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset

    def of(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.data[start:end].decode()

    def line(self, offset: int) -> int:
        """The line of a byte, from 1."""
        return bisect_right(self._starts, offset)

    def line_span(self, start: int, end: int) -> tuple[int, int]:
        """The bytes of all lines that a span touches."""
        last = self.line(max(start, end - 1))
        return self._starts[self.line(start) - 1], self._starts[min(last, len(self._starts) - 1)]


COMPARISONS: dict[type, tuple[str, ...]] = {
    ast.Lt: ("<=", ">="),
    ast.LtE: ("<", ">"),
    ast.Gt: (">=", "<="),
    ast.GtE: (">", "<"),
    ast.Eq: ("!=", "<=", ">="),
    ast.NotEq: ("==",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
}
ARITHMETIC: dict[type, tuple[str, ...]] = {
    ast.Add: ("-", "*"),
    ast.Sub: ("+",),
    ast.Mult: ("+", "//"),
    ast.Div: ("//", "*"),
    ast.FloorDiv: ("/", "%"),
    ast.Mod: ("//",),
    ast.Pow: ("*",),
    ast.BitAnd: ("|",),
    ast.BitOr: ("&",),
    ast.BitXor: ("|",),
    ast.LShift: (">>",),
    ast.RShift: ("<<",),
}
_PAIRS = (
    "min max",
    "any all",
    "upper lower",
    "isupper islower",
    "isdigit isalpha",
    "startswith endswith",
    "lstrip rstrip",
    "find rfind",
    "floor ceil",
    "union intersection",
    "index rindex",
    "split rsplit",
    "append extend",
)
SWAPS = {one: other for pair in _PAIRS for one, other in (pair.split(), pair.split()[::-1])}
_SYMMETRIC = {"min", "max", "gcd", "lcm", "isclose"}  # the order of their arguments does not matter
_OVER_MANY = {"len", "sum", "sorted", "any", "all", "enumerate", "zip", "list", "set", "reversed"}
_COMPARE = re.compile(rb"not\s+in\b|is\s+not\b|in\b|is\b|[<>=!]=|[<>]")
_ARITHMETIC = re.compile(rb"//|\*\*|<<|>>|[-+*/%&|^@]")
_ASSIGNED = re.compile(rb"(?://|\*\*|<<|>>|[-+*/%&|^@])=")
_BOOLEAN = re.compile(rb"\b(?:and|or)\b")
_PARTS_LEFT_ALONE = {"annotation", "returns", "decorator_list", "type_params", "type_comment"}
_NODES_LEFT_ALONE = (ast.JoinedStr, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal)
_ATOMS = (ast.Name, ast.Constant, ast.Call, ast.Subscript, ast.Attribute)


def edits(tree: ast.Module, text: Text) -> Iterator[Edit]:
    """Yield every edit that some operator makes of a program, docstrings, annotations and `if __name__` aside."""
    for node in _mutable(tree):
        for operator in OPERATORS.get(type(node), ()):
            yield from operator(node, text)


def _mutable(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes that may be changed."""
    nodes = [tree]
    for node in nodes:
        yield node
        for field, value in ast.iter_fields(node):
            if field not in _PARTS_LEFT_ALONE:
                children = value if isinstance(value, list) else [value]
                nodes += [child for child in children if isinstance(child, ast.AST) and not _left_alone(child)]


def _left_alone(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return any(isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(node.test))
    return isinstance(node, _NODES_LEFT_ALONE) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _between(
    left: ast.AST, right: ast.AST, token: re.Pattern[bytes], texts: Iterable[str], operator: str, text: Text
) -> Iterator[Edit]:
    """Exchange the token between two nodes; where a comment lies between them nothing is done."""
    start, end = text.span(left)[1], text.span(right)[0]
    gap = text.data[start:end]
    match = token.search(gap)
    if match and b"#" not in gap:
        for new in texts:
            yield Edit(start + match.start(), start + match.end(), new, operator)


def _compare(node: ast.Compare, text: Text) -> Iterator[Edit]:
    for (left, right), op in zip(pairwise([node.left, *node.comparators]), node.ops, strict=True):
        yield from _between(left, right, _COMPARE, COMPARISONS[type(op)], "comparison", text)


def _binary(node: ast.BinOp, text: Text) -> Iterator[Edit]:
    if not (_is_sequence(node.left) or _is_sequence(node.right)):  # "a" - "b" is nobody's mistake
        yield from _between(node.left, node.right, _ARITHMETIC, ARITHMETIC.get(type(node.op), ()), "arithmetic", text)


def _augmented(node: ast.AugAssign, text: Text) -> Iterator[Edit]:
    news = () if _is_sequence(node.value) else ARITHMETIC.get(type(node.op), ())[:1]
    yield from _between(node.target, node.value, _ARITHMETIC, news, "arithmetic", text)
    yield from _between(node.target, node.value, _ASSIGNED, ("=",), "assignment", text)


def _is_sequence(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    return isinstance(node, ast.JoinedStr | ast.List | ast.Tuple | ast.ListComp)


def _boolean(node: ast.BoolOp, text: Text) -> Iterator[Edit]:
    new = "or" if isinstance(node.op, ast.And) else "and"
    for left, right in pairwise(node.values):
        yield from _between(left, right, _BOOLEAN, (new,), "boolean", text)


def _unary(node: ast.UnaryOp, text: Text) -> Iterator[Edit]:
    start, end = text.span(node)
    token = re.match(rb"not\b\s*|[-~+]", text.data[start:end])
    if token:
        yield Edit(start, start + token.end(), "", "unary")


def _constant(node: ast.Constant, text: Text) -> Iterator[Edit]:
    start, end = text.span(node)
    for new in _constants(node.value):
        yield Edit(start, end, new, "constant")


def _constants(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int) and abs(value) < 10**4000:  # longer ones have no decimal text
        yield from (str(value + 1), str(value - 1))
    elif isinstance(value, float):
        yield from (repr(value + 1), repr(value - 1)) if abs(value) < 1e15 else ("0.0",)
    elif isinstance(value, str):
        yield '""' if value else '" "'
    elif isinstance(value, bytes):
        yield 'b""' if value else 'b" "'


def _conditions(node: ast.If | ast.While | ast.IfExp | ast.comprehension, text: Text) -> Iterator[Edit]:
    tests = node.ifs if isinstance(node, ast.comprehension) else [node.test]
    for test in tests:
        # the complement of a comparison and of a `not` is made by their own operators
        if not (isinstance(test, ast.Compare) and len(test.ops) == 1) and not _is_not(test):
            yield _negated(test, text, "condition")


def _is_not(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _negated(node: ast.AST, text: Text, operator: str) -> Edit:
    new = f"not {text.of(node)}" if isinstance(node, _ATOMS) else f"not ({text.of(node)})"
    return Edit(*text.span(node), new, operator)


def _returned(node: ast.Return, text: Text) -> Iterator[Edit]:
    value = node.value
    if value is None or (isinstance(value, ast.Constant) and value.value is None):
        return
    yield Edit(*text.span(value), "None", "return")
    if isinstance(value, ast.BoolOp) or (isinstance(value, ast.Compare) and len(value.ops) > 1):
        yield _negated(value, text, "return")


def _jump(node: ast.Break | ast.Continue, text: Text) -> Iterator[Edit]:
    yield Edit(*text.span(node), "continue" if isinstance(node, ast.Break) else "break", "jump")
    yield from _deleted(node, text)


def _deleted(node: ast.stmt, text: Text) -> Iterator[Edit]:
    yield Edit(*text.span(node), "pass", "deletion")


def _call(node: ast.Call, text: Text) -> Iterator[Edit]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    end = text.span(node.func)[1]
    whole = name in ("split", "rsplit") and len(node.args) + len(node.keywords) < 2  # all pieces, from either end
    if name in SWAPS and not whole:
        yield Edit(end - len(name.encode()), end, SWAPS[name], "function")
    plain = not any(isinstance(argument, ast.Starred) for argument in node.args)
    if name == "abs" and plain and len(node.args) == 1:
        yield Edit(text.span(node.func)[0], end, "", "function")
    if name == "sorted" and plain and not node.keywords:
        yield Edit(text.span(node.func)[0], end, "list", "function")
    if name == "range" and plain:
        yield from _shifted(node.args[:2], text)
    if plain and name not in _SYMMETRIC:
        for one, other in pairwise(node.args):
            (start, middle), (resume, stop) = text.span(one), text.span(other)
            gap = text.data[middle:resume].decode()
            yield Edit(start, stop, f"{text.of(other)}{gap}{text.of(one)}", "arguments")


def _subscript(node: ast.Subscript, text: Text) -> Iterator[Edit]:
    if isinstance(node.slice, ast.Slice):
        yield from _shifted([bound for bound in (node.slice.lower, node.slice.upper) if bound], text)
    elif isinstance(node.slice, ast.BinOp):
        yield from _shifted([node.slice], text)


def _shifted(nodes: list[ast.expr], text: Text) -> Iterator[Edit]:
    """Shift a bound by one; where it holds a number, the number's own mutants do that."""
    for node in nodes:
        if not isinstance(node, ast.Constant | ast.UnaryOp):
            inner = text.of(node) if isinstance(node, (*_ATOMS, ast.BinOp)) else f"({text.of(node)})"
            for new in (f"{inner} + 1", f"{inner} - 1"):
                yield Edit(*text.span(node), new, "off_by_one")


def _names(node: ast.FunctionDef | ast.AsyncFunctionDef, text: Text) -> Iterator[Edit]:
    """Use another variable of the function, and leave out an assignment to one that is assigned elsewhere too."""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    first = {argument.arg: 0 for argument in arguments if argument.arg not in ("self", "cls")}
    own = list(_own(node))
    stores = [part for part in own if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
    for store in stores:
        first.setdefault(store.id, store.lineno)
    many = {name for part in own for name in _used_as_many(part)}
    for part in own:
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and part.id in first:
            alike = [name for name in first if (name in many) == (part.id in many) and name != part.id]
            others = [name for name in alike if first[name] < part.lineno]
            if others:
                yield Edit(*text.span(part), others[part.col_offset % len(others)], "variable")
    bindings = Counter([*(argument.arg for argument in arguments), *(store.id for store in stores)])
    for part in own:
        target = part.targets[0] if isinstance(part, ast.Assign) else None
        if target and (not isinstance(target, ast.Name) or bindings[target.id] > 1):
            yield Edit(*text.span(part), "pass", "deletion")


def _used_as_many(node: ast.AST) -> Iterator[str]:
    """The names that a node uses as containers: to exchange one of them with a number is nobody's mistake."""
    parts: list[ast.AST] = []
    if isinstance(node, ast.Subscript | ast.Attribute):
        parts = [node.value]
    elif isinstance(node, ast.For | ast.comprehension):
        parts = [node.iter]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _OVER_MANY:
        parts = [*node.args]
    yield from (part.id for part in parts if isinstance(part, ast.Name))


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The mutable nodes of a function, what it defines inside and comprehensions' own variables aside."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.arguments | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if not _left_alone(part):
            yield part
            if isinstance(part, ast.comprehension):
                yield from (inner for piece in (part.iter, *part.ifs) for inner in [piece, *_own(piece)])
            else:
                yield from _own(part)


OPERATORS: dict[type[ast.AST], tuple[Callable[[Any, Text], Iterator[Edit]], ...]] = {
    ast.Compare: (_compare,),
    ast.BinOp: (_binary,),
    ast.AugAssign: (_augmented, _deleted),
    ast.BoolOp: (_boolean,),
    ast.UnaryOp: (_unary,),
    ast.Constant: (_constant,),
    ast.If: (_conditions,),
    ast.While: (_conditions,),
    ast.IfExp: (_conditions,),
    ast.comprehension: (_conditions,),
    ast.Return: (_returned,),
    ast.Break: (_jump,),
    ast.Continue: (_jump,),
    ast.Expr: (_deleted,),
    ast.Raise: (_deleted,),
    ast.Delete: (_deleted,),
    ast.Call: (_call,),
    ast.Subscript: (_subscript,),
    ast.FunctionDef: (_names,),
    ast.AsyncFunctionDef: (_names,),
}
