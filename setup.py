"""Map the top-level folders to `verisieve.*`; everything else is in pyproject.toml."""

from pathlib import Path

from setuptools import setup

FOLDERS = ("verifiers", "sandboxes", "domains", "fixtures", "docker")

packages = {}
roots = {"verisieve": Path("src/verisieve"), **{f"verisieve.{name}": Path(name) for name in FOLDERS}}
for name, root in roots.items():
    folders = [root, *sorted(path for path in root.rglob("*") if path.is_dir())]
    for path in folders:
        inside = path.relative_to(root).parts
        linked = name == "verisieve" and inside and inside[0] in FOLDERS
        if not linked and path.name != "__pycache__":
            packages[".".join((name, *inside))] = path.as_posix()

setup(packages=list(packages), package_dir=packages)
