"""Rust: the solution as a crate with our server, test modules and statements against a stub of the entry point."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from verisieve.sandboxes import Job, Limits
from verisieve.verifiers.code import blocks, compiling, declarations, support
from verisieve.verifiers.code.braces import COMMENTS, DOUBLE, Syntax
from verisieve.verifiers.code.compiling import Command, Plan
from verisieve.verifiers.code.declarations import Declaration
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.languages import Language
from verisieve.verifiers.code.runner import Tests

COMPILER: Final = "/usr/bin/rustc"
_RAW = r'\bb?r(?P<raw>#{0,8})"(?:(?s:.)*?"(?P=raw)|(?s:.)*+)'  # without an end, all is lost to it
_CHARACTER = r"'(?:\\[^\n]{1,10}?|[^'\\\n])'"  # and no lifetime
SYNTAX = Syntax(
    fences=frozenset({"rust", "rs"}),
    literals=f"{COMMENTS}|{_RAW}|{DOUBLE}|{_CHARACTER}",
    quotes='"',
    definition=re.compile(r"\b(?:fn|struct|enum|trait|type|mod|const|static|union)\s+(\w+)"),
    opening=re.compile(
        r"#!?\[|//|/\*|(?:pub(?:\([^)]*\))? +)?(?:use|fn|struct|enum|impl|mod|const|static|trait|type)\b"
    ),
)
_OPTIONS = ("--edition", "2021", "--cap-lints", "allow")
_CRATES = ("md5", "rand", "regex")
_FAILED = (
    r"panicked at (?:'(?P<test>(?s:.)*?)', )?tests\.rs:(?P<line>\d+):\d+(?::\n(?P<message>[^\n]*(?:\n +\w+: [^\n]*)*))?"
)


def _job(source: Source, tests: Tests, limits: Limits) -> Job:
    declared = declarations.of_entry(tests, SYNTAX)
    candidate = _candidate(source._replace(code=f"{tests.prelude}{source.code}"), tests.entry, declared)
    tester = None if tests.style == "calls" else _tester(tests, declarations.due(declared, tests))
    return compiling.job(candidate, tester, tests, limits, "native")


def _candidate(source: Source, entry: str, declared: Declaration | None) -> Plan:
    """The solution as the root of a crate, so that its paths hold; its own main function is one among others."""
    roots = {"solution.rs": _root(source.code, entry, entry)}
    if source.context.strip():
        roots["with_context.rs"] = _root(f"{source.context}\n{source.code}", entry, entry)
    if declared is not None:
        roots["as_declared.rs"] = _root(f"{source.code}\n{_wrapper(declared, entry)}", entry, "verisieve_declared")
    files = _support("server.rs") | {name: text.encode("utf-8", "replace") for name, text in roots.items()}
    builds = [[_compile("solution", name, "-Copt-level=1", "-Cdebug-assertions=on")] for name in roots]
    return Plan(builds=builds, run=["./solution"], files=files, defined=bool(re.search(rf"\b{entry}\b", source.code)))


def _root(code: str, entry: str, function: str) -> str:
    return (
        f"#![no_main] {code}\n"
        f'mod verisieve;\n#[export_name = "main"]\npub extern "C" fn verisieve_main() -> i32 '
        f'{{ crate::verisieve::server::serve("{entry}", {function}) }}\n'
    )


def _wrapper(declared: Declaration, entry: str) -> str:
    """A function of the declared type around one that is generic or takes what the declared types turn into."""
    head = f"fn verisieve_declared{declared.generics}({', '.join(declared.parameters)}){declared.tail}"
    return f"{head} {{ {entry}({', '.join(map(_name, declared.parameters))}) }}"


def _name(parameter: str) -> str:
    return parameter.partition(":")[0].removeprefix("mut ").strip()


def _tester(tests: Tests, declared: Declaration) -> Plan:
    body = _asserts(tests.tests) if tests.style == "asserts" else tests.tests
    text = "\n".join(
        (
            tests.prelude,
            declared.before,
            _stub(declared, tests.entry),
            declared.after,
            tests.setup,
            body,
            "mod verisieve;",
        )
    )
    files = _support("client.rs") | {"tests.rs": text.encode("utf-8", "replace")}
    command = _compile("tests", "tests.rs", "--test", "--cfg=verisieve_tests")
    return Plan(builds=[[command]], run=["./tests", "--test-threads=1"], files=files, failure=_FAILED, nan=tests.nan)


def _stub(declared: Declaration, entry: str) -> str:
    """The definition of the entry point that asks the candidate."""
    head = f"{declared.lead}{entry}{declared.generics}({', '.join(declared.parameters)}){declared.tail}"
    arguments = ", ".join(map(_argument, declared.parameters))
    return f'{head} {{ crate::verisieve::client::call("{entry}", &mut [{arguments}]) }}'


def _argument(parameter: str) -> str:
    name, kind = _name(parameter), parameter.partition(":")[2].strip()
    changeable = re.match(r"&\s*(?:'\w+\s+)?mut\b\s*(\[[^;]*\]$)?", kind)
    if changeable is None:
        argument = f"Plain(&{name})"
    elif changeable[1]:
        argument = f"Changeable(&mut crate::verisieve::client::Slice({name}))"
    else:
        argument = f"Changeable({name})"
    return f"crate::verisieve::client::Argument::{argument}"


def _asserts(statements: list[str]) -> str:
    """One test of statements, each counted when it held."""
    parts = [f"{text};\ncrate::verisieve::client::held();" for text in statements]
    return "#[test]\nfn verisieve_asserts() {\n" + "\n".join(parts) + "\n}\n"


def _support(end: str) -> dict[str, bytes]:
    files = support.files("rust", "mod.rs", "wire.rs", "any.rs", end)
    return {f"verisieve/{name}": text for name, text in files.items()}


def _compile(output: str, root: str, *options: str) -> Command:
    crates = [part for crate in _CRATES for part in ("--extern", crate)]
    return [COMPILER, *_OPTIONS, *options, "-L", "/usr/lib/rust-crates", *crates, "-o", output, root]


def _program(code: str, stdin: bytes, limits: Limits) -> Job:
    builds = [[_compile("solution", "solution.rs", "-Copt-level=1", "-Cdebug-assertions=on")]]
    plan = Plan(builds=builds, run=["./solution"], files={"solution.rs": code.encode("utf-8", "replace")})
    return compiling.program(plan, stdin, limits, "native")


language = Language(
    name="rust",
    aliases=frozenset({"rs"}),
    toolchain="native",
    tools=(COMPILER,),
    styles=frozenset({"asserts", "unittest", "stdin", "calls"}),
    cpu=50.0,  # compiling takes 1 to 3 of them, and more where a solution is tried in several ways
    find=partial(blocks.find, syntax=SYNTAX),
    job=_job,
    program=_program,
)
