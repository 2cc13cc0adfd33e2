"""The tutorial does what it says: its files are written and its commands run, in an environment of their own."""

from __future__ import annotations

import os
import re
import site
import subprocess
import sysconfig
import venv
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "docs/tutorial.md").read_text(encoding="utf-8")
_STEP = re.compile(
    r"`(?P<path>verisieve-roman/[^`]+)`(?P<part>, where `\w+` becomes)?:\n\n```\w+\n(?P<text>.*?)^```"
    r"|^```console\n(?P<session>.*?)^```",
    re.DOTALL | re.MULTILINE,
)
MOST_LINES, MOST_COMMANDS = 30, 5


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An environment that sees the packages of this one, with the commands `pip` and `verisieve`."""
    made = tmp_path / "venv"
    venv.create(made)
    inner = sysconfig.get_path("purelib", vars={"base": str(made), "platbase": str(made)})
    ours = [*site.getsitepackages(), str(Path(__file__).parents[1] / "src")]
    lines = [f"import site; site.addsitedir({folder!r})" for folder in ours]
    (Path(inner) / "ours.pth").write_text("\n".join(lines) + "\n")
    for command in ("pip", "verisieve"):
        script = made / "bin" / command
        script.write_text(f'#!/bin/sh\nexec "{made}/bin/python" -m {command} "$@"\n')
        script.chmod(0o755)
    return made


def put(target: Path, text: str, part: str | None) -> None:
    """Write a file of the page, or exchange the function of it that `part` names."""
    if part:
        name, new = part.split("`")[1], text.rstrip()
        whole = re.compile(rf"^def {name}\(.*?(?=\n\n\n)", re.DOTALL | re.MULTILINE)
        text = whole.sub(lambda _: new, target.read_text())
    target.write_text(text)


def run(command: str, home: Path, work: Path) -> str:
    """Run one line as typed; what it printed. An exit code of 1 is a finding."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    env |= {"PATH": f"{home / 'bin'}:{os.environ['PATH']}", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_INDEX": "1"}
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=work,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout
    return done.stdout


def shows(said: str, session: list[str]) -> str:
    """The first expected line that is not there in its turn; nothing where all are. `...` stands for any lines."""
    at = 0
    for line in filter(None, session):
        found = at if line == "..." else said.find(line, at)
        if found < 0:
            return line
        at = found if line == "..." else found + len(line)
    return ""


def test_the_tutorial_does_what_it_says(home: Path, tmp_path: Path) -> None:
    """Every command prints what the page shows, in order."""
    work = tmp_path / "work"
    work.mkdir()
    for step in _STEP.finditer(PAGE):
        if step["session"] is None:
            put(work / step["path"], step["text"], step["part"])
            continue
        for typed in step["session"].split("$ ")[1:]:
            command, *expected = typed.splitlines()
            said = run(command, home, work)

            assert shows(said, expected) == "", f"{command}\n{said}"


def test_the_tutorial_keeps_its_promise() -> None:
    """The domain is one file of at most 30 lines, and working and checked after at most five commands."""
    commands = [line for line in PAGE.splitlines() if line.startswith("$ ")]
    checked = next(number for number, line in enumerate(commands, 1) if "check roman --min-grade A" in line)
    sizes = [len(text.splitlines()) for text in re.findall(r"```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)]

    assert checked <= MOST_COMMANDS
    assert max(sizes) <= MOST_LINES
