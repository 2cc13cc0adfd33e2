"""The layout: what is built holds everything, installs anywhere, and never takes the plain names."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("verifiers", "sandboxes", "domains", "fixtures")
MAPPED = (*FOLDERS, "docker")  # of docker/, the images only
MAX_DISTRIBUTIONS = 45
MAX_MEGABYTES = 360
HEAVY = {
    "sympy",
    "sqlglot",
    "docker",
    "openai",
    "aiohttp",
    "httptools",
    "uvloop",
    "hypothesis",
    "pytest",
    "pysat",
    "rich",
    "jinja2",
    "asyncio",
    "numpy",
    "scipy",
}
MATH = {"id": "a", "domain": "math", "prompt": "1+1?", "truth": {"answer": "2"}, "response": "\\boxed{2}"}


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command; its output, or a failure that shows it."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def modules() -> set[str]:
    """Every file of ours that must be in a wheel, by its path there."""
    found = set()
    for folder, target in [
        (ROOT / "src/verisieve", "verisieve"),
        *((ROOT / name, f"verisieve/{name}") for name in FOLDERS),
    ]:
        for path in folder.rglob("*"):
            inside = path.relative_to(folder)
            linked = folder.name == "verisieve" and inside.parts[0] in MAPPED
            if path.is_file() and not linked and "__pycache__" not in inside.parts:
                found.add(f"{target}/{inside.as_posix()}")
    images = {f"verisieve/docker/{path.parent.name}/{path.name}" for path in (ROOT / "docker").glob("*/Dockerfile")}
    return found | images


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of this tree, built from a copy."""
    copy, out = tmp_path_factory.mktemp("tree") / "verisieve", tmp_path_factory.mktemp("dist")
    ignored = shutil.ignore_patterns(".git", ".venv", "__pycache__", "*.egg-info", "build", "dist", "out", ".*_cache")
    shutil.copytree(ROOT, copy, symlinks=True, ignore=ignored)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, copy, cwd=copy)
    return out


def test_the_wheel_holds_every_module_and_fixture(built: Path) -> None:
    """What is in the folders is in the wheel, under verisieve/, and nothing else is."""
    (wheel,) = built.glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert names == modules()


def test_the_sdist_holds_everything_once(built: Path) -> None:
    """The sdist has each file of the folders, so that a wheel can be built from it."""
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {f"src/{name}" if name.split("/")[1] not in MAPPED else name.partition("/")[2] for name in modules()}

    assert wanted - names == set()


def test_a_wheel_built_from_the_sdist_is_the_same(built: Path, tmp_path: Path) -> None:
    """Building from the sdist, which has no links, gives the same files."""
    (sdist,), (wheel,) = built.glob("*.tar.gz"), built.glob("*.whl")
    run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        tmp_path,
        sdist,
        cwd=tmp_path,
    )
    (again,) = tmp_path.glob("*.whl")

    assert set(zipfile.ZipFile(again).namelist()) == set(zipfile.ZipFile(wheel).namelist())


def interpreters() -> list[str]:
    """This Python, and others here that verisieve supports: of pyenv (whose shims may lead nowhere), or on the path."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    names = [f"python3.{minor}" for minor in range(11, 14) if minor != sys.version_info[1]]
    found = [next(map(str, sorted(pyenv.glob(f"*/bin/{name}"))), shutil.which(name)) for name in names]
    return [sys.executable, *(each for each in found if each)]


@pytest.mark.parametrize("interpreter", interpreters(), ids=lambda interpreter: Path(interpreter).name)
def test_the_wheel_works_in_an_empty_environment(built: Path, interpreter: str, tmp_path: Path) -> None:
    """Installed alone, with each Python, it runs from any folder, stays small, and leaves the plain names alone."""
    (wheel,) = built.glob("*.whl")
    home, work = tmp_path / "venv", tmp_path / "elsewhere"
    work.mkdir()
    run(interpreter, "-m", "venv", "--without-pip", home, cwd=work)
    python = home / "bin/python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
    run(*pip, "install", "-q", "--no-compile", wheel, cwd=work)
    (work / "rows.jsonl").write_text(json.dumps(MATH))
    run(home / "bin/verisieve", "verify", "rows.jsonl", "--out", "out.jsonl", cwd=work)
    plain = "from importlib.util import find_spec; print([n for n in %r if find_spec(n)])"
    listed = json.loads(run(*pip, "list", "--format", "json", cwd=work))
    site = next((home / "lib").glob("python*/site-packages"))
    size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file() and file.suffix != ".pyc")

    assert json.loads((work / "out.jsonl").read_text())["outcome"] == "pass"
    assert run(python, "-c", plain % (FOLDERS,), cwd=work).strip() == "[]"
    assert {each["name"] for each in listed} >= {"verisieve"}
    assert len(listed) <= MAX_DISTRIBUTIONS
    assert size / 1e6 <= MAX_MEGABYTES


def test_docker_is_no_package() -> None:
    """docker/ holds data only: an __init__.py there would hide the Docker SDK."""
    assert not list((ROOT / "docker").rglob("__init__.py"))


def test_importing_verisieve_loads_nothing_heavy() -> None:
    """The package, its command line and its domains load without the heavy libraries."""
    code = (
        "import sys, verisieve.cli; from verisieve import domains; [domains.load(n) for n in domains.names()];"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
