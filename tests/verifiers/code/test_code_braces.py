"""The outline of a brace language: literals do not count, brackets do, and nothing costs more than linear time."""

from __future__ import annotations

import time

import pytest

from verisieve.verifiers.code import braces
from verisieve.verifiers.code.languages.javascript import SYNTAX

COMPLETE = [
    "function f(a) { return /[(\"]/.test(a) ? `x${a.map(x => `{${x}`).join('}')}` : 'y}' }",
    "const a = b / 2; const g = x => x / 3 // don't {",
    "/* {{{ don't */ function* g() { yield '{' }",
    r"if (/\/{/.test(x)) { x = 'it\'s' }",
    "x = `a ${ {b: 1}.b } \\` }`",
]
OPEN = ["let s = 'abc", "x = `abc", "/* abc", "f(x", "x = [1, 2", "if (x) {", "} x {", "( ]"]


@pytest.mark.parametrize("code", COMPLETE)
def test_brackets_in_literals_do_not_count(code: str) -> None:
    """Strings, templates, regular expressions and comments are blank."""
    assert braces.complete(code, SYNTAX), braces.mask(code, SYNTAX)


@pytest.mark.parametrize("code", OPEN)
def test_what_is_cut_off_is_not_complete(code: str) -> None:
    """An open literal or bracket, or one closed wrongly."""
    assert not braces.complete(code, SYNTAX)


def test_a_mask_keeps_every_place() -> None:
    """Blanks stand for literals, line ends stay, and the length is the same."""
    code = "a = 'x\\'' // y\nb"
    masked = braces.mask(code, SYNTAX).text
    assert masked.split() == ["a", "=", "b"]
    assert (len(masked), masked.index("\n")) == (len(code), code.index("\n"))


def test_only_outer_definitions_count() -> None:
    """A helper inside a function is none, and neither is one in a comment."""
    code = (
        "// function a() {}\nconst f = (x) => {\n  const g = 1; return g }\nasync function h() {}\nclass K {}\nk = 2\n"
    )
    assert set(braces.definitions(code, SYNTAX)) == {"f", "h", "K", "k"}
    assert braces.definitions(code, SYNTAX)["h"] == code.index("function h")


@pytest.mark.parametrize("part", ["`", "${`", "/*", "'", "{", "(a=", "`${", "x/", "[/", "\\", "`${{"])
def test_hostile_text_costs_linear_time(part: str) -> None:
    """Four times the text costs nowhere near sixteen times the time."""
    spent = []
    for size in (20_000, 80_000):
        started = time.process_time()
        braces.definitions(part * (size // len(part)), SYNTAX)
        spent.append(time.process_time() - started)
    assert spent[1] < 10 * spent[0] + 0.1
