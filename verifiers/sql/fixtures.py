"""Story databases that ship with the package, found by name: schema.sql and rows.sql under fixtures/sql/<name>.

Loads nothing into an engine.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from verisieve.errors import TruthError


class Fixture(NamedTuple):
    """The texts of one fixture."""

    name: str
    schema: str
    data: str


def names() -> tuple[str, ...]:
    """Return the names of all fixtures, sorted."""
    folder = resources.files("verisieve.fixtures") / "sql"
    return tuple(sorted(entry.name for entry in folder.iterdir() if (entry / "schema.sql").is_file()))


@lru_cache(maxsize=32)
def load(name: str) -> Fixture:
    """Read one fixture; raise TruthError for a name that does not exist."""
    if name not in names():
        raise TruthError("fixture", f"no fixture called {name!r}; known: {', '.join(names())}")
    folder = resources.files("verisieve.fixtures") / "sql" / name
    schema = (folder / "schema.sql").read_text(encoding="utf-8")
    return Fixture(name, schema, (folder / "rows.sql").read_text(encoding="utf-8"))
