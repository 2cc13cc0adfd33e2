"""The grammar above operands: powers, products, sums, set operations, relations.

Juxtaposition multiplies with the precedence of `*`; `-x^2` is `-(x^2)`; one number beside another is no product.
Operands (brackets, fractions, functions, matrices) are in operands.py, lists of answers in alternatives.py.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from verisieve.verifiers import lazily
from verisieve.verifiers.math import alternatives, brackets, fusing, operands, shapes, units, words
from verisieve.verifiers.math.beside import juxtaposed
from verisieve.verifiers.math.nodes import (
    MAX_DIGITS,
    Apply,
    Node,
    Num,
    Sym,
    TooLargeError,
    Unit,
    UnreadableError,
    Words,
    apply,
    symbols,
)
from verisieve.verifiers.math.reader import Grammar, Reader
from verisieve.verifiers.math.tokens import tokenize

_SUMS = {"+": "add", "-": "sub", "±": "pm", "∓": "mp"}
_SETS = {"∪": "union", "∩": "inter", "∖": "minus"}
_NOUN_WORDS = 4


_PLAIN = lazily.pattern(r"(-?)(?:([0-9]+)|\\[dt]?frac\{([0-9]+)\}\{([0-9]+)\})")
_BRACKETED = lazily.pattern(r"[(\[{]\s*-?\d{1,3},\d{3}\s*\\?[,)\]}]")


@lru_cache(maxsize=4096)
def parse(text: str, *, grouping: bool | None = None, calls: frozenset[str] = frozenset()) -> Node:
    r"""Return the tree of one answer text; raise UnreadableError or TooLargeError.

    Names in `calls` are functions, as f, g and h always are.

    >>> parse(r"\frac{x}{2}") == parse("x/2")
    True
    """
    if (plain := _PLAIN.fullmatch(text)) is not None and len(text) <= MAX_DIGITS:  # by far the most frequent answers
        return _plain(plain)
    if grouping is None:
        grouping = not _BRACKETED.search(text)
    try:
        tokens = fusing.trimmed(fusing.fused(fusing.spelt(tokenize(text, grouping=grouping))))
    except ValueError as error:
        raise UnreadableError(f"a number that is none: {error}") from None
    if not tokens:
        raise UnreadableError("nothing there")
    if len(tokens) == 1 and tokens[0].kind in {"word", "text"}:
        return fusing.lone_word(tokens[0])
    reader = Reader(tokens, Grammar(item, arith, term, factor), calls=calls)
    try:
        node = brackets.parted(reader, alternatives.answers(reader))
    except RecursionError:
        raise TooLargeError("nested too deep for the caller's stack") from None
    if reader.here.kind != "end":
        raise UnreadableError(f"left over: {reader.here.text!r}")
    return node


def _plain(match: re.Match[str]) -> Node:
    """Return an integer, or a fraction of two, without the detour over tokens."""
    sign, whole, above, below = match.groups()
    if whole is not None:
        return Num(Fraction(int(match[0])), None, "" if sign else whole)
    fraction = apply("div", *(Num(Fraction(int(part)), None, part) for part in (above, below)))
    return apply("neg", fraction) if sign else fraction


def item(reader: Reader) -> Node:
    """Read one answer: a relation chain, a ratio, a value with a noun."""
    reader.descend()
    name = operands.called(reader)
    parts, links = [name or sets(reader)], list[str]()
    while reader.here.kind == "rel" or operands.colon(reader) or reader.word("ratio"):
        token = reader.take()
        links.append(":" if token.kind == "word" else token.text)
        parts.append(sets(reader))
    node = _modular(reader, parts, links) if operands.modulus(reader) else _chain(reader, parts, links)
    node = _noun(reader, node)
    reader.ascend()
    return node


def _modular(reader: Reader, parts: list[Node], links: list[str]) -> Node:
    """Read the modulus after a value or a relation."""
    if not links:
        return reader.build("cong", Sym(""), parts[0], operands.modulo(reader))
    parts[-1] = reader.build("mod", parts[-1], operands.modulo(reader))
    return _chain(reader, parts, links)


def _chain(reader: Reader, parts: list[Node], links: list[str]) -> Node:
    if "approx" in links:
        parts, links = _exactly(parts, links)
    if not links:
        return parts[0]
    if set(links) == {":"}:
        return reader.build("ratio", *parts)
    if ":" in links:
        raise UnreadableError("a colon among relations")
    if links == ["equiv"]:
        return _congruence(reader, parts[0], parts[1])
    pairs = [reader.build(_relation(link), parts[index], parts[index + 1]) for index, link in enumerate(links)]
    return pairs[0] if len(pairs) == 1 else reader.build("chain", *pairs)


def _exactly(parts: list[Node], links: list[str]) -> tuple[list[Node], list[str]]:
    """Cut `x = sqrt 2 = approx 1.41` before its rounded part; `x approx 1.41` only names a value."""
    place = links.index("approx")
    if place == 0 and shapes.is_name(parts[0]):
        return parts, ["eq" if link == "approx" else link for link in links]
    return parts[: place + 1], links[:place]


def _relation(link: str) -> str:
    return "eq" if link == "equiv" else link


def _congruence(reader: Reader, left: Node, right: Node) -> Node:
    """Read the modulus in any of `\\pmod{7}`, `(mod 7)`, `mod 7` after `a \\equiv b`."""
    if isinstance(right, Apply) and right.head == "mod":
        return reader.build("cong", left, *right.args)
    rest = [right]
    while reader.accept(","):
        rest.append(sets(reader))
    if operands.modulus(reader):
        modulus = operands.modulo(reader)
    elif isinstance(rest[-1], Apply) and rest[-1].head == "mod":
        rest[-1], modulus = rest[-1].args
    elif isinstance(left, Apply) and left.head == "call" and len(rest) == 1:  # f(x) is identically 0
        return reader.build("eq", left, right)
    else:
        raise UnreadableError("a congruence without modulus")
    each = [reader.build("cong", left, part, modulus) for part in rest]
    return each[0] if len(each) == 1 else reader.build("or", *each)


def _noun(reader: Reader, node: Node) -> Node:
    """Read the noun of `5 apples`; the words after a relation or a container are no noun."""
    if reader.here.kind not in {"word", "text"} or reader.word("and", "or", "if", "where", "otherwise"):
        return node
    counted = reader.position > 0 and reader.tokens[reader.position - 1].kind in {"num", "unit"}
    if reader.here.kind == "word" and not counted and not (reader.here.spaced and isinstance(node, Num)):
        raise UnreadableError(f"a word: {reader.here.text!r}")
    taken = []
    while reader.here.kind in {"word", "text", "unit"} and not reader.word("and", "or", "if", "where", "otherwise"):
        taken.append(reader.take().text)
    noun = " ".join(taken).lower()
    if words.is_no_noun(noun) or len(noun.split()) > _NOUN_WORDS:
        raise UnreadableError(f"words that are no noun: {noun!r}")
    if isinstance(node, Apply) and node.head == "eq" and not symbols(node):  # 8! = 40320 ways
        return reader.build("eq", node.args[0], reader.build("noun", node.args[1], Words(noun)))
    return reader.build("noun", node, Words(noun))


def sets(reader: Reader) -> Node:
    """Read unions, intersections and differences of sums."""
    node = arith(reader)
    while True:
        token = reader.here
        if token.kind == "op" and token.text in _SETS:
            head = _SETS[token.text]
        elif token.kind == "sym" and token.text == "U" and operands.container(node):
            head = "union"
        else:
            return node
        reader.take()
        node = reader.build(head, node, arith(reader))


def arith(reader: Reader) -> Node:
    """Read a sum."""
    parts = [term(reader)]
    while reader.here.kind == "op" and reader.here.text in _SUMS:
        sign = reader.take().text
        right = term(reader)
        if sign in "+-":
            parts.append(right if sign == "+" else reader.build("neg", right))
        else:
            left = parts[0] if len(parts) == 1 else reader.build("add", *parts)
            parts = [reader.build(_SUMS[sign], left, right)]
    return parts[0] if len(parts) == 1 else reader.build("add", *parts)


def term(reader: Reader) -> Node:
    """Read a product or quotient, `mod` included."""
    node = signed(reader)
    while reader.here.kind != "end":
        sign = reader.here.text if reader.here.kind in {"op", "word"} else ""
        if sign == "times" and reader.position + 1 == len(reader.tokens):  # 12 times, a count
            break
        if sign in {"*", "times"}:
            reader.take()
            node = product(reader, node, signed(reader))
        elif sign in {"/", "per"}:
            reader.take()
            if reader.word("per"):
                reader.take()
            node = reader.build("div", node, signed(reader))
        elif sign == "mod":
            reader.take()
            node = reader.build("mod", node, signed(reader))
        elif operands.starts(reader):
            node = _beside(reader, node)
        else:
            break
    return node


def product(reader: Reader, left: Node, right: Node) -> Node:
    """Multiply, keeping one flat product."""
    if isinstance(left, Apply) and left.head == "mul":
        return reader.build("mul", *left.args, right)
    return reader.build("mul", left, right)


def signed(reader: Reader) -> Node:
    """Read a sign before a factor; a sign binds weaker than a power."""
    reader.descend()
    token = reader.here
    if token.kind == "op" and token.text in _SUMS:
        reader.take()
        node = _with_sign(reader, token.text, _scope(reader))
    else:
        node = factor(reader)
    reader.ascend()
    return node


def _with_sign(reader: Reader, sign: str, inner: Node) -> Node:
    if sign == "+":
        return inner
    if sign == "-":
        return Num(-inner.value, inner.places, "") if isinstance(inner, Num) else reader.build("neg", inner)
    return reader.build(_SUMS[sign], inner)


def _scope(reader: Reader) -> Node:
    """Read what a sign covers: a factor with what is juxtaposed to it, so that -1 7/9 is -(1 7/9)."""
    node = signed(reader) if reader.at(*_SUMS) else factor(reader)
    while operands.starts(reader):
        node = _beside(reader, node)
    return node


def _beside(reader: Reader, left: Node) -> Node:
    """Read a factor that stands beside another without a sign."""
    start = reader.here
    return juxtaposed(reader, left, factor(reader, leads=False), start)


def factor(reader: Reader, *, leads: bool = True) -> Node:
    """Read a power with its postfixes; a sign of money that leads takes its number with it."""
    node = operands.postfixed(reader, operands.operand(reader))
    if reader.accept("^"):
        node = operands.raised(reader, node)
        node = operands.postfixed(reader, node)
        if reader.at("^"):
            raise UnreadableError("two exponents")
    if leads and isinstance(node, Unit) and units.money(node.name):
        if reader.accept("-"):
            return reader.build("neg", reader.build("mul", node, factor(reader)))
        if reader.here.kind == "num":
            return reader.build("mul", node, factor(reader))
    return node
