"""A PostgreSQL server of our own: private, thrown away, shared by all processes of this user that hold on to it.

Theory: each user of the server holds a shared lock on one file. A keeper, a process of its own session, starts the
server and then waits for the exclusive lock, which it gets when the last user has let go, in whatever way that ended.
Then it stops the server and removes its files. The server in turn is ended by the kernel when its keeper dies. It
listens on no network, only on a socket in a folder that others cannot enter.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import json
import os
import pwd
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from verisieve.verifiers.sql.engine import EngineMissingError

ADMIN = "verisieve_admin"
DATA_BYTES = 128 << 20  # private memory of each backend; the kernel refuses what goes beyond
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "24MB",
    "max_connections": "200",
    "max_parallel_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "max_worker_processes": "0",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "huge_pages": "off",
    "timezone": "UTC",
    "log_min_messages": "FATAL",
    "unix_socket_permissions": "0700",
    "dynamic_shared_memory_type": "mmap",
}
_DIGEST = hashlib.blake2b(json.dumps([_SETTINGS, DATA_BYTES]).encode(), digest_size=4).hexdigest()
_CODE = "from verisieve.verifiers.sql.engines.postgres_server import keep; keep()"


def binaries() -> Path | None:
    """Return the folder with `initdb` and `postgres`: the newest of Debian's, or the one on the path."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found.sort(key=lambda path: int(path.parent.name) if path.parent.name.isdecimal() else 0)
    on_path = shutil.which("initdb")
    if not found and on_path:
        found = [Path(on_path).resolve().parent]
    return next((path for path in reversed(found) if (path / "postgres").exists()), None)


class Held:
    """A hold on the server; while it exists the server is kept. `dsn` reaches it as its administrator."""

    def __init__(self, dsn: str, users: int) -> None:
        self.dsn = dsn
        self._users = users

    def release(self) -> None:
        """Let go of a server that is gone."""
        os.close(self._users)


_HELD: list[Held] = []
_ONE = threading.Lock()


def hold() -> str:
    """Return the address of the server, started if need be, and hold on to it until this process ends."""
    with _ONE:
        if _HELD and _runs():
            return _HELD[0].dsn
        while _HELD:
            _HELD.pop().release()
        _HELD.append(_held())
        return _HELD[0].dsn


def _held() -> Held:
    folder = _folder()
    with _locked(folder / "start", fcntl.LOCK_EX):
        # Open for the life of this process: the kernel lets go of the lock, whatever ends it.
        users = _private(folder / "users")
        fcntl.flock(users, fcntl.LOCK_SH)
        if not _runs():
            _start(folder)
        return Held((folder / "address").read_text(encoding="utf-8"), users)


def _runs() -> bool:
    """Tell whether a keeper is at work."""
    folder = _folder()
    if not (folder / "address").exists():
        return False
    try:
        with _locked(folder / "keeper", fcntl.LOCK_EX | fcntl.LOCK_NB):
            return False
    except BlockingIOError:
        return True


def _folder() -> Path:
    """Return our own folder; one that somebody else has put there is not used."""
    folder = Path(tempfile.gettempdir()) / f"verisieve-pg-{os.getuid()}-{_DIGEST}"
    folder.mkdir(mode=0o711, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o022 or folder.is_symlink():
        raise EngineMissingError(f"{folder} belongs to somebody else")
    return folder


def _private(path: Path) -> int:
    """Open a file to lock, which only we may lock."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    file = _private(path)
    try:
        fcntl.flock(file, how)
        yield
    finally:
        os.close(file)


def _start(folder: Path) -> None:
    if binaries() is None:
        raise EngineMissingError(
            "no PostgreSQL server is installed: apt-get install postgresql, or set VERISIEVE_POSTGRES"
        )
    (folder / "address").unlink(missing_ok=True)
    keeper = subprocess.Popen(
        [sys.executable, "-c", _CODE],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert keeper.stdout
    assert keeper.stderr
    with keeper.stdout, keeper.stderr:
        ready = keeper.stdout.readline() == b"ready\n"
        said = "" if ready else keeper.stderr.read()[-800:].decode("utf-8", "replace").strip()
    keeper.wait()
    if not ready:
        raise EngineMissingError(f"PostgreSQL could not be started: {said}")


def keep() -> None:
    """Run the server until nobody holds on to it; the body of the keeper, which is no child of who started it."""
    if os.fork():
        os._exit(0)
    folder = _folder()
    with _locked(folder / "keeper", fcntl.LOCK_EX):
        data = Path(tempfile.mkdtemp(prefix="data-", dir=folder))
        try:
            _serve(folder, data)
        finally:
            (folder / "address").unlink(missing_ok=True)
            shutil.rmtree(data, ignore_errors=True)


def _serve(folder: Path, data: Path) -> None:
    bin_folder = binaries()
    assert bin_folder
    for old in folder.glob("data-*"):
        if old != data:
            shutil.rmtree(old, ignore_errors=True)
    user = _server_user()
    if user:
        os.chown(data, user.pw_uid, user.pw_gid)
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    made = subprocess.run(
        [bin_folder / "initdb", "-D", data / "db", "-U", ADMIN, "-E", "UTF8", "--locale=C", "-A", "trust", "--no-sync"],
        cwd=data,
        capture_output=True,
        text=True,
        check=False,
        env=_environment(),
        **who,  # type: ignore[call-overload]
    )
    if made.returncode:
        sys.stderr.write(made.stdout + made.stderr)
        return
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [bin_folder / "postgres", "-D", data / "db", "-k", data, *settings],
        cwd=data,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        preexec_fn=_bounded,  # noqa: PLW1509  # no thread has been started yet
        **who,  # type: ignore[call-overload]
    )
    if not _answers(data, server):
        server.kill()
        sys.stderr.write("the server does not answer")
        return
    (folder / "address").write_text(f"host={data} user={ADMIN} dbname=postgres", encoding="utf-8")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    threading.Thread(target=_wait_for_users, args=(folder, server), daemon=True).start()
    server.wait()


def _wait_for_users(folder: Path, server: subprocess.Popen[bytes]) -> None:
    """Wait until the last user has let go, then stop the server; new users wait at the lock until it is gone."""
    with _locked(folder / "users", fcntl.LOCK_EX):
        (folder / "address").unlink(missing_ok=True)
        server.send_signal(signal.SIGQUIT)
        server.wait()


def _answers(data: Path, server: subprocess.Popen[bytes]) -> bool:
    """Wait until the server takes connections."""
    import time

    import psycopg

    for _ in range(300):
        if server.poll() is not None:
            return False
        try:
            psycopg.connect(f"host={data} user={ADMIN} dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return True
    return False


def _server_user() -> pwd.struct_passwd | None:
    """Return whom the server runs as where we are root, which PostgreSQL refuses to be."""
    if os.getuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def _bounded() -> None:
    """In the server, before it begins: end with its keeper, and let the kernel bound each process's memory."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
    resource.setrlimit(resource.RLIMIT_DATA, (DATA_BYTES, DATA_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
