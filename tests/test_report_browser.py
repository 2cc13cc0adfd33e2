"""The report in a real browser, where there is one: harmless, searchable, by keyboard alone, for eyes and readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

import pytest
from browser import Browser, started
from run_folder import Rows, row, write
from test_browsing import served
from test_report import BOARD, HOSTILE

from verisieve import browsing, report, sources

LONG = "w" * 3000
SHOWING: list[Rows] = [
    *BOARD,
    row("needle", "fail", "Step 1: x\nStep 2: y", evidence={"first_bad_step": 2, "step": "y", "why": "no"}),
    row("sql", "fail", domain="sql", evidence={"witness": "INSERT INTO t VALUES (1, NULL)"}),
    row("long", "fail", LONG, domain="code", evidence={LONG: LONG, "call": LONG, "expected": LONG, "got": "g"}),
    row("huge", "fail", "x" * 10_000_000),
    row("wrong", "pass", label="reject"),
    row("other", "no_answer"),
    row("time", "limit"),
    row("ours", "error"),
    HOSTILE,
]
ROWS = "document.querySelectorAll('#rows .row:not([hidden])').length"
ALL_OPEN = "document.querySelectorAll('details').forEach(each => each.open = true)"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all."""
    with started(tmp_path_factory.mktemp("profile")) as found:
        found.size(1200, 900)
        yield found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a page of everything, hostile and long rows too."""
    folder = write(tmp_path_factory.mktemp("page") / "run", SHOWING)
    return report.write(folder, folder / "page.html").as_uri()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the same rows."""
    folder = write(tmp_path_factory.mktemp("home") / "run", SHOWING)
    with sources.opened([str(folder)]) as source, browsing.opened(source) as site, served(site) as server:
        yield server.url


def faults(browser: Browser) -> list[str]:
    """What axe finds wrong, with everything opened."""
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    browser.run(ALL_OPEN)
    browser.call("Runtime.evaluate", expression=axe)
    found: list[str] = browser.run(
        "axe.run().then(found => found.violations.map(each => each.id + ': ' + each.nodes[0].html.slice(0, 200)))"
    )
    return found


def test_hostile_rows_run_nothing_and_fetch_nothing(browser: Browser, page: str, home: str) -> None:
    """Opened in full, the title stands, no picture is there, and nothing was asked for but pages of our own."""
    for address in (page, f"{home}rows?start=150"):
        browser.open(address)
        browser.run(ALL_OPEN)
        browser.until("![...document.querySelectorAll('[data-from]')].length")
        browser.until("!document.querySelector('.row .body:empty')")
        assert "owned" not in browser.run("document.title")
        assert browser.run("document.images.length") == 0
        assert {asked.split("#")[0] for asked in browser.asked() if not asked.startswith(home)} <= {page}


def test_search_and_filters_leave_what_fits(browser: Browser, page: str) -> None:
    """Words anywhere in a row, in any case; a filter besides; the count is said."""
    browser.open(page)
    whole = browser.run(ROWS)
    browser.run("document.getElementById('search').focus()")
    browser.write("STEP 2 needle")
    browser.until(f"{ROWS} === 1")
    assert browser.run("document.getElementById('count').textContent") == f"1 of {whole} rows"


def test_the_page_is_used_by_keyboard_alone(browser: Browser, page: str) -> None:
    """The first tab leads past the head; Enter opens a row, its texts are reached and read."""
    browser.open(page)
    browser.press("Tab")
    assert browser.run("document.activeElement.className") == "skip"
    browser.press("Enter")
    browser.until("document.activeElement.id === 'main'")
    browser.run("document.querySelector('#rows summary').focus()")
    browser.press("Enter")
    browser.until("document.querySelector('#rows .row').open")
    browser.press("Tab")
    assert browser.run("document.activeElement.getAttribute('aria-label')") == "Prompt"


@pytest.mark.parametrize("dark", [False, True])
def test_no_rule_of_accessibility_is_broken(browser: Browser, page: str, home: str, *, dark: bool) -> None:
    """axe finds nothing, contrast included, in the light and in the dark, on every kind of page."""
    pytest.importorskip("axe_core_python")
    browser.size(1200, 900, dark=dark)
    more = (home, f"{home}rows", f"{home}row/161", f"{home}compare?show=all")
    for address in (page, f"{home}pair/1/81", *(() if dark else more)):
        browser.open(address)
        assert faults(browser) == [], address
    browser.size(1200, 900)


def test_everything_fits_a_phone(browser: Browser, page: str, home: str) -> None:
    """Nothing sticks out at 390 pixels, with every row open."""
    browser.size(390, 844)
    for address in (page, home, f"{home}rows", f"{home}pair/1/81"):
        browser.open(address)
        browser.run(ALL_OPEN)
        assert browser.run(WIDE) == 0, address
    browser.size(1200, 900)


def test_served_rows_come_when_they_are_wanted(browser: Browser, home: str) -> None:
    """A word leaves the rows that have it, without a new page; opening one brings its contents."""
    browser.open(f"{home}rows")
    browser.run("document.querySelector('input[name=words]').focus()")
    browser.write("needle")
    browser.until("document.querySelectorAll('#list .row').length === 1")
    assert browser.run("location.search") == "?words=needle"
    browser.run("document.querySelector('#list summary').focus()")
    browser.press("Enter")
    browser.until("document.querySelector('#list .steps .bad')")
    assert "first bad step: no" in browser.run("document.querySelector('.steps .bad').innerText")


def test_two_models_stand_side_by_side(browser: Browser, page: str, home: str) -> None:
    """On a wide window the two replies have the same height of page, on the served page as on the other."""
    for address in (page, f"{home}compare"):
        browser.open(address)
        browser.run("document.querySelector('.pair summary').click()")
        browser.until("document.querySelectorAll('.pair[open] article').length === 2")
        tops = browser.run(
            "[...document.querySelectorAll('.pair[open] article')].map(x => x.getBoundingClientRect().top)"
        )
        assert tops[0] == tops[1]


def test_pages_need_no_script(browser: Browser, home: str) -> None:
    """Without scripts a row is a link, and the filters are a form."""
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(f"{home}rows?words=needle")
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    assert re.search("row/\\d+$", browser.run("document.querySelector('.row a').href"))
    assert browser.run("document.querySelector('form button').textContent") == "Search"
