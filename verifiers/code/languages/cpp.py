"""C++: the solution with our server, statements and whole programs of tests against a stub of the entry point."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from verisieve.sandboxes import Job, Limits
from verisieve.verifiers.code import blocks, compiling, declarations, support
from verisieve.verifiers.code.braces import COMMENTS, DOUBLE, SINGLE, Syntax
from verisieve.verifiers.code.compiling import Command, Plan
from verisieve.verifiers.code.declarations import Declaration
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.languages import Language
from verisieve.verifiers.code.runner import Tests

COMPILER: Final = "/usr/bin/g++"
_RAW = r'\bR"(?P<raw>[^()\\\s]{0,16})\((?:(?s:.)*?\)(?P=raw)"|(?s:.)*+)'  # without an end, all is lost to it
_MACRO = r"(?m:^)[ \t]*+#[ \t]*+define(?:[^\n\\]|\\(?s:.))*+"
_DIGITS = r"(?<=\d)'(?=\d)"  # 1'000
SYNTAX = Syntax(
    fences=frozenset({"cpp", "c++", "cc", "cxx", "c", "h", "hpp"}),
    literals=f"{COMMENTS}|{_MACRO}|{_RAW}|{DOUBLE}|{_DIGITS}|{SINGLE}",
    definition=re.compile(
        r"^[ \t]*+(?:(?:struct|class|enum(?: class)?|union)\s+(\w+)|"
        r"(?:[\w:<>,\[\]]++[ \t*&]++)+([A-Za-z_]\w*)\s*\([^()]*\)[^;{}()=]*\{|"
        r"(?:const(?:expr)? +)*auto +(\w+) *=)",
        re.MULTILINE,
    ),
    opening=re.compile(r"#|//|/\*|using |namespace |template|(?:struct|class) |[\w:<>,&* ]+\b\w+\("),
)
_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include\b[^\n]*", re.MULTILINE)
_WHOLE_TYPES = "int|bool|char|float|double|long|short|unsigned|signed|auto|string|size_t"
_FAILED = r"(?m)^[^\n]*?:(?P<line>\d+): [^\n]*Assertion `(?P<test>[^\n]*)' failed"
_WIRE = ("wire.hpp", "wire.cpp", "any.hpp")
_OPTIONS = ("-w", "-pipe", "-fmax-errors=5")
_CHECKED = "-D_GLIBCXX_ASSERTIONS"  # an index out of range ends the solution: what lies there is right by luck alone
# what of ours each side is linked with, as sources or, once they are built, as objects: either has a `wire` of its
# own, since the linker keeps one copy of a template and only the candidate's may check an index
_SERVER, _CLIENT = "own/server", "own/client"


def _job(source: Source, tests: Tests, limits: Limits) -> Job:
    declared = declarations.of_entry(tests, SYNTAX)
    candidate = _candidate(source, tests, declared)
    tester = None if tests.style == "calls" else _tester(tests, declarations.due(declared, tests))
    return compiling.job(candidate, tester, tests, limits, "native")


def _candidate(source: Source, tests: Tests, declared: Declaration | None) -> Plan:
    """The solution between our server's head and one line that names its entry point; other ways to read it follow."""
    files = {
        **support.files("cpp", *_WIRE, "server.hpp", "server.cpp"),
        _SERVER: b"server.cpp wire.cpp",
        "main.cpp": support.source("cpp", "main.cpp").replace(b"ENTRY", tests.entry.encode()),
        "solution.cpp": source.code.encode("utf-8", "replace"),
        "context.cpp": source.context.encode("utf-8", "replace"),
        "prelude.hpp": "\n".join((*_INCLUDE.findall(tests.declaration), tests.prelude)).encode("utf-8", "replace"),
        "declared.hpp": _prototype(declared).encode("utf-8", "replace") if declared else b"",
    }
    ways = [["-std=gnu++17"], ["-std=gnu++17", "-DVERISIEVE_CONTEXT"]] if source.context.strip() else [["-std=gnu++17"]]
    ways += [[standard, "-DVERISIEVE_DECLARED"] for standard in ("-std=gnu++17", "-std=gnu++20") if declared]
    parts, text = ("main.cpp", f"@{_SERVER}"), source.code + tests.declaration + tests.prelude
    builds = [[_compile("solution", [*way, *_any(text), _CHECKED], parts, text)] for way in ways]
    defined = bool(re.search(rf"\b{tests.entry}\b", source.code))
    return Plan(builds=builds, run=["./solution"], files=files, defined=defined)


