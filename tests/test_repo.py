"""The repository keeps its own rules: trust boundary, sizes, names, links, documentation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

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


def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def called(node: ast.AST) -> str:
    """The last name of what a call calls: `exec` of `builtins.exec(...)`."""
    if isinstance(node, ast.Call):
        target = node.func
        if isinstance(target, ast.Name):
            return target.id
        if isinstance(target, ast.Attribute) and not (isinstance(target.value, ast.Name) and target.value.id == "re"):
            return target.attr
    return ""


def imported(tree: ast.Module) -> Iterator[str]:
    """The top-level package of each import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_text_is_executed(path: Path) -> None:
    """No file outside the sandbox calls anything that would execute or unpickle foreign text."""
    if name_of(path).startswith(INSIDE):
        return
    tree = tree_of(path)
    calls = {f"{called(node)} in line {node.lineno}" for node in ast.walk(tree) if called(node) in BANNED_CALLS}  # type: ignore[attr-defined]

    assert not calls
    assert not BANNED_MODULES & set(imported(tree))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_plain_names_are_never_imported(path: Path) -> None:
    """The top-level folders are imported as verisieve.* only."""
    assert not PLAIN_NAMES & set(imported(tree_of(path)))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    """A file fits on a few screens and a function on one."""
    text = path.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [each.name for each in functions if (each.end_lineno or 0) - each.lineno >= MAX_FUNCTION]

    assert len(text.splitlines()) <= MAX_FILE
    assert not long


def test_there_is_one_broad_except() -> None:
    """Outside the sandbox, only the boundary in judge.py catches everything."""
    broad = []
    for path in SOURCES:
        if name_of(path).startswith(INSIDE):
            continue
        for node in ast.walk(tree_of(path)):
            caught = isinstance(node, ast.ExceptHandler) and (ast.unparse(node.type) if node.type else "all")
            if caught in {"all", "Exception", "BaseException"}:
                broad.append(name_of(path))

    assert broad == ["src/verisieve/judge.py"]


def test_every_file_says_what_it_is() -> None:
    """Each module that holds code opens with a docstring."""
    silent = [name_of(path) for path in SOURCES if (tree := tree_of(path)).body and not ast.get_docstring(tree)]

    assert not silent


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]), ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link of each page leads to a file."""
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []
