"""Frames over one descriptor, strictly one after the other; knows nothing of values."""

from __future__ import annotations

import os

from verisieve.verifiers.code.harness.encode import MAX_FRAME, U32, WireError


class Channel:
    """Frames over one descriptor, strictly one after the other."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._rest = b""
        os.set_blocking(descriptor, True)

    def send(self, kind: bytes, payload: bytes) -> None:
        """Write one frame."""
        if len(payload) >= MAX_FRAME:
            raise WireError("message too large")
        data = U32.pack(len(payload) + 1) + kind + payload
        sent = os.write(self.descriptor, data)
        while sent < len(data):
            data = data[sent:]
            sent = os.write(self.descriptor, data)

    def receive(self) -> tuple[bytes, bytes]:
        """Read one frame: its kind and its payload; raise EOFError at the end of the stream."""
        rest = self._rest or self._more(65536)
        while len(rest) < 4:
            rest += self._more(65536)
        size: int = U32.unpack_from(rest)[0]
        if not 1 <= size <= MAX_FRAME:
            raise WireError("frame of impossible size")
        if len(rest) < size + 4:
            chunks, held = [rest], len(rest)
            while held < size + 4:
                chunks.append(self._more(1 << 20))
                held += len(chunks[-1])
            rest = b"".join(chunks)
        self._rest = rest[size + 4 :]
        return rest[4:5], rest[5 : size + 4]

    def close(self) -> None:
        """Hang up."""
        os.close(self.descriptor)

    def ended(self) -> bool:
        """Whether the stream ends here, with not one byte more."""
        try:
            return not self._rest and not self._more(1)
        except EOFError:
            return True

    def _more(self, size: int) -> bytes:
        """Read what there is, once there is something."""
        try:
            chunk = os.read(self.descriptor, size)
        except ConnectionError:
            chunk = b""
        if not chunk:
            raise EOFError
        return chunk
