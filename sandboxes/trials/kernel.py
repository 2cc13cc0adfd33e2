"""What a program asks of the kernel: namespaces, mounts, clocks, keys, tracing, old and new ways to call it."""

from __future__ import annotations

from verisieve.sandboxes import Run, Status
from verisieve.sandboxes.trials import PRELUDE, Trial, done

_NAMESPACES = (
    PRELUDE
    + """
for flag in (0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
    refused(("unshare", hex(flag)), 272, flag)
    if flag > 0x80:
        refused(("clone", hex(flag)), 56, flag | 17, 0, 0, 0, 0)
libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: else its own files are root's
for name in ("mnt", "net", "pid", "pid_for_children", "user", "ipc", "uts", "cgroup", "time"):
    try:
        space = os.open("/proc/self/ns/" + name, os.O_RDONLY)
    except OSError:
        continue
    refused(("setns", name), 308, space, 0)
    attempt(("parent", name), lambda: __import__("fcntl").ioctl(space, 0xB702))  # NS_GET_PARENT
refused("setns by pidfd", 308, os.pidfd_open(os.getpid()), 0x20000)
attempt("uid_map", lambda: open("/proc/self/uid_map", "w").write("0 0 1"))
attempt("uid 0", lambda: os.setuid(0))
attempt("groups", lambda: os.setgroups([0]))
print("done")
"""
)

_MOUNTS = (
    PRELUDE
    + """
refused("mount", 165, b"none", b".", b"tmpfs", 0, 0)
refused("mount proc", 165, b"proc", b"/proc", b"proc", 0, 0)
refused("remount", 165, b"none", b"/", b"", 32 | 4096, 0)
refused("umount2", 166, b"/proc", 2)
refused("pivot_root", 155, b".", b".")
refused("chroot", 161, b".")
refused("open_tree", 428, -100, b"/", 1)
refused("move_mount", 429, -100, b"/", -100, b".", 0)
refused("fsopen", 430, b"tmpfs", 0)
refused("fsmount", 432, 0, 0, 0)
refused("fspick", 433, -100, b"/", 0)
refused("mount_setattr", 442, -100, b"/", 0, 0, 0)
refused("statmount", 457, 0, 0, 0, 0)
refused("listmount", 458, 0, 0, 0, 0)
refused("open_tree_attr", 467, -100, b"/", 1, 0, 0)
place = os.open("/", os.O_PATH)
for path in ("..", "../..", "../../.." + canary["file"]):
    attempt(path, lambda: os.open(path, os.O_RDONLY, dir_fd=place) if canary["file"] in path else os.chroot(path))
refused("open_by_handle_at", 304, place, 0, 0)
refused("name_to_handle_at", 303, -100, b"/", 0, 0, 0)
print("done")
"""
)

_CLOCKS = (
    PRELUDE
    + """
refused("clock_settime", 227, 0, (ctypes.c_long * 2)(1, 0))
refused("settimeofday", 164, (ctypes.c_long * 2)(1, 0), 0)
refused("adjtimex", 159, bytes(256))
refused("clock_adjtime", 305, 0, bytes(256))
refused("sethostname", 170, b"owned", 5)
refused("setdomainname", 171, b"owned", 5)
refused("syslog", 103, 3, bytes(100), 100)
refused("acct", 163, 0)
refused("reboot", 169, 0xFEE1DEAD, 672274793, 0x1234567, 0)
refused("swapon", 167, b"x", 0)
attempt("time offsets", lambda: open("/proc/self/timens_offsets", "w").write("monotonic 1 0"))
time.tzset()
print("done")
"""
)

_MACHINERY = (
    PRELUDE
    + """
calls = {"bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425, "io_uring_enter": 426,
         "io_uring_register": 427, "io_setup": 206, "keyctl": 250, "add_key": 248, "request_key": 249, "seccomp": 317,
         "kexec_load": 246, "kexec_file_load": 320, "init_module": 175, "finit_module": 313, "delete_module": 176,
         "iopl": 172, "ioperm": 173, "modify_ldt": 154, "personality": 135, "lookup_dcookie": 212, "quotactl": 179,
         "set_mempolicy": 238, "migrate_pages": 256, "move_pages": 279, "landlock_create_ruleset": 444,
         "pkey_alloc": 330, "process_mrelease": 448, "set_mempolicy_home_node": 450, "cachestat": 451,
         "map_shadow_stack": 453, "lsm_get_self_attr": 459, "setxattrat": 463, "setxattr": 188, "nfsservctl": 180,
         "uselib": 134, "sysfs": 139, "ustat": 136, "vhangup": 153, "capset": 126, "setfsuid": 122, "setregid": 114}
for name, number in calls.items():
    refused(name, number, 0, 0, 0, 0, 0, 0)
print("done")
"""
)

_ATTRIBUTES = (
    PRELUDE
    + """
def denied(name, *arguments):
    if libc.prctl(*map(ctypes.c_ulong, arguments), *[ctypes.c_ulong(0)] * (5 - len(arguments))) == 0:
        reach(name)
for field in range(1, 15):
    denied(("PR_SET_MM", field), 35, field, 0)
for capability in range(41):
    denied(("ambient", capability), 47, 2, capability)  # PR_CAP_AMBIENT_RAISE
denied("securebits", 28, 0x2F)
denied("io flusher", 57, 1)
libc.prctl(8, 1, 0, 0, 0)  # PR_SET_KEEPCAPS
print("done" if libc.prctl(39, 0, 0, 0, 0) == 1 else "REACH")  # PR_GET_NO_NEW_PRIVS
"""
)

