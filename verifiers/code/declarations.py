"""The declaration of a function in trusted text of a language with braces, so that a stub can take the body's place."""

from __future__ import annotations

import re
from typing import NamedTuple

from verisieve.errors import TruthError
from verisieve.verifiers.code.braces import Syntax, mask, outline
from verisieve.verifiers.code.runner import Tests

_CLOSERS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_LINE = re.compile(r"^[ \t]*#[^\n]*+", re.MULTILINE)  # of a preprocessor, or an attribute
_BODY = re.compile(r"(?:[^;{}()]|\([^()]*+\)){0,1000}+([;{])")  # what may follow parameters, up to the body


class Declaration(NamedTuple):
    """A function's declaration in pieces, with the text around the whole definition.

    `lead` is all that stands before the name (the type of the result, `fn`), `generics` what stands between name and
    parameters, `tail` what stands between the parameters and the body.
    """

    before: str
    lead: str
    generics: str
    parameters: tuple[str, ...]
    tail: str
    after: str


def find(code: str, name: str, syntax: Syntax) -> Declaration | None:
    """Return the first declaration of a function, or None; a body without an end is no obstacle."""
    plain = outline(code, syntax)
    for match in re.finditer(rf"(?<![\w.:>]){re.escape(name)}\s*(<[^(){{}};]*>\s*)?\(", plain):
        close = plain.find(")", match.end())
        body = _BODY.match(plain, close + 1)
        if close < 0 or body is None:
            continue
        start = _start(plain, match.start())
        lead, parameters = code[start : match.start()], code[match.end() : close]
        if _names_a_type(mask(lead, syntax).text):
            end = body.end() if body[1] == ";" else _end(plain, body.start(1))
            tail = code[close + 1 : body.start(1)]
            return Declaration(code[:start], lead, match[1] or "", _split(parameters, syntax), tail, code[end:])
    return None


def of_entry(tests: Tests, syntax: Syntax) -> Declaration | None:
    """Return how the trusted side declares the entry point, if it does."""
    texts = (tests.declaration, tests.prompt)
    return next((found for text in texts if (found := find(text, tests.entry, syntax))), None)


def due(declared: Declaration | None, tests: Tests) -> Declaration:
    """Return the declaration that tests in the language itself cannot do without."""
    if declared is None:
        raise TruthError("declaration", f"declares no {tests.entry}, nor do the prompt and the reference")
    return declared


def _names_a_type(lead: str) -> bool:
    return bool(re.search(r"\w", lead)) and not re.search(r"=|\breturn\b", lead)


def _start(plain: str, name: int) -> int:
    """Where the declaration of a name begins: after whatever ended before it."""
    start = max(plain.rfind(mark, 0, name) + 1 for mark in ";{}")
    start = max((match.end() for match in _LINE.finditer(plain, start, name)), default=start)
    return name - len(plain[start:name].lstrip())


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
