"""What a program does with descriptors and files: its own pipes, hoards, locks, odd names, links."""

from __future__ import annotations

from dataclasses import replace

from verisieve.sandboxes import Run, Status
from verisieve.sandboxes.trials import PRELUDE, QUICK, Trial, any_end, done, in_time

_EVERY_DESCRIPTOR = """
import os
for fd in [*range(3, 1025), 2, 1, 0]:
    for act in (lambda: os.set_blocking(fd, False), lambda: os.write(fd, b"\\x00\\xff{}" * 100), lambda: os.close(fd)):
        try:
            act()
        except OSError:
            pass
os._exit(7)
"""

_SHUFFLED = """
import os, socket
copies = [os.dup(fd) for fd in (0, 1, 2)]
for fd in (0, 1, 2):
    os.dup2(copies[(fd + 1) % 3], fd)
for fd in range(3, 200):
    try:
        os.dup2(1, fd)
    except OSError:
        pass
os._exit(7)
"""

_NOT_BLOCKING = """
import fcntl, os
for fd in (0, 1, 2):
    os.set_blocking(fd, False)
    fcntl.fcntl(fd, fcntl.F_SETFL, os.O_NONBLOCK | os.O_APPEND | os.O_ASYNC)
    fcntl.fcntl(fd, fcntl.F_SETOWN, os.getppid() or 1)
    fcntl.fcntl(fd, 10, 9)  # F_SETSIG: SIGKILL for whoever owns it
for _ in range(2000):
    try:
        os.write(1, b"x" * 4096)
    except BlockingIOError:
        pass
os._exit(7)
"""

_ALL_AT_ONCE = """
import os, threading
def flood(fd):
    for _ in range(400):
        os.write(fd, b"\\x1b[31m\\r\\x08\\x9b\\x00" * 8192)
threads = [threading.Thread(target=flood, args=(fd,)) for fd in (1, 2, 1, 2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
os._exit(7)
"""

_REOPENED = """
import os
for fd in (0, 1, 2):
    for mode in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR):
        try:
            end = os.open(f"/proc/self/fd/{fd}", mode | os.O_NONBLOCK)
            if mode != os.O_WRONLY:
                os.read(end, 65536)
            else:
                os.write(end, b"x" * 1000)
        except OSError:
            pass
os._exit(7)
"""

# The end of the output in flight inside a ring of sockets that nobody holds: only the kernel's collector frees it.
_RING = """
import os, socket
for _ in range(20):
    one, two = socket.socketpair()
    socket.send_fds(one, [b"x"], [1, 2, one.fileno(), two.fileno()])
    socket.send_fds(two, [b"x"], [1, 2, one.fileno(), two.fileno()])
    one.close(); two.close()
os._exit(7)
"""

_HOARD = """
import os, socket
kept = []
try:
    while True:
        one, two = socket.socketpair()
        one.setblocking(False)
        kept.append((one, two))
        while True:
            socket.send_fds(one, [b"x"], [0, 1, 2] * 80)
except OSError:
    pass
os._exit(7)
"""

_EXHAUSTED = (
    PRELUDE
    + """
import select
most = 0
makers = (os.pipe, socket.socketpair, select.epoll, lambda: os.open("/dev/null", 0), lambda: libc.eventfd(0, 0),
          lambda: libc.timerfd_create(1, 0), lambda: libc.signalfd(-1, bytes(8), 0))
for make in makers:
    held = []
    try:
        while len(held) < 5000:
            made = make()
            if made == -1:
                break
            held.append(made)
    except OSError:
        pass
    most = max(most, len(held))
    os.closerange(5, 5000) if not any(isinstance(one, (tuple, select.epoll)) for one in held) else None
    del held
refused("inotify_init", 294, 0)
refused("fanotify_init", 300, 0, 0)
print("done" if most < 5000 else "REACH")
"""
)

_LOCKS = (
    PRELUDE
    + """
import fcntl
open("own", "w").write("x")
own = os.open("own", os.O_RDWR)
fcntl.flock(own, fcntl.LOCK_EX)
fcntl.lockf(own, fcntl.LOCK_EX)
for path in (os.__file__, "/usr/bin/python3", "/etc/passwd"):
    file = os.open(path, os.O_RDONLY)
    for command, argument in ((1024, 0), (1024, 1), (1026, 0x8000003F)):  # F_SETLEASE read and write, F_NOTIFY
        attempt((path, command), lambda: fcntl.fcntl(file, command, argument))
attempt("watch a folder", lambda: fcntl.fcntl(os.open("/usr/lib", os.O_RDONLY), 1026, 0x8000003F))
print("done")
"""
)

