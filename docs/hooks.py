"""What the site needs beyond mkdocs.yml: pages that its navigation does not name, links to files outside as text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

SECTIONS = {"domains": "Domains", "decisions": "Decisions"}
OUTSIDE = re.compile(
    r"\[([^\]]+)\]\(((?:\.\./)+(?:src|tests|benchmarks|domains/\w+/|fixtures|verifiers|README|CONTRIBUTING)[^)]*|examples/[^)]*)\)"
)


def on_config(config: Any) -> Any:
    """Put each page that the navigation does not name into the section of its folder, or else at the end of Use."""
    pages = Path(config.docs_dir)
    known = str(config.nav)
    for page in sorted(pages.rglob("*.md")):
        name = page.relative_to(pages).as_posix()
        if f"'{name}'" not in known and "examples" not in page.parts:
            section = SECTIONS.get(page.parent.name, "Use")
            next(entry[section] for entry in config.nav if section in entry).append(name)
    return config


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Show links to files outside the site as the names of the files."""
    return OUTSIDE.sub(r"\1 (`\2`)", markdown)
