"""SQLite files of data sets: read whole or in part, always the same; hostile ones give a clear error."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from verisieve.errors import UsageError
from verisieve.verifiers.sql import files
from verisieve.verifiers.sql.bench import Bench

ODD = """
CREATE TABLE "the ""odd"" one" ("a b" TEXT, "select" INTEGER, rowid TEXT, raw BLOB, day DATE, big REAL);
INSERT INTO "the ""odd"" one" VALUES
  ('it''s', 1, 'r', x'00ff', '2024-02-29', 9e999), (CAST(x'e974e9' AS TEXT), NULL, NULL, NULL, 'no day', -2.5),
  (CAST(x'410042' AS TEXT), -9223372036854775808, '', zeroblob(3), '', 1e-300);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES nowhere (id),
  p2 INTEGER REFERENCES parent (gone));
CREATE TABLE parent (name TEXT PRIMARY KEY, twice INT AS (length(name) * 2) STORED) WITHOUT ROWID;
INSERT INTO child VALUES (1, 99, 98); INSERT INTO parent VALUES ('x');
CREATE VIEW seen AS SELECT id FROM child;
CREATE UNIQUE INDEX one_parent ON child (parent);
CREATE TABLE said (what); INSERT INTO said VALUES ('no trigger');
CREATE TRIGGER t AFTER INSERT ON child BEGIN INSERT INTO said VALUES ('trigger'); END;
"""


def made(path: Path, script: str) -> Path:
    """Write an SQLite file."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


def test_odd_tables_come_back_as_they_are(tmp_path: Path) -> None:
    """Quoted names, NULLs, blobs, broken text, a column called rowid, broken keys, generated columns survive."""
    path = made(tmp_path / "odd.sqlite", ODD)
    dump = files.read(path)
    assert dump.whole
    assert dump.left_out == ("t",)
    with closing(Bench(dump.schema, dump.data)) as table, closing(sqlite3.connect(":memory:")) as copy:
        assert len(table.rows["said"]) == 1
        copy.executescript(dump.schema + dump.data)
        with closing(sqlite3.connect(path)) as source:
            for name in ('"the ""odd"" one"', "child", "parent", "said", "seen"):
                for connection in (source, copy):
                    connection.text_factory = bytes
                assert (
                    source.execute(f"SELECT * FROM {name}").fetchall()
                    == copy.execute(f"SELECT * FROM {name}").fetchall()
                )


def test_a_choice_holds_what_is_named_and_what_that_refers_to(tmp_path: Path) -> None:
    """Of a large database the named rows come with their parents and children, and the same ones each time."""
    path = made(
        tmp_path / "large.sqlite",
        """CREATE TABLE town (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE shop (id INTEGER PRIMARY KEY, town INTEGER REFERENCES town (id), name TEXT);
        CREATE TABLE sale (id INTEGER PRIMARY KEY, shop INTEGER REFERENCES shop (id), units TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        INSERT INTO sale SELECT i, (i * 7) % 500 + 1, 'u' || i FROM n;
        INSERT INTO shop SELECT DISTINCT shop, shop % 90 + 1, 'shop ' || shop FROM sale;
        INSERT INTO town SELECT DISTINCT town, 'town ' || town FROM shop;""",
    )
    dump = files.read(path, values=["shop 321", "u4999", 4711], most=12_000)
    assert not dump.whole
    assert dump == files.read(path, values=["shop 321", "u4999", 4711], most=12_000)
    with closing(Bench(dump.schema, dump.data)) as table:
        assert not isinstance(table.rows["sale"], str)
        assert {(4999,), (4711,)} <= {row[:1] for row in table.rows["sale"]}
        assert {row[1] for row in table.rows["sale"] if row[0] in (4999, 4711)} <= {
            row[0] for row in table.rows["shop"]
        }
        assert sum(row[1] == 321 for row in table.rows["sale"]) >= 3
        assert {row[1] for row in table.rows["shop"]} <= {row[0] for row in table.rows["town"]}
        assert sum(map(len, table.rows.values())) < 1_000


HEALTHY = [
    (
        "CREATE TABLE t (a TEXT CHECK (length(a) < 9 AND a LIKE 'x%')); INSERT INTO t VALUES ('xy');",
        "a CHECK that calls",
    ),
    (
        "CREATE TABLE t (a TEXT); CREATE UNIQUE INDEX i ON t (lower(a)) WHERE a > ''; INSERT INTO t VALUES ('x');",
        "an index",
    ),
    ("CREATE TABLE t (a TEXT, b INT NOT NULL AS (length(a)) VIRTUAL); INSERT INTO t VALUES ('x');", "a virtual column"),
    ("PRAGMA journal_mode=WAL; CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x');", "its mode is WAL"),
    ("PRAGMA encoding='UTF-16'; CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('caf\u00e9');", "another encoding"),
    (
        "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (7);",
        "a table of SQLite's own beside it",
    ),
    (
        "CREATE TABLE t (rowid INT, _rowid_ INT, oid INT); INSERT INTO t VALUES (1, 2, 3), (1, 2, 3);",
        "no name for a row",
    ),
    ("CREATE TABLE t (a BLOB, PRIMARY KEY (a)) WITHOUT ROWID, STRICT; INSERT INTO t VALUES (x'ff');", "without rowid"),
    (
        "CREATE VIEW broken AS SELECT absent FROM nowhere; CREATE TABLE t (a); INSERT INTO t VALUES (NULL);",
        "a dead view",
    ),
]


