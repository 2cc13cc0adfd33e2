"""The SAT layer: squares of variables, and a solver that many problems share."""

from __future__ import annotations

from itertools import permutations, product

from verisieve.verifiers.reasoning import sat


def test_a_bijection_has_the_models_that_permutations_are() -> None:
    """Of all ways to put three things into three places, exactly the permutations satisfy the clauses."""
    table = [[3 * row + column for column in (1, 2, 3)] for row in range(3)]
    cells = [cell for row in table for cell in row]
    ways = [[cell * sign for cell, sign in zip(cells, signs, strict=True)] for signs in product((1, -1), repeat=9)]
    found = [way for way in ways if sat.satisfiable(sat.bijection(table), way)]
    assert sorted(found) == sorted(
        [cell if places[r] == c else -cell for r, row in enumerate(table) for c, cell in enumerate(row)]
        for places in permutations(range(3))
    )


def test_a_standing_solver_forgets_what_was_one_problems_own() -> None:
    """Clauses of one question bind no other, however many were asked, and also after it is opened anew."""
    standing = sat.Standing([[1, 2]])
    for k in range(sat.MAX_ASKED + 10):
        assert not standing.satisfiable([1], [[-1]]), k
        assert standing.satisfiable([-2, 1])
        assert not standing.satisfiable([-1, -2])
