"""The repository keeps its own rules: trust boundary, sizes, names, links, documentation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path
    for folder in ("src/verisieve", "verifiers", "sandboxes", "domains", "fixtures")
    for path in (ROOT / folder).rglob("*.py")
    if not any(parent.is_symlink() for parent in path.parents) and "scaffold_files" not in path.parts
)
# these run only inside a sandbox, where executing foreign code is the point
INSIDE = ("sandboxes/inside/", "verifiers/code/harness/", "src/verisieve/adapters/gym/inside.py")
BANNED_CALLS = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr", "parse_latex"}
BANNED_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
PLAIN_NAMES = {"verifiers", "sandboxes", "domains", "fixtures"}
MAX_FILE = 400
MAX_FUNCTION = 70


def name_of(path: Path) -> str:
    """The path below the root, with slashes."""
    return path.relative_to(ROOT).as_posix()


class Seen(NamedTuple):
    """What the rules look at in a file; a call and a function with its line."""

    name: str
    lines: int
    silent: bool
    imported: set[str]
    calls: list[tuple[str, int]]
    functions: list[tuple[str, int]]
    caught: list[str]


@cache
def seen() -> list[Seen]:
    """All files, each walked once."""
    return [look(path) for path in SOURCES]


def look(path: Path) -> Seen:
    """What the rules look at in one file."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    return Seen(
        name=name_of(path),
        lines=len(text.splitlines()),
        silent=bool(tree.body) and not ast.get_docstring(tree),
        imported={name for node in nodes for name in imported(node)},
        calls=[(called(node), node.lineno) for node in nodes if isinstance(node, ast.Call)],
        functions=[
            (node.name, (node.end_lineno or 0) - node.lineno)
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ],
        caught=[
            ast.unparse(node.type) if node.type else "all" for node in nodes if isinstance(node, ast.ExceptHandler)
        ],
    )


def called(node: ast.Call) -> str:
    """The last name of what a call calls: `exec` of `builtins.exec(...)`."""
    target = node.func
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute) and not (isinstance(target.value, ast.Name) and target.value.id == "re"):
        return target.attr
    return ""


def imported(node: ast.AST) -> Iterator[str]:
    """The top-level package of each import."""
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        yield (node.module or "").partition(".")[0]


def outside() -> Iterator[Seen]:
    """The files that do not run inside a sandbox."""
    return (file for file in seen() if not file.name.startswith(INSIDE))


def test_no_text_is_executed() -> None:
    """No file outside the sandbox calls anything that would execute or unpickle foreign text."""
    calls = [(file.name, *call) for file in outside() for call in file.calls]

    assert len(calls) > 10_000
    assert [call for call in calls if call[1] in BANNED_CALLS] == []
    assert [file.name for file in outside() if BANNED_MODULES & file.imported] == []


def test_plain_names_are_never_imported() -> None:
    """The top-level folders are imported as verisieve.* only."""
    assert [file.name for file in seen() if PLAIN_NAMES & file.imported] == []


def test_files_and_functions_stay_small() -> None:
    """A file fits on a few screens and a function on one."""
    assert [(file.name, file.lines) for file in seen() if file.lines > MAX_FILE] == []
    assert [(file.name, *each) for file in seen() for each in file.functions if each[1] >= MAX_FUNCTION] == []


def test_there_is_one_broad_except() -> None:
    """Outside the sandbox, only the boundary in judge.py catches everything."""
    broad = [file.name for file in outside() for each in file.caught if each in {"all", "Exception", "BaseException"}]

    assert broad == ["src/verisieve/judge.py"]


def test_every_file_says_what_it_is() -> None:
    """Each module that holds code opens with a docstring."""
    assert [file.name for file in seen() if file.silent] == []


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]), ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link of each page leads to a file."""
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []
