"""Foreign text is shown so that it can neither hide nor move anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verisieve import plaintext

SHOWN = [
    ("plain \t text\nnext", "plain \t text\nnext", "what everyone can see stays"),
    ("x² ≤ ½ é 漢 😀", "x² ≤ ½ é 漢 😀", "so do other scripts"),
    ("a\x1b[2Jb", "a⟨U+001B⟩[2Jb", "terminal commands"),
    ("a\u202ecba", "a⟨U+202E⟩cba", "right-to-left override"),
    ("a\u2066b\u200bc\ufeff", "a⟨U+2066⟩b⟨U+200B⟩c⟨U+FEFF⟩", "isolates and zero width"),
    ("\U000e0041", "⟨U+E0041⟩", "tag characters that hide text"),
    ("\ud800\ue000\uffff", "⟨U+D800⟩⟨U+E000⟩⟨U+FFFF⟩", "surrogates, private use, noncharacters"),
    ("a\rb", "a⟨U+000D⟩b", "a bare carriage return overwrites a terminal line"),
]


@pytest.mark.parametrize(("text", "shown", "why"), SHOWN)
def test_what_cannot_be_seen_is_shown_by_number(text: str, shown: str, why: str) -> None:
    """Nothing invisible stays, nothing visible changes."""
    assert plaintext.visible(text) == shown, why


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_shown_is_always_valid_unicode(text: str) -> None:
    """Any text, lone surrogates included, becomes one that can be written; showing it twice changes nothing."""
    shown = plaintext.visible(text)
    shown.encode("utf-8")
    assert plaintext.visible(shown) == shown


@given(st.text(), st.integers(4, 50))
def test_a_cut_keeps_both_ends_and_counts_the_rest(text: str, limit: int) -> None:
    """A short text is untouched, of a long one exactly `limit` characters stay."""
    shown = plaintext.cut(text, limit)
    if len(text) <= limit:
        assert shown == text
    else:
        head, note, tail = shown[: limit - limit // 4], f"[… {len(text) - limit:,} of", text[len(text) - limit // 4 :]
        assert (text.startswith(head), note in shown, shown.endswith(tail)) == (True, True, True)


def test_bytes_of_a_program_are_shown_with_both_ends() -> None:
    """What is no text is replaced, what moves the cursor is numbered, head and tail stay."""
    shown = plaintext.shown(b"head \x1b[2J\xff\x9b" + b"x" * 500 + b"\x08\r tail", 100)
    assert shown.startswith("head ⟨U+001B⟩[2J\N{REPLACEMENT CHARACTER}")
    assert shown.endswith("⟨U+0008⟩⟨U+000D⟩ tail")
    assert "left out" in shown
