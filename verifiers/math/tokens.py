"""The lexer: LaTeX, ASCII and Unicode maths as one stream of typed tokens, in linear time.

Numbers become exact values here (separators, repeating decimals, exponents, other bases); letters are split
into functions, symbols, units and words. Structure is the parser's work.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from verisieve.verifiers import lazily
from verisieve.verifiers.math import dotted, glyphs, habits, layouts, phrases, typesetting, units, words
from verisieve.verifiers.math.nodes import MAX_CHARS, MAX_DIGITS, Num, TooLargeError, UnreadableError


class Token(NamedTuple):
    """One token; `spaced` says that white space came before it, `num` is the value of a number."""

    kind: str  # num sym func unit word text cmd rel op end
    text: str
    spaced: bool = False
    num: Num | None = None


END = Token("end", "")
_SEPARATOR = r"(?:\{,\}|\\text\{,\}|\{\.\}|\\!,\\!|,\\!|\\!,|\\,|\\!|\\;|\\\x20|~|\x20)"
_NUMBER = rf"""
    (?P<lettered>(?:[0-9A-Z]{{1,12}}|\d[0-9a-f]{{1,12}})(?=\)?_\{{?(?:1[1-9]|2\d|3[0-6])(?!\d))|[0-9a-f]{{2,12}}(?=\)?_\{{?16(?!\d)))
  | (?P<radix>0[xX][0-9A-Fa-f]+|0[bB][01]+|0[oO][0-7]+)(?![\w.])
  | (?P<grouped>(?<![_^])\d{{1,3}}(?:{_SEPARATOR}\d{{3}})+(?![\d/])(?:\.\d+)?
      | [1-9]\d{{0,2}}(?:,\d{{3}})+(?!\d)(?:\.\d+)? | \d{{1,3}}(?:_\d{{3}})+(?!\d)
      | \d{{1,3}}(?:\.\d{{3}}){{2,}}(?![\d.]))
  | (?P<repeating>\d*\.\d*(?:\\(?:overline|bar|dot|overbar)\s*(?:\{{\d+\}}|\d)|\(\d+\)))
  | (?P<comma>\d+\{{,\}}\d+)
  | (?P<decimal>\d+\.\d+|\.\d+|\d+(?:\.(?![\d.]))?)(?P<power>[eE][+-]?\d+(?![\w^.]))?
"""
_TOKEN = lazily.pattern(
    rf"""
    (?P<space>(?:\s|\\[,;:!>\ ]|~)+)
  | (?P<sign>[+^_()\[\]{{}},])
  | (?P<texts>\\(?:text|mathrm|textrm|textnormal|mbox|hbox|operatorname|textup|textbf|textit|mathbf|mathit|rm)
      \*?\s*\{{(?P<inner>(?:[^{{}}]|\{{[^{{}}]*\}})*)\}})
  | (?P<blackboard>\\math(?:bb|bf|rm)\s*(?:\{{\s*)?(?P<letter>[RZNQC])(?:\s*\}})?)
  | (?P<command>\\(?:[A-Za-z]+|.))
  | {_NUMBER}
  | (?P<letters>[A-Za-z]+)
  | (?P<long><=|>=|=<|=>|!=|<>|==|->|\*\*|\.\.\.+|:=|~=|&&|\|\|)
  | (?P<op>[-*/!%'"<>=|;:&?.°])
""",
    re.VERBOSE,
)
_COMMENT = lazily.pattern(r"(?:(?<=^)|(?<=[^\\\d]))(?<![\\\d]\s)%[^\n]*", re.MULTILINE)
_LONG = {
    "<=": ("rel", "le"), "=<": ("rel", "le"), ">=": ("rel", "ge"), "=>": ("rel", "to"), "!=": ("rel", "ne"),
    "<>": ("rel", "ne"), "==": ("rel", "eq"), "->": ("rel", "to"), "**": ("op", "^"), ":=": ("rel", "eq"),
    "~=": ("rel", "approx"), "&&": ("word", "and"), "||": ("word", "or"), "=": ("rel", "eq"), "<": ("rel", "lt"),
    ">": ("rel", "gt"),
}  # fmt: skip
_NUMBERED = lazily.pattern(r"(?<![A-Za-z\\])[A-DF-Za-df-z]\d{1,2}(?![\d.]\d|\d)")
_RADIX = {"x": 16, "b": 2, "o": 8}
_PREFIXED = (
    "arcsin",
    "arccos",
    "arctan",
    "sinh",
    "cosh",
    "tanh",
    "sqrt",
    "sin",
    "cos",
    "tan",
    "cot",
    "log",
    "exp",
    "ln",
)
_NOT_DIGIT = lazily.pattern(r"\D")
_KINDS = {"in": "rel", "mod": "op"}
_SIGNS = {(sign, spaced): Token("op", sign, spaced) for sign in "+^_()[]{}," for spaced in (False, True)}
ELLIPSIS = "…"


def tokenize(text: str, *, grouping: bool = True) -> list[Token]:
    """Return the tokens of a text; raise TooLargeError over the budgets and UnreadableError on a foreign sign.

    Without `grouping`, `1,234` is two numbers.
    """
    if len(text) > MAX_CHARS:
        raise TooLargeError(f"{len(text)} characters")
    text = text.rstrip().rstrip("\\")
    text = _COMMENT.sub("", text) if "%" in text else text
    text = dotted.written_out(
        phrases.rephrased(glyphs.latexed(habits.tidied(typesetting.usual(glyphs.undelimited(layouts.unlaid(text))))))
    )
    found: list[Token] = []
    spaced, start = False, 0
    while start < len(text):
        match = _TOKEN.match(text, start)
        if match is None:
            raise UnreadableError(f"unknown sign {text[start]!r}")
        start = match.end()
        group = match.lastgroup
        if group == "sign":
            found.append(_SIGNS[match[0], spaced])
        elif group != "space":
            found.extend(_read(match, group or "", found, grouping=grouping, spaced=spaced))
        spaced = group == "space"
    return found


def _read(match: re.Match[str], group: str, before: list[Token], *, grouping: bool, spaced: bool) -> list[Token]:
    if group == "letters":
        if len(match[0]) == 1 and _NUMBERED.match(match.string, match.start()):  # x1 and x_1 are one name
            return [Token("sym", match[0], spaced), Token("op", "_")]
        return split_run(match[0], before, spaced=spaced)
    if group == "command":
        return list(_command(match[0][1:], spaced))
    if group in {"op", "long"}:
        if match[0] == "!=" and before and before[-1].kind == "num" and not spaced:  # 5!=120
            return [Token("op", "!"), Token("rel", "eq")]
        kind, name = _LONG.get(match[0], ("op", match[0] if group == "op" else ELLIPSIS))
        return [Token(kind, name, spaced)]
    if group == "blackboard":
        return [Token("sym", match["letter"] * 2, spaced)]
    if group == "texts":
        return _texts(match["texts"], match["inner"], before, spaced=spaced)
    return _numbers(match, grouping=grouping, spaced=spaced)


def _numbers(match: re.Match[str], *, grouping: bool, spaced: bool) -> list[Token]:
    text = match[0]
    if len(text) > MAX_DIGITS:
        raise TooLargeError(f"a number of {len(text)} characters")
    if text.isdecimal() and match["decimal"]:
        return [Token("num", text, spaced, Num(Fraction(int(text)), None, text))]
    if match["grouped"] and "," in text and "{" not in text and "\\" not in text and not grouping:
        parts = text.split(",")
        tokens = [Token("num", part, spaced and not index, _decimal(part)) for index, part in enumerate(parts)]
        return [token for item in tokens for token in (Token("op", ","), item)][1:]
    return [Token("num", text, spaced, _value(match, text))]


def _value(match: re.Match[str], text: str) -> Num:
    if match["lettered"]:
        return Num(Fraction(0), None, text.lower()) if not text.isdecimal() else _decimal(text)
    if match["radix"]:
        return Num(Fraction(int(text[2:], _RADIX[text[1].lower()])), None, text.lower())
    if match["grouped"]:
        text = text.replace("{.}", ".")
        if text.count(".") > 1:
            return _decimal(text.replace(".", ""))
        whole, point, rest = text.partition(".")
        return _decimal(_NOT_DIGIT.sub("", whole) + point + rest)
    if match["repeating"]:
        return Num(_repeating(text))
    if match["comma"]:
        return _decimal(text.replace("{,}", "."))
    number = _decimal(match["decimal"].rstrip("."))
    if match["power"]:
        exponent = int(match["power"][1:])
        if abs(exponent) > MAX_DIGITS:
            raise TooLargeError("a power of ten")
        places = None if number.places is None else max(number.places - exponent, 0)
        return Num(number.value * Fraction(10) ** exponent, places, "")
    return number


def _decimal(text: str) -> Num:
    whole, point, places = text.partition(".")
    if not point:
        return Num(Fraction(int(whole)), None, text)
    return Num(Fraction(int(whole + places), 10 ** len(places)), len(places), text)


def _repeating(text: str) -> Fraction:
    whole, _, rest = text.partition(".")
    fixed = re.match(r"\d*", rest)
    assert fixed is not None
    period = _NOT_DIGIT.sub("", rest[fixed.end() :])
    return repeated(whole or "0", fixed[0], period)


def repeated(whole: str, fixed: str, period: str) -> Fraction:
    """Return the value of whole.fixed(period).

    >>> repeated("0", "1", "6")
    Fraction(1, 6)
    """
    tail = Fraction(int(period), (10 ** len(period) - 1) * 10 ** len(fixed))
    return Fraction(int(whole)) + Fraction(int(fixed or "0"), 10 ** len(fixed)) + tail


@lru_cache(maxsize=1024)
def _command(name: str, spaced: bool) -> tuple[Token, ...]:  # a flag of the cache's key
    if name in words.COMMANDS:
        kind, text = words.COMMANDS[name]
        return (Token(kind, text, spaced),)
    if name in words.DROPPED:
        return ()
    if name in words.GREEK:
        return (Token("sym", name.removeprefix("var"), spaced),)
    if name in words.FUNCTIONS and name not in {"sqrt", "binom", "cbrt"}:
        return (Token("func", words.FUNCTIONS[name], spaced),)
    return (Token("cmd", name, spaced),)


def _texts(whole: str, inner: str, before: list[Token], *, spaced: bool) -> list[Token]:
    """Read upright text: a function, a unit expression, a connective, a letter, or words."""
    content = re.sub(r"\\(?:[,;:! ]|q?quad\b)|~", " ", inner).replace("\\$", "$").strip(" ,.;:")
    if not content:
        return []
    counted = bool(before) and (before[-1].kind == "num" or before[-1].text in {")", "}"})
    if counted and len(content) > 1 and (named := units.lookup(content)):
        return [Token("unit", named, True)]
    if content.lower().rstrip(".") in {"constant", "const"}:
        return [Token("sym", "C", spaced)]
    if whole.startswith(("\\mathbf", "\\textbf")) and content in {"i", "j", "k"}:
        return [Token("sym", f"vec {content}", spaced)]
    if content in words.FUNCTIONS:
        return [Token("func", words.FUNCTIONS[content], spaced)]
    if len(content) == 1 and content.isalpha() and not whole.startswith(("\\text", "\\mbox")):
        upright = whole.startswith(("\\mathrm", "\\rm")) and before and before[-1].kind in {"num", "unit"}
        named = units.lookup(content) if upright else None
        return [Token("unit", named, True) if named else Token("sym", content, spaced)]
    if re.fullmatch(r"[\w\s.,;:()$%/^+*'{}\\-]+", content):
        return list(_upright(content))
    return [Token("text", content, True)]


@lru_cache(maxsize=1024)
def _upright(content: str) -> tuple[Token, ...]:
    as_text = (Token("text", content, True),)
    try:
        tokens = tokenize(content)
    except UnreadableError:
        return as_text
    found: list[Token] = []
    for token in tokens:
        letter = token.kind == "sym" and len(content) < 24  # short: `m/s`
        if (letter or token.kind == "word") and (named := units.lookup(token.text)):
            found.append(Token("unit", named, True))
        elif token.kind == "word" and token.text not in words.CONNECTIVES.values():
            return as_text
        else:
            found.append(token._replace(spaced=True))
    return tuple(found)


def split_run(run: str, before: list[Token], *, spaced: bool) -> list[Token]:
    """Split a run of letters into functions, symbols, units and words."""
    if len(run) == 1:
        return [Token("sym", run, spaced)]
    if run in words.FUNCTIONS and not (run == "min" and before and before[-1].kind == "num"):
        return [Token("func", words.FUNCTIONS[run], spaced)]
    low = run.lower()
    if run == "pi" or run in words.GREEK:
        return [Token("sym", run, spaced)]
    after_value = bool(before) and (
        before[-1].kind in {"num", "unit"}
        or before[-1].text in {")", "}", "/", "per", "square", "cubic"}
        or (spaced and before[-1].text == "pi")
    )
    if low in words.CONNECTIVES and not (low == "in" and before and before[-1].kind == "num"):
        name = words.CONNECTIVES[low]
        return [Token(_KINDS.get(name, "word"), name, spaced)]
    named = units.lookup(run)
    if named and (
        len(run) > 3 or after_value or run in {"mph", "kmh"} or (run.isupper() and units.money(named))
    ):  # long names need no number
        return [Token("unit", named, spaced)]
    return _split_letters(run, low, before, spaced=spaced)


def _split_letters(run: str, low: str, before: list[Token], *, spaced: bool) -> list[Token]:
    for name in _PREFIXED:
        if run.startswith(name) and len(run) - len(name) <= 2 and low not in words.STOPWORDS:  # sinx, lnab
            rest = split_run(run[len(name) :], before, spaced=False)
            return [Token("func", words.FUNCTIONS[name], spaced), *rest]
    if len(run) <= 4 and "pi" in run and low not in words.STOPWORDS:  # kpi, 2pix
        left, _, right = run.partition("pi")
        parts = [*left, "pi", *right]
        return [Token("sym", part, spaced and not index) for index, part in enumerate(parts)]
    return [Token("word", run, spaced)]
