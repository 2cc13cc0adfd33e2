"""The text of Go files: imports, heads of functions, and what one text needs of another."""

from __future__ import annotations

import time

import pytest

from verisieve.verifiers.code import gotext, testify
from verisieve.verifiers.code.gotext import Import

IMPORTS = [
    ('import "fmt"', [("", "fmt")]),
    ('import m "math"; import _ `os`', [("m", "math"), ("_", "os")]),
    ('import (\n\t"a/b" // "not/this"\n\t. "c"\n)', [("", "a/b"), (".", "c")]),
    ('/* import "no" */\nvar s = `\nimport "no"\n`', []),
    ('func f() {\nimport "no"\n}', []),
    ("import of the data begins", []),
]


@pytest.mark.parametrize(("code", "found"), IMPORTS)
def test_imports_are_found_where_go_has_them(code: str, found: list[tuple[str, str]]) -> None:
    """Comments, literals and bodies hold none; each spec has its name and its path."""
    assert [tuple(each) for each in gotext.read(code).imports] == found


def test_lines_stay_where_they_are() -> None:
    """The package and the imports that a file gets stand on its first line."""
    text = gotext.read('package x\n\nimport (\n"fmt"\n)\nfunc F() {}')
    made = gotext.write("solution", [Import("", "os")], text.body).decode()
    assert made.splitlines()[0].rstrip() == 'package solution; import "os";'
    assert made.splitlines()[5] == "func F() {}"


def test_offered_imports_come_and_go_with_their_use() -> None:
    """An offered import is taken where it is used; an own one that nobody offered stays, used or not."""
    offered = [Import("", "math/rand"), Import("", "strings"), Import("", "golang.org/x/rand/v2")]
    own = [Import("", "strings"), Import("", "os")]
    assert gotext.fitting("rand.Int()", own, offered) == [Import("", "os"), Import("", "math/rand")]
    assert not gotext.uses('"rand.x" // rand.y\na.rand.z', "rand")


HEADS = [
    ("func F(a, b int) (q int, err error) {", "(a, b int) (q int, err error)"),
    ("func F(x interface{}) [2]interface{}{\n", "(x interface{}) [2]interface{}"),
    ("func F(f func(int) struct{ A int }) map[string]func() {", "(f func(int) struct{ A int }) map[string]func()"),
    ("func F(\n\ta int,\n) (\n\tint,\n)\n", "(\n\ta int,\n) (\n\tint,\n)"),
    ("func F()", "()"),
    ("func F[T any](x T) T {", None),
    ("func (s *S) F() {", None),
    ("// func F() int {\nfunc G() {", None),
]


@pytest.mark.parametrize(("code", "head"), HEADS)
def test_heads_end_where_bodies_begin(code: str, head: str | None) -> None:
    """Braces of types are no bodies; generic functions and methods are no entry points."""
    assert gotext.head(code, "F") == head


def test_what_is_needed_brings_what_it_needs() -> None:
    """A type comes with its methods and their helpers; names that are taken, and all else, stay away."""
    offered = "type S struct{ t T }\ntype T int\nfunc (s S) Get() int { return help() }\n"
    offered += "func help() int { return K }\nconst (\n\tK = 1\n)\nvar no = 2\n"
    found = gotext.needed(offered, 'S{}.x() // no\n"no"', ["T"])
    assert all(name in found for name in ("type S", "Get()", "func help", "K = 1"))
    assert "type T" not in found
    assert "var no" not in found


@pytest.mark.parametrize(
    "text",
    [
        "import (" * 20_000,
        "func (" * 20_000,
        "type " * 40_000,
        "`" * 100_001,
        "func F(" + "interface{" * 20_000,
        "x." * 50_000,
    ],
)
def test_hostile_text_is_read_in_no_time(text: str) -> None:
    """Scanning stays near linear."""
    started = time.process_time()
    gotext.read(text)
    gotext.head(text, "F")
    assert time.process_time() - started < 5


def test_every_assertion_has_four_forms_in_both_packages() -> None:
    """A function of ours is a method too, has a variant with a format, and is in require."""
    source = "func Len(t TestingT, object interface{}, size int, extra ...interface{}) bool {\n"
    files = {name.rsplit("/")[-1]: text.decode() for name, text in testify.files(source).items()}
    method = "func (a *Assertions) Len(object interface{}, size int, extra ...interface{}) bool"
    assert method + " { return Len(a.t, object, size, extra...) }" in files["variants.go"]
    assert (
        "func Lenf(t TestingT, object interface{}, size int, format string, args ...interface{}) bool"
        in files["variants.go"]
    )
    assert "var Len, Lenf = assert.Len, assert.Lenf" in files["require.go"]
