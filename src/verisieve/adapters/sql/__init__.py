"""SQL data sets as records: a question, its golds, and the database that comes with it as text.

A database may be a script or an SQLite file beside the questions; a row carries what a check needs of it, so that
nothing is opened when replies are judged. Golds are read, never run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from verisieve.adapters.sql import defog, files, text2sql
from verisieve.errors import InputError
from verisieve.records import Json
from verisieve.rows import Place

READERS: Mapping[str, Callable[[Path], Iterator[tuple[Place, int, Json | InputError]]]] = MappingProxyType(
    {
        "defog": defog.sqlite,
        "defog-postgres": defog.postgres,
        "text2sql-data": text2sql.records,
        "spider": files.spider,
        "bird": files.bird,
    }
)
