"""The text of Java files: classes, methods, imports, and a file's name. No parser; runs nothing."""

from __future__ import annotations

import re

from verisieve.verifiers.code.braces import COMMENTS, DOUBLE, SINGLE, Syntax, mask, open_brackets, outline

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_NO_TYPE = "".join(rf"(?<!\b{word})" for word in ("return", "new", "else", "throw", "case", "assert", "yield"))
SYNTAX = Syntax(
    fences=frozenset({"java"}),
    literals=rf'{COMMENTS}|"""(?:\\.|(?!""")[^\\])*+"""|{DOUBLE}|{SINGLE}',
    definition=re.compile(
        rf"^[^\n(){{}};=]*?\b(?:class|interface|enum|record) +(\w+)|"
        rf"^[^\n(){{}};=]*[\w>\]]{_NO_TYPE}[ \t]+(\w+)[ \t]*\([^()]*\)[^\n(){{}};=]*\{{",
        re.MULTILINE,
    ),
    opening=re.compile(
        r"package\s+\w|import\s+\w|//|/\*|@\w+|(?:(?:public|final|abstract|static)\s+)*(?:class|record)\s+\w"
    ),
    depth=1,
)
_TYPE = re.compile(
    r"(\bpublic\s+)?(?:\b(?:final|abstract|static|sealed|strictfp)\s+)*(?:\bclass|\brecord|\benum|\binterface)\s+(\w+)"
)
_PACKAGE = re.compile(r"^[ \t]*package\s+[\w.]+\s*;", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*import\s+(?:static\s+)?[\w.]+(?:\.\*)?\s*;", re.MULTILINE)
_MAIN = re.compile(r"\bstatic\s+void\s+main\s*\(")


def unpacked(code: str) -> str:
    """Return code without its package, which a box has no folders for; lines stay where they are."""
    match = _PACKAGE.search(mask(code, SYNTAX).text)
    return code if match is None else code[: match.start()] + " " * len(match[0]) + code[match.end() :]


def types(code: str) -> list[str]:
    """Return the names of the outer classes and records.

    >>> types("class A { class B {} } record C(int x) {}")
    ['A', 'C']
    """
    return [match[2] for match in _TYPE.finditer(_outer(code))]


def file_name(code: str) -> str:
    """Return the name that the compiler wants for a file: that of its public class."""
    found = list(_TYPE.finditer(_outer(code)))
    names = [match[2] for match in found if match[1]] or [match[2] for match in found] or ["Solution"]
    return f"{names[0]}.java"


def main_class(code: str) -> str:
    """Return the class whose `main` runs: the last one that has one."""
    text, starts = mask(code, SYNTAX).text, [(match.start(), match[2]) for match in _TYPE.finditer(_outer(code))]
    mains = [match.start() for match in _MAIN.finditer(text)]
    owners = [name for main in mains[-1:] for start, name in starts if start < main]
    return owners[-1] if owners else "Main"


def imports(code: str) -> list[str]:
    """Return the imports as written."""
    return [match[0].strip() for match in _IMPORT.finditer(_outer(code))]


def closed(code: str) -> str:
    """Return code with the closing brackets that it lacks."""
    left = open_brackets(mask(code, SYNTAX).text) or ""
    return code + "".join(_CLOSERS[bracket] for bracket in reversed(left))


def in_class(code: str, stub: str = "") -> str:
    """Return code with its methods in a class: in `stub`, the open head of one, or in a class of their own."""
    if types(code):
        return code
    head = stub if types(stub) else " ".join([*imports(code), "class Solution {"])
    text = code
    for match in reversed(list(_IMPORT.finditer(_outer(code)))):
        text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return closed(f"{head} {text}\n")


def _outer(code: str) -> str:
    """Code outside all braces."""
    kept, depth = list[str](), 0
    for part in re.split(r"([{}])", outline(code, SYNTAX)):
        if part in ("{", "}"):
            depth += 1 if part == "{" else -1
        kept.append(part if depth <= 0 or part in ("{", "}") else re.sub(r"[^\n]", " ", part))
    return "".join(kept)
