"""Read a JSON file that is one value, as far as it is of a size that is read."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import IO

from verisieve.errors import InputError
from verisieve.records import Json, Reason
from verisieve.rows import loads

MOST = 1 << 30  # bytes of a file that must be held whole


def load(path: Path) -> dict[str, Json]:
    """Return the object that a `.json` or `.json.gz` file holds; raise InputError where it holds none."""
    try:
        with _open(path) as stream:
            raw = stream.read(MOST + 1)
        if len(raw) > MOST:
            raise InputError(Reason.BAD_ROW, f"more than {MOST:,} bytes of JSON")
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(Reason.BAD_ROW, f"the file cannot be read: {error}") from error
    value = loads(raw)
    if not isinstance(value, dict):
        raise InputError(Reason.BAD_ROW, "not a JSON object")
    return value


def _open(path: Path) -> IO[bytes]:
    if path.name.endswith(".gz"):
        return gzip.open(path)  # type: ignore[return-value]  # a binary stream by its methods
    return path.open("rb")
