"""What a program does with processes and signals: storms, daemons, impostors, and what must not outlive its limit."""

from __future__ import annotations

from dataclasses import replace

from verisieve.sandboxes import Run, Status
from verisieve.sandboxes.trials import PRELUDE, QUICK, Trial, any_end, done, ends_as, in_time

_BRIEF = replace(QUICK, wall=1.0)
_BUSY = replace(QUICK, cpu=0.5, wall=30.0)

_SIGNALS = (
    PRELUDE
    + """
me = os.getpid()
for pid in {canary["pid"], canary["victim"], os.getppid(), 1, -canary["victim"]} - {0, me}:
    for number in (signal.SIGCONT, signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL, 34):
        try:
            os.kill(pid, number)
        except OSError:
            pass
try:
    os.kill(-1, signal.SIGKILL)
except OSError:
    pass
refused("tkill", 200, canary["victim"], 9, errors=(1, 3))
refused("pidfd_open", 434, canary["victim"], 0, errors=(1, 3, 22))
print("done")
"""
)

_OWN_GROUP = "import os\nos.killpg(0, 9)"

_STORM = """
import os, signal
def storm():
    while True:
        try:
            if os.fork() == 0:
                os.setsid()
                if os.fork():
                    os._exit(0)
                for number in range(1, 65):
                    try:
                        signal.signal(number, signal.SIG_IGN)
                    except (OSError, ValueError):
                        pass
        except OSError:
            pass
storm()
"""

# One of each kind that might stay: a daemon, a deaf one, a stopped one, one in vfork's wait, and a busy first process.
_TREE = (
    PRELUDE
    + """
def daemon():
    os.setsid()
    fork(lambda: time.sleep(1000))
def deaf():
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    time.sleep(1000)
def stopped():
    os.kill(os.getpid(), signal.SIGSTOP)
def in_vfork():
    if X86:
        libc.syscall(56, 0x4000 | 17, 0, 0, 0, 0)  # clone(CLONE_VFORK | SIGCHLD): the parent waits in the kernel
    time.sleep(1000)
def traced():
    os.nice(19)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    time.sleep(1000)
for kind in (daemon, deaf, stopped, in_vfork, traced):
    fork(kind)
"""
)
_BUSY_TREE = _TREE + "while True: pass\n"
_IDLE_TREE = _TREE + "time.sleep(1000)\n"

_ORPHANS = (
    PRELUDE
    + """
libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
libc.prctl(1, 0, 0, 0, 0)  # PR_SET_PDEATHSIG
for _ in range(4):
    fork(lambda: fork(lambda: time.sleep(1000)))
print("done")
"""
)

_IMPOSTOR = (
    PRELUDE
    + """
def hide():
    libc.prctl(15, b"systemd", 0, 0, 0)  # PR_SET_NAME
    os.setsid()
    time.sleep(1000)
fork(hide)
libc.prctl(15, b"kworker/0:1", 0, 0, 0)
print("done")
"""
)

_EXECUTED = (
    PRELUDE
    + """
quiet = os.open("/dev/null", os.O_RDWR)
def start(path):
    time.sleep(0.05)
    os.setsid()
    os.dup2(quiet, 1), os.dup2(quiet, 2)
    os.execv(path, [path, "1000"])
for name in ("sleep", "yes", "cat"):
    path = "/usr/bin/" + name
    if os.path.exists(path):
        fork(lambda: start(path))
time.sleep(0.2)
print("done")
"""
)

_ZOMBIES = (
    PRELUDE
    + """
count = sum(bool(fork(lambda: None)) for _ in range(200))
print("done" if count <= 24 else "REACH", flush=True)  # 16, and what boxes of one user that wait leave over
"""
)

_VFORKS = (
    PRELUDE
    + """
if X86:
    while True:
        if libc.syscall(56, 0x4000 | 17, 0, 0, 0, 0) == 0:  # clone(CLONE_VFORK | SIGCHLD)
            libc.syscall(231, 0)  # exit_group
while True: pass
"""
)

_STOPPED = "import os, signal\nos.fork()\nos.kill(os.getpid(), signal.SIGSTOP)"

_TRACERS = (
    PRELUDE
    + """
refused("ptrace traceme", 101, 0, 0, 0, 0)
refused("ptrace attach", 101, 16, 1, 0, 0)
refused("ptrace seize", 101, 0x4206, os.getppid(), 0, 0)
refused("process_vm_writev", 311, 1, 0, 0, 0, 0, 0)
refused("kcmp", 312, 1, os.getpid(), 0, 0, 0)
refused("pidfd_getfd", 438, os.pidfd_open(os.getpid()), 1, 0)
refused("process_madvise", 440, os.pidfd_open(os.getpid()), 0, 0, 0, 0)
libc.prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER, any
libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE
for name in ("mem", "environ", "maps", "fd/0", "cwd/x", "root/etc/hostname"):
    attempt(name, lambda: open("/proc/1/" + name, "rb").close())
print("done")
"""
)

