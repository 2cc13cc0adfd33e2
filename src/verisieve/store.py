"""The run store: what has been done, in SQLite (WAL), under a key of its content.

A process killed at any moment loses nothing that was committed; a power failure may take the last commits with it, and
never the store. Only one run at a time may hold a store.
"""

from __future__ import annotations

import sqlite3
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from types import TracebackType

from verisieve.errors import StoreError

VERSION = 1
_LENGTH = Struct(">Q").pack
_SCHEMA = """
CREATE TABLE IF NOT EXISTS done (key BLOB PRIMARY KEY, body BLOB NOT NULL);
CREATE TEMP TABLE seen (identity BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE held (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
"""


def digest(*parts: bytes | str) -> bytes:
    """Return 16 bytes that name this content; each part is framed, so that ("ab","c") is not ("a","bc").

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    framed: list[bytes] = []
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        framed += _LENGTH(len(data)), data
    return blake2b(b"".join(framed), digest_size=16).digest()


class Store:
    """A map from content keys to finished bodies, and the set of row identities seen in this run."""

    def __init__(self, path: str | Path, *, fresh: bool = False) -> None:
        """Open or make the store at `path` (":memory:" for none); `fresh` forgets what it held."""
        self.path = str(path)
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None, timeout=0.5)
        except sqlite3.OperationalError as error:
            raise StoreError(f"{self.path}: {error}") from error
        try:
            self._open(fresh=fresh)
        except sqlite3.DatabaseError as error:
            self._db.close()
            if "locked" in str(error):
                raise StoreError(f"{self.path}: another run is using this store") from error
            raise StoreError(f"{self.path}: {error}; delete it to start anew") from error

    def _open(self, *, fresh: bool) -> None:
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version not in {0, VERSION}:
            self._db.close()
            raise StoreError(f"{self.path}: store version {version}, this program writes {VERSION}; delete it")
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN IMMEDIATE")
        if fresh:
            self._db.execute("DELETE FROM done")
        self._db.execute(f"PRAGMA user_version = {VERSION}")
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def get(self, key: bytes) -> bytes | None:
        """Return the body done under `key`, if any."""
        row = self._db.execute("SELECT body FROM done WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def put(self, key: bytes, body: bytes) -> None:
        """Remember a body; it is durable after the next `commit`."""
        self._db.execute("INSERT OR REPLACE INTO done VALUES (?, ?)", (key, body))

    def first_sight(self, identity: bytes) -> bool:
        """Return whether this identity is new in this run."""
        return self._db.execute("INSERT OR IGNORE INTO seen VALUES (?)", (identity,)).rowcount == 1

    def keys(self) -> bytes:
        """Return the keys of all that is done, in their order and end to end."""
        return b"".join(key for (key,) in self._db.execute("SELECT key FROM done ORDER BY key"))

    def hold(self, number: int, body: bytes) -> None:
        """Keep a body for this run alone, off the memory, until it is taken."""
        self._db.execute("INSERT INTO held VALUES (?, ?)", (number, body))

    def take(self, number: int) -> bytes | None:
        """Return what is held under a number, if anything, and let go of it."""
        row = self._db.execute("DELETE FROM held WHERE number = ? RETURNING body", (number,)).fetchone()
        return row[0] if row else None

    def commit(self) -> None:
        """Make everything put so far survive the death of this process."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM done").fetchone()[0])

    def close(self) -> None:
        """Commit and let go of the file."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")
        self._db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
