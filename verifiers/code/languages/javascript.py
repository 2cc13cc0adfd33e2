"""JavaScript: node runs the solution as a script of its own, tests against proxies of its names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from verisieve.errors import TruthError
from verisieve.sandboxes import Job, Limits, Program
from verisieve.verifiers.code import blocks, javascript_tests, runner, support
from verisieve.verifiers.code.braces import COMMENTS, DOUBLE, SINGLE, Syntax, definitions
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.harness.encode import encode, refuse
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


_WIRE = ("scalars.js", "wire.js", "channel.js")
_SERVER = (*_WIRE, "exports.js", "server.js")
_TESTER = (*_WIRE, "errors.js", "link.js", "remote.js", "evidence.js", "expect.js", "suites.js", "tester.js")
_HARNESS = "import os\nos.execve('/usr/bin/node', ['node', {flags}, {main!r}], {{}})"
_ROOM = 1 << 40  # bytes of address space that node may reserve; its memory is bounded by resident pages


def _job(source: Source, tests: Tests, limits: Limits) -> Job:
    helpers = blocks.head(blocks.open_prompt(tests.prompt, tests.entry, SYNTAX), tests.entry, SYNTAX)
    if tests.style == "calls":
        _refuse_keywords(tests)
        tester = runner.make_tester(tests, limits)
    else:
        plan = encode(_plan(tests, f"{tests.prelude}\n{helpers}"), refuse)
        files = support.files("javascript", *_TESTER) | {"plan": plan}
        tester = _node("tester.js", files, runner.tester_limits(limits))
    given = {"names": sorted({*definitions(source.code, SYNTAX), tests.entry} - {""}), "settle": tests.style == "calls"}
    told = json.dumps(given | _context(f"{tests.prelude}\n{source.context}")).encode()
    files = support.files("javascript", *_SERVER) | {
        "solution.js": source.code.encode("utf-8", "replace"),
        "plan.json": told,
    }
    return Job(candidate=_node("server.js", files, limits), tester=tester, toolchain="node")


def _program(code: str, stdin: bytes, limits: Limits) -> Job:
    files = support.files("javascript", "program.js") | {"solution.js": code.encode("utf-8", "replace")}
    return Job(candidate=replace(_node("program.js", files, limits), stdin=stdin), toolchain="node")


def _node(main: str, files: Mapping[str, bytes], limits: Limits) -> Program:
    """A box where node takes the place of our interpreter; its heap may grow until the sandbox ends it."""
    flags = f"'--max-old-space-size={limits.memory >> 20}'"
    bounds = replace(limits, address_space=_ROOM, processes=max(limits.processes, 64))
    return Program(harness=_HARNESS.format(flags=flags, main=main), files=files, limits=bounds)


def _context(text: str) -> dict[str, Any]:
    return {"context": text, "helpers": sorted(definitions(text, SYNTAX))}


def _plan(tests: Tests, context: str) -> dict[str, Any]:
    text = "\n".join([tests.setup, *([tests.tests] if isinstance(tests.tests, str) else tests.tests)])
    facts = javascript_tests.examine(text, tests.entry, SYNTAX)
    return {
        "style": tests.style,
        "entry": tests.entry,
        "tests": tests.tests,
        "setup": tests.setup,
        "used": sorted(facts.used),
        "members": sorted(facts.members),
        "objects": tests.objects or facts.constructs,
        "watch": tests.watch or facts.watch,
        "nan": tests.nan,
        **_context(context),
    }


def _refuse_keywords(tests: Tests) -> None:
    for index, case in enumerate(tests.tests):
        if case["kwargs"]:
            raise TruthError(f"tests[{index}].kwargs", "JavaScript has no keyword arguments")


language = Language(
    name="javascript",
    aliases=frozenset({"js", "node"}),
    toolchain="node",
    tools=("/usr/bin/node",),
    styles=frozenset({"check", "asserts", "unittest", "stdin", "calls"}),
    cpu=20.0,
    find=partial(blocks.find, syntax=SYNTAX),
    job=_job,
    program=_program,
)
