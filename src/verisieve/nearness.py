"""Which texts are nearly the same: MinHash signatures (Broder 1997) of runs of words, found by bands of them.

Theory of operation. Likeness is the share of runs of RUN words that two texts have in common. A signature of
PERMUTATIONS minima estimates it with a standard error of at most 0.044; of each minimum 8 bits are kept (b-bit
minwise hashing, Li and König 2010), which a chance agreement of 1 in 256 costs. Texts that agree in a whole band of
minima are compared; bands are as wide as they can be for texts at the threshold to meet with a chance of FOUND.
A row's parts (question and reply) are compared each for itself, and all must be alike: many questions over one
schema, or many answers `4`, make no twins. No text is kept; a row takes about 600 bytes.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from operator import eq
from typing import NamedTuple
from zlib import crc32

from verisieve.errors import MissingExtraError
from verisieve.shingles import runs, words

RUN = 3
PERMUTATIONS = 128
SEED = 20
FOUND = 0.99
BUCKET = 64  # rows of one bucket that are compared; more alike than that are a template, not twins
NEAR = 0.8  # the usual threshold


class Print(NamedTuple):
    """What is kept of a row: 8 bits of each minimum, by part, and the checksums of its bands."""

    parts: tuple[bytes, ...]
    bands: bytes


def require() -> None:
    """Raise MissingExtraError where the library is not installed."""
    if find_spec("rensa") is None:
        raise MissingExtraError("finding near-duplicates", "filter")


def fingerprint(texts: Sequence[str], threshold: float) -> Print:
    """Boil the parts of a row down; prints of one threshold and as many parts can be compared."""
    minima = [_minima(f"{part}", text) for part, text in enumerate(texts)]
    joined = minima[0] if len(minima) == 1 else array("I", map(min, *minima))
    return Print(tuple(bytes(low & 0xFF for low in one) for one in minima), _bands(joined.tobytes(), threshold))


def likeness(one: bytes, other: bytes) -> float:
    """Estimate the share of runs that two texts have in common."""
    same: int = sum(map(eq, one, other))
    return max(0.0, (same / PERMUTATIONS - 1 / 256) / (1 - 1 / 256))


class Index:
    """Prints to look among, in order."""

    def __init__(self, threshold: float = NEAR) -> None:
        self.threshold = threshold
        self._prints: list[tuple[bytes, ...]] = []
        self._buckets: dict[int, list[int]] = {}

    def add(self, one: Print) -> None:
        """Remember a row."""
        for key in _keys(one):
            bucket = self._buckets.setdefault(key, [])
            if len(bucket) < BUCKET:
                bucket.append(len(self._prints))
        self._prints.append(one.parts)

    def find(self, one: Print) -> int | None:
        """Return the number of the first row that is nearly the same in all parts."""
        met = {number for key in _keys(one) for number in self._buckets.get(key, ())}
        return next((number for number in sorted(met) if self._same(self._prints[number], one.parts)), None)

    def _same(self, mine: tuple[bytes, ...], its: tuple[bytes, ...]) -> bool:
        return all(likeness(left, right) >= self.threshold for left, right in zip(mine, its, strict=True))


def _minima(tag: str, text: str) -> array[int]:
    """The tag keeps the runs of one part apart from those of another, so that the minima of both can be joined."""
    import rensa

    found = rensa.RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    found.update([f"{tag}\x00{run}" for run in runs(words(text, signs=True), RUN)])
    return array("I", found.digest())


def _bands(minima: bytes, threshold: float) -> bytes:
    width = 4 * rows(threshold)
    return array("I", (crc32(minima[at : at + width]) for at in range(0, len(minima) - width + 1, width))).tobytes()


def _keys(one: Print) -> list[int]:
    return [number << 32 | key for number, key in enumerate(memoryview(one.bands).cast("I"))]


@cache
def rows(threshold: float) -> int:
    """Return the width of a band: the most minima with which texts at the threshold still meet with chance FOUND.

    >>> [rows(threshold) for threshold in (0.5, 0.7, 0.8, 0.9)]
    [3, 4, 6, 10]
    """
    wide = (rows for rows in range(16, 1, -1) if 1 - (1 - threshold**rows) ** (PERMUTATIONS // rows) >= FOUND)
    return next(wide, 1)
