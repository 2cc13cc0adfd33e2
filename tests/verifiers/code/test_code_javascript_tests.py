"""What the text of JavaScript tests tells: names that they use, members of answers, arguments that they watch."""

from __future__ import annotations

import pytest

from verisieve.verifiers.code.javascript_tests import Facts, examine
from verisieve.verifiers.code.languages.javascript import SYNTAX


def facts(text: str, entry: str = "f") -> Facts:
    """Examine tests."""
    return examine(text, entry, SYNTAX)


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("assert.equal(f(1), 2)", set()),
        ("assert.equal(f(1).total, 2)", {"total"}),
        ("const got = await f(g(1));\nassert(got.left.right)", {"left"}),
        ("for (const one of f()) assert(one.name)", {"name"}),
        ("function check(candidate) { assert(candidate(1)[0].x) }", {"x"}),
        ("const cases = [{ x: 1, y: 2 }]\nfor (const c of cases) assert.equal(f(c.x), c.y)", set()),
        ("// f().x\nassert.equal(f('f().y'), 1)", set()),
    ],
)
def test_members_of_answers_are_known(text: str, members: set[str]) -> None:
    """Whatever may hold an answer counts, the tests' own data and what a comment says do not."""
    assert facts(text).members == members


@pytest.mark.parametrize(
    ("text", "watch"),
    [
        ("const xs = [1];\nf(xs);\nassert.deepEqual(xs, [2]);", True),
        ("const xs = [1]\nf(xs)\nconsole.assert(xs[0] === 2)\n", True),
        ("const xs = [1]; f(xs); console.assert(JSON.stringify(xs) === '[2]')", True),
        ("const xs = [1]; assert.deepEqual(f(xs), xs)", False),
        ("const xs = [1]; const got = f(xs); assert.equal(xs.length === got.length, true)", False),
        ("const xs = [1]; const got = f(xs); assert.equal(sum(xs), got)", False),
    ],
)
def test_an_argument_is_watched_where_it_is_compared_alone(text: str, watch: bool) -> None:
    """A comparison with an answer watches nothing: a solution would change both sides."""
    assert facts(text).watch is watch


def test_names_that_tests_define_are_their_own() -> None:
    """A solution's name of the same kind is not looked up."""
    found = facts("const helper = 1\nfunction same() {}\nassert(other(f()))")
    assert ({"helper", "same"} & found.used, {"other", "f"} <= found.used) == (set(), True)


@pytest.mark.parametrize(("text", "entry"), [("new Stack()", "Stack"), ("Stack.of(1)", "Stack"), ("new f(1)", "f")])
def test_classes_are_known_by_their_use(text: str, entry: str) -> None:
    """A capital letter or `new` on the entry point makes tests of objects."""
    assert facts(text, entry).constructs
    assert not facts("new Map(f(new Date()))").constructs
