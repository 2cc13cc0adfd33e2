"""The seccomp filter of a box: an allow list compiled to classic BPF as a binary search tree.

Does not choose the calls (`syscalls` does). A tree, not a list: the kernel runs the filter once for every system
call number when it is loaded, so a linear list of 200 costs more than the rest of a box's isolation together.
Source: Linux, Documentation/userspace-api/seccomp_filter.rst and include/uapi/linux/{bpf_common,seccomp}.h.
"""

from __future__ import annotations

import ctypes
import errno
import struct

from verisieve.sandboxes.inside import kernel, syscalls

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
_ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000
_NAMESPACES = 0x7E020000
_AF_UNIX = 1
_SET_LEASE, _NOTIFY = 1024, 1026
_PAGEOUT = 21
_RLIMIT_CORE = 4
_SOL_SOCKET, _SNDBUF, _RCVBUF = 1, 7, 8
_MAP_SHARED, _MAP_ANONYMOUS, _MAP_HUGETLB = 0x1, 0x20, 0x40000
_HARMLESS_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS TIOCGWINSZ FIONREAD FIONBIO FIO(N)CLEX

Code = list[tuple[int, int, int, int]]


def program(machine: str) -> bytes:
    """Compile the filter for one machine; empty where there is no table for it.

    >>> len(program("x86_64")) % 8, program("vax")
    (0, b'')
    """
    table = syscalls.numbers(machine)
    if not table:
        return b""
    code: Code = [(_LOAD, 0, 0, _ARCH), (_EQUAL, 1, 0, _ARCHES[machine]), *_answer(_KILL), (_LOAD, 0, 0, _NUMBER)]
    code += _tree(_spans(table))
    return b"".join(struct.pack("=HBBI", *step) for step in code)


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(ctypes.c_char)))


def loading(filter_program: bytes) -> kernel.Call:
    """Prepare putting this process, and all that it will start, under the filter for good; needs no_new_privs."""
    memory = ctypes.create_string_buffer(filter_program, len(filter_program))
    described = _Program(len(filter_program) // 8, ctypes.cast(memory, ctypes.POINTER(ctypes.c_char)))
    option = (kernel.PR_SET_SECCOMP, kernel.SECCOMP_MODE_FILTER)
    return kernel.prepare("prctl", *option, ctypes.byref(described), 0, 0, name="seccomp")


def _answer(action: int, error: int = 0) -> Code:
    return [(_RETURN, 0, 0, action | error)]


def _spans(table: dict[str, int]) -> list[tuple[int, Code]]:
    """Cut the numbers into spans (first number, what to do there), ascending from 0."""
    refuse, unknown = _answer(_ERRNO, errno.EPERM), _answer(_ERRNO, errno.ENOSYS)
    leaves = {number: _narrow(name) if name in syscalls.NARROWED else _answer(_ALLOW) for name, number in table.items()}
    spans: list[tuple[int, Code]] = []
    for number in range(syscalls.NEWEST + 1):
        leaf = leaves.get(number, refuse)
        if not spans or spans[-1][1] != leaf:
            spans.append((number, leaf))
    return [*spans, (syscalls.NEWEST + 1, unknown), (_X32_BIT, _answer(_KILL))]


def _tree(spans: list[tuple[int, Code]]) -> Code:
    if len(spans) == 1:
        return spans[0][1]
    middle = len(spans) // 2
    low, high = _tree(spans[:middle]), _tree(spans[middle:])
    return [(_AT_LEAST, len(low), 0, spans[middle][0]), *low, *high]


def _narrow(name: str) -> Code:
    """What to do for a call that is allowed for some arguments only."""
    allow = _answer(_ALLOW)
    match name:
        case "clone":  # threads and forks, never namespaces
            return [(_LOAD, 0, 0, _ARGUMENTS), (_ANY_BIT, 0, 1, _NAMESPACES), *_answer(_ERRNO, errno.EPERM), *allow]
        case "socket":
            return _only(0, (_AF_UNIX,), errno.EACCES)
        case "ioctl":
            return _only(1, _HARMLESS_IOCTLS, errno.ENOTTY)
        case "sched_setaffinity":  # of the caller alone
            return _only(0, (0,), errno.EPERM)
        case "fcntl":  # these reach files of the host through a folder that is only shown
            return _all_but(1, (_SET_LEASE, _NOTIFY), errno.EPERM)
        case "madvise":  # out to the swap space, memory is nobody's RSS
            return _all_but(2, (_PAGEOUT,), errno.EINVAL)
        case "setrlimit":  # a core dump that the kernel pipes to a helper of the host is made at every limit but ours
            return _all_but(0, (_RLIMIT_CORE,), errno.EPERM)
        case "prlimit64":  # the same; may be read, with a null pointer for the new value
            null = [(_LOAD, 0, 0, _low(2)), (_EQUAL, 0, 3, 0), (_LOAD, 0, 0, _low(2) + 4), (_EQUAL, 0, 1, 0)]
            return [(_LOAD, 0, 0, _low(1)), (_EQUAL, 0, 4, _RLIMIT_CORE), *null, *allow, *_answer(_ERRNO, errno.EPERM)]
        case "setsockopt":  # larger buffers are kernel memory that nobody counts: promised, not given
            names = [(_EQUAL, 2 - at, 0, option) for at, option in enumerate((_SNDBUF, _RCVBUF))]
            return [
                (_LOAD, 0, 0, _low(1)),
                (_EQUAL, 0, 3, _SOL_SOCKET),
                (_LOAD, 0, 0, _low(2)),
                *names,
                *allow,
                *_answer(_ERRNO),
            ]
        case "mmap":  # shared memory without a file is nobody's RSS, whole for as long as one page of it is mapped
            shared = [(_ANY_BIT, 0, 1, _MAP_ANONYMOUS), (_ANY_BIT, 1, 0, _MAP_SHARED)]
            return [
                (_LOAD, 0, 0, _low(3)),
                (_ANY_BIT, 3, 0, _MAP_HUGETLB),
                *shared,
                *allow,
                *_answer(_ERRNO, errno.ENOMEM),
            ]
    # clone3 hides its flags behind a pointer, so libc must fall back to clone; memory of a memfd is nobody's RSS
    return _answer(_ERRNO, errno.ENOSYS)


def _only(argument: int, values: tuple[int, ...], error: int) -> Code:
    tests = [(_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values)]
    return [(_LOAD, 0, 0, _low(argument)), *tests, *_answer(_ERRNO, error), *_answer(_ALLOW)]


def _all_but(argument: int, values: tuple[int, ...], error: int) -> Code:
    tests = [(_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values)]
    return [(_LOAD, 0, 0, _low(argument)), *tests, *_answer(_ALLOW), *_answer(_ERRNO, error)]


def _low(argument: int) -> int:
    """Where the lower half of an argument lies."""
    return _ARGUMENTS + 8 * argument
