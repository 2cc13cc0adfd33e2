"""Reading the wire: exact builtins out of bytes, whatever the bytes are.

Writes nothing; the format is described in `encode`.
"""

from __future__ import annotations

import json
import struct
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

from verisieve.verifiers.code.harness.arrays import array_holds_nan, build_array, build_generic, guarded
from verisieve.verifiers.code.harness.encode import (
    F64,
    FACTORIES,
    I64,
    MAX_DEPTH,
    MAX_INT,
    MAX_ITEMS,
    MAX_TEXT,
    TYPES,
    U32,
    WireError,
    too_deep,
)
from verisieve.verifiers.code.harness.tables import TABLES, build_table

_INT_TAG, _STR_TAG, _JSON_TAG, _INTS_TAG = b"isJq"


class Reader:
    """Reads one value from bytes; `handle` reads what the other end's hook wrote.

    With `nan` false a not-a-number is read as an `Opaque`, so that no comparison with it holds.
    """

    at = 0
    depth = 0
    left = MAX_ITEMS
    fill: Callable[[Any, Any], None] | None = None
    boxed = False  # whether this process may load numpy and pandas for what it reads
    answers = False  # whether what it reads is what tests judge

    def __init__(self, data: bytes, handle: Callable[[Reader], Any] | None = None, *, nan: bool = True) -> None:
        self.data = data
        self.instances: list[Any] = []  # of shared classes; `graphs` fills them from the table behind the value
        self.handle = handle
        self.nan = nan

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        end = self.at + size
        if end > len(self.data):
            raise WireError("frame ends within a value")
        chunk = self.data[self.at : end]
        self.at = end
        return chunk

    def count(self, width: int = 1) -> int:
        """Return a length that the rest of the frame can really hold."""
        self.at += 4
        left = len(self.data) - self.at
        if left < 0:
            raise WireError("frame ends within a value")
        number: int = U32.unpack_from(self.data, self.at - 4)[0]
        if number * width > left:
            raise WireError("count beyond the end of the frame")
        return number

    def items(self, each: int = 1) -> list[Any]:
        """Read a container's values, `each` for an item of it; all containers of a frame share one allowance."""
        number = self.count(each)
        self.spend(number)
        found: list[Any] = []
        data, last = self.data, len(self.data) - 9
        for _ in range(number * each):
            at = self.at
            tag = data[at] if at <= last else 0
            if tag == _INT_TAG:
                self.at = at + 9
                found.append(I64.unpack_from(data, at + 1)[0])
            elif tag == _STR_TAG:
                self.at = at + 1
                found.append(_read_str(self))
            else:
                found.append(self.value())
        return found

    def spend(self, number: int) -> None:
        """Take items from the frame's allowance."""
        self.left -= number
        if self.left < 0:
            raise WireError("too many items")

    def whole(self) -> Any:
        """Read the one value that the bytes hold, and nothing after it."""
        value = self.value()
        for instance in self.instances:  # grows as attributes hold further ones
            assert self.fill is not None, "whoever made the instance can fill it"
            self.fill(instance, self.value())
        if self.at != len(self.data):
            raise WireError("bytes after the value")
        return value

    def value(self) -> Any:
        """Read the next value."""
        at = self.at
        tag = self.data[at : at + 1]
        self.at = at + 1
        if tag == b"i" and at + 9 <= len(self.data):
            self.at = at + 9
            return I64.unpack_from(self.data, at + 1)[0]
        read = _READ_SCALAR.get(tag)
        if read is not None:
            return read(self)
        read = _READ_CONTAINER.get(tag)
        if read is None:
            raise WireError("unknown kind of value")
        if self.depth >= MAX_DEPTH:
            raise WireError("nested too deeply")
        self.depth += 1
        try:
            value = read(self)
        except (TypeError, ValueError, ArithmeticError, KeyError, AttributeError, ImportError) as error:
            raise WireError(f"no such value: {type(error).__name__}") from None
        self.depth -= 1
        return value

    def float(self, value: float) -> Any:
        """Let a number through, or an Opaque in the place of a not-a-number."""
        return value if self.nan or value == value else Opaque("nan", truth=True)


