"""Steps of a written derivation with what each cites: numbered lines, tables, bullets, JSON, or sentences.

Theory. A step is a claim and its citations: earlier steps by number, and sources (clue 3, row 2) by kind and number.
A citation is a stretch of text in which every word is known: kinds, numbers and small words; it stands before the
claim ("From 2 and clue 3: ..."), after it ("... by clue 3", "... [2, 5; clue 3]"), or in a cell of its own. Numbers
belong to the last kind named, up to a semicolon. Reads no claims and judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from verisieve.verifiers.reasoning import cues, derivations, lexing, objects
from verisieve.verifiers.reasoning.plain import plain
from verisieve.verifiers.replies import visible

MAX_RANGE, MAX_SENTENCES, MAX_TRIED = 60, 400, 20
Source = tuple[str, int]

_STEP_WORDS = lexing.words("step steps line lines no nos number numbers result results")
_SYNONYMS = {
    "hint": "clue", "fact": "premise", "premiss": "premise", "constraint": "rule", "condition": "rule", "col": "column",
    "c": "column", "r": "row", "b": "box", "block": "box", "s": "statement", "claim": "statement", "says": "statement",
}  # fmt: skip
_SMALL = lexing.words(
    "and from by the of using via to with in given since because due both per as on see also cf applied rule reason "
    "elimination placement propagation hence therefore what said says earlier above thanks it follows"
)
_BY = r"(?:from|by|using|via|because\s+of|because|since|due\s+to|thanks\s+to|per|given|with|as|applying|in\s+view\s+of)"
_BEFORE = re.compile(rf"{_BY}\b", re.IGNORECASE)
_AFTER = re.compile(rf"[\s,;:-]+(?P<by>{_BY}\b)", re.IGNORECASE)
_BRACKET = re.compile(r"[\s,;:-]*[\[({]([^()\[\]{}]{0,600})[\])}]\.?\s*$")
_LEAD = re.compile(
    r"(?:(?:so|therefore|thus|hence|then|consequently|now|also|we\s+(?:get|have|know|conclude|see)|it\s+follows|this\s+"
    r"(?:means|gives|implies)|that\s+means|must\s+be\s+that|i\s+conclude|in\s+conclusion|finally|that)\b[,:]?\s*)+",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"^[ #*_]*(?:the[ ]|my[ ])?(?:final[ ])?answer\b", re.IGNORECASE | re.MULTILINE)
_OPENS = re.compile(r"\b(?:suppos\w+|assum\w+|if|case|imagine|what\s+about|try\w*|say|consider|guess)\b", re.IGNORECASE)
_CLOSES = re.compile(
    r"\b(?:contradict\w*|impossible|inconsistent|absurd|cannot\s+work|does\s+not\s+work)\b", re.IGNORECASE
)
_BULLET = re.compile(r"^[ ]*[-*•+][ ]+(?P<body>\S.*)$")
_RULER = re.compile(r"[\s|:-]*$")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


class Given(NamedTuple):
    """What a step may cite besides steps: how many of each kind there are, and names that stand for one of them."""

    kinds: Mapping[str, int]
    names: Mapping[str, Source] = {}


class Cited(NamedTuple):
    """One step as it was written."""

    number: int
    claim: str
    refs: tuple[int, ...] = ()
    sources: tuple[Source, ...] = ()


class Citation(NamedTuple):
    """Steps and sources that a text names."""

    refs: tuple[int, ...] = ()
    sources: tuple[Source, ...] = ()


def citation(text: str, given: Given) -> Citation | None:
    """Return what a text cites, or None where it says anything else.

    >>> citation("steps 2-4; clue 3 and 5", Given({"clue": 9}))
    Citation(refs=(2, 3, 4), sources=(('clue', 3), ('clue', 5)))
    """
    kind, refs, sources = "", list[int](), list[Source]()
    for piece in re.findall(r"\d{1,4}\s*-\s*\d{1,4}|\d+|[A-Za-z]+|\S", text.replace("'s", "")):
        if piece[0].isdigit():
            low, _, high = piece.partition("-")
            if len(piece) > 11 or not 0 <= int(high or low) - int(low) <= MAX_RANGE:
                return None
            numbers = range(int(low), int(high or low) + 1)
            refs += [] if kind else numbers
            sources += [(kind, number) for number in numbers] if kind else []
        elif piece.isalpha():
            known = _kind(piece, given)
            if known is not None:
                kind = known
            elif piece.lower() in given.names:
                sources.append(given.names[piece.lower()])
            elif piece.lower() not in _SMALL:
                return None
        elif piece not in ",;&#()[].:+|":
            return None
        kind = kind if piece != ";" else ""
    return Citation(tuple(dict.fromkeys(refs)), tuple(dict.fromkeys(sources)))


def _kind(token: str, given: Given) -> str | None:
    """Return the kind that a word names, "" for steps, None for a word that names none."""
    lower = token.lower()
    if lower in _STEP_WORDS:
        return ""
    single = lower if lower in given.kinds else lower.removesuffix("s")
    single = "box" if lower == "boxes" else single
    single = single if single in given.kinds else _SYNONYMS.get(single, "")
    return single if single in given.kinds else None


def split(number: int, text: str, given: Given) -> Cited:
    """Part a step's claim from its citations, wherever these stand.

    >>> split(4, "From 2 and clue 3: Bo has milk", Given({"clue": 9}))
    Cited(number=4, claim='Bo has milk', refs=(2,), sources=(('clue', 3),))
    """
    refs, sources, claim = list[int](), list[Source](), text.strip(" |")
    for _ in range(4):
        parted = _parted(_LEAD.sub("", claim, count=1) if _LEAD.match(claim) else claim, given)
        if not parted:
            break
        claim, found = parted
        refs, sources = [*found.refs, *refs], [*found.sources, *sources]
    claim = _LEAD.sub("", claim, count=1) if _LEAD.match(claim) else claim
    return Cited(
        number, claim.lstrip(" |,;:.").rstrip(" |,;:.-"), tuple(dict.fromkeys(refs)), tuple(dict.fromkeys(sources))
    )


def _parted(text: str, given: Given) -> tuple[str, Citation] | None:
    """Cut one citation off a text: from its start, a bracket or cell at its end, or its end."""
    if _BEFORE.match(text):
        for cut in [match.start() for match in re.finditer(r"[:,]", text[:600])][::-1]:
            found = citation(text[:cut], given)
            if found and (found.refs or found.sources):
                return text[cut + 1 :].strip(), found
    bracket = _BRACKET.search(text)
    if bracket and (found := citation(bracket[1], given)) is not None:
        return text[: bracket.start()], found
    head, bar, cell = text.rpartition("|")
    if bar and head.strip(" |") and (found := citation(cell, given)) is not None:
        return head.strip(" |"), found
    for match in _AFTER.finditer(text):
        found = citation(text[match.start("by") :], given)
        if found and (found.refs or found.sources):
            return text[: match.start()], found
    return None


def steps(reply: str, given: Given, is_claim: Callable[[str], bool]) -> list[Cited]:
    """Return the steps of a raw reply: its last JSON list of them, else its last listing that makes claims."""
    listed = objects.last_list(cues.unaddressed(visible(reply)))
    if listed:
        return [_object(item, k, given) for k, item in enumerate(listed, 1)]
    text = derivations.unadorned(reply)
    before = text[: max((match.start() for match in _ANSWER.finditer(text)), default=len(text))]
    found = [each for part in (text, before) for each in _listings(part, given)]
    claiming = [each for each in found if any(is_claim(step.claim) for step in each[:MAX_TRIED])]
    return (claiming or found or [[]])[-1]


def _listings(text: str, given: Given) -> list[list[Cited]]:
    """Return the lists of a text, first those without numbers, then those that count from 1."""
    numbered = [[split(step.number, step.text, given) for step in found] for found in derivations.listings(text)]
    bullets = [[split(k, body, given) for k, body in enumerate(found, 1)] for found in _bullets(text)]
    return [*bullets, *(found for found in numbered if found[0].number == 1)]


def sentences(reply: str) -> list[tuple[str, bool]]:
    """Return the sentences of a reply's prose without its closing answer, and whether each is meant as it stands.

    What follows a supposition is not, until a contradiction is named; what the next sentence takes back is not, either.
    """
    pieces = [piece.strip() for piece in _SENTENCE.split(derivations.unadorned(reply))]
    pieces = [piece for piece in pieces if piece and not _ANSWER.match(piece)][:MAX_SENTENCES]
    found: list[tuple[str, bool]] = []
    cases = 0
    for piece, after in zip(pieces, [*pieces, ""][1:], strict=True):
        cases = max(0, cases + bool(_OPENS.search(piece)) - bool(_CLOSES.search(piece)))
        found.append((piece, not cases and not _CLOSES.search(piece) and not cues.taken_back(after)))
    return found


def _bullets(text: str) -> list[list[str]]:
    """Return the lists of a text that have no numbers; blank lines do not end one."""
    found: list[list[str]] = [[]]
    for line in text.split("\n"):
        match = _BULLET.match(line[: derivations.MAX_LINE])
        if match and len(found[-1]) < derivations.MAX_STEPS:
            found[-1].append(match["body"])
        elif line.strip() and found[-1]:
            found.append([])
    return [block for block in found if block]


def _object(item: objects.Item, place: int, given: Given) -> Cited:
    """Return the step that a JSON object is."""
    step = split(objects.number(item, place), plain(objects.claim(item)), given)
    refs, sources = list(step.refs), list(step.sources)
    for key, value in item.items():
        kind = _kind(key, given) or ""
        if kind or key in objects.CITES:
            for text in objects.words(value):
                found = citation(f"{kind} {text}", given) or Citation()
                refs, sources = [*refs, *found.refs], [*sources, *found.sources]
    return step._replace(refs=tuple(dict.fromkeys(refs)), sources=tuple(dict.fromkeys(sources)))
