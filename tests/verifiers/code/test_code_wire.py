"""The wire format: what crosses, what does not, and that damaged bytes never build a value."""

from __future__ import annotations

import ast
import math
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from code_values import drawn, same

from verisieve.verifiers.code import harness
from verisieve.verifiers.code.harness.decode import Opaque, Reader, read_value
from verisieve.verifiers.code.harness.encode import (
    MAX_DEPTH,
    MAX_LEAVES,
    MAX_TEXT,
    Out,
    WireError,
    encode,
    put_module_value,
)


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
    whole = [encode(value, refuse, brief=brief) for value in VALUES for brief in (False, True)]
    for _ in range(4000):
        data = bytearray(rng.choice(whole))
        for _ in range(rng.randint(1, 4)):
            if data:
                data[rng.randrange(len(data))] = rng.choice(b"NTFisIlmtSZEBHqDJ\x00\x01\xff")
        assert outcome(read_value, bytes(data)) == outcome(lambda data: Reader(data).whole(), bytes(data)), data


def outcome(read: Callable[[bytes], Any], data: bytes) -> str:
    """Read bytes: what they hold, or that they hold nothing."""
    try:
        return repr(read(data))
    except WireError as error:
        return f"WireError: {error}"


def test_values_that_are_read_as_a_whole_are_read_as_by_a_reader() -> None:
    """The short way and the long way agree, on what they read and on what they refuse."""
    rng = Random(6)
    for _ in range(3000):
        value = drawn(rng)
        for brief in (False, True):
            data = encode(value, refuse, brief=brief)
            assert same(read_value(data), value), value
            cut = data[: rng.randrange(len(data))] + data[rng.randrange(len(data)) :]
            assert outcome(read_value, cut) == outcome(lambda data: Reader(data).whole(), cut), cut


@pytest.mark.parametrize(
    "texts",
    [
        harness.candidate_texts(),
        harness.tester_texts(),
        harness.shared_texts(),
        harness.trace_texts(),
        harness.compiled_candidate_texts(),
        harness.compiled_tester_texts(),
    ],
    ids=lambda texts: texts["harness"],
)
def test_joined_modules_share_no_name(texts: harness.Texts) -> None:
    """What one of them defines is never replaced by another's."""
    held = [node for node in ast.parse(texts["definitions"]).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    names = Counter(node.name for node in held)
    assert not [name for name, times in names.items() if times > 1]


def test_foreign_types_are_left_to_the_hook() -> None:
    """A subclass is not plain."""

    class Number(int):
        pass

    with pytest.raises(WireError, match="Number"):
        encode([Number(3)], refuse)


def test_json_text_says_a_value_exactly_or_is_not_used() -> None:
    """What two Pythons exchange in brief comes back as what crosses at length."""
    rng, brief = Random(8), 0
    for _ in range(3000):
        value = drawn(rng)
        data = encode(value, refuse, brief=True)
        brief += b"J" in data
        assert same(Reader(data).whole(), value), value
        assert same(Reader(encode(value, refuse)).whole(), value), value
    assert brief > 500


class Text(str):
    """No exact text."""


NOT_JSON = [
    ([2, True, 1.0, None, "x"], True),
    ({"a": {"b": [1.5, {}]}}, True),
    ([], True),
    ({}, True),
    ({1: 2}, False),
    ({"a": (1,)}, False),
    ({"a": math.inf}, False),
    (["\ud83d\ude00"], False),
    (["a" * MAX_TEXT], False),
    ([0, "a"] * MAX_LEAVES, False),
    ([10**4200, "a"], False),
    ([b"a"], False),
    (["["] * MAX_DEPTH, False),
]


@pytest.mark.parametrize(("value", "used"), NOT_JSON, ids=lambda value: repr(value)[:40])
def test_json_text_is_used_for_small_values_that_it_tells_apart(value: Any, used: bool) -> None:
    """Keys that are no text, tuples, infinities, surrogates and long ones cross at length."""
    data = encode(value, refuse, brief=True)
    assert (data[:1] == b"J") is used
    assert same(Reader(data).whole(), value)
    assert encode(value, refuse)[:1] != b"J"


def test_json_text_is_never_made_of_subclasses() -> None:
    """A subclass inside, as a key too, goes to the hook."""
    for value in ([Text("a")], {Text("a"): 1}, {"a": [Text("a")]}):
        with pytest.raises(WireError, match="Text"):
            encode(value, refuse, brief=True)


def text(content: bytes) -> bytes:
    """A message that claims to be JSON text."""
    return b"J" + len(content).to_bytes(4, "big") + content


FORGED = [
    b"",
    b"{",
    b"[1,]",
    b"[1] ",
    b" [1]",
    b"[NaN]",
    b"[Infinity]",
    b"[-Infinity]",
    b"{1:2}",
    b"['a']",
    b"[\xff]",
    b"[1]" * 2,
    b"[" * 2000,
    b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    b"[" + b"1" * 3999 + b"]",
    b'"' + b"a" * MAX_TEXT + b'"',
    b"[" + b"9" * 5000 + b"]",
]


@pytest.mark.parametrize("content", FORGED, ids=lambda content: repr(content)[:20])
def test_forged_json_text_builds_no_value(content: bytes) -> None:
    """No constants, no depth, no length, no second value, and never another exception than a WireError."""
    with pytest.raises(WireError):
        Reader(text(content)).whole()


def test_json_text_within_containers_counts_their_depth_and_the_items_of_the_message() -> None:
    """A text cannot get around what bounds the message around it."""
    nested = b"[" * 100 + b"]" * 100
    with pytest.raises(WireError):
        Reader(b"l\x00\x00\x00\x01" * 60 + text(nested)).whole()
    reader = Reader(text(b"[1,2,3]"))
    reader.left = 1
    with pytest.raises(WireError, match="too many items"):
        reader.whole()
    with pytest.raises(WireError):
        Reader(b"S\x00\x00\x00\x01" + text(b"[1]")).whole()
