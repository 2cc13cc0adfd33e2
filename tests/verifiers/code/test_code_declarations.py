"""Where trusted text declares a function, in languages with braces."""

from __future__ import annotations

import pytest

from verisieve.errors import TruthError
from verisieve.verifiers.code import declarations, runner
from verisieve.verifiers.code.languages import cpp, rust

CPP = [
    ("int f(int x) {", ("int ", ("int x",)), "open"),
    ("int f(int x);", ("int ", ("int x",)), "a prototype"),
    ("int g() { return f(1); }\nlong f(void) { return 1; }", ("long ", ("void",)), "after a call"),
    (
        '// f(x) {\nconst char* s = "int f(int z) {";\nint f(int y) {}',
        ("int ", ("int y",)),
        "after a comment and a string",
    ),
    ("#define F(x) f(x) {\nint f(int y) {", ("int ", ("int y",)), "after a macro"),
    (
        "map<int, int> f(map<int, int> a, pair<int, int>& b) {",
        ("map<int, int> ", ("map<int, int> a", "pair<int, int>& b")),
        "commas",
    ),
    (
        "int f(int a, char b = ',', int (*c)(int, int) = 0) {",
        ("int ", ("int a", "char b = ','", "int (*c)(int, int) = 0")),
        "defaults",
    ),
    ("int x = f(1);\nint f(int y) {", ("int ", ("int y",)), "after an initialiser"),
    ("template <class T>\nT f(T y) {", ("template <class T>\nT ", ("T y",)), "a template"),
]
RUST = [
    ("use std::x;\npub fn f(mut a: Vec<i32>) -> i32 {", ("pub fn ", ("mut a: Vec<i32>",)), "public"),
    (
        "fn f<'a>(a: &'a str, b: (i32, i32)) -> (i32, i32) {",
        ("fn ", ("a: &'a str", "b: (i32, i32)")),
        "lifetimes and tuples",
    ),
    ("/// f(x)\n#[inline]\nfn f() {}\nfn g() { f() }", ("fn ", ()), "attributes"),
    ("struct S { f: i32 }\nfn f(s: S) {", ("fn ", ("s: S",)), "a field of its name"),
]


@pytest.mark.parametrize(("code", "found", "why"), CPP, ids=[why for *_, why in CPP])
def test_a_declaration_in_cpp_is_found(code: str, found: tuple[str, tuple[str, ...]], why: str) -> None:
    """The type of the result and the parameters are what is written."""
    declared = declarations.find(code, "f", cpp.SYNTAX)
    assert declared is not None
    assert (declared.lead, declared.parameters) == found


@pytest.mark.parametrize(("code", "found", "why"), RUST, ids=[why for *_, why in RUST])
def test_a_declaration_in_rust_is_found(code: str, found: tuple[str, tuple[str, ...]], why: str) -> None:
    """What stands before the name, and the parameters, are what is written."""
    declared = declarations.find(code, "f", rust.SYNTAX)
    assert declared is not None
    assert (declared.lead, declared.parameters) == found


@pytest.mark.parametrize("code", ["", "no code", "f(1);", "int g() { f(2); }", "int ff(int x) {", "x.f(3) {"])
def test_text_without_a_declaration_has_none(code: str) -> None:
    """A call, another name or prose declares nothing."""
    assert declarations.find(code, "f", cpp.SYNTAX) is None


def test_the_text_around_a_definition_is_kept() -> None:
    """A stub takes the place of the definition and of nothing else."""
    declared = declarations.find(
        "int a() { return 1; }\nint f(int x) { if (x) { } return 2; }\nint b;", "f", cpp.SYNTAX
    )
    assert declared is not None
    assert (declared.before, declared.after) == ("int a() { return 1; }\n", "\nint b;")


def test_an_open_body_goes_to_the_end() -> None:
    """A declaration that ends inside the body, as prompts do, leaves nothing after it."""
    declared = declarations.find("int f(int x) {\n for (;;) {", "f", cpp.SYNTAX)
    assert declared is not None
    assert declared.after == ""


def test_no_declaration_is_an_error_of_the_truth() -> None:
    """Tests in the language cannot run without one, and say which field should hold it."""
    tests = runner.Tests(style="asserts", entry="f", tests=[], declaration="int g() {", prompt="Write f.")
    with pytest.raises(TruthError, match="declaration: declares no f"):
        declarations.due(declarations.of_entry(tests, cpp.SYNTAX), tests)


def test_hostile_text_is_scanned_in_time() -> None:
    """Long runs of brackets, quotes and names cost linear time."""
    for text in ("f(" * 50_000, "int f" * 40_000, "f(int x) " * 20_000, '"' * 100_000, "int f(" + "<" * 100_000):
        declarations.find(text, "f", cpp.SYNTAX)
