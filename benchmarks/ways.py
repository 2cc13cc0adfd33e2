"""A way of running a test, as the benchmark sees it: a helper process, in a control group that counts its CPU time."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
HIERARCHIES = Path("/sys/fs/cgroup")


class BrokenWayError(Exception):
    """A way cannot be run here, or gives a wrong result."""


class Way:
    """One helper and what it is asked.

    It is broken once it answers nothing for `limit` seconds. `after` is a command that ends what the helper leaves.
    """

    def __init__(
        self, name: str, *command: str, limit: float | None = None, after: tuple[str, ...] | None = None
    ) -> None:
        self.name, self.limit, self.after = name, limit, after
        self.silent = False
        self.words = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the way
        self.process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.words,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))} if _is_ours(command) else None,
        )
        self.group = _make_group(self.process.pid)
        self.counters = [self.group] if self.group else []
        try:
            facts = self._answer()
        except BrokenWayError:
            self.close()
            raise
        containers = [_group_of(pid) for pid in facts.get("containers", ())]
        self.counters = [] if None in containers else [*self.counters, *filter(None, containers)]

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        """Ask and wait; raise BrokenWayError for a wrong result."""
        self.send(do, **request)
        return self._answer()

    def send(self, do: str, **request: Any) -> None:
        """Ask, and do not wait: `take` gives the answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **request}).encode() + b"\n")
        self.process.stdin.flush()

    def take(self) -> dict[str, Any]:
        """Wait for the answer to what was sent."""
        return self._answer()

    def cpu(self) -> float | None:
        """CPU seconds of the helper, its descendants and its container so far; None where nothing counts them."""
        used = [_used(counter) for counter in self.counters] if self.group else [None]
        return None if None in used or not used else sum(filter(None, used))

    def close(self) -> None:
        """End the helper; it ends what it started."""
        assert self.process.stdin is not None
        with suppress(OSError):  # it is gone, with a request unread
            self.process.stdin.close()
        try:
            self.process.wait(timeout=1 if self.silent else 20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.words.close()
        if self.after:
            subprocess.run(self.after, capture_output=True, check=False)
        if self.group:
            for folder in (self.group, *HIERARCHIES.glob(f"*/{self.group.name}")):  # the engine makes one in each
                with suppress(OSError):
                    folder.rmdir()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        self.silent = not select.select([self.process.stdout], [], [], self.limit)[0]  # nothing waits in the buffer
        if self.silent:
            raise BrokenWayError(f"{self.name}: no answer within {self.limit} seconds")
        line = self.process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": f"ended: {self._last_words()}"}
        if "error" in answer:
            raise BrokenWayError(f"{self.name}: {answer['error']}")
        return answer

    def _last_words(self) -> str:
        self.words.seek(0)
        lines = self.words.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it left no message"


def _is_ours(command: tuple[str, ...]) -> bool:
    return command[0] == sys.executable


def _make_group(pid: int) -> Path | None:
    """Make a control group beside ours and move a process into it; None where we may not."""
    own = _group_of("self")
    if own is None:
        return None
    group = own / f"speed-{pid}"
    try:
        group.mkdir()
        (group / "cgroup.procs").write_text(str(pid), encoding="ascii")
    except OSError:
        with suppress(OSError):
            group.rmdir()
        return None
    return group


def _group_of(pid: str) -> Path | None:
    """The folder that counts the CPU time of a process: version 1's if there is one, else version 2's."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/cgroup").read_text(encoding="utf-8").splitlines()
        for controller, folder, file in (("cpuacct", "cpuacct", "cpuacct.usage"), ("", "", "cpu.stat")):
            for _, controllers, path in (line.split(":", 2) for line in lines):
                place = HIERARCHIES / folder / path.lstrip("/")
                if controller in controllers.split(",") and (place / file).exists():
                    return place
    return None


def _used(group: Path) -> float | None:
    """CPU seconds of a group; None for one that is gone: a container is replaced after so many runs."""
    with suppress(FileNotFoundError):
        return int((group / "cpuacct.usage").read_text(encoding="ascii")) / 1e9
    with suppress(FileNotFoundError):
        return int((group / "cpu.stat").read_text(encoding="ascii").split()[1]) / 1e6
    return None
