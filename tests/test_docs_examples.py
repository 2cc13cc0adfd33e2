"""Every example of the documentation runs and prints what it says, or says why it is not run.

A page's blocks run in order, in a folder of their own that holds a small run in `out/` and its `verdicts.jsonl`.
A block with `title="FILE"` makes that file; `...` in an output stands for any text, and numbers of seconds may differ.
What stands in `<!-- not run: REASON -->` before a block is the reason; `<!-- run by tests/FILE.py -->` names the
module that runs a page.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from verisieve.plan import DomainPlan, ExportPlan, Plan
from verisieve.run import carry_out

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(
    r"(?:^<!-- not run: (?P<why>.+?) -->\n)?"
    r"^```(?P<kind>\w*)(?: title=\"(?P<file>[^\"]+)\")?[^\n]*\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
RUN = ("python", "console", "sh", "bash")
PLAN = Plan(domains={"math": DomainPlan(problems=3)}, error_rate=0.5, export=ExportPlan(formats=("jsonl",)))


class Block(NamedTuple):
    """A fenced block of a page."""

    kind: str
    text: str
    file: str = ""
    why: str = ""


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page."""
    for found in FENCE.finditer(page.read_text(encoding="utf-8")):
        yield Block(found["kind"], found["text"], found["file"] or "", found["why"] or "")


def runs(page: Path) -> bool:
    """Whether a page has a block that is run, and run here."""
    return not runner(page) and any(block.kind in RUN and not block.why for block in blocks(page))


def runner(page: Path) -> str:
    """The test module that runs a page with more than stands in it, if any."""
    named = re.search(r"^<!-- run by (tests/\S+\.py) -->$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return named[1] if named else ""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run."""
    out = tmp_path_factory.mktemp("run") / "out"
    carry_out(PLAN, out, workers=1)
    return out


@pytest.mark.parametrize("page", [page for page in PAGES if runs(page)], ids=lambda page: page.name)
def test_the_examples_of_a_page_run(page: Path, run: Path, tmp_path: Path) -> None:
    """Python blocks raise nothing, and commands print what stands below them."""
    if page.name != "start.md":
        shutil.copytree(run, tmp_path / "out")
        shutil.copy(run / "verdicts.jsonl", tmp_path)
    for block in blocks(page):
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        elif block.why or block.kind not in RUN:
            continue
        elif block.kind == "python":
            shell([sys.executable, "-c", block.text], tmp_path)
        else:
            for command, wanted in commands(block.text):
                assert agrees(shell(["bash", "-c", command], tmp_path), wanted), command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_not_run_says_why(page: Path) -> None:
    """Each mark gives a reason of some words, and stands before a block that would be run."""
    marks = page.read_text(encoding="utf-8").count("<!-- not run:")
    skipped = [block for block in blocks(page) if block.why]

    assert len(skipped) == marks
    assert not runner(page) or page.name in (ROOT / runner(page)).read_text(encoding="utf-8")
    assert all(block.kind in RUN and len(block.why.split()) > 1 for block in skipped)


def shell(command: list[str], folder: Path) -> str:
    """What a command prints, on both channels; it must succeed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console, each with what stands below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def agrees(printed: str, wanted: str) -> bool:
    """Whether an output is the wanted one, its dots and seconds aside."""

    def plain(text: str) -> str:
        lines = [line.rstrip() for line in text.strip().splitlines() if line.strip()]
        return re.sub(r"\d+(\.\d+)? s\b", "N s", "\n".join(lines))

    pattern = re.escape(plain(wanted)).replace(r"\.\.\.", ".*")
    return not wanted or re.fullmatch(pattern, plain(printed), re.DOTALL) is not None


@pytest.mark.parametrize(
    ("printed", "wanted", "same"),
    [
        ("a  \n\nb\n", "a\nb\n", True),
        ("a\nb\nc\n", "a\n...\nc\n", True),
        ("took 3.5 s", "took 18 s", True),
        ("a\nb\n", "a\n", False),
        ("12 rows", "13 rows", False),
        ("anything", "", True),
    ],
)
def test_outputs_are_compared(printed: str, wanted: str, same: bool) -> None:
    """Blank lines, dots and seconds may differ; nothing else may."""
    assert agrees(printed, wanted) is same
