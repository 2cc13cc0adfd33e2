"""Regular expressions of a small kind: text to trees, matching by derivatives, and by sets of states. No `re`.

A pattern has letters and digits, | ( ) * + ?, and nothing else. A tree is ("none",), ("empty",), ("letter", a),
("cat", x, y), ("or", x, y) or ("star", x).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from verisieve.verifiers.reasoning import specs

MAX_PATTERN, MAX_DEPTH, MAX_STATES = 120, 20, 2_000
NONE, EMPTY = ("none",), ("empty",)

Tree = tuple[Any, ...]


def parse(text: Any, field: str) -> Tree:
    """Return the tree of a pattern; raise TruthError for anything outside the language.

    >>> parse("ab*", "p")
    ('cat', ('letter', 'a'), ('star', ('letter', 'b')))
    """
    specs.need(isinstance(text, str) and 0 < len(text) <= MAX_PATTERN, field, f"must be text of 1 to {MAX_PATTERN}")
    rest = list(reversed(text))
    tree = _either(rest, field, 0)
    specs.need(not rest, field, "a parenthesis is not opened")
    return tree


def _either(rest: list[str], field: str, depth: int) -> Tree:
    specs.need(depth <= MAX_DEPTH, field, "is nested too deeply")
    tree = _row(rest, field, depth)
    while rest and rest[-1] == "|":
        rest.pop()
        tree = either(tree, _row(rest, field, depth))
    return tree


def _row(rest: list[str], field: str, depth: int) -> Tree:
    parts: list[Tree] = []
    while rest and rest[-1] not in "|)":
        parts.append(_repeated(rest, field, depth))
    specs.need(bool(parts), field, "has an empty part")
    tree = parts.pop()
    while parts:
        tree = cat(parts.pop(), tree)
    return tree


def _repeated(rest: list[str], field: str, depth: int) -> Tree:
    sign = rest.pop()
    if sign == "(":
        tree = _either(rest, field, depth + 1)
        specs.need(bool(rest) and rest.pop() == ")", field, "a parenthesis is not closed")
    else:
        specs.need(sign.isascii() and sign.isalnum(), field, f"unexpected {sign!r}")
        tree = ("letter", sign)
    while rest and rest[-1] in "*+?":
        mark = rest.pop()
        tree = either(EMPTY, tree) if mark == "?" else ("star", tree) if mark == "*" else cat(tree, ("star", tree))
    return tree


def cat(x: Tree, y: Tree) -> Tree:
    """Return x followed by y, simplified."""
    if NONE in (x, y):
        return NONE
    return y if x == EMPTY else x if y == EMPTY else ("cat", x, y)


def either(x: Tree, y: Tree) -> Tree:
    """Return x or y, flattened and sorted, so that equal choices are one."""
    parts = {*_choices(x), *_choices(y)} - {NONE}
    tree: Tree = NONE
    for part in sorted(parts, reverse=True):
        tree = part if tree == NONE else ("or", part, tree)
    return tree


def _choices(x: Tree) -> list[Tree]:
    found = []
    while x[0] == "or":
        found.append(x[1])
        x = x[2]
    return [*found, x]


def nullable(x: Tree) -> bool:
    """Say whether the empty text matches."""
    if x[0] == "cat":
        return nullable(x[1]) and nullable(x[2])
    if x[0] == "or":
        return nullable(x[1]) or nullable(x[2])
    return x[0] in ("empty", "star")


@lru_cache(maxsize=20_000)
def derivative(x: Tree, letter: str) -> Tree:
    """Return what may follow a letter (Brzozowski 1964)."""
    if x[0] == "letter":
        return EMPTY if x[1] == letter else NONE
    if x[0] == "or":
        return either(derivative(x[1], letter), derivative(x[2], letter))
    if x[0] == "star":
        return cat(derivative(x[1], letter), x)
    if x[0] == "cat":
        first = cat(derivative(x[1], letter), x[2])
        return either(first, derivative(x[2], letter)) if nullable(x[1]) else first
    return NONE


@lru_cache(maxsize=256)
def automaton(x: Tree, alphabet: str) -> tuple[tuple[tuple[int, ...], bool], ...]:
    """Return states from 0 on: which one follows after each letter, and whether the text may end there.

    >>> automaton(parse("ab*", "p"), "ab")
    (((1, 2), False), ((2, 1), True), ((2, 2), False))
    """
    number, states = {x: 0}, list[tuple[tuple[int, ...], bool]]()
    trees = [x]
    for tree in trees:
        after = []
        for letter in alphabet:
            rest = derivative(tree, letter)
            if rest not in number:
                number[rest] = len(trees)
                trees.append(rest)
            after.append(number[rest])
        specs.need(len(trees) <= MAX_STATES, "pattern", f"has more than {MAX_STATES} states")
        states.append((tuple(after), nullable(tree)))
    return tuple(states)


def matches(x: Tree, text: str) -> bool:
    """Say whether a whole text matches, by sets of places in the tree where matching may stand (Thompson 1968).

    >>> matches(parse("(ab|c)*d?", "p"), "abcd"), matches(parse("(ab|c)*", "p"), "acb")
    (True, False)
    """
    ends = _ends(x, text, {0})
    return len(text) in ends


def _ends(x: Tree, text: str, starts: set[int]) -> set[int]:
    """Return where a match that begins at one of the starts can end."""
    if x[0] == "letter":
        return {k + 1 for k in starts if text[k : k + 1] == x[1]}
    if x[0] == "cat":
        return _ends(x[2], text, _ends(x[1], text, starts))
    if x[0] == "or":
        return _ends(x[1], text, starts) | _ends(x[2], text, starts)
    if x[0] == "star":
        found, fresh = set(starts), set(starts)
        while fresh:
            fresh = _ends(x[1], text, fresh) - found
            found |= fresh
        return found
    return set(starts) if x[0] == "empty" else set()
