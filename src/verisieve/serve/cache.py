"""Verdicts by content, the least recently asked for going first when their bytes are too many."""

from __future__ import annotations

from collections import OrderedDict

OVERHEAD = 200  # bytes that an entry takes beside its body, about


class Cache:
    """A bounded map from keys to bodies that counts its hits."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bodies: OrderedDict[bytes, bytes] = OrderedDict()
        self.size = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._bodies)

    def get(self, key: bytes) -> bytes | None:
        """Return the body that was put, if it is still there."""
        body = self._bodies.get(key)
        if body is None:
            self.misses += 1
            return None
        self.hits += 1
        self._bodies.move_to_end(key)
        return body

    def put(self, key: bytes, body: bytes) -> None:
        """Keep a body, at the cost of older ones; one that alone is too large is not kept."""
        if key in self._bodies or len(body) + OVERHEAD > self._most:
            return
        self._bodies[key] = body
        self.size += len(body) + OVERHEAD
        while self.size > self._most:
            _, old = self._bodies.popitem(last=False)
            self.size -= len(old) + OVERHEAD
