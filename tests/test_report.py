"""The page of a run or of verdicts: what it says, and that hostile text makes nothing on it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from run_folder import row, write

from verisieve import bench, leaderboard, report, sources
from verisieve.cli import main
from verisieve.errors import UsageError
from verisieve.stats import wilson

EVIL = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "</pre></details></script></style><h1>taken over</h1>{{ 7 * 7 }} \u202e\x00\x1b[2J\ud800"
)


def everywhere(text: str) -> Any:
    """A row that says this wherever it can."""
    return row(
        text,
        "fail",
        text,
        model=text,
        prompt=text,
        operator=text,
        reason=text,
        answer=text,
        evidence={text: text, "list": [text], "call": text, "expected": text, "got": [text], "first_bad": {"line": 1}},
        meta={"family": text, "difficulty": text},
        domain=text,
    )


HOSTILE = everywhere(EVIL)


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
    for part in (
        "Prompt 2 + 2?",
        "Response I say 5",
        "Extracted answer 5",
        "Check: equal ✗ fail",
        "why no",
        "expected [4]",
    ):
        assert part in text


def test_a_long_text_is_cut_with_a_note(tmp_path: Path) -> None:
    """A reply of ten million characters makes no page of ten megabytes."""
    page = page_of(tmp_path, row(response="x" * 10_000_000))
    assert len(page) < 60_000
    assert "[… 9,996,000 of 10,000,000 characters left out …]" in page


def test_hostile_text_makes_no_element(tmp_path: Path) -> None:
    """The page has the same elements with harmless text in the same places."""
    calm, evil = (Page(page_of(tmp_path, everywhere(text))) for text in ("x" * len(EVIL), EVIL))
    assert [tag for tag, _ in evil.tags] == [tag for tag, _ in calm.tags]
    assert evil.count("script") == 1
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


BOARD = [
    row(
        f"p{number}",
        "pass" if number % 10 < good else "fail",
        model=model,
        sample=sample,
        meta={"difficulty": number % 3},
    )
    for model, good in (("strong", 9), ("weak", 4))
    for number in range(40)
    for sample in (0, 1)
]


def test_verdicts_alone_lead_with_the_leaderboard(tmp_path: Path) -> None:
    """Who leads, by how much, with what chance; then each model's rates as the board has them."""
    folder = write(tmp_path / "run", BOARD)
    with sources.opened([str(folder / "verdicts.jsonl")]) as source:
        text = words(report.write_page(source, tmp_path / "page.html").read_text(encoding="utf-8"))
    board = leaderboard.to_json(bench.tally((verdict for _, verdict in BOARD), ks=(2,)))
    first = board["cells"][1]["estimates"]

    assert "strong leads with 90.0 %" in text
    assert "it is 50.0 points ahead of weak" in text
    for name in ("pass@1", "pass@2", "pass^2"):
        assert f"{100 * first[name]['low']:.1f} % to {100 * first[name]['high']:.1f} %" in text
    assert "kept" not in text.partition("Made by")[0].partition("Leaderboard")[2]


def test_models_are_set_side_by_side_where_they_differ(tmp_path: Path) -> None:
    """Problems that one model alone solved, from both sides, with both replies."""
    rows = [*BOARD, row("odd", "fail", model="strong"), row("odd", "pass", model="weak")]
    page = page_of(tmp_path, *rows)
    pairs = [attrs for tag, attrs in Page(page).tags if attrs.get("class") == "row pair"]

    assert "21 of 21 problems that one of them alone solved" in words(page)
    assert len(pairs) == 21


def test_what_bench_recorded_stays_on_the_page(tmp_path: Path) -> None:
    """A measure that rows alone do not give (maj@k) comes from leaderboard.json; a broken one is bad input."""
    folder = write(tmp_path / "run", BOARD)
    board = leaderboard.to_json(bench.tally(verdict for _, verdict in BOARD))
    board["cells"][1]["estimates"]["maj@2"] = {"value": 0.777, "low": 0.6, "high": 0.9, "over": 40}
    (folder / "leaderboard.json").write_text(json.dumps(board), encoding="utf-8")
    text = words(report.write(folder, tmp_path / "page.html").read_text(encoding="utf-8"))
    (folder / "leaderboard.json").write_text("[]", encoding="utf-8")

    assert "maj@2" in text
    assert "77.7 %" in text
    with pytest.raises(UsageError, match=r"leaderboard.json: no leaderboard"):
        report.write(folder, tmp_path / "page.html")


def test_cost_is_shown_by_solved_problem(tmp_path: Path) -> None:
    """Tokens and money of all replies, over the problems that some reply solved."""
    usage = {"prompt_tokens": 10, "completion_tokens": 100}
    rows = [row(f"p{n}", "pass" if n else "fail", cost=0.5, usage=usage) for n in range(3)]

    assert "m 3 2 30 300 150 $1.50 $0.75000" in words(page_of(tmp_path, *rows))


def test_an_empty_run_has_a_page(tmp_path: Path) -> None:
    """A run without rows says so and does not divide by nothing."""
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("completions.jsonl", "verdicts.jsonl"):
        (folder / name).touch()
    assert "0 replies kept of 0" in words(report.write(folder, tmp_path / "page.html").read_text(encoding="utf-8"))


def test_the_command_takes_folders_and_verdicts(tmp_path: Path) -> None:
    """The page goes into the folder or beside the file; what cannot be is one line and exit code 2."""
    folder = write(tmp_path / "run", BOARD)
    rows, verdicts = folder / "completions.jsonl", folder / "verdicts.jsonl"

    def exit_code(*args: object) -> int:
        return CliRunner().invoke(main, ["report", *map(str, args)]).exit_code

    assert exit_code(folder) == 0
    assert (folder / "report.html").is_file()
    assert exit_code(verdicts, "--rows", rows, "--out", tmp_path / "page.html") == 0
    assert "What is the answer to p" in (tmp_path / "page.html").read_text(encoding="utf-8")
    for wrong in ([rows], [tmp_path / "absent"], [folder, "--rows", rows], [folder, "--serve", "--out", "x.html"]):
        assert exit_code(*wrong) == 2, wrong
