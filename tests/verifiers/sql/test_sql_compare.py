"""When two results are the same."""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verisieve.verifiers.sql import compare
from verisieve.verifiers.sql.engine import Row

PAIRS: list[tuple[list[Row], list[Row], bool, str]] = [
    ([(1,), (2,)], [(2,), (1,)], True, "a bag has no order"),
    ([(1,), (1,)], [(1,)], False, "duplicates count"),
    ([(1,), (1,), (2,)], [(1,), (2,), (2,)], False, "how often counts"),
    ([(1,)], [(1.0,)], True, "whole floats are numbers"),
    ([(0.1 + 0.2,)], [(0.3,)], True, "within 1e-9"),
    ([(1e300,)], [(1.0000000001e300,)], True, "relative, not absolute"),
    ([(0.30001,)], [(0.3,)], False, "beyond 1e-9"),
    ([(1_000_000_001,)], [(1_000_000_000,)], False, "whole numbers are exact, however close"),
    ([(1,)], [("1",)], False, "text is no number"),
    ([(None,)], [(None,)], True, "NULL is NULL"),
    ([(None,)], [(0,)], False, "NULL is not 0"),
    ([(None,)], [("",)], False, "NULL is not empty"),
    ([("a",)], [("A",)], False, "case counts"),
    ([("a",)], [("a ",)], False, "blanks count"),
    ([(b"a",)], [("a",)], False, "bytes are no text"),
    ([(-0.0,)], [(0,)], True, "minus zero"),
    ([(True,)], [(1,)], False, "a boolean is no number"),
    ([(True,), (False,)], [(0,), (1,)], False, "nor are several"),
    ([(True,), (2,)], [(2,), (True,)], True, "but it is itself"),
    ([], [], True, "nothing is nothing"),
    ([(1, "a"), (2, "b")], [(1, "b"), (2, "a")], False, "rows stay whole"),
    (
        [(2 / 3, "x"), (1 / 3, "y")],
        [(0.33333333333333, "y"), (0.66666666666667, "x")],
        True,
        "close rows find each other",
    ),
    ([(0.15, 1)] * 3, [(0.15000000000001, 1)] * 3, True, "close duplicates too"),
]


@pytest.mark.parametrize(("left", "right", "same", "why"), PAIRS)
def test_bags(left: list[Row], right: list[Row], same: bool, why: str) -> None:
    """Bags of rows are equal by canonical numbers, exact text and count, both ways round."""
    assert compare.equal(left, right) is same, why
    assert compare.equal(right, left) is same, why


def test_order_counts_up_to_ties() -> None:
    """Rows of one tie may change places, rows of two may not."""
    left: list[Row] = [(1, "a"), (1, "b"), (2, "c")]
    assert compare.equal(left, [(1, "b"), (1, "a"), (2, "c")], compare.ties([(1,), (1,), (2,)]))
    assert not compare.equal(left, [(1, "a"), (2, "c"), (1, "b")], [2, 1])


def _orders(left: list[Row], right: list[Row], width: int) -> list[tuple[int, ...]]:
    return list(islice(compare.column_orders(left, right, width), 5))


def test_columns_are_found_by_their_values() -> None:
    """Swapped columns are matched, and only so."""
    assert _orders([(1, "a"), (2, "b")], [("b", 2), ("a", 1)], 2) == [(1, 0)]


def test_wrongly_paired_rows_match_in_no_column_order() -> None:
    """Each column alone has the right values, the rows do not: Spider 2's comparator accepts this."""
    assert _orders([(1, 3), (2, 4)], [(1, 4), (2, 3)], 2) == []


def test_many_alike_columns_do_not_blow_up() -> None:
    """Eight columns of 0 and 1 took the n^n search of test-suite-sql-eval 8.4 s; here they take a bounded search."""
    rng = Random(1)
    left: list[Row] = [tuple(rng.randint(0, 1) for _ in range(8)) for _ in range(16)]
    right: list[Row] = [tuple(reversed(row)) for row in left]
    assert (7, 6, 5, 4, 3, 2, 1, 0) in _orders(left, right, 8)


def test_a_search_beyond_its_bound_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where columns cannot be told apart within the bound the answer is neither yes nor no."""
    monkeypatch.setattr(compare, "_MAX_TRIALS", 3)
    rows: list[Row] = [(0, 1, 0, 1), (1, 0, 1, 0)]
    with pytest.raises(compare.TooHardError, match="4 columns"):
        _orders(rows, rows, 4)


VALUES = st.one_of(st.none(), st.integers(-5, 5), st.floats(-5, 5, width=16), st.sampled_from(["", "a", "1"]))


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=8), st.randoms(use_true_random=False))
def test_shuffled_rows_and_columns_are_found_again(rows: list[Row], rng: Random) -> None:
    """Any permutation of rows and columns is the same result under the free policy."""
    order = rng.sample(range(3), 3)
    shuffled = compare.permute(rng.sample(rows, len(rows)), order)
    found = next(compare.column_orders(rows, shuffled, 3))
    assert compare.equal(rows, compare.permute(shuffled, found))
