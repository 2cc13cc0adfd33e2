"""A sandbox that remembers what became of each job in a folder, so that a mutant that asks the same runs nothing.

What was measured is frozen with it. A job that is new runs for real.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from verisieve.records import Json
from verisieve.sandboxes import Exit, Job, Run, Status
from verisieve.sandboxes.opening import LazySandbox

_BYTES = "latin-1"


class Replaying:
    """The sandbox of a spec, opened for the first new job."""

    def __init__(self, spec: str, folder: Path) -> None:
        self._inner, self._folder, self._used = LazySandbox(spec), folder, False
        self.name, self.layers = spec, ()

    def run(self, job: Job) -> Run:
        """Return what became of this job, now or before; raise SandboxError when the sandbox itself failed."""
        self._used = True
        told = self._folder / f"{_key(job)}.json"
        if told.exists():
            return _run(json.loads(told.read_text(encoding="utf-8")))
        run = self._inner.run(job)
        unseen = told.with_suffix(f".{id(run)}")
        unseen.write_text(json.dumps(_plain(asdict(run))), encoding="utf-8")
        unseen.replace(told)
        return run

    def take_used(self) -> bool:
        """Return whether a job ran since the last call of this."""
        used, self._used = self._used, False
        return used

    def close(self) -> None:
        """Close what was opened."""
        self._inner.close()


def _key(job: Job) -> str:
    return hashlib.sha256(repr(_plain(asdict(job))).encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Json:
    if isinstance(value, bytes):
        return value.decode(_BYTES)
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in sorted(value.items())}
    return value


def _run(told: Any) -> Run:
    return Run(
        candidate=_exit(told["candidate"]),
        tester=told["tester"] and _exit(told["tester"]),
        report=told["report"].encode(_BYTES),
    )


def _exit(told: dict[str, Any]) -> Exit:
    streams = {name: told[name].encode(_BYTES) for name in ("stdout", "stderr")}
    return Exit(**{**told, **streams, "status": Status(told["status"])})
