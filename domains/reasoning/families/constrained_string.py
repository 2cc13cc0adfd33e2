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
from verisieve.verifiers.reasoning import remarks, specs
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
    least, most = ((40, 140), (140, 260), (260, 430), (430, 700), (700, 1600))[level - 1]
    while True:
        alphabet = "".join(sorted(rng.sample("abcdefghkmnpqrstxyz", rng.randint(3, 3 + (level + 1) // 2))))
        length = rng.randint(4 + 2 * level, 9 + 4 * level)
        block = rng.choice(alphabet)
        for _ in range(rng.randint(1, 1 + level)):
            block += rng.choice([letter for letter in alphabet if letter != block[-1]])
        raw: dict[str, Any] = {
            "length": length,
            "alphabet": alphabet,
            "block": block,
            "count": rng.randint(1, 1 + length // (len(block) + 3)),
            "last": rng.choice(alphabet),
        }
        size = length * (len(block) + len(alphabet)) * (raw["count"] + 1)  # of the table that is filled to solve it
        if least <= size < most and _ways(parse(raw))[-1][""][-1]:
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
def _moves(block: str, alphabet: str) -> dict[str, list[tuple[str, str, int]]]:
    """Return the automaton: from each state by letter, next state and whether a block ends there.

    A state is the longest end of the text so far that the block begins with, or the last letter alone.
    """
    moves: dict[str, list[tuple[str, str, int]]] = {}
    todo = [""]
    while todo:
        state = todo.pop()
        if state not in moves:
            moves[state] = []
            for letter in alphabet:
                text = state + letter
                ends = (text[k:] for k in range(len(text)) if len(text) - k < len(block))
                after = next((end for end in ends if block.startswith(end)), letter)
                if letter != state[-1:]:
                    moves[state].append((letter, after, int(text.endswith(block))))
                    todo.append(after)
    return moves


@lru_cache(maxsize=16)
def _ways(spec: Spec) -> list[dict[str, list[int]]]:
    """Return how many strings continue a prefix: by letters still to come, state, and blocks still to come."""
    moves = _moves(spec.block, spec.alphabet)
    ways = [{state: [int(state[-1:] == spec.last)] + [0] * spec.times for state in moves}]
    for _ in range(spec.length):
        after = ways[-1]
        ways.append(
            {
                state: [
                    sum(after[other][left - hit] for _, other, hit in out if hit <= left)
                    for left in range(spec.times + 1)
                ]
                for state, out in moves.items()
            }
        )
    return ways


def solve(spec: Spec) -> str:
    """Return a string that fits, picked evenly by a stream of the spec's own; raise TruthError where none does."""
    ways = _ways(spec)
    if not ways[-1][""][-1]:
        raise specs.InfeasibleError("spec", "no string fits")
    rng, text, state, left = Random(repr(spec)), "", "", spec.times
    for rest in range(spec.length - 1, -1, -1):
        out = [move for move in _moves(spec.block, spec.alphabet)[state] if move[2] <= left]
        letter, state, hit = rng.choices(out, [ways[rest][after][left - hit] for _, after, hit in out])[0]
        left -= hit
        text += letter
    return text


def prove(spec: Spec, answer: str) -> bool:
    """Show that the answer fits by a scan; for short strings also that the automaton counts as a list of all does."""
    if len(spec.alphabet) ** spec.length <= MAX_LISTED:
        strings = ("".join(letters) for letters in product(spec.alphabet, repeat=spec.length))
        if sum(judge(spec, string).right for string in strings) != _ways(spec)[-1][""][-1]:
            return False
    return judge(spec, answer).right


def read(spec: Spec, text: str) -> str:
    """Return the one word that a text is."""
    bare = remarks.told_word(text, "string|word|sequence")
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
