"""Drawn plain values, and whether two are the same."""

from __future__ import annotations

import math
from random import Random
from typing import Any


def drawn(rng: Random, depth: int = 0) -> Any:
    """A value of plain data with the corners of each type."""
    kind = rng.randrange(9 if depth < 4 else 5)
    if kind == 0:
        return rng.choice([0, 1, -1, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, True, False, None])
    if kind == 1:
        return rng.choice([0.0, -0.0, 1.0, 1e-320, 1e308, math.inf, -math.inf, 0.1, 2.0**60])
    if kind == 2:
        return "".join(rng.choices('ab"\\/\n\x00\x7f\u2028[{é\U0001f600\ud83d\ude00', k=rng.randrange(6)))
    if kind == 3:
        return rng.choice([b"", b"ab", bytearray(b"ab"), (), 1 + 2j, range(3), frozenset({1})])
    if kind == 4:
        return rng.randrange(-5, 5)
    size = rng.randrange(6)
    if kind == 5:
        return tuple(drawn(rng, depth + 1) for _ in range(size))
    if kind == 6:
        keys = [rng.choice(["a", "b", "", "é", "\ud800", 1, True, 1.0, None, (1,), b"a"]) for _ in range(size)]
        return {key: drawn(rng, depth + 1) for key in keys}
    return [drawn(rng, depth + 1) for _ in range(size)]


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same in type, sign and order, all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return same(list(one.items()), list(other.items()))
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return repr(one) == repr(other)
