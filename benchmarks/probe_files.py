"""Where the probes of a domain are kept, and how: a row is a line of JSON, and the same rows are the same bytes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

from verisieve import domains
from verisieve.records import Json


def kept(name: str) -> list[str]:
    """Return the lines of a domain's probes; none where it has no such file yet."""
    if not _file(name).exists():
        return []
    return gzip.decompress(_file(name).read_bytes()).decode().splitlines()


def keep(name: str, lines: Iterable[str]) -> None:
    """Write the lines of a domain's probes."""
    _file(name).write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0))


def line(name: str, prompt: str, truth: Json, response: str) -> str:
    """Return a probe as a line."""
    row = {"domain": name, "prompt": prompt, "truth": truth, "response": response}
    return json.dumps(row, sort_keys=True)


def _file(name: str) -> Path:
    return Path(domains.__file__).parent / name / "probes.jsonl.gz"
