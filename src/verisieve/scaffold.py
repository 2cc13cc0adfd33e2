"""Make an installable package with a small working domain in it, to be changed by its new owner."""

from __future__ import annotations

import keyword
from importlib import resources
from pathlib import Path

from verisieve import domains
from verisieve.errors import UsageError

# file in the package -> template beside this module; NAME stands for the domain's name
FILES = {
    "pyproject.toml": "pyproject.toml.txt",
    "README.md": "README.md.txt",
    "CARD.md": "CARD.md.txt",
    "verisieve_NAME/__init__.py": "domain.py.txt",
    "verisieve_NAME/prompts/solve.md": "solve.md.txt",
    "verisieve_NAME/trials.jsonl": "trials.jsonl.txt",
    "test_NAME.py": "test_domain.py.txt",
}


def make_domain(name: str, out: str | None = None) -> Path:
    """Write the package and return its folder; raise UsageError for a bad or taken name."""
    if not name.isidentifier() or keyword.iskeyword(name) or name != name.lower():
        raise UsageError(f"domain name {name!r}: must be a lower-case Python identifier, such as chess")
    if name in domains.names():
        raise UsageError(f"domain {name!r} exists already")
    folder = Path(out or f"verisieve-{name}")
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder}: exists and is not empty")
    templates = resources.files("verisieve") / "scaffold_files"
    for target, template in FILES.items():
        text = (templates / template).read_text(encoding="utf-8").replace("NAME", name)
        path = folder / target.replace("NAME", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
