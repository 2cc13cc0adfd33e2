"""Records of a data set that the package `datasets` opens by name or from a folder; needs the extra `datasets`.

Nothing that a data set ships is run: `datasets` 5 has no loading scripts. Records are streamed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from verisieve.adapters.readers import Record, plain
from verisieve.errors import InputError, MissingExtraError, UsageError
from verisieve.rows import Place

PREFIX = "hf:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A data set by its name, or the path of a folder, with the split and the configuration that are wanted."""

    name: str
    split: str = "test"
    config: str | None = None

    @property
    def stem(self) -> str:
        """What stands for the name of a file."""
        return "-".join(filter(None, (self.name.rstrip("/").rpartition("/")[2], self.config, self.split)))


def named(path: str) -> bool:
    """Whether a path names a data set and no file."""
    return path.startswith(PREFIX)


def records(source: Source) -> Iterator[Record]:
    """Stream the records of a split; raise MissingExtraError without the extra, UsageError where it cannot be read."""
    with _told(source):
        opened = iter(_open(source))
    number = 0
    while True:
        with _told(source):
            value = next(opened, None)
        if value is None:
            return
        yield Record(Place(f"{PREFIX}{source.name}", number + 1), number, _plain(value))
        number += 1


def _open(source: Source) -> Any:
    try:
        import datasets  # the package, not our module
    except ImportError as error:
        raise MissingExtraError(f"{PREFIX}{source.name}: reading a data set by its name", "datasets") from error
    datasets.disable_progress_bars()
    return datasets.load_dataset(source.name, source.config, split=source.split, streaming=True)


def _plain(value: dict[str, Any]) -> dict[str, Any] | InputError:
    try:
        found = {key: plain(item) for key, item in value.items() if item is not None}
    except InputError as error:
        return error
    return found


@contextmanager
def _told(source: Source) -> Iterator[None]:
    """Say in one line what hinders the package, which has many errors for a network that is not there."""
    try:
        yield
    except (OSError, ValueError, RuntimeError, LookupError) as error:
        said = " ".join(str(error).split())[:300] or type(error).__name__
        hint = (
            "; is there a network?" if isinstance(error, OSError) and not isinstance(error, FileNotFoundError) else ""
        )
        raise UsageError(f"{PREFIX}{source.name}: split {source.split!r} cannot be read: {said}{hint}") from error
