"""The wire between the candidate's box and the tester's: length-prefixed frames of typed plain values.

Not pickle, not JSON: a reader can only ever build exact builtins (and a few standard containers),
whatever bytes arrive, within a depth, a size and a count. What is not plain is left to a hook.

A frame is a big-endian u32 length and that many bytes: one byte that names the message, then one
value. A value is one byte that names its kind, then its content. Between two Pythons a small list or dict of texts,
numbers and the like may be JSON text, which C code reads and writes: only where that says the value exactly. What the
tester calls with may be `marshal`'s there, for the candidate alone reads it: its bytes are never read by anyone else.
"""

from __future__ import annotations

import json.encoder
import struct
import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from verisieve.verifiers.code.harness.tables import package_parts

MAX_FRAME = 16 << 20  # bytes of one message
MAX_ITEMS = 2_000_000  # values in containers of one message
MAX_DEPTH = 150  # nested containers; both ends recurse in Python
MAX_INT = 1 << 20  # bytes of one integer
MAX_TEXT = 4000  # bytes of one JSON text: so no integer in it has more digits than Python reads
MAX_LEAVES = 500  # values in it


class Out(list[bytes]):
    """The pieces of a message; `brief` where the other end reads JSON text too."""

    __slots__ = ()
    brief = False


class BriefOut(Out):
    """The pieces of a message between two Pythons."""

    __slots__ = ()
    brief = True


Hook = Callable[[Any, Out, int], None]

U32 = struct.Struct(">I")
_INT, _COUNT = struct.Struct(">cq"), struct.Struct(">cI")  # with the tag before them
I64 = struct.Struct(">q")
F64 = struct.Struct(">d")
_KINDS: tuple[type[Any], ...] = (
    int,
    float,
    str,
    bool,
    complex,
    bytes,
    bytearray,
    list,
    tuple,
    dict,
    set,
    frozenset,
    range,
    object,
    type,
)
TYPES: dict[str, type[Any]] = {kind.__name__: kind for kind in _KINDS} | {"NoneType": type(None)}
FACTORIES = (int, float, str, bool, list, dict, set, tuple)
_LEAVES: frozenset[type] = frozenset({int, float, str, bool, type(None)})
_KEYS, _BRANCHES = frozenset({str}), frozenset({list, dict})  # of JSON
_PLAIN = frozenset({list, dict, tuple})


class WireError(Exception):
    """Bytes that break the format, or a value that is too large for it."""


def encode(value: Any, hook: Hook, *, depth: int = 0, brief: bool = False) -> bytes:
    """Encode a value; `hook` encodes whatever is not plain, or raises WireError."""
    piece = _in_one(value, depth, brief=brief) if type(value) in _BRANCHES else b""
    if piece:
        return piece
    out = BriefOut() if brief else Out()
    put(value, out, depth, hook)
    return b"".join(out)


def is_plain(value: Any) -> bool:
    """Whether a list, dict or tuple holds only these, texts, numbers and the like, by exact type, and few of them."""
    return _holds(value, _LEAVES, _PLAIN)


def _unexpected(value: Any) -> Any:
    raise ValueError(type(value).__name__)


_TEXT: Callable[[Any, int], Iterable[str]] = json.encoder.c_make_encoder(  # type: ignore[attr-defined]  # of json.dumps
    None, _unexpected, json.encoder.encode_basestring, None, ":", ",", False, False, False
)


def refuse(value: Any, out: Out, depth: int) -> None:
    """Refuse, as a hook, whatever is not plain."""
    raise WireError(f"a {type(value).__name__} where plain data is due")


