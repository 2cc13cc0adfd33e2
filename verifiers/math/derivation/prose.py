"""Maths in prose without delimiters: `She sells 16 - 3 - 4 = 9 eggs` holds `16 - 3 - 4 = 9`.

Each run around a relation sign is as long as its neighbours are maths: numbers, operators, brackets, single letters,
and nouns between a number and an operator. What is said right before or after a run can make it shaky.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from verisieve.verifiers.math import units, words
from verisieve.verifiers.math.derivation.neighbours import Item, after_run, before_run

_ITEM = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<time>\d{1,2}:\d{2}(?::\d{2})?)
  | (?P<number>\d{1,3}(?:\x20\d{3})+(?![\d,.]\d|\d|%)|\d+(?:,\d{3})+(?:\.\d+)?%?|\d+\.\d+%?|\.\d+%?|\d+%?)
  | (?P<arrow>\\(?:implies|iff|longrightarrow|Rightarrow|Longrightarrow|Leftrightarrow|therefore)(?![A-Za-z])
      |<=>|==>|=>|-->|->|[⇒⟹→⇔⟺∴])
  | (?P<relation>\\(?:leq?|geq?|neq?|lt|gt|leqslant|geqslant|approx|equiv)(?![A-Za-z])
      |<=|>=|=<|==|!=|:=|~=|≟|[=<>≤≥⩽⩾≠≈≡])
  | (?P<command>\\[A-Za-z]+|\\.)
  | (?P<word>[A-Za-zÀ-ÖØ-öø-ɏα-ωΑ-Ω]+(?:['’][a-z]+)?)
  | (?P<operator>[-+*/^_×·∙⋅÷−–±∓!|√∛°′²³¹⁰⁴⁵⁶⁷⁸⁹ⁿ½⅓⅔¼¾⅛∞&'])
  | (?P<money>[$€£¢])
  | (?P<bracket>[()\[\]{}])
  | (?P<stop>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_LETTERS = re.compile(r"^[a-zA-Zα-ωΑ-Ω]$")
_PRODUCTS = re.compile(r"^(?:[xyzabcnmkpqrst]{2}|abc|xyz|[A-Z]{2})$")
_SPOKEN = {"times": "*", "plus": "+", "minus": "-", "over": "/"}
_NO_NOUN = frozenset(
    str.split(
        "and is so or if then because when which are was were equals equal than from less more plus minus "
        "times that but since by where we he she they it gives makes gets have has costs leaves for of to let "
        "at get thus hence"
    )
)


_FUNCTIONS = frozenset(words.FUNCTIONS) | {"pi", "mod", "lim"} | words.GREEK
_NOUNS = 3
_VALUES = frozenset({"number", "money", "bracket"})
_LEADING = frozenset({"+", "*", "/", "×", "÷", "·", ")", "]", "}", "^", "!", "'", "&"})
_TRAILING = frozenset({"+", "*", "/", "×", "÷", "·", "-", "−", "–", "(", "[", "{", "^", "$", "€", "'", "&"})


_MONEY = re.compile(r"([$€£])\s?(\d[\d,]*(?:\.\d+)?|\.\d+)(?![\w%^])")
_CURRENCIES = {"$": "dollars", "€": "euros", "£": "sterling"}


def _paid(match: re.Match[str]) -> str:
    return f"({match[2]} {_CURRENCIES[match[1]]})"


class Run(NamedTuple):
    """A stretch of maths in a prose text; `shaky` by its left and right neighbours."""

    start: int
    end: int
    text: str
    shaky_left: bool
    shaky_right: bool


def runs(text: str) -> Iterator[Run]:
    """Yield the runs that hold a relation sign, in order.

    >>> [run.text for run in runs("She sells 16 - 3 - 4 = 9 eggs, so 9 eggs * $2 = $18 a day.")]
    ['16 - 3 - 4 = 9 ', '9  * (2 dollars) = (18 dollars) ']
    """
    items = _classified(_items(text))
    index = 0
    while index < len(items):
        if items[index].kind == "gap":
            index += 1
            continue
        stop = index
        while stop < len(items) and items[stop].kind != "gap":
            stop += 1
        yield from _run(text, items, index, stop)
        index = stop


def _run(text: str, items: list[Item], first: int, stop: int) -> Iterator[Run]:
    """Yield one run without the operators that lead or trail it; what they stood for was prose."""
    begin, end = first, stop
    while begin < end and (items[begin].text.strip() in _LEADING or _is_times(items, begin, end)):
        begin += 1
    while end > begin and items[end - 1].text.strip() in _TRAILING:
        end -= 1
    if not any(item.kind in {"relation", "arrow"} for item in items[begin:end]):
        return
    written = _MONEY.sub(_paid, "".join(item.text for item in items[begin:end]))
    left = begin > first or before_run(items, begin)
    right = end < stop or after_run(items, end)
    yield Run(items[begin].start, items[end - 1].end, written, left, right)


def _is_times(items: list[Item], begin: int, end: int) -> bool:
    """Say whether a run begins with an x that multiplies."""
    return items[begin].text.strip() in {"x", "X"} and begin + 1 < end and items[begin + 1].kind in {"number", "money"}


def _items(text: str) -> list[Item]:
    """Cut a text into items; white space goes with the item before it."""
    found: list[Item] = []
    for match in _ITEM.finditer(text):
        kind, piece = match.lastgroup or "stop", match[0]
        if kind == "space":
            if found:
                last = found[-1]
                found[-1] = last._replace(text=last.text + (" " if "\n" not in piece else "\n"), end=match.end())
            continue
        piece = piece.replace(" ", "") if kind == "number" else piece
        found.append(Item(kind, piece, *match.span()))
    return found


def _classified(items: list[Item]) -> list[Item]:
    """Mark what is prose as gaps, and spell out words that calculate."""
    found: list[Item] = []
    index, depth = 0, 0
    while index < len(items):
        item = items[index]
        if item.kind == "bracket":
            depth = max(depth + (1 if item.text.strip() in "([{" else -1), 0)
        remark = _remark(items, index, found)
        if remark:
            found.append(item._replace(kind="gap", text=" "))
            index += remark
            depth = max(depth - 1, 0)
            continue
        if _enumerates(items, index):
            length = 2 if _listed(items, index) else 3
            found += [each._replace(kind="gap") for each in items[index : index + length]]
            index, depth = index + length, 0
            continue
        nouns = _nouns(items, index, found)
        if nouns:
            found.extend(_measured(items[index : index + nouns]))
            index += nouns
            continue
        found.append(_item(items, index, found, depth))
        index += 1
    return _cut(found)


def _remark(items: list[Item], index: int, before: list[Item]) -> int:
    """Return the length of a bracket after a value that holds words: a remark and no factor."""
    if items[index].text.strip() != "(" or not before or not before[-1].text.endswith(" "):
        return 0
    for place in range(index + 1, min(index + 40, len(items))):
        if items[place].text.strip() == ")":
            inner = items[index + 1 : place]
            words_ = [item for item in inner if item.kind == "word" and len(item.text.strip()) > 1]
            return place - index + 1 if any(item.text.strip() not in _FUNCTIONS for item in words_) else 0
    return 0


def _enumerates(items: list[Item], index: int) -> bool:
    """Say whether a sentence begins here with the letter of a part: `(a) 2x = 6`."""
    if _listed(items, index):
        return True
    if index + 3 >= len(items) or (index and items[index - 1].text.strip() not in {".", ";", ":"}):
        return False
    opener, letter, closer = (item.text for item in items[index : index + 3])
    label = (len(letter) == 1 and letter.isalnum()) or set(letter) <= set("ivx")
    return opener == "(" and label and closer == ") "


def _listed(items: list[Item], index: int) -> bool:
    """Say whether a line begins here with a letter and a bracket: `b) 8 * 2 = 16`."""
    letter, closer = ("".join(item.text for item in items[place : place + 1]) for place in (index, index + 1))
    return (not index or items[index - 1].text.endswith("\n")) and letter in set("abcdefgh") and closer == ") "


def _nouns(items: list[Item], index: int, before: list[Item]) -> int:
    """Return how many words from here are a noun between a value and an operator; `/hour` and `per hour` too."""
    if not before or before[-1].kind not in {"number", "bracket", "noun"}:
        return 0
    if (
        not before[-1].text.endswith((" ", "\n"))
        and not units.lookup(items[index].text.strip())
        and items[index].kind == "word"
    ):
        return 0  # 4ac is a product
    count = 0
    if items[index].text.strip() == "/" and index + 1 < len(items) and len(items[index + 1].text.strip()) > 1:
        count = 1 if items[index + 1].kind == "word" else 0
    while index + count < len(items) and count < _NOUNS + 1:
        if (
            count
            and items[index + count].text == "/"
            and [each.kind for each in items[index + count + 1 :][:1]] == ["word"]
        ):
            count += 1  # km/h
        if items[index + count].kind != "word":
            break
        word = items[index + count].text.strip().lower()
        if word in _NO_NOUN or word in _FUNCTIONS or (len(word) == 1 and not count):
            return 0
        if word in {"x", *_SPOKEN} and index + count + 1 < len(items) and items[index + count + 1].kind in _VALUES:
            break
        count += 1
    if not count or index + count >= len(items):
        return 0
    follower = items[index + count]
    if follower.text == "-" and not items[index + count - 1].text.endswith((" ", "\n")):
        return 0  # a hyphen
    joined = follower.kind == "relation" or follower.text.strip() in {"+", "-", "*", "/", "×", "÷", "−", "–", "·", ")"}
    spoken = follower.text.strip().lower() in {"x", *_SPOKEN} and index + count + 1 < len(items)
    return count if joined or (spoken and items[index + count + 1].kind in {"number", "money", "bracket"}) else 0


def _measured(items: list[Item]) -> Iterator[Item]:
    """Keep units, and `per` or a stroke before one; drop any other noun."""
    found = [units.lookup(item.text.strip()) if len(item.text.strip()) > 1 else None for item in items]
    kept = [name is not None and (not units.money(name) or name == "cent") for name in found]
    kept = [each and (not place or items[place].text.strip() != "in") for place, each in enumerate(kept)]
    for index, item in enumerate(items):
        over = item.text.strip() in {"/", "per"} and kept[index + 1 : index + 2] == [True]
        shown = " / " if over else f" {item.text.strip()} " if kept[index] else " "
        yield item._replace(kind="noun", text=shown)


def _item(items: list[Item], index: int, before: list[Item], depth: int) -> Item:
    item = items[index]
    word = item.text.strip()
    if item.kind == "stop":
        inside = depth > 0 and word == ","
        return item if inside else item._replace(kind="gap")
    if item.kind == "time":
        return item._replace(kind="operator")  # makes the member unreadable, which is right
    if item.kind != "word":
        return item
    after = items[index + 1] if index + 1 < len(items) else None
    valued = bool(before) and before[-1].kind in {"number", "noun", "bracket"}
    if valued and after is not None and after.kind in {"number", "money", "bracket"}:
        if word.lower() in {"x", "times"} and (after.kind != "bracket" or word.lower() == "times"):
            return item._replace(kind="operator", text=" * ")
        if word.lower() == "of" and _partial(before):
            return item._replace(kind="operator", text=" * ")
        if word.lower() in _SPOKEN:
            return item._replace(kind="operator", text=f" {_SPOKEN[word.lower()]} ")
    if (
        len(word) > 1
        and units.lookup(word)
        and before
        and before[-1].kind == "number"
        and before[-1].text.endswith(" ")
    ):
        return item if after is not None and after.text.strip() in set("^²³") else item._replace(kind="gap")  # 14 km
    if word in _FUNCTIONS or word.lower() == "sqrt" or (_PRODUCTS.match(word) and word.lower() not in words.STOPWORDS):
        return item
    if _LETTERS.match(word):
        return item if _is_variable(items, index, before) else item._replace(kind="gap")
    return item._replace(kind="gap")


def _partial(before: list[Item]) -> bool:
    """Say whether what stands before `of` is a part: a percentage or a fraction."""
    if "%" in before[-1].text:
        return True
    return len(before) > 2 and before[-2].text.strip() == "/" and before[-3].kind == "number"


def _is_variable(items: list[Item], index: int, before: list[Item]) -> bool:
    """Say whether a single letter is maths; `a` and `I` only where maths touches them."""
    if items[index].text.strip() not in {"a", "A", "I"}:
        return True
    if before and not before[-1].text.endswith((" ", "\n")):
        return True
    touching = [before[-1]] if before else []
    touching += items[index + 1 : index + 2]
    return any(item.kind in {"relation", "operator"} or item.text.strip() in {"^", "_"} for item in touching)


def _cut(items: list[Item]) -> list[Item]:
    """Part numbers that stand side by side, but for mixed numbers, and operators that lead or trail a run."""
    found: list[Item] = []
    for index, item in enumerate(items):
        beside = item.kind == "number" and found and found[-1].kind == "number"
        mixed = index + 1 < len(items) and items[index + 1].text.strip() == "/"
        if beside and not mixed:
            found.append(Item("gap", "", item.start, item.start))
        if item.kind in {"number", "word"} and found and found[-1].kind == "noun" and not _operated(found):
            found.append(Item("gap", "", item.start, item.start))
        found.append(item)
    return found


def _operated(items: list[Item]) -> bool:
    return items[-1].kind != "noun"
