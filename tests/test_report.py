"""The page of a run: what it says, and that hostile text does nothing on it, in a real browser where there is one."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from run_folder import row, write

from verisieve import report
from verisieve.stats import wilson

EVIL = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "</pre></details></script></style><h1>taken over</h1>{{ 7 * 7 }} \u202e\x00\x1b[2J\ud800"
)
HOSTILE = row(
    EVIL,
    "fail",
    EVIL,
    model=EVIL,
    prompt=EVIL,
    operator=EVIL,
    reason=EVIL,
    answer=EVIL,
    evidence={EVIL: EVIL, "list": [EVIL]},
    meta={"family": EVIL, "difficulty": EVIL},
    domain=EVIL,
)


class Page(HTMLParser):
    """What a parser sees: tags with their attributes, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def page_of(tmp_path: Path, *rows: Any, **options: Any) -> str:
    """Write a run and its page; return the page."""
    return report.write(write(tmp_path / "run", rows), tmp_path / "page.html", **options).read_text(encoding="utf-8")


def words(page: str) -> str:
    """The text of a page with its white space evened out."""
    return " ".join(Page(page).text.split())


def test_the_headline_says_what_came_of_the_run(tmp_path: Path) -> None:
    """Generated, proved, distinct, kept, not judged, and the verifier's own mistakes."""
    rows = [row(label="pass"), row(), row("b", "fail", label="reject"), row("c", "error"), row("d", label="reject")]
    text = words(page_of(tmp_path, *rows))
    assert "2 replies kept of 5" in text
    assert "the checker proved 3 right, 2 of them distinct, and 2 are kept as training data (40.0 %)" in text
    assert "1 reply could not be judged and counts against no model" in text
    assert "accepted 1 of 2 wrong replies and rejected 0 of 1 right ones" in text


def test_pass_rates_leave_out_what_was_not_scored(tmp_path: Path) -> None:
    """Errors and cut-off replies are listed apart; the interval is Wilson's."""
    cut_off = row("e", "fail", finish_reason="length")
    text = words(page_of(tmp_path, row("a"), row("b", "fail"), row("c", "limit"), row("d", "error"), cut_off))
    low, high = (f"{100 * end:.1f} %" for end in wilson(1, 3))
    assert f"m 33.3 % {low} to {high} 1 of 3 1 1" in text


def test_difficulties_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    """10 comes after 9."""
    page = page_of(tmp_path, *(row(f"p{level}", meta={"difficulty": level}) for level in (10, 9, 1.5)))
    assert re.findall(r"math · ([\d.]+)", page) == ["1.5", "9", "10"]


def test_the_verifiers_mistakes_come_first(tmp_path: Path) -> None:
    """False accepts, then false rejects, then a mix of all outcomes, whatever the limit on rows."""
    plain = [row(f"p{i}", outcome) for i in range(60) for outcome in ("pass", "fail", "no_answer")]
    rows = [*plain, row("fr", "fail", label="pass"), row("fa", label="reject"), row("er", "error", label="pass")]
    details = [attrs for tag, attrs in Page(page_of(tmp_path, *rows, samples=8)).tags if attrs.get("class") == "row"]
    assert [attrs["data-mistake"] for attrs in details] == ["false accept", "false reject", *[""] * 6]
    assert {attrs["data-outcome"] for attrs in details} == {"pass", "fail", "no_answer", "error"}


def test_a_row_opens_to_all_that_was_seen_and_found(tmp_path: Path) -> None:
    """Prompt, response, answer, checks and evidence, each as text."""
    one = row(response="I say 5", outcome="fail", prompt="2 + 2?", answer="5", evidence={"expected": [4], "why": "no"})
    text = words(page_of(tmp_path, one))
    for part in ("Prompt 2 + 2?", "Response I say 5", "Extracted answer 5", "Check: equal fail", "expected [4] why no"):
        assert part in text


def test_a_long_text_is_cut_with_a_note(tmp_path: Path) -> None:
    """A reply of ten million characters makes no page of ten megabytes."""
    page = page_of(tmp_path, row(response="x" * 10_000_000))
    assert len(page) < 60_000
    assert "[… 9,996,000 of 10,000,000 characters left out …]" in page


