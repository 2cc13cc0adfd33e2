"""Arithmetic with + - * / and parentheses over whole numbers, exact: text to value and numbers used.

No eval, no powers, no functions, no decimals; of products without a sign only those before parentheses, and not after
a division: `4(50 - 15)`. A text with anything else is refused.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from verisieve.verifiers.reasoning.findings import UnreadableError

MAX_TOKENS = 400
MAX_DEPTH = 60
_TOKEN = re.compile(r"\s*(?:([0-9]{1,18})(?![\w.])|([-+*/()\[\]]))")
_CROSS = re.compile(r"(?<=[\d)\]])(?<!\b0)( *)[xX]\1(?=[\d(\[])")  # 3 x 4


class Value(NamedTuple):
    """What an expression comes to, and the numbers in it; None where it divides by zero."""

    value: Fraction | None
    numbers: tuple[int, ...]


def evaluate(text: str) -> Value:
    """Read and compute one expression; raise UnreadableError for anything else.

    >>> evaluate("(7 * 11) - (12 + 3)")
    Value(value=Fraction(62, 1), numbers=(7, 11, 12, 3))
    """
    reader = _Reader(_tokens(text))
    value = reader.sum(0)
    if reader.tokens:
        raise UnreadableError(f"unexpected {reader.tokens[-1]!r}")
    return Value(value, tuple(reader.numbers))


def _tokens(text: str) -> list[str]:
    """Return the tokens in reverse order, so that the next one is popped."""
    found: list[str] = []
    at, text = 0, _CROSS.sub("*", text.strip())
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match or len(found) >= MAX_TOKENS:
            raise UnreadableError(f"no expression at {text[at : at + 20]!r}")
        found.append(match[1] or match[2].replace("[", "(").replace("]", ")"))
        at = match.end()
    if "**" in text or "//" in text:
        raise UnreadableError("only + - * / and parentheses count")
    return found[::-1]


class _Reader:
    """A recursive descent over the piece stack; depth is bounded."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.numbers: list[int] = []

    def sum(self, depth: int) -> Fraction | None:
        """sum := product (('+' | '-') product)*"""
        if depth > MAX_DEPTH:
            raise UnreadableError("nested too deeply")
        total = self.product(depth)
        while self.tokens and self.tokens[-1] in "+-":
            sign = self.tokens.pop()
            term = self.product(depth)
            if total is not None:
                total = None if term is None else total + term if sign == "+" else total - term
        return total

    def product(self, depth: int) -> Fraction | None:
        """product := unit (('*' | '/' | nothing, in front of a parenthesis) unit)*"""
        total, sign = self.unit(depth), "*"
        while self.tokens and (self.tokens[-1] in "*/" or (self.tokens[-1] == "(" and sign == "*")):
            sign = self.tokens.pop() if self.tokens[-1] != "(" else "*"
            factor = self.unit(depth)
            if total is None or factor is None or (sign == "/" and factor == 0):
                total = None
            else:
                total = total * factor if sign == "*" else total / factor
        return total

    def unit(self, depth: int) -> Fraction | None:
        """unit := number | '-' unit | '(' sum ')'"""
        if depth > MAX_DEPTH:
            raise UnreadableError("nested too deeply")
        piece = self.tokens.pop() if self.tokens else "the end"
        if piece.isdigit():
            self.numbers.append(int(piece))
            return Fraction(int(piece))
        if piece == "-":
            value = self.unit(depth + 1)
            return None if value is None else -value
        if piece == "(":
            value = self.sum(depth + 1)
            if not self.tokens or self.tokens.pop() != ")":
                raise UnreadableError("a parenthesis is not closed")
            return value
        raise UnreadableError(f"unexpected {piece!r}")
