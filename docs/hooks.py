"""What the site needs beyond mkdocs.yml: pages that not every tree has, and links to files outside the site as text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

TITLES = {
    "tutorial.md": "Tutorial",
    "serve.md": "Serving",
    "extending.md": "Extending",
}  # in the navigation where they are there
OUTSIDE = re.compile(
    r"\[([^\]]+)\]\(((?:\.\./)+(?:src|tests|benchmarks|domains|verifiers|README|CONTRIBUTING)[^)]*|examples/[^)]*)\)"
)


def on_config(config: Any) -> Any:
    """Put pages into the navigation that not every tree has."""
    known = str(config.nav)
    pages = Path(config.docs_dir)
    found = [{title: name} for name, title in TITLES.items() if (pages / name).exists() and name not in known]
    decisions = next(entry["Decisions"] for entry in config.nav if "Decisions" in entry)
    for page in sorted((pages / "decisions").glob("*.md")):
        name = f"decisions/{page.name}"
        if name not in known:
            decisions.append({page.stem[5:].replace("-", " ").capitalize(): name})
    config.nav[3:3] = found
    return config


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Show links to files outside the site as the names of the files."""
    return OUTSIDE.sub(r"\1 (`\2`)", markdown)