def read_value(data: bytes, handle: Callable[[Reader], Any] | None = None, *, nan: bool = True) -> Any:
    """Read the one value that bytes hold; what crosses most as a whole, without a Reader."""
    size = len(data)
    kind = data[0] if size >= 9 else 0  # of shorter ones the Reader says what they lack
    if kind == _INT_TAG and size == 9:
        return I64.unpack_from(data, 1)[0]
    if kind == _JSON_TAG and size == 5 + U32.unpack_from(data, 1)[0]:
        return _read_text(data[5:], 1)
    if kind == _INTS_TAG and size == 5 + 8 * U32.unpack_from(data, 1)[0]:
        return list(struct.unpack_from(f">{size // 8}q", data, 5))
    return Reader(data, handle, nan=nan).whole()


class Opaque:
    """A value that may not cross: equal to nothing, without order, length, items or attributes."""

    __slots__ = ("_name", "_truth")

    def __init__(self, name: str, *, truth: bool) -> None:
        self._name = name[:60]
        self._truth = truth

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return id(self)

    def __bool__(self) -> bool:
        return self._truth

    def __repr__(self) -> str:
        return f"<value of type {self._name} that cannot cross>"


def _read_big(reader: Reader) -> int:
    size = reader.count()
    if size > MAX_INT:
        raise WireError("integer too large")
    return int.from_bytes(reader.take(size), "big", signed=True)


def _read_str(reader: Reader) -> str:
    data, at = reader.data, reader.at + 4
    if at > len(data):
        raise WireError("frame ends within a value")
    end = at + U32.unpack_from(data, at - 4)[0]
    if end > len(data):
        raise WireError("count beyond the end of the frame")
    reader.at = end
    try:
        return data[at:end].decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise WireError("text is not UTF-8") from None


def _read_complex(reader: Reader) -> Any:
    real, imag = F64.unpack(reader.take(8))[0], F64.unpack(reader.take(8))[0]
    return complex(real, imag) if reader.nan or (real == real and imag == imag) else Opaque("nan", truth=True)


def _read_floats(reader: Reader) -> list[Any]:
    count = reader.count(8)
    floats = struct.unpack(f">{count}d", reader.take(8 * count))
    return list(floats) if reader.nan else [reader.float(number) for number in floats]


def _read_ints(reader: Reader) -> list[int]:
    count = reader.count(8)
    return list(struct.unpack(f">{count}q", reader.take(8 * count)))


def _read_dict(reader: Reader) -> dict[Any, Any]:
    parts = iter(reader.items(2))
    return dict(zip(parts, parts, strict=True))


def _read_json(reader: Reader) -> Any:
    data = reader.take(reader.count())
    reader.spend(data.count(b","))
    return _read_text(data, reader.depth)


def _read_text(data: bytes, depth: int) -> Any:
    if len(data) > MAX_TEXT:
        raise WireError("JSON text too long")
    try:
        text = data.decode()
        value, end = _SCAN(text, 0)
    except (ValueError, StopIteration, RecursionError) as error:
        raise WireError(f"no JSON text: {type(error).__name__}") from None
    if end != len(text) or too_deep(text, depth):
        raise WireError("JSON text nested too deeply, or not alone")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(name)


_SCAN = json.JSONDecoder(parse_constant=_no_constant).scan_once  # type: ignore[attr-defined]


def _read_type(reader: Reader) -> type:
    return TYPES[reader.value()]


def _read_handle(reader: Reader) -> Any:
    if reader.handle is None:
        raise WireError("a handle where plain data is due")
    return reader.handle(reader)


