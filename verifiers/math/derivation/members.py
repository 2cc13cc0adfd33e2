r"""One member of a chain as a tree: what the answers' parser reads, and what only derivations hold.

Derivatives, antiderivatives and evaluation bars are lifted out of the text, read on their own and put back as trees.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from verisieve.verifiers.math.derivation.doubts import PERIODS, products
from verisieve.verifiers.math.nodes import (
    IMAGINARY,
    Apply,
    E,
    MathsError,
    Node,
    Sym,
    UnreadableError,
    apply,
    substitute,
    walk,
)
from verisieve.verifiers.math.parse import parse
from verisieve.verifiers.math.words import STOPWORDS

MAX_MEMBER = 1000
_LAYOUT = re.compile(
    r"\\(?:left|right|big|Big|bigg|Bigg)[lrm]?(?=\s*(?:\\[{}|]|[.()\[\]|<>/]))|\\(?:displaystyle|notag|nonumber|,|!|;|:)"
)
_TAGS = re.compile(r"\\(?:tag|label|hspace|vspace)\*?\s*\{[^{}]*\}")
_STRUCK = re.compile(r"\\(?:cancel|bcancel|xcancel|boxed|fbox|underline|mathbf|bm|boldsymbol)\s*\{")
_BRACED = re.compile(r"\\(?:under|over)brace\s*\{")
_LABEL = re.compile(r"[_^]\s*\{(?:[^{}]|\{[^{}]*\})*\}")
_DIFFERENTIAL = re.compile(r"(?<![A-Za-z\\])d\s?(?:[a-z]|\\theta)(?![A-Za-z])")
_LEIBNIZ = re.compile(
    r"\\[dt]?frac\s*\{\s*d\s*([a-zA-Z])\s*\}\s*\{\s*d\s*([a-z])\s*\}|(?<![A-Za-z])d([a-zA-Z])/d([a-z])(?![A-Za-z])"
)
_OPERATOR = re.compile(r"\\[dt]?frac\s*\{\s*d\s*\}\s*\{\s*d\s*([a-z])\s*\}|(?<![A-Za-z])d/d([a-z])(?![A-Za-z])")
_INTEGRAL = re.compile(r"\\int(?:\\limits)?(?![A-Za-z])\s*|∫\s*")
_END = re.compile(r"(?:\\,|\\;|\\ |\s)*(?<![A-Za-z\\])d\s?([a-z])(?![A-Za-z])")
_CALLED = re.compile(
    r"(?<![A-Za-z\\])([a-zA-Z]|\\(?:phi|varphi|psi|sigma|tau|mu|Gamma|zeta|pi|alpha|beta|gamma|lambda|omega|Phi|Psi))'*"
    r"\s?\(\s*(-?\d+(?:\.\d+)?|[a-zA-Z]|\\[a-zA-Z]+|-\s*[a-zA-Z])\s*\)"
)
_UPPER = re.compile(r"(?<![A-Za-z\\])([A-Z])\s?\((?=[^()]*[A-Za-z\\∩∪|])")
_WORDS = re.compile(r"[A-Za-z]{3,}(?:[\s_-]+[A-Za-z]+)*")
_DECLARED = re.compile(r"(?<![A-Za-z\\])([a-zA-Z])\s?\(\s*[a-z](?:\s*,\s*[a-z])*\s*\)\s*(?::=|=(?!=))")
_LETTER_E = re.compile(
    r"(?<![A-Za-z\\^_{])e\s*(?:=|≈|\\approx|\+\s*\d|-\s*\d)|\b[Ll]et\s+\$?e\b|\d\s?e(?![\w^{])|=\s*e\b(?!\^)"
)
_LETTER_I = re.compile(r"(?<![A-Za-z\\^_{])i\s*=(?!\s*\\sqrt)|\b[Ll]et\s+\$?i\b")
_POWER_E = re.compile(r"(?<![A-Za-z\\])e\s*(?:\^|\*\*)|\\ln|\bln\b|\\exp")


_FACTOR = re.compile(r"\d\s?([a-eg-zA-Z])(?![A-Za-z(])|(?<![A-Za-z\\])([a-eg-zA-Z])\s*(?:\^\s*\{?\d|[²³⁴])")
_PI_CALLED = re.compile(r"(?:^|[\s$(,:])(?:\\pi|π)\s?\([^()]*\)\s*&?=(?![^=\n$]{0,40}(?:\\pi|π))", re.MULTILINE)
_PRODUCT = re.compile(r"[abckmnpqrstuvxyz]{2,3}")


class Names(NamedTuple):
    """What the letters of a text stand for: functions that it declares, and whether `e` and `i` are variables."""

    functions: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()
    periods: bool = False  # the text speaks of repeating decimals
    factors: frozenset[str] = frozenset()  # letters that stand in products and powers, so that x(2) is one too


class Member(NamedTuple):
    """A member's tree, None where it cannot be read; `shaky` where a bracket may be a call or a product."""

    node: Node | None
    shaky: bool = False
    words: bool = False  # nothing but words: a name


