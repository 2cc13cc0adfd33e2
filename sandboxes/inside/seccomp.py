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
    if name == "clone":  # threads and forks, never namespaces
        return [(_LOAD, 0, 0, _ARGUMENTS), (_ANY_BIT, 0, 1, _NAMESPACES), *_answer(_ERRNO, errno.EPERM), *allow]
    if name == "socket":
        return [(_LOAD, 0, 0, _ARGUMENTS), (_EQUAL, 1, 0, _AF_UNIX), *_answer(_ERRNO, errno.EACCES), *allow]
    if name == "ioctl":
        tests = [(_EQUAL, len(_HARMLESS_IOCTLS) - at, 0, call) for at, call in enumerate(_HARMLESS_IOCTLS)]
        return [(_LOAD, 0, 0, _ARGUMENTS + 8), *tests, *_answer(_ERRNO, errno.ENOTTY), *allow]
    # clone3 hides its flags behind a pointer, so libc must fall back to clone; memory of a memfd is nobody's RSS
    return _answer(_ERRNO, errno.ENOSYS)
