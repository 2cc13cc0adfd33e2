"""Calls of the kernel that older kernels lack: what is done instead."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

OLD_KERNEL = """
import os, sys
from verisieve.sandboxes.inside import kernel
def refuse(name, number, *args):
    raise OSError(38, name)
kernel.syscall = refuse
kernel.unshare(kernel.CLONE_NEWNS)
kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
for place in sys.argv[1:]:
    kernel.mount("none", place, "tmpfs")
    os.mkdir(place + "/a b")
kernel.make_read_only(sys.argv[1])
print(*(bool(os.statvfs(place).f_flag & os.ST_RDONLY) for place in sys.argv[1:]))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_mounts_under_a_folder_are_read_only_too(tmp_path: Path) -> None:
    """Before Linux 5.12 each mount is made read-only by itself: what the host mounted in /usr/lib is no way out."""
    (tmp_path / "top").mkdir()
    places = [str(tmp_path / "top"), str(tmp_path / "top/a b"), str(tmp_path / "top/a b/a b")]
    done = subprocess.run([sys.executable, "-c", OLD_KERNEL, *places], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True True True\n", "")
