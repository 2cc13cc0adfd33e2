"""Letters for digits in a sum; any assignment that works counts.

Solved column by column with carries; proved by trying all assignments by weights, the last letter computed.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from functools import lru_cache
from itertools import permutations
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.verifiers.reasoning import lexing, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, incomplete, wrong

MODE = "answer"
MAX_ADDENDS, MAX_LENGTH, MAX_TRIES = 8, 12, 10**7
_SUM = re.compile(r"^\s*\d{1,12}(?: ?\+ ?\d{1,12}){1,8} ?= ?\d{1,12}[,;]? *(?:so|thus|with|where|giving)\b")
_SAID = re.compile(r"\(\s*\d{1,12}(?: ?\+ ?\d{1,12}){1,8} ?= ?\d{1,12}\s*\)\.?\s*$")  # the sum written out
_SMALL = re.compile(r"\b[a-z]\b(?=[\"']?\s*(?:=|:|->|is\b))")
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
    fewest, most = ((4, 30), (30, 80), (80, 180), (180, 360), (360, 700))[level - 1]
    count, length = ((2, 2), (3, 2), (2, 3), (3, 3), (2, 4))[level - 1]
    while True:
        lengths = [length + rng.randrange(2) for _ in range(count)]
        numbers = [rng.randrange(10 ** (digits - 1), 10**digits) for digits in lengths]
        names = dict(zip("0123456789", rng.sample(_LETTERS, 10), strict=True))
        words = ["".join(names[digit] for digit in str(number)) for number in (*numbers, sum(numbers))]
        if len(set("".join(words))) >= 4 and fewest <= _columns(Spec(tuple(words[:-1]), words[-1]), most)[1] < most:
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
    return dict(found)


@lru_cache(maxsize=2_000)
def _columns(spec: Spec, most: int = MAX_TRIES) -> tuple[tuple[tuple[str, int], ...] | None, int]:
    """Return the first assignment, if there is any, and how many digits were tried for it, not many beyond `most`."""
    words = [word[::-1] for word in spec.addends]
    total, first = spec.sum[::-1], {word[0] for word in (*spec.addends, spec.sum)}
    width = max(map(len, (*words, total)))
    columns = [([word[k] for word in words if k < len(word)], total[k] if k < len(total) else "") for k in range(width)]
    digits: dict[str, int] = {}
    tries = 0

    def place(column: int, carry: int) -> bool:
        """Fill the columns from this one on: addends by trial, the letter of the sum by what they come to."""
        if column == width:
            return carry == 0
        added, wanted = columns[column]
        unknown = next((letter for letter in added if letter not in digits), None)
        if unknown is not None:
            return any(place(column, carry) for _ in tried(unknown, range(unknown in first, 10)))
        carry, digit = divmod(carry + sum(digits[letter] for letter in added), 10)
        if not wanted or wanted in digits:
            return digits.get(wanted, 0) == digit and place(column + 1, carry)
        return any(place(column + 1, carry) for _ in tried(wanted, range(max(digit, wanted in first), digit + 1)))

    def tried(letter: str, choices: range) -> Iterator[None]:
        """Give a letter each digit that no other has, in turn."""
        nonlocal tries
        taken = set(digits.values())
        for digit in choices:
            if digit not in taken and tries <= most:
                tries += 1
                digits[letter] = digit
                yield
        digits.pop(letter, None)

    return (tuple(sorted(digits.items())) if place(0, 0) else None), tries


def prove(spec: Spec, answer: Mapping[str, int]) -> bool:
    """Show that the answer is among all assignments with weighted sum zero (tried in full up to 6 letters)."""
    weights = dict.fromkeys(spec.letters, 0)
    for word, sign in (*((word, 1) for word in spec.addends), (spec.sum, -1)):
        for power, letter in enumerate(reversed(word)):
            weights[letter] += sign * 10**power
    first = {word[0] for word in (*spec.addends, spec.sum)}
    if sum(weights[letter] * answer[letter] for letter in spec.letters) or any(answer[letter] == 0 for letter in first):
        return False
    if len(spec.letters) > 4:
        return len(set(answer.values())) == len(spec.letters)
    rows = permutations(range(10), len(spec.letters))
    scale = [weights[letter] for letter in spec.letters]
    return tuple(answer[letter] for letter in spec.letters) in {
        row for row in rows if not sum(w * d for w, d in zip(scale, row, strict=True))
    }


def read(spec: Spec, text: str) -> dict[str, int]:
    """Return letter -> number."""
    text = _SUM.sub("", _SAID.sub("", text))
    if not any(letter in text for letter in spec.letters):
        text = _SMALL.sub(lambda match: match[0].upper(), text)
    return {letter: int(digits) for letter, digits in lexing.pairs(text, spec.letters, fillers=FILLERS).items()}


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
