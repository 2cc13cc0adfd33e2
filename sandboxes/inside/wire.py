"""One message: a few bytes and file descriptors, over a Unix socket that keeps message borders.

Carries no payload: files, standard input and output travel through the descriptors, so that the runner's memory never
holds them.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Sequence
from typing import NamedTuple

_LARGEST = 64 * 1024
_MOST_FDS = 32
_FDS = [struct.Struct(f"{count}i") for count in range(_MOST_FDS + 1)]
_ROOM = socket.CMSG_LEN(_MOST_FDS * _FDS[1].size)
_COUNT = struct.Struct("<B")
_END = struct.Struct("<BidddQ")
MOST_WALL = 10  # times the wall limit: no run lasts longer, however busy the machine is
STATUSES = ("exited", "signaled", "timeout_cpu", "timeout_wall", "memory")


class End(NamedTuple):
    """How a box ended: an index into STATUSES, exit code or signal, seconds of CPU, wall and delay, peak bytes."""

    status: int
    code: int
    cpu: float
    wall: float
    delay: float
    memory: int


class Message(NamedTuple):
    """What came, with the descriptors that came along; the receiver owns them."""

    data: bytes
    fds: list[int]


def send(link: socket.socket, data: bytes, fds: Sequence[int] = ()) -> None:
    """Send one message; raise OSError when the other side is gone."""
    if fds:
        link.sendmsg((data,), ((socket.SOL_SOCKET, socket.SCM_RIGHTS, _FDS[len(fds)].pack(*fds)),))
    else:
        link.send(data)


def receive(link: socket.socket) -> Message | None:
    """Receive one message, or None at the end of the conversation."""
    try:  # not socket.recv_fds, which drops the flag: then every program started meanwhile would inherit them
        data, ancillary, flags, _ = link.recvmsg(_LARGEST, _ROOM, socket.MSG_CMSG_CLOEXEC)
    except ConnectionResetError:
        return None
    fds: list[int] = []
    for _, kind, packed in ancillary:
        if kind == socket.SCM_RIGHTS:
            fds.extend(_FDS[len(packed) // _FDS[1].size].unpack(packed))
    if not data or flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        for fd in fds:
            os.close(fd)
        return None
    return Message(data, fds)


def pack_ends(ends: Sequence[End], fault: str) -> bytes:
    """Encode how the boxes of a run ended, and what of ours failed.

    >>> unpack_ends(pack_ends([End(1, 9, 0.5, 1.0, 0.25, 4096)], "no fault"))
    ([End(status=1, code=9, cpu=0.5, wall=1.0, delay=0.25, memory=4096)], 'no fault')
    """
    return b"".join((_COUNT.pack(len(ends)), *(_END.pack(*end) for end in ends), fault.encode()))


def unpack_ends(data: bytes) -> tuple[list[End], str]:
    """Decode what `pack_ends` encoded."""
    (count,) = _COUNT.unpack_from(data)
    rest = _COUNT.size + count * _END.size
    return [End(*fields) for fields in _END.iter_unpack(data[_COUNT.size : rest])], data[rest:].decode()
