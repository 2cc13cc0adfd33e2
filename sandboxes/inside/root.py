"""The file system that a box sees: a read-only minimum to run Python, and one folder of its own.

    /usr/lib* /usr/bin /lib* /bin, Python's prefix   read-only, without setuid; site-packages look empty
    what compilers need besides                      read-only: headers, sources of Go, settings of the JDK, links
    /dev/null zero full random urandom               the host's, no other device
    /etc/passwd ld.so.cache                          the first is ours
    /proc                                            the box's own processes only
    /box/home                                        the run's tmpfs; also /tmp, /var/tmp and /dev/shm
    /box/init                                        the first process of a box, which only waits
    /packages                                        read-only, where a folder of installed packages was named

Nothing else of the host is mounted: no home, no project, no /etc, no /run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from verisieve.sandboxes.inside import kernel, waiting

PLACE = "/box"
HOME = "/box/home"
INIT = "/box/init"
PACKAGES = "/packages"
UID = 65532  # the box's uid inside a user namespace: any but root

_SYSTEM = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32", "/usr/bin", "/usr/share/zoneinfo")
_TOOLS = (
    "/usr/include",  # C and C++
    "/usr/libexec",  # where newer gcc keep their compilers proper
    "/usr/share/go-*",  # Debian's Go: /usr/lib/go-* holds links to it
    "/usr/share/nodejs",  # Debian's Node: modules that it is split into
    "/etc/java-*-openjdk",  # Debian's JDK: /usr/lib/jvm holds links to it
    "/etc/alternatives",  # links from cc, java, javac and so on to what is installed
)
_TOP = ("/lib", "/lib32", "/lib64", "/libx32", "/bin")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_PACKAGES = ("site-packages", "dist-packages")
_LINKS = {
    "tmp": HOME,
    "var/tmp": HOME,
    "dev/shm": HOME,
    "dev/fd": "/proc/self/fd",
    "dev/stdin": "/proc/self/fd/0",
    "dev/stdout": "/proc/self/fd/1",
    "dev/stderr": "/proc/self/fd/2",
}
_STAGES = ("/mnt", "/tmp", "/srv", "/usr")  # noqa: S108  # any folder to hang the new root on
_KEPT = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC | 1024 | 2048  # and two for times of access
_LOCKED = kernel.MS_NOSUID | kernel.MS_NODEV


def change(uids: Sequence[int], packages: str = "") -> None:
    """Build the new root in this process's own mount namespace and make it the root; boxes run as one of `uids`.

    `packages` is a folder of installed packages that boxes may import, if any.
    """
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    shown = [(path, path) for path in _sources()] + ([(Path(packages), Path(PACKAGES))] if packages else [])
    sources = [(os.open(path, os.O_PATH | os.O_CLOEXEC), place) for path, place in shown]
    stage = next(Path(path) for path in _STAGES if Path(path).is_dir())
    kernel.mount("none", str(stage), "tmpfs", kernel.MS_NOSUID, "mode=755,size=1m")
    for source, place in sources:
        _bind(source, stage / place.relative_to("/"))
        os.close(source)
    _furnish(stage, uids)
    kernel.mount("proc", str(stage / "proc"), "proc", _LOCKED | kernel.MS_NOEXEC, _proc_options())
    kernel.enter_root(str(stage))
    kernel.mount("none", "/", "", kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | _LOCKED)


def opening_home(disk: int, files: int, uid: int) -> list[kernel.Call]:
    """Prepare giving a box a mount namespace with a tmpfs and a /proc of its own, and going home."""
    options = f"size={disk},nr_inodes={files + 1},mode=700,uid={uid},gid={uid}"
    return [
        kernel.prepare("unshare", kernel.CLONE_NEWNS),
        kernel.mounting("none", HOME, "tmpfs", _LOCKED, options),
        kernel.mounting("proc", "/proc", "proc", _LOCKED | kernel.MS_NOEXEC, _proc_options()),
        kernel.prepare("chdir", HOME),
    ]


def _proc_options() -> str:
    """Show processes only, where the kernel can (5.8)."""
    release = os.uname().release.split(".")
    return "subset=pid" if (int(release[0]), int(release[1].split("-")[0])) >= (5, 8) else ""


def _sources() -> list[Path]:
    """The host's folders and files that Python and other toolchains need, none inside another."""
    wanted = {Path(path) for path in _SYSTEM} | {Path(path) for path in _TOP if not Path(path).is_symlink()}
    wanted |= {Path(sys.base_prefix), Path(sys.base_exec_prefix), Path(os.__file__).parent} - {Path("/usr"), Path("/")}
    wanted |= {Path(path) for path in (*_DEVICES, "/etc/ld.so.cache")}
    wanted |= {path for pattern in _TOOLS for path in Path("/").glob(pattern[1:])}
    found: list[Path] = []
    for path in sorted(path for path in wanted if path.exists()):
        if not any(path.is_relative_to(outer) for outer in found):
            found.append(path)
    return found


def _bind(source: int, target: Path) -> None:
    """Show what is behind `source` at `target`, read-only (a device can be written to nevertheless)."""
    origin = f"/proc/self/fd/{source}"
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not Path(origin).is_dir():
        target.touch()
        kernel.mount(origin, str(target), "", kernel.MS_BIND)
        kept = os.statvfs(target).f_flag & _KEPT  # devices stay devices; nobody stamps the host's times on them
        kernel.mount("none", str(target), "", kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | kept)
        return
    target.mkdir(mode=0o755)
    kernel.mount(origin, str(target), "", kernel.MS_BIND | kernel.MS_REC)
    for packages in _packages(target):
        kernel.mount("none", str(packages), "tmpfs", _LOCKED, "mode=555,size=4k,nr_inodes=1")
    kernel.make_read_only(str(target))


def _packages(folder: Path) -> list[Path]:
    """Folders of installed packages: other people's code, and data sets with their answers, are not for boxes."""
    found = [path for name in _PACKAGES for path in folder.glob(f"python3*/{name}")]
    return found + [path for name in _PACKAGES for path in folder.glob(f"lib*/python3*/{name}")]


def _furnish(stage: Path, uids: Sequence[int]) -> None:
    """Make the few things that are no view of the host."""
    for path in _TOP:
        if Path(path).is_symlink():
            (stage / path[1:]).symlink_to(Path(path).readlink())
    for name in ("proc", "etc", "var", "dev", HOME[1:]):
        (stage / name).mkdir(mode=0o755, parents=True, exist_ok=True)
    for name, target in _LINKS.items():
        (stage / name).symlink_to(target)
    users = "".join(f"box:x:{uid}:{uid}::{HOME}:/bin/false\n" for uid in uids)
    (stage / "etc/passwd").write_text(users, encoding="ascii")
    (stage / INIT[1:]).write_bytes(waiting.program(os.uname().machine))
    (stage / INIT[1:]).chmod(0o555)
