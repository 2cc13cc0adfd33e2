"""Compilers and runtimes other than Python work inside a box, under all of its layers and limits.

One program in each language, in `programs/`, does what a word on its standard input says.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from verisieve.errors import SandboxError
from verisieve.sandboxes import Exit, Job, Limits, Program, Sandbox, Status, engine, images
from verisieve.sandboxes.container import ContainerSandbox
from verisieve.sandboxes.embedded import EmbeddedSandbox

PROGRAMS = Path(__file__).parent / "programs"
# Go wants a folder for its cache; threads count as processes, and runtimes reserve memory that they never use
LIMITS = {"cpu": 20.0, "wall": 60.0, "memory": 384 << 20, "address_space": 1 << 40, "processes": 128, "disk": 64 << 20}
HARNESS = """
import subprocess
environment = {"PATH": "/usr/bin:/bin", "HOME": "/tmp"}
for command in open("commands").read().splitlines():
    done = subprocess.run(command.split(), env=environment)
    if done.returncode:
        raise SystemExit(done.returncode % 256)
"""


class Language(NamedTuple):
    """Where a language's tools are from, and how its program is made and run."""

    group: str
    tool: str
    source: str
    commands: tuple[str, ...]


LANGUAGES = {
    "c": Language("native", "gcc", "main.c", ("gcc -O1 -o main main.c", "./main")),
    "cpp": Language("native", "g++", "main.cpp", ("g++ -O1 -o main main.cpp", "./main")),
    "go": Language("native", "go", "main.go", ("go build -o main main.go", "./main")),
    "rust": Language("native", "rustc", "main.rs", ("rustc -o main main.rs", "./main")),
    "java": Language("jvm", "javac", "Main.java", ("javac Main.java", "java -cp . Main")),
    "node": Language("node", "node", "main.js", ("node main.js",)),
}
FOUND = [name for name, each in LANGUAGES.items() if shutil.which(each.tool, path="/usr/bin")]


@pytest.fixture(scope="module")
def docker() -> Iterator[Sandbox]:
    """One docker sandbox for all languages, or a skip that says which image is missing."""
    for group in images.GROUPS:
        if reason := engine.missing(images.tag(group)):
            pytest.skip(reason)
    sandbox = ContainerSandbox()
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def own() -> Iterator[Sandbox]:
    """One embedded sandbox, which offers the languages of this machine."""
    sandbox = EmbeddedSandbox()
    yield sandbox
    sandbox.close()


@pytest.fixture(
    params=[
        *(pytest.param(("docker", name), marks=pytest.mark.engine, id=f"docker-{name}") for name in LANGUAGES),
        *(pytest.param(("own", name), id=f"embedded-{name}") for name in FOUND),
    ]
)
def place(request: pytest.FixtureRequest) -> tuple[Sandbox, Language]:
    """Each language in each back end that has it."""
    sandbox, name = request.param
    return request.getfixturevalue(sandbox), LANGUAGES[name]


def _run(place: tuple[Sandbox, Language], words: str, **limits: float) -> Exit:
    """Let a language's program do what the words say."""
    sandbox, language = place
    files = {
        language.source: (PROGRAMS / language.source).read_bytes(),
        "commands": "\n".join(language.commands).encode(),
    }
    bounds = Limits(**{**LIMITS, **limits})  # type: ignore[arg-type]
    program = Program(harness=HARNESS, files=files, stdin=words.encode(), limits=bounds)
    return sandbox.run(Job(candidate=program, toolchain=language.group)).candidate


def test_a_program_is_compiled_and_reads_its_input(place: tuple[Sandbox, Language]) -> None:
    """A hello world is compiled, run, and given its standard input."""
    end = _run(place, "hello you\n")
    assert (end.status, end.code, end.stdout) == (Status.EXITED, 0, b"hello you\n"), end.stderr.decode()


def test_a_memory_bomb_ends_at_the_limit(place: tuple[Sandbox, Language]) -> None:
    """Pages that the program really fills count, reserved ones do not."""
    assert _run(place, "bomb x\n").status is Status.MEMORY


def test_an_endless_loop_ends_at_the_limit(place: tuple[Sandbox, Language]) -> None:
    """CPU time of the program counts with that of its compiler."""
    end = _run(place, "loop x\n", cpu=2.0)
    assert (end.status, end.cpu < 3.0) == (Status.TIMEOUT_CPU, True)


def test_a_child_left_behind_is_gone(place: tuple[Sandbox, Language]) -> None:
    """What a program leaves running ends with its box."""
    argument = f"8{os.getpid()}{time.time_ns() % 1000000}"
    end = _run(place, f"spawn {argument}\n")
    assert end.stdout == b"spawned\n", end.stderr.decode()
    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if argument in _text(path)]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="latin-1")
    except OSError:  # gone meanwhile
        return ""


def test_an_embedded_box_sees_no_more_of_etc_than_tools_need(own: Sandbox) -> None:
    """Of /etc there are our own password file, the linker's cache, links to tools, and the JDK's settings."""
    end = own.run(Job(candidate=Program(harness="import os; print(*sorted(os.listdir('/etc')))"))).candidate
    known = {"passwd", "ld.so.cache", "alternatives"}
    assert {name for name in end.stdout.decode().split() if not name.startswith("java-")} <= known


def test_an_unknown_group_is_named(docker: Sandbox) -> None:
    """A job that asks for tools that no image has is an error that lists the groups."""
    with pytest.raises(SandboxError, match="no toolchains 'cobol'; known: python, native, jvm, node, coq"):
        docker.run(Job(candidate=Program(harness="pass"), toolchain="cobol"))


@pytest.mark.parametrize("group", images.GROUPS)
def test_each_group_has_an_image_with_a_base(group: str) -> None:
    """Each Dockerfile is found where `build` looks, takes a base, and leaves root."""
    text = images.text(group)
    assert images.default_base(group) in ("python:3.11-slim", "debian:bookworm-slim")
    assert "USER 65532:65532" in text
    assert text == (Path(__file__).parents[2] / "docker" / group / "Dockerfile").read_text(encoding="utf-8")
