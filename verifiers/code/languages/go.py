"""Go: the solution as a package of its own, tests compiled against variables that call it from afar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from verisieve.errors import TruthError
from verisieve.sandboxes import Job, Limits
from verisieve.verifiers.code import blocks, braces, changes, compiling, gotext, support, testify
from verisieve.verifiers.code.compiling import Plan
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.gotext import STANDARD, SYNTAX, Import
from verisieve.verifiers.code.languages import Language
from verisieve.verifiers.code.runner import Tests

_ENVIRONMENT = {
    "GOPATH": "/tmp",  # noqa: S108  # a box's own, and its current folder
    "GO111MODULE": "off",
    "GOTOOLCHAIN": "local",
    "GOTELEMETRY": "off",
    "CGO_ENABLED": "0",
}
_KNOWN = [Import("", path) for path in STANDARD.values()]
_SERVER = [Import("", "box/server"), Import("", "box/solution")]
_BUILD = ("/usr/bin/go", "build", "-ldflags=-s -w", "-o", "main", "box/main")
_TEST = ("/usr/bin/go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-o", "main", "box/tests")
_PARTS = {
    "wire": ("decode.go", "encode.go", "frames.go", "types.go"),
    "server": ("server.go",),
    "remote": ("remote.go",),
}
_FAILURE = (
    r"--- FAIL: (?P<test>\w+)[^\n]*\n\s+(?:assert\.go:\d+: (?P<message>[^\n]*) \((?P<line>\w+\.go:\d+)\)|"
    r"(?P<at>\S+\.go:\d+): (?P<told>[^\n]*))?"
)


def _job(source: Source, tests: Tests, limits: Limits) -> Job:
    if tests.style == "calls":
        made = _candidate(source, tests, "", typed=False)
        return compiling.job(made, None, tests, limits, "native")
    trusted, signature = _declared(tests)
    made = _candidate(source, tests, signature, typed=True)
    return compiling.job(made, _tester(tests, trusted, signature), tests, limits, "native")


def _declared(tests: Tests) -> tuple[str, str]:
    """The text that declares the entry point, and what that says of parameters and results."""
    replied = blocks.find(tests.declaration, tests.entry, tests.prompt, SYNTAX)
    for text in (tests.declaration, tests.prompt, replied.code if replied else ""):
        signature = gotext.head(text, tests.entry)
        if signature is not None:
            return text, signature
    raise TruthError("declaration", f"says no parameters and results of a function {tests.entry}")


def _program(code: str, stdin: bytes, limits: Limits) -> Job:
    text = gotext.read(code)
    files = {"src/box/main/solution.go": gotext.write(text.package or "main", text.imports, text.body)}
    return compiling.program(_plan(_BUILD, files), stdin, limits, "native")


def _plan(build: Sequence[str], files: Mapping[str, bytes], *arguments: str, defined: bool = True) -> Plan:
    return Plan(
        builds=[[build]],
        run=["./main", *arguments],
        files=files,
        environment=_ENVIRONMENT,
        defined=defined,
        failure=_FAILURE,
    )


def _candidate(source: Source, tests: Tests, signature: str, *, typed: bool) -> Plan:
    """The solution with the prompt's helpers that it lacks, and our server."""
    own, offered = gotext.read(source.code), gotext.read(source.context)
    imports = [*gotext.read(tests.prompt).imports, *(_KNOWN if _continues(source, tests) else [])]
    names = braces.definitions(source.code, SYNTAX)
    helpers = gotext.needed(offered.body, own.body + signature, [*names, tests.entry])
    entries = f'map[string]interface{{}}{{"{tests.entry}": {tests.entry}}}'
    exported = f"func VerisieveEntries() map[string]interface{{}} {{ return {entries} }}"
    check = f"var _ func{signature} = {tests.entry}" if signature else ""
    body = "\n".join((own.body, helpers, check, exported, ""))
    serve = f"server.Serve(solution.VerisieveEntries(), {str(typed).lower()})"
    files = {
        "src/box/solution/solution.go": gotext.write("solution", gotext.fitting(body, own.imports, imports), body),
        "src/box/main/main.go": gotext.write("main", _SERVER, f"func main() {{ {serve} }}\n"),
        **_own("wire", "server"),
    }
    return _plan(_BUILD, files, defined=tests.entry in names)


def _continues(source: Source, tests: Tests) -> bool:
    """Whether a reply was only the inside of the function: it had no place for the imports that the prompt lacks."""
    return bool(tests.prompt) and source.code.startswith(tests.prompt.rstrip())


def _tester(tests: Tests, trusted: str, signature: str) -> Plan:
    """The tests, the entry point as a variable, and what they need of the trusted text."""
    texts = _test_texts(tests)
    written = "\n".join(texts)
    offered = gotext.read(trusted)
    taken = [tests.entry, *(name for text in texts for name in braces.definitions(text, SYNTAX))]
    bind = f'remote.Bind("{tests.entry}", &{tests.entry})'
    watch = tests.watch or changes.matter(written, tests.entry, SYNTAX)
    mode = f"remote.Watch = {str(watch).lower()}"
    stub = f"var {tests.entry} func{signature}\nfunc init() {{ {mode}; {bind} }}\n"
    body = stub + gotext.needed(offered.body, written + signature, taken)
    files = {"src/box/tests/declared_test.go": _file(body, [*offered.imports, Import("", "box/remote")])}
    for index, text in enumerate(texts):
        own = gotext.read(text)
        files[f"src/box/tests/tests{index or ''}_test.go"] = _file(own.body, own.imports)
    files = {**files, **_testify(), **_own("wire", "remote")}
    return replace(_plan(_TEST, files, "-test.failfast"), nan=tests.nan)


def _test_texts(tests: Tests) -> list[str]:
    if tests.style == "unittest":
        return [text for text in (tests.tests, tests.setup) if text.strip()]
    functions = [f"func Test{index}(t *testing.T) {{\n{text}\n}}\n" for index, text in enumerate(tests.tests)]
    return ["\n".join(functions), tests.setup] if tests.setup.strip() else ["\n".join(functions)]


def _file(body: str, imports: Sequence[Import]) -> bytes:
    """A trusted file: imports that it does not use go, and some that it lacks come."""
    return gotext.write("tests", gotext.fitting(body, [], [*imports, *_KNOWN]), body)


def _testify() -> dict[str, bytes]:
    made = testify.files(support.source("go", "assert/assert.go").decode())
    return {f"src/{name}": data for name, data in made.items()}


def _own(*folders: str) -> dict[str, bytes]:
    """Our own packages, by their place in a box."""
    return {
        f"src/box/{folder}/{name}": support.source("go", f"{folder}/{name}")
        for folder in folders
        for name in _PARTS[folder]
    }


language = Language(
    name="go",
    aliases=frozenset({"golang"}),
    toolchain="native",
    tools=("/usr/bin/go",),
    styles=frozenset({"asserts", "unittest", "stdin", "calls"}),
    cpu=30.0,
    find=partial(blocks.find, syntax=SYNTAX),
    job=_job,
    program=_program,
    library=Plan(
        builds=[[("/usr/bin/go", "build", "box/server", "box/remote", STANDARD["require"])]],
        files={**_own("wire", "server", "remote"), **_testify()},
        environment=_ENVIRONMENT,
        keep=[".cache/go-build"],
    ),
)