def _read_extended(reader: Reader) -> Any:
    name, parts = reader.value(), reader.value()
    if type(name) is not str or type(parts) is not tuple:
        raise WireError("extended value is malformed")
    if (name in TABLES or name in ("ndarray", "generic")) and not Reader.boxed:
        raise WireError("a package's value where none is due")
    if name in TABLES and _holds_opaque(parts):
        return Opaque("nan", truth=True)
    built = build_table(name, parts) if name in TABLES else _BUILD[name](*parts)
    if not reader.nan and name in _WITH_NAN and _WITH_NAN[name](built):
        return Opaque("nan", truth=True)
    return guarded(built) if name == "ndarray" and Reader.answers else built


def _holds_opaque(parts: Any) -> bool:
    return any(type(each) is Opaque or (type(each) in (tuple, list) and _holds_opaque(each)) for each in parts)


def _build_factory(factory: Any, items: dict[Any, Any]) -> Any:
    if factory is not None and factory not in FACTORIES:
        raise WireError("unknown factory")
    return defaultdict(factory, items)


def _build_module(module: str, name: str, method: str = "") -> Callable[..., Any]:
    def build(*parts: Any) -> Any:
        kind = getattr(__import__(module), name)
        return getattr(kind, method)(*parts) if method else kind(*parts)

    return build


_READ_SCALAR: dict[bytes, Callable[[Reader], Any]] = {
    b"N": lambda reader: None,
    b"T": lambda reader: True,
    b"F": lambda reader: False,
    b"e": lambda reader: ...,
    b"h": lambda reader: Opaque("hole", truth=False),  # of an array of JavaScript's
    b"I": _read_big,
    b"f": lambda reader: reader.float(F64.unpack(reader.take(8))[0]),
    b"c": _read_complex,
    b"s": _read_str,
    b"b": lambda reader: reader.take(reader.count()),
    b"a": lambda reader: bytearray(reader.take(reader.count())),
    b"q": _read_ints,
    b"D": _read_floats,
}
_READ_CONTAINER: dict[bytes, Callable[[Reader], Any]] = {
    b"l": Reader.items,
    b"t": lambda reader: tuple(reader.items()),
    b"S": lambda reader: set(reader.items()),
    b"Z": lambda reader: frozenset(reader.items()),
    b"m": _read_dict,
    b"J": _read_json,
    b"B": _read_type,
    b"E": _read_extended,
    b"H": _read_handle,
}
_BUILD: dict[str, Callable[..., Any]] = {
    "range": range,
    "slice": slice,
    "deque": deque,
    "Counter": Counter,
    "OrderedDict": OrderedDict,
    "defaultdict": _build_factory,
    "dict_keys": lambda items: dict.fromkeys(items).keys(),
    "dict_values": lambda items: dict(enumerate(items)).values(),
    "dict_items": lambda items: dict(items).items(),
    "Decimal": _build_module("decimal", "Decimal"),
    "Fraction": _build_module("fractions", "Fraction"),
    "date": _build_module("datetime", "date", "fromisoformat"),
    "datetime": _build_module("datetime", "datetime", "fromisoformat"),
    "time": _build_module("datetime", "time", "fromisoformat"),
    "timedelta": _build_module("datetime", "timedelta"),
    "array": _build_module("array", "array"),
    "UUID": _build_module("uuid", "UUID"),
    "IPv4Address": _build_module("ipaddress", "IPv4Address"),
    "IPv6Address": _build_module("ipaddress", "IPv6Address"),
    "IPv4Network": _build_module("ipaddress", "IPv4Network"),
    "IPv6Network": _build_module("ipaddress", "IPv6Network"),
    "ndarray": build_array,
    "generic": build_generic,
    "Match": lambda items, *named: items,  # this and the next two are JavaScript's
    "RegExp": lambda source, flags: Opaque("RegExp", truth=True),
    "Date": lambda time: Opaque("Date", truth=True),
}
_WITH_NAN: dict[str, Callable[[Any], Any]] = {
    "Decimal": lambda value: value != value,
    "ndarray": array_holds_nan,
    "generic": array_holds_nan,
}