def put(value: Any, out: Out, depth: int, hook: Hook) -> None:
    """Append the encoding of one value, exact builtins only."""
    kind = type(value)
    if kind is int:
        if -0x8000000000000000 <= value <= 0x7FFFFFFFFFFFFFFF:
            out.append(_INT.pack(b"i", value))
        else:
            _put_big(value, out)
    elif kind is str:
        data = value.encode("utf-8", "surrogatepass")
        out.append(_COUNT.pack(b"s", len(data)) + data)
    elif kind in _SCALARS:
        _SCALARS[kind](value, out)
    elif depth >= MAX_DEPTH:
        raise WireError("nested too deeply")
    elif kind in _CONTAINERS:
        _CONTAINERS[kind](value, out, depth + 1, hook)
    elif kind is type and any(value is known for known in TYPES.values()):
        out.append(b"B")
        put(value.__name__, out, depth, hook)
    else:
        hook(value, out, depth)


def _put_big(value: int, out: Out) -> None:
    size = value.bit_length() // 8 + 1
    if size > MAX_INT:
        raise WireError("integer too large")
    out.append(b"I" + U32.pack(size) + value.to_bytes(size, "big", signed=True))


def _put_bytes(tag: bytes) -> Callable[[Any, Out], None]:
    def put_bytes(value: Any, out: Out) -> None:
        out.append(tag + U32.pack(len(value)) + bytes(value))

    return put_bytes


def _put_float(value: float, out: Out) -> None:
    out.append(b"f" + F64.pack(value))


def _put_list(value: list[Any], out: Out, depth: int, hook: Hook) -> None:
    piece = _in_one(value, depth, brief=out.brief)
    if piece:
        out.append(piece)
    else:
        _put_items(b"l", value, len(value), out, depth, hook)


def _in_one(value: Any, depth: int, *, brief: bool) -> bytes:
    """Encode a list or a dict as a whole; empty where it has to be said item by item."""
    if type(value) is list and len(value) > 3 and type(value[0]) in (int, float) and len(set(map(type, value))) == 1:
        tag, code = (b"q", "q") if type(value[0]) is int else (b"D", "d")
        try:
            return _COUNT.pack(tag, len(value)) + struct.pack(f">{len(value)}{code}", *value)
        except struct.error:  # an integer beyond 64 bits
            pass
    return _json(value, depth) if brief and _holds(value, _KEYS, _BRANCHES) else b""


def _json(value: Any, depth: int) -> bytes:
    """Encode a list or a dict as JSON text; empty where that would not say it exactly, or at length."""
    try:
        text = "".join(_TEXT(value, 0))
        data = text.encode()
    except (ValueError, RecursionError):  # not-a-number, infinity, lone surrogates, or too many digits
        return b""
    if len(data) > MAX_TEXT or too_deep(text, depth):
        return b""
    return _COUNT.pack(b"J", len(data)) + data


def too_deep(text: str, depth: int) -> bool:
    """Whether a JSON text may nest deeper than what is left."""
    return depth + len(text) > MAX_DEPTH and depth + text.count("[") + text.count("{") > MAX_DEPTH


def _holds(value: Any, keys: frozenset[type], branches: frozenset[type]) -> bool:
    """Whether a container holds only leaves, and containers of these kinds, by exact type, and few of them."""
    left, parts = MAX_LEAVES, [value]
    for part in parts:  # grows
        held = part
        if type(part) is dict:
            held = part.values()
            if not keys.issuperset(map(type, part)):
                return False
        left -= len(held)
        if left < 0:
            return False
        if not _LEAVES.issuperset(map(type, held)):
            inner = [item for item in held if type(item) not in _LEAVES]
            if not branches.issuperset(map(type, inner)):
                return False
            parts += inner
    return True


def _put_items(tag: bytes, items: Iterable[Any], count: int, out: Out, depth: int, hook: Hook) -> None:
    if len(out) + count > MAX_ITEMS:
        raise WireError("too many items")
    out.append(_COUNT.pack(tag, count))
    for item in items:
        if type(item) is int and -0x8000000000000000 <= item <= 0x7FFFFFFFFFFFFFFF:
            out.append(_INT.pack(b"i", item))
        else:
            put(item, out, depth, hook)


