"""The program in the candidate's box: loads the foreign solution and answers one message at a time.

It holds no tests, no expected values and no reference, and its word about itself counts for nothing:
whatever the solution does to this interpreter, the other end only ever sees plain values.
"""

from __future__ import annotations

import _thread
import builtins
import marshal
import operator
import os
import sys
import time
import types
from collections.abc import Iterable
from typing import Any

from verisieve.verifiers.code.harness.channel import Channel
from verisieve.verifiers.code.harness.cores import stay
from verisieve.verifiers.code.harness.decode import Reader
from verisieve.verifiers.code.harness.export import Exports, describe, flat
from verisieve.verifiers.code.harness.graphs import Graphs, no_graphs

MUTABLE = (list, dict, set, bytearray)
LOST = 3  # how a program ends that nobody took leave of
REFUSED = "these tests may call the entry point and pull its iterators, and no more"
Message = tuple[bytes, bytes]  # its kind and its payload


class CallbackError(Exception):
    """An exception that the tests' own callback raised."""


class Server:
    """Answers the tester's messages until it says quit; where the tests are a model's, only calls of `only`."""

    def __init__(self, channel: Channel, module: types.ModuleType, shared: list[str], only: str) -> None:
        self.channel = channel
        self.module = module
        self.only = only
        self.turn = _thread.allocate_lock()
        self.graphs = Graphs(shared, lambda name: getattr(module, name, None), brief=True)
        self.exports = Exports(self.request, self.graphs)

    def serve(self, process: int) -> int:
        """Answer, as the process of this id, until the tester takes leave; return the number that it gives for that."""
        kind, payload = self.receive()
        while kind != b"Q":
            kind, payload = self.exchange(self.answer(kind, payload))
        if os.getpid() != process:  # a fork of the solution's, however it got here
            return LOST
        self.channel.send(b"Q", b"")
        self.channel.close()  # now: the end of this process, which would do it too, takes a millisecond
        return int(self.decode(payload))

    def request(self, kind: bytes, value: Any) -> Any:
        """Ask the tester to run a callback; meanwhile it may call us again."""
        message = kind, self.exports.encode(value)
        while True:
            kind, payload = self.exchange(message)
            if kind == b"R":
                return self.decode(payload)
            if kind == b"X":
                name, said = self.decode(payload)
                error = getattr(builtins, name, None)
                known = isinstance(error, type) and issubclass(error, Exception)
                raise error(said) if known and error is not None else CallbackError(f"{name}: {said}")
            message = self.answer(kind, payload)

    def exchange(self, message: Message) -> Message:
        """Send a message and wait for the next; other threads of the solution wait, so each reads its own answer."""
        with self.turn:
            self.channel.send(*message)
            return self.receive()

    def receive(self) -> Message:
        """Wait for a message; follow the tester to another core on the way."""
        kind, payload = self.channel.receive()
        while kind == b"P":
            stay(self.decode(payload))
            kind, payload = self.channel.receive()
        return kind, payload

    def decode(self, payload: bytes) -> Any:
        """Read a payload, with our own objects in the places of handles."""
        return Reader(payload, self.exports.read).whole()

    def answer(self, kind: bytes, payload: bytes) -> Message:
        """Carry out one message; every exception of the solution is an answer too."""
        try:
            if self.only:
                self.permit(kind, payload)
            if kind in (b"C", b"c"):
                return self.call(kind, payload)
            return b"R", self.exports.encode(OPERATIONS[kind](self, *self.decode(payload)))
        except BaseException as error:  # noqa: BLE001  # foreign code may raise anything
            return b"X", self.exports.exception(error)

    def permit(self, kind: bytes, payload: bytes) -> None:
        """Refuse what a model's tests may not send: an attribute such as `__code__` tells programs apart unrun."""
        if kind not in (b"C", b"G", b"N"):  # nor is `c` read, by a reader that trusts its bytes
            raise PermissionError(REFUSED)
        target, entry = self.decode(payload)[0], self.module.__dict__.get(self.only)
        named = type(target) is str
        if named if kind == b"N" else (target != self.only if named else target[0] is not entry):
            raise PermissionError(REFUSED)

    def call(self, kind: bytes, payload: bytes) -> Message:
        """Call a function; say which mutable arguments it changed if that may matter."""
        target, args, kwargs, watch = self.asked(kind, payload)
        result = (getattr(self.module, target) if type(target) is str else target[0])(*args, **kwargs)
        given_back = self.mutable(result) and (_among(result, args) or _among(result, kwargs.values()))
        if result is not None and not watch and not given_back:
            return b"R", self.exports.encode(result)
        given = [*enumerate(args), *kwargs.items()]
        mutable = [(key, value) for key, value in given if self.mutable(value)]
        same = next((key for key, value in mutable if value is result), None) if mutable else None
        if not mutable or (same is None and result is not None and not watch):
            return b"R", self.exports.encode(result)
        changed = self.changed(kind, payload, mutable)
        if watch or result is None:
            return b"M", self.exports.encode((same, None if same is not None else result, changed))
        if same in changed:
            return b"R", self.exports.encode(result)
        return b"M", self.exports.encode((same, None, {}))

    def mutable(self, value: Any) -> bool:
        """Whether a call may change a value in a way that tests may ask for."""
        return type(value) in MUTABLE or self.graphs.knows(value)

    def asked(self, kind: bytes, payload: bytes) -> tuple[Any, Any, Any, Any]:
        """Read a call: what is called, its arguments, and whether changes of them matter."""
        if kind == b"c":
            return *marshal.loads(payload), {}, False  # noqa: S302  # the tester wrote it, and may call anything here
        target, args, kwargs, watch = self.decode(payload)
        return target, args, kwargs, watch

    def changed(self, kind: bytes, payload: bytes, mutable: list[tuple[Any, Any]]) -> dict[Any, Any]:
        """Return the arguments that are no longer what the payload says."""
        _, args, kwargs, _ = self.asked(kind, payload)
        fresh = dict([*enumerate(args), *kwargs.items()])
        encode = self.exports.encode
        return {key: value for key, value in mutable if encode(value) != encode(fresh[key])}

    def target(self, target: Any) -> Any:
        """Find what a message is about: a global by its name, or an object itself."""
        return getattr(self.module, target) if type(target) is str else target[0]

    def pull(self, iterator: Any, most: int) -> tuple[list[Any], bool, Any]:
        """Take some items at once, but stop where they take long; say how it ended."""
        iterator = self.target(iterator)
        items: list[Any] = []
        deadline = time.perf_counter() + 0.002
        try:
            while len(items) < most and (not items or time.perf_counter() < deadline):
                items.append(next(iterator))
        except StopIteration:
            return items, True, None
        except BaseException as error:  # noqa: BLE001  # foreign code may raise anything
            return items, True, describe(error, self.exports)
        return items, False, None

    def run(self, coroutine: Any) -> Any:
        """Run a coroutine to its end."""
        import asyncio

        return asyncio.run(coroutine)


