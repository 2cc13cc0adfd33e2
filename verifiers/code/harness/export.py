"""The candidate's side of the wire: what it does with values that are not plain data.

Subclasses are flattened with the base class's own methods, which is a courtesy to honest code: the
other end trusts nothing of this. The rest becomes a numbered handle that the tests may call back.
"""

from __future__ import annotations

import builtins
import types
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, UserString, defaultdict, deque
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

from verisieve.verifiers.code.harness.decode import Reader
from verisieve.verifiers.code.harness.encode import MAX_FRAME, U32, Out, WireError, encode, put, put_module_value
from verisieve.verifiers.code.harness.graphs import Graphs

FLATTEN: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (int, lambda value: int.__add__(value, 0)),
    (float, float.__float__),
    (str, str.__str__),
    (complex, lambda value: complex(value.real, value.imag)),
    (bytes, lambda value: bytes.__getitem__(value, slice(None))),
    (bytearray, lambda value: bytearray(bytearray.__getitem__(value, slice(None)))),
    (list, lambda value: list(list.__iter__(value))),
    (tuple, lambda value: tuple(tuple.__iter__(value))),
    (Counter, lambda value: Counter(dict(dict.items(value)))),
    (OrderedDict, lambda value: OrderedDict(OrderedDict.items(value))),
    (defaultdict, lambda value: dict(dict.items(value))),
    (dict, lambda value: dict(dict.items(value))),
    (set, lambda value: set(set.__iter__(value))),
    (frozenset, lambda value: frozenset(frozenset.__iter__(value))),
    (deque, lambda value: deque(deque.__iter__(value), value.maxlen)),
)
HOLDING = (list, tuple, dict, Counter, OrderedDict, defaultdict, set, frozenset, deque)  # tests may want their methods
MAKING = ("__init__", "__new__", "__slots__", "__module__", "__doc__", "__dict__", "__weakref__", "__annotations__")
ALIKE: dict[
    type, Callable[[Any], Any]
] = {  # what Python takes for equal to a builtin; subclasses have methods of their own
    UserList: lambda value: list(value.data),
    UserDict: lambda value: dict(value.data),
    UserString: lambda value: str.__str__(value.data),
    ChainMap: dict,
    types.MappingProxyType: dict,
    memoryview: bytes,
}


class Exports:
    """The objects that the tests hold by number, and the tests' functions that we hold by number."""

    def __init__(self, request: Callable[[bytes, Any], Any], graphs: Graphs) -> None:
        self.request = request
        self.graphs = graphs
        self.kept: list[Any] = [None]
        self.numbers: dict[int, int] = {}
        self.callbacks: dict[int, Any] = {}
        self.steps: dict[int, Iterator[Any]] = {}
        self.callback_numbers: dict[int, int] = {}

    def number(self, value: Any) -> int:
        """Keep an object alive under a number, the same one each time."""
        number = self.numbers.get(id(value))
        if number is None:
            number = self.numbers[id(value)] = len(self.kept)
            self.kept.append(value)
        return number

    def encode(self, value: Any) -> bytes:
        """Encode any value; what cannot cross at all becomes an opaque handle."""
        try:
            data = self.graphs.encode(value, self.put)
        except (WireError, RecursionError):
            data = bytes(MAX_FRAME)
        return data if len(data) < MAX_FRAME else b"Ho" + encode("too large or too deep", self.put) + b"T"

    def exception(self, error: BaseException) -> bytes:
        """Encode an exception; without its arguments and attributes where these are too large or too deep."""
        told = describe(error, self)
        data = self.encode(told)
        return data if data.startswith(b"t") else self.encode((*told[:4], (), {}, told[-1]))

    def put(self, value: Any, out: Out, depth: int) -> None:
        """Encode one value that is no exact builtin."""
        if not isinstance(value, type):
            if self.graphs.knows(value):
                self.graphs.put(value, out)
                return
            if put_module_value(value, out, depth, self.put):
                return  # before what it stems from: numpy's own float is one of Python's, too
            for base, flatten in FLATTEN:
                if issubclass(type(value), base):
                    if base in HOLDING and _has_own_members(type(value), base):
                        out.append(b"Hs" + U32.pack(self.number(value)) + encode(type(value).__name__[:60], self.put))
                        depth += 1
                    put(flatten(value), out, depth, self.put)
                    return
            if type(value) in ALIKE:
                put(ALIKE[type(value)](value), out, depth, self.put)
                return
        if id(value) in self.callback_numbers:
            out.append(b"Hk" + U32.pack(self.callback_numbers[id(value)]))
        else:
            self._put_handle(value, out)

    def _put_handle(self, value: Any, out: Out) -> None:
        kind = type(value)
        number = U32.pack(self.number(value))
        if isinstance(value, type):
            bases = encode(_builtin_bases(value), self.put) if issubclass(value, BaseException) else b"N"
            out.append(b"Hc" + number + encode(value.__name__[:60], self.put) + bases)
        elif issubclass(kind, types.CoroutineType):
            out.append(b"Ha" + number)
        elif issubclass(kind, types.ModuleType):
            out.append(b"Ho" + encode("module", self.put) + b"T")
        elif kind is types.AsyncGeneratorType:
            out.append(b"Hg" + U32.pack(self.number(self._steps(value))) + encode("async_generator", self.put))
        elif hasattr(kind, "__next__") and hasattr(kind, "__iter__"):
            out.append(b"Hg" + number + encode(kind.__name__[:60], self.put))
        elif callable(value):
            name = getattr(value, "__name__", None)
            out.append(b"Hf" + number + encode((name if type(name) is str else kind.__name__)[:60], self.put))
        else:
            out.append(b"Hh" + number + encode(kind.__name__[:60], self.put) + (b"T" if _truth(value) else b"F"))

    def _steps(self, generator: AsyncGenerator[Any, Any]) -> Iterator[Any]:
        """The steps of an asynchronous generator, the same ones each time, in a loop of their own."""
        number = self.number(generator)
        if number not in self.steps:
            self.steps[number] = _steps(generator)
        return self.steps[number]

    def read(self, reader: Reader) -> Any:
        """Read what the tester's end wrote for a value that is not plain."""
        tag = reader.take(1)
        if tag == b"k":
            return self._callback(U32.unpack(reader.take(4))[0], self._calls)
        if tag == b"n":
            return self._callback(U32.unpack(reader.take(4))[0], self._pulls)
        if tag == b"o":
            return self._callback(U32.unpack(reader.take(4))[0], self._objects)
        if tag == b"v":
            return self.graphs.read(reader)
        if tag == b"h":
            return self.kept[U32.unpack(reader.take(4))[0]]
        raise WireError("unknown handle")

    def _callback(self, number: int, make: Callable[[int], Any]) -> Any:
        if number not in self.callbacks:
            self.callbacks[number] = stub = make(number)
            self.callback_numbers[id(stub)] = number
        return self.callbacks[number]

    def _calls(self, number: int) -> Callable[..., Any]:
        def callback(*args: Any, **kwargs: Any) -> Any:
            return self.request(b"K", (number, args, kwargs))

        return callback

    def _objects(self, number: int) -> Foreign:
        return Foreign(self._calls(number))

    def _pulls(self, number: int) -> Iterator[Any]:
        while True:
            item = self.request(b"K", (number, (), {}))
            if not item:
                return
            yield item[0]


