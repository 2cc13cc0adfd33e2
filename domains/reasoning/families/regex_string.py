"""Write a string of a given length that one regular expression matches and another does not; any such string counts.

Solved by counting along derivatives of both patterns; proved by a matcher over sets of places and, for short strings,
by listing all.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from functools import lru_cache
from itertools import product
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import patterns, remarks, specs
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, UnreadableError, incomplete, wrong
from verisieve.verifiers.reasoning.patterns import Tree

MODE = "answer"
MAX_LENGTH = 60
MAX_LISTED, MAX_STATES = 3**5, 5_000
DRAFTS = 4  # patterns to avoid that are tried with one to match


States = tuple[int, int]  # of the automaton of the pattern that must match, and of the one that must not


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
    alphabet = "abc"[: 2 + (level > 2)]  # while drawing, so that automata of parts come again
    fewest, most = ((5, 18), (16, 40), (32, 66), (54, 110), (84, 300))[level - 1]
    while True:
        marks = (("*", "+"), *[("", "", "*", "+", "?")] * (1 + level // 2))
        parts = [_part(rng, alphabet, rng.choice(some)) for some in marks]
        rng.shuffle(parts)
        raw: dict[str, Any] = {"alphabet": alphabet, "length": 4 + level, "pattern": "".join(parts)}
        bare, share = parse(raw), len(alphabet) ** (4 + level) // 4
        states, count = _measure(bare, most if level == 1 else MAX_STATES)
        if level == 1 and fewest <= states <= most and 0 < count <= share:
            return _renamed(raw, alphabet, rng)
        for _ in range(DRAFTS if level > 1 and count else 0):
            avoid = _like(rng, alphabet, parts)
            spec = bare._replace(avoid=avoid, unwanted=patterns.parse(avoid, "avoid"))
            states, fits = _measure(spec, most)
            if fewest <= states <= most and 0 < fits <= share and fits < count:
                return _renamed(raw | {"avoid": avoid}, alphabet, rng)


def _measure(spec: Spec, most: int) -> tuple[int, int]:
    """Return how many states are met on the way through both automata, and how many strings fit; stop beyond `most`."""
    known = patterns.derivatives(spec.alphabet)
    layer = {(known.number(spec.wanted), known.number(spec.unwanted)): 1}
    follow: dict[States, tuple[States, ...]] = {}
    states = 1
    for _ in range(spec.length):
        after = dict[States, int]()
        for here, ways in layer.items():
            if here not in follow:
                follow[here] = tuple(zip(known.after(here[0]), known.after(here[1]), strict=True))
            for there in follow[here]:
                after[there] = after.get(there, 0) + ways
        states, layer = states + len(after), after
        if states > most:
            return states, 0
    return states, sum([ways for (a, b), ways in layer.items() if known.nullable[a] and not known.nullable[b]])


def _renamed(raw: dict[str, Any], alphabet: str, rng: Random) -> dict[str, Any]:
    """Return a raw spec with other letters."""
    letters = "".join(sorted(rng.sample("abcdkmnpqrstxyz", len(alphabet))))
    fresh = str.maketrans(alphabet, letters)
    return {key: value.translate(fresh) if isinstance(value, str) else value for key, value in raw.items()}


def _like(rng: Random, alphabet: str, parts: list[str]) -> str:
    """Return a pattern that has most parts of another, so that both often match the same strings."""
    kept = [part if rng.random() < 0.6 else _part(rng, alphabet, rng.choice("*+?")) for part in parts]
    return "".join(kept)


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


Layers = tuple[dict[States, tuple[States, ...]], ...]


@lru_cache(maxsize=64)
def _layers(wanted: Tree, unwanted: Tree, length: int, alphabet: str) -> Layers:
    """Return, for each number of letters read, the states that both automata may be in, and which ones follow."""
    one, other = patterns.automaton(wanted, alphabet), patterns.automaton(unwanted, alphabet)
    known: dict[States, tuple[States, ...]] = {}
    layers: list[dict[States, tuple[States, ...]]] = []
    layer: Iterable[States] = ((0, 0),)
    for _ in range(length + 1):
        for a, b in layer:
            if (a, b) not in known:
                known[a, b] = tuple(zip(one[a][0], other[b][0], strict=True))
        layers.append({states: known[states] for states in layer})
        specs.need(len(layers[-1]) <= MAX_STATES, "pattern", "is too hard to count here")
        layer = dict.fromkeys(states for nexts in layers[-1].values() for states in nexts)
    return tuple(layers)


@lru_cache(maxsize=256)
def _ways(wanted: Tree, unwanted: Tree, length: int, alphabet: str) -> tuple[dict[States, int], ...]:
    """Return, for each number of letters left, the states of both automata and how many strings fit from there."""
    one, other = patterns.automaton(wanted, alphabet), patterns.automaton(unwanted, alphabet)
    *steps, end = _layers(wanted, unwanted, length, alphabet)
    found = [{(a, b): int(one[a][1] and not other[b][1]) for a, b in end}]
    for step in reversed(steps):
        last = found[-1]
        found.append({states: sum([last[after] for after in nexts]) for states, nexts in step.items()})
    return tuple(found)


def _count(spec: Spec) -> int:
    """Return how many strings fit."""
    return _ways(spec.wanted, spec.unwanted, spec.length, spec.alphabet)[-1][0, 0]


def solve(spec: Spec) -> str:
    """Return a string that fits, picked evenly by a stream of the spec's own; raise TruthError where none does."""
    if not _count(spec):
        raise specs.InfeasibleError("spec", "no string fits")
    one, other = patterns.automaton(spec.wanted, spec.alphabet), patterns.automaton(spec.unwanted, spec.alphabet)
    states, text, rng = (0, 0), "", Random(repr(spec))
    for ways in _ways(spec.wanted, spec.unwanted, spec.length, spec.alphabet)[-2::-1]:
        nexts = list(zip(one[states[0]][0], other[states[1]][0], strict=True))
        k = rng.choices(range(len(nexts)), [ways[after] for after in nexts])[0]
        states, text = nexts[k], text + spec.alphabet[k]
    return text


def prove(spec: Spec, answer: str) -> bool:
    """Show by the other matcher that the answer fits; for short strings also that as many do as were counted."""
    if len(spec.alphabet) ** spec.length <= MAX_LISTED:
        texts = ("".join(letters) for letters in product(spec.alphabet, repeat=spec.length))
        if sum(_fits(spec, text) for text in texts) != _count(spec):
            return False
    return len(answer) == spec.length and set(answer) <= set(spec.alphabet) and _fits(spec, answer)


def _fits(spec: Spec, text: str) -> bool:
    return patterns.matches(spec.wanted, text) and not patterns.matches(spec.unwanted, text)


def read(spec: Spec, text: str) -> str:
    """Return the one word that a text is."""
    bare = remarks.told_word(text, "string|word")
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
