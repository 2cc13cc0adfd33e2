"""Instances of classes that the prelude defines: both ends know them, so they cross by value, shared parts and cycles
included.

A message that holds such instances has a table behind its value: the attributes of each, in the order in which they
first occur. So a list of any length is no deeper than another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from verisieve.verifiers.code.harness.decode import Reader
from verisieve.verifiers.code.harness.encode import MAX_ITEMS, U32, BriefOut, Hook, Out, WireError, encode, put


class Graphs:
    """The shared classes by name, and the instances of the message that is being written."""

    def __init__(self, names: list[str], find: Callable[[str], Any], *, brief: bool = False) -> None:
        self.names = names
        self.brief = brief
        self.find = find
        self.found: list[Any] = []
        self.numbers: dict[int, int] = {}

    def knows(self, value: Any) -> bool:
        """Whether a value crosses in this way."""
        return bool(self.names) and type(value).__name__ in self.names

    def encode(self, value: Any, hook: Hook) -> bytes:
        """Encode a message whose hook calls `put` below."""
        if not self.names:
            return encode(value, hook, brief=self.brief)
        before = self.found, self.numbers
        self.found, self.numbers = [], {}
        out = BriefOut() if self.brief else Out()
        try:
            put(value, out, 0, hook)
            for each in self.found:  # grows as attributes hold further instances
                put(attributes(each), out, 0, hook)
                if len(out) > MAX_ITEMS:
                    raise WireError("too many items")
        finally:
            self.found, self.numbers = before
        return b"".join(out)

    def put(self, value: Any, out: Out) -> None:
        """Append a reference to an instance."""
        number = self.numbers.get(id(value))
        if number is None:
            number = self.numbers[id(value)] = len(self.found)
            self.found.append(value)
        out.append(b"Hv" + U32.pack(number) + bytes([self.names.index(type(value).__name__)]))

    def read(self, reader: Reader) -> Any:
        """Read a reference; the instance is filled when the reader comes to the table."""
        number, kind = U32.unpack(reader.take(4))[0], reader.take(1)[0]
        if number < len(reader.instances):
            return reader.instances[number]
        found = self.find(self.names[kind]) if kind < len(self.names) else None
        if number != len(reader.instances) or not isinstance(found, type):
            raise WireError("unknown instance")
        instance: Any = object.__new__(found)
        reader.spend(1)
        reader.instances.append(instance)
        reader.fill = fill
        return instance


def no_graphs() -> Graphs:
    """For messages before anything is shared."""
    return Graphs([], lambda name: None)


def attributes(value: Any) -> dict[str, Any]:
    """Return what an instance holds, in a dict or in slots."""
    found = {}
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                found[name] = getattr(value, name)
    return found | getattr(value, "__dict__", {})


def fill(instance: Any, held: Any) -> None:
    """Give an instance its attributes; those that would hide a method of its class break the format."""
    if type(held) is not dict or not all(type(name) is str and name.isidentifier() for name in held):
        raise WireError("attributes are malformed")
    for name, value in held.items():
        if name.startswith("__") or callable(getattr(type(instance), name, None)):
            raise WireError("an attribute hides a method")
        try:
            object.__setattr__(instance, name, value)
        except AttributeError:
            raise WireError("an attribute that the class has no place for") from None


def overwrite(old: Any, new: Any) -> None:
    """Make an instance hold what another one holds."""
    for name in attributes(old):
        object.__delattr__(old, name)
    fill(old, attributes(new))