_STAMPS = (
    PRELUDE
    + """
for path in ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/etc/passwd", os.__file__):
    attempt(("touch", path), lambda: os.utime(path))
    attempt(("stamp", path), lambda: os.utime(path, (1, 1)))
    attempt(("mode", path), lambda: os.chmod(path, 0o666))
    attempt(("owner", path), lambda: os.chown(path, os.getuid(), -1))
    attempt(("attribute", path), lambda: os.setxattr(path, "user.left", b"x"))
print("done")
"""
)

_NAMES = (
    PRELUDE
    + r"""
for name in (b"a\nb", b"\x1b[2J\x07", b"\xff\xfe", b"-rf", b" ", b"$(reboot)", "\u202e".encode(), b"x" * 255):
    os.mkdir(name)
    open(os.path.join(name, name), "w").close()
os.mkfifo("fifo")
listener = socket.socket(socket.AF_UNIX)
listener.bind("socket")
listener.listen()
os.symlink("/proc/self/fd/1", "loop")
os.symlink("self", "self")
os.symlink(canary["file"], "solution.py")
os.chmod(".", 0)
print("done")
"""
)

_LINKS = (
    PRELUDE
    + """
import threading
stop = time.monotonic() + 0.2
def swap():
    while time.monotonic() < stop:
        for target in (canary["file"], canary["folder"], "/etc/passwd", "/proc/1/root", "."):
            try:
                os.symlink(target, "new")
                os.replace("new", "link")
            except OSError:
                pass
threading.Thread(target=swap).start()
while time.monotonic() < stop:
    for path in ("link", "link/../..", "link/" + canary["marker"]):
        try:
            with open(path, "r+") as file:
                reach(path, file.read(10))
        except OSError:
            pass
for target in ("/etc/passwd", "/usr/bin/python3", "/proc/self/exe", "/dev/null"):
    attempt(target, lambda: os.link(target, "hard"))
attempt("anonymous", lambda: os.open("/usr/lib", os.O_TMPFILE | os.O_RDWR))
print("done")
"""
)

_PROC = (
    PRELUDE
    + """
harmless = {"comm", "coredump_filter", "timerslack_ns", "clear_refs", "mem", "sched", "autogroup", "loginuid"}
for name in os.listdir("/proc/self"):
    path = "/proc/self/" + name
    if name in harmless or not os.path.isfile(path):
        continue
    for text in ("0", "-1000", "deny", "0 0 1", "1000"):
        if name == "oom_score_adj" and int(text if text[-1].isdigit() and " " not in text else 1) >= 1000:
            continue
        attempt((name, text), lambda: open(path, "w").write(text))
for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger", "/proc/kcore",
             "/proc/kallsyms", "/proc/kmsg", "/proc/keys", "/proc/timer_list", "/proc/bus", "/proc/acpi"):
    attempt(path, lambda: os.stat(path))
print("done")
"""
)


def _exits_7(run: Run) -> bool:
    """It came to its end as it wanted, and soon."""
    end = run.candidate
    return (end.status, end.code) == (Status.EXITED, 7) and end.wall < QUICK.wall


def _exits_7_at_once(run: Run) -> bool:
    return _exits_7(run) and in_time(run)


def _capped(run: Run) -> bool:
    end = run.candidate
    return _exits_7(run) and max(len(end.stdout), len(end.stderr)) <= 2 * QUICK.output and end.stdout_bytes > 1 << 20


TRIALS = (
    Trial("bytes on every descriptor reach nobody", _EVERY_DESCRIPTOR, _exits_7, times=2),
    Trial("pipes may be closed and exchanged", _SHUFFLED, _exits_7),
    Trial("modes left on its pipes do not reach us", _NOT_BLOCKING, any_end, times=2),
    Trial("both outputs at once are drained and capped", _ALL_AT_ONCE, _capped, replace(QUICK, cpu=4.0)),
    Trial("pipes that are opened anew are its own", _REOPENED, _exits_7),
    Trial("pipes in flight in a ring of sockets do not delay the end", _RING, _exits_7_at_once),
    Trial("a hoard of descriptors in flight is given back", _HOARD, _exits_7, times=2),
    Trial("descriptors of every kind are counted", _EXHAUSTED, done),
    Trial("no lease or watch on files of the host", _LOCKS, done),
    Trial("no mark on files and devices of the host", _STAMPS, done),
    Trial("odd names and kinds of files go with the run", _NAMES, done),
    Trial("races of links reach nothing", _LINKS, done),
    Trial("no setting in /proc can be changed", _PROC, done),
)
