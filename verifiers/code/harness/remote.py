"""What tests hold in the place of the candidate's objects: functions, iterators, coroutines, instances.

A function may be called, an iterator pulled: neither tells the candidate what a test expects. An
instance with attributes, methods and operators is given only where the trusted side (tests, prompt)
is about classes; elsewhere it is an Opaque. `remote == plain` is always false.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from verisieve.verifiers.code.harness.decode import Opaque, Reader
from verisieve.verifiers.code.harness.encode import U32, WireError
from verisieve.verifiers.code.harness.link import TOLD, Link, builtin_exception

PLAIN_ITERATORS = (
    "map filter zip enumerate reversed chain islice permutations combinations product accumulate list_iterator "
    "tuple_iterator set_iterator str_iterator range_iterator dict_keyiterator dict_valueiterator dict_itemiterator"
)
BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift", "rshift")


class Handle:
    """A number at the candidate, sent in the place of the object it stands for."""

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_number(self) -> int:
        return self.value


class RemoteFunction:
    """A function of the candidate: it can be called, and nothing else."""

    def __init__(self, link: Link, target: Any, name: str) -> None:
        self._link = link
        self._target = target
        self.__name__ = self.__qualname__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._link.call(self._target, self.__name__, args, kwargs)

    def wire_number(self) -> int | None:
        return _number(self)

    def __repr__(self) -> str:
        return f"<function {self.__name__} of the solution>"


class RemoteIterator:
    """An iterator of the candidate, pulled lazily and a few items ahead; one by one where tests send values to it."""

    ahead = 4096  # items at once, at most

    def __init__(self, link: Link, target: Any) -> None:
        self._link = link
        self._target = target
        self._items: list[Any] = []
        self._ended = False
        self._error: BaseException | None = None
        self._most = 1

    def __iter__(self) -> RemoteIterator:
        return self

    def __next__(self) -> Any:
        if not self._items:
            if self._ended:
                self._raise_end()
            self._fill()
            if not self._items:
                self._raise_end()
        return self._items.pop()

    def _fill(self) -> None:
        message = self._link.request(b"N", (self._target, self._most))
        try:
            items, self._ended, told = message
            self._items = list(items)[::-1]
        except (TypeError, ValueError):
            raise self._link.lost("malformed items") from None
        if not self._items:
            self._ended = True
        self._error = None if told is None else self._link.exception(told)
        self._most = min(self._most * 2, self.ahead)

    def send(self, value: Any) -> Any:
        """Go on with a value that `yield` gives, and return the next item."""
        try:
            return self._link.call(self._link.request(b"A", (self._target, "send"))._target, "send", (value,), {})
        except RuntimeError as error:
            if error.__dict__.get(TOLD, {}).get("type") == "StopIteration":
                raise StopIteration from None
            raise

    def _raise_end(self) -> None:
        error, self._error = self._error, None
        raise error if error is not None else StopIteration

    def wire_number(self) -> int | None:
        return _number(self)


def _number(proxy: Any) -> int | None:
    target = proxy.__dict__["_target"]
    if type(target) is str:  # a global that no message has numbered yet
        proxy.__dict__["_target"] = target = _resolve(proxy.__dict__["_link"], target)
    number: int = target[0].value
    return number


def _resolve(link: Link, name: str) -> tuple[Handle]:
    found = link.request(b"G", (name,))
    target = getattr(found, "__dict__", {}).get("_target")
    if not isinstance(target, tuple):
        raise link.lost("a global changed its kind")
    return target


class RemoteObject:
    """An instance or class of the candidate, used from afar; equal at most to another of its kind."""

    def __init__(self, link: Link, target: Any, name: str) -> None:
        self.__dict__.update(_link=link, _target=target, _name=name)

    def wire_number(self) -> int | None:
        return _number(self)

    def _operate(self, name: str, *operands: Any) -> Any:
        link = self.__dict__["_link"]
        link.used_objects = True
        return link.request(b"O", (name, self.__dict__["_target"], *operands))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__dict__["_link"].call(self.__dict__["_target"], self.__dict__["_name"], args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in ("__name__", "__doc__"):
            raise AttributeError(name)
        link = self.__dict__["_link"]
        link.used_objects = True
        return link.request(b"A", (self.__dict__["_target"], name))

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__["_link"].request(b"S", (self.__dict__["_target"], name, value))

    def __delattr__(self, name: str) -> None:
        self.__dict__["_link"].request(b"D", (self.__dict__["_target"], name))

    def __instancecheck__(self, other: Any) -> bool:
        return isinstance(other, (RemoteObject, RemoteFunction, RemoteIterator)) and (
            self.__dict__["_link"].request(b"O", ("isinstance", (Handle(other.wire_number() or 0),), self)) is True
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RemoteObject) and (
            other.wire_number() == self.wire_number() or self._operate("eq", other) is True
        )

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.wire_number())

    def __bool__(self) -> bool:
        return self._operate("bool") is True

    def __repr__(self) -> str:
        text = self._operate("repr")
        return text if type(text) is str else "<object of the solution>"

    def __str__(self) -> str:
        text = self._operate("str")
        return text if type(text) is str else "<object of the solution>"

    def __len__(self) -> int:
        length = self._operate("len")
        return length if type(length) is int else -1

    def __iter__(self) -> Iterator[Any]:
        iterator = self._operate("iter")
        if not isinstance(iterator, (RemoteIterator, RemoteObject)):
            raise TypeError("object of the solution gives no iterator")
        return iterator

    def __next__(self) -> Any:
        try:
            return self._operate("next")
        except RuntimeError as error:
            if error.__dict__.get(TOLD, {}).get("type") == "StopIteration":
                raise StopIteration from None
            raise


def _forward(operation: str) -> Callable[..., Any]:
    def forward(self: RemoteObject, *operands: Any) -> Any:
        return self._operate(operation, *operands)

    forward.__name__ = operation
    return forward


def _arithmetic(operation: str) -> Callable[..., Any]:
    """An operator: a plain result of a plain operand is refused, or `abs(lie - expected) < eps` would hold."""

    def operate(self: RemoteObject, *operands: Any) -> Any:
        result = self._operate(operation, *operands)
        if not isinstance(result, RemoteObject) and any(not isinstance(other, RemoteObject) for other in operands):
            raise TypeError(f"unsupported operand for {operation}: an object of the solution")
        return result

    operate.__name__ = operation
    return operate


for _name in ("getitem", "setitem", "delitem", "contains"):
    setattr(RemoteObject, f"__{_name}__", _forward(_name))
for _name in ("abs", "int", "float", "round", "reversed", "neg", "pos", "invert"):
    setattr(RemoteObject, f"__{_name}__", _forward(_name))
for _name in ("__enter__", "__exit__"):
    setattr(RemoteObject, _name, _forward(_name))
for _name in (*BINARY, "lt", "le", "gt", "ge", "iadd", "isub", "imul"):
    setattr(RemoteObject, f"__{_name.rstrip('_')}__", _arithmetic(_name))


class RemoteValue(RemoteObject):
    """An instance of a class that stems from a container: compared with plain values by what it holds alone."""

    def _plain(self) -> Any:
        return self.__dict__["_link"].request(b"V", (self.__dict__["_target"],))

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) if isinstance(other, RemoteObject) else bool(self._plain() == other)

    def __hash__(self) -> int:
        return hash(self._plain())


def proxies(link: Link, tag: bytes, reader: Reader) -> Any:
    """Read a handle of the candidate's; the same object is the same here, each time."""
    number = U32.unpack(reader.take(4))[0]
    if tag == b"a":
        return _coroutine(link, (Handle(number),))
    made = _proxy(link, tag, reader, number)
    if type(made) is Opaque or tag not in b"gfh":
        return made
    return link.known.setdefault((tag, number), made)


