"""The main program of a container: takes jobs from its standard input, runs them in boxes, answers on its output.

The boxes are the same as on the host: a warm interpreter in namespaces of its own, here inside the container's.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from typing import Any

from verisieve.errors import SandboxError
from verisieve.sandboxes import frames
from verisieve.sandboxes.host import Host


def main(config: dict[str, Any]) -> None:
    """Serve until the input ends or the sandbox fails; the owner then replaces the container."""
    del config
    threading.Thread(target=_leave_with_owner, daemon=True).start()
    runner = frames.unpack(_read).blobs[0].decode()
    try:
        host = Host(runner)
        _answer(frames.pack({"layers": host.layers}))
        while True:
            job = frames.unpack_job(frames.unpack(_read))
            _answer(frames.pack_run(host.run(job)))
    except SandboxError as error:
        _answer(frames.pack({"fault": str(error)}))
    except EOFError:
        host.close()


def _leave_with_owner() -> None:
    """End the container at once, in the middle of a run too, when its owner is gone: its standard input hangs up."""
    waiting = select.poll()
    waiting.register(0, 0)
    waiting.poll()
    os._exit(0)


def _read(size: int) -> bytes:
    data = sys.stdin.buffer.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _answer(frame: bytes) -> None:
    sys.stdout.buffer.write(frame)
    sys.stdout.buffer.flush()