def _steps(generator: AsyncGenerator[Any, Any]) -> Iterator[Any]:
    import asyncio

    loop = asyncio.new_event_loop()
    while True:
        try:
            yield loop.run_until_complete(anext(generator))
        except StopAsyncIteration:
            return


class Foreign:
    """An object of the tests: it can be kept, passed back, and asked for its public attributes."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self.__dict__["_read"] = read

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.__dict__["_read"](name)


def _has_own_members(kind: type, base: type) -> bool:
    """Whether a class can do more than the builtin that it stems from."""
    own = kind.__mro__[: kind.__mro__.index(base)]
    return any(name not in MAKING for each in own for name in each.__dict__)


def flat(value: Any) -> Any:
    """Return the plain value that an instance of a builtin's subclass holds."""
    return next(flatten(value) for base, flatten in FLATTEN if issubclass(type(value), base))


def _truth(value: Any) -> bool:
    try:
        return bool(value)
    except Exception:  # noqa: BLE001  # foreign code may raise anything
        return True


def _builtin_bases(kind: type) -> list[str]:
    return [base.__name__ for base in kind.__mro__ if getattr(builtins, base.__name__, None) is base]


def describe(error: BaseException, exports: Exports) -> tuple[Any, ...]:
    """Make an exception plain data: name, builtin bases, known classes, text, args, attributes, place."""
    kind = type(error)
    known = [exports.numbers[id(base)] for base in kind.__mro__ if id(base) in exports.numbers]
    try:
        message = str.__str__(str(error))[:2000]
    except BaseException:  # noqa: BLE001  # a foreign __str__ may raise anything
        message = ""
    return (
        kind.__name__[:60],
        _builtin_bases(kind),
        known,
        message,
        BaseException.args.__get__(error),  # type: ignore[attr-defined]
        dict(getattr(error, "__dict__", {})),
        place(error),
    )


def place(error: BaseException) -> str:
    """Where in the solution an exception was raised, innermost line; empty where unknown."""
    found, trace = "", error.__traceback__
    for _ in range(5000):
        if trace is None:
            break
        if trace.tb_frame.f_code.co_filename == "solution.py":
            found = f"line {trace.tb_lineno}, in {trace.tb_frame.f_code.co_name}"
        trace = trace.tb_next
    return found[:200]