def _among(result: Any, values: Iterable[Any]) -> bool:
    """Whether a result is one of the arguments itself, not one equal to it."""
    for value in values:  # noqa: SIM110  # any() makes a generator at each call
        if value is result:
            return True
    return False


def _operate(server: Server, name: str, target: Any, *operands: Any) -> Any:
    if name in ("len", "iter", "next", "abs", "repr", "str", "bool", "int", "float", "isinstance", "reversed", "round"):
        return getattr(builtins, name)(server.target(target), *operands)
    if name in ("__enter__", "__exit__"):
        return getattr(server.target(target), name)(*operands)
    return getattr(operator, name)(server.target(target), *operands)


OPERATIONS: dict[bytes, Any] = {
    b"G": lambda server, name: getattr(server.module, name),
    b"A": lambda server, target, name: getattr(server.target(target), name),
    b"S": lambda server, target, name, value: setattr(server.target(target), name, value),
    b"D": lambda server, target, name: delattr(server.target(target), name),
    b"O": _operate,
    b"N": Server.pull,
    b"V": lambda server, target: flat(server.target(target)),
    b"W": Server.run,
}


def load(module: types.ModuleType) -> tuple[str, Any]:
    """Run the prompt's helpers, the solution and what binds its entry point in one namespace; say how far it got."""
    for file in ("context.py", "solution.py", "entry.py"):
        text = _content(file)
        if text is None:
            continue
        try:
            code = compile(text, file, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            if file == "context.py":
                continue
            return "syntax", describe(error, Exports(_no_request, no_graphs()))
        try:
            exec(code, module.__dict__)  # noqa: S102  # this process is the sandboxed one
        except BaseException as error:  # noqa: BLE001  # foreign code may raise anything
            missing = file == "entry.py" and isinstance(error, (NameError, AttributeError))
            if file == "context.py" or missing:
                continue
            return "exception", describe(error, Exports(_no_request, no_graphs()))
    return "loaded", [name for name in list(vars(module))[:5000] if type(name) is str]


def _no_request(kind: bytes, value: Any) -> Any:
    raise CallbackError("nothing to call yet")


def _content(file: str) -> bytes | None:
    """Read a file of the job's; None where it has none. Without pathlib: a fork pays for each page that it touches."""
    try:
        with open(file, "rb", buffering=0) as stream:  # noqa: PTH123
            return stream.read()
    except FileNotFoundError:
        return None


def _told(file: str) -> str:
    return (_content(file) or b"").decode()


def main_candidate() -> None:
    """Load, say hello, serve, and leave without any exit handler."""
    process = os.getpid()
    Reader.boxed = True
    channel = Channel(3)
    only = _told("only")
    module = types.ModuleType("solution")
    module.__file__ = f"{os.getcwd()}/solution.py"  # noqa: PTH109
    sys.modules["solution"] = module
    status, what = load(module)
    server = Server(channel, module, _told("classes").split(), only)
    channel.send(b"L", server.exports.encode((status, what)))
    try:
        number = server.serve(process)
    except EOFError:
        number = LOST
    os._exit(number)
