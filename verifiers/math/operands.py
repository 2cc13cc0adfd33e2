"""The grammar of operands: numbers, symbols, units, postfixes, exponents, and what stands side by side.

Brackets and environments are in brackets.py, commands and functions in commands.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from verisieve.verifiers.math import brackets, commands, words
from verisieve.verifiers.math.nodes import INFINITY, Apply, Node, Num, Sym, Unit, UnreadableError, Words, apply, number
from verisieve.verifiers.math.reader import Reader
from verisieve.verifiers.math.tokens import Token

_OPENERS = frozenset({"(", "[", "{", "{:", "⌊", "⌈", "⟨"})
_POSTFIXES = frozenset({"!", "%", "'", "_", "°", "squared", "cubed"})
_PRODUCT_LETTERS = 4
_CALLABLE = frozenset("fghFG")
CONTAINERS = frozenset({"tuple", "set", "setof", "union", "inter", "minus", "iv()", "iv(]", "iv[)", "iv[]"})
_MAX_BASE = 36


def operand(reader: Reader) -> Node:
    """Read one operand without its postfixes."""
    reader.descend()
    token = reader.here
    rule = _RULES.get(token.kind)
    if rule is None:
        raise UnreadableError(f"expected a value, found {token.text!r}")
    node = rule(reader)
    reader.ascend()
    return node


def _number(reader: Reader) -> Node:
    token = reader.take()
    assert token.num is not None
    if token.num.digits[1:2] in {"x", "b", "o"} and token.num.digits[0] == "0":
        return reader.build("based", number(token.num.value), number({"x": 16, "b": 2, "o": 8}[token.num.digits[1]]))
    return token.num


def _symbol(reader: Reader) -> Node:
    name = reader.take().text
    while reader.at("'") and name not in {"e", "i"}:
        reader.take()
        name += "'"
    if reader.at("_") and name not in {"pi", "i", "oo"}:
        reader.take()
        name += "_" + _subscript(reader)
    node = Sym(name)
    if reader.at("(") and not reader.here.spaced and name.rstrip("'") in _CALLABLE | reader.calls:
        return reader.build("call", node, *brackets.arguments(reader))
    if name in {"C", "P"} and reader.at("(") and reader.ahead(2).text == ",":
        return _counted(reader, name)
    return node


def _counted(reader: Reader, name: str) -> Node:
    """Read C(8,3) as a binomial and P(8,3) as a count of arrangements."""
    args = brackets.arguments(reader)
    if len(args) != 2:  # n and k
        raise UnreadableError(f"{name} of {len(args)} arguments")
    return reader.build("binom" if name == "C" else "perm", *args)


def _subscript(reader: Reader) -> str:
    if not reader.accept("{"):
        return reader.take().text
    parts = []
    while not reader.at("}"):
        if reader.here.kind == "end":
            raise UnreadableError("an open subscript")
        parts.append(reader.take().text)
    reader.take()
    return "".join(parts)


def unit(reader: Reader) -> Node:
    """Read a unit."""
    return Unit(reader.take().text)


def _word(reader: Reader) -> Node:
    """Read a word in operand position: `square` before a unit, infinity, a short product, a name before `=`."""
    token = reader.take()
    if token.text in {"square", "cubic"}:
        return _powered(reader, token.text)
    if token.text == "infinity":
        return INFINITY
    if reader.at("eq") or reader.bars[-1:] == ["{:"] or reader.bars[-1:] == ["("]:
        return Words(token.text.lower())
    raise UnreadableError(f"a word: {token.text!r}")


def _powered(reader: Reader, word: str) -> Node:
    if reader.here.kind != "unit":
        raise UnreadableError(f"{word!r} without a unit")
    return apply("pow", Unit(reader.take().text), number(2 if word == "square" else 3))


def is_product(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a word is a product of letters, and no connective, noun or name."""
    token = tokens[index]
    powered = index + 1 < len(tokens) and tokens[index + 1].text in {"^", "_"}
    if token.text in words.CONNECTIVES.values() or (token.text.lower() in words.STOPWORDS and not powered):
        return False
    if len(token.text) > _PRODUCT_LETTERS or _calls(tokens, index):
        return False
    noun = len(token.text) > 2 and token.spaced and index > 0 and tokens[index - 1].kind == "num"  # `5 cats`
    environment = index > 1 and tokens[index - 2].text in {"begin", "end"}
    ordinal = token.text in {"th", "st", "nd", "rd"}
    return not (noun or environment or ordinal)


