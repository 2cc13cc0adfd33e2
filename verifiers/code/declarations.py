"""The declaration of a function in trusted text of a language with braces, so that a stub can take the body's place."""

from __future__ import annotations

import re
from typing import NamedTuple

from verisieve.verifiers.code.braces import Syntax, mask, outline

_CLOSERS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_LINE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.MULTILINE)  # of a preprocessor


class Declaration(NamedTuple):
    """A function's declaration in pieces, with the text around the whole definition.

    `lead` is all that stands before the name (the type of the result, `fn`), `tail` what stands between the parameters
    and the body.
    """

    before: str
    lead: str
    parameters: tuple[str, ...]
    tail: str
    after: str


def find(code: str, name: str, syntax: Syntax) -> Declaration | None:
    """Return the first declaration of a function, or None; a body without an end is no obstacle."""
    plain = outline(code, syntax)
    for match in re.finditer(rf"(?<![\w.:>]){re.escape(name)}\s*\(", plain):
        close = plain.find(")", match.end())
        body = re.compile(r"[;{]").search(plain, close)
        if close < 0 or body is None:
            continue
        start = _start(plain, match.start())
        lead, parameters = code[start : match.start()], code[match.end() : close]
        if _names_a_type(mask(lead, syntax).text):
            end = body.end() if body[0] == ";" else _end(plain, body.start())
            tail = code[close + 1 : body.start()]
            return Declaration(code[:start], lead, _split(parameters, syntax), tail, code[end:])
    return None


def _names_a_type(lead: str) -> bool:
    return bool(re.search(r"\w", lead)) and not re.search(r"[=(]|\breturn\b", lead)


def _start(plain: str, name: int) -> int:
    """Where the declaration of a name begins: after whatever ended before it."""
    line = max((match.end() for match in _LINE.finditer(plain, 0, name)), default=0)
    return max(line, *(plain.rfind(mark, 0, name) + 1 for mark in ";{}"))


def _end(plain: str, opening: int) -> int:
    close = plain.find("}", opening)
    return len(plain) if close < 0 else close + 1


def _split(parameters: str, syntax: Syntax) -> tuple[str, ...]:
    """Split a list of parameters at its outer commas."""
    text, parts, stack, last = mask(parameters, syntax).text, list[str](), "", 0
    for index, character in enumerate(text):
        if character in _CLOSERS:
            stack += _CLOSERS[character]
        elif stack.endswith(character):
            stack = stack[:-1]
        elif character == "," and not stack:
            parts.append(parameters[last:index])
            last = index + 1
    return tuple(part.strip() for part in (*parts, parameters[last:]) if part.strip())
