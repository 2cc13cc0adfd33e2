"""The text of Go files: imports that fit their use, heads of functions, and what one text takes from another.

No parser: `braces` tells code from literals and what is nested. Runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from verisieve.verifiers.code.braces import COMMENTS, DOUBLE, SINGLE, Syntax, definitions, mask, outline

SYNTAX = Syntax(
    fences=frozenset({"go", "golang"}),
    literals=f"{COMMENTS}|{DOUBLE}|{SINGLE}|`[^`]*+`",
    quotes="\"'`",
    definition=re.compile(r"^(?:func|var|const|type)[ \t]+(\w+)", re.MULTILINE),
    opening=re.compile(r"(?:package|func|type|var|const)\s+\w|func\s*\(|import\b|//|/\*"),
)
_PLAIN = "bytes errors fmt math os reflect regexp sort strconv strings testing time unicode"
STANDARD: Mapping[str, str] = {  # what trusted code may use without an import
    **{name: name for name in _PLAIN.split()},
    "assert": "github.com/stretchr/testify/assert",
    "require": "github.com/stretchr/testify/require",
    "rand": "math/rand",
    "big": "math/big",
    "utf8": "unicode/utf8",
    "md5": "crypto/md5",
}
_SPEC = re.compile(r"(?:([\w.]+)[ \t]+)?[\"`]([^\"`\n]+)[\"`]")
_IMPORT = re.compile(r"^import\b[ \t]*(?:\([^)]*\)|[^\n]*)", re.MULTILINE)
_PACKAGE = re.compile(r"^package[ \t]+(\w+)[ \t]*;?", re.MULTILINE)
_ITEM = re.compile(r"^(?:func|type|var|const)\b", re.MULTILINE)
_VERSION = re.compile(r"v\d+")


class Import(NamedTuple):
    """One import; the name is empty where the path says it."""

    name: str
    path: str

    def known_as(self) -> str:
        """Return the name that code uses."""
        parts = self.path.split("/")
        return self.name or (parts[-2] if len(parts) > 1 and _VERSION.fullmatch(parts[-1]) else parts[-1])

    def spec(self) -> str:
        """Return the import as a statement."""
        return f'import {self.name} "{self.path}"' if self.name else f'import "{self.path}"'


class Text(NamedTuple):
    """A file in its parts: the body has blanks where package and imports were, so lines stay where they are."""

    package: str
    imports: Sequence[Import]
    body: str


def read(code: str) -> Text:
    """Take a file apart."""
    seen = outline(code, SYNTAX)
    package = _PACKAGE.search(seen)
    spans = [package.span()] if package else []
    imports = list[Import]()
    for match in _IMPORT.finditer(seen):
        spans.append(match.span())
        imports += [Import(*spec) for spec in _SPEC.findall(code[match.start() + len("import") : match.end()])]
    body = code
    for start, end in spans:
        body = body[:start] + re.sub(r"[^\n]", " ", body[start:end]) + body[end:]
    return Text(package[1] if package else "", imports, body)


def write(package: str, imports: Iterable[Import], body: str) -> bytes:
    """Put a file together; everything before the body is on its first line."""
    heads = [f"package {package}", *dict.fromkeys(each.spec() for each in imports)]
    return ("; ".join(heads) + "; " + body).encode("utf-8", "replace")


def uses(body: str, name: str) -> bool:
    """Whether code uses a package of that name."""
    return name in "_." or bool(re.search(rf"(?<![\w.]){re.escape(name)}[ \t]*\.", mask(body, SYNTAX).text))


def fitting(body: str, own: Sequence[Import], offered: Sequence[Import]) -> list[Import]:
    """Return a program's own imports with those offered ones that it lacks; offered ones that it does not use go."""
    paths = {each.path for each in offered}
    kept = [each for each in own if each.path not in paths or uses(body, each.known_as())]
    names = {each.known_as() for each in kept}
    return kept + [each for each in offered if each.known_as() not in names and uses(body, each.known_as())]


def head(code: str, name: str) -> str | None:
    """Return a function's parameters and results as written, or None where it is generic or no function.

    >>> head("func Div(a, b int) (q int, err error) {", "Div")
    '(a, b int) (q int, err error)'
    """
    text = mask(code, SYNTAX).text
    match = re.search(rf"^func[ \t]+{re.escape(name)}[ \t]*(?=\()", text, re.MULTILINE)
    return code[match.end() : _end_of_head(text, match.end())].strip() if match else None


def _end_of_head(text: str, at: int) -> int:
    """Where the body of a function opens: a brace that belongs to no type; or the line ends."""
    depth = 0
    for match in re.compile(r"[(\[{}\])\n]").finditer(text, at):
        if depth == 0 and (match[0] == "\n" or (match[0] == "{" and not _opens_type(text[: match.start()]))):
            return match.start()
        depth += {"(": 1, "[": 1, "{": 1, "\n": 0}.get(match[0], -1)
    return len(text)


def _opens_type(before: str) -> bool:
    return bool(re.search(r"\b(?:interface|struct)[ \t]*$", before[-40:]))


def items(code: str) -> list[str]:
    """Return the declarations of a text, each with what stands between it and the next.

    >>> items("type P struct{}\\nfunc (p P) F() {\\n}\\n")
    ['type P struct{}\\n', 'func (p P) F() {\\n}\\n']
    """
    cuts = [*(match.start() for match in _ITEM.finditer(outline(code, SYNTAX))), len(code)]
    return [code[start:end] for start, end in pairwise(cuts)]


def needed(offered: str, wanted: str, taken: Iterable[str]) -> str:
    """Return the declarations that `wanted` needs, and those that they need, but for the names that are taken."""
    left, taken, found = items(offered), set(taken), list[str]()
    text = mask(wanted, SYNTAX).text
    grown = True
    while grown:
        chosen = [item for item in left if not taken & _names(item) and any(_mentions(text, n) for n in _names(item))]
        left = [item for item in left if item not in chosen]
        text += "".join(mask(item, SYNTAX).text for item in chosen)
        found, grown = found + chosen, bool(chosen)
    return "\n".join(found)


def _names(item: str) -> set[str]:
    """What a declaration defines; a method belongs to its type."""
    receiver = re.match(r"func[ \t]*\([^)]*?(\w+)(?:\[[^]]*\])?[ \t]*\)", item)
    grouped = re.match(r"(?:var|const|type)[ \t]*\(", item)
    if receiver:
        return {receiver[1]}
    if grouped:
        return set(re.findall(r"^[ \t]*(\w+)", mask(item[grouped.end() :], SYNTAX).text, re.MULTILINE))
    return set(definitions(item, SYNTAX))


def _mentions(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<![\w.]){re.escape(name)}\b", text))
