"""Readers that take a text as a whole: pairs (v0: R), sequences (K -> M -> P), whole numbers, dates.

Every word must be a key, a value or a known filler; anything else is refused with UnreadableError.
So a reader never picks an answer out of a text that says more than the answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from verisieve.verifiers.reasoning.findings import Reason, UnexpectedError, UnreadableError

MAX_DIGITS = 30
MAX_JSON = 20_000
MAX_JSON_DEPTH = 12
MAX_CLAUSES = 30
MAX_KNOWN = 500  # pieces that a vocabulary keeps


def words(text: str) -> frozenset[str]:
    """Return the words of a text, as fillers for a reader."""
    return frozenset(text.split())


FILLERS = words(
    "a an the is are be was and with has have as so while whereas both all each of in to for at on it that this "
    "which gives given by equals equal being then thus therefore hence must value values role roles name names "
    "assignment final finally"
)
_BULLET = re.compile(r"^[ ]*(?:[-*•+][ ]+|\(?\d{1,3}[.)][ ]+)", re.MULTILINE)
_HEAD = re.compile(r"^[ ]*\|[^\n]{0,300}\n(?=[ |+]*:?-{2,}[-:|+ ]*$)", re.MULTILINE)
RULE = re.compile(r"^[ |+]*:?-{2,}[-:|+ ]*$", re.MULTILINE)
_NAMED = re.compile(
    r"(?:(?:the|my|an?) )?"
    r"(?:expression|equation|formula|string|word|date|due date|deadline|label|class|move|winning move)"
    r"\"?(?:[ ]is)?[ ]*(?:[:=][ ]*)?(?<=[ :=])",
    re.IGNORECASE,
)
_BACKWARD = re.compile(r"\bright to left\b|\bfrom (?:the )?(?:right|last|end)\b|\blast to first\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[;\n]")
_GROUP = re.compile(r"[{(\[]([^{}()\[\]]*)[})\]]")
_BRACKET = re.compile(r"[\[\]{}]")
_APART = re.compile(r"\w(?:[ ,]+\w)+")
_BETWEEN = r"(?:[\s,;:|(){}\[\]\"'.*&]|=(?!>)|-(?![>0-9]))*+"  # what stands between tokens
_PLAIN_NAME = re.compile(r"[^\W\d]\w*")

Token = tuple[str, str]  # kind: key, value, int, word or sign; its text, for keys and values as the spec writes it
_NOTHING: Token = ("", "")  # a sign between tokens


class Vocabulary(NamedTuple):
    """How to cut a text about some names, and what each name is: by its exact form, and by its lower case."""

    cut: Callable[[str], list[str]]
    known: dict[str, Token]  # the names as they stand, and other pieces that came up
    folded: dict[str, Token]


def unbulleted(text: str) -> str:
    """Drop list bullets, list numbers and table rules at the starts of lines."""
    if "--" in text:
        text = RULE.sub("", text)
    return _BULLET.sub("", text)


def untabled(text: str) -> str:
    """Drop the head and the rules of a table."""
    return RULE.sub("", _HEAD.sub("", text)) if "--" in text else text


@lru_cache(maxsize=256)
def vocabulary(keys: tuple[str, ...], values: tuple[str, ...]) -> Vocabulary:
    """Return the vocabulary of some keys and values; names that are not one word each are spelt out in the cut.

    One letter keeps its case ("A" is no article); longer names may be written in any. After the abbreviation that a
    name begins with, a full stop may stand.
    """
    exact = {name: ("value", name) for name in values} | {name: ("key", name) for name in keys}
    folded = {_folded(name): token for name, token in exact.items() if len(name) > 1}
    phrases = [name for name in exact if not _PLAIN_NAME.fullmatch(name) and not name.isdecimal()]
    longest = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    spelt = "".join(rf"(?<!\w)(?i:{_spelt(phrase)})(?!\w)|" for phrase in longest)
    cut = re.compile(
        rf"{_BETWEEN}({spelt}[^\W\d]\w*(?:'[a-z]+)?|(?<![\w.])[+-]?[0-9]+(?!\w|[.,][0-9])|->|=>|.)?",
        re.DOTALL,
    )
    return Vocabulary(cut.findall, exact, folded)


def _folded(name: str) -> str:
    """Return a name in lower case, with single spaces and no full stops."""
    name = name.lower()
    return name if name.isalnum() else " ".join(name.replace(".", " ").split())


def _spelt(phrase: str) -> str:
    """Return the pattern of a name of several words: any space between them, and a full stop after a short first."""
    return r"\.?\s+".join(re.escape(part) for part in phrase.split())


def tokens(text: str, keys: Sequence[str], values: Sequence[str] = ()) -> list[Token]:
    """Cut a text into tokens, without separators; raise UnreadableError at a sign that no answer has."""
    cut, known, folded = vocabulary(tuple(keys), tuple(values))
    found: list[Token] = []
    for piece in cut(text):
        token = known.get(piece)
        if token is None:
            token = _token(piece, folded)
            if len(known) < MAX_KNOWN and len(piece) <= MAX_DIGITS:
                known[piece] = token  # the replies to one problem use the same words
        if token is not _NOTHING:
            found.append(token)
    return found


def _token(piece: str, folded: dict[str, Token]) -> Token:
    """Return what a piece is that is no name as it stands."""
    token = folded.get(_folded(piece))
    if token is not None:
        return token
    if piece.isidentifier() or "'" in piece[1:]:
        return "word", piece
    if piece[-1:].isdecimal() and len(piece) <= MAX_DIGITS and piece.isascii():
        return "int", piece
    if piece in ("<", ">"):
        return "sign", piece
    if piece not in ("", "->", "=>", "-"):
        raise UnexpectedError(piece)
    return _NOTHING


def pairs(
    text: str, keys: Sequence[str], values: Sequence[str] | None = None, *, fillers: frozenset[str] = FILLERS
) -> dict[str, str]:
    """Read key-value pairs in any layout, grouped by value too; `values=None` reads whole numbers.

    Clauses may group in unlike ways: "a knight is Ann; Bo and Cy are knaves".

    >>> pairs("Ann and Bo are knights; Cy: knave", ["Ann", "Bo", "Cy"], ["knights", "knave"])
    {'Ann': 'knights', 'Bo': 'knights', 'Cy': 'knave'}
    >>> pairs('{"x": 3, "y": -1}', ["x", "y"])
    {'x': '3', 'y': '-1'}
    """
    try:
        return _pairs(text, keys, values, fillers)
    except UnreadableError as error:
        clauses = [clause for clause in _CLAUSE.split(text) if clause.strip()] if ";" in text else []
        if error.reason is Reason.HEDGED or not 1 < len(clauses) <= MAX_CLAUSES:
            raise
    found: dict[str, str] = {}
    for clause in clauses:
        for key, value in _pairs(clause, keys, values, fillers).items():
            _assign(found, key, value)
    return found


def _pairs(text: str, keys: Sequence[str], values: Sequence[str] | None, fillers: frozenset[str]) -> dict[str, str]:
    wanted = "int" if values is None else "value"
    cut = tokens(unbulleted(_unheaded(text, keys)), keys, values or ())
    items = [token for token in cut if token[0] != "word" or not is_filler(token[1], fillers)]
    half = len(items) // 2
    if half > 1 and items[half - 1][0] == "key" != items[half][0] and len(items) == 2 * half:
        side_by_side = _parallel(items, wanted)
        if side_by_side:
            return side_by_side
    found: dict[str, str] = {}
    pending: list[str] = []
    heading, used = "", True
    for kind, word in items:
        if kind == "key":
            if heading:
                _assign(found, word, heading)
                used = True
            else:
                pending.append(word)
        elif kind == wanted:
            for key in pending:
                _assign(found, key, word)
            if not used:
                raise UnreadableError(f"{heading!r} belongs to nothing")
            heading, used, pending = ("", True, []) if pending else (word, False, [])
        elif heading and word.lower() in ("none", "nobody"):
            used = True
        else:
            raise UnexpectedError(word)
    if pending or not used or not found:
        raise UnreadableError(f"{(pending or [heading or 'nothing'])[0]!r} has no counterpart")
    return found


def bare_word(text: str, nouns: str) -> str:
    """Return a word without quotes, what it is called (`nouns`, a pattern) and its length behind it.

    >>> bare_word('The string is "abba" (4 letters).', "string|word")
    'abba'
    >>> bare_word('{"word": "a b b a"}', "string|word")
    'abba'
    """
    data = json_value(text)
    if isinstance(data, dict) and len(data) == 1 and isinstance(value := next(iter(data.values())), str):
        text = value
    bare = re.sub(
        rf"^(?:the\s+|an?\s+|one\s+)?(?:such\s+|valid\s+)?(?:{nouns})\s*(?:is|:|=)?\s+",
        "",
        text.strip(" \n.\"'{}[]"),
        flags=re.IGNORECASE,
    )
    bare = re.sub(r"\s*\((?:length:?\s*)?\d{1,3}(?:\s+letters)?\)$", "", bare).strip(" \n.\"'")
    return re.sub(r"[ ,]+", "", bare) if _APART.fullmatch(bare) else bare


def is_filler(word: str, fillers: frozenset[str]) -> bool:
    """Say whether a word says nothing; total_value is two words."""
    word = word.lower()
    return word in fillers or ("_" in word and all(part in fillers for part in word.split("_")))


def _parallel(items: list[Token], wanted: str) -> dict[str, str] | None:
    """Read all keys followed by as many values: (a, b) = (1, 2), or a table with the keys for its head."""
    half = len(items) // 2
    keys, given = items[:half], items[half:]
    if any(kind != "key" for kind, _ in keys) or any(kind != wanted for kind, _ in given):
        return None
    found: dict[str, str] = {}
    for (_, key), (_, value) in zip(keys, given, strict=True):
        _assign(found, key, value)
    return found


def _unheaded(text: str, keys: Sequence[str]) -> str:
    """Drop the head of a table unless it names a key."""
    if "--" not in text:
        return text
    return _HEAD.sub(lambda match: match[0] if set(keys) & set(re.findall(r"\w+", match[0])) else "", text)


def _assign(found: dict[str, str], key: str, value: str) -> None:
    if found.setdefault(key, value) != value:
        raise UnreadableError(f"{key!r} is given twice", Reason.HEDGED)


def forward(text: str) -> None:
    """Raise UnreadableError where a text counts places from the other end."""
    if _BACKWARD.search(text):
        raise UnreadableError("from the other end", Reason.HEDGED)


def sequence(text: str, keys: Sequence[str], *, fillers: frozenset[str] = FILLERS) -> list[str]:
    """Read a sequence of keys in any layout (commas, arrows, lines, JSON, numbered).

    >>> sequence("1. Ann\\n2. Bo", ["Ann", "Bo"])
    ['Ann', 'Bo']
    """
    found = []
    if "<-" in text or "←" in text:
        raise UnreadableError("from the other end", Reason.HEDGED)
    for kind, word in tokens(unbulleted(text), keys):
        if kind == "key":
            found.append(word)
        elif kind == "int" or (kind == "word" and not is_filler(word, fillers)):
            raise UnexpectedError(word)
    if not found:
        raise UnreadableError("names nothing of the puzzle")
    if any(1 < sum(kind == "key" for kind, _ in tokens(group, keys)) < len(found) for group in _GROUP.findall(text)):
        raise UnreadableError("a set inside of an order", Reason.HEDGED)
    return found


def once(found: list[str]) -> list[str]:
    """Return an order of unlike things that is told twice, one after the other, as it is told once.

    >>> once(["a", "b", "a", "b"])
    ['a', 'b']
    """
    half = found[: len(found) // 2]
    return half if len(set(half)) == len(half) > 1 and found == half * 2 else found


def json_value(text: str, most: int = MAX_JSON) -> Any:
    """Return the JSON object or list that a text of at most so many characters is, or None.

    A key given twice raises UnreadableError.

    >>> json_value('{"a": [1, 2]}')
    {'a': [1, 2]}
    """
    text = text.strip().rstrip(".")
    if (
        text[:1] not in ("{", "[")
        or len(text) > most
        or (text.count("[") + text.count("{") > MAX_JSON_DEPTH and depth(text) > MAX_JSON_DEPTH)
    ):
        return None
    try:
        return json.loads(text, object_pairs_hook=unique, parse_int=_small, parse_constant=_small)
    except json.JSONDecodeError:
        return None


def unwrapped(text: str) -> str:
    """Return the text that an object with one entry holds, or what stands after its name: {"expression": "1 + 2"}.

    >>> unwrapped('{"expression": "1 + 2"}'), unwrapped("Expression: 1 + 2")
    ('1 + 2', '1 + 2')
    """
    data = json_value(text) if text[:1] == "{" else None
    if isinstance(data, dict) and len(data) == 1 and isinstance(value := next(iter(data.values())), str):
        return value
    return _NAMED.sub("", text, count=1)


def depth(text: str) -> int:
    """Return how deep the brackets of a JSON text are nested, those in its strings counted too."""
    now = deepest = 0
    for sign in _BRACKET.findall(text):
        now += (sign in "[{") - (sign in "]}")
        deepest = max(deepest, now)
    return deepest


def unique(items: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of these entries, for `json.loads`; a key given twice raises UnreadableError."""
    if len({key for key, _ in items}) != len(items):
        raise UnreadableError("a key is given twice", Reason.HEDGED)
    return dict(items)


def _small(digits: str) -> int:
    if len(digits) > MAX_DIGITS or not digits.lstrip("-").isdigit():
        raise UnreadableError("a number out of bounds")
    return int(digits)
