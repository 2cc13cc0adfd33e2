"""A cursor over tokens, with the budgets on depth and nodes; knows no grammar.

The grammar levels that operands need are handed in by parse.py as a Grammar, so that imports point one way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from verisieve.verifiers.math.nodes import MAX_DEPTH, MAX_NODES, Apply, Node, TooLargeError, UnreadableError
from verisieve.verifiers.math.tokens import END, Token

Rule = Callable[["Reader"], Node]


class Grammar(NamedTuple):
    """The levels above operands, weakest first."""

    item: Rule
    arith: Rule
    term: Rule
    factor: Rule


_SIGNS = frozenset({"op", "rel"})


@dataclass(slots=True)
class Reader:
    """Where the parser is in its tokens, and what it has spent."""

    tokens: Sequence[Token]
    grammar: Grammar
    position: int = 0
    depth: int = 0
    nodes: int = 0
    bars: list[str] = field(default_factory=list)  # open | or {: pairs, innermost last
    calls: frozenset[str] = frozenset()  # names of functions beyond f, g, h

    @property
    def here(self) -> Token:
        """The next token."""
        return self.tokens[self.position] if self.position < len(self.tokens) else END

    def ahead(self, count: int = 1) -> Token:
        """The token `count` places after the next one."""
        index = self.position + count
        return self.tokens[index] if index < len(self.tokens) else END

    def take(self) -> Token:
        """Return the next token and go past it."""
        token = self.here
        self.position += 1
        return token

    def at(self, *texts: str) -> bool:
        """Say whether the next token is one of these operators."""
        place, tokens = self.position, self.tokens  # the most frequent question: no detour over `here`
        return place < len(tokens) and tokens[place].text in texts and tokens[place].kind in _SIGNS

    def accept(self, *texts: str) -> str:
        """Go past one of these operators and return it, or return an empty string."""
        place, tokens = self.position, self.tokens
        if place < len(tokens) and tokens[place].text in texts and tokens[place].kind in _SIGNS:
            self.position = place + 1
            return tokens[place].text
        return ""

    def expect(self, text: str) -> None:
        """Go past this operator; raise UnreadableError where it is missing."""
        if not self.accept(text):
            raise UnreadableError(f"expected {text!r}, found {self.here.text!r}")

    def word(self, *texts: str) -> bool:
        """Say whether the next token is one of these connectives."""
        return self.here.kind == "word" and self.here.text in texts

    def build(self, head: str, *args: Node) -> Node:
        """Build a tree; raise TooLargeError over the node budget."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise TooLargeError(f"more than {MAX_NODES} nodes")
        return Apply(head, args)

    def descend(self) -> None:
        """Begin a level of nesting, which `ascend` ends; raise TooLargeError over the depth budget.

        No context manager, which costs more at every operand; whoever raises abandons the text.
        """
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooLargeError(f"nested more than {MAX_DEPTH} deep")

    def ascend(self) -> None:
        """End a level of nesting."""
        self.depth -= 1

    @contextmanager
    def inside(self, pair: str) -> Iterator[None]:
        """Remember which bracket is open, so that `|` can close it."""
        self.bars.append(pair)
        yield
        self.bars.pop()
