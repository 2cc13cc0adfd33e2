"""What a candidate tries on its tester: descriptors it did not ask for, half-closed streams, other ways to meet."""

from __future__ import annotations

from verisieve.sandboxes import Run, Status
from verisieve.sandboxes.trials import PRELUDE, Trial, in_time, reported_done

_LISTEN = """
import os, socket
link = socket.socket(fileno=3)
got = b""
while data := link.recv(65536):
    got += data[:1]
"""
_NOTHING_NEW = (
    _LISTEN
    + """
held = [name for name in os.listdir("/proc/self/fd") if os.path.lexists("/proc/self/fd/" + name)]
os.write(4, b"done" if len(held) <= 5 else b"descriptors")
"""
)
_AWAIT_END = _LISTEN + "os.write(4, b'done')\n"

_GIFTS = """
import os, socket
link = socket.socket(fileno=3)
for _ in range(10):
    socket.send_fds(link, [b"x"], [0, 1, 2, 3] * 10)
link.close()
"""

_HALF_CLOSED = """
import os, socket, time
link = socket.socket(fileno=3)
link.shutdown(socket.SHUT_RDWR)
time.sleep(1000)
"""

_NOT_READING = """
import socket, time
link = socket.socket(fileno=3)
link.setblocking(False)
try:
    while True:
        link.send(b"x" * 65536)
except OSError:
    pass
link.close()
"""

_OWNER = (
    PRELUDE
    + """
import fcntl
link = socket.socket(fileno=3)
for pid in (1, 2, 3, os.getpid() + 1, -1):
    try:
        fcntl.fcntl(3, fcntl.F_SETOWN, pid)
        fcntl.fcntl(3, 10, 9)
        fcntl.fcntl(3, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    except OSError:
        pass
link.send(b"x")
"""
)

_MEETING = """
import os, socket, time
listener = socket.socket(socket.AF_UNIX)
listener.bind("\\0verisieve-meeting")
listener.listen()
link = socket.socket(fileno=3)
link.send(b"x")
link.shutdown(socket.SHUT_WR)
link.recv(1)
"""
_MEET = (
    _LISTEN
    + """
try:
    socket.socket(socket.AF_UNIX).connect("\\0verisieve-meeting")
    os.write(4, b"met")
except OSError:
    os.write(4, b"done")
"""
)

_NEIGHBOUR = """
import os, socket
link = socket.socket(fileno=3)
seen = [name for name in os.listdir("/proc") if name.isdigit()]
for pid in range(1, 400):
    if pid != os.getpid():
        for number in (9, 19):
            try:
                os.kill(pid, number)
            except OSError:
                pass
link.send(b"x")
"""

_FLOODED_REPORT = (
    _LISTEN
    + """
for _ in range(300):
    os.write(4, b"x" * 65536)
    os.write(1, b"x" * 65536)
    os.write(2, b"x" * 65536)
"""
)


def _stays_out(run: Run) -> bool:
    """The stream ended for the tester, and the candidate was taken down after it."""
    return reported_done(run) and in_time(run)


def _drowned(run: Run) -> bool:
    return run.tester is not None and run.tester.status is Status.EXITED and 0 < len(run.report) < 8 << 20


TRIALS = (
    Trial("descriptors that are sent stay unopened", _GIFTS, reported_done, tester=_NOTHING_NEW),
    Trial("a half-closed stream is an end", _HALF_CLOSED, _stays_out, tester=_AWAIT_END),
    Trial(
        "a stream full of bytes that nobody asked for is read to its end",
        _NOT_READING,
        reported_done,
        tester=_AWAIT_END,
    ),
    Trial("signals on the stream reach nobody", _OWNER, reported_done, tester=_AWAIT_END),
    Trial("candidate and tester cannot meet elsewhere", _MEETING, reported_done, tester=_MEET),
    Trial("a candidate cannot signal its tester", _NEIGHBOUR, reported_done, tester=_AWAIT_END),
    Trial("floods on every pipe at once are drained", "pass", _drowned, tester=_FLOODED_REPORT),
)