def names(text: str) -> Names:
    """Look through a whole text for what its letters stand for."""
    functions = frozenset(match[1] for match in _DECLARED.finditer(text)) - {"e", "i", "d"}
    variables = set()
    if _LETTER_E.search(text) and not _POWER_E.search(text):
        variables.add("e")
    if _LETTER_I.search(text):
        variables.add("i")
    factors = {match[1] or match[2] for match in _FACTOR.finditer(text)} - functions
    factors |= set() if _PI_CALLED.search(text) else {"\\pi"}
    return Names(functions, frozenset(variables), bool(PERIODS.search(text)), frozenset(factors))


def member(text: str, known: Names) -> Member:
    """Read one member."""
    text = _plain(text)
    if not text or len(text) > MAX_MEMBER:
        return Member(None, words=not text)
    if _PRODUCT.fullmatch(text) and text not in STOPWORDS:
        text = " ".join(text)
    if _WORDS.fullmatch(text) and " pi" not in f" {text}":
        return Member(None, words=True)
    try:
        node = _Lifted(known).read(text)
    except (MathsError, RecursionError):
        return Member(None, words=bool(_WORDS.search(re.sub(r"\\[A-Za-z]+", "", text)) and not re.search(r"\d", text)))
    certain = known.functions | known.factors | {"f", "g", "h"}
    shaky = any(match[1] not in certain for match in _CALLED.finditer(text))
    return Member(node, shaky or bool(_UPPER.search(text)))


def _plain(text: str) -> str:
    """Take away layout, boxes, strokes and labels under braces."""
    text = _TAGS.sub(" ", text if "\\begin" in text else text.replace("&", " "))
    text = re.sub(r"\\sub(?![A-Za-z])", "", text).replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    text = _unbraced(_unbraced(text, _BRACED, label=True), _STRUCK, label=False)
    text = re.sub(r"\s/\s+(\d+)/(\d+)(?![\w/.])", r" / (\1/\2)", text)
    return text.strip().rstrip(".,;:").strip()


def _unbraced(text: str, command: re.Pattern[str], *, label: bool) -> str:
    """Replace a command with a group by the group's content in brackets, its label dropped."""
    for _ in range(20):
        match = command.search(text)
        if match is None:
            return text
        end = closing(text, match.end() - 1)
        if end < 0:
            return text
        rest = text[end + 1 :]
        trailing = _LABEL.match(rest.lstrip()) if label else None
        if trailing:
            rest = rest.lstrip()[trailing.end() :]
        inner = text[match.end() : end]
        text = f"{text[: match.start()]} {{{inner}}} {rest}"
    return text


def closing(text: str, start: int) -> int:
    """Return the place of the bracket that closes the one at `start`, or -1."""
    depth = 0
    for place in range(start, len(text)):
        sign = text[place]
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
            if not depth:
                return place
    return -1