_CLASSES = (
    PRELUDE
    + """
for policy in (os.SCHED_FIFO, os.SCHED_RR):
    attempt(policy, lambda: os.sched_setscheduler(0, policy, os.sched_param(1)))
attempt("nice", lambda: os.nice(-1))
attempt("others", lambda: os.setpriority(os.PRIO_USER, 0, -5))
attempt("victim", lambda: os.setpriority(os.PRIO_PROCESS, canary["victim"], 10))
refused("sched_setattr", 314, 0, 0, 0)
refused("ioprio_set", 251, 1, 0, 0x2000)
refused("sched_setaffinity of another", 203, 1, 8, 0)
libc.prctl(62, 1, 0, 1, 0)  # PR_SCHED_CORE
print("done")
"""
)

_SIGNAL_QUEUE = (
    PRELUDE
    + """
signal.pthread_sigmask(signal.SIG_BLOCK, range(34, 65))
info = (ctypes.c_int * 32)(40, 0, -1)
count = 0
while X86 and count < 300_000 and libc.syscall(129, os.getpid(), 40, info) == 0:  # rt_sigqueueinfo
    count += 1
print("done")
"""
)

_TIMERS = (
    PRELUDE
    + """
made = ctypes.c_int()
signal.signal(signal.SIGALRM, lambda *_: None)
interval = (ctypes.c_long * 4)(0, 1000, 0, 1000)
for _ in range(2000):
    if not X86 or libc.syscall(222, 1, 0, ctypes.byref(made)):  # timer_create
        break
    libc.syscall(223, made.value, 0, interval, 0)  # timer_settime
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
while True: pass
"""
)

_FAULT_HANDLER = (
    PRELUDE
    + """
libc.signal(signal.SIGSEGV, ctypes.c_void_p(1))  # SIG_IGN; the kernel kills nevertheless
ctypes.string_at(0)
"""
)

_THREAD_STAYS = "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()"
_EXIT_HANGS = "import atexit, time\natexit.register(time.sleep, 1000)"
_FORK_HOOKS = (
    "import os\nos.register_at_fork(after_in_child=lambda: os._exit(9), before=lambda: os._exit(7))\nos.fork()"
)


def _killed(run: Run) -> bool:
    return run.candidate.status is Status.SIGNALED and run.candidate.code in (9, 11)


def _quietly_done(run: Run) -> bool:
    return done(run) and in_time(run)


def _exits_7(run: Run) -> bool:
    return (run.candidate.status, run.candidate.code) == (Status.EXITED, 7)


_TIMED_OUT = ends_as(Status.TIMEOUT_WALL)
_LIMITED = ends_as(Status.TIMEOUT_CPU, Status.TIMEOUT_WALL)
_SPENT = ends_as(Status.TIMEOUT_CPU)

TRIALS = (
    Trial("signals reach nobody else", _SIGNALS, done),
    Trial("a program may kill its own group", _OWN_GROUP, _killed),
    Trial(
        "a storm of daemons that change their session ends in time",
        _STORM,
        _LIMITED,
        _BUSY,
    ),
    Trial(
        "a busy tree of daemons, deaf, stopped and waiting processes goes with its CPU limit",
        _BUSY_TREE,
        _SPENT,
        _BUSY,
    ),
    Trial("an idle tree of such processes goes with its wall limit", _IDLE_TREE, _TIMED_OUT, _BRIEF),
    Trial("orphans under a reaper of their own go with the run", _ORPHANS, _quietly_done),
    Trial("a daemon under another name goes with the run", _IMPOSTOR, _quietly_done),
    Trial("programs that it started go with the run", _EXECUTED, _quietly_done),
    Trial("zombies count as processes and go with the run", _ZOMBIES, done),
    Trial("a loop of vforks ends at its limit", _VFORKS, _LIMITED, _BUSY),
    Trial("a program that stops itself ends at its wall limit", _STOPPED, _TIMED_OUT, _BRIEF),
    Trial("no process can be traced or read", _TRACERS, done),
    Trial("no better class of scheduling", _CLASSES, done),
    Trial("a queue full of signals is no burden", _SIGNAL_QUEUE, any_end),
    Trial("a storm of timers ends at its limit", _TIMERS, _SPENT, _BUSY),
    Trial("a fault that is ignored kills nevertheless", _FAULT_HANDLER, _killed),
    Trial("a thread that stays ends at the wall limit", _THREAD_STAYS, _TIMED_OUT, _BRIEF),
    Trial("an exit function that hangs ends at the wall limit", _EXIT_HANGS, _TIMED_OUT, _BRIEF),
    Trial("hooks on fork hurt only their program", _FORK_HOOKS, _exits_7),
)
