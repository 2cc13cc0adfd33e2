"""Matrices and vectors: sums, products, powers and multiples become one table of entries."""

from __future__ import annotations

from fractions import Fraction

from verisieve.verifiers.math.exact import maybe_rational
from verisieve.verifiers.math.nodes import Apply, MathsError, Node, Sym, apply, heads, number, substitute, symbols, walk

Rows = tuple[tuple[Node, ...], ...]
_MAX_POWER = 12
UNIT_VECTORS = ("vec i", "vec j", "vec k")
_ZERO, _UNIT = number(0), number(1)


class NoMatrixError(MathsError):  # reads as a verdict
    """The tree is no matrix, or its parts do not fit."""


def applies(node: Node) -> bool:
    """Say whether a matrix occurs outside a determinant."""
    if not isinstance(node, Apply) or node.head in {"det", "cases"}:
        return False
    if "matrix" in heads(node) or "T" in symbols(node):
        column = node.head == "pow" and node.args[1] == Sym("T") and isinstance(node.args[0], Apply)
        return node.head == "matrix" or column or any(applies(arg) for arg in node.args)
    return False


def rows_of(node: Node, size: int = 0) -> Rows:
    """Return the entries; `size` is the order of an identity written `I`; raise NoMatrixError."""
    if isinstance(node, Sym):
        return _identity(node, size)
    if not isinstance(node, Apply):
        raise NoMatrixError("a plain value")
    if node.head == "matrix":
        return tuple(row.args for row in node.args if isinstance(row, Apply))
    if node.head == "tuple":
        return tuple((item,) for item in node.args)
    if node.head == "add":
        return _total([rows_of(arg, size) for arg in node.args])
    if node.head == "neg":
        return _scaled(number(-1), rows_of(node.args[0], size))
    if node.head == "div":
        return _scaled(apply("div", _UNIT, node.args[1]), rows_of(node.args[0], size))
    if node.head == "mul":
        return _product(node, size)
    if node.head == "pow":
        return _power(node, size)
    raise NoMatrixError(node.head)


def _identity(node: Sym, size: int) -> Rows:
    stem, _, order = node.name.partition("_")
    count = int(order) if order.isdecimal() and len(order) < 3 else (0 if order else size)  # a budget
    if stem not in {"I", "E"} or not count:
        raise NoMatrixError(node.name)
    return tuple(tuple(_UNIT if i == j else _ZERO for j in range(count)) for i in range(count))


def _total(parts: list[Rows]) -> Rows:
    if len({(len(part), len(part[0])) for part in parts}) != 1:
        raise NoMatrixError("a sum of different shapes")
    return tuple(
        tuple(apply("add", *(part[i][j] for part in parts)) for j in range(len(parts[0][0])))
        for i in range(len(parts[0]))
    )


def _scaled(factor: Node, rows: Rows) -> Rows:
    return tuple(tuple(apply("mul", factor, cell) for cell in row) for row in rows)


def _product(node: Apply, size: int) -> Rows:
    scalars: list[Node] = []
    total: Rows | None = None
    for arg in node.args:
        try:
            rows = rows_of(arg, size)
        except NoMatrixError:
            if applies(arg):
                raise
            scalars.append(arg)
            continue
        total = rows if total is None else times(total, rows)
    if total is None:
        raise NoMatrixError("no matrix among the factors")
    return _scaled(scalars[0] if len(scalars) == 1 else Apply("mul", tuple(scalars)), total) if scalars else total


def times(left: Rows, right: Rows) -> Rows:
    """Multiply two matrices."""
    if len(left[0]) != len(right):
        raise NoMatrixError("a product of shapes that do not fit")
    return tuple(
        tuple(
            apply("add", *(apply("mul", row[k], right[k][j]) for k in range(len(right)))) for j in range(len(right[0]))
        )
        for row in left
    )


def _power(node: Apply, size: int) -> Rows:
    rows = rows_of(node.args[0], size)
    if node.args[1] in {Sym("T"), Sym("t")} and isinstance(node.args[0], Apply) and node.args[0].head == "tuple":
        return rows  # (a,b,c)^T already is a column
    if node.args[1] in {Sym("T"), Sym("t")}:
        return tuple(zip(*rows, strict=True))
    exponent = maybe_rational(node.args[1])
    if exponent == -1 and len(rows) == len(rows[0]) == 2:  # two by two
        (a, b), (c, d) = rows
        determinant = apply("add", apply("mul", a, d), apply("neg", apply("mul", b, c)))
        inverse: Rows = ((d, apply("neg", b)), (apply("neg", c), a))
        return _scaled(apply("div", _UNIT, determinant), inverse)
    if exponent is None or exponent.denominator != 1 or not 1 <= exponent <= Fraction(_MAX_POWER):
        raise NoMatrixError("a power that we cannot take")
    total = rows
    for _ in range(int(exponent) - 1):
        total = times(total, rows)
    return total


def upright(node: Node, other: Node) -> Node:
    """Read 3i - j as a combination of unit vectors where the other side is a tuple."""
    plain = isinstance(node, Apply) and symbols(node) <= {"i", "j", "k"} and symbols(node) & {"j", "k"}
    if not plain or not (isinstance(other, Apply) and other.head in {"tuple", "matrix"}):
        return node
    return substitute(node, {Sym(name[-1]): Sym(name) for name in UNIT_VECTORS})


def components(node: Node, size: int) -> Node:
    """Return a combination of unit vectors as a tuple."""
    parts = []
    for place in range(size):
        table: dict[Node, Node] = {
            Sym(name): _UNIT if index == place else _ZERO for index, name in enumerate(UNIT_VECTORS)
        }
        parts.append(substitute(node, table))
    return Apply("tuple", tuple(parts))


def count(node: Node) -> int:
    """Return how many entries the first matrix in a tree has per side, 0 without one."""
    return next((len(part.args) for part in walk(node) if isinstance(part, Apply) and part.head == "matrix"), 0)
