"""Memory that is not in plain sight: shared, locked, in pipes and sockets, in files, in page tables."""

from __future__ import annotations

from dataclasses import replace

from verisieve.sandboxes import MIB, Run, Status
from verisieve.sandboxes.trials import PRELUDE, QUICK, Trial, any_end, done, ends_as

_LONGER = replace(QUICK, cpu=2.0, wall=6.0)

# Pages that nobody's resident set or address space shows: a shared object lives whole while one page of it is mapped.
_HIDDEN = (
    PRELUDE
    + """
SIZE, PROT, ANONYMOUS = 64 << 20, 3, 0x20
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
zero = os.open("/dev/zero", os.O_RDONLY)
try:
    os.close(zero)
    zero = os.open("/dev/zero", os.O_RDWR)
    kinds = [(1 | ANONYMOUS, -1), (1, zero)]  # MAP_SHARED
except OSError:
    kinds = [(1 | ANONYMOUS, -1)]
total = 0
for flags, fd in kinds * 12:
    place = libc.mmap(None, SIZE, PROT, flags, fd, 0)
    if place in (None, ctypes.c_void_p(-1).value):
        continue
    ctypes.memset(place, 1, SIZE)
    libc.munmap(ctypes.c_void_p(place + 4096), ctypes.c_size_t(SIZE - 4096))
    total += SIZE
    print(total >> 20, "MiB hidden", flush=True)
"""
)

_SHARED = (
    PRELUDE
    + """
import mmap
kept = []
while True:
    area = mmap.mmap(-1, 32 << 20)
    kept.append(area)
    area.write(b"x" * (32 << 20))
"""
)

_LOCKED = (
    PRELUDE
    + """
import mmap
area = mmap.mmap(-1, 1 << 20, mmap.MAP_PRIVATE)
place = ctypes.addressof(ctypes.c_char.from_buffer(area))
if libc.mlock(ctypes.c_void_p(place), 1 << 20) == 0 or libc.mlockall(3) == 0:
    reach("locked")
print("done")
"""
)

_PIPES = (
    PRELUDE
    + """
import fcntl
held = []
def flood():
    try:
        while True:
            reader, writer = os.pipe()
            held.append((reader, writer))
            os.set_blocking(writer, False)
            try:
                fcntl.fcntl(writer, 1031, 1 << 20)  # F_SETPIPE_SZ
            except OSError:
                pass
            try:
                while True:
                    os.write(writer, b"x" * 65536)
            except BlockingIOError:
                pass
    except OSError:
        pass
for _ in range(4):
    fork(lambda: (flood(), time.sleep(1000)))
flood()
time.sleep(0.3)
print("done")
"""
)

_SOCKETS = (
    PRELUDE
    + """
held = []
def flood():
    try:
        while True:
            pair = socket.socketpair()
            held.append(pair)
            for end in pair:
                end.setblocking(False)
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
                try:
                    while True:
                        end.send(b"x" * 65536)
                except OSError:
                    pass
    except OSError:
        pass
for _ in range(2):
    fork(lambda: (flood(), time.sleep(1000)))
flood()
time.sleep(0.3)
print("done")
"""
)

_OBJECTS = (
    PRELUDE
    + """
refused("shmget", 29, 0, 4096, 0o1600)
refused("semget", 64, 0, 250, 0o1600)
refused("msgget", 68, 0, 0o1600)
refused("mq_open", 240, b"left", 0o102, 0o600, 0)
refused("memfd_create", 319, b"left", 0)
refused("memfd_secret", 447, 0)
refused("mbind", 237, 0, 0, 0, 0, 0, 0)
refused("remap_file_pages", 216, 0, 0, 0, 0, 0)
refused("vmsplice", 278, 1, 0, 0, 0)
for name in ("/dev/shm/left", "/dev/mqueue/left"):
    try:
        print("REACH", open(name).read())
    except OSError:
        pass
try:
    open("/dev/shm/left", "w").write("x")
except OSError:
    pass
print("done")
"""
)

_MAPPED_FILES = (
    PRELUDE
    + """
import mmap
count = 0
try:
    while True:
        with open(str(count), "wb+") as file:
            file.truncate(1 << 20)
            area = mmap.mmap(file.fileno(), 1 << 20)
            area.write(b"x" * (1 << 20))
            count += 1
except OSError:
    pass
print("done" if count < 10 else "REACH")
"""
)

_SPARSE = (
    PRELUDE
    + """
for size in (1 << 62, 1 << 40, 1 << 33):
    try:
        with open("sparse", "wb") as file:
            file.truncate(size)
            reach("size", size)
    except OSError:
        pass
attempt("allocate", lambda: os.posix_fallocate(os.open("full", os.O_CREAT | os.O_RDWR), 0, 1 << 30))
print("done")
"""
)

_MAPPINGS = (
    PRELUDE
    + """
import mmap
held = []
try:
    while len(held) < 100_000:
        held.append(mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ << (len(held) % 2)))
except (OSError, MemoryError, ValueError):
    pass
print("done")
"""
)

_STACK = """
import sys
sys.setrecursionlimit(10 ** 9)
def down(n):
    return down(n + 1) + 1
down(0)
"""


def _hides_little(run: Run) -> bool:
    return run.candidate.stdout.count(b"hidden") <= 4


TRIALS = (
    Trial("shared memory is refused or counts", _SHARED, ends_as(Status.MEMORY, Status.EXITED, Status.SIGNALED)),
    Trial("memory that no page table shows is bounded", _HIDDEN, _hides_little, _LONGER),
    Trial("no memory can be locked", _LOCKED, done),
    Trial("pipes full of bytes are bounded", _PIPES, any_end, _LONGER),
    Trial("sockets full of bytes are bounded", _SOCKETS, any_end, _LONGER),
    Trial("no object that outlives its maker", _OBJECTS, done, times=2),
    Trial("mapped files count as disk", _MAPPED_FILES, any_end),
    Trial("a file is no larger than the disk", _SPARSE, done),
    Trial("a hundred thousand mappings are no burden", _MAPPINGS, any_end, replace(QUICK, memory=256 * MIB)),
    Trial("endless recursion ends", _STACK, ends_as(Status.SIGNALED, Status.MEMORY, Status.EXITED, Status.TIMEOUT_CPU)),
)
