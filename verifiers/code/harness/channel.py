"""Frames over one descriptor, strictly one after the other; knows nothing of values."""

from __future__ import annotations

import os
import select
import time

from verisieve.verifiers.code.harness.encode import MAX_FRAME, U32, WireError

AWAKE = 100  # looks before going to sleep
SLICE = 0.0005  # seconds: who yields for so long has given a core to strangers
ASLEEP = 500  # waits without a try, once there are strangers


class Channel:
    """Frames over one descriptor, strictly one after the other."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._rest = b""
        self._asleep = 0
        os.set_blocking(descriptor, False)
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(descriptor, select.POLLIN)
        self._writable.register(descriptor, select.POLLOUT)

    def send(self, kind: bytes, payload: bytes) -> None:
        """Write one frame."""
        if len(payload) >= MAX_FRAME:
            raise WireError("message too large")
        data = U32.pack(len(payload) + 1) + kind + payload
        sent = self._write(data)
        while sent < len(data):
            data = data[sent:]
            sent = self._write(data)

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

    def _write(self, data: bytes) -> int:
        while True:
            try:
                return os.write(self.descriptor, data)
            except BlockingIOError:
                self._writable.poll()

    def ended(self) -> bool:
        """Whether the stream ends here, with not one byte more."""
        try:
            return not self._rest and not self._more(1)
        except EOFError:
            return True

    def _more(self, size: int) -> bytes:
        """Read what there is; wait awake for a moment, since a sleeper is slow to wake, then asleep."""
        chunk = None if self._waits() else self._read(size)
        while chunk is None:
            self._readable.poll()
            chunk = self._read(size)
        if not chunk:
            raise EOFError
        return chunk

    def _waits(self) -> bool:
        """Look a few times for bytes; on a busy machine not again for a while, since a sleeper is served first there.

        A look is half as dear as a read in vain, which makes an exception.
        """
        if self._asleep:
            self._asleep -= 1
            return True
        look, clock = self._readable.poll, time.perf_counter
        for _ in range(AWAKE):
            if look(0):
                return False
            yielded = clock()
            os.sched_yield()
            if clock() - yielded > SLICE:
                self._asleep = ASLEEP
                break
        return True

    def _read(self, size: int) -> bytes | None:
        try:
            return os.read(self.descriptor, size)
        except BlockingIOError:
            return None
        except ConnectionError:
            return b""