_OWN_FILTER = (
    PRELUDE
    + """
import struct
code = ctypes.create_string_buffer(struct.pack("=HBBI", 6, 0, 0, 0x7FFF0000))  # allow everything
filter_program = struct.pack("@HP", 1, ctypes.addressof(code))
libc.prctl(22, 2, ctypes.c_char_p(filter_program), 0, 0)  # may be added, takes nothing away
refused("mount", 165, b"none", b".", b"tmpfs", 0, 0)
refused("socket", 41, 2, 1, 0, errors=(13,))
refused("listener", 317, 1, 8, ctypes.c_char_p(filter_program))
print("done")
"""
)

_SETUID = (
    PRELUDE
    + """
import subprocess
for path in ("su", "mount", "umount", "passwd", "chsh", "newgrp", "sudo", "pkexec", "unshare", "nsenter", "setpriv"):
    path = "/usr/bin/" + path
    if os.path.exists(path):
        arguments = {"unshare": ["-r", "id"], "nsenter": ["-t", "1", "-a", "id"], "su": ["-c", "id"], "sudo": ["id"],
                     "setpriv": ["--reuid=0", "id"], "mount": ["-t", "tmpfs", "none", "."]}
        words = [path, *arguments.get(os.path.basename(path), [])]
        told = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=1)
        if b"uid=0" in told.stdout or (told.returncode == 0 and "mount" in path and os.path.ismount(".") is False):
            reach(path, told.stdout)
open("own", "w").write("#!/bin/sh\\nid\\n")
try:
    os.chmod("own", 0o6755)
    if b"uid=0" in subprocess.run(["./own"], capture_output=True).stdout:
        reach("own")
except OSError:
    pass
print("done")
"""
)

_DEVICES = (
    PRELUDE
    + """
for name, kind, major, minor in (("disk", 0o060666, 8, 0), ("vd", 0o060666, 254, 0), ("mem", 0o020666, 1, 1),
                                 ("kmsg", 0o020666, 1, 11), ("tty", 0o020666, 5, 0), ("fuse", 0o020666, 10, 229)):
    attempt(name, lambda: os.mknod(name, kind, os.makedev(major, minor)))
for path in ("/dev/mem", "/dev/kmsg", "/dev/tty", "/dev/console", "/dev/ptmx", "/dev/fuse", "/dev/kvm", "/dev/vda",
             "/dev/loop-control", "/dev/net/tun", "/dev/pts", "/dev/log", "/dev/mqueue", "/dev/userfaultfd"):
    attempt(path, lambda: os.stat(path))
for path in ("/dev/null", "/dev/zero", "/dev/random"):
    device = os.open(path, os.O_RDWR if path == "/dev/null" else os.O_RDONLY)
    for number in (0x5412, 0x40085203, 0x5206, 0x8912, 0x5411, 0x541C):  # TIOCSTI RNDADDENTROPY RNDCLEARPOOL ...
        attempt((path, hex(number)), lambda: __import__("fcntl").ioctl(device, number, bytes(64)))
print("done")
"""
)

_OLD_CALLS = """
import ctypes, mmap, os
if os.uname().machine != "x86_64":
    os.kill(os.getpid(), 31)
area = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
area.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20; int 0x80; ret: getpid as of 32 bits
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(area)))()
print("REACH")
"""

_X32_CALLS = """
import ctypes, os
if os.uname().machine != "x86_64":
    os.kill(os.getpid(), 31)
ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 + 39))
print("REACH")
"""

_RAISED = (
    PRELUDE
    + """
import resource
for name in dir(resource):
    if name.startswith("RLIMIT_"):
        number = getattr(resource, name)
        soft, hard = resource.getrlimit(number)
        if hard != -1:
            attempt(name, lambda: resource.setrlimit(number, (hard + 1, hard + 1)))
            attempt(name, lambda: resource.setrlimit(number, (-1, -1)))
        attempt((name, "victim"), lambda: resource.prlimit(canary["victim"], number))
# A dump that the kernel pipes to a helper of the host is made at every limit but 1, so that must stay.
attempt("core", lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
attempt("core of a child", lambda: resource.prlimit(0, resource.RLIMIT_CORE, (0, 0)))
SIGPENDING = 11
for number, most in ((resource.RLIMIT_CORE, 1), (resource.RLIMIT_MEMLOCK, 0), (SIGPENDING, 4096)):
    if not 0 <= resource.getrlimit(number)[1] <= most:
        reach("limit", number, resource.getrlimit(number))
print("done")
"""
)


def _refused_by_death(run: Run) -> bool:
    return (run.candidate.status, run.candidate.code) == (Status.SIGNALED, 31)


TRIALS = (
    Trial("no namespace to enter or make", _NAMESPACES, done),
    Trial("no mount to make, move or leave", _MOUNTS, done),
    Trial("no clock, name or log of the machine", _CLOCKS, done),
    Trial("no machinery of the kernel", _MACHINERY, done),
    Trial("no attribute that needs a capability", _ATTRIBUTES, done),
    Trial("a filter of its own takes nothing away", _OWN_FILTER, done),
    Trial("programs of root give nothing", _SETUID, done),
    Trial("no device but the harmless ones", _DEVICES, done),
    Trial("calls of 32 bits kill", _OLD_CALLS, _refused_by_death),
    Trial("calls of x32 kill", _X32_CALLS, _refused_by_death),
    Trial("no limit can be raised, or a core dump had", _RAISED, done),
)
