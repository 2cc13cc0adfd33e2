"""What a domain's mutants are tried on: what each reply runs through in the unchanged checker, and what is said of it.

A mutant needs only the replies that run through the statement that it changes. They are put in an order in which the
first ones differ most in their way through the file, the cheap ones before the dear ones.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verisieve import domains
from verisieve.domains import Domain
from verisieve.judge import guarded
from verisieve.records import Completion, Json, Verdict
from verisieve.vetting import children, loading
from verisieve.vetting.attacks import Row
from verisieve.vetting.checker import Place
from verisieve.vetting.children import Work
from verisieve.vetting.judging import said
from verisieve.vetting.marking import Marks
from verisieve.vetting.replaying import Replaying

TOGETHER = 200  # replies in one child


@dataclass(frozen=True, slots=True)
class Seen:
    """A reply, what was said of it, how many lines it runs through, its lines by file, and the functions that ran."""

    row: Row
    said: str
    size: int
    lines: Mapping[str, int]
    functions: frozenset[Place]
    cpu: float


@dataclass(frozen=True, slots=True)
class Bench:
    """Where replies are judged: a domain by its name, a sandbox that remembers, and so many children at a time."""

    name: str
    spec: str
    folder: Path
    workers: int

    def judged(self, rows: Iterable[Row]) -> Iterator[str]:
        """Judge replies one after the other; raise UsageError where the domain does not load."""
        domain = domains.load(self.name)
        with closing(Replaying(self.spec, self.folder)) as sandbox:
            for row in rows:
                yield _told(_verdict(domain, row, sandbox))


def _verdict(domain: Domain, row: Row, sandbox: Replaying) -> Verdict:
    return guarded(domain.name, domain.check, Completion(problem=row.problem, text=row.text), sandbox)


def _told(verdict: Verdict) -> str:
    """The outcome of a verdict and a digest of all that it says."""
    text = json.dumps(said(verdict), sort_keys=True)
    return f"{verdict.outcome} {hashlib.sha256(text.encode()).hexdigest()[:24]}"


def loaded(bench: Bench, rows: Sequence[Row]) -> tuple[list[tuple[Row, str, float]], list[str]]:
    """Judge every reply: what was said, the CPU time that it took, and the modules that are loaded on the way."""
    found, names = list[tuple[Row, str, float]](), set[str]()
    for part, told in _apart(bench, rows, lambda part: _timed(bench, part)):
        found += [(row, *each) for row, each in zip(part, told["said"], strict=True)]
        names |= {*told["modules"]}
    return found, sorted(names)


def seen(
    bench: Bench,
    found: Sequence[tuple[Row, str, float]],
    sources: Mapping[str, str],
    files: Mapping[str, str],
    packages: Sequence[str],
) -> list[Seen]:
    """Judge replies once more, watched; those of which something else is said now are left out."""
    marks, once = Marks(sources), dict[Any, Any]()
    before = {id(row): (said, cpu) for row, said, cpu in found}
    steady = list[Seen]()
    for part, told in _apart(
        bench, [row for row, *_ in found], lambda part: _watched(bench, part, files, packages, marks)
    ):
        for row, each in zip(part, told, strict=True):
            said, cpu = before[id(row)]
            if each["said"] == said:
                masks = {file: int(bits, 16) for file, bits in each["lines"].items()}
                lines = {file: once.setdefault((file, bits), bits) for file, bits in masks.items()}
                places = frozenset(Place(*place) for place in each["functions"])
                steady.append(
                    Seen(
                        row, said, sum(map(int.bit_count, lines.values())), lines, once.setdefault(places, places), cpu
                    )
                )
    return steady


def _apart(bench: Bench, rows: Sequence[Row], do: Any) -> Iterator[tuple[Sequence[Row], Json]]:
    """Do something with a few replies in a child each; where one does not get to its end, with each by itself."""
    parts = [rows[at : at + TOGETHER] for at in range(0, len(rows), TOGETHER)]
    for part, told in zip(parts, children.results((_work(do, part) for part in parts), bench.workers), strict=True):
        if told is not None:
            yield part, told
            continue
        for row in part:
            alone = children.result(_work(do, (row,)))
            if alone is not None:
                yield (row,), alone


def _work(do: Any, part: Sequence[Row]) -> Work:
    return Work(do=lambda: do(part))


def _watched(
    bench: Bench, rows: Sequence[Row], files: Mapping[str, str], packages: Sequence[str], marks: Marks
) -> Json:
    found = list[Json]()
    loading.marked(packages, files, marks)
    domain = domains.load(bench.name)
    for name in files.values():
        importlib.import_module(name)
    caches = loading.caches(packages)
    with closing(Replaying(bench.spec, bench.folder)) as sandbox:
        for row in rows:
            for cache in caches:  # what was remembered of another reply is not run through
                cache.cache_clear()
            marks.take()
            verdict = _verdict(domain, row, sandbox)
            lines, functions = marks.take()
            hexadecimal = {file: f"{bits:x}" for file, bits in lines.items()}
            found.append({"said": _told(verdict), "lines": hexadecimal, "functions": sorted(functions)})
    return found


def _timed(bench: Bench, rows: Sequence[Row]) -> Json:
    found, started, known = list[Json](), time.process_time(), set(sys.modules)
    for told in bench.judged(rows):
        now = time.process_time()
        found.append([told, now - started])
        started = now
    return {"said": found, "modules": sorted(set(sys.modules) - known)}


def holds(row: Row, text: str) -> bool:
    """Say whether a text occurs in a reply, or in what was asked."""
    truth = row.problem.truth
    return any(text in part for part in (row.text, row.problem.prompt, *map(str, truth.values())))


def ordered(seen: Sequence[Seen], file: str, lines: Mapping[str, int] | None) -> list[Seen]:
    """The replies that run through one of some lines (None: all), those with different ways through a file first."""
    reached = [
        each for each in seen if lines is None or any(bits & each.lines.get(at, 0) for at, bits in lines.items())
    ]
    turns = defaultdict[int, int](int)
    keyed = list[tuple[int, int, int, Seen]]()
    for place, each in enumerate(sorted(reached, key=lambda each: each.size)):
        way = each.lines.get(file, 0)
        turns[way] += 1
        keyed.append((turns[way], each.size, place, each))
    return [each for *_, each in sorted(keyed, key=lambda key: key[:3])]
