"""Questions that others gave in files of any usual shape, to keep one's own apart from them. Compares nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from verisieve.adapters import readers
from verisieve.errors import InputError, UsageError
from verisieve.records import Json

_FIELDS = ("prompt", "messages", "question", "input", "text")


def questions(path: str | Path) -> Iterator[str]:
    """Yield the question of every record: a text or chat under `prompt`, `messages`, `question`, `input` or `text`.

    Raise UsageError with file and line for a record without one: nothing may slip through unread.
    """
    for record in readers.records(Path(path)):
        where = f"{record.place.file}:{record.place.line}"
        if isinstance(record.value, InputError):
            raise UsageError(f"{where}: {record.value}")
        found = _question(record.value)
        if not found:
            raise UsageError(f"{where}: no question under {', '.join(_FIELDS)}")
        yield found


def _question(row: Mapping[str, Json]) -> str:
    return next((text for name in _FIELDS if (text := _text(row.get(name)))), "")


def _text(value: Json) -> str:
    """Return a text as it is, and what users say in a chat."""
    if isinstance(value, dict):
        value = value.get("messages")
    if isinstance(value, list):
        turns = [turn for turn in value if isinstance(turn, dict) and turn.get("role") == "user"]
        return "\n".join(turn["content"] for turn in turns if isinstance(turn.get("content"), str))
    return value if isinstance(value, str) else ""
