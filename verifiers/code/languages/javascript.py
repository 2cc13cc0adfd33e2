"""JavaScript: node runs the solution as a script of its own, tests against proxies of its names."""

from __future__ import annotations

import re

from verisieve.sandboxes import Job, Limits, Program
from verisieve.verifiers.code import blocks
from verisieve.verifiers.code.braces import COMMENTS, DOUBLE, SINGLE, Syntax
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.languages import Language
from verisieve.verifiers.code.runner import Tests

_NAME = r"([A-Za-z_$][\w$]*)"
# A slash after an operator, an opening bracket or a keyword begins a regular expression; else it divides.
_REGEX = (
    r"(?:(?<=[(,=:\[!&|?{};+\-*%<>~^])|(?<=\breturn)|(?<=\btypeof)|(?<=\bcase))[ \t]*"
    r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n]){0,100}+\]|[^/\\\[\n]){1,1000}+/"
)


def _template(depth: int) -> str:
    """A template literal whose `${}` hold code with templates in turn, to a depth that people write."""
    inner = _template(depth - 1) if depth else "(?!)"
    code = rf"(?:{DOUBLE}|{SINGLE}|{inner}|\{{[^{{}}]*+\}}|[^{{}}`\"'])*+"
    return rf"`(?:\\.|\$\{{{code}\}}|\$(?!\{{)|[^`\\$])*+`"


SYNTAX = Syntax(
    fences=frozenset({"javascript", "js", "jsx", "mjs", "cjs", "node", "nodejs", "ecmascript", "es6"}),
    literals=f"{COMMENTS}|{DOUBLE}|{SINGLE}|{_template(2)}|{_REGEX}",
    quotes="\"'`",
    definition=re.compile(
        rf"(?:\bfunction\s*\*?\s*|\bclass\s+|\b(?:const|let|var)\s+|\bexports\.){_NAME}|^{_NAME}\s*=(?!=)", re.MULTILINE
    ),
    opening=re.compile(
        r"(?:export\s+|async\s+)*(?:function\b|class\s+\w|(?:const|let|var)\s+[\w${\[]|import\s+[\w{*\"'])|"
        r"/\*|//|[\"']use strict|(?:module\.)?exports\b|[A-Za-z_$][\w$.]*\s*=[^=]"
    ),
)


def _find(reply: str, entry: str, prompt: str) -> Source | None:
    return blocks.find(reply, entry, prompt, SYNTAX)


def _job(source: Source, tests: Tests, limits: Limits) -> Job:
    raise NotImplementedError


def _program(code: str, stdin: bytes, limits: Limits) -> Job:
    harness = "import os; os.execve('/usr/bin/node', ['node', 'solution.js'], {})"
    files = {"solution.js": code.encode("utf-8", "replace")}
    return Job(candidate=Program(harness=harness, files=files, stdin=stdin, limits=limits), toolchain="node")


language = Language(
    name="javascript",
    aliases=frozenset({"js", "node"}),
    toolchain="node",
    tools=("/usr/bin/node",),
    styles=frozenset({"stdin"}),
    cpu=20.0,
    find=_find,
    job=_job,
    program=_program,
)
