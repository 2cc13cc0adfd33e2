r"""A reply cut into places: rows of displays, formulas in a line, and the prose between them, each with its line.

Knows the delimiters of LaTeX and of Markdown, and dollars that are money; understands no maths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_DISPLAYS = "align|aligned|alignat|gather|gathered|eqnarray|split|multline|equation|flalign|math|displaymath"
_REGION = re.compile(
    rf"""
    \\begin\s*\{{(?P<name>(?:{_DISPLAYS}|cases)\*?)\}}(?:\{{\d+\}})?(?P<rows>.{{0,6000}}?)\\end\s*\{{(?P=name)\}}
  | \$\$(?P<dollars>.{{1,3000}}?)\$\$ | \\\[(?P<square>.{{1,3000}}?)\\\] | \\\((?P<round>.{{1,1000}}?)\\\)
  | (?<![\\\w$])\$(?P<inline>(?:[^$\\\n]|\\.|\n(?!\s*\n)){{1,1000}}?)(?<!\\)\$(?!\d|<<)
    """,
    re.VERBOSE | re.DOTALL,
)
_ANNOTATION = re.compile(r"<<([^<>\n]{1,200})>>")
_ROW = re.compile(r"\\\\(?:\s*\[[^\]]*\])?|\\newline|\\cr(?![a-z])")
_INNER = re.compile(rf"\\(?:begin|end)\s*\{{(?:{_DISPLAYS})\*?\}}(?:\{{\d+\}})?")
_BOLD = re.compile(
    r"(?<![\w)])\*\*(?=\S)|(?<=\S)\*\*(?![\w(])|(?<![\w)*])\*(?=[A-Za-z])[^*\n]{1,60}(?<=[A-Za-z])\*(?![\w(])|`"
)
_LEAD = re.compile(
    r"(?m)^[ \t]*(?:(?:#{1,6}|>|[-*•])[ \t]+)*(?:(?:[Ss]tep[ \t]*)?\(?\d{1,2}[.):](?!\d)[ \t]*)?"
    r"(?:[Ss]tep[ \t]+\d{1,2}[ \t]*[.:)]?[ \t]*)?"
)
_CASES = re.compile(
    r"^\s*(?:\\left\s*\\?[{.])?\s*\\begin\s*\{(?:cases|array|dcases)\}(?:\{[^{}]*\})?(.*)\\end\s*\{(?:cases|array|dcases)\}\s*(?:\\right\s*\.?)?\s*[.,;]?\s*$",
    re.DOTALL,
)


class Place(NamedTuple):
    """A stretch of the text: maths of its own, or prose that may hold some."""

    line: int
    text: str
    maths: bool
    row: bool = False  # a row of a display
    annotation: bool = False  # between << and >>, as calculators leave it


def places(text: str) -> Iterator[Place]:
    """Yield the places of a reply in order."""
    start = 0
    for match in _REGION.finditer(text):
        if not _is_maths(match):
            continue
        yield from _prose(text, start, match.start())
        yield from _maths(text, match)
        start = match.end()
    yield from _prose(text, start, len(text))


def line_of(text: str, place: int) -> int:
    """Return the line number of a place, from 1."""
    return text.count("\n", 0, place) + 1


def _is_maths(match: re.Match[str]) -> bool:
    """Tell `$x = 5$` from `$15 = $720`."""
    inner = match["inline"]
    if inner is None:
        return True
    if inner[-1].isspace() != inner[0].isspace() or inner.rstrip()[-1] in "=+-*/×÷":
        return False
    prose = re.search(r"(?<![\\A-Za-z{])[a-z]{4,}(?![A-Za-z}(])", re.sub(r"\\[A-Za-z]+\s*(?:\{[^{}]*\})?", "", inner))
    return prose is None


def _maths(text: str, match: re.Match[str]) -> Iterator[Place]:
    group = next(name for name in ("rows", "dollars", "square", "round", "inline") if match[name] is not None)
    inner, start = match[group], match.start(group)
    display = group in {"rows", "dollars", "square"}
    cases = _CASES.match(inner)
    if cases:
        inner, start, display = cases[1], start + cases.start(1), True
    cut = 0
    if display and not re.search(r"\\begin\s*\{(?!(?:" + _DISPLAYS + r")\*?\})", inner):
        for row in _ROW.finditer(inner):
            yield from _row(text, start, inner, cut, row.start())
            cut = row.end()
    yield from _row(text, start, inner, cut, len(inner), row=display)


def _row(text: str, start: int, inner: str, first: int, last: int, *, row: bool = True) -> Iterator[Place]:
    piece = inner[first:last]
    offset = len(piece) - len(piece.lstrip())
    piece = _INNER.sub(" ", piece).replace("\n", " ").strip()
    piece = piece if "\\begin" in piece else piece.replace("&", " ")  # the columns of a matrix
    if piece:
        yield Place(line_of(text, start + first + offset), piece, maths=True, row=row)


def _prose(text: str, start: int, end: int) -> Iterator[Place]:
    """Yield prose line by line, calculators' annotations taken out and yielded after their line."""
    for index, piece in enumerate(text[start:end].split("\n")):
        line = line_of(text, start) + index
        if not piece.strip():
            if index:
                yield Place(line, "\n", maths=False)
            continue
        notes = _ANNOTATION.findall(piece)
        shown = _BOLD.sub(_unmarked, _ANNOTATION.sub("", piece))
        shown = _cells(shown) if shown.strip().startswith("|") and shown.strip().endswith("|") else shown
        lead = _LEAD.match(shown) if index or not start or text[start - 1] == "\n" else None
        shown = shown[lead.end() :] if lead else shown
        yield Place(line, ("\n" if index else "") + shown, maths=False)
        for note in notes:
            yield Place(line, note, maths=True, annotation=True)


def _cells(row: str) -> str:
    """Part the cells of a row of a table."""
    return re.sub(r"\s\|(?=\s|$)|^\s*\|", " ; ", row)


def _unmarked(match: re.Match[str]) -> str:
    return match[0].strip("*") if len(match[0]) > 2 else ""  # the mark alone
