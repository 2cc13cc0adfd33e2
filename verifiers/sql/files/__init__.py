"""SQLite files that come with data sets: found inside their folder, and read by a process of their own.

What comes back is text: statements that make the tables, and rows. It runs in the engine under guard, as that of any
row does; the file itself is never opened by the checker.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from verisieve.errors import UsageError

MOST = 100_000  # characters of rows: each row of a data set carries them, and every check loads them
_MAGIC = b"SQLite format 3\0"
_MOST_VALUES = 400
_WALL = 900.0
_CODE = "from verisieve.verifiers.sql.files.reader import main; main()"


class Dump(NamedTuple):
    """A database as text; not `whole` where it has more rows than these, `left_out` names what is no table or view."""

    schema: str
    data: str
    whole: bool
    left_out: tuple[str, ...]


def read(path: Path, *, within: Path | None = None, values: Iterable[int | float | str] = (), most: int = MOST) -> Dump:
    """Read an SQLite file; raise UsageError for one that is damaged, is none, or lies outside of `within`.

    Where it has more than `most` characters of rows, those come first that hold one of `values`.
    """
    file = _checked(path, within)
    wanted = list(dict.fromkeys(form for value in values for form in _forms(value)))[:_MOST_VALUES]
    request = {"path": str(file), "bytes": file.stat().st_size, "values": wanted, "most": most}
    try:
        done = subprocess.run(
            [sys.executable, "-c", _CODE],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=_WALL,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"{path}: cannot be read in {_WALL:.0f} s") from error
    if done.returncode:
        raise UsageError(f"{path}: the file ends its reader: {_ended(done.returncode)}")
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise UsageError(f"{path}: {answer['error']}")
    return Dump(answer["schema"], answer["data"], answer["whole"], tuple(answer["left_out"]))


def _checked(path: Path, within: Path | None) -> Path:
    """Return where a file really is, once it can be opened without harm."""
    try:
        file = path.resolve(strict=True)
        if within is not None and not file.is_relative_to(within.resolve()):
            raise UsageError(f"{path}: leads out of {within}")
        if not stat.S_ISREG(file.stat().st_mode):
            raise UsageError(f"{path}: is no file")
        with file.open("rb") as stream:
            magic = stream.read(len(_MAGIC))
        unfinished = [ending for ending in ("-wal", "-journal") if _filled(Path(f"{file}{ending}"))]
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    if magic != _MAGIC:
        raise UsageError(f"{path}: is no SQLite database" if magic else f"{path}: is empty")
    if unfinished:
        raise UsageError(f"{path}: {file.name}{unfinished[0]} holds changes that are not in it: open and close it once")
    return file


def _filled(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _forms(value: int | float | str) -> list[int | float | str]:
    """A column may hold a number as text, and text as a number."""
    if not isinstance(value, str):
        return [value, str(value)] if abs(value) < 1 << 63 else []
    digits = value.strip()
    return [value, int(digits)] if digits.isascii() and digits.isdigit() and len(digits) < 16 else [value]


def _ended(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit code {code}"
