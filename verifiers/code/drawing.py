"""Inputs drawn by Hypothesis from type hints and from the values that given calls pass. Needs the package hypothesis.

What given calls show bounds what is drawn: signs, letters, sorted lists, rectangles, keys of records. Hints are read as
syntax and never evaluated.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import cached_property
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from hypothesis.internal.conjecture import providers
from hypothesis.strategies import SearchStrategy

from verisieve.verifiers.code import parsing
from verisieve.verifiers.code.cases import Parameter, literal

Values = list[Any]
Maker = Callable[[Sequence[ast.expr], Values], SearchStrategy[Any]]

ENOUGH = 3  # given values that make a habit
NARROW = 10  # letters: a smaller alphabet than this is a notation, and nothing is added to it
LARGE = 1000  # integers are drawn to here where no habit says otherwise
_ODD = " \t.,-_'\"0éß漢😀"


class UnknownInputError(Exception):
    """Neither a hint nor a given call says what a parameter takes."""


class Provider(providers.HypothesisProvider):
    """Hypothesis's own, without the constants that it collects from whatever modules happen to be loaded."""

    @cached_property
    def _local_constants(self) -> Any:
        return providers.Constants() if hasattr(providers, "Constants") else None


def search(
    strategy: SearchStrategy[Any], judge: Callable[[list[Any]], list[bool]], *, seed: str, count: int, rounds: int
) -> Any:
    """Look for the simplest value that `judge` says yes to; None where `count` drawn values hold none.

    Values are judged many at a time: each round Hypothesis draws or shrinks on what is known, takes what is not known
    for a no, and asks for that afterwards. Equal arguments give equal results.
    """
    providers.AVAILABLE_PROVIDERS["verisieve"] = f"{__name__}.Provider"
    options = settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        backend="verisieve",
        suppress_health_check=list(HealthCheck),
    )
    known: dict[str, bool] = {}
    found = None
    for _ in range(rounds):
        asked: dict[str, Any] = {}
        found = _find(strategy, known, asked, options, seed)
        if not asked:
            break
        known |= zip(asked, judge(list(asked.values())), strict=True)
    return found


def draw(strategy: SearchStrategy[Any], *, seed: str, count: int) -> list[Any]:
    """Draw up to `count` distinct values; equal arguments give equal values."""
    drawn: list[Any] = []

    def note(values: list[Any]) -> list[bool]:
        drawn.extend(values)
        return [False] * len(values)

    search(strategy, note, seed=seed, count=count, rounds=1)
    return drawn


def _find(
    strategy: SearchStrategy[Any], known: dict[str, bool], asked: dict[str, Any], options: settings, seed: str
) -> Any:
    def condition(value: Any) -> bool:
        key = repr(value)
        if key not in known and len(asked) < options.max_examples:
            asked.setdefault(key, deepcopy(value))
        return known.get(key, False)

    try:
        return find(strategy, condition, settings=options, random=Random(f"properties:{seed}"))
    except NoSuchExample:
        return None


def arguments(parameters: Sequence[Parameter]) -> SearchStrategy[tuple[Any, ...]]:
    """Draw a value for each parameter; raise UnknownInputError that names one of which nothing is known."""
    drawn = []
    for parameter in parameters:
        try:
            drawn.append(of(parameter.hint, list(parameter.seen)))
        except UnknownInputError:
            raise UnknownInputError(parameter.name) from None
    return st.tuples(*drawn)


def of(hint: ast.expr | None, seen: Values) -> SearchStrategy[Any]:
    """Draw values that a hint allows, like those seen.

    >>> {type(value) for value in draw(of(None, [1.5, 2.5]), seed="example", count=9)}
    {<class 'float'>}
    """
    name, parts = _head(hint)
    return _MAKERS[name](parts, seen) if name in _MAKERS else _inferred(seen)


