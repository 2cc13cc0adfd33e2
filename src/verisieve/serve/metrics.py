"""Figures of a server in the text format of Prometheus; those of several processes are added up.

Each process writes its own into a file of a folder that all share; whoever is asked reads all of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from pathlib import Path

from verisieve import quickjson
from verisieve.folder import replacing

BOUNDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0)
HELP: Mapping[str, tuple[str, str]] = {
    "requests_total": ("counter", "Requests answered, by path and status."),
    "request_seconds": ("histogram", "Seconds from the first byte of a request to its answer."),
    "verdicts_total": ("counter", "Rows judged, by domain and outcome; answers of the cache are not judged."),
    "cache_hits_total": ("counter", "Rows answered by the cache."),
    "cache_misses_total": ("counter", "Rows that the cache did not hold."),
    "cache_entries": ("gauge", "Verdicts in the cache."),
    "cache_bytes": ("gauge", "What the cache takes, about."),
    "rows_waiting": ("gauge", "Rows accepted that have no verdict yet."),
    "connections": ("gauge", "Open connections."),
    "workers_ready": ("gauge", "Worker processes that have started."),
    "workers_replaced_total": ("counter", "Worker processes that died or hung and were replaced."),
}

Values = dict[str, float]  # by name and labels: `requests_total{path="/verify",status="200"}`


class Requests:
    """Counts of requests, and how long they took."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, int], int] = {}
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0

    def count(self, path: str, status: int, seconds: float) -> None:
        """Count one."""
        key = (path, status)
        self._counts[key] = self._counts.get(key, 0) + 1
        self._buckets[bisect_left(BOUNDS, seconds)] += 1
        self._seconds += seconds

    def values(self) -> Values:
        """Return all counts."""
        found: Values = {
            f'requests_total{{path="{path}",status="{status}"}}': count
            for (path, status), count in self._counts.items()
        }
        total = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self._buckets, strict=True):
            total += count
            found[f'request_seconds_bucket{{le="{bound}"}}'] = total
        return {**found, "request_seconds_sum": self._seconds, "request_seconds_count": total}


def write(folder: Path, name: str, values: Values) -> None:
    """Leave the values of one process for the others."""
    with replacing(folder / name) as part:
        part.write_bytes(quickjson.encode(values))


def others(folder: Path, name: str) -> list[Values]:
    """Return the values that the other processes left; of those that ended, only what was counted."""
    return [quickjson.decode(path.read_bytes()) for path in sorted(folder.glob("*.json")) if path.name != name]


def counted(values: Values) -> Values:
    """Return the values that only grow: what is left of a process that ended."""
    return {name: value for name, value in values.items() if HELP[_family(name)][0] != "gauge"}


def text(every: Iterable[Values]) -> bytes:
    """Add values up and return them as Prometheus reads them."""
    total: Values = {}
    for values in every:
        for name, value in values.items():
            total[name] = total.get(name, 0) + value
    lines: list[str] = []
    for family, (kind, told) in HELP.items():
        lines += [f"# HELP verisieve_{family} {told}", f"# TYPE verisieve_{family} {kind}"]
        lines += [f"verisieve_{name} {value}" for name, value in total.items() if _family(name) == family]
    return ("\n".join(lines) + "\n").encode()


def _family(name: str) -> str:
    bare = name.partition("{")[0]
    return "request_seconds" if bare.startswith("request_seconds") else bare
