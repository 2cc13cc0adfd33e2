"""What a program tries to get hold of: the network, the host's files, its processes, its kernel."""

from __future__ import annotations

from verisieve.sandboxes.trials import PRELUDE, Trial, done

_NETWORK = (
    PRELUDE
    + r"""
for host in ("127.0.0.1", "8.8.8.8", "169.254.169.254"):
    attempt(host, lambda: socket.create_connection((host, canary["port"]), 1))
attempt("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", canary["udp"])))
attempt("ipv6", lambda: socket.socket(socket.AF_INET6).connect(("::1", canary["port"])))
attempt("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
attempt("raw", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
attempt("abstract", lambda: socket.socket(socket.AF_UNIX).connect("\0" + canary["socket"]))
attempt("server", lambda: socket.create_server(("0.0.0.0", 0)))
print("done")
"""
)

_FILES = (
    PRELUDE
    + """
paths = ["/etc/shadow", "/etc/hostname", "/etc/ssl", "/sys", "/run", "/home", "/opt", "/srv", "/mnt", "/boot"]
paths += ["/var/run/docker.sock", "/proc/1/root/etc/hostname", "/proc/self/root/etc/hostname", "/proc/kcore"]
for path in (canary["file"], canary["folder"], *paths):
    attempt(path, lambda: os.stat(path))
for prefix in ("", "/proc/1/root", "/proc/self/root", "/proc/self/cwd/../../.."):
    attempt(prefix, lambda: open(prefix + canary["file"]).read())
    attempt(prefix, lambda: open(prefix + canary["file"], "w").write("x"))
print("done")
"""
)

_ENVIRONMENT = """
import os
for path in ("/proc/self/environ", "/proc/1/environ"):
    try:
        if open(path, "rb").read().strip(bytes(1)):
            print("REACH", path)
    except OSError:
        pass
if os.environ:
    print("REACH", dict(os.environ))
print("done")
"""

_PROCESSES = (
    PRELUDE
    + """
seen = [name for name in os.listdir("/proc") if name.isdigit()]
if len(seen) > 2:
    print("REACH", seen)
attempt("kill", lambda: os.kill(canary["pid"], 0))
attempt("priority", lambda: os.setpriority(os.PRIO_PROCESS, 0, -20))
attempt("realtime", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)))
try:
    for path in {os.readlink("/proc/1/fd/" + name) for name in os.listdir("/proc/1/fd")} - {"/dev/null"}:
        print("REACH", path)
except OSError:
    pass
for path in ("/proc/1/mem", "/proc/1/fd/0", "/proc/1/cwd/x"):
    attempt(path, lambda: open(path, "r+b"))
print("done")
"""
)

_DESCRIPTORS = """
import os
for fd in range(3, 4096):
    try:
        os.fstat(fd)
        print("REACH", fd)
    except OSError:
        pass
print("done")
"""

_WRITES = (
    PRELUDE
    + """
for place in ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", "/usr/lib", canary["home"], canary["folder"], ".."):
    path = os.path.join(place, canary["marker"])
    try:
        open(path, "w").write("x")  # /tmp and the like may be the run's own folder: the host looks
    except OSError:
        pass
for path in ("/x", "/etc/x", "/etc/passwd", "/usr/x", "/dev/x", "/box/x", "/proc/sys/kernel/hostname", os.__file__):
    attempt(path, lambda: open(path, "a").write("x"))
attempt("link", lambda: os.link("/etc/passwd", "hard"))
attempt("device", lambda: os.mknod("disk", 0o060666, os.makedev(8, 0)) or open("disk", "rb"))
print("done")
"""
)

_CALLS = (
    PRELUDE
    + """
libc = ctypes.CDLL(None, use_errno=True)
REFUSED = (1, 38)
calls = {
    "mount": (b"none", b"/tmp", b"tmpfs", 0, None), "umount2": (b"/proc", 2), "unshare": (0x10000000,), "setns": (0, 0),
    "ptrace": (16, 1, 0, 0), "sethostname": (b"x", 1), "adjtimex": (bytes(512),), "personality": (0x40000,),
    "chroot": (b"/tmp",), "swapon": (b"/x", 0), "settimeofday": (bytes(16), None), "shmget": (0, 4096, 0o1600),
    "semget": (0, 1, 0o1600), "msgget": (0, 0o1600), "memfd_create": (b"x", 0), "acct": (None,), "setuid": (0,),
    "process_vm_readv": (1, None, 0, None, 0, 0), "init_module": (None, 0, b""), "fanotify_init": (0, 0),
    "pivot_root": (b".", b"."), "vhangup": (), "quotactl": (0, None, 0, None), "mlockall": (1,),
}
def check(name, result):
    if result >= 0 or ctypes.get_errno() not in REFUSED:
        print("REACH", name, result, ctypes.get_errno())
for name, arguments in calls.items():
    function = getattr(libc, name, None)
    if function:
        check(name, function(*arguments))
numbers = {"bpf": 321, "userfaultfd": 323, "perf_event_open": 298, "keyctl": 250, "add_key": 248, "kexec_load": 246}
numbers |= {"open_by_handle_at": 304, "finit_module": 313, "reboot": 169, "syslog": 103, "iopl": 172}
numbers |= {"clone_newuser": 56}
modern = {"io_uring_setup": 425, "clone3": 435, "fsopen": 430, "open_tree": 428, "mount_setattr": 442}
if os.uname().machine != "x86_64":
    numbers = {}
for name, number in (numbers | modern).items():
    check(name, libc.syscall(number, 0x10000000 if number == 56 else 0, 0, 0, 0, 0))
print("done")
"""
)

_PRIVILEGES = """
import os, resource
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
if os.getuid() == 0 or int(status["CapEff"], 16) or int(status["CapPrm"], 16):
    print("REACH capabilities")
if status["NoNewPrivs"].strip() != "1" or status["Seccomp"].strip() != "2":
    print("REACH seccomp")
for name in ("AS", "CPU", "NPROC", "FSIZE", "NOFILE", "CORE"):
    try:
        resource.setrlimit(getattr(resource, "RLIMIT_" + name), (-1, -1))
        print("REACH", name)
    except (OSError, ValueError):
        pass
print("done")
"""

_LEAVINGS = """
import builtins, math, os
paths = ["/tmp/left", "/dev/shm/left", "/var/tmp/left", "left"]
if any(map(os.path.exists, paths)) or hasattr(builtins, "left") or hasattr(math, "left") or os.environ:
    print("REACH")
for path in paths:
    open(path, "w").write("x")
builtins.left = math.left = 1
os.environ["LEFT"] = "1"
print("done")
"""

TRIALS = (
    Trial("no network", _NETWORK, done),
    Trial("no file of the host", _FILES, done),
    Trial("no environment of the host", _ENVIRONMENT, done),
    Trial("no process of the host", _PROCESSES, done),
    Trial("no descriptor beyond its own", _DESCRIPTORS, done),
    Trial("no write outside its folder", _WRITES, done),
    Trial("no dangerous system call", _CALLS, done),
    Trial("no privilege to gain", _PRIVILEGES, done),
    Trial("nothing is left for the next run", _LEAVINGS, done, times=3),
)
