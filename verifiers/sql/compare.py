"""Compare two results: whole rows, bags of them, in order only where asked and only up to ties.

Numbers are equal as int and float and within 1e-9 relative where a float takes part; text is never a number, NULL is
equal to NULL. Column names do not count. Columns may change places only if asked: found by column fingerprints and a
search that prunes on row prefixes, so that n equal-looking columns never cost n^n.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from math import isclose, isinf
from typing import TypeGuard

from verisieve.verifiers.sql.engine import Row, Value

TOLERANCE = 1e-9
_DIGITS = 11  # rounds further than the tolerance reaches: equal rounded values are equal
_MAX_LEFTOVERS = 400
_MAX_TRIALS = 2_000

Cell = tuple[int, object]  # (type rank, value): cells of all types can be sorted
Cells = tuple[Cell, ...]


class TooHardError(Exception):
    """The columns look so much alike that no matching was found within the bound."""


def equal(left: Sequence[Row], right: Sequence[Row], runs: Sequence[int] | None = None) -> bool:
    """Compare two results; `runs` are the lengths of the ties of an ordered left, None for a bag.

    >>> equal([(1, "a"), (2, "b")], [(2.0, "b"), (1, "a")])
    True
    >>> equal([(1,), (2,)], [(2,), (1,)], runs=[1, 1])
    False
    """
    if len(left) != len(right):
        return False
    if left == right and not _holds_booleans(left, right):
        return True
    if runs is None:
        return _bags_equal(left, right)
    start = 0
    for length in runs:
        if not _bags_equal(left[start : start + length], right[start : start + length]):
            return False
        start += length
    return True


def ties(keys: Sequence[Row]) -> list[int]:
    """Return the lengths of the runs of equal neighbours.

    >>> ties([(1,), (1,), (2,)])
    [2, 1]
    """
    runs: list[int] = []
    before: Cells | None = None
    for key in map(cells, keys):
        if key == before:
            runs[-1] += 1
        else:
            runs.append(1)
        before = key
    return runs


def permute(rows: Sequence[Row], order: Sequence[int]) -> list[Row]:
    """Return the rows with their columns in another order."""
    return [tuple([row[i] for i in order]) for row in rows]


def column_orders(left: Sequence[Row], right: Sequence[Row], width: int) -> Iterator[tuple[int, ...]]:
    """Yield orders of the right columns that make the bags equal; raise TooHardError past the bound."""
    if len(left) != len(right):
        return
    if not left:
        yield tuple(range(width))
        return
    choices = _choices(left, right, width)
    trials = 0
    stack: list[tuple[int, ...]] = [()]
    while stack:
        order = stack.pop()
        if len(order) == width:
            yield order
            continue
        trials += 1
        if trials > _MAX_TRIALS:
            raise TooHardError(f"no matching of {width} columns found in {_MAX_TRIALS} trials")
        free = [(*order, i) for i in choices[len(order)] if i not in order]
        stack += [longer for longer in reversed(free) if _prefix_fits(left, right, longer)]


def cells(row: Row) -> Cells:
    """Return a row's cells in canonical form."""
    return tuple([_cell(value) for value in row])


def _choices(left: Sequence[Row], right: Sequence[Row], width: int) -> list[list[int]]:
    """For each left column, the right columns with the same bag of values, the same place first, twins once."""
    wanted, offered = _columns(left, width), _columns(right, width)
    prints = [Counter(column) for column in offered]
    result = []
    for place, column in enumerate(wanted):
        fingerprint = Counter(column)
        fitting = [i for i in range(width) if prints[i] == fingerprint]
        result.append(sorted(fitting, key=lambda i: i != place))
    return result


def _columns(rows: Sequence[Row], width: int) -> list[list[Cell]]:
    return [[_cell(row[i]) for row in rows] for i in range(width)]


def _prefix_fits(left: Sequence[Row], right: Sequence[Row], order: Sequence[int]) -> bool:
    return _bags_equal([row[: len(order)] for row in left], permute(right, order))


def _bags_equal(left: Sequence[Row], right: Sequence[Row]) -> bool:
    if len(left) == 1:
        return _close(left[0], right[0])
    if Counter(left) == Counter(right) and not _holds_booleans(left, right):
        return True
    ours, theirs = Counter(map(cells, left)), Counter(map(cells, right))
    if ours == theirs:
        return True
    only_left, only_right = list((ours - theirs).elements()), list((theirs - ours).elements())
    if len(only_left) > _MAX_LEFTOVERS or not _has_float(only_left + only_right):
        return False
    return _match(only_left, only_right)


def _holds_booleans(*results: Sequence[Row]) -> bool:
    """Tell whether a boolean is among the values: Python takes it for a number."""
    return bool in map(type, chain.from_iterable(chain.from_iterable(results)))


def _match(left: list[Cells], right: list[Cells]) -> bool:
    """Pair rows that rounding kept apart; candidates for a row agree in all cells that are no numbers."""
    groups: defaultdict[Cells, list[Cells]] = defaultdict(list)
    for row in sorted(right, key=repr):
        groups[_rigid(row)].append(row)
    for row in sorted(left, key=repr):
        group = groups[_rigid(row)]
        partner = next((other for other in group if _close(_values(row), _values(other))), None)
        if partner is None:
            return False
        group.remove(partner)
    return True


def _rigid(row: Cells) -> Cells:
    return tuple((rank, None) if rank == _NUMBER else (rank, value) for rank, value in row)


def _values(row: Cells) -> Row:
    return tuple(value for _, value in row)  # type: ignore[misc]  # a cell wraps a Value


def _has_float(rows: Sequence[Cells]) -> bool:
    return any(isinstance(value, float) for row in rows for _, value in row)


def _close(left: Row, right: Row) -> bool:
    return len(left) == len(right) and all(map(_same, left, right))


def _same(left: Value, right: Value) -> bool:
    if isinstance(left, float) or isinstance(right, float):
        if _is_number(left) and _is_number(right):
            return left == right or isclose(left, right, rel_tol=TOLERANCE, abs_tol=1e-12)
        return False
    return type(left) is type(right) and left == right


def _is_number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_NULL, _NUMBER, _TEXT, _BYTES, _BOOL = range(5)


def _cell(value: Value) -> Cell:
    if value is None:
        return (_NULL, 0)
    if isinstance(value, str):
        return (_TEXT, value)
    if isinstance(value, bytes):
        return (_BYTES, value)
    if isinstance(value, float):
        return (_NUMBER, _rounded(value))
    if isinstance(value, bool):
        return (_BOOL, value)
    return (_NUMBER, value)


def _rounded(value: float) -> int | float:
    if isinf(value) or not value:
        return value or 0
    if value.is_integer() and abs(value) < 1e15:
        return int(value)
    short = float(f"{value:.{_DIGITS}g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short