def _calls(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a word is called on plain numbers, as a program does: exit(0) is no product of letters."""
    start = index + 1
    if len(tokens[index].text) < 3 or [t.text for t in tokens[start : start + 1]] != ["("] or tokens[start].spaced:
        return False
    kinds = []
    for token in tokens[start + 1 :]:
        if token.text == ")":
            break
        kinds.append(token.kind)
    return set(kinds) <= {"num", "op"}


def _text(reader: Reader) -> Node:
    text = reader.take().text
    value = words.spelled(text)
    return number(value) if value is not None else Words(text.lower())


_RULES: dict[str, Callable[[Reader], Node]] = {
    "num": _number,
    "sym": _symbol,
    "unit": unit,
    "word": _word,
    "text": _text,
    "func": commands.function,
    "cmd": commands.command,
    "op": brackets.bracket,
}


def starts(reader: Reader) -> bool:
    """Say whether the next token may stand beside the last one as a factor."""
    token = reader.here
    if token.kind in {"num", "sym", "unit", "func"}:
        return not (token.kind == "sym" and token.text == "U" and reader.ahead().text in _OPENERS)
    if token.kind == "cmd":
        return token.text in commands.OPENING
    if token.kind == "op":
        return _opens(reader, token)
    if token.kind == "word" and token.text in {"square", "cubic"}:
        return reader.ahead().kind == "unit"
    return False


def _opens(reader: Reader, token: Token) -> bool:
    if token.text == "|":
        if reader.bars[-1:] == ["{"] and token.spaced and reader.ahead().spaced:
            return False  # { x | x > 0 }
        return not reader.bars or reader.bars[-1] not in {"|", "{:"}
    if token.text == "(" and reader.ahead().text == "mod":
        return False
    if token.text == "[":
        return reader.ahead().text not in {"∪", "∩", ")", ",", ""} and "]" not in reader.bars
    return token.text in _OPENERS


def postfixed(reader: Reader, node: Node) -> Node:
    """Read what follows an operand: factorials, percent, minutes, subscripts as bases, `squared`."""
    while reader.here.kind in {"op", "word"} and reader.here.text in _POSTFIXES:
        if reader.accept("!"):
            node = reader.build("fact2" if reader.accept("!") else "fact", node)
        elif reader.accept("%"):
            node = reader.build("percent", node)
        elif reader.at("'") and isinstance(node, Num):
            node = reader.build("mul", node, Unit(_prime(reader)))
        elif reader.at("_") and isinstance(node, Num):
            node = _based(reader, node)
        elif reader.accept("°"):
            node = reader.build("mul", node, Unit("deg"))
        elif reader.word("squared", "cubed"):
            node = reader.build("pow", node, number(2 if reader.take().text == "squared" else 3))
        else:
            break
    return node


def _prime(reader: Reader) -> str:
    reader.take()
    return "arcsec" if reader.accept("'") else "arcmin"


def _based(reader: Reader, node: Num) -> Node:
    r"""Read a base: `1010_2`, `(12)_{3}`, `2021_{\text{five}}`."""
    reader.take()
    text = _subscript(reader)
    base = int(text) if text.isdecimal() and len(text) <= 2 else words.BASES.get(text.lower(), 0)  # two digits
    if not 2 <= base <= _MAX_BASE or not node.digits.isalnum():  # the least base
        raise UnreadableError(f"base {text!r}")
    try:
        return reader.build("based", number(int(node.digits, base)), number(base))
    except ValueError:
        raise UnreadableError(f"a digit that base {base} lacks") from None


def raised(reader: Reader, node: Node) -> Node:
    """Read the exponent after `^`; a degree sign, a prime or `th` is no exponent."""
    closed = reader.tokens[reader.position - 2].text in {")", "]"}  # (3 cm)^2, and not 3 cm^2
    if reader.accept("°"):
        return reader.build("mul", node, Unit("deg"))
    if node == Sym("RR") and reader.accept("+"):
        return reader.build("iv()", number(0), INFINITY)
    if reader.at("{"):
        mark = reader.ahead()
        if reader.ahead(2).text == "}" and mark.text in {"°", "'", "th", "st", "nd", "rd", "*"}:
            reader.position += 3
            return _marked(reader, node, mark.text)
        with reader.inside("{"):
            reader.take()
            exponent = reader.grammar.arith(reader)
            reader.expect("}")
    elif reader.accept("'"):
        return _marked(reader, node, "'")
    else:
        exponent = _bare_exponent(reader)
    return reader.build("pow", node, exponent) if closed else _exponent(reader, node, exponent)


def _exponent(reader: Reader, node: Node, exponent: Node) -> Node:
    if isinstance(node, Apply) and node.head == "mul" and len(node.args) > 1 and isinstance(node.args[-1], Unit):
        return reader.build("mul", *node.args[:-1], apply("pow", node.args[-1], exponent))
    return reader.build("pow", node, exponent)


def _bare_exponent(reader: Reader) -> Node:
    reader.descend()
    if reader.accept("-"):
        node: Node = reader.build("neg", _bare_exponent(reader))
    elif reader.accept("+"):
        node = _bare_exponent(reader)
    else:
        node = postfixed(reader, operand(reader)) if reader.here.kind != "num" else operand(reader)
        node = raised(reader, node) if reader.accept("^") else node  # ASCII towers group to the right
    reader.ascend()
    return node


def _marked(reader: Reader, node: Node, mark: str) -> Node:
    if mark == "°":
        return reader.build("mul", node, Unit("deg"))
    if mark == "'":
        return Sym(f"{node.name}'") if isinstance(node, Sym) else reader.build("mul", node, Unit("arcmin"))
    return reader.build("conj", node) if mark == "*" else node


def called(reader: Reader) -> Node | None:
    """Read `f(x)` where it is the whole left side of an equation, else leave the cursor alone."""
    if reader.here.kind not in {"sym", "func"}:
        return None
    offset, name = 1, reader.here.text
    while reader.ahead(offset).text == "'":
        offset, name = offset + 1, name + "'"
    if [reader.ahead(offset + step).text for step in range(5)] == ["^", "{", "-", "1", "}"]:
        offset, name = offset + 5, name + "^-1"
    if reader.ahead(offset).text != "(":
        return None
    names: list[Node] = []
    while reader.ahead(offset).text in {"(", ","} and reader.ahead(offset + 1).kind == "sym":
        names.append(Sym(reader.ahead(offset + 1).text))
        offset += 2
    if not names or reader.ahead(offset).text != ")" or reader.ahead(offset + 1).text != "eq":
        return None
    reader.position += offset + 1
    return reader.build("call", Sym(name), *names)


def container(node: Node) -> bool:
    """Say whether a tree is a set, interval or tuple, so that a letter U may mean union."""
    return isinstance(node, Apply) and node.head in CONTAINERS


def colon(reader: Reader) -> bool:
    """Say whether a ratio's colon comes next; inside braces a colon starts a condition."""
    return reader.at(":") and "{:" not in reader.bars


def modulus(reader: Reader) -> bool:
    """Say whether `(mod 7)` or a modulus command comes next."""
    if reader.here.kind == "cmd":
        return reader.here.text in {"pmod", "pod"}
    return reader.at("mod") or (reader.at("(") and reader.ahead().text == "mod")


def modulo(reader: Reader) -> Node:
    """Read the modulus that `modulus` saw."""
    if reader.accept("("):
        reader.take()
        node = reader.grammar.arith(reader)
        reader.expect(")")
        return node
    reader.take()
    return operand(reader)
