"""Landlock: the kernel's own check on top of the mounts; read anywhere, write in the box's folder only.

Is no replacement for the mount namespace, and absent from kernels before 5.13 (`ruleset` returns None there).
Source: Linux, Documentation/userspace-api/landlock.rst.
"""

from __future__ import annotations

import ctypes
import os
import struct

from verisieve.sandboxes.inside import kernel

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # ABI -> number of rights; 16 from ABI 5
_BIND_AND_CONNECT_TCP = 3
_ABSTRACT_SOCKETS_AND_SIGNALS = 3


def ruleset(writable: str) -> int | None:
    """Prepare the rules once and return their descriptor, or None where the kernel has no landlock.

    `writable` is the folder that holds the mount point of the box's tmpfs: a rule on the mount point itself
    would end at the file system mounted over it.
    """
    try:
        abi = kernel.syscall("landlock_create_ruleset", _CREATE, None, 0, _VERSION)
    except OSError:
        return None
    rights = (1 << _FILE_RIGHTS.get(abi, 16)) - 1
    attributes = struct.pack("=Q", rights)
    if abi >= 4:
        attributes += struct.pack("=Q", _BIND_AND_CONNECT_TCP)
    if abi >= 6:
        attributes += struct.pack("=Q", _ABSTRACT_SOCKETS_AND_SIGNALS)
    rules = kernel.syscall("landlock_create_ruleset", _CREATE, attributes, len(attributes), 0)
    _allow(rules, "/", _EXECUTE | _READ_FILE | _READ_DIR)
    _allow(rules, writable, rights & ~(_MAKE_CHAR | _MAKE_BLOCK))
    _allow(rules, "/dev/null", _WRITE_FILE | _READ_FILE)
    return rules


def restricting(rules: int) -> kernel.Call:
    """Prepare putting this process under the rules for good; needs no_new_privs."""
    return kernel.prepare("syscall", _RESTRICT, rules, 0, name="landlock_restrict_self")


def _allow(rules: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, place), 12)
    try:
        kernel.syscall("landlock_add_rule", _ADD_RULE, rules, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
