"""What a program tries to use up: CPU, time, memory, processes, disk, our patience with its output."""

from __future__ import annotations

from dataclasses import replace

from verisieve.sandboxes import MIB, Limits, Run, Status
from verisieve.sandboxes.trials import QUICK, Trial, done, ends_as, in_time

_BRIEF = replace(QUICK, wall=1.0)
_PATIENT = replace(QUICK, wall=60.0)  # on a busy machine, a second of CPU takes its time
_TALKATIVE = Limits(cpu=5.0, wall=20.0, output=4096)

_DEAF_LOOP = """
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass
"""

_UNWAITED = """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    try:
        if os.fork() == 0:
            while time.process_time() < 0.15:
                pass
            os._exit(0)
    except OSError:  # on a busy machine they pile up
        pass
    time.sleep(0.2)
"""

_SLEEPER = """
import time
while True:
    try:
        time.sleep(1000)
    except BaseException:
        pass
"""

_MEMORY_OF_CHILDREN = """
import os, time
for _ in range(8):
    if os.fork() == 0:
        x = bytearray(b"x") * (40 << 20)
        time.sleep(100)
time.sleep(100)
"""

_FORK_BOMB = """
import os, time
for _ in range(500):
    try:
        if os.fork() == 0:
            time.sleep(100)
    except OSError:
        pass
count = sum(name.isdigit() for name in os.listdir("/proc"))
print("done" if count <= 26 else "REACH")  # 16 and two, and what boxes of one user that wait leave over
"""

_THREAD_BOMB = """
import os, threading, time
for _ in range(200):
    try:
        threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
    except RuntimeError:
        pass
print("done" if threading.active_count() <= 24 else "REACH", flush=True)
os._exit(0)
"""

_FULL_DISK = """
total = 0
try:
    with open("big", "wb", 0) as file:
        while True:
            total += file.write(b"x" * 65536)
except OSError:
    print("done" if total <= 6 << 20 else "REACH")
"""

_MANY_FILES = """
import os
count = 0
try:
    while True:
        os.mkdir(str(count))
        count += 1
except OSError:
    print("done" if count <= 130 else "REACH")
"""

_DEEP_FOLDERS = """
import os
try:
    while True:
        os.mkdir("d")
        os.chdir("d")
except OSError:
    print("done")
"""

_DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in range(64):
            try:
                os.close(fd)
            except OSError:
                pass
        time.sleep(1000)
    os._exit(0)
os.wait()
print("done")
"""

_PIPE_HOLDER = """
import os, time
if os.fork() == 0:
    time.sleep(1000)
print("done", flush=True)
os._exit(0)
"""


def _soon_done(run: Run) -> bool:
    return done(run) and in_time(run)


def _drained(run: Run) -> bool:
    end = run.candidate
    return end.code == 0 and end.stdout_bytes == 64 * MIB and len(end.stdout) <= 2 * _TALKATIVE.output


def _dammed(run: Run) -> bool:
    end = run.candidate
    return end.status is Status.EXITED and b"BrokenPipeError" in end.stderr and end.stdout_bytes < 300 * MIB


def _segfault(run: Run) -> bool:
    end = run.candidate
    return end.status is Status.SIGNALED and end.code == 11


TRIALS = (
    Trial("a loop ends at its CPU limit", "while True: pass", ends_as(Status.TIMEOUT_CPU), _PATIENT),
    Trial(
        "a loop deaf to signals ends at its CPU limit",
        _DEAF_LOOP,
        ends_as(Status.TIMEOUT_CPU),
        _PATIENT,
    ),
    Trial(
        "the CPU of children counts",
        "import os\nos.fork()\nos.fork()\nwhile 1: pass",
        ends_as(Status.TIMEOUT_CPU),
        _PATIENT,
    ),
    Trial("children that nobody waits for end too", _UNWAITED, ends_as(Status.TIMEOUT_CPU, Status.TIMEOUT_WALL)),
    Trial("a sleeper ends at its wall limit", _SLEEPER, ends_as(Status.TIMEOUT_WALL), _BRIEF),
    Trial("a memory bomb ends at its limit", "x = []\nwhile 1: x.append(b'x' * (1 << 20))", ends_as(Status.MEMORY)),
    Trial("the memory of children counts", _MEMORY_OF_CHILDREN, ends_as(Status.MEMORY)),
    Trial("a fork bomb stays within its processes", _FORK_BOMB, done),
    Trial("a thread bomb stays within its processes", _THREAD_BOMB, done),
    Trial("a flood of output is drained and capped", "for _ in range(4096): print('x' * 16383)", _drained, _TALKATIVE),
    Trial("an endless flood of output breaks its pipe", "while True: print('x' * 65535)", _dammed, _TALKATIVE),
    Trial("a full disk is an error of the program", _FULL_DISK, done),
    Trial("files are counted", _MANY_FILES, done),
    Trial("deep folders are no burden", _DEEP_FOLDERS, done),
    Trial("a daemon does not outlive its run", _DAEMON, _soon_done),
    Trial("a child that holds the pipes does not delay the end", _PIPE_HOLDER, _soon_done),
    Trial("a crash is a signal, without a core file", "import ctypes\nctypes.string_at(0)", _segfault),
)