def _head(hint: ast.expr | None) -> tuple[str, Sequence[ast.expr]]:
    """The name of a hint in small letters, without its module, and its parameters."""
    if isinstance(hint, ast.Constant) and isinstance(hint.value, str):
        tree = parsing.tree(hint.value.strip())
        body = tree.body[0] if tree and tree.body else None
        return _head(body.value) if isinstance(body, ast.Expr) else ("", ())
    if isinstance(hint, ast.Constant) and hint.value is None:
        return "none", ()
    if isinstance(hint, ast.BinOp) and isinstance(hint.op, ast.BitOr):
        return "union", (hint.left, hint.right)
    if isinstance(hint, ast.Subscript):
        parts = hint.slice.elts if isinstance(hint.slice, ast.Tuple) else [hint.slice]
        return _head(hint.value)[0], parts
    name = hint.attr if isinstance(hint, ast.Attribute) else hint.id if isinstance(hint, ast.Name) else ""
    return name.lower(), ()


def _inferred(seen: Values) -> SearchStrategy[Any]:
    kinds = {type(value): None for value in seen}
    made = [_OF_KIND[kind]((), [value for value in seen if type(value) is kind]) for kind in kinds if kind in _OF_KIND]
    if not made:
        raise UnknownInputError
    return st.one_of(made)


def _ints(parts: Sequence[ast.expr], seen: Values) -> SearchStrategy[Any]:
    given = [value for value in seen if type(value) is int]
    high = max([20 if len(given) >= ENOUGH else LARGE, *(2 * abs(value) for value in given)])
    low = 0 if given and min(given) >= 0 else -high
    return st.integers(max(low, -10), 10) | st.integers(low, high)


def _floats(parts: Sequence[ast.expr], seen: Values) -> SearchStrategy[Any]:
    given = [value for value in seen if type(value) in (int, float)]
    low = 0 if given and min(given) >= 0 else -LARGE
    return st.integers(low, LARGE).map(lambda number: number / 4) | st.integers(low, LARGE).map(float)


def _letters(seen: Values) -> list[str]:
    """The letters of given texts, with others of their kinds where they are no notation of few signs."""
    given = set("".join(value for value in seen if isinstance(value, str)))
    if given and len(given) < NARROW:
        return sorted(given)
    kinds = ("abcxyz", "ABXYZ", "0123456789") if given else ("abcxyz", "ABXYZ", "0123456789", _ODD)
    added = [kind for kind in kinds if not given or given & set(kind)]
    return sorted(given.union(*added, _ODD if given and any(not letter.isalnum() for letter in given) else ""))


def _texts(parts: Sequence[ast.expr], seen: Values, size: int | None = None) -> SearchStrategy[Any]:
    letter = st.sampled_from(_letters(seen))
    if size is not None:
        return st.lists(letter, min_size=size, max_size=size).map("".join)
    made: list[SearchStrategy[Any]] = [
        st.lists(letter, max_size=8).map("".join),
        st.lists(letter, min_size=9, max_size=60).map("".join),
        st.tuples(letter, st.integers(1, 6)).map(lambda pair: pair[0] * pair[1]),
    ]
    given = [value for value in dict.fromkeys(seen) if isinstance(value, str)]
    return st.one_of([*made, st.sampled_from(given)] if given else made)


def _lists(parts: Sequence[ast.expr], seen: Values) -> SearchStrategy[Any]:
    given = [value for value in seen if isinstance(value, list | tuple | set | frozenset)]
    items = [item for value in given for item in value]
    if not parts and given and not items:
        return st.just([])
    if _rectangular(given):
        return _rectangles(parts, items)
    made = _of_any_size(of(parts[0] if parts else None, items), {len(value) for value in given}, len(given))
    return made.map(_in_order) if _sorted(given) else made


def _of_any_size(item: SearchStrategy[Any], sizes: set[int], given: int) -> SearchStrategy[list[Any]]:
    """Draw lists: short, with duplicates, or long; of the one size that all given ones have if that is a habit."""
    if given >= ENOUGH and len(sizes) == 1 and min(sizes) > 1:
        return st.lists(item, min_size=min(sizes), max_size=min(sizes))
    few = st.lists(item, min_size=1, max_size=3)
    return st.one_of(
        st.lists(item, max_size=8),
        few.flatmap(lambda some: st.lists(st.sampled_from(some), max_size=10)),
        st.lists(item, min_size=20, max_size=40),
    )


