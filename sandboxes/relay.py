"""The main program of a container: takes jobs from its standard input, runs them in boxes, answers on its output.

The boxes are the same as on the host: a warm interpreter in namespaces of its own, here inside the container's.
"""

from __future__ import annotations

import os
import select
import threading
from typing import Any

from verisieve.errors import SandboxError
from verisieve.sandboxes import frames
from verisieve.sandboxes.host import ADVICE, Host

IDLE_LIMIT = 600.0  # seconds without a job; an engine that died cannot tell us that the owner is gone, too
PACKAGES = "/packages"  # where an image has those that were named when it was built
_CHUNK = 1 << 18


def main(config: dict[str, Any]) -> None:
    """Serve until the input ends or the sandbox fails; the owner then replaces the container."""
    del config
    threading.Thread(target=_leave_with_owner, daemon=True).start()
    try:
        host = Host(_receive().blobs[0].decode(), PACKAGES if os.path.isdir(PACKAGES) else "")  # noqa: PTH112
        _answer(frames.pack({"layers": host.layers}))
        while True:
            _answer(frames.pack_run(host.run(frames.unpack_job(_receive()))))
    except SandboxError as error:
        _answer(frames.pack({"fault": str(error).removesuffix(f": {ADVICE}")}))
    except EOFError:
        host.close()


def _leave_with_owner() -> None:
    """End the container at once, in the middle of a run too, when its owner is gone: its standard input hangs up."""
    waiting = select.poll()
    waiting.register(0, 0)
    waiting.poll()
    os._exit(0)


def _receive() -> frames.Frame:
    data = bytearray()
    while not frames.is_whole(data):
        if not select.select([0], [], [], IDLE_LIMIT)[0] or not (part := os.read(0, _CHUNK)):
            raise EOFError
        data += part
    return frames.unpack(data)


def _answer(frame: bytes) -> None:
    rest = memoryview(frame)
    while rest:
        rest = rest[os.write(1, rest) :]
