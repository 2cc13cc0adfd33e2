"""Programs of C++ and Rust in replies: what is code, what defines the entry point, what continues a prompt."""

from __future__ import annotations

import pytest

from verisieve.verifiers.code.braces import complete, definitions
from verisieve.verifiers.code.languages import cpp, known, rust

CPP_DEFINES = [
    ("int f(int x) { return x; }", True),
    ("std::vector<std::pair<int, int>> f(const std::map<int, int*>& m, int k = 3) {\n}", True),
    ("static inline unsigned long long *f(void) {", True),
    ("auto f(int x) -> int {", True),
    ("template <class T>\nT f(T x) { return x; }", True),
    ("const auto f = [](int x) { return x; };", True),
    ("bool f(int x) const noexcept {", True),
    ("int f(int x);", False),
    ("int g(int x) { return f(x); }", False),
    ("int main() { f(1); for (;;) {} }", False),
    ('const char* s = "int f(int x) {";', False),
    ("// int f(int x) {", False),
    ('auto s = R"(\nint f(int x) {\n)";', False),
    ("#define f(x) int f(int x) {", False),
]
RUST_DEFINES = [
    ("fn f() {}", True),
    ("pub(crate) fn f<'a, T: Ord>(x: &'a [T]) -> &'a T {", True),
    ("fn g() { f() }", False),
    ("// fn f() {", False),
    ('const S: &str = r#"fn f() { "quoted" }"#;', False),
    ("fn ff() {}", False),
]
COMPLETE = [
    (cpp, "char c = '{'; char d = '\\''; long n = 1'000'000; int f() { return n; }", True),
    (cpp, 'auto s = R"x( } )" )x"; int f() { return 0; }', True),
    (cpp, "#define OPEN {\nint f() { return 0; }", True),
    (cpp, "int f() { if (1) { return 0; }", False),
    (rust, "fn f<'a>(x: &'a str, c: char) -> bool { c == '{' || c == '\\'' || x == \"}\" }", True),
    (rust, 'fn f() -> &\'static str { r#"{ " "#  }', True),
    (rust, "fn f() { loop { }", False),
]


@pytest.mark.parametrize(("code", "defines"), CPP_DEFINES)
def test_cpp_definitions_are_found(code: str, defines: bool) -> None:
    """A definition counts; a call, a prototype, a comment, a string or a macro does not."""
    assert ("f" in definitions(code, cpp.SYNTAX)) is defines


@pytest.mark.parametrize(("code", "defines"), RUST_DEFINES)
def test_rust_definitions_are_found(code: str, defines: bool) -> None:
    """A definition counts; a call, a comment or a string does not."""
    assert ("f" in definitions(code, rust.SYNTAX)) is defines


@pytest.mark.parametrize(("language", "code", "whole"), COMPLETE)
def test_literals_do_not_count_as_brackets(language: object, code: str, whole: bool) -> None:
    """Characters, digit separators, lifetimes, raw strings and macros hide their brackets."""
    assert complete(code, language.SYNTAX) is whole  # type: ignore[attr-defined]


BODY = "    int s = 0;\n    for (int x : xs) s += x;\n    return s;\n}\n"
PROMPT = "#include <vector>\n/* Sum. */\nint f(std::vector<int> xs) {\n"
WHOLE = "int f(std::vector<int> xs) {\n    return 0;\n}\n"
REPLIES = [
    (BODY, PROMPT + "\n" + BODY, "a body"),
    (f"Sure:\n```cpp\n{BODY}```\nDone.", PROMPT + "\n" + BODY, "a body in a block"),
    (f"<think>int f</think>\n```c++\n{WHOLE}```", WHOLE, "after thinking"),
    (f"```python\ndef f(xs): ...\n```\n```\n{WHOLE}```", WHOLE, "another language first"),
    (f"```cpp\n{WHOLE}```\nUsage:\n```cpp\nint main() {{ f({{}}); }}\n```", WHOLE, "a block of usage after"),
    (f"```cpp\n{WHOLE}", WHOLE, "a fence that is not closed"),
    (f"Here it is.\n{WHOLE}\nThat is all.", WHOLE, "prose around"),
    ("```cpp\nint f(std::vector<int> xs) {\n    return", "int f(std::vector<int> xs) {\n    return", "cut off"),
]


@pytest.mark.parametrize(("reply", "code", "why"), REPLIES, ids=[why for *_, why in REPLIES])
def test_the_program_of_a_reply_is_found(reply: str, code: str, why: str) -> None:
    """The block that defines the entry point, or a body under the prompt."""
    found = known()["cpp"].find(reply, "f", PROMPT)
    assert found is not None
    assert found.code.strip() == code.strip()


def test_a_reply_without_code_holds_none() -> None:
    """Prose alone, or a block of another language alone, is no program."""
    for reply in ("I cannot do this.", "", "Use f(x) and be done."):
        assert known()["rust"].find(reply, "f", "fn f(x: i32) -> i32 {\n") is None, reply


@pytest.mark.parametrize(
    "text", ["a * " * 20_000, "int " * 30_000, "<" * 60_000, 'R"(' * 30_000, "'" * 60_000, 'r#"' * 30_000]
)
def test_hostile_text_is_read_in_time(text: str) -> None:
    """Runs of operators, quotes and openings of literals cost about linear time."""
    for language in ("cpp", "rust"):
        known()[language].find(f"```\n{text}\n```", "f", "")
