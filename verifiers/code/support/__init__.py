"""Our texts in other languages, which run inside boxes beside a solution or the tests; data, and never imported."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def source(language: str, name: str) -> bytes:
    """Return one text of a language."""
    return (resources.files(__name__) / language / name).read_bytes()


def files(language: str, *names: str) -> dict[str, bytes]:
    """Return some texts of a language by file name.

    >>> list(files("javascript", "wire.js"))
    ['wire.js']
    """
    return {name: source(language, name) for name in names}
