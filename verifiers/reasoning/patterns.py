"""Regular expressions of a small kind: text to trees, matching by derivatives, and by sets of states. No `re`.

A pattern has letters and digits, | ( ) * + ?, and nothing else. A tree is ("none",), ("empty",), ("letter", a),
("cat", x, y), ("or", x, y) or ("star", x).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from verisieve.verifiers.reasoning import specs

MAX_PATTERN, MAX_DEPTH, MAX_STATES = 120, 20, 2_000
MAX_KEPT = 20_000  # derivatives of one alphabet
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


class Derivatives:
    """The derivatives of a pattern (Brzozowski 1964), each a number, so that equal ones are met at no cost.

    0 is none and 1 is empty. A choice holds its parts in order; what follows each letter is worked out once.
    """

    def __init__(self, alphabet: str) -> None:
        self.alphabet = alphabet
        self.keys: list[tuple[Any, ...]] = [NONE, EMPTY]
        self.nullable = [False, True]
        self._numbers = {key: k for k, key in enumerate(self.keys)}
        self._trees: dict[Tree, int] = {NONE: 0, EMPTY: 1}
        self._after: dict[int, tuple[int, ...]] = {k: (0,) * len(alphabet) for k in (0, 1)}

    def number(self, x: Tree) -> int:
        """Return the number of a tree."""
        found = self._trees.get(x)
        if found is None:
            kind, *parts = x
            if kind == "letter":
                found = self._add(x, ends=False)
            elif kind == "star":
                found = self._add(("star", self.number(parts[0])), ends=True)
            else:
                found = (self._cat if kind == "cat" else self._either)(*map(self.number, parts))
            self._trees[x] = found
        return found

    def after(self, x: int) -> tuple[int, ...]:
        """Return what may follow each letter."""
        if x not in self._after:
            self._after[x] = self._derived(*self.keys[x], x=x)
        return self._after[x]

    def _derived(self, kind: str, *parts: Any, x: int) -> tuple[int, ...]:
        if kind == "letter":
            return tuple([int(letter == parts[0]) for letter in self.alphabet])
        if kind == "star":
            return tuple([self._cat(rest, x) for rest in self.after(parts[0])])
        if kind == "or":
            return tuple([self._either(*rests) for rests in zip(*map(self.after, parts), strict=True)])
        first, second = parts
        found = tuple([self._cat(rest, second) for rest in self.after(first)])
        if not self.nullable[first]:
            return found
        return tuple([self._either(*rests) for rests in zip(found, self.after(second), strict=True)])

    def _add(self, key: tuple[Any, ...], *, ends: bool) -> int:
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.keys)
            self.keys.append(key)
            self.nullable.append(ends)
        return found

    def _cat(self, x: int, y: int) -> int:
        if not x or not y:
            return 0
        return y if x == 1 else x if y == 1 else self._add(("cat", x, y), ends=self.nullable[x] and self.nullable[y])

    def _either(self, *choices: int) -> int:
        """Return a choice, flattened and sorted, so that equal ones are one."""
        parts = set[int]()
        for x in choices:
            parts.update(self.keys[x][1:] if self.keys[x][0] == "or" else (x,))
        parts.discard(0)
        if len(parts) < 2:
            return parts.pop() if parts else 0
        return self._add(("or", *sorted(parts)), ends=any(self.nullable[part] for part in parts))


def derivatives(alphabet: str) -> Derivatives:
    """Return what is known already of one alphabet: patterns that are drawn one after another share parts."""
    if len(_derivatives(alphabet).keys) > MAX_KEPT:
        _derivatives.cache_clear()
    return _derivatives(alphabet)


_derivatives = lru_cache(maxsize=16)(Derivatives)


@lru_cache(maxsize=256)
def automaton(x: Tree, alphabet: str) -> tuple[tuple[tuple[int, ...], bool], ...]:
    """Return states from 0 on: which one follows after each letter, and whether the text may end there.

    >>> automaton(parse("ab*", "p"), "ab")
    (((1, 2), False), ((2, 1), True), ((2, 2), False))
    """
    known = derivatives(alphabet)
    states = list[tuple[tuple[int, ...], bool]]()
    trees = [known.number(x)]
    number = {trees[0]: 0}
    for tree in trees:
        for rest in known.after(tree):
            if rest not in number:
                number[rest] = len(trees)
                trees.append(rest)
        specs.need(len(trees) <= MAX_STATES, "pattern", f"has more than {MAX_STATES} states")
        states.append((tuple([number[rest] for rest in known.after(tree)]), known.nullable[tree]))
    return tuple(states)


def matches(x: Tree, text: str) -> bool:
    """Say whether a whole text matches, by sets of places in the tree where matching may stand (Thompson 1968).

    >>> matches(parse("(ab|c)*d?", "p"), "abcd"), matches(parse("(ab|c)*", "p"), "acb")
    (True, False)
    """
    places = {letter: sum([1 << k for k, one in enumerate(text) if one == letter]) for letter in set(text)}
    return bool(_ends(x, places, 1) >> len(text))


def _ends(x: Tree, places: dict[str, int], starts: int) -> int:
    """Return where a match that begins at one of the starts can end; sets of places are bits."""
    if x[0] == "letter":
        return (starts & places.get(x[1], 0)) << 1
    if x[0] == "cat":
        return _ends(x[2], places, _ends(x[1], places, starts))
    if x[0] == "or":
        return _ends(x[1], places, starts) | _ends(x[2], places, starts)
    if x[0] == "star":
        found = fresh = starts
        while fresh:
            fresh = _ends(x[1], places, fresh) & ~found
            found |= fresh
        return found
    return starts if x[0] == "empty" else 0
