"""The first process of a box's pid namespace: an ELF program of a few instructions that waits to be killed.

It ignores SIGCHLD, so that the kernel itself reaps whatever a program orphans. Written out, since one without a dynamic
loader starts and ends in a fraction of the time, once per run. Source: System V ABI, "Object files".
"""

from __future__ import annotations

import struct

_BASE = 0x400000
_HEADERS = 64 + 56
_IGNORE = struct.pack("<QQQQ", 1, 0, 0, 0)  # struct sigaction: SIG_IGN
_MACHINES = {
    "x86_64": (
        62,
        bytes.fromhex(
            "bf11000000 488d3518000000 31d2 41ba08000000 b80d000000 0f05"  # rt_sigaction(SIGCHLD, &ignore, 0, 8)
            "b822000000 0f05 ebf7"  # pause(), again and again
        ),
    ),
    "aarch64": (
        183,
        struct.pack("<6I", 0xD2800220, 0x100001A1, 0xD2800002, 0xD2800103, 0xD28010C8, 0xD4000001)  # rt_sigaction
        + struct.pack("<4I", 0xD2800000, 0xD2800001, 0xD2800002, 0xD2800003)  # no arguments
        + struct.pack("<4I", 0xD2800928, 0xD4000001, 0x17FFFFFA, 0xD503201F),  # ppoll(), again and again
    ),
}


def program(machine: str) -> bytes:
    """Return the program for a machine; empty where there is none (and no seccomp table either).

    >>> program("x86_64")[:4], len(program("aarch64")), program("vax")
    (b'\\x7fELF', 208, b'')
    """
    if machine not in _MACHINES:
        return b""
    kind, code = _MACHINES[machine]
    code += _IGNORE
    size = _HEADERS + len(code)
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    head = struct.pack("<HHIQQQIHHHHHH", 2, kind, 1, _BASE + _HEADERS, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, _BASE, _BASE, size, size, 0x10000)
    return ident + head + segment + code
