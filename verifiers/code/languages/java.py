"""Java: the solution with our server, tests compiled against a class whose method asks it from afar."""

from __future__ import annotations

import re
from functools import partial

from verisieve.sandboxes import MIB, Job, Limits
from verisieve.verifiers.code import blocks, braces, changes, compiling, declarations, javatext, support
from verisieve.verifiers.code.compiling import Command, Plan
from verisieve.verifiers.code.declarations import Declaration
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.javatext import SYNTAX
from verisieve.verifiers.code.languages import Language
from verisieve.verifiers.code.runner import Tests

_JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData")
_COMPILE = (
    "/usr/bin/javac",
    *(f"-J{option}" for option in (*_JVM, "-Xmx256m")),
    "-proc:none",
    "-nowarn",
    "-g:source,lines",
)
_OPENS = ("--add-opens", "java.base/java.io=ALL-UNNAMED")  # the only way to a socket that is there already
_WIRE = ("Fault.java", "Frames.java", "Objects.java", "Problems.java", "Reader.java", "Writer.java")
_FAILED = (
    r'Exception in thread "[^"]*" [\w.]*Assert\w*(?:: (?P<message>[^\n]*))?'
    r"(?:\n\s+at [^\n]*)*?\n\s+at \w+\.(?P<test>\w+)\(\w+\.java:(?P<line>\d+)\)"
)
_FAMILIAR = "import java.util.*; import java.util.function.*; import java.util.stream.*;"


def _job(source: Source, tests: Tests, limits: Limits) -> Job:
    tester = None
    if tests.style != "calls":
        tester = _tester(tests, declarations.due(declarations.of_entry(tests, SYNTAX), tests))
    return compiling.job(_candidate(source, tests, limits), tester, tests, limits, "jvm")


def _candidate(source: Source, tests: Tests, limits: Limits) -> Plan:
    code = javatext.unpacked(javatext.in_class(source.code, source.context))
    wanted = [name for name in javatext.imports(source.context) if name not in javatext.imports(code)]
    name = javatext.file_name(code)
    files = {
        name: "".join((" ".join(wanted), " " * bool(wanted), code)).encode("utf-8", "replace"),
        **_own("Server.java"),
    }
    mode = "plain" if tests.style == "calls" else "typed"
    classes = sorted(javatext.types(code), key=lambda each: each != "Solution")
    defined = tests.entry in braces.definitions(code, SYNTAX)
    doubt = [] if defined else [_java(limits, "verisieve.Server", "find", tests.entry, *classes)]
    run = _java(limits, "verisieve.Server", mode, tests.entry, *classes)
    return Plan(builds=[[_javac(name), *doubt]], run=run, files=files, defined=defined)


def _tester(tests: Tests, declared: Declaration) -> Plan:
    stub = javatext.unpacked(_stub(declared, tests.entry))
    home = ["Solution", *javatext.types(declared.before)][-1]
    text = _asserts(tests.tests, home) if tests.style == "asserts" else tests.tests
    seen = " ".join([*javatext.imports(stub), *javatext.imports(tests.setup), _FAMILIAR])
    main = javatext.main_class(text)
    files = {javatext.file_name(stub): stub.encode("utf-8", "replace")}
    for code in filter(str.strip, (tests.setup, javatext.unpacked(text))):
        files[javatext.file_name(code)] = f"{seen} {code}".encode("utf-8", "replace")
    watch = tests.watch or changes.matter(text, tests.entry, SYNTAX)
    run = _java(Limits(), f"-Dverisieve.watch={str(watch).lower()}", main)
    own = {**files, **_own("Remote.java")}
    return Plan(builds=[[_javac(*files)]], run=run, files=own, failure=_FAILED, nan=tests.nan)


def _own(*last: str) -> dict[str, bytes]:
    """Our own sources, and the list of them for the compiler, which is empty where they are built already."""
    files = {f"verisieve/{name}": support.source("java", f"verisieve/{name}") for name in (*_WIRE, *last)}
    return {**files, "list/sources": "\n".join(files).encode()}


def _javac(*names: str) -> Command:
    return [*_COMPILE, "-cp", "classes", "-d", "classes", *names, "@list/sources"]


def _java(limits: Limits, *arguments: str) -> Command:
    heap = f"-Xmx{max(16, int(0.7 * limits.memory) // MIB)}m"
    return ["/usr/bin/java", *_JVM, heap, *_OPENS, "-ea", "-cp", "classes", *arguments]


def _stub(declared: Declaration, entry: str) -> str:
    """The declared class, its method asking the candidate."""
    names = [re.split(r"[\s.\]]+", parameter.rstrip("[] "))[-1] for parameter in declared.parameters]
    plain = braces.mask(declared.lead, SYNTAX).text
    self = "null" if re.search(r"\bstatic\b", plain) else "this"
    method = "new Object() { }.getClass().getEnclosingMethod()"
    call = f"verisieve.Remote.call({method}, {self}, new Object[] {{ {', '.join(names)} }});"
    body = f"{{ {call} }}" if re.search(r"\bvoid\s*$", plain) else f"{{ return {call} }}"
    head = f"{declared.lead}{declared.generics}{entry}({', '.join(declared.parameters)}){declared.tail}"
    return javatext.in_class(javatext.closed(f"{declared.before}{head} {body}{declared.after}"))


def _asserts(statements: list[str], home: str) -> str:
    """A main program of statements, in a class that has the methods of the solution by their plain names."""
    calls = "".join(f" tests.test{index}();" for index in range(len(statements)))
    methods = [f"void test{index}() throws Throwable {{ {text}\n; }}" for index, text in enumerate(statements)]
    main = f"public static void main(String[] arguments) throws Throwable {{ Main tests = new Main();{calls} }}"
    return "\n".join([f"public class Main extends {home} {{ {main}", *methods, "}"])


def _program(code: str, stdin: bytes, limits: Limits) -> Job:
    code = javatext.unpacked(code)
    name = javatext.file_name(code)
    plan = Plan(
        builds=[[_javac(name)]],
        run=_java(limits, javatext.main_class(code)),
        files={name: code.encode("utf-8", "replace"), "list/sources": b""},
    )
    return compiling.program(plan, stdin, limits, "jvm")


language = Language(
    name="java",
    toolchain="jvm",
    tools=("/usr/bin/javac", "/usr/bin/java"),
    styles=frozenset({"asserts", "unittest", "stdin", "calls"}),
    cpu=30.0,
    find=partial(blocks.find, syntax=SYNTAX),
    job=_job,
    program=_program,
    library=Plan(
        builds=[[_javac(), ("/usr/bin/cp", "/dev/null", "list/sources")]],
        files=_own("Server.java", "Remote.java"),
        keep=["classes", "list"],
    ),
)
