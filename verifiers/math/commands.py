"""Commands and functions as operands: fractions, roots, binomials, sums, limits, sin x without brackets."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from verisieve.verifiers.math import brackets
from verisieve.verifiers.math.nodes import (
    IMAGINARY,
    INFINITY,
    NUMBER_SETS,
    Apply,
    E,
    Node,
    Num,
    Sym,
    Unit,
    UnreadableError,
    apply,
    number,
    substitute,
)
from verisieve.verifiers.math.reader import Reader
from verisieve.verifiers.math.tokens import Token

_INVERSES = {"sin": "arcsin", "cos": "arccos", "tan": "arctan", "cot": "arccot", "sec": "arcsec", "csc": "arccsc"}
_INVERSES |= {"sinh": "arsinh", "cosh": "arcosh", "tanh": "artanh"}
_MANY = frozenset({"diag", "gcd", "lcm", "min", "max", "binom", "pow"})


def command(reader: Reader) -> Node:
    """Read one command with what it takes; raise UnreadableError for a command that we do not know."""
    name = reader.take().text
    rule = _RULES.get(name)
    if rule is None:
        raise UnreadableError(f"unknown command {name!r}")
    return rule(reader)


def _argument(reader: Reader) -> Node:
    """Read a macro's argument: a braced group, or one digit, letter or command."""
    reader.descend()
    if reader.here.text == "{" and reader.ahead().kind == "num" and reader.ahead(2).text == "}":
        reader.take()
        node = reader.grammar.factor(reader)  # a number alone, as in most fractions
        reader.take()
    elif reader.accept("{"):
        with reader.inside("{"):
            node = reader.grammar.arith(reader)
            reader.expect("}")
    else:
        node = _unbraced(reader)
    reader.ascend()
    return node


def _unbraced(reader: Reader) -> Node:
    token = reader.take()
    if token.kind == "num" and len(token.text) > 1 and token.text.isdecimal():
        rest = Token("num", token.text[1:], num=number(int(token.text[1:])))
        reader.tokens = [*reader.tokens[: reader.position], rest, *reader.tokens[reader.position :]]
        return number(int(token.text[0]))
    if token.kind == "num" and token.num:
        return token.num
    if token.kind == "word":  # \frac ab
        letters = [Token("sym", letter) for letter in token.text[1:]]
        reader.tokens = [*reader.tokens[: reader.position], *letters, *reader.tokens[reader.position :]]
        return Sym(token.text[0])
    if token.kind == "sym":
        return Sym(token.text)
    if token.kind == "cmd":
        reader.position -= 1
        return command(reader)
    if token.text == "|":  # \sqrt|x|
        reader.position -= 1
        return brackets.bracket(reader)
    raise UnreadableError(f"expected an argument, found {token.text!r}")


def _fraction(reader: Reader) -> Node:
    above = _argument(reader)
    return reader.build("div", above, _argument(reader))


def _binomial(reader: Reader) -> Node:
    above = _argument(reader)
    return reader.build("binom", above, _argument(reader))


def _root(reader: Reader) -> Node:
    index: Node | None = None
    if reader.accept("["):
        with reader.inside("["):
            index = reader.grammar.arith(reader)
            reader.expect("]")
    inner = _radicand(reader)
    if index is None or index == Num(Fraction(2), None, "2"):
        return reader.build("sqrt", inner)
    return reader.build("root", inner, index)


def _radicand(reader: Reader) -> Node:
    if reader.at("{", "("):
        return brackets.bracket(reader)
    token = reader.take()
    if token.kind == "num" and token.num:
        return token.num  # an unbraced \sqrt12 is always meant as the root of 12
    reader.position -= 1
    return _argument(reader)


def _cube_root(reader: Reader) -> Node:
    return reader.build("root", _radicand(reader), number(3))


