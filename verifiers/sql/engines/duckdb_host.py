"""Runs DuckDB in a process of its own, where a query that cannot be stopped takes nothing else along.

Theory: DuckDB has no time limit, does not look up from a single function call (a sum over a list of 1e8 numbers took
43 s and 7 GB with its memory limit at 100 MB), and runs in the memory of its caller. So the parent counts this
process's CPU time, asks it to stop, and kills it where it does not; the kernel bounds its memory.

A line of JSON comes in, a line of JSON goes out. One thread reads, so that a request to stop is heard while the other
one works. Knows no schema and compares nothing.
"""

from __future__ import annotations

import json
import os
import queue
import resource
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verisieve.verifiers.sql.engine import Fault
from verisieve.verifiers.sql.engines import duckdb_guard, results

if TYPE_CHECKING:
    import duckdb

MEMORY_BYTES = 96 << 20
_CHUNK = 16


class Host:
    """The databases of this process by name, and the one that is at work."""

    def __init__(self) -> None:
        self.databases: dict[str, duckdb.DuckDBPyConnection] = {}
        self.busy: duckdb.DuckDBPyConnection | None = None
        self.refused: frozenset[str] = frozenset()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what a request asks; whatever the engine says against it is the answer."""
        import duckdb

        name, sql = request["on"], request.get("sql", "")
        if request["do"] == "close":
            if name in self.databases:
                self.databases.pop(name).close()
            return {}
        if name not in self.databases:
            _bound_memory(1 << 30)
            self.databases[name] = self._open()
        _bound_memory()
        self.busy = self.databases[name]
        try:
            if request["do"] in ("set", "script"):
                self._set(self.busy, request)
                return {}
            if request["do"] == "query" and (reason := duckdb_guard.reason(self.busy, sql, self.refused)):
                return {"fault": Fault.UNSAFE, "message": reason}
            return _fetched(self.busy.execute(sql), request["rows"], request["chars"])
        except (duckdb.Error, MemoryError, ValueError, OverflowError) as error:
            return {"fault": duckdb_guard.fault(error), "message": str(error)}
        finally:
            self.busy = None

    def _set(self, database: duckdb.DuckDBPyConnection, request: dict[str, Any]) -> None:
        if request["sql"].strip():
            database.execute(request["sql"])
        if request.get("lock"):
            database.execute("SET lock_configuration=true")

    def _open(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        opened = duckdb.connect(":memory:", config=duckdb_guard.CONFIG)
        opened.execute("SET TimeZone='UTC'")
        if not self.refused:
            self.refused = duckdb_guard.refused_names(opened)
        return opened

    def stop(self) -> None:
        """Ask the query at work to end."""
        if busy := self.busy:
            busy.interrupt()


def _fetched(cursor: duckdb.DuckDBPyConnection, rows: int, chars: int) -> dict[str, Any]:
    found: list[Any] = []
    size = 0
    described = cursor.description or []
    texts = [str(column[1]) == "JSON" for column in described]
    while chunk := cursor.fetchmany(_CHUNK):
        for row in chunk:
            kept = [results.plain(value, is_json=is_json) for value, is_json in zip(row, texts, strict=True)]
            size += sum([len(value) for value in kept if isinstance(value, (str, bytes))])
            found.append([results.packed(value) for value in kept])
        if len(found) > rows or size > chars:
            return {"fault": Fault.LIMIT, "message": f"more than {rows} rows or {chars} characters"}
    return {"width": len(described), "rows": found}


def _bound_memory(room: int = MEMORY_BYTES + (32 << 20)) -> None:
    """Let the kernel refuse memory beyond what is in use now and some room; databases at rest take their share."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])  # data and stack
    resource.setrlimit(resource.RLIMIT_DATA, (pages * resource.getpagesize() + room, resource.RLIM_INFINITY))


def _listen(host: Host, requests: queue.SimpleQueue[dict[str, Any]]) -> None:
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if request["do"] == "stop":
            host.stop()
        else:
            requests.put(request)
    os._exit(0)  # the parent is gone; a query at work would not let this thread end the process in any other way


def main() -> None:
    """Serve until the parent closes our input."""
    import duckdb

    assert duckdb  # loaded before the first request
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    host = Host()
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    sys.stdout.buffer.write(b"{}\n")
    sys.stdout.buffer.flush()
    threading.Thread(target=_listen, args=(host, requests), daemon=True).start()
    while True:
        answer = host.answer(requests.get())
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