def _prototype(declared: Declaration) -> str:
    return f"{declared.lead}verisieve_declared({', '.join(declared.parameters)});\n"


def _tester(tests: Tests, declared: Declaration) -> Plan:
    text = "\n".join(
        (
            '#include "client.hpp"',
            tests.prelude,
            "#define main verisieve_main",
            declared.before,
            _stub(declared, tests.entry),
            declared.after,
            "#undef main",
            tests.setup,
            _asserts(tests.tests) if tests.style == "asserts" else f'#line 1 "tests"\n{tests.tests}',
        )
    )
    command = _compile("tests", ["-std=gnu++17", "-O0", *_any(text)], ("tests.cpp", f"@{_CLIENT}"), text)
    files = {
        **support.files("cpp", *_WIRE, "client.hpp", "client.cpp"),
        _CLIENT: b"client.cpp wire.cpp",
        "tests.cpp": text.encode("utf-8", "replace"),
    }
    return Plan(builds=[[command]], run=["./tests"], files=files, failure=_FAILED, nan=tests.nan)


def _stub(declared: Declaration, entry: str) -> str:
    """The definition of the entry point that asks the candidate."""
    parameters = [_named(parameter, index) for index, parameter in enumerate(declared.parameters)]
    parameters = [each for each in parameters if each != ("void", "")]
    head = f"{declared.lead}{entry}({', '.join(text for text, _ in parameters)}){declared.tail}"
    arguments = "".join(f", {name}" for _, name in parameters)
    call = f'return verisieve::call("{entry}", decltype(&verisieve_declared)(nullptr){arguments});'
    return f"{_prototype(declared)}{head} {{ {call} }}"


def _named(parameter: str, index: int) -> tuple[str, str]:
    """Return a parameter with its name; one that has none gets one."""
    if parameter == "void":
        return "void", ""
    plain, default, value = parameter.partition("=")
    match = re.search(r"[\s*&>](\w+)\s*(?:\[[^\]]*\]\s*)*$", plain.rstrip())
    if match and not re.fullmatch(_WHOLE_TYPES, match[1]):
        return parameter, match[1]
    name = f"verisieve_{index}"
    return f"{plain.rstrip()} {name} {default}{value}", name


def _asserts(statements: list[str]) -> str:
    """A main program of statements, each counted when it held."""
    parts = [f'#line 1 "test {index}"\n{text};\nverisieve::held();' for index, text in enumerate(statements)]
    return "#undef NDEBUG\n#include <assert.h>\nint main() {\n" + "\n".join(parts) + "\n}\n"


def _any(code: str) -> list[str]:
    """What a program that has to do with `std::any` needs; others are spared the header that it includes."""
    return ["-include", "any.hpp"] if re.search(r"\bany\b", code) else []


def _compile(output: str, options: list[str], parts: tuple[str, ...], code: str) -> Command:
    libraries = ["-lcrypto"] if "openssl/" in code else []
    return [COMPILER, "-O1", *_OPTIONS, *options, "-I.", "-o", output, *parts, *libraries]


def _program(code: str, stdin: bytes, limits: Limits) -> Job:
    standards = ("-std=gnu++17", "-std=gnu++20")
    builds = [[_compile("solution", [standard, _CHECKED], ("solution.cpp",), code)] for standard in standards]
    plan = Plan(builds=builds, run=["./solution"], files={"solution.cpp": code.encode("utf-8", "replace")})
    return compiling.program(plan, stdin, limits, "native")


def _library() -> Plan:
    """Our own part of both sides, as objects, and the lists that name them."""
    builds, files = [], support.files("cpp", *_WIRE, "server.hpp", "server.cpp", "client.hpp", "client.cpp")
    for folder, part, options in ((_SERVER, "server", [_CHECKED]), (_CLIENT, "client", [])):
        objects = {name: f"{folder}-{name}.o" for name in (part, "wire")}
        builds += [
            _compile(made, ["-c", "-std=gnu++17", *options], (f"{name}.cpp",), "") for name, made in objects.items()
        ]
        files[folder] = " ".join(objects.values()).encode()
    return Plan(builds=[builds], files=files, keep=["own"])


language = Language(
    name="cpp",
    aliases=frozenset({"c++", "cxx", "cc"}),
    toolchain="native",
    tools=(COMPILER,),
    styles=frozenset({"asserts", "unittest", "stdin", "calls"}),
    cpu=50.0,  # compiling takes 1 to 2 of them, and more where a solution is tried in several ways
    find=partial(blocks.find, syntax=SYNTAX),
    job=_job,
    program=_program,
    library=_library(),
)