def _put_sized(tag: bytes) -> Callable[[Any, Out, int, Hook], None]:
    def put_sized(value: Any, out: Out, depth: int, hook: Hook) -> None:
        _put_items(tag, value, len(value), out, depth, hook)

    return put_sized


def _put_dict(value: dict[Any, Any], out: Out, depth: int, hook: Hook) -> None:
    piece = _in_one(value, depth, brief=out.brief)
    if piece:
        out.append(piece)
    else:
        _put_items(b"m", chain.from_iterable(value.items()), len(value), out, depth, hook)


def _put_extended(name: str, parts: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any, Out, int, Hook], None]:
    def put_extended(value: Any, out: Out, depth: int, hook: Hook) -> None:
        out.append(b"E")
        put(name, out, depth, hook)
        put(parts(value), out, depth, hook)

    return put_extended


_SCALARS: dict[type, Callable[[Any, Out], None]] = {
    type(None): lambda value, out: out.append(b"N"),
    bool: lambda value, out: out.append(b"T" if value else b"F"),
    float: _put_float,
    complex: lambda value, out: out.append(b"c" + F64.pack(value.real) + F64.pack(value.imag)),
    bytes: _put_bytes(b"b"),
    bytearray: _put_bytes(b"a"),
    types.EllipsisType: lambda value, out: out.append(b"e"),
}
_CONTAINERS: dict[type, Callable[[Any, Out, int, Hook], None]] = {
    list: _put_list,
    tuple: _put_sized(b"t"),
    set: _put_sized(b"S"),
    frozenset: _put_sized(b"Z"),
    dict: _put_dict,
    range: _put_extended("range", lambda value: (value.start, value.stop, value.step)),
    slice: _put_extended("slice", lambda value: (value.start, value.stop, value.step)),
    deque: _put_extended("deque", lambda value: (list(value), value.maxlen)),
    Counter: _put_extended("Counter", lambda value: (dict(value),)),
    OrderedDict: _put_extended("OrderedDict", lambda value: (list(value.items()),)),
    defaultdict: _put_extended(
        "defaultdict",
        lambda value: (value.default_factory if value.default_factory in FACTORIES else None, dict(value)),
    ),
    type({}.keys()): _put_extended("dict_keys", lambda value: (list(value),)),
    type({}.values()): _put_extended("dict_values", lambda value: (list(value),)),
    type({}.items()): _put_extended("dict_items", lambda value: (list(value),)),
}


def _module_parts() -> dict[str, tuple[str, Callable[[Any], tuple[Any, ...]]]]:
    """Values of modules that may not be loaded: full type name -> name on the wire, parts."""
    return {
        "decimal.Decimal": ("Decimal", lambda value: (str(value),)),
        "fractions.Fraction": ("Fraction", lambda value: (value.numerator, value.denominator)),
        "datetime.date": ("date", lambda value: (value.isoformat(),)),
        "datetime.datetime": ("datetime", lambda value: (value.isoformat(),)),
        "datetime.time": ("time", lambda value: (value.isoformat(),)),
        "datetime.timedelta": ("timedelta", lambda value: (value.days, value.seconds, value.microseconds)),
        "array.array": ("array", lambda value: (value.typecode, value.tolist())),
        "uuid.UUID": ("UUID", lambda value: (str(value),)),
    } | {
        f"ipaddress.{name}": (name, lambda value: (str(value),))
        for name in ("IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network")
    }


def put_module_value(value: Any, out: Out, depth: int, hook: Hook) -> bool:
    """Append a Decimal, Fraction, date, time, array or table; false where the value is none of them."""
    kind = type(value)
    found = _module_parts().get(f"{kind.__module__}.{kind.__qualname__}")
    if found is None:
        named = package_parts(value)
        if named is not None:
            _put_extended(named[0], lambda _: named[1])(value, out, depth, hook)
        return named is not None
    _put_extended(*found)(value, out, depth, hook)
    return True
