"""The run store: what has been done, in SQLite (WAL), under a key of its content.

A process killed at any moment loses nothing that was committed; a power failure may take the last commits with it, and
never the store. Only one run at a time may hold a store.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from types import TracebackType

from verisieve.errors import StoreError

VERSION = 1
_MARKS = 1 << 23  # a MiB of them
_HELD = 1024  # bodies, or identities, that are handed to SQLite together
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
    return blake2b(_framed(parts), digest_size=16).digest()


class Keys:
    """The digests of contents that differ in one part alone.

    >>> Keys(("a", "b"), ("d",)).of("c") == digest("a", "b", "c", "d")
    True
    """

    __slots__ = ("_after", "_before")

    def __init__(self, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        self._before, self._after = blake2b(_framed(before), digest_size=16), _framed(after)

    def of(self, part: str) -> bytes:
        """Return the digest of the content with this part."""
        whole = self._before.copy()
        whole.update(_framed((part,)) + self._after)
        return whole.digest()


def _framed(parts: Iterable[bytes | str]) -> bytes:
    framed: list[bytes] = []
    for part in parts:
        data = _encoded(part) if isinstance(part, str) else part
        framed.append(_LENGTH(len(data)))
        framed.append(data)
    return b"".join(framed)


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # lone surrogates; letting them through costs time
        return text.encode("utf-8", "surrogatepass")


class _Marks:
    """Marks that keys leave by their first bytes: a key without one was never added; one with it may have been."""

    __slots__ = ("_bits",)

    def __init__(self) -> None:
        self._bits = bytearray(_MARKS >> 3)

    def add(self, key: bytes) -> bool:
        """Leave the mark of a key; say whether it was there."""
        place = int.from_bytes(key[:4], "little") % _MARKS
        bit, place = 1 << (place & 7), place >> 3
        before = self._bits[place]
        self._bits[place] = before | bit
        return bool(before & bit)

    def __contains__(self, key: bytes) -> bool:
        place = int.from_bytes(key[:4], "little") % _MARKS
        return bool(self._bits[place >> 3] & 1 << (place & 7))


class Store:
    """A map from content keys to finished bodies, and the set of row identities seen in this run."""

    def __init__(self, path: str | Path, *, fresh: bool = False) -> None:
        """Open or make the store at `path` (":memory:" for none); `fresh` forgets what it held."""
        self.path = str(path)
        self._fresh: dict[bytes, bytes] = {}  # put, and not yet handed to SQLite
        self._marks: _Marks | None = None  # of all keys, where the store was empty: most are not in it
        self._seen: set[bytes] = set()  # the identities not yet handed to SQLite
        self._sights = _Marks()
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
        if self._db.execute("SELECT 1 FROM done LIMIT 1").fetchone() is None:
            self._marks = _Marks()
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def get(self, key: bytes) -> bytes | None:
        """Return the body done under `key`, if any."""
        if self._marks is not None and key not in self._marks:
            return None
        if key in self._fresh:
            return self._fresh[key]
        row = self._db.execute("SELECT body FROM done WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def put(self, key: bytes, body: bytes) -> None:
        """Remember a body; it is durable after the next `commit`."""
        self._fresh[key] = body
        if self._marks is not None:
            self._marks.add(key)
        if len(self._fresh) >= _HELD:
            self._write()

    def first_sight(self, identity: bytes) -> bool:
        """Return whether this identity is new in this run."""
        if self._sights.add(identity) and (identity in self._seen or self._was_seen(identity)):
            return False
        self._seen.add(identity)
        if len(self._seen) >= _HELD:
            self._db.executemany("INSERT INTO seen VALUES (?)", ((each,) for each in self._seen))
            self._seen.clear()
        return True

    def _was_seen(self, identity: bytes) -> bool:
        return self._db.execute("SELECT 1 FROM seen WHERE identity = ?", (identity,)).fetchone() is not None

    def keys(self) -> bytes:
        """Return the keys of all that is done, in their order and end to end."""
        self._write()
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
        self._write()
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def _write(self) -> None:
        self._db.executemany("INSERT OR REPLACE INTO done VALUES (?, ?)", self._fresh.items())
        self._fresh.clear()

    def __len__(self) -> int:
        self._write()
        return int(self._db.execute("SELECT count(*) FROM done").fetchone()[0])

    def close(self) -> None:
        """Commit and let go of the file."""
        if self._db.in_transaction:
            self._write()
            self._db.execute("COMMIT")
        self._db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
