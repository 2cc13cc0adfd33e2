"""How two programs differ, line by line; says nothing of what the difference does."""

from __future__ import annotations

from difflib import SequenceMatcher


def changed(before: str, after: str) -> list[dict[str, object]]:
    """Return the spans that differ: the line in `before` (from 1), and both texts.

    >>> changed("a\\nb\\n", "a\\nc\\n")
    [{'line': 2, 'before': 'b', 'after': 'c'}]
    """
    old, new = _lines(before), _lines(after)
    return [
        {"line": low + 1, "before": "\n".join(old[low:high]), "after": "\n".join(new[start:end])}
        for kind, low, high, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if kind != "equal"
    ]


def size(before: str, after: str) -> int:
    """Return how many lines an edit touches, blank lines and trailing blanks aside.

    >>> size("a\\nb\\n", "a\\n\\nc \\nd\\n")
    2
    """
    old, new = ([line for line in _lines(text) if line] for text in (before, after))
    spans = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return sum(max(high - low, end - start) for kind, low, high, start, end in spans if kind != "equal")


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.replace("\r\n", "\n").rstrip().split("\n")]
