"""One reading of a run into an SQLite file with a line per row, for `survey` to count, draw and search.

Holds names, outcomes and where rows lie; texts stay in the files of the run. With `words` comes a full-text index of
them, without the texts. Every name in it is ready to be shown.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zlib import crc32

from verisieve import bench, leaderboard, plaintext, quickjson
from verisieve.folder import Pair, family_of, text_of, truncated
from verisieve.funnel import Spent, stage_lost
from verisieve.records import Json, Outcome

DatabaseError = sqlite3.DatabaseError
FILTERS = ("outcome", "domain", "model", "reason", "family", "mistake")
KS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 32, 50, 64, 100, 128, 200, 256)  # of pass@k, as far as there are samples
INDEXED = 64_000  # characters of one text whose words can be found
BATCH = 500

_SCHEMA = """
CREATE TABLE rows (
  line INTEGER PRIMARY KEY, completion INTEGER, verdict INTEGER, problem INTEGER, id TEXT, sample INTEGER, model TEXT,
  domain TEXT, family TEXT, difficulty TEXT, outcome TEXT, reason TEXT, answer TEXT, mistake TEXT, label TEXT,
  lost TEXT, score TEXT, verifier TEXT, draw INTEGER, cost REAL, priced INTEGER, asked INTEGER, told INTEGER,
  fate TEXT DEFAULT '', first INTEGER DEFAULT 0
);
CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT);
"""
_WORDS = "CREATE VIRTUAL TABLE words USING fts5(text, content='', detail='none', columnsize=0)"
# The reply of a model to a problem that stands for it beside another model: the first that is scored, else the first.
_FIRST = """
UPDATE rows SET first = 1 WHERE line IN (SELECT line FROM (SELECT line, row_number() OVER (
  PARTITION BY problem, model ORDER BY score <> 'scored', sample, line) AS place FROM rows) WHERE place = 1)
"""


def gather(found: Iterator[Pair], path: Path, *, words: bool = False) -> None:
    """Read pairs once into a new file at `path`."""
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + _SCHEMA)
        if words:
            base.execute(_WORDS)
        board = bench.tally(_stored(found, base, words=words), ks=KS)
        base.execute("CREATE INDEX by_problem ON rows (problem, model)")
        base.execute(_FIRST)
        base.execute("CREATE INDEX firsts ON rows (model, problem) WHERE first")
        for each in FILTERS:
            base.execute(f"CREATE INDEX by_{each} ON rows ({each})")
        base.execute("INSERT INTO notes VALUES ('board', ?)", (json.dumps(leaderboard.to_json(board)),))
        base.execute("COMMIT")


def _stored(found: Iterator[Pair], base: sqlite3.Connection, *, words: bool) -> Iterator[Any]:
    """Store pairs as they pass, and hand on their verdicts."""
    lines: list[tuple[Json, ...]] = []
    texts: list[tuple[int, str]] = []

    def put() -> None:
        base.executemany(f"INSERT INTO rows VALUES ({', '.join('?' * 23)}, '', 0)", lines)  # noqa: S608  # question marks
        if texts:
            base.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", texts)
        lines.clear()
        texts.clear()

    for pair in found:
        lines.append(_line(pair))
        if words:
            texts.append((pair.place.line, _text(pair)))
        if len(lines) >= BATCH:
            put()
        yield pair.verdict
    if lines:
        put()


_name = lru_cache(maxsize=4096)(plaintext.name)  # of what many rows share
_words = lru_cache(maxsize=4096)(plaintext.words)


def _line(pair: Pair) -> tuple[Json, ...]:
    place, completion, verdict = pair.place, pair.completion, pair.verdict
    outcome, answer, meta = Outcome(verdict["outcome"]), verdict.get("answer"), completion.get("meta")
    domain, label = _name(text_of(verdict, "domain") or "unknown"), completion.get("label")
    level = meta.get("difficulty") if isinstance(meta, dict) else None
    spent = Spent().plus(completion)
    sample = verdict.get("sample")
    score = "unjudged" if outcome is Outcome.ERROR else "truncated" if truncated(completion) else "scored"
    return (
        *place,
        _problem(domain, verdict.get("id")),
        plaintext.name(verdict.get("id")),
        sample if type(sample) is int and abs(sample) < 1 << 32 else 0,
        _name(text_of(completion, "model") or "not stated"),
        domain,
        _name(family_of(completion)),
        "" if level is None or isinstance(level, dict | list) else plaintext.name(level),
        outcome.value,
        _words(text_of(verdict, "reason")),
        "" if answer is None else plaintext.name(answer, 60),
        mistake_of(pair),
        label if label in ("pass", "reject") else "",
        "" if outcome is Outcome.PASS else stage_lost(verdict, outcome),
        score,
        plaintext.name(verdict.get("verifier") or "none"),
        crc32(str(place.line).encode()),
        spent.cost,
        spent.priced,
        spent.prompt_tokens,
        spent.completion_tokens,
    )


def _problem(domain: str, identity: Json) -> int:
    digest = blake2b(f"{domain}\0{identity}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _text(pair: Pair) -> str:
    """Return the words that a row is found by."""
    completion, verdict = pair.completion, pair.verdict
    checks = verdict.get("checks")
    parts = [
        *(str(verdict.get(key) or "") for key in ("id", "reason", "answer")),
        *(text_of(completion, key) for key in ("model", "prompt", "response", "operator")),
        family_of(completion),
        quickjson.encode(checks).decode() if checks else "",
    ]
    return " ".join(part[:INDEXED] for part in parts).encode("utf-8", "replace").decode()


def mistake_of(pair: Pair) -> str:
    """Name the verifier's mistake where the row's truth is known."""
    match pair.completion.get("label"), pair.verdict["outcome"]:
        case "reject", Outcome.PASS:
            return "false accept"
        case "pass", Outcome.FAIL | Outcome.NO_ANSWER | Outcome.LIMIT:
            return "false reject"
    return ""
