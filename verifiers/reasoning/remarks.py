"""Remarks in an answer that say what holds after a step, or why it is right: "-> holding C", "(X is clear)".

A remark may be passed over only if each of its words is from a closed list or a name of the puzzle: none of them
negates, hedges, orders or takes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from verisieve.verifiers.reasoning import cues, lexing

MAX_REMARK = 300  # characters
_HOLDS = lexing.words(  # a remark has one of them, or a number
    "holding holds hold held contains contain full empty clear free left leaves leave leaving remain remains remaining "
    "reached ready again once table gripper hand arm goal target base bottom top unchanged litres litre liters liter "
    "gallons gallon units already on"
)
_LINKS = lexing.words(
    "a an l the it its this that these those which what is are was were be being been will has have had in onto of "
    "at to for from by with and so as since because now then after all both each every other others exactly more "
    "two three four five six seven eight nine ten block blocks jug jugs disc discs peg pegs stone stones state "
    "result resulting final current giving gives make makes making step goes needed required next under below above "
    "beneath standing stands sitting sits fit fits there still tower towers until done "
    "carry carries sum plus minus times carried column digit digits swapped raised lowered increased decreased added "
    "subtracted multiplied divided doubled line lines value values step steps because"
)
_WORDS = _HOLDS | _LINKS
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
_SIGNS = frozenset(",;:=-+.()[]{}|/&>'\"")

_PLAIN = lexing.words("a an the it its this that these is are was in on of at to for with and both all each now")
_EXPLAINS = (
    _WORDS
    | lexing.words(
        "edge edges track tracks via forced parking parked just walk around push pushes pushed box "
        "corner directly lies smallest largest middle disc needs linked adjacent start started starts value range "
        "reason reasons prerequisites prerequisite done kg h hours litres same hand way waits alone unchanged final "
        "today word letters one first second third clue clues rule rules satisfied square mate check checks"
    )
) - {"swapped"}
_KNOWN = _EXPLAINS | lexing.words(
    "yes ok okay fine right correct true good i everything nothing no knight knave says said l h m "
    "length letters string ends end begins in full matches match pattern once twice block blocks occurs time times "
    "exactly"
)
_MARKS = _SIGNS | frozenset("✓✔☑–—→←<>≤≥≠⭐·×_*")
_ARITHMETIC = re.compile(r" ?\d{1,9}(?: ?[+*-] ?\d{1,9}){1,20} ?")
MIN_REASON = 4  # words
_TURNS = re.compile(
    r"\W*(?:not|no|nor|or|but|if|unless|maybe|perhaps|assuming|only|except|wrong|though|although|however|yet"
    r"|is|isn't|was|wait|provided|when|unlike)\b|.*\?",
    re.IGNORECASE | re.DOTALL,
)
_NOTE = re.compile(r" ?\(((?:[^()\n]|\([^()\n]{0,40}\)){3,200})\)")
_WHY = re.compile(
    r"\b(?:was|since|because|so that|as|from|carry|carries|minus|plus|times)\b|\d *[-+*/] *\d", re.IGNORECASE
)
_PARENTHESES = re.compile(r"(?<=\w) ?\(([^()\n]{1,150})\)")


def unexplained(text: str, names: frozenset[str]) -> str:
    """Return a text without parentheses that say where the value before them comes from; names are in lower case.

    >>> unexplained("a is 7 (it was 3 plus 4), b is 2 (4)", frozenset("ab"))
    'a is 7, b is 2 (4)'
    """
    if "(" not in text:
        return text
    return _PARENTHESES.sub(lambda note: "" if _WHY.search(note[1]) and harmless(note[1], names) else note[0], text)


def unnoted(text: str) -> str:
    """Return a text without parentheses that only explain: all of their words are known, or stand outside of them too.

    >>> unnoted("B -> C (edge B->C), D (the value needed)"), unnoted("Bo: knight (knave)")
    ('B -> C, D', 'Bo: knight (knave)')
    """
    if "(" not in text:
        return text
    names = frozenset(word.lower() for word in re.findall(r"[^\W\d_]+", _NOTE.sub(" ", text)))
    return _NOTE.sub(lambda note: "" if _explains(note[1], names) else note[0], text)


def _explains(note: str, names: frozenset[str]) -> bool:
    if _ARITHMETIC.fullmatch(note):
        return True
    tokens = _tokens(note, names | _EXPLAINS | _SIGNS)
    return tokens is not None and not _EXPLAINS.isdisjoint(set(tokens) - _PLAIN)


def known(text: str, names: frozenset[str]) -> bool:
    """Say whether each word of a text only explains or is a name; an empty text does, too."""
    return _tokens(text, names | _KNOWN | _MARKS) is not None


def told_word(text: str, nouns: str) -> str:
    """Return the bare word of a text, or the one that it gives in quotes where the rest of its line only explains.

    >>> told_word('One such string is "abab", which has four letters and ends in b.', "string")
    'abab'
    """
    found = re.match(
        rf'(?:(?:the|an?|one|my)\s+)?(?:such\s+|valid\s+)?(?:(?:{nouns})\s+(?:is\s+|:\s*))?"(\w{{1,400}})"(?=\W)([^\n]*)$',
        text.strip(),
        re.IGNORECASE,
    )
    if found and known(found[2].replace('"', " "), frozenset(found[1].lower())):
        text = found[1]
    return lexing.bare_word(text, nouns)


def reasoned(text: str, label: str, others: Iterable[str]) -> bool:
    """Say whether a text is a label (a pattern) and a reason: some words, that neither turn it nor name another label.

    >>> reasoned("unknown - she may be sweet or sour", "unknown", ["true"]), reasoned("true (not)", "true", ["false"])
    (True, False)
    """
    found = re.match(rf"(?:{label})\**\s*(?:[(,;:=.-]|\s-)\s*(.+)", text)
    if not found or len(found[1].split()) < MIN_REASON:
        return False
    turned = _TURNS.match(found[1]) or re.search(rf"\b(?:{'|'.join(others)})\b", found[1], re.IGNORECASE)
    return not turned and cues.taken_back(found[1]) is None


def harmless(text: str, names: frozenset[str]) -> bool:
    """Say whether a text is a remark that takes nothing from what it stands behind; names are in lower case.

    >>> harmless("holding C; B on the table", frozenset("bc"))
    True
    >>> harmless("not C", frozenset("bc")), harmless("B", frozenset("bc"))
    (False, False)
    """
    tokens = _tokens(text, names | _WORDS | _SIGNS)
    return any(token in _HOLDS or (token.isdecimal() and token not in names) for token in tokens or ())


def _tokens(text: str, allowed: frozenset[str]) -> list[str] | None:
    """Return the tokens of a short text in lower case, or None where one is neither allowed nor a number."""
    tokens = _TOKEN.findall(text.lower()) if len(text) <= MAX_REMARK else ["?"]
    return tokens if all(token in allowed or token.isdecimal() for token in tokens) else None
