"""The text of Java files: types, methods, names of files, and programs found in replies."""

from __future__ import annotations

import time

import pytest

from verisieve.verifiers.code import blocks, braces, javatext
from verisieve.verifiers.code.javatext import SYNTAX

DEFINED = [
    ("class A { int f(int x) { return g(x); } }", {"A", "f"}),
    (
        "public class A {\n  static <T> T f(T... xs) throws E {\n new B(); return h(1); }\n B b = new B() { };\n}",
        {"A", "f"},
    ),
    ("int f(int[] x) {\n return g(x);\n}", {"f"}),
    ("class A { @X(1) public int f() { return (1); } }", {"A", "f"}),
    ("class A { int x = g(3); abstract int f(); }", {"A"}),
    ('String s = """\n class B { int f() { \n""";', set()),
]


@pytest.mark.parametrize(("code", "names"), DEFINED)
def test_definitions_are_types_and_methods_with_bodies(code: str, names: set[str]) -> None:
    """Calls, fields, declarations without a body and text in literals define nothing."""
    assert set(braces.definitions(code, SYNTAX)) == names


FILES = [
    ("class A {} public final class B { class C {} }", "B.java"),
    ("/* public class X */ record R(int x) {}", "R.java"),
    ("int f() { return 1; }", "Solution.java"),
]


@pytest.mark.parametrize(("code", "name"), FILES)
def test_a_file_is_called_as_its_public_class(code: str, name: str) -> None:
    """The compiler insists on it; without a public class any name does."""
    assert javatext.file_name(code) == name


def test_the_class_that_runs_is_the_one_with_main() -> None:
    """A nested class's name does not count, nor does a main in a comment."""
    code = (
        "class A { class B {} } class C { public static void main(String[] a) {} } class D { /* static void main( */ }"
    )
    assert javatext.main_class(code) == "C"
    assert javatext.types(code) == ["A", "C", "D"]


def test_a_package_goes_and_lines_stay() -> None:
    """Boxes have no folders for packages."""
    assert javatext.unpacked("// package no;\npackage a.b;\nclass A {}") == "// package no;\n            \nclass A {}"


def test_methods_alone_get_a_class() -> None:
    """It is the prompt's where that is open, with its helpers; imports stay outside."""
    assert javatext.in_class("int f() { return 1; }", "class S { int g() { return 2; }\n") == (
        "class S { int g() { return 2; }\n int f() { return 1; }\n}"
    )
    made = javatext.in_class("import java.util.*;\nint f() { return 1; }")
    assert made.startswith("import java.util.*; class Solution {")
    assert braces.complete(made, SYNTAX)


PROMPT = "import java.util.*;\nclass Solution {\n    /** Adds. */\n    public int f(int x) {\n"
GOOD, BAD = (f"class Solution {{ int f(int x) {{ return {value}; }} }}" for value in ("x + 1", "9"))
REPLIES = [
    "        return x + 1;\n    }\n}",
    "Sure:\n```java\nclass Solution { public int f(int x) { return x + 1; } }\n```\nDone.",
    f"```python\ndef f(x): return 9\n```\n```java\n{GOOD}\n```",
    f"<think>```java\n{BAD}\n```</think>{GOOD}",
    f"```java\n{BAD}\n```\nBetter:\n```java\n{GOOD}\n```",
    f"```java\n{GOOD}\n```\nor\n```java\nclass Solution {{ int f(int x) {{ return 9;",
]


@pytest.mark.parametrize("reply", REPLIES)
def test_programs_are_found_in_replies(reply: str) -> None:
    """The last complete block of the language that defines the method, a body, or a program between prose."""
    found = blocks.find(reply, "f", PROMPT, SYNTAX)
    assert found is not None
    assert "x + 1" in found.code
    assert "9" not in found.code


@pytest.mark.parametrize(
    "text",
    [
        "class A " * 20_000,
        "int f(" * 20_000,
        "a " * 100_000,
        "<" * 100_000,
        '"""' * 30_001,
        " " * 100_000 + "x(",
        "final " * 30_000,
    ],
)
def test_hostile_text_is_read_in_no_time(text: str) -> None:
    """Scanning stays near linear."""
    started = time.process_time()
    javatext.types(text)
    javatext.in_class(text)
    braces.definitions(text, SYNTAX)
    assert time.process_time() - started < 5


def test_prose_without_code_is_no_program() -> None:
    """A refusal is no code."""
    assert blocks.find("I cannot help with that; sorry.", "f", "Write f.", SYNTAX) is None
