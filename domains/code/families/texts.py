"""Families about strings: word counts, ciphers, brackets."""

from __future__ import annotations

from random import Random
from typing import Any

from verisieve.domains.code.family import Arguments, Constants, Family

MOST, SHORT, SHIFT, TURN, OPEN, CLOSE, DEEPEST = 3, 2, 3, 1, "([{", ")]}", 3
_WORDS = [
    "ash",
    "birch",
    "cedar",
    "elm",
    "fir",
    "oak",
    "pine",
    "yew",
    "Ash",
    "Oak",
    "Elm",
    "fig",
    "bay",
    "a",
    "an",
    "of",
    "to",
    "it",
]


def top_words(text: str) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for word in text.lower().split():
        if len(word) >= SHORT:
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST]


def top_words_cased(text: str) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for word in text.split():
        if len(word) >= SHORT:
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST]


def top_words_ties(text: str) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for word in text.lower().split():
        if len(word) >= SHORT:
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda item: (item[1], item[0]), reverse=True)[:MOST]


def top_words_all(text: str) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST]


def cipher(text: str) -> str:
    result = ""
    for index, letter in enumerate(text):
        if letter.isalpha():
            first = "a" if letter.islower() else "A"
            letter = chr((ord(letter) - ord(first) + SHIFT + TURN * index) % 26 + ord(first))
        result += letter
    return result


def cipher_still(text: str) -> str:
    result = ""
    for letter in text:
        if letter.isalpha():
            first = "a" if letter.islower() else "A"
            letter = chr((ord(letter) - ord(first) + SHIFT) % 26 + ord(first))
        result += letter
    return result


def cipher_lower(text: str) -> str:
    result = ""
    for index, letter in enumerate(text.lower()):
        if letter.isalpha():
            letter = chr((ord(letter) - ord("a") + SHIFT + TURN * index) % 26 + ord("a"))
        result += letter
    return result


def cipher_letters(text: str) -> str:
    result, index = "", 0
    for letter in text:
        if letter.isalpha():
            first = "a" if letter.islower() else "A"
            letter = chr((ord(letter) - ord(first) + SHIFT + TURN * index) % 26 + ord(first))
            index += 1
        result += letter
    return result


def balanced(text: str) -> bool:
    stack: list[str] = []
    for letter in text:
        if letter in OPEN:
            stack.append(CLOSE[OPEN.index(letter)])
            if len(stack) > DEEPEST:
                return False
        elif letter in CLOSE and (not stack or stack.pop() != letter):
            return False
    return not stack


def balanced_open(text: str) -> bool:
    stack: list[str] = []
    for letter in text:
        if letter in OPEN:
            stack.append(CLOSE[OPEN.index(letter)])
            if len(stack) > DEEPEST:
                return False
        elif letter in CLOSE and (not stack or stack.pop() != letter):
            return False
    return True


def balanced_counts(text: str) -> bool:
    depth = 0
    for letter in text:
        if letter in OPEN:
            depth += 1
        elif letter in CLOSE:
            depth -= 1
        if depth < 0 or depth > DEEPEST:
            return False
    return depth == 0


def balanced_deep(text: str) -> bool:
    stack: list[str] = []
    for letter in text:
        if letter in OPEN:
            stack.append(CLOSE[OPEN.index(letter)])
        elif letter in CLOSE and (not stack or stack.pop() != letter):
            return False
    return not stack


def _word_constants(rng: Random, difficulty: int) -> dict[str, Any]:
    return {"MOST": rng.randint(1, 1 + difficulty), "SHORT": rng.randint(2, 3)}


def _sentence(rng: Random, difficulty: int, constants: Constants) -> Arguments:
    return (" ".join(rng.choice(_WORDS) for _ in range(rng.randint(0, 8 + 8 * difficulty))),)


def _cipher_constants(rng: Random, difficulty: int) -> dict[str, Any]:
    return {"SHIFT": rng.randint(1, 25), "TURN": rng.randint(1, 1 + 2 * difficulty)}


def _bracket_constants(rng: Random, difficulty: int) -> dict[str, Any]:
    pairs = rng.sample(["()", "[]", "{}", "<>", "«»"], min(5, 2 + difficulty // 2))
    return {
        "OPEN": "".join(pair[0] for pair in pairs),
        "CLOSE": "".join(pair[1] for pair in pairs),
        "DEEPEST": rng.randint(2, 2 + difficulty),
    }


def _brackets(rng: Random, difficulty: int, constants: Constants) -> Arguments:
    text, stack = "", list[str]()
    for _ in range(rng.randint(1, 4 + 5 * difficulty)):
        if stack and (len(stack) > constants["DEEPEST"] - rng.choice((0, 1, 1, 1)) or rng.random() < 0.45):
            text += stack.pop()
        else:
            index = rng.randrange(len(constants["OPEN"]))
            text += constants["OPEN"][index]
            stack.append(constants["CLOSE"][index])
    text += "".join(reversed(stack)) if rng.random() < 0.8 else ""
    if rng.random() < 0.25:
        text = text.replace(rng.choice(constants["CLOSE"]), rng.choice(constants["CLOSE"]), 1)
    return (text,)


FAMILIES = (
    Family(
        name="words",
        entry="top_words",
        text="Count the words of text (split at white space, upper and lower case alike, words "
        "shorter than {SHORT} letters left out) "
        "and return the {MOST} most frequent as (word, count); ties go in alphabetical order.",
        right=top_words,
        wrong=(top_words_cased, top_words_ties, top_words_all),
        constants=_word_constants,
        sample=_sentence,
        edges=(("",), ("Oak oak elm ELM a a a a fir",), ("b b b x yew",)),
    ),
    Family(
        name="cipher",
        entry="encrypt",
        text="Shift each letter A-Z and a-z of text by {SHIFT} plus {TURN} times its index in the "
        "text, cyclically in the alphabet, "
        "keeping its case; leave all else as it is.",
        right=cipher,
        wrong=(cipher_still, cipher_lower, cipher_letters),
        constants=_cipher_constants,
        sample=_sentence,
        edges=(("",), ("a b C",), ("Zebra, zoo!",)),
    ),
    Family(
        name="brackets",
        entry="balanced",
        text="Tell whether the brackets in text (openers {OPEN!r}, closers {CLOSE!r}, in the same "
        "order) are properly nested, "
        "all closed, and never more than {DEEPEST} deep; other letters count for nothing.",
        right=balanced,
        wrong=(balanced_open, balanced_counts, balanced_deep),
        constants=_bracket_constants,
        sample=_brackets,
        edges=(("",), ("abc",)),
    ),
)
