"""Write a tree as LaTeX or plain text that our parser reads back as the same value."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from verisieve.verifiers.math.nodes import RELATIONS, Apply, Node, Num, Sym, Unit, Words

_SIGNS = {"eq": "=", "ne": r"\neq ", "lt": "<", "le": r"\le ", "gt": ">", "ge": r"\ge ", "in": r"\in "}
_NAMES = {"oo": r"\infty", "RR": r"\mathbb{R}", "ZZ": r"\mathbb{Z}", "∅": r"\emptyset"}
_LATEX_LETTERS = frozenset(str.split("pi alpha beta gamma delta theta lambda mu phi rho sigma omega"))
_FUNCTIONS = frozenset(str.split("sin cos tan cot sec csc sinh cosh tanh ln log arcsin arccos arctan gcd min max"))
_SUM, _PRODUCT, _POWER = 1, 2, 3
_LEVELS = {
    "add": _SUM,
    "pm": _SUM,
    "mp": _SUM,
    "neg": _SUM,
    "mul": _PRODUCT,
    "mod": _PRODUCT,
    "percent": _POWER,
    "fact": _POWER,
}


def latex(node: Node) -> str:
    r"""Return the tree in LaTeX.

    >>> from verisieve.verifiers.math.parse import parse
    >>> latex(parse("(x+1)/2 - sqrt(3)"))
    '\\frac{x+1}{2}-\\sqrt{3}'
    """
    if isinstance(node, Num):
        return number(node)
    if isinstance(node, Sym):
        return _NAMES.get(node.name, f"\\{node.name} " if node.name in _LATEX_LETTERS else node.name)
    if isinstance(node, Unit | Words):
        return f"\\text{{ {node.name if isinstance(node, Unit) else node.text}}}"
    rule = _RULES.get(node.head)
    if rule is not None:
        return rule(node)
    if node.head in RELATIONS or node.head == "in":
        return f"{latex(node.args[0])}{_SIGNS[node.head]}{latex(node.args[1])}"
    if node.head in _FUNCTIONS:
        return f"\\{node.head}({', '.join(map(latex, node.args))})"
    raise ValueError(f"no notation for {node.head!r}")


def number(node: Num) -> str:
    """Return a number as it was written where that is known, else as an integer, decimal or fraction."""
    value = node.value
    if node.places:
        sign, digits = ("-" if value < 0 else ""), str(abs(round(value * 10**node.places))).zfill(node.places + 1)
        return f"{sign}{digits[: -node.places]}.{digits[-node.places :]}"
    return fraction(value)


def fraction(value: Fraction) -> str:
    r"""Return a rational number in LaTeX.

    >>> fraction(Fraction(-3, 4)), fraction(Fraction(7))
    ('-\\frac{3}{4}', '7')
    """
    if value.denominator == 1:
        return str(value.numerator)
    return f"{'-' if value < 0 else ''}\\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def _guarded(node: Node, level: int) -> str:
    text = latex(node)
    own = _LEVELS.get(node.head, 9) if isinstance(node, Apply) else (_SUM if text.startswith("-") else 9)
    return f"({text})" if own < level or (own == level == _SUM and text.startswith("-")) else text


def _sum(node: Apply) -> str:
    out = ""
    for arg in node.args:
        text = latex(arg) if not out and not (isinstance(arg, Apply) and arg.head == "pm") else _term(arg)
        out += text if not out or text.startswith("-") else f"+{text}"
    return out or "0"


def _term(node: Node) -> str:
    signed = isinstance(node, Num) or (isinstance(node, Apply) and node.head == "neg")
    return latex(node) if signed else _guarded(node, _SUM)


def _product(node: Apply) -> str:
    parts = [_guarded(arg, _PRODUCT) for arg in node.args]
    out = parts[0]
    for part, arg in zip(parts[1:], node.args[1:], strict=True):
        spoken = isinstance(arg, Unit | Words) or part[0] in "(\\" or part[0].isalpha()
        clash = part.startswith("\\frac") or (
            isinstance(arg, Apply) and arg.head in {"pow", "fact"} and part[0].isdigit()
        )
        out += part if spoken and not clash else f" \\cdot {part}"
    return out


def _power(node: Apply) -> str:
    base, exponent = node.args
    plain = isinstance(base, Sym) or (isinstance(base, Num) and base.value.denominator == 1 and base.value >= 0)
    return f"{latex(base) if plain else f'({latex(base)})'}^{{{latex(exponent)}}}"


def _joined(opener: str, closer: str, glue: str = ", ") -> Callable[[Apply], str]:
    return lambda node: opener + glue.join(map(latex, node.args)) + closer


def _matrix(node: Apply) -> str:
    rows = [" & ".join(map(latex, row.args)) for row in node.args if isinstance(row, Apply)]
    return r"\begin{pmatrix}" + r" \\ ".join(rows) + r"\end{pmatrix}"


def _based(node: Apply) -> str:
    value, base = (int(arg.value) for arg in node.args if isinstance(arg, Num))
    return f"{digits(value, base)}_{{{base}}}"


def digits(value: int, base: int) -> str:
    """Return a non-negative integer in a base up to 36.

    >>> digits(10, 2)
    '1010'
    """
    out = ""
    while value:
        value, last = divmod(value, base)
        out = "0123456789abcdefghijklmnopqrstuvwxyz"[last] + out
    return out or "0"


_RULES: dict[str, Callable[[Apply], str]] = {
    "add": _sum,
    "mul": _product,
    "pow": _power,
    "neg": lambda node: f"-{_guarded(node.args[0], _PRODUCT)}",
    "div": lambda node: f"\\frac{{{latex(node.args[0])}}}{{{latex(node.args[1])}}}",
    "sqrt": lambda node: f"\\sqrt{{{latex(node.args[0])}}}",
    "root": lambda node: f"\\sqrt[{latex(node.args[1])}]{{{latex(node.args[0])}}}",
    "fact": lambda node: f"{_guarded(node.args[0], _POWER)}!",
    "binom": lambda node: f"\\binom{{{latex(node.args[0])}}}{{{latex(node.args[1])}}}",
    "abs": lambda node: f"|{latex(node.args[0])}|",
    "percent": lambda node: f"{_guarded(node.args[0], _POWER)}\\%",
    "pm": lambda node: " \\pm ".join(
        ["", latex(node.args[0])] if len(node.args) == 1 else [_guarded(a, _PRODUCT) for a in node.args]
    ),
    "logb": lambda node: f"\\log_{{{latex(node.args[1])}}}({latex(node.args[0])})",
    "based": _based,
    "matrix": _matrix,
    "set": _joined("\\{", "\\}"),
    "tuple": _joined("(", ")"),
    "list": _joined("", ""),
    "or": _joined("", "", r" \text{ or } "),
    "and": _joined("", "", r" \text{ and } "),
    "ratio": _joined("", "", ":"),
    "union": _joined("", "", r" \cup "),
    "inter": _joined("", "", r" \cap "),
    "iv()": _joined("(", ")"),
    "iv[]": _joined("[", "]"),
    "iv[)": _joined("[", ")"),
    "iv(]": _joined("(", "]"),
    "call": lambda node: f"{latex(node.args[0])}({', '.join(map(latex, node.args[1:]))})",
    "noun": lambda node: f"{latex(node.args[0])}{latex(node.args[1])}",
    "cong": lambda node: "{} \\equiv {} \\pmod{{{}}}".format(*map(latex, node.args)),
    "chain": lambda node: latex(node.args[0]),
}
