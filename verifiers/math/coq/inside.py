"""Our program in the box: runs Coq's tools one after another, and writes out what they said and made.

The file `plan` holds the steps, each with a name and several ways of which the first that works counts: files to
write, and a command. What goes to standard output is one line of JSON, then the bytes of the files that are kept.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SAID = 2_000_000  # bytes of what one tool says that are kept; the checker's summary comes last
ABSENT = 96  # exit code where the tools are not there
_ENVIRONMENT = {"HOME": "/tmp", "TMPDIR": "/tmp", "LC_ALL": "C.UTF-8", "OCAMLFIND_CONF": "findlib.conf"}  # noqa: S108


def main_coq() -> None:
    """Run the steps until one fails; tell how each ended, and hand over the files that are wanted."""
    plan = json.loads(Path("plan").read_bytes())
    if not all(os.access(tool, os.X_OK) for tool in plan["tools"]):
        sys.exit(ABSENT)
    ended: list[dict[str, Any]] = []
    for step in plan["steps"]:
        ended.append(_step(step))
        if ended[-1]["code"] != 0:
            break
    kept = {name: Path(name).read_bytes() for name in plan["keep"] if Path(name).is_file()}
    told = {"steps": ended, "files": {name: len(data) for name, data in kept.items()}}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + b"".join(kept.values()))


def _step(step: dict[str, Any]) -> dict[str, Any]:
    """Try one way after another; where none works, what the first said."""
    first: dict[str, Any] = {}
    for index, way in enumerate(step["ways"]):
        for name, text in way["files"].items():
            Path(name).write_text(text, encoding="utf-8")
        done = _run(way["command"])
        told = {"name": step["name"], "way": index, **done}
        if done["code"] == 0:
            return told
        first = first or told
    return first


def _run(command: list[str]) -> dict[str, Any]:
    with Path("out").open("wb") as out, Path("err").open("wb") as err:
        done = subprocess.run(command, env=_ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=out, stderr=err, check=False)
    return {"code": done.returncode, "out": _head("out"), "err": _head("err")}


def _head(name: str) -> str:
    with Path(name).open("rb") as file:
        return file.read(SAID).decode("utf-8", "replace")
