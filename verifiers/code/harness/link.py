"""The tester's end of the wire: one request, one answer, and nothing but plain data believed.

What the candidate says about itself never decides here: an exception is rebuilt as a builtin type or
one of our making, a value is rebuilt by the Reader, and any breach of the order ends the run.
"""

from __future__ import annotations

import builtins
import marshal
from collections.abc import Callable, Iterator
from typing import Any

from verisieve.verifiers.code.harness.channel import Channel
from verisieve.verifiers.code.harness.cores import Cores
from verisieve.verifiers.code.harness.decode import Opaque, Reader, read_value
from verisieve.verifiers.code.harness.encode import (
    U32,
    Out,
    WireError,
    encode,
    is_plain,
    put,
    put_module_value,
    refuse,
)
from verisieve.verifiers.code.harness.graphs import no_graphs, overwrite

TOLD = "_verisieve_told"  # marks an exception that the candidate raised
FLAT: tuple[Any, ...] = (int, float, str, list, tuple, dict, set)
STOPPING = ("StopIteration", "StopAsyncIteration", "GeneratorExit", "KeyboardInterrupt")


class LostError(BaseException):
    """The candidate hung up or broke the format: no test may catch this, nothing can be judged any more."""


class UnsendableError(BaseException):
    """A test passes something that cannot cross to the candidate: the tests' matter, not the candidate's."""