def _bar(reader: Reader) -> Node:
    inner = _argument(reader)
    if isinstance(inner, Num):
        return inner
    if (
        isinstance(inner, Apply)
        and inner.head == "mul"
        and all(isinstance(a, Sym) and a.name.isupper() for a in inner.args)
    ):
        return Sym("".join(part.name for part in inner.args if isinstance(part, Sym)))  # a line segment
    return reader.build("conj", inner)


def _accent(reader: Reader) -> Node:
    inner = _argument(reader)
    if isinstance(inner, Sym):
        return Sym(f"vec {inner.name}")
    if isinstance(inner, Apply) and inner.head == "mul":
        return Sym("vec " + "".join(part.name for part in inner.args if isinstance(part, Sym)))
    raise UnreadableError("an accent over no name")


def _figure(reader: Reader) -> Node:
    """Read the letters after an angle or triangle sign as one name."""
    letters = ""
    while reader.here.kind in {"sym", "word"} and len(letters) < 4:  # a name of few letters
        letters += reader.take().text
    if not letters and reader.position > 1:  # 2\angle 45^\circ, as engineers write complex numbers
        return reader.build("cis", reader.grammar.factor(reader))
    if not letters:
        raise UnreadableError("a figure without name")
    return Sym(f"figure {letters}")


def _bounds(reader: Reader) -> tuple[Node, Node | None]:
    """Read `_{...}` and `^{...}` after a big operator."""
    reader.expect("_")
    with reader.inside("("):
        if reader.accept("{"):
            below = reader.grammar.item(reader)
            reader.expect("}")
        else:
            below = _argument(reader)
    above = None
    if reader.accept("^"):
        above = _argument(reader)
    return below, above


def _range(below: Node, above: Node | None) -> tuple[Sym, Node, Node]:
    """Return the index of a sum and its bounds: k = 1 to n, 1 <= k <= n, n >= 0, k > 0."""
    if isinstance(below, Apply) and isinstance(below.args[0], Sym):
        if below.head == "eq" and above is not None:
            return below.args[0], below.args[1], above
        if below.head in {"ge", "gt"} and above is None:
            return below.args[0], _plus(below.args[1], int(below.head == "gt")), INFINITY
    if isinstance(below, Apply) and below.head == "chain" and above is None and len(below.args) == 2:
        first, last = below.args
        if isinstance(first, Apply) and isinstance(last, Apply) and (name := first.args[1]) == last.args[0]:
            ends = {"le": 0, "lt": 1}
            if isinstance(name, Sym) and first.head in ends and last.head in ends:
                return name, _plus(first.args[0], ends[first.head]), _plus(last.args[1], -ends[last.head])
    raise UnreadableError("a sum without bounds")


def _plus(node: Node, step: int) -> Node:
    return apply("add", node, number(step)) if step else node


def _series(head: str) -> Callable[[Reader], Node]:
    def rule(reader: Reader) -> Node:
        name, low, high = _range(*_bounds(reader))
        body = reader.grammar.term(reader)
        if name == IMAGINARY:  # an index i is no imaginary unit
            name, body = Sym("i'"), substitute(body, {IMAGINARY: Sym("i'")})
        return reader.build(head, name, low, high, body)

    return rule


def _limit(reader: Reader) -> Node:
    below, _ = _bounds(reader)
    if not (isinstance(below, Apply) and below.head == "to" and isinstance(below.args[0], Sym)):
        raise UnreadableError("a limit without a point")
    return reader.build("lim", below.args[0], below.args[1], reader.grammar.term(reader))


def _integral(reader: Reader) -> Node:
    """Read a definite integral that ends in `dx`."""
    below, above = _bounds(reader)
    body = reader.grammar.arith(reader)
    if above is None or not (isinstance(body, Apply) and body.head == "mul" and body.args[-2:-1] == (Sym("d"),)):
        raise UnreadableError("an integral that we cannot read")
    inner = body.args[:-2]
    return reader.build("int", body.args[-1], below, above, Apply("mul", inner) if len(inner) > 1 else inner[0])


