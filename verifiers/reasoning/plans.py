"""Reading of a plan: one action after the other, in lines, numbered, in JSON or separated by signs.

Knows no actions: the caller gives a reader for one action.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from verisieve.verifiers.reasoning import lexing
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError

MAX_ACTIONS = 500
_CUT = re.compile(
    r"\n|;|(?:,|(?<!\d)\.(?=\s|$)|\bthen\b)(?![^()\[\]\n]*[)\]])|(?<=\))\s+(?=\()|->(?=\s*[A-Za-z])"
    r"|(?<=[\w)\]])\s+(?=\d{1,3}[.)]\s)|\s+(?=\(\d{1,3}\)\s)",
    re.IGNORECASE,
)
_AND = re.compile(r"\band\b(?![^()\[\]\n]*[)\]])", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:(?!\bthen\b|\.\s)[^\n])+", re.IGNORECASE)
MAX_JOINED = 3  # actions of a sentence that "and" joins: more of them may be two lists
_NUMBER = re.compile(r"(?:(?:step|move|action)(?![A-Za-z]))?[ ]*\(?\d{0,3}[ ]*[.):|]?[ ]*[-*•]?[ ]*", re.IGNORECASE)
_FILLER = re.compile(r"^(?:(?:first|next|and|finally|lastly|after that|afterwards|now)\b[ ,]*)+", re.IGNORECASE)
_TITLE = re.compile(r"(?:the )?(?:moves|actions|steps|plan|sequence|solution)[ ]*:", re.IGNORECASE)
_SIGN = r"->|=>|[(\[:|]|[ ]-[ ]"
_OPENS = re.compile(  # what a remark behind an action begins with
    rf"[ ]*(?:{_SIGN}|[ ](?=(?:which|leaving|giving|making|so|until|now|since|because|as|again|once)\b))",
    re.IGNORECASE,
)
_ADDS = re.compile(rf"{_SIGN}|←")
_IT = re.compile(r"\bit\b", re.IGNORECASE)
_PLACES = ("step", "n", "number", "no", "id", "index")
_LINKS = ("from", "off", "to", "into", "on", "onto")
_ROLES = ("action", "move", "type", "op", "verb", "block", "jug", "object", "item", "args", "arguments", *_LINKS)

Action = TypeVar("Action")


class Pronoun:
    """What `it` means in a plan: the thing that the action before has named."""

    def __init__(self) -> None:
        self.thing = ""

    def put_into(self, piece: str) -> str:
        """Return a piece with the thing for the pronoun."""
        return _IT.sub(self.thing, piece) if self.thing else piece


def actions(
    text: str, action: Callable[[str], Action | None], says: Callable[[str], bool] | None = None
) -> list[Action]:
    """Return every action of a text; one stretch that is none makes the whole unreadable.

    `says` tells which words behind an action are a remark on it, such as the state that it leads to.

    >>> actions("1. fill X\\n2. empty X", lambda text: text.split()[0] if " " in text else None)
    ['fill', 'empty']
    """
    listed = _listed(lexing.json_value(text), says)
    text = lexing.untabled(text)
    if says:
        text = _SENTENCE.sub(_parted, "\n".join(_unremarked(line, says) for line in text.split("\n")))
    bare_text = text.strip().replace('"', " ").replace("'", " ")
    bare_text = bare_text[1:-1] if bare_text[:1] == "[" and bare_text[-1:] == "]" else bare_text
    pieces: Sequence[str] = listed or _CUT.split(bare_text)
    found: list[Action] = []
    last = 0  # number told
    for piece in pieces:
        number = re.match(r"\s*(\d{1,3})[.)]", piece)
        if number and int(number[1]) not in (len(found) + 1, last + 1):  # a number may stand for several actions
            raise UnreadableError("numbers that do not count up", Reason.HEDGED)
        last = int(number[1]) if number else last
        bare = _bared(piece)
        if not bare or (not found and _TITLE.fullmatch(bare)):
            continue
        known = action(bare)
        if known is None and says:
            if found and says(bare):
                continue
            known = _remarked(bare, action, says)
        if known is None or len(found) >= MAX_ACTIONS:
            raise UnreadableError(f"no action: {bare[:60]!r}")
        found.append(known)
    if not found:
        raise UnreadableError("no actions")
    if not listed:
        _one_list(text, says or (lambda paragraph: False))
    return found


def _listed(data: Any, says: Callable[[str], bool] | None) -> list[str] | None:
    """Return the actions of a JSON value as texts, or None where it is no list of them."""
    if isinstance(data, dict):
        kept = [value for value in data.values() if not (says and isinstance(value, str) and says(value))]
        data = kept[0] if len(kept) == 1 else None
    if isinstance(data, list) and data and all(isinstance(item, list) for item in data):
        data = [" ".join(map(str, item)) for item in data]
    elif isinstance(data, list) and data and all(isinstance(item, dict) for item in data):
        data = [_sentence(item, k, says) for k, item in enumerate(data, 1)]
    return data if isinstance(data, list) and data and all(isinstance(item, str) for item in data) else None


def _bared(piece: str) -> str:
    """Return a piece without its number, the words that lead to it and the signs around it."""
    piece = piece.strip(" .,;|\n")
    piece = piece if 0 < piece.count("[") == piece.count("]") else piece.strip("[]")
    return _FILLER.sub("", _NUMBER.sub("", piece, count=1)).strip(" .,;|")


def _parted(sentence: re.Match[str]) -> str:
    """Return a short sentence with signs for each "and"."""
    parted = _AND.sub(";", sentence[0])
    return parted if len(re.split("[,;]", parted)) <= MAX_JOINED + 1 else sentence[0]


def _unremarked(line: str, says: Callable[[str], bool]) -> str:
    """Return a line without what an arrow, a sign or the cells of a table add to it."""
    cuts = (match.start() for match in _ADDS.finditer(line))
    return next(
        (line[:cut] for cut in cuts if re.search("[A-Za-z]", line[:cut]) and says(line[cut:]) and not says(line)), line
    )


def _remarked(piece: str, action: Callable[[str], Action | None], says: Callable[[str], bool]) -> Action | None:
    """Return the action that a piece is, up to a remark on it."""
    for match in _OPENS.finditer(piece):
        if says(piece[match.start() :]) and (known := action(piece[: match.start()].strip())) is not None:
            return known
    return None


def _sentence(item: dict[str, Any], place: int, says: Callable[[str], bool] | None) -> str:
    """Write an action that is an object as words: its verb, what it moves, where from and where to."""
    entries = {key.lower(): value for key, value in item.items() if value is not None}
    if next((entries.pop(key) for key in _PLACES if key in entries), place) != place:
        raise UnreadableError("numbers that do not count up", Reason.HEDGED)
    if says:  # what holds after it
        entries = {key: value for key, value in entries.items() if key in _ROLES or not says(str(value))}
    if not entries.keys() <= set(_ROLES):
        raise UnreadableError(f"an action with {next(key for key in entries if key not in _ROLES)[:40]!r}")
    said = [
        f"{key if key in _LINKS else ''} {' '.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in sorted(entries.items(), key=lambda entry: _ROLES.index(entry[0]))
    ]
    return " ".join(" ".join(said).split())


def _one_list(text: str, says: Callable[[str], bool]) -> None:
    """Raise where blank lines or brackets set off more than one list of actions."""
    paragraphs = [paragraph for paragraph in re.split(r"\n[ ]*\n", text) if paragraph.strip() and not says(paragraph)]
    numbered = all(re.match(r"\s*(?:step )?\d", paragraph, re.IGNORECASE) for paragraph in paragraphs)
    if len(re.findall(r"\[(?=[^\[\]]*[A-Za-z])", text)) > 1 or (
        len(paragraphs) > 1 and not numbered and any(re.search(r"[\n,;]", p.strip()) for p in paragraphs)
    ):
        raise UnreadableError("more than one list", Reason.HEDGED)


def canonical(name: str, names: Sequence[str]) -> str | None:
    """Return the name as the spec writes it, in any case where that is clear."""
    if name in names:
        return name
    same = [known for known in names if known.lower() == name.lower()]
    return same[0] if len(same) == 1 else None
