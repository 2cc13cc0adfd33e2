"""A thin layer over python-sat, imported on use: satisfiable, entailed, and all models of small clause sets.

Variables are whole numbers from 1; a clause is a list of literals, a negative literal is a negation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Clause = Sequence[int]


@contextmanager
def solver(clauses: Iterable[Clause]) -> Iterator[Any]:
    """Open an incremental solver over the clauses; it is freed at the end of the block."""
    from pysat.solvers import Minisat22  # a quarter of a second, and most checks need none

    with Minisat22(bootstrap_with=clauses) as opened:
        yield opened


def exactly_one(literals: Sequence[int]) -> list[list[int]]:
    """Return clauses that say that one of the literals holds and no two do."""
    pairs = [[-a, -b] for k, a in enumerate(literals) for b in literals[:k]]
    return [list(literals), *pairs]


def satisfiable(clauses: Iterable[Clause], assumptions: Sequence[int] = ()) -> bool:
    """Say whether the clauses have a model in which the assumptions hold.

    >>> satisfiable([[1, 2], [-1]], [-2])
    False
    """
    with solver(clauses) as opened:
        return bool(opened.solve(assumptions=list(assumptions)))
