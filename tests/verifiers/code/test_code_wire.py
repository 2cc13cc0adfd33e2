"""The wire format: what crosses, what does not, and that damaged bytes never build a value."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from verisieve.verifiers.code.harness.decode import Opaque, Reader
from verisieve.verifiers.code.harness.encode import MAX_DEPTH, Out, WireError, encode, put_module_value


def refuse(value: Any, out: Out, depth: int) -> None:
    """Encode values of modules and refuse the rest."""
    if not put_module_value(value, out, depth, refuse):
        raise WireError(type(value).__name__)


VALUES = [
    None,
    True,
    0,
    -1,
    2**63 - 1,
    2**63,
    -(10**400),
    0.0,
    -0.0,
    1e308,
    math.inf,
    2 + 3j,
    "",
    "a\x00é\U0001f600",
    "\ud800",
    b"",
    b"\xff\x00",
    bytearray(b"ab"),
    [],
    [1, 2, 3, 4, 5],
    [1.5, 2.5, 3.5, 4.5],
    [1, 2, 3, 2**70],
    [True, 1, 1.0, "1"],
    (),
    (1, (2, [3])),
    {1, 2},
    frozenset("a"),
    {"a": [1], (1, 2): None},
    range(3, 9, 2),
    deque([1, 2], maxlen=5),
    Counter("aab"),
    OrderedDict([("b", 1), ("a", 2)]),
    defaultdict(list, {1: [2]}),
    Decimal("1.10"),
    Fraction(1, 3),
    date(2024, 2, 29),
    datetime(2024, 2, 29, 12, 30),
    timedelta(days=1, microseconds=3),
    ...,
    int,
    [[[[]]]],
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_plain_values_come_back_with_their_exact_type(value: Any) -> None:
    """What is written is read, type and all."""
    back = Reader(encode(value, refuse)).whole()
    assert type(back) is type(value)
    assert repr(back) == repr(value)


def test_views_of_a_dict_come_back_as_views() -> None:
    """Keys, values and items keep their kind."""
    table = {"a": 1, "b": 2}
    assert Reader(encode(table.keys(), refuse)).whole() == table.keys()
    assert list(Reader(encode(table.values(), refuse)).whole()) == [1, 2]
    assert Reader(encode(table.items(), refuse)).whole() == table.items()


def test_nan_is_read_as_an_opaque_unless_it_is_asked_for() -> None:
    """No comparison with a not-a-number can hold by accident."""
    for value in (math.nan, [1.0, 2.0, 3.0, math.nan], complex(math.nan, 0), Decimal("nan")):
        read = Reader(encode(value, refuse), nan=False).whole()
        assert isinstance(read[-1] if isinstance(read, list) else read, Opaque)
    assert math.isnan(Reader(encode(math.nan, refuse)).whole())


def test_opaque_is_equal_to_nothing_and_has_no_operators() -> None:
    """An opaque value decides no comparison, not even with itself."""
    opaque = Opaque("Liar", truth=True)
    assert not opaque == opaque  # noqa: SIM201
    assert opaque != 4
    assert opaque not in [4, "x", None]
    for operation in (abs, len, float, iter):
        with pytest.raises(TypeError):
            operation(opaque)  # type: ignore[operator]


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
def test_nesting_is_bounded_both_ways(depth: int) -> None:
    """A value or a message that is nested too deeply is refused."""
    nested: list[Any] = []
    for _ in range(min(depth, 400)):
        nested = [nested]
    with pytest.raises(WireError):
        encode(nested, refuse)
    with pytest.raises(WireError):
        Reader(b"l\x00\x00\x00\x01" * depth + b"N").whole()


DAMAGED = [
    (b"", "no value"),
    (b"?", "an unknown kind"),
    (b"i\x00", "a short integer"),
    (b"NN", "two values"),
    (b"s\x00\x00\x00\x02a", "a short text"),
    (b"s\x00\x00\x00\x01\xff", "text that is no UTF-8"),
    (b"l\xff\xff\xff\xff", "a count beyond the end"),
    (b"S\x00\x00\x00\x01l\x00\x00\x00\x00", "a list in a set"),
    (b"m\x00\x00\x00\x01N", "a key without a value"),
    (b"Bs\x00\x00\x00\x04eval", "a name that is no plain type"),
    (b"Es\x00\x00\x00\x04evalt\x00\x00\x00\x00", "an unknown extended kind"),
    (b"Es\x00\x00\x00\x05rangeN", "extended parts that are no tuple"),
    (b"Hh\x00\x00\x00\x01", "a handle where none is due"),
    (b"I\xff\xff\xff\xff", "an integer beyond the end"),
]


@pytest.mark.parametrize(("data", "why"), DAMAGED, ids=[why for _, why in DAMAGED])
def test_damaged_bytes_build_no_value(data: bytes, why: str) -> None:
    """Every breach of the format is a WireError."""
    with pytest.raises(WireError):
        Reader(data).whole()


def test_random_bytes_build_a_value_or_a_wire_error() -> None:
    """Mutated messages never raise anything else."""
    rng = Random(4)
    whole = [encode(value, refuse) for value in VALUES]
    for _ in range(4000):
        data = bytearray(rng.choice(whole))
        for _ in range(rng.randint(1, 4)):
            if data:
                data[rng.randrange(len(data))] = rng.choice(b"NTFisIlmtSZEBHqD\x00\x01\xff")
        try:
            Reader(bytes(data)).whole()
        except WireError:
            continue


def test_foreign_types_are_left_to_the_hook() -> None:
    """A subclass is not plain."""

    class Number(int):
        pass

    with pytest.raises(WireError, match="Number"):
        encode([Number(3)], refuse)