@pytest.mark.parametrize(("script", "why"), HEALTHY)
def test_unusual_files_can_be_read(script: str, why: str, tmp_path: Path) -> None:
    """What SQLite itself would read is read, whole."""
    dump = files.read(made(tmp_path / "x.sqlite", script))
    with closing(Bench(dump.schema, dump.data)) as table:
        assert dump.whole, why
        assert table.rows["t"], why


def test_values_that_no_query_could_read_are_left_out(tmp_path: Path) -> None:
    """A row with a text of 30,000 characters is not among those that are chosen."""
    path = made(tmp_path / "long.sqlite", "CREATE TABLE t (a); INSERT INTO t VALUES (hex(zeroblob(15000))), ('short');")
    dump = files.read(path)
    assert not dump.whole
    assert "short" in dump.data
    assert len(dump.data) < 200


def _damaged(path: Path) -> None:
    made(
        path,
        "CREATE TABLE t (a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
        "INSERT INTO t SELECT 'row ' || i FROM n;",
    )
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 6] = os.urandom(1) * (4096 * 3)
    path.write_bytes(data)


def _cut(path: Path) -> None:
    _damaged(path)
    path.write_bytes(path.read_bytes()[:9000])


def _edited(path: Path, change: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"CREATE TABLE t (a); PRAGMA writable_schema=ON; {change};")
        connection.commit()


def _journal(path: Path) -> None:
    made(path, "CREATE TABLE t (a);")
    Path(f"{path}-wal").write_bytes(b"changes")


def _many(path: Path) -> None:
    made(path, "".join(f"CREATE TABLE t{i} (a);" for i in range(3)) + "CREATE VIRTUAL TABLE words USING fts5(a);")


HOSTILE: list[tuple[str, Callable[[Path], object], str]] = [
    ("text", lambda path: path.write_text("CREATE TABLE t (a);"), "is no SQLite database"),
    ("empty", lambda path: path.write_bytes(b""), "is empty"),
    ("damaged", _damaged, "damaged|malformed|disk image"),
    ("cut off", _cut, "damaged|malformed|disk image"),
    ("only a head", lambda path: path.write_bytes(b"SQLite format 3\0" + b"\xff" * 84), "not a database|malformed"),
    ("a folder", lambda path: path.mkdir(), "is no file"),
    ("a pipe", os.mkfifo, "is no file"),
    ("a link in a circle", lambda path: path.symlink_to(path), "symbolic links|loop"),
    ("a link that leaves", lambda path: path.symlink_to("/etc/passwd"), "leads out of"),
    ("unfinished changes", _journal, "holds changes"),
    ("a table that is a program", lambda path: _edited(
        path, "UPDATE sqlite_master SET sql = 'CREATE TABLE t (a); DROP TABLE u'"), "malformed|damaged"),
    ("a table that is another", lambda path: _edited(
        path, "UPDATE sqlite_master SET sql = 'CREATE VIEW t AS SELECT load_extension(1)'"), "malformed|damaged"),
    ("tables without end", lambda path: made(path, f"CREATE TABLE t (a DEFAULT '{'x' * 990_000}'); CREATE TABLE u (a "
                                            f"DEFAULT '{'x' * 20_000}');"), "more than 1,000,000 characters"),
    ("a name that is no text", lambda path: _edited(path, "UPDATE sqlite_master SET name = x'ff'"), "damaged"),
]  # fmt: skip


@pytest.mark.parametrize(("_what", "make", "message"), HOSTILE, ids=[what for what, _, _ in HOSTILE])
def test_hostile_files_are_refused(_what: str, make: Callable[[Path], object], message: str, tmp_path: Path) -> None:
    """What is no healthy database inside its folder gives a clear error that names the file."""
    folder = tmp_path / "set"
    folder.mkdir()
    make(folder / "x.sqlite")
    with pytest.raises(UsageError, match=message) as caught:
        files.read(folder / "x.sqlite", within=folder)
    assert "x.sqlite" in str(caught.value)


def test_a_file_outside_of_its_folder_is_refused(tmp_path: Path) -> None:
    """A path may not climb, even to a healthy database."""
    made(tmp_path / "other.sqlite", "CREATE TABLE t (a);")
    (tmp_path / "set").mkdir()
    with pytest.raises(UsageError, match="leads out of"):
        files.read(tmp_path / "set" / ".." / "other.sqlite", within=tmp_path / "set")


def test_a_file_is_left_as_it_was(tmp_path: Path) -> None:
    """Reading writes nothing, neither into the file nor beside it; virtual tables are left out by name."""
    path = tmp_path / "many.sqlite"
    _many(path)
    before = path.read_bytes()
    dump = files.read(path)
    assert "words" in dump.left_out
    assert "VIRTUAL" not in dump.schema
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_triggers_and_views_do_not_run(tmp_path: Path) -> None:
    """A view that never ends costs nothing, since nobody asks it."""
    path = made(
        tmp_path / "view.sqlite",
        "CREATE TABLE t (a); INSERT INTO t VALUES (1);"
        "CREATE VIEW bomb AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r;",
    )
    dump = files.read(path)
    assert dump.whole
    assert "bomb" in dump.schema