def _proxy(link: Link, tag: bytes, reader: Reader, number: int) -> Any:
    target = (Handle(number),)
    name = str(reader.value())
    if tag == b"s":
        plain = reader.value()
        return RemoteValue(link, target, name) if link.objects else plain
    if tag == b"g":
        if name == "generator":
            return _generator(RemoteIterator(link, target))
        if name == "async_generator":
            return _asynchronous(RemoteIterator(link, target))
        plain = f"{name} " in f"{PLAIN_ITERATORS} " or not link.objects
        return RemoteIterator(link, target) if plain else RemoteObject(link, target, name)
    if tag == b"f":
        return RemoteObject(link, target, name) if link.objects else RemoteFunction(link, target, name)
    if tag == b"c":
        return _class(link, target, name, reader.value())
    if tag != b"h":
        raise WireError("unknown handle")
    truth = reader.value() is True
    return RemoteObject(link, target, name) if link.objects else Opaque(name, truth=truth)


def _class(link: Link, target: tuple[Handle], name: str, bases: Any) -> Any:
    if isinstance(bases, list) and all(isinstance(base, str) for base in bases):
        number = target[0].value
        if number not in link.classes:
            base = next((found for found in map(builtin_exception, bases) if found is not None), Exception)
            link.classes[number] = type(name if name.isidentifier() else "Unnamed", (base,), {})
        return link.classes[number]
    return RemoteObject(link, target, name) if link.objects else Opaque(name, truth=True)


async def _coroutine(link: Link, target: tuple[Handle]) -> Any:
    return link.request(b"W", (target[0],))


def _generator(iterator: RemoteIterator) -> Iterator[Any]:
    try:
        value = next(iterator)
        while True:
            given = yield value
            value = next(iterator) if given is None else iterator.send(given)
    except StopIteration:
        return


async def _asynchronous(iterator: RemoteIterator) -> AsyncIterator[Any]:
    for item in iterator:
        yield item
