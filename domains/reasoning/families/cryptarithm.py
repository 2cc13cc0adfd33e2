"""Letters for digits in a sum; any assignment that works counts.

Solved column by column with carries; proved by the weights of the letters.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.verifiers.reasoning import lexing, remarks, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, Reason, UnreadableError, incomplete, wrong

MODE = "answer"
MAX_ADDENDS, MAX_LENGTH, MAX_TRIES = 8, 12, 10**7
_TERM = r"(?:[A-Z]{2,12}|\d{1,12})"
_SUM = re.compile(
    rf"^\s*(?:(?:{_TERM} ?[+=] ?){{2,20}}{_TERM}[,;]? *(?:i\.e\.,? *)?){{1,3}}(?:so|thus|with|where|giving)\b"
)
_SAID = re.compile(
    r"(?:[(,;:]|->|=>)\s*\d{1,12}(?: ?\+ ?\d{1,12}){1,8} ?= ?\d{1,12}\s*\)?\.?\s*$"
)  # the sum written out
_SMALL = re.compile(r"\b[a-z]\b(?=[\"']?\s*(?:=|:|->|is\b))")
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DIGIT = re.compile(rf"\b(?:{'|'.join(_DIGITS)})\b", re.IGNORECASE)
FILLERS = lexing.FILLERS | lexing.words("stands stand digit digits letter letters")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Spec(NamedTuple):
    """The words that are added, and the word that they come to."""

    addends: tuple[str, ...]
    sum: str

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(sorted(set("".join((*self.addends, self.sum)))))


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    words = [
        specs.word(word, f"addends[{k}]")
        for k, word in enumerate(specs.sized(specs.part(raw, "addends"), "addends", 2, MAX_ADDENDS))
    ]
    total = specs.word(specs.part(raw, "sum"), "sum")
    for word in (*words, total):
        specs.need(
            word.isascii() and word.isalpha() and len(word) <= MAX_LENGTH,
            "addends",
            f"must be words of 1 to {MAX_LENGTH} letters",
        )
    spec = Spec(tuple(words), total)
    specs.need(len(spec.letters) <= 10, "addends", "must have at most 10 letters")
    return spec


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec whose solution takes as many tries as the level asks: a true sum, its digits renamed."""
    fewest, most = ((4, 20), (20, 50), (50, 110), (110, 220), (220, 440))[level - 1]
    count, length = ((2, 2), (2, 3), (2, 3), (3, 2), (2, 4))[level - 1]
    while True:
        lengths = [length + rng.randrange(2) for _ in range(count)]
        numbers = [rng.randrange(10 ** (digits - 1), 10**digits) for digits in lengths]
        names = dict(zip("0123456789", rng.sample(_LETTERS, 10), strict=True))
        words = ["".join(names[digit] for digit in str(number)) for number in (*numbers, sum(numbers))]
        if (
            4 <= len(set("".join(words))) <= 8
            and fewest <= _columns(Spec(tuple(words[:-1]), words[-1]), most)[1] < most
        ):
            return {"addends": words[:-1], "sum": words[-1]}


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in letters and in the order of the addends."""
    number = {letter: k for k, letter in enumerate(spec.letters)}
    kinds, facts = ["letter"] * len(number), list[symmetry.Fact]()
    for word, kind in (*((word, "addend") for word in spec.addends), (spec.sum, "sum")):
        kinds.append(kind)
        facts += [(column, number[letter], len(kinds) - 1) for column, letter in enumerate(reversed(word))]
    return symmetry.canonical(kinds, facts)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    return banks.question("cryptarithm", rng, s=f"{' + '.join(spec.addends)} = {spec.sum}")


def solve(spec: Spec) -> dict[str, int]:
    """Return the first assignment that the columns allow, units first."""
    found, _ = _columns(spec)
    if found is None:
        raise specs.InfeasibleError("spec", "no assignment makes the sum right")
    return found


class _Act(NamedTuple):
    """One step of the search: try a letter's digits, or add a column up, whose letter below is known or follows."""

    letter: int  # -1 for none
    least: int
    added: tuple[int, ...] | None = None
    known: bool = False


def _acts(spec: Spec) -> list[_Act]:
    """Return the steps in the order of the columns, units first: the letters that are new, then the sum."""
    number = {letter: k for k, letter in enumerate(spec.letters)}
    leading = {word[0] for word in (*spec.addends, spec.sum)}
    words, total, seen = [word[::-1] for word in spec.addends], spec.sum[::-1], set[str]()
    acts: list[_Act] = []
    for column in range(max(map(len, (*words, total)))):
        added = [word[column] for word in words if column < len(word)]
        fresh = [letter for letter in dict.fromkeys(added) if letter not in seen]
        acts += [_Act(number[letter], int(letter in leading)) for letter in fresh]
        seen.update(added)
        below = total[column : column + 1]
        places = tuple(number[letter] for letter in added)
        acts.append(_Act(number.get(below, -1), int(below in leading), places, known=not below or below in seen))
        seen.add(below)
    return acts


