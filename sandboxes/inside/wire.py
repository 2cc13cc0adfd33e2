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
_FD = struct.Struct("i")


class Message(NamedTuple):
    """What came, with the descriptors that came along; the receiver owns them."""

    data: bytes
    fds: list[int]


def send(link: socket.socket, data: bytes, fds: Sequence[int] = ()) -> None:
    """Send one message; raise OSError when the other side is gone."""
    if fds:
        socket.send_fds(link, [data], list(fds))
    else:
        link.send(data)


def receive(link: socket.socket) -> Message | None:
    """Receive one message, or None at the end of the conversation."""
    room = socket.CMSG_LEN(_MOST_FDS * _FD.size)
    try:  # not socket.recv_fds, which drops the flag: then every program started meanwhile would inherit them
        data, ancillary, flags, _ = link.recvmsg(_LARGEST, room, socket.MSG_CMSG_CLOEXEC)
    except ConnectionResetError:
        return None
    fds = [fd for _, kind, packed in ancillary if kind == socket.SCM_RIGHTS for (fd,) in _FD.iter_unpack(packed)]
    if not data or flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        for fd in fds:
            os.close(fd)
        return None
    return Message(data, fds)
