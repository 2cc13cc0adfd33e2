"""Coq texts cut into sentences, comments and strings told apart as Coq's lexer does.

Finds candidates and early refusals only. No verdict rests on it: notations may change what tokens mean, and a text that
is cut wrongly here is still judged by the kernel.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKENS = re.compile(r"\(\*|\*\)|\"")
_END = re.compile(r"\.(?=\s|\Z)")
_BLANKS = re.compile(r"\s+")
_HEAD = re.compile(
    r"(?:[-+*{}\s]|\d+\s*:|(?:all|par|!)\s*:|#\[[^\]]*\]|"
    r"(?:Time|Fail|Succeed|Local|Global|Export|Polymorphic|Monomorphic|Cumulative|Program|Private|Timeout\s+\d+)\b)*+"
)
_STRING = re.compile(r'"[^"]*"')
IDENTIFIER = r"[^\W\d][\w']*"
_WORDS = re.compile(IDENTIFIER)


class Sentence(NamedTuple):
    """One sentence: its text as written, the same without comments and strings, and where it stands."""

    text: str
    bare: str
    start: int
    end: int

    @property
    def command(self) -> str:
        """What the sentence begins with, after bullets, selectors, attributes and modifiers; blanks are single."""
        return _BLANKS.sub(" ", self.bare[_head_end(self.bare) :]).strip()


def _head_end(bare: str) -> int:
    match = _HEAD.match(bare)
    return match.end() if match else 0


def mask(text: str) -> str:
    """Blank out comments and strings, keeping every other character in its place.

    >>> mask('a (* "*)" (* b *) *) "c." d.')
    'a                         d.'
    """
    parts: list[str] = []
    at = depth = 0
    while token := _TOKENS.search(text, at):
        start, end = token.span()
        if token[0] == '"':
            end = _string_end(text, end)
        outside = depth == 0
        depth += {"(*": 1, "*)": -1 if depth else 0}.get(token[0], 0)
        parts.append(text[at:start] if outside else _blank(text[at:start]))
        parts.append(text[start:end] if outside and token[0] == "*)" else _blank(text[start:end]))
        at = end
    parts.append(_blank(text[at:]) if depth else text[at:])
    return "".join(parts)


def _string_end(text: str, start: int) -> int:
    closing = text.find('"', start)
    return len(text) if closing < 0 else closing + 1


def _blank(text: str) -> str:
    return re.sub(r"\S", " ", text)


def sentences(text: str) -> list[Sentence]:
    """Cut a text after each full stop that blanks follow; what follows the last one is a sentence too.

    >>> [each.command for each in sentences('Lemma a : 0 = 0. (* b. *) - reflexivity. Qed.')]
    ['Lemma a : 0 = 0.', 'reflexivity.', 'Qed.']
    """
    bare, found, start = mask(text), list[Sentence](), 0
    for stop in [*(match.end() for match in _END.finditer(bare)), len(text)]:
        if bare[start:stop].strip():
            found.append(Sentence(text[start:stop], bare[start:stop], start, stop))
            start = stop
    return found


def words(text: str) -> set[str]:
    """Return the identifiers of a text, those in comments and strings left out."""
    return set(_WORDS.findall(mask(text)))


def same(left: Sentence, right: Sentence) -> bool:
    """Say whether two sentences differ in comments and blanks only."""
    return _plain(left) == _plain(right)


def _plain(sentence: Sentence) -> tuple[str, list[str]]:
    return _BLANKS.sub(" ", sentence.bare).strip(), _STRING.findall(sentence.text)