class _Lifted:
    """Reads a text piece by piece: what was lifted out is a symbol until the rest is read."""

    def __init__(self, known: Names) -> None:
        self.known = known
        self.table: dict[Node, Node] = {}

    def read(self, text: str) -> Node:
        """Return the tree of a text; raise a MathsError."""
        text = _LAYOUT.sub(" ", text) if "\\" in text else text
        text = self._integrals(text)
        text = _LEIBNIZ.sub(lambda m: self._symbol(apply("deriv", Sym(m[1] or m[3]), Sym(m[2] or m[4]))), text)
        text = self._operators(text)
        text = self._bars(text)
        text = self._primed(text)
        if _DIFFERENTIAL.search(text):
            raise UnreadableError("a differential")
        text = text if self.known.periods else products(text)
        node = parse(text, calls=self.known.functions)
        if self.known.variables:
            renamed: dict[Node, Node] = {E: Sym("e (a name)"), IMAGINARY: Sym("i (a name)")}
            node = substitute(node, {key: new for key, new in renamed.items() if _name(key) in self.known.variables})
        node = substitute(node, self.table)
        if any(
            isinstance(part, Apply) and part.head in {"setof", "noun"} and len(part.args) > 2 for part in walk(node)
        ):
            raise UnreadableError("a condition")
        return node

    def _symbol(self, node: Node) -> str:
        name = f"Q_{{99{len(self.table)}}}"
        self.table[Sym(f"Q_99{len(self.table)}")] = node
        return f" {name} "

    def _integrals(self, text: str) -> str:
        for _ in range(8):
            matches = list(_INTEGRAL.finditer(text))
            if not matches:
                return text
            match = matches[-1]  # the last one, so that nested ones go from inside out
            bounds, start = _bounds(text, match.end())
            end = _differential(text, start)
            if end is None:
                raise UnreadableError("an integral without its differential")
            body, variable = text[start : end.start()].strip() or "1", Sym(end[1])
            inner = _Lifted(self.known).read(self._filled(body))
            inner = substitute(inner, self.table)
            ends = [_Lifted(self.known).read(bound) for bound in bounds]
            node = apply("int", variable, *ends, inner) if ends else apply("antider", variable, inner)
            text = text[: match.start()] + self._symbol(node) + text[end.end() :]
        raise UnreadableError("too many integrals")

    def _filled(self, body: str) -> str:
        return body

    def _operators(self, text: str) -> str:
        """Lift d/dx with the bracket after it, or with all that follows up to a plus or minus."""
        for _ in range(8):
            match = _OPERATOR.search(text)
            if match is None:
                return text
            start = match.end() + len(text[match.end() :]) - len(text[match.end() :].lstrip())
            end = closing(text, start) + 1 if text[start : start + 1] in {"(", "[", "{"} else _term_end(text, start)
            body = text[start:end]
            inner = substitute(_Lifted(self.known).read(body), self.table)
            node = apply("deriv", inner, Sym(match[1] or match[2]))
            text = text[: match.start()] + self._symbol(node) + text[end:]
        raise UnreadableError("too many derivatives")

    def _bars(self, text: str) -> str:
        r"""Lift `[F]_a^b` and `F|_a^b` as the difference of two values."""
        match = re.search(r"[\])|]\s*_\s*(\{[^{}]*\}|[\w\\]+)\s*\^\s*(\{(?:[^{}]|\{[^{}]*\})*\}|\\?[\w]+)\s*$", text)
        if match is None:
            return text
        if text[match.start()] == "|":
            head = text[: match.start()].strip().lstrip(".").strip()
            if "|" in head:
                raise UnreadableError("a bar")
            before = ""
        else:
            opener = _opening(text, match.start())
            if opener < 0:
                raise UnreadableError("a bar")
            head, before = text[opener + 1 : match.start()], text[:opener]
        low, high = (_Lifted(self.known).read(bound.strip("{} ").split("=")[-1]) for bound in match.groups())
        inner = substitute(_Lifted(self.known).read(head), self.table)
        return before + self._symbol(apply("bar", inner, low, high))

    def _primed(self, text: str) -> str:
        """Lift `(...)'`, the derivative in the one variable of the bracket."""
        match = re.search(r"\)\s*'(?!')", text)
        if match is None:
            return text
        opener = _opening(text, match.start())
        if opener < 0 or (opener and text[opener - 1].isalpha()):
            return text
        inner = substitute(_Lifted(self.known).read(text[opener : match.start() + 1]), self.table)
        return text[:opener] + self._symbol(apply("deriv", inner, Sym("x"))) + text[match.end() :]


def _name(node: Node) -> str:
    return node.name if isinstance(node, Sym) else ""


def _bounds(text: str, start: int) -> tuple[list[str], int]:
    """Return the bounds after an integral sign and where its body begins."""
    match = re.match(
        r"\s*_\s*(\{(?:[^{}]|\{[^{}]*\})*\}|\\?[\w]+?)\s*\^\s*(\{(?:[^{}]|\{[^{}]*\})*\}|\\[a-z]+|\w)", text[start:]
    )
    if match is None:
        return [], start
    return [match[1].strip("{} ") or "0", match[2].strip("{} ") or "0"], start + match.end()


def _differential(text: str, start: int) -> re.Match[str] | None:
    """Find the `dx` that closes an integral, outside all brackets."""
    for match in _END.finditer(text, start):
        inner = text[start : match.start()]
        if sum(inner.count(sign) for sign in "([{") == sum(inner.count(sign) for sign in ")]}"):
            return match
    return None


def _term_end(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        sign = text[place]
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and sign in "+-" and place > start:
            return place
    return len(text)


def _opening(text: str, end: int) -> int:
    """Return the place of the bracket that the one at `end` closes, or -1."""
    depth = 0
    for place in range(end, -1, -1):
        if text[place] in ")]}":
            depth += 1
        elif text[place] in "([{":
            depth -= 1
            if not depth:
                return place
    return -1
