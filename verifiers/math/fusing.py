"""What happens between lexer and grammar: number words and short products are split or joined, ends trimmed."""

from __future__ import annotations

from fractions import Fraction

from verisieve.verifiers.math import operands, words
from verisieve.verifiers.math.nodes import Apply, Node, Num, Sym, UnreadableError, number
from verisieve.verifiers.math.tokens import ELLIPSIS, Token, repeated

_LONE_LETTERS = 3


def trimmed(tokens: list[Token]) -> list[Token]:
    """Drop the full stop of a sentence and a leading `=` or `≈`."""
    while tokens and tokens[-1].kind == "op" and tokens[-1].text in {".", ",", ";", ":"}:
        tokens = tokens[:-1]
    if tokens and tokens[0].kind == "rel" and tokens[0].text in {"eq", "approx", "to"}:
        tokens = tokens[1:]
    return tokens


def spelt(tokens: list[Token]) -> list[Token]:
    """Split short words that are products of letters: xy^2 squares y alone."""
    if len(tokens) < 2 or not any(token.kind == "word" for token in tokens):  # a lone word is a text
        return tokens
    found: list[Token] = []
    for index, token in enumerate(tokens):
        if token.kind == "word" and (value := words.spelled(token.text)) is not None:
            spelt = token.text
            if found and found[-1].kind == "num" and found[-1].text[0].isalpha():
                spelt = f"{found.pop().text} {token.text}"
                value = words.spelled(spelt)
            if value is None:
                raise UnreadableError("number words that do not go together")
            found.append(Token("num", spelt, token.spaced, number(value)))
            continue
        if token.kind == "word" and operands.is_product(tokens, index):
            found.extend(Token("sym", letter, token.spaced and not place) for place, letter in enumerate(token.text))
        else:
            found.append(token)
    return found


def fused(tokens: list[Token]) -> list[Token]:
    """Join `0.333` and an ellipsis into a repeating decimal where a period shows."""
    for token, (index, follower) in zip(tokens, enumerate(tokens[1:]), strict=False):
        if follower.text != ELLIPSIS or not (token.num and token.num.places):
            continue
        if (value := _period(token.num.digits)) is not None:
            return [*tokens[:index], Token("num", token.text, token.spaced, Num(value)), *tokens[index + 2 :]]
    return tokens


def _period(digits: str) -> Fraction | None:
    whole, _, places = digits.partition(".")
    for start in range(len(places)):
        rest = places[start:]
        for length in range(1, len(rest) // 2 + 1):
            times = len(rest) / length
            if rest == (rest[:length] * len(rest))[: len(rest)] and times >= (
                3 if length == 1 else 2
            ):  # 0.33 is no period yet
                return repeated(whole or "0", places[:start], rest[:length])
    return None


def lone_word(token: Token) -> Node:
    if (value := words.spelled(token.text)) is not None:
        return number(value)
    if token.kind == "word" and len(token.text) <= _LONE_LETTERS and not set(token.text.lower()) & set("aeiou"):
        return Apply("mul", tuple(Sym(letter) for letter in token.text))  # xy is a product, no is a word
    raise UnreadableError("a word")