def _columns(spec: Spec, most: int = MAX_TRIES) -> tuple[dict[str, int] | None, int]:
    """Return the first assignment, if there is any, and how many digits were tried for it, not many beyond `most`."""
    acts, digits, tries = _acts(spec), [0] * len(spec.letters), 0

    def place(k: int, carry: int, taken: int) -> bool:
        """Do the steps from this one on: addends by trial, the letter of the sum by what they come to."""
        nonlocal tries
        if k == len(acts):
            return carry == 0
        letter, least, added, known = acts[k]
        if added is None:
            for digit in range(least, 10):
                if not taken >> digit & 1 and tries <= most:
                    tries += 1
                    digits[letter] = digit
                    if place(k + 1, carry, taken | 1 << digit):
                        return True
            return False
        for one in added:
            carry += digits[one]
        carry, digit = divmod(carry, 10)
        if known:
            return digit == (digits[letter] if letter >= 0 else 0) and place(k + 1, carry, taken)
        if digit < least or taken >> digit & 1 or tries > most:
            return False
        tries += 1
        digits[letter] = digit
        return place(k + 1, carry, taken | 1 << digit)

    return (dict(zip(spec.letters, digits, strict=True)) if place(0, 0, 0) else None), tries


def prove(spec: Spec, answer: Mapping[str, int]) -> bool:
    """Show by weights that the letters, each times its powers of ten, come to nothing: no columns and no carries."""
    weights = dict.fromkeys(spec.letters, 0)
    for word, sign in (*((word, 1) for word in spec.addends), (spec.sum, -1)):
        for power, letter in enumerate(reversed(word)):
            weights[letter] += sign * 10**power
    leading = {word[0] for word in (*spec.addends, spec.sum)}
    digits = {answer[letter] for letter in spec.letters}
    apart = len(digits) == len(spec.letters) and digits <= set(range(10))
    balanced = not sum(weight * answer[letter] for letter, weight in weights.items())
    return apart and balanced and all(answer[letter] for letter in leading)


def read(spec: Spec, text: str) -> dict[str, int]:
    """Return letter -> number."""
    text = remarks.unexplained(text, frozenset(map(str.lower, spec.letters)))
    said = _SAID.search(text)
    text, words = _wordless(spec, _SUM.sub("", _SAID.sub("", text)))
    if said:
        words += zip((*spec.addends, spec.sum), re.findall(r"\d+", said[0]), strict=False)
    text = _DIGIT.sub(lambda match: str(_DIGITS.index(match[0].lower())), text)
    if not any(letter in text for letter in spec.letters):
        text = _SMALL.sub(lambda match: match[0].upper(), text)
    found = lexing.pairs(text, spec.letters, fillers=FILLERS)
    if any("".join(found.get(letter, "?") for letter in word) != number for word, number in words):
        raise UnreadableError("a word is another number", Reason.WRONG_ANSWER)
    return {letter: int(digits) for letter, digits in found.items()}


def _wordless(spec: Spec, text: str) -> tuple[str, list[tuple[str, str]]]:
    """Cut whole words with their numbers (SO = 50) out of a text; return it and what they were said to be."""
    names = "|".join(sorted({word for word in (*spec.addends, spec.sum) if len(word) > 1}, key=len, reverse=True))
    pattern = re.compile(rf"\b({names}) ?(?:=|:|->|is) ?(\d{{1,30}})\b[,;.]?(?: ?(?:i\.e\.|so|thus|hence),?)?")
    said = [(match[1], match[2]) for match in pattern.finditer(text)] if names else []
    return (pattern.sub(" ", text), said) if said else (text, [])


def judge(spec: Spec, answer: Mapping[str, int]) -> Finding:
    """Each letter has its own digit, none leads with 0, and the sum is right."""
    missing = [letter for letter in spec.letters if letter not in answer]
    if missing:
        return incomplete("letters without a digit", missing=missing)
    if any(not 0 <= digit <= 9 for digit in answer.values()):
        return wrong("not a digit")
    if len(set(answer.values())) < len(spec.letters):
        return wrong("two letters share a digit")
    if any(answer[word[0]] == 0 for word in (*spec.addends, spec.sum)):
        return wrong("a number starts with 0")
    numbers = [int("".join(str(answer[letter]) for letter in word)) for word in (*spec.addends, spec.sum)]
    return (
        RIGHT
        if sum(numbers[:-1]) == numbers[-1]
        else wrong("the sum is not right", addends=numbers[:-1], sum=numbers[-1])
    )


def write(spec: Spec, answer: Mapping[str, int], rng: Random) -> str:
    """Return the assignment as pairs."""
    return writing.pairs(answer, rng, joiners=("=", " = ", ": ", " -> "))


def spoil(spec: Spec, answer: Mapping[str, int], rng: Random) -> dict[str, int]:
    """Return an assignment with a shared digit, a letter left out, or one digit changed (which changes the sum)."""
    changed, letter = dict(answer), rng.choice(spec.letters)
    kind = rng.randrange(3)
    if kind == 0:
        del changed[letter]
    elif kind == 1:
        changed[letter] = changed[rng.choice([other for other in spec.letters if other != letter])]
    else:
        weighty = [one for one in spec.letters if _weight(spec, one)]
        letter = rng.choice(weighty)
        changed[letter] = (changed[letter] + rng.randrange(1, 10)) % 10
    return changed


def _weight(spec: Spec, letter: str) -> int:
    """Return what the letter counts in addends minus sum; one with weight 0 may have any free digit."""
    words = (*((word, 1) for word in spec.addends), (spec.sum, -1))
    return sum(sign * 10**power for word, sign in words for power, one in enumerate(reversed(word)) if one == letter)
