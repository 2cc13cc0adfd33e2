"""Which rows hold items of a benchmark: the same words, a long run of them, or most of their shorter runs.

The three rules are those of the literature. A run of 13 words in common is a hit, unless it is in more than 10 items
(Brown et al. 2020, arXiv:2005.14165, appendix C); so is half of an item's runs of 8 words (as Tülu 3 measures it,
Lambert et al. 2024, arXiv:2411.15124, section 3.2); and the item itself, case, spacing and punctuation apart, however
short. A reworded item escapes all three, as it does there. Holds checksums of runs, no texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from verisieve import datasets
from verisieve.errors import UsageError
from verisieve.folder import replacing
from verisieve.rows import BadRow, dump
from verisieve.shingles import question, runs, words

SHORT = 8
LONG = 13
COMMON = 10  # items; a run in more of them is how such questions are put
COVERED = 0.5
LEAST = 3  # words; an item of fewer names nothing


class Match(NamedTuple):
    """A benchmark's item that a text holds: by which rule, and words they have in common."""

    benchmark: str
    item: str
    rule: str
    words: str


class Hit(NamedTuple):
    """A row that holds an item; lines count from 1."""

    line: int
    id: str
    match: Match


class Benchmarks:
    """The items to look for."""

    def __init__(self) -> None:
        self._items: list[tuple[str, str, int]] = []
        self._same: dict[bytes, int] = {}
        self._runs: dict[bytes, list[int]] = {}

    def __len__(self) -> int:
        return len(self._items)

    def add(self, benchmark: str, item: str, text: str) -> None:
        """Remember an item."""
        said = words(question(text))
        if len(said) < LEAST:
            return
        number = len(self._items)
        self._same.setdefault(_checksum(" ".join(said)), number)
        short = set(map(_checksum, runs(said, SHORT))) if len(said) >= SHORT else set()
        for run in short:
            self._runs.setdefault(run, []).append(number)
        self._items.append((benchmark, item, len(short)))

    def match(self, text: str) -> Match | None:
        """Return the item that a text holds, if any: the same words first, then a long run, then most runs."""
        said = words(text)
        same = self._same.get(_checksum(" ".join(said)))
        if same is not None:
            return self._matched(same, "the same", said)
        if len(said) < SHORT:
            return None
        met = [self._runs.get(run, ()) for run in map(_checksum, runs(said, SHORT))]
        return self._long(said, met) or self._covered(said, met)

    def _long(self, said: Sequence[str], met: Sequence[Sequence[int]]) -> Match | None:
        """A run of LONG words is so many runs of SHORT words, each one word on from the last."""
        together = LONG - SHORT + 1
        for start in range(len(met) - together + 1):
            if all(met[start : start + together]):
                shared = set(met[start]).intersection(*met[start + 1 : start + together])
                if 0 < len(shared) <= COMMON:
                    return self._matched(min(shared), f"{LONG} words", said[start : start + LONG])
        return None

    def _covered(self, said: Sequence[str], met: Sequence[Sequence[int]]) -> Match | None:
        seen = {run: start for start, run in enumerate(runs(said, SHORT)) if met[start]}
        counts = Counter(number for start in seen.values() for number in met[start])
        for number, count in sorted(counts.items()):
            share = count / self._items[number][2]
            if share >= COVERED:
                first = next(start for start in sorted(seen.values()) if number in met[start])
                return self._matched(number, f"{share:.0%} of its runs of {SHORT}", said[first : first + SHORT])
        return None

    def _matched(self, number: int, rule: str, said: Sequence[str]) -> Match:
        benchmark, item, _ = self._items[number]
        return Match(benchmark, item, rule, " ".join(said[:LONG]))


def read(specs: Iterable[str]) -> Benchmarks:
    """Read benchmarks given as ADAPTER:FILE; raise UsageError for one that cannot be, or holds nothing to look for."""
    found = Benchmarks()
    for spec in specs:
        before = len(found)
        name, path = split(spec)
        for item in datasets.problems(datasets.load(name), path):
            if not isinstance(item, BadRow):
                found.add(name, item.id, item.prompt)
        if len(found) == before:
            raise UsageError(f"decontaminate: {spec}: holds no items to look for")
    return found


def split(spec: str) -> tuple[str, Path]:
    """Return adapter and file of a spec; raise UsageError where it is none."""
    name, _, path = spec.partition(":")
    if not name or not path:
        raise UsageError(f"decontaminate: {spec!r}: write ADAPTER:FILE, as gsm8k:test.jsonl")
    datasets.load(name)
    if not Path(path).exists():
        raise UsageError(f"decontaminate: {spec}: no such file")
    return name, Path(path)


def write(path: Path, hits: Iterable[Hit]) -> None:
    """Write a line for each row that was hit; where none was, there is no file."""
    lines = [dump({"line": hit.line, "id": hit.id, **hit.match._asdict()}) for hit in hits]
    path.unlink(missing_ok=True)
    if lines:
        with replacing(path) as part:
            part.write_bytes(b"".join(lines))


def _checksum(run: str) -> bytes:
    return blake2b(run.encode("utf-8", "surrogatepass"), digest_size=8).digest()
