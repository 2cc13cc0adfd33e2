r"""Does a text show a value, in any notation? Every formula, number and number word of it is read and compared.

A formula shows each of its parts: `4\cdot 6+1` shows 24, and so does `x=24`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from verisieve.records import Outcome
from verisieve.verifiers import lazily
from verisieve.verifiers.math import meter, texts
from verisieve.verifiers.math.compare import Options, compare
from verisieve.verifiers.math.extract import How, extract
from verisieve.verifiers.math.golds import Gold, Kind
from verisieve.verifiers.math.judge import judge
from verisieve.verifiers.math.nodes import (
    Apply,
    MathsError,
    Node,
    Num,
    TooLargeError,
    Unit,
    UnreadableError,
    has_units,
    number,
    substitute,
    symbols,
    walk,
)
from verisieve.verifiers.math.parse import parse
from verisieve.verifiers.math.scalars import Judgement
from verisieve.verifiers.math.shapes import bare

MAX_PARTS = 400  # parts of formulas that are compared for one text
_NEARLY = 0.001  # a decimal that is so near to the value tells it
_FORMULA = lazily.pattern(
    r"\$\$(.+?)\$\$|\$(.+?)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]|\\(?:boxed|fbox)\{((?:[^{}]|\{[^{}]*\})*)\}", re.DOTALL
)
_PLAIN = lazily.pattern(
    r"[-−]?(?:[\d(]|√|sqrt|\\[A-Za-z])[\w.,\\{}^*/+()!√π·×÷%°−-]*"
    r"(?:\s*(?:[-+*/^=×·÷−]|\\times|\\cdot)\s*[\w.,\\{}^*/()!√π%°]+)*"
)
_SPOKEN = ((r"times|multiplied by", "*"), (r"plus", "+"), (r"minus", "-"), (r"divided by|over", "/"))
_ROMAN = lazily.pattern(r"\b(?=[MDCLXVI]{2,}\b)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\b")
_WORD = lazily.pattern(
    r"\b(?:(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|half|halves|thirds?|"
    r"quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|dozen|minus|negative|and|a|point)[ -]?)+\b",
    re.IGNORECASE,
)
_SIZES = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}
_SCALES = lazily.pattern(r"\b(\w+)\s+(dozens?|scores?)\b", re.IGNORECASE)


def shows(text: str, gold: Gold, beside: str = "") -> str | None:
    """Return the piece of a text that shows a value, None where none does; raise TooLargeError over the budget.

    What the text `beside` it (the question) writes with that value may be written again: its number, its very formula.
    """
    if gold.kind is not Kind.MATHS or gold.node is None:
        return _tells(text, gold, beside)
    wanted, known = _wanted(gold.node), set[Node]()
    if beside:
        known = {_key(part) for _, part in _values(beside) if _any_same(wanted, part, gold)}
    for piece, part in _values(text):
        if _key(part) not in known and _any_same(wanted, part, gold):
            return piece
    return _in_pieces(text, gold.node, beside)


def _values(text: str) -> Iterator[tuple[str, Node]]:
    left = MAX_PARTS
    for piece in pieces(text):
        node = _read(piece)
        for part in _parts(node) if node is not None else ():
            left -= 1
            if left < 0:
                raise TooLargeError(f"more than {MAX_PARTS} values in a text")
            yield piece, part


def _any_same(wanted: list[Node], part: Node, gold: Gold) -> bool:
    return any(_same(value, part, gold.options.kind) for value in wanted)


def _key(part: Node) -> Node:
    """A number by its value, a formula as it is written."""
    return number(part.value) if isinstance(part, Num) else part


def states(text: str, gold: Gold) -> bool:
    """Whether a text commits to the value as its answer: in a box, or after a mark such as `the answer is`."""
    found = extract(text)
    marked = found.how in {How.BOX, How.MARK}
    return marked and judge(gold, text).outcome is Outcome.PASS


def pieces(text: str) -> Iterator[str]:
    r"""Yield the formulas, numbers and number words of a text.

    >>> list(pieces("Take $x+1$, then 3/4 or twenty-four"))
    ['x+1', '3/4', 'twenty-four']
    """
    text = re.sub(r"[\u200b-\u200f\u2060\ufeff\u00ad]", "", text)
    for match in _FORMULA.finditer(text):
        yield next(part for part in match.groups() if part is not None)
    prose = _FORMULA.sub(" ; ", text)
    for words, sign in _SPOKEN:
        prose = re.sub(rf"(?<=\d)\s+(?:{words})\s+(?=\d)", f" {sign} ", prose)
    for match in _PLAIN.finditer(prose):
        yield match[0].rstrip(".,(")
    for match in _ROMAN.finditer(prose):
        yield str(_roman(match[0]))
    for match in _SCALES.finditer(prose):
        node = _read(match[1])
        if isinstance(node, Num):
            yield str(node.value * (12 if match[2].lower().startswith("dozen") else 20))
    for match in _WORD.finditer(prose):
        if match[0].strip(" -").lower() not in {"a", "and", "point", "one", "minus", "negative", "a and", "and a"}:
            yield match[0].strip(" -")


def _roman(letters: str) -> int:
    sizes = [_SIZES[letter] for letter in letters]
    return sum(-size if any(size < after for after in sizes[k + 1 : k + 2]) else size for k, size in enumerate(sizes))


def _wanted(node: Node) -> list[Node]:
    """A value as it may be told: with its name, unit or sign of percent, and without."""
    found = [node, bare(node)]
    for value in list(found):
        if isinstance(value, Apply) and value.head in {"percent", "based", "cong"}:
            found.append(value.args[1 if value.head == "cong" else 0])
        if has_units(value):
            found.append(substitute(value, {part: number(1) for part in walk(value) if isinstance(part, Unit)}))
    return list(dict.fromkeys(found))


def _read(piece: str) -> Node | None:
    meter.start()
    try:
        return parse(texts.MATHS.get(texts.plain(piece), piece))
    except (UnreadableError, TooLargeError):
        return None


def _parts(node: Node) -> Iterator[Node]:
    for part in walk(node):
        if not isinstance(part, Unit):
            yield part


def _same(wanted: Node, part: Node, kind: str) -> bool:
    if symbols(wanted) != symbols(part) or (isinstance(part, Num) and not isinstance(wanted, Num | Apply)):
        return False
    near = (
        isinstance(part, Num)
        and (part.places or 0) >= 2
        and not (isinstance(wanted, Num) and wanted.value.denominator == 1)
    )
    meter.start()
    try:
        return compare(wanted, part, Options(_NEARLY if near else None, kind=kind)).judgement is Judgement.SAME
    except (MathsError, ArithmeticError, RecursionError):
        return False


def _in_pieces(text: str, node: Node, beside: str) -> str | None:
    """Return the parts of a list, pair or matrix where the text shows all of them one by one."""
    inner = bare(node)
    if not isinstance(inner, Apply) or inner.head not in {"list", "tuple", "set", "or"} or len(inner.args) < 2:
        return None
    told, known = ({_key(part) for _, part in _values(each)} for each in (text, beside))
    if all(any(_same(_wanted(arg)[-1], part, "") for part in told - known) for arg in inner.args):
        return ", ".join(pieces(text))[:200]
    return None


def _tells(text: str, gold: Gold, beside: str) -> str | None:
    """Whether a text tells a choice, a date or words; a choice is told where no other one is spoken of."""
    if gold.kind is Kind.CHOICE:
        letters = re.findall(r"\(([A-H])\)|\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer)\s*:?\s*(?:is\s+)?([A-H])\b", text)
        said = {first or second for first, second in letters}
        return gold.text if said == {gold.text.strip(" ().$")[:1]} else None
    words = texts.plain(gold.text)
    pattern = rf"(?<!\w){re.escape(words)}(?!\w)"
    told = words and re.search(pattern, texts.plain(text)) and not re.search(pattern, texts.plain(beside))
    return gold.text if told else None
