"""Our programs that run inside boxes: joined to one text by `verisieve.verifiers.code.harness.text`.

The host imports `encode` and `decode` alone; the others run foreign text and therefore only ever run
inside a sandbox, as text.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TypedDict

_OWN_IMPORTS = re.compile(r"^from (?:__future__|verisieve\.[\w.]+) import (?:\([^)]*\)|[^\n(]*)\n", re.MULTILINE)
_WIRE = ("arrays", "tables", "encode", "decode", "graphs", "channel", "cores")
_CANDIDATE = (*_WIRE, "export", "candidate")
_TESTER = (*_WIRE, "link", "remote", "analysis", "evidence", "examples", "styles", "observe", "suites", "tester")
_SHARED = (*_TESTER, "shared")
_COMPILED = (*_WIRE, "compiled")
_COMPILED_TESTER = (*_TESTER, "compiled", "relay")

SYNTAX_EXIT = 97  # how a program ends for text that is none of its language
COMPILE_EXIT = 98  # the same where a compiler says so


@cache
def text(*modules: str) -> str:
    """Join harness modules to one program; imports of each other fall away.

    >>> "verisieve" in text("encode")
    False
    """
    folder = resources.files(__name__)
    sources = [(folder / f"{module}.py").read_text(encoding="utf-8") for module in modules]
    return "from __future__ import annotations\n" + "\n".join(_OWN_IMPORTS.sub("", source) for source in sources)


class Texts(TypedDict):
    """The two texts of ours that a `Program` takes."""

    definitions: str
    harness: str


def candidate_texts() -> Texts:
    """The program that loads the foreign solution and answers calls on descriptor 3."""
    return Texts(definitions=text(*_CANDIDATE), harness="main_candidate()")


def tester_texts() -> Texts:
    """The program that runs the tests against descriptor 3 and reports on descriptor 4."""
    return Texts(definitions=text(*_TESTER), harness="main_tester()")


def shared_texts() -> Texts:
    """The program that runs the tests in one interpreter with the solution, and reports on descriptor 4."""
    return Texts(definitions=text(*_SHARED), harness="main_shared()")


def program_texts() -> Texts:
    """The program that runs the foreign text as the main module, for standard input and output."""
    return Texts(definitions=text("program"), harness="main_program()")


def trace_texts() -> Texts:
    """The program that traces one call of the foreign text."""
    return Texts(definitions=text("arrays", "tables", "encode", "decode", "trace"), harness="main_trace()")


def compiled_candidate_texts() -> Texts:
    """The program that builds the foreign solution with its language's server and becomes it."""
    return Texts(definitions=text(*_COMPILED), harness="main_compiled_candidate()")


def compiled_tester_texts() -> Texts:
    """The program that builds the tests, runs them against descriptor 3 and reports on descriptor 4."""
    return Texts(definitions=text(*_COMPILED_TESTER), harness="main_compiled_tester()")


def compiled_program_texts() -> Texts:
    """The program that builds the foreign text and becomes it, for standard input and output."""
    return Texts(definitions=text(*_COMPILED), harness="main_compiled_program()")


def library_texts() -> Texts:
    """The program that builds sources of our own and writes out what came of them."""
    return Texts(definitions=text(*_COMPILED), harness="main_library()")