class Link:
    """The connection to one candidate, and what is known of its last call."""

    def __init__(self, channel: Channel, *, nan: bool, objects: bool, watch: bool) -> None:
        self.channel = channel
        self.nan = nan
        self.objects = objects
        self.watch = watch
        self.calls = 0
        self.used_objects = False
        self.last: tuple[Any, ...] | None = None
        self.last_error: BaseException | None = None
        self.callbacks: list[Any] = [None]
        self.originals: list[Any] = [None]
        self.numbers: dict[int, int] = {}
        self.broken: BaseException | None = None
        self.classes: dict[int, type[BaseException]] = {}
        self.known: dict[Any, Any] = {}  # proxies by kind and number
        self.graphs = no_graphs()
        self.cores: Cores | None = None
        self.proxies: Callable[[Link, bytes, Reader], Any] = _no_proxies

    def lost(self, why: str) -> LostError:
        """Note that nothing can be judged any more, even if a test swallows the exception."""
        self.broken = self.broken or LostError(why)
        return LostError(why)

    def unsendable(self, why: str) -> UnsendableError:
        """Note that the tests cannot be run as they are."""
        self.broken = self.broken or UnsendableError(why)
        return UnsendableError(why)

    def encode(self, value: Any) -> bytes:
        """Encode what a test passes."""
        try:
            return self.graphs.encode(value, self._put)
        except (WireError, RecursionError) as error:
            raise self.unsendable(str(error)) from None

    def encode_call(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[bytes, bytes]:
        """Make the message of a call; to a Python, C code writes what is plain and short."""
        if self.graphs.brief and type(target) is str and not kwargs and not self.watch and is_plain(args):
            return b"c", marshal.dumps((target, args), 2)  # 2: as the values, not as which of them are the same object
        return b"C", self.encode((target, args, kwargs, self.watch))

    def decode(self, payload: bytes) -> Any:
        """Read what the candidate sent; whatever is wrong with it ends the run."""
        try:
            return read_value(payload, self._read, nan=self.nan)
        except (WireError, RecursionError) as error:
            raise self.lost(f"malformed message: {error}") from None

    def send(self, kind: bytes, payload: bytes) -> None:
        """Send one message."""
        try:
            self.channel.send(kind, payload)
        except OSError:
            raise self.lost("the candidate hung up") from None
        except WireError as error:
            raise self.unsendable(str(error)) from None

    def share_core(self) -> None:
        """Let the candidate run where the tests run, as long as calls are quick; for one that speaks of cores."""
        self.cores = Cores(lambda cores: self.send(b"P", encode(cores, refuse)))

    def receive(self) -> tuple[bytes, bytes]:
        """Wait for one message."""
        try:
            return self.channel.receive()
        except (EOFError, OSError):
            raise self.lost("the candidate hung up") from None
        except WireError as error:
            raise self.lost(str(error)) from None

    def request(self, kind: bytes, value: Any) -> Any:
        """Send one message and return what came back, or raise the candidate's exception."""
        return self.ask(kind, self.encode(value))

    def ask(self, kind: bytes, payload: bytes) -> Any:
        """Send one encoded message and return what came back."""
        if self.broken is not None:
            raise self.broken
        self.calls += kind != b"G"
        if self.cores:
            self.cores.turn()
        self.send(kind, payload)
        while True:
            kind, payload = self.receive()
            if kind == b"R":
                return self.decode(payload)
            if kind == b"M":
                return _Changes(self.decode(payload))
            if kind == b"X":
                raise self.exception(self.decode(payload))
            if kind != b"K":
                raise self.lost("message out of order")
            self._run_callback(self.decode(payload))

    def call(self, target: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of the candidate; changed arguments are changed here too where that is due."""
        self.last = (name, args, kwargs)
        self.last_error = None
        result = self.ask(*self.encode_call(target, args, kwargs))
        if type(result) is _Changes:
            result = self._write_back(result.value, args, kwargs)
        self.last = (name, args, kwargs, result)
        return result

    def _write_back(self, message: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            same, result, changed = message
            given = dict([*enumerate(args), *kwargs.items()])
            kinds_hold = all(type(value) is type(given[key]) for key, value in changed.items())
            # Unasked changes would let `clear()` turn an argument into what the tests expect.
            if not kinds_hold or (changed and not self.watch and (same is not None or result is not None)):
                raise self.lost("malformed message: changed arguments")
            for key, value in changed.items():
                (overwrite if self.graphs.knows(value) else _overwrite)(given[key], value)
            return result if same is None else given[same]
        except (TypeError, ValueError, KeyError, AttributeError):
            raise self.lost("malformed message: changed arguments") from None

    def _run_callback(self, message: Any) -> None:
        try:
            number, args, kwargs = message
            callback = self.callbacks[number]
        except (TypeError, ValueError, IndexError):
            raise self.lost("malformed message: callback") from None
        if callback is None or type(args) is not tuple or type(kwargs) is not dict:
            raise self.lost("malformed message: callback")
        try:
            self.send(b"R", self.encode(callback(*args, **kwargs)))
        except Exception as error:  # noqa: BLE001  # a test's own function may raise anything
            self.send(b"X", self.encode((type(error).__name__, str(error)[:500])))

    def exception(self, told: Any) -> BaseException:
        try:
            name, bases, known, message, args, attributes, place = told
            kind = next((self.classes[number] for number in known if number in self.classes), None)
            error = _rebuild(kind, str(name), list(bases), message, args)
            for key, value in attributes.items():
                if not key.startswith("__"):
                    error.__dict__[key] = value
        except (TypeError, ValueError, AttributeError):
            raise self.lost("malformed message: exception") from None
        self.last_error = error
        error.__dict__[TOLD] = {"type": str(name)[:60], "message": str(message)[:500], "where": str(place)[:200]}
        return error

    def _put(self, value: Any, out: Out, depth: int) -> None:
        if isinstance(value, type) and issubclass(value, BaseException):
            number = next((number for number, kind in self.classes.items() if kind is value), None)
            if number is not None:
                out.append(b"Hh" + U32.pack(number))
                return
        if self.graphs.knows(value):
            self.graphs.put(value, out)
            return
        number = value.wire_number() if hasattr(type(value), "wire_number") else None
        if number is not None:
            out.append(b"Hh" + U32.pack(number))
        elif put_module_value(value, out, depth, self._put):
            return
        elif type(value) is Opaque:
            raise TypeError("a test passes on a value that cannot cross")
        elif callable(value):
            out.append(b"Hk" + U32.pack(self._keep(value, _itself)))
        elif hasattr(type(value), "__next__"):
            out.append(b"Hn" + U32.pack(self._keep(value, _pull)))
        elif isinstance(value, FLAT):
            put(next(base for base in FLAT if isinstance(value, base))(value), out, depth, self._put)
        else:
            out.append(b"Ho" + U32.pack(self._keep(value, _public)))

    def _keep(self, value: Any, make: Callable[[Any], Any]) -> int:
        number = self.numbers.get(id(value))
        if number is None:
            number = self.numbers[id(value)] = len(self.callbacks)
            self.callbacks.append(make(value))
            self.originals.append(value)  # kept alive, so that its id stays its own
        return number

    def _read(self, reader: Reader) -> Any:
        tag = reader.take(1)
        if tag == b"k":
            number = U32.unpack(reader.take(4))[0]
            if not 0 < number < len(self.callbacks):
                raise WireError("unknown callback")
            return self.originals[number]
        if tag == b"v":
            return self.graphs.read(reader)
        if tag == b"o":
            return Opaque(str(reader.value()), truth=bool(reader.value()))
        return self.proxies(self, tag, reader)


class _Changes:
    """An answer that also tells which arguments were changed; never seen by a test."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def _no_proxies(link: Link, tag: bytes, reader: Reader) -> Any:
    raise WireError("unknown handle")


def _itself(function: Any) -> Any:
    return function


def _public(value: Any) -> Callable[[str], Any]:
    """How the candidate reads an object of the tests: public attributes by name, nothing else."""

    def read(name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(value, name)

    return read


def _pull(iterator: Iterator[Any]) -> Callable[[], tuple[Any, ...]]:
    def pull() -> tuple[Any, ...]:
        try:
            return (next(iterator),)
        except StopIteration:
            return ()

    return pull


def _overwrite(old: Any, new: Any) -> None:
    if isinstance(old, (list, bytearray)):
        old[:] = new
    else:
        old.clear()
        old.update(new)


def _rebuild(kind: type[BaseException] | None, name: str, bases: list[str], message: Any, args: Any) -> BaseException:
    if kind is None:
        base = next((found for found in map(builtin_exception, bases) if found is not None), Exception)
        if name in STOPPING or base.__name__ in STOPPING:
            # A forged StopIteration would silently end a loop of the tests.
            base, name, args = RuntimeError, "RuntimeError", (f"{name} raised by the solution",)
        kind = base if base.__name__ == name else type(name if name.isidentifier() else "Unnamed", (base,), {})
    if issubclass(kind, BaseExceptionGroup):  # its members are the candidate's objects, and no exceptions here
        return kind(str(args[0] if args else message), [Exception("of the solution")])
    try:
        return kind(*args)
    except Exception:  # noqa: BLE001  # constructors such as UnicodeDecodeError's want more
        error = kind.__new__(kind)
        error.args = args if type(args) is tuple else (message,)
        return error


def builtin_exception(name: str) -> type[BaseException] | None:
    kind = getattr(builtins, name, None)
    return kind if isinstance(kind, type) and issubclass(kind, BaseException) else None