_RULES: dict[str, Callable[[Reader], Node]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"), _fraction),
    **dict.fromkeys(("binom", "tbinom", "dbinom"), _binomial),
    "sqrt": _root,
    "cbrt": _cube_root,
    **dict.fromkeys(("overline", "bar", "overbar"), _bar),
    **dict.fromkeys(("vec", "hat", "overrightarrow", "tilde"), _accent),
    **dict.fromkeys(("angle", "triangle", "measuredangle"), _figure),
    "begin": brackets.environment,
    "sum": _series("sum"),
    "prod": _series("prod"),
    "lim": _limit,
    "int": _integral,
}
OPENING = frozenset(_RULES)


def function(reader: Reader) -> Node:
    """Read a function with its exponent, its base and its argument."""
    name = reader.take().text
    if name in {"sqrt", "cbrt"}:
        inner = _radicand(reader)
        return reader.build("sqrt", inner) if name == "sqrt" else reader.build("root", inner, number(3))
    exponent = base = None
    if name == "log" and reader.here.kind == "num" and not reader.here.spaced and reader.ahead().text == "(":
        base = _argument(reader) if len(reader.here.text) == 1 else reader.take().num
    for _ in range(2):
        if exponent is None and reader.accept("^"):
            exponent = _argument(reader) if not reader.at("-") else _negative(reader)
        elif base is None and reader.accept("_"):
            base = _argument(reader)
    if exponent in {number(-1), apply("neg", Num(Fraction(1), None, "1"))} and name in _INVERSES:
        name, exponent = _INVERSES[name], None
    if name in {"sec", "min"} and exponent is None and reader.here.kind in {"end", "word", "unit"}:
        return Unit(name)
    node = _applied(reader, name, base, _arguments(reader, name))
    return node if exponent is None else reader.build("pow", node, exponent)


def _negative(reader: Reader) -> Node:
    reader.take()
    return reader.build("neg", _argument(reader))


def _applied(reader: Reader, name: str, base: Node | None, args: list[Node]) -> Node:
    if name not in _MANY and len(args) != 1 and not (name == "log" and len(args) == 2):  # log(x, b)
        raise UnreadableError(f"{name} of {len(args)} arguments")
    if name == "log" and (base is not None or len(args) == 2):  # log(x, b)
        return reader.build("logb", args[0], base if base is not None else args[1])
    if base is not None:
        raise UnreadableError(f"a subscript on {name}")
    if name == "diag":
        rows = [[arg if i == j else number(0) for j in range(len(args))] for i, arg in enumerate(args)]
        return reader.build("matrix", *(reader.build("row", *row) for row in rows))
    if name == "lg":
        return reader.build("logb", args[0], number(10))
    if name == "exp":
        return reader.build("pow", E, args[0])
    if name in {"binom", "pow"} and len(args) != 2:  # both take two
        raise UnreadableError(f"{name} of {len(args)} arguments")
    return reader.build(name, *args)


def _arguments(reader: Reader, name: str) -> list[Node]:
    """Read `(x, y)`, `{x}`, or the factors that stand after the function up to the next function."""
    if reader.at("("):
        return brackets.arguments(reader)
    if reader.at("{", "{:", "|", "[", "⌊"):
        node = brackets.bracket(reader)
        return list(node.args) if isinstance(node, Apply) and node.head == "set" and name in _MANY else [node]
    reader.descend()
    node = reader.build("neg", _run(reader)) if reader.accept("-") else _run(reader)
    reader.ascend()
    return [node]


def _run(reader: Reader) -> Node:
    if reader.here.kind == "func":
        return reader.grammar.factor(reader)
    node = reader.grammar.factor(reader)
    while _continues(reader):
        node = reader.build("mul", node, reader.grammar.factor(reader))
    return node


def _continues(reader: Reader) -> bool:
    token = reader.here
    if token.kind == "sym":
        return token.text not in NUMBER_SETS and not (token.text == "e" and reader.ahead().text == "^")
    return token.kind == "cmd" and token.text in {"frac", "dfrac", "tfrac", "sqrt"}
