"""Foreign text made harmless to look at: what is invisible or moves other text becomes visible, long texts are cut.

Used wherever words of a program, a model or a row reach people: evidence, facts, tables, error lines, pages.

Escapes nothing for HTML or Markdown; the templates do.
"""

from __future__ import annotations

import re
import unicodedata

_SUSPECTS = re.compile(r"[^\x20-\x7e\n\t]")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str) -> str:
    r"""Show control, format and bidi characters, lone surrogates and unassigned code points by their number.

    >>> visible("a\x00b\u202ec\r\nd")
    'a⟨U+0000⟩b⟨U+202E⟩c\nd'
    """
    return _SUSPECTS.sub(_shown, text.replace("\r\n", "\n"))


def cut(text: str, limit: int) -> str:
    """Keep the head and the tail of a long text, with a note of what is left out between them.

    >>> cut("abcdefghij" * 3, 8)
    'abcdef\\n[… 22 of 30 characters left out …]\\nij'
    """
    if len(text) <= limit:
        return text
    tail = limit // 4
    left_out = f"[… {len(text) - limit:,} of {len(text):,} characters left out …]"
    return f"{text[: limit - tail]}\n{left_out}\n{text[len(text) - tail :]}"


def shown(text: str | bytes, limit: int) -> str:
    r"""Show what a program said: decoded if it is bytes, cut, and with nothing left that hides or moves.

    >>> shown(b"\x1b[31mred\x9b\r", 20)
    '⟨U+001B⟩[31mred�⟨U+000D⟩'
    """
    return visible(cut(text.decode("utf-8", "replace") if isinstance(text, bytes) else text, limit))


def name(value: object, limit: int = 80) -> str:
    """Show a name from data on one line.

    >>> name("gpt\\n4")
    'gpt 4'
    """
    text = " ".join(str(value)[: limit + 1].split())
    return visible(text if len(text) <= limit else f"{text[:limit]}…")


def words(key: str) -> str:
    """Show a key from data as words on one line.

    >>> words("wrong_answer")
    'wrong answer'
    """
    return name(key.replace("_", " "))


def _shown(match: re.Match[str]) -> str:
    char = match[0]
    return f"⟨U+{ord(char):04X}⟩" if unicodedata.category(char) in _HIDDEN else char
