"""Our own source text in other languages, one folder each: it is compiled inside boxes, beside foreign code."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def source(language: str, name: str) -> bytes:
    """Return one file of a language's folder."""
    return (resources.files(__name__) / language / name).read_bytes()


def files(language: str, *names: str) -> dict[str, bytes]:
    """Return files of a language's folder by their names."""
    return {name: source(language, name) for name in names}
