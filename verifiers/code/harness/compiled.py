"""Programs of compiled languages in a box: built by the language's own tools, then run in the place of this one.

The file `build`, which is ours, holds the plan (`Plan` in `verifiers.code.compiling`): groups of commands, of which
the first whole group that works counts, and the program to run. That program serves calls on descriptor 3, in the
format of `encode`; it ends with the code that the goodbye names, and with another one where the tester hangs up before.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from verisieve.verifiers.code.harness.channel import Channel
from verisieve.verifiers.code.harness.decode import Reader
from verisieve.verifiers.code.harness.encode import encode, refuse

UNCOMPILED = 98  # exit code of a program that does not compile
COMPILER_SAYS = 4000  # characters of a compiler's message that are kept


def read_build() -> dict[str, Any]:
    """Read what is to be built and run."""
    plan: dict[str, Any] = Reader(Path("build").read_bytes()).whole()
    return plan


def build(plan: dict[str, Any]) -> str | None:
    """Run the groups of commands until one works; return what the first one's compiler said, or None for a success."""
    said: list[str] = []
    for group in plan["builds"]:
        told = next((told for told in (run_tool(command, plan) for command in group) if told is not None), None)
        if told is None:
            return None
        said.append(told)
    return said[0]


def run_tool(command: list[str], plan: dict[str, Any]) -> str | None:
    """Run one command without any descriptor of ours; return what it said if it failed."""
    with Path("compiler.txt").open("wb") as output:
        done = subprocess.run(
            command, env=plan["environment"], stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
        )
    if done.returncode == 0:
        return None
    with Path("compiler.txt").open("rb") as output:
        text = output.read(16 * COMPILER_SAYS).decode("utf-8", "replace")
    return from_error(text)[:COMPILER_SAYS] or f"{command[0]} ended with code {done.returncode}"


def from_error(text: str) -> str:
    """Return a compiler's message from the first line on that speaks of an error, if one does."""
    lines = text.splitlines(keepends=True)
    return "".join(lines[next((index for index, line in enumerate(lines) if "error" in line), 0) :])


def become(plan: dict[str, Any]) -> None:
    """Replace this process by the program that was built."""
    os.execve(plan["run"][0], plan["run"], plan["environment"])  # noqa: S606  # inside the box


def main_compiled_candidate() -> None:
    """Build the solution with our server, greet the tester, and become the server."""
    plan = read_build()
    channel = Channel(3)
    said = build(plan)
    if said is not None:
        told = ("compile", said) if plan["defined"] else ("loaded", [])
        channel.send(b"L", encode(told, refuse))
        os._exit(3)
    channel.send(b"L", encode(("loaded", plan["names"]), refuse))
    os.set_inheritable(3, True)
    become(plan)


def build_or_leave() -> dict[str, Any]:
    """Build what the plan says and return it; where that fails, say what the compiler said, and end."""
    plan = read_build()
    said = build(plan)
    if said is not None:
        sys.stderr.write(said)
        sys.stderr.flush()
        os._exit(UNCOMPILED)
    return plan


def main_compiled_program() -> None:
    """Build a program and become it; its standard input is still unread."""
    become(build_or_leave())


def main_library() -> None:
    """Build our own sources, and write the files of the folders that are to be kept to standard output."""
    plan = build_or_leave()
    kept = [path for folder in plan["keep"] for path in sorted(Path(folder).rglob("*")) if path.is_file()]
    sys.stdout.buffer.write(encode({str(path): path.read_bytes() for path in kept}, refuse))
