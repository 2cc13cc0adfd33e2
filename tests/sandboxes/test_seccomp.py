"""The filter of a box, run in a small BPF interpreter of our own: what it answers to each call."""

from __future__ import annotations

import struct

import pytest

from verisieve.sandboxes.inside import seccomp, syscalls

ALLOW, EPERM, EACCES, ENOTTY, ENOSYS, KILL = 0x7FFF0000, 0x50001, 0x5000D, 0x50019, 0x50026, 0x80000000
ENOMEM, EINVAL, NOTHING = 0x5000C, 0x50016, 0x50000
ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
MACHINES = sorted(ARCH)


def answer(machine: str, number: int, *arguments: int, arch: int = 0) -> int:
    """Interpret the filter as the kernel does: load a word, compare, jump, return."""
    data = struct.pack("=iIQ6Q", number, arch or ARCH[machine], 0, *arguments, *[0] * (6 - len(arguments)))
    code = list(struct.iter_unpack("=HBBI", seccomp.program(machine)))
    at, word = 0, 0
    while True:
        kind, true, false, value = code[at]
        if kind == 0x06:
            return value
        if kind == 0x20:
            (word,) = struct.unpack_from("=I", data, value)
            at += 1
        else:
            holds = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[kind]
            at += 1 + (true if holds else false)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_listed_call_is_allowed_and_no_other(machine: str) -> None:
    """The search tree answers for each number as the table says."""
    table = syscalls.numbers(machine)
    plain = {number for name, number in table.items() if name not in syscalls.NARROWED}
    narrowed = {table[name] for name in syscalls.NARROWED}
    for number in range(syscalls.NEWEST + 1):
        if number not in narrowed:
            assert answer(machine, number) == (ALLOW if number in plain else EPERM), number


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("clone", (0x01200011,), ALLOW),  # fork
        ("clone", (0x003D0F00,), ALLOW),  # pthread_create
        ("clone", (0x10000011,), EPERM),  # a user namespace would bring capabilities back
        ("clone", (0x00020011,), EPERM),  # a mount namespace
        ("clone3", (0,), ENOSYS),  # flags behind a pointer: libc falls back to clone
        ("socket", (1, 1), ALLOW),  # AF_UNIX
        ("socket", (2, 1), EACCES),  # AF_INET
        ("socket", (16, 3), EACCES),  # AF_NETLINK
        ("ioctl", (0, 0x5401), ALLOW),  # isatty
        ("ioctl", (0, 0x5412), ENOTTY),  # TIOCSTI types into a terminal
        ("memfd_create", (0, 0), ENOSYS),  # memory that no RSS shows
        ("mmap", (0, 4096, 3, 0x22), ALLOW),  # private memory
        ("mmap", (0, 4096, 3, 0x01, 5), ALLOW),  # a shared file
        ("mmap", (0, 4096, 3, 0x21), ENOMEM),  # shared memory without a file: no RSS shows it either
        ("mmap", (0, 4096, 3, 0x23), ENOMEM),
        ("mmap", (0, 4096, 3, 0x40022), ENOMEM),  # huge pages of the host's pool
        ("madvise", (0, 4096, 4), ALLOW),
        ("madvise", (0, 4096, 21), EINVAL),  # out to swap space
        ("fcntl", (3, 3), ALLOW),
        ("fcntl", (3, 1024, 1), EPERM),  # a lease on a file of the host
        ("fcntl", (3, 1026, 1), EPERM),  # news of a folder of the host
        ("sched_setaffinity", (0, 8), ALLOW),
        ("sched_setaffinity", (1, 8), EPERM),  # of another process
        ("setrlimit", (7, 1), ALLOW),
        ("setrlimit", (4, 1), EPERM),  # core dumps
        ("prlimit64", (0, 4, 0, 1), ALLOW),
        ("prlimit64", (0, 7, 1, 0), ALLOW),
        ("prlimit64", (0, 4, 1, 0), EPERM),
        ("prlimit64", (0, 4, 1 << 32, 0), EPERM),
        ("setsockopt", (3, 1, 2), ALLOW),
        ("setsockopt", (3, 1, 7), NOTHING),  # a larger buffer: promised, not given
        ("setsockopt", (3, 1, 8), NOTHING),
        ("setsockopt", (3, 6, 7), ALLOW),
    ],
)
def test_some_calls_depend_on_their_arguments(
    machine: str, name: str, arguments: tuple[int, ...], expected: int
) -> None:
    """A call that is useful and dangerous is allowed for its useful arguments only."""
    assert answer(machine, syscalls.numbers(machine)[name], *arguments) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_foreign_call_conventions_kill(machine: str) -> None:
    """Calls of another architecture, or of x32, are not looked up in the wrong table."""
    assert answer(machine, 0, arch=0x40000003) == KILL
    assert answer(machine, 0x40000000) == KILL
    assert answer(machine, syscalls.NEWEST + 1) == ENOSYS