def test_hostile_text_makes_no_element(tmp_path: Path) -> None:
    """The page has the same elements with harmless text in the same places."""
    calm, evil = (
        Page(page_of(tmp_path, one)) for one in (row("x", "fail", meta={"family": "f", "difficulty": 1}), HOSTILE)
    )
    assert (evil.count("script"), evil.count("style"), evil.count("img"), evil.count("h1")) == (1, 1, 0, 1)
    assert {tag for tag, _ in evil.tags} <= {tag for tag, _ in calm.tags}
    assert all(not name.startswith("on") and name not in ("src", "style") for _, attrs in evil.tags for name in attrs)


def test_hidden_characters_are_shown_by_number(tmp_path: Path) -> None:
    """No override, control character or lone surrogate reaches the page."""
    page = page_of(tmp_path, HOSTILE)
    assert "⟨U+202E⟩⟨U+0000⟩⟨U+001B⟩[2J⟨U+D800⟩" in page
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", page)


def test_the_policy_allows_only_the_pages_own_style_and_script(tmp_path: Path) -> None:
    """Nothing is loaded, no address is linked, and no inline attribute needs more rights."""
    page = page_of(tmp_path, HOSTILE)
    policy = next(attrs["content"] or "" for tag, attrs in Page(page).tags if "http-equiv" in attrs)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"(?:src|href)=\"(?!#)", page)


def test_the_script_makes_no_markup_of_data() -> None:
    """It reads and writes text alone."""
    script = (Path(report.__file__).parent / "templates/report.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function|setAttribute", script)


def test_an_empty_run_has_a_page(tmp_path: Path) -> None:
    """A run without rows says so and does not divide by nothing."""
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("completions.jsonl", "verdicts.jsonl"):
        (folder / name).touch()
    assert "0 replies kept of 0" in words(report.write(folder, tmp_path / "page.html").read_text(encoding="utf-8"))


PROBE = """<!doctype html><title>probe</title>
<iframe id="page" src="page.html" width="390" height="800"></iframe>
<script>
const frame = document.getElementById("page");
frame.addEventListener("load", () => {
  const page = frame.contentDocument, say = {};
  const visible = () => page.querySelectorAll(".row:not([hidden])").length;
  say.title = page.title; say.images = page.images.length; say.rows = visible();
  for (const details of page.querySelectorAll("details")) details.open = true;
  say.overflow = page.documentElement.scrollWidth - page.documentElement.clientWidth;
  const search = page.getElementById("search");
  search.value = "needle HAY"; search.dispatchEvent(new Event("input"));
  setTimeout(() => {
    say.found = visible(); say.count = page.getElementById("count").textContent;
    const say_all = document.createElement("pre"); say_all.id = "said"; say_all.textContent = JSON.stringify(say);
    document.body.append(say_all);
  }, 300);
});
</script>"""


def browser() -> str:
    """The path of a Chromium, or a skip."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no chromium in PATH: the page is not opened in a browser")
    return found


def test_in_a_browser_the_page_is_harmless_searchable_and_fits_a_phone(tmp_path: Path) -> None:
    """Hostile text runs nothing; search leaves the fitting row; nothing sticks out at 390 pixels."""
    long = "w" * 3000
    page_of(tmp_path, row("a", response="needle in the hay"), row("b", response=long, evidence={long: long}), HOSTILE)
    (tmp_path / "probe.html").write_text(PROBE, encoding="utf-8")
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--allow-file-access-from-files",
    ]
    command = [browser(), *flags, f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=5000", "--dump-dom"]
    done = subprocess.run([*command, f"file://{tmp_path / 'probe.html'}"], capture_output=True, text=True, check=True)
    said = re.search(r'<pre id="said">(.*?)</pre>', done.stdout)
    assert said, done.stderr
    assert said[1] == ('{"title":"run · verisieve","images":0,"rows":3,"overflow":0,"found":1,"count":"1 of 3 rows"}')
