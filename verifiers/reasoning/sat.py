"""A thin layer over python-sat, imported on use: satisfiable, entailed, and all models of small clause sets.

Variables are whole numbers from 1; a clause is a list of literals, a negative literal is a negation.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

MAX_ASKED = 2_000  # questions that a standing solver answers before it is opened anew

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


def bijection(table: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return clauses that give each row of a square of variables one column, and no two rows the same.

    As many columns as rows: a column left out or a row with two of them would leave some row without any.
    """
    columns = zip(*table, strict=True)
    return [*map(list, table), *([-a, -b] for column in columns for k, a in enumerate(column) for b in column[:k])]


class Standing:
    """A solver that stays open over clauses which many problems share; what is one problem's own is dropped again.

    Says only whether there is a model, since which one depends on what was asked before.
    """

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self._clauses = clauses
        self._left = 0
        self._close: Callable[[], object] | None = None

    def satisfiable(self, assumptions: Iterable[int], own: Iterable[Clause] = ()) -> bool:
        """Say whether the shared clauses, these own ones and the assumptions have a model."""
        if not self._left:
            self._open()
        self._left -= 1
        self._top += 1
        for clause in own:
            self._solver.add_clause([-self._top, *clause])
        found = bool(self._solver.solve(assumptions=[self._top, *assumptions]))
        self._solver.add_clause([-self._top])
        return found

    def _open(self) -> None:
        from pysat.solvers import Minisat22

        if self._close:
            self._close()
        self._solver = Minisat22(bootstrap_with=self._clauses)
        self._close = weakref.finalize(self, self._solver.delete)  # also at the end of the process, in good time
        self._top = max(abs(literal) for clause in self._clauses for literal in clause)
        self._left = MAX_ASKED


def satisfiable(clauses: Iterable[Clause], assumptions: Sequence[int] = ()) -> bool:
    """Say whether the clauses have a model in which the assumptions hold.

    >>> satisfiable([[1, 2], [-1]], [-2])
    False
    """
    with solver(clauses) as opened:
        return bool(opened.solve(assumptions=list(assumptions)))
