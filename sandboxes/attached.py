"""A running container and the stream of its standard input and output; nothing of what travels on it."""

from __future__ import annotations

import struct
import time
from contextlib import suppress
from typing import Any

from verisieve.errors import SandboxError
from verisieve.sandboxes import frames

_HEADER = struct.Struct(">BxxxL")  # Docker Engine API, "Stream format": stream number, size
_STDOUT = 1
_CHUNK = 1 << 16
_WORDS_KEPT = 2000


class Attached:
    """One container, started with its streams attached."""

    def __init__(self, container: Any) -> None:
        self.container = container
        self.stdout = bytearray()
        self.words = b""
        params = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        self.io = container.attach_socket(params=params)
        self.socket = getattr(self.io, "_sock", self.io)
        container.start()

    def send(self, data: bytes) -> None:
        """Write to the container's standard input."""
        self.socket.settimeout(None)
        self.socket.sendall(data)

    def receive(self, seconds: float) -> frames.Frame:
        """Read one frame from its standard output; raise SandboxError when none comes in time, or a fault comes."""
        deadline = time.monotonic() + seconds

        def read(size: int) -> bytes:
            while len(self.stdout) < size:
                self._fill(deadline)
            data = bytes(self.stdout[:size])
            del self.stdout[:size]
            return data

        frame = frames.unpack(read)
        if "fault" in frame.header:
            raise SandboxError(f"in the container: {frame.header['fault']}")
        return frame

    def remove(self) -> None:
        """Kill the container and remove it; an engine that is gone has done so, or will be asked by its owner."""
        import docker.errors
        import requests

        response = getattr(self.io, "_response", None)  # the SDK hangs it there; it flushes what it finds closed
        for open_end in (response, self.io, self.socket):
            if open_end is not None:
                open_end.close()
        with suppress(docker.errors.APIError, requests.exceptions.RequestException):
            self.container.remove(force=True)

    def _fill(self, deadline: float) -> None:
        """Read one piece of the multiplexed stream."""
        stream, size = _HEADER.unpack(self._exactly(_HEADER.size, deadline))
        data = self._exactly(size, deadline)
        if stream == _STDOUT:
            self.stdout += data
        else:
            self.words = (self.words + data)[-_WORDS_KEPT:]

    def _exactly(self, size: int, deadline: float) -> bytes:
        parts: list[bytes] = []
        while size:
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                part = self.socket.recv(min(size, _CHUNK))
            except TimeoutError as error:
                raise SandboxError("the sandbox's container does not answer") from error
            if not part:
                words = self.words.decode("utf-8", "replace").strip() or "it left no message"
                raise SandboxError(f"the sandbox's container has ended: {words}")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)
