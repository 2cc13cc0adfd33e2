"""The documentation builds as a site whose links all lead somewhere, and whose pages fetch nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FETCHING = {"src", "srcset", "href", "data", "poster", "action"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    pytest.importorskip("mkdocs", reason="the extra `docs` is not installed")
    out = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "--strict", "-d", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return out


class Fetched(HTMLParser):
    """What a page makes a browser fetch; a link that someone has to click is none."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses of a tag."""
        if tag != "a" and ("rel", "canonical") not in attrs:
            self.found += [value or "" for name, value in attrs if name in FETCHING]


def test_pages_fetch_nothing_from_elsewhere(site: Path) -> None:
    """No page and no style sheet names a script, style, font or picture of another host."""
    foreign = []
    for page in site.rglob("*.html"):
        parser = Fetched()
        text = page.read_text(encoding="utf-8")
        parser.feed(text)
        foreign += [page.name] * ('class="mermaid"' in text)  # the theme would fetch what draws it
        foreign += [f"{page.name}: {address}" for address in parser.found if re.match(r"(\w+:)?//", address)]
    for sheet in site.rglob("*.css"):
        foreign += re.findall(r"(?:url\(|@import )[\"']?((?:https?:)?//[^)\"']+)", sheet.read_text(encoding="utf-8"))

    assert foreign == []


def test_every_page_is_in_the_site(site: Path) -> None:
    """Each page of docs/ was built, and each record of the API stands in its page."""
    pages = [path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md") if "examples" not in path.parts]
    api = (site / "api.html").read_text(encoding="utf-8")

    assert [page for page in pages if not (site / page.with_suffix(".html")).exists()] == []
    assert all(f'id="verisieve.{name}"' in api for name in ("records.Verdict", "rewards.pack", "scale.verify"))
