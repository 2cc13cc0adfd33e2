"""Write a string of a given length that one regular expression matches and another does not; any such string counts.

Solved by counting along derivatives of both patterns; proved by a matcher over sets of places and, for short strings,
by listing all.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache
from itertools import product
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import lexing, patterns, specs
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, UnreadableError, incomplete, wrong
from verisieve.verifiers.reasoning.patterns import Tree

MODE = "answer"
MAX_LENGTH = 60
MAX_LISTED, MAX_STATES = 3**5, 5_000


class Spec(NamedTuple):
    """The length, the alphabet, the pattern that must match and the one that must not, with their trees."""

    length: int
    alphabet: str
    pattern: str
    avoid: str
    wanted: Tree
    unwanted: Tree


def parse(raw: Any) -> Spec:
    """Return the typed spec; without `avoid` nothing is unwanted."""
    alphabet = specs.word(specs.part(raw, "alphabet"), "alphabet")
    good = alphabet.isascii() and alphabet.isalnum() and len(set(alphabet)) == len(alphabet)
    specs.need(good, "alphabet", "must be distinct letters")
    length = specs.integer(specs.part(raw, "length"), "length", 1, MAX_LENGTH)
    wanted, avoid = patterns.parse(specs.part(raw, "pattern"), "pattern"), raw.get("avoid")
    unwanted = patterns.NONE if avoid is None else patterns.parse(avoid, "avoid")
    return Spec(length, alphabet, raw["pattern"], avoid or "", wanted, unwanted)


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec that some strings fit, but no more than one in four of those over the alphabet."""
    alphabet = "".join(sorted(rng.sample("abcdkmnpqrstxyz", 2 + (level > 2))))
    while True:
        raw: dict[str, Any] = {"alphabet": alphabet, "length": rng.randint(4, 5 + level)}
        raw["pattern"] = _pattern(rng, alphabet, 2 + level // 2)
        if level > 1:
            raw["avoid"] = _pattern(rng, alphabet, 1 + level // 2)
        spec = parse(raw)
        ways = _ways(spec.wanted, spec.unwanted, spec.length, alphabet)
        base = _ways(spec.wanted, patterns.NONE, spec.length, alphabet)
        if 0 < ways <= len(alphabet) ** spec.length // 4 and (level == 1 or ways < base):
            return raw


def _pattern(rng: Random, alphabet: str, parts: int) -> str:
    """Return a random pattern of some parts, at least one of them repeated."""
    found = [_part(rng, alphabet, rng.choice("*+"))] + [
        _part(rng, alphabet, rng.choice(("", "", "*", "+", "?"))) for _ in range(parts - 1)
    ]
    rng.shuffle(found)
    return "".join(found)


def _part(rng: Random, alphabet: str, mark: str) -> str:
    a, b = rng.sample(alphabet, 2)
    c = rng.choice(alphabet)
    shape = rng.choice((a, f"({a}{b})", f"({a}|{b}{c})", f"({a}{b}|{c})", f"({a}|{b})", f"({a}{b}{c})"))
    return shape + mark if mark or shape[0] != "(" or "|" in shape else shape[1:-1]


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in their letters."""
    letters = [sign for sign in dict.fromkeys(spec.pattern + spec.avoid) if sign in spec.alphabet]
    fresh = str.maketrans({letter: f"<{k}>" for k, letter in enumerate(letters)})
    return spec.length, len(spec.alphabet), spec.pattern.translate(fresh), spec.avoid.translate(fresh)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    but = f" but not {spec.avoid}" if spec.avoid else ""
    return banks.question("regex_string", rng, n=spec.length, a=", ".join(spec.alphabet), p=spec.pattern, b=but)


@lru_cache(maxsize=50_000)
def _ways(wanted: Tree, unwanted: Tree, left: int, alphabet: str) -> int:
    """Return how many strings of the length left are matched by the one pattern and not by the other."""
    if wanted == patterns.NONE:
        return 0
    if not left:
        return int(patterns.nullable(wanted) and not patterns.nullable(unwanted))
    return sum(
        _ways(patterns.derivative(wanted, letter), patterns.derivative(unwanted, letter), left - 1, alphabet)
        for letter in alphabet
    )


def solve(spec: Spec) -> str:
    """Return a string that fits, picked evenly by a stream of the spec's own; raise TruthError where none does."""
    wanted, unwanted, text = spec.wanted, spec.unwanted, ""
    if not _ways(wanted, unwanted, spec.length, spec.alphabet):
        raise specs.InfeasibleError("spec", "no string fits")
    rng = Random(repr(spec))
    for left in range(spec.length - 1, -1, -1):
        nexts = [(patterns.derivative(wanted, a), patterns.derivative(unwanted, a)) for a in spec.alphabet]
        weights = [_ways(one, other, left, spec.alphabet) for one, other in nexts]
        k = rng.choices(range(len(nexts)), weights)[0]
        text += spec.alphabet[k]
        wanted, unwanted = nexts[k]
    return text


def prove(spec: Spec, answer: str) -> bool:
    """Show by the other matcher that the answer fits; for short strings also that as many do as were counted."""
    if len(spec.alphabet) ** spec.length <= MAX_LISTED:
        texts = ("".join(letters) for letters in product(spec.alphabet, repeat=spec.length))
        if sum(_fits(spec, text) for text in texts) != _ways(spec.wanted, spec.unwanted, spec.length, spec.alphabet):
            return False
    return len(answer) == spec.length and set(answer) <= set(spec.alphabet) and _fits(spec, answer)


def _fits(spec: Spec, text: str) -> bool:
    return patterns.matches(spec.wanted, text) and not patterns.matches(spec.unwanted, text)


def read(spec: Spec, text: str) -> str:
    """Return the one word that a text is."""
    bare = lexing.bare_word(text, "string|word")
    if not re.fullmatch(r"[A-Za-z0-9]{1,200}", bare):
        raise UnreadableError("not one word")
    if sum(letter in spec.alphabet for letter in bare) * 2 <= len(bare):
        raise UnreadableError("a word that is no try at the string")
    return bare


def judge(spec: Spec, answer: str) -> Finding:
    """The string has the length and the letters, and is matched by the one pattern and not by the other."""
    if not set(answer) <= set(spec.alphabet):
        return wrong("a letter that is not allowed", letters="".join(sorted(set(answer) - set(spec.alphabet)))[:40])
    if len(answer) < spec.length:
        return incomplete("too short", length=len(answer))
    if len(answer) > spec.length:
        return wrong("too long", length=len(answer))
    if not patterns.matches(spec.wanted, answer):
        return wrong("the pattern does not match", pattern=spec.pattern)
    if patterns.matches(spec.unwanted, answer):
        return wrong("the pattern to avoid matches", pattern=spec.avoid)
    return RIGHT


def write(spec: Spec, answer: str, rng: Random) -> str:
    """Return the string bare, quoted or as code."""
    return rng.choice(("{}", '"{}"', "`{}`", "**{}**", "'{}'")).format(answer)


def spoil(spec: Spec, answer: str, rng: Random) -> str:
    """Return the string with a letter changed so that it no longer fits, or with a letter too many or too few."""
    for _ in range(20):
        k = rng.randrange(len(answer))
        mixed = answer[:k] + rng.choice(spec.alphabet) + answer[k + 1 :]
        if not _fits(spec, mixed):
            return mixed
    return answer + rng.choice(spec.alphabet) if rng.random() < 0.5 or len(answer) == 1 else answer[:-1]
