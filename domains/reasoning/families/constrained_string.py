"""Write a string of a given length, alphabet, last letter and count of a block, no equal neighbours; any such string.

Blocks are counted with overlaps. Solved by a random walk over an automaton of block prefixes that knows how many
walks are left; proved by counting with a plain scan for short strings and by an own count of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache
from itertools import pairwise, product
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import specs
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, UnreadableError, incomplete, wrong

MODE = "answer"
MAX_LENGTH, MAX_ALPHABET = 200, 26
MAX_LISTED = 3**7


class Spec(NamedTuple):
    """What the string must be like."""

    length: int
    alphabet: str
    block: str
    times: int
    last: str


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    length = specs.integer(specs.part(raw, "length"), "length", 1, MAX_LENGTH)
    alphabet, block = specs.word(specs.part(raw, "alphabet"), "alphabet"), specs.word(specs.part(raw, "block"), "block")
    specs.need(
        alphabet.isalnum() and len(set(alphabet)) == len(alphabet) <= MAX_ALPHABET,
        "alphabet",
        "must be distinct letters",
    )
    specs.need(set(block) <= set(alphabet), "block", "must be over the alphabet")
    count = specs.integer(specs.part(raw, "count"), "count", 0, MAX_LENGTH)
    return Spec(length, alphabet, block, count, specs.member(specs.part(raw, "last"), "last", tuple(alphabet)))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec that some string fits."""
    while True:
        alphabet = "".join(sorted(rng.sample("abcdefghkmnpqrstxyz", rng.randint(3, 3 + (level + 1) // 2))))
        length = rng.randint(4 + 2 * level, 9 + 4 * level)
        block = rng.choice(alphabet)
        for _ in range(rng.randint(1, 1 + level)):
            block += rng.choice([letter for letter in alphabet if letter != block[-1]])
        raw = {
            "length": length,
            "alphabet": alphabet,
            "block": block,
            "count": rng.randint(1, 1 + length // (len(block) + 3)),
            "last": rng.choice(alphabet),
        }
        if _ways(parse(raw))[0, "", 0]:
            return raw


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in their letters."""
    letters = list(dict.fromkeys(spec.block + spec.last))
    block = tuple(letters.index(letter) for letter in spec.block)
    return spec.length, len(spec.alphabet), block, spec.times, letters.index(spec.last)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    letters = ", ".join(spec.alphabet)
    text = banks.question("constrained_string", rng, n=spec.length, a=letters, b=spec.block, k=spec.times, z=spec.last)
    return text.replace("exactly 1 times", "exactly once")


@lru_cache(maxsize=64)
def _ways(spec: Spec) -> dict[tuple[int, str, int], int]:
    """Return how many strings continue a prefix: by its length, the state of the automaton, and its blocks so far."""
    ways: dict[tuple[int, str, int], int] = {}

    def count(at: int, state: str, found: int) -> int:
        if found > spec.times:
            return 0
        if at == spec.length:
            return int(found == spec.times and state[-1:] == spec.last)
        if (at, state, found) not in ways:
            ways[at, state, found] = sum(
                count(at + 1, *_step(spec.block, state, letter, found))
                for letter in spec.alphabet
                if letter != state[-1:]
            )
        return ways[at, state, found]

    count(0, "", 0)
    return ways


def _left(spec: Spec, at: int, state: str, found: int) -> int:
    """Return how many strings continue a prefix, the full length included."""
    if at == spec.length:
        return int(found == spec.times and state[-1:] == spec.last)
    return _ways(spec).get((at, state, found), 0)


@lru_cache(maxsize=4_000)
def _step(block: str, state: str, letter: str, found: int) -> tuple[str, int]:
    """Return the longest end of the text that the block begins with, or its last letter, and the blocks so far."""
    text = state + letter
    ends = (text[k:] for k in range(len(text)) if len(text) - k < len(block) and block.startswith(text[k:]))
    return next(ends, letter), found + text.endswith(block)


def solve(spec: Spec) -> str:
    """Return a string that fits, picked evenly by a stream of the spec's own; raise TruthError where none does."""
    if not _ways(spec)[0, "", 0]:
        raise TruthError("spec", "no string fits")
    rng, text, state, found = Random(repr(spec)), "", "", 0
    for at in range(spec.length):
        letters = [letter for letter in spec.alphabet if letter != state[-1:]]
        weights = [_left(spec, at + 1, *_step(spec.block, state, letter, found)) for letter in letters]
        letter = rng.choices(letters, weights)[0]
        state, found = _step(spec.block, state, letter, found)
        text += letter
    return text


def prove(spec: Spec, answer: str) -> bool:
    """Show that the answer fits by a scan; for short strings also that the automaton counts as a list of all does."""
    if len(spec.alphabet) ** spec.length <= MAX_LISTED:
        strings = ("".join(letters) for letters in product(spec.alphabet, repeat=spec.length))
        if sum(judge(spec, string).right for string in strings) != _ways(spec)[0, "", 0]:
            return False
    return judge(spec, answer).right


def read(spec: Spec, text: str) -> str:
    """Return the one word that a text is."""
    bare = re.sub(
        r"^(?:the\s+)?(?:string|word|sequence)\s*(?:is|:|=)?\s+", "", text.strip(" \n.\"'{}[]"), flags=re.IGNORECASE
    )
    bare = re.sub(r"\s*\((?:length:?\s*)?\d{1,3}(?:\s+letters)?\)$", "", bare).strip(" \n.\"'")
    if not re.fullmatch(r"[^\W_]{1,400}", bare, re.ASCII):
        raise UnreadableError("not one word")
    if not set(bare) <= set(spec.alphabet) and len(bare) != spec.length:
        raise UnreadableError("a word that is no try at the string")
    return bare


def judge(spec: Spec, answer: str) -> Finding:
    """Every condition holds."""
    if not set(answer) <= set(spec.alphabet):
        return wrong("a letter that is not allowed", letters="".join(sorted(set(answer) - set(spec.alphabet)))[:40])
    if len(answer) < spec.length:
        return incomplete("too short", length=len(answer))
    if len(answer) > spec.length:
        return wrong("too long", length=len(answer))
    if any(a == b for a, b in pairwise(answer)):
        return wrong("two equal neighbours")
    if answer[-1] != spec.last:
        return wrong("another last letter", last=answer[-1])
    found = sum(answer.startswith(spec.block, k) for k in range(len(answer)))
    return RIGHT if found == spec.times else wrong("another number of blocks", blocks=found)


def write(spec: Spec, answer: str, rng: Random) -> str:
    """Return the string bare, quoted or as code."""
    return rng.choice(("{}", '"{}"', "`{}`", "**{}**", "'{}'")).format(answer)


def spoil(spec: Spec, answer: str, rng: Random) -> str:
    """Return the string with two equal neighbours, a letter too many or too few, or another end."""
    kind, k = rng.randrange(4), rng.randrange(1, len(answer)) if len(answer) > 1 else 0
    if kind == 0 and k:
        return answer[:k] + answer[k - 1] + answer[k + 1 :]
    if kind == 1:
        return answer + rng.choice(spec.alphabet)
    if kind == 2 and len(answer) > 1:
        return answer[:-1]
    return answer[:-1] + rng.choice([letter for letter in spec.alphabet if letter != spec.last])