def _rectangular(given: Values) -> bool:
    """Whether given tables have rows of one length each."""
    tables = [value for value in given if len(value) > 1 and all(isinstance(row, list | str) for row in value)]
    return len(tables) >= 2 and all(len({len(row) for row in value}) == 1 and len(value[0]) > 1 for value in tables)


def _rectangles(parts: Sequence[ast.expr], rows: Values) -> SearchStrategy[Any]:
    cells = [cell for row in rows if isinstance(row, list) for cell in row]
    inner = _head(parts[0])[1] if parts else ()

    def table(size: tuple[int, int]) -> SearchStrategy[Any]:
        height, width = size
        cell = None if isinstance(rows[0], str) else of(inner[0] if inner else None, cells)
        row = _texts((), rows, width) if cell is None else st.lists(cell, min_size=width, max_size=width)
        return st.lists(row, min_size=height, max_size=height)

    squares = st.integers(1, 5).map(lambda side: (side, side))
    return (squares | st.tuples(st.integers(1, 6), st.integers(1, 6))).flatmap(table)


def _sorted(given: Values) -> bool:
    long = [value for value in given if isinstance(value, list) and len(value) > 2]
    try:
        return len(long) >= ENOUGH and all(sorted(value) == value for value in long)
    except TypeError:
        return False


def _in_order(values: list[Any]) -> list[Any]:
    try:
        return sorted(values)
    except TypeError:  # drawn of several types, which given lists need not show
        return values


def _tuples(parts: Sequence[ast.expr], seen: Values) -> SearchStrategy[Any]:
    given = [value for value in seen if isinstance(value, tuple)]
    if len(parts) == 2 and isinstance(parts[1], ast.Constant) and parts[1].value is ...:
        return _lists(parts[:1], [list(value) for value in given]).map(tuple)
    sizes = {len(value) for value in given}
    if parts or (len(sizes) == 1 and min(sizes)):
        columns = [
            [value[place] for value in given if len(value) > place] for place in range(max([len(parts), *sizes]))
        ]
        hints = [*parts, *[None] * (len(columns) - len(parts))] if parts else [None] * len(columns)
        return st.tuples(*map(of, hints, columns))
    return _lists((), [list(value) for value in given]).map(tuple)


def _dicts(parts: Sequence[ast.expr], seen: Values) -> SearchStrategy[Any]:
    given = [value for value in seen if isinstance(value, dict)]
    keys = {tuple(value) for value in given}
    if len(given) >= ENOUGH and len(keys) == 1 and min(keys):
        return st.fixed_dictionaries({key: of(None, [value[key] for value in given]) for key in min(keys)})
    if not parts and given and not any(given):
        return st.just({})
    key = of(parts[0] if parts else None, [key for value in given for key in value])
    values = [item for value in given for item in value.values()]
    return st.dictionaries(key, of(parts[1] if len(parts) > 1 else None, values), max_size=8)


def _union(parts: Sequence[ast.expr], seen: Values) -> SearchStrategy[Any]:
    return st.one_of([of(part, seen) for part in parts])


def _literals(parts: Sequence[ast.expr], seen: Values) -> SearchStrategy[Any]:
    return st.sampled_from([literal(part) for part in parts])


_MAKERS: dict[str, Maker] = {
    "int": _ints,
    "float": _floats,
    "str": _texts,
    "bool": lambda parts, seen: st.booleans(),
    "none": lambda parts, seen: st.none(),
    "bytes": lambda parts, seen: st.lists(st.integers(0, 255), max_size=20).map(bytes),
    **dict.fromkeys(("list", "sequence", "iterable", "collection", "mutablesequence"), _lists),
    "tuple": _tuples,
    **dict.fromkeys(("dict", "mapping", "mutablemapping"), _dicts),
    "set": lambda parts, seen: _lists(parts, seen).map(set),
    "frozenset": lambda parts, seen: _lists(parts, seen).map(frozenset),
    "optional": lambda parts, seen: st.none() | of(parts[0] if parts else None, seen),
    "union": _union,
    "literal": _literals,
}
_OF_KIND: dict[type, Maker] = {
    kind: _MAKERS[kind.__name__] for kind in (int, float, str, bool, bytes, list, tuple, dict, set, frozenset)
} | {type(None): _MAKERS["none"]}
