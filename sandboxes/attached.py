"""A running container and the stream of its standard input and output; nothing of what travels on it."""

from __future__ import annotations

import select
import struct
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

from verisieve.errors import SandboxError
from verisieve.sandboxes import frames

_HEADER = struct.Struct(">BxxxL")  # Docker Engine API, "Stream format": stream number, size
_STDOUT = 1
_CHUNK = 1 << 18
_WORDS_KEPT = 2000
_STREAMS = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}


class Attached:
    """One container, started with its streams attached; `runs` counts what it was asked for."""

    def __init__(self, api: Any, container: str) -> None:
        self.container = container
        self.runs = 0
        self._raw, self._stdout, self._words = bytearray(), bytearray(), b""
        self._io = api.attach_socket(container, params=_STREAMS)
        self._socket = getattr(self._io, "_sock", self._io)
        with ExitStack() as stack:
            stack.callback(self.close)
            api.start(container)
            stack.pop_all()
        self._poll = select.poll()
        self._poll.register(self._socket.fileno(), select.POLLIN)

    def ask(self, data: bytes, seconds: float, goes_on: Callable[[], bool] = lambda: False) -> frames.Frame:
        """Write to the container's standard input, and read one frame from its output.

        Raise SandboxError when none comes within so many seconds, and again so many for as long as `goes_on` says that
        there is somebody to wait for; or when a fault comes.
        """
        deadline = time.monotonic() + seconds
        try:
            self._socket.settimeout(seconds)
            self._socket.sendall(data)
            while not frames.is_whole(self._stdout):
                try:
                    self._fill(deadline)
                except TimeoutError:
                    if not goes_on():
                        raise
                    deadline = time.monotonic() + seconds
        except TimeoutError as error:
            raise SandboxError("the sandbox's container does not answer") from error
        except OSError as error:
            raise SandboxError(f"the sandbox's container has hung up ({error.strerror}){self._last_words()}") from error
        frame, self._stdout = frames.unpack(self._stdout), bytearray()
        if "fault" in frame.header:
            raise SandboxError(f"in the container: {frame.header['fault']}")
        return frame

    def rests(self) -> bool:
        """Whether the container is there and waits: neither has its stream ended, nor does it speak out of turn."""
        return not self._poll.poll(0)

    def close(self) -> None:
        """Hang up, which ends the container where its engine is there to pass that on."""
        response = getattr(self._io, "_response", None)  # the SDK hangs it there; it flushes what it finds closed
        for open_end in (response, self._io, self._socket):
            if open_end is not None:
                with suppress(OSError):
                    open_end.close()

    def _fill(self, deadline: float) -> None:
        """Read what is there of the multiplexed stream."""
        self._socket.settimeout(max(0.001, deadline - time.monotonic()))
        data = self._socket.recv(_CHUNK)
        if not data:
            raise SandboxError(f"the sandbox's container has ended{self._last_words()}")
        self._raw += data
        while len(self._raw) >= _HEADER.size:
            stream, size = _HEADER.unpack_from(self._raw)
            if len(self._raw) < _HEADER.size + size:
                return
            part = self._raw[_HEADER.size : _HEADER.size + size]
            del self._raw[: _HEADER.size + size]
            if stream == _STDOUT:
                self._stdout += part
            else:
                self._words = (self._words + part)[-_WORDS_KEPT:]

    def _last_words(self) -> str:
        words = " ".join(self._words.decode("utf-8", "replace").split())
        return f": {words[-500:]}" if words else ""
