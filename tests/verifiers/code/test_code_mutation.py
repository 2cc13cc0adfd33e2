"""Mutants: one mistake each, at a known line, in text that is otherwise the original's."""

from __future__ import annotations

import ast

import pytest

from verisieve.verifiers.code.mutation import mutants

# the original line, the operator, and a line that it must become
MADE = [
    ("return a < b", "comparison", "return a <= b"),
    ("return a not  in b", "comparison", "return a in b"),
    ("return (a) < (b)", "comparison", "return (a) >= (b)"),
    ("return a < b < c", "comparison", "return a < b <= c"),
    ("return a + b", "arithmetic", "return a - b"),
    ("a **= b; return a", "arithmetic", "a *= b; return a"),
    ("a += b; return a", "assignment", "a = b; return a"),
    ("return a and b or c", "boolean", "return a or b or c"),
    ("return not (a or b)", "unary", "return (a or b)"),
    ("return -a", "unary", "return a"),
    ("return 0x10", "constant", "return 17"),
    ("return True", "constant", "return False"),
    ("return 'a'", "constant", 'return ""'),
    ("return range(a, len(b))", "off_by_one", "return range(a, len(b) + 1)"),
    ("return a[b:c]", "off_by_one", "return a[b:c - 1]"),
    ("return a[b + c]", "off_by_one", "return a[b + c - 1]"),
    ("if a: return b", "condition", "if not a: return b"),
    ("return [x for x in a if x or b]", "condition", "return [x for x in a if not (x or b)]"),
    ("return a or b", "return", "return not (a or b)"),
    ("return a.b", "return", "return None"),
    ("a.append(b); return a", "deletion", "pass; return a"),
    ("a = b; return a", "deletion", "pass; return a"),
    ("while a: break", "jump", "while a: continue"),
    ("return min(a, 1)", "function", "return max(a, 1)"),
    ("return a.upper()", "function", "return a.lower()"),
    ("return sorted(a)", "function", "return list(a)"),
    ("return pow((a), b)", "arguments", "return pow((b), a)"),
    ("return a * 'é' + b", "variable", "return a * 'é' + a"),
]


def function(line: str) -> str:
    """A function whose second line is the given one."""
    return f"def f(a, b, c):\n    {line}\n"


@pytest.mark.parametrize(("line", "operator", "expected"), MADE, ids=[case[2] for case in MADE])
def test_a_mistake_is_made(line: str, operator: str, expected: str) -> None:
    """Each operator makes the mistake that it is named for."""
    found = {(mutant.operator, mutant.after) for mutant in mutants(function(line), most=500)}

    assert (operator, expected) in found


ALONE = [
    ('"""a < 1"""', "a docstring"),
    ("x: dict[1, 2]", "an annotation"),
    ("import os.path", "an import"),
    ("x = f'{a + 1}'", "an f-string"),
]


@pytest.mark.parametrize("line", [case[0] for case in ALONE], ids=[case[1] for case in ALONE])
def test_some_text_is_left_alone(line: str) -> None:
    """No mutant changes what does not run, or where positions are not to be trusted."""
    assert {mutant.line for mutant in mutants(function(line) + "    return 1\n")} == {3}


def test_the_main_block_is_left_alone() -> None:
    """`if __name__` is no part of what tests call."""
    assert mutants('if __name__ == "__main__":\n    print(1 < 2)\n') == []


SOURCE = (
    function("t = (\n        a < b,  # é\n        b)\n    return t or sorted(c)").replace("\n", "\r\n") + "# the end"
)


def test_the_other_lines_stay() -> None:
    """A mutant differs from the original in the lines that it shows, whatever ends its lines."""
    lines = SOURCE.split("\r\n")
    for mutant in mutants(SOURCE, most=500):
        changed = mutant.source.replace("\r", "").split("\n")
        last = mutant.line + mutant.before.count("\n")
        assert changed[: mutant.line - 1] + changed[last:] == lines[: mutant.line - 1] + lines[last:]
        assert changed[mutant.line - 1 : last] != lines[mutant.line - 1 : last]


def test_each_mutant_is_another_program() -> None:
    """No two mutants are the same program, none is the original, and all are Python."""
    found = [ast.dump(ast.parse(mutant.source)) for mutant in mutants(SOURCE, most=500)]

    assert len({*found, ast.dump(ast.parse(SOURCE))}) == len(found) + 1


def test_the_same_seed_makes_the_same_mutants() -> None:
    """A choice depends on the text and the seed alone, and another seed chooses otherwise."""
    assert mutants(SOURCE, most=5, seed=1) == mutants(SOURCE, most=5, seed=1)
    assert mutants(SOURCE, most=5, seed=1) != mutants(SOURCE, most=5, seed=2)


def test_what_the_entry_point_reaches_comes_first() -> None:
    """A choice takes the entry point's own lines and those of its helpers and constants before any other."""
    source = "LIMIT = 3\ndef other(): return 1\ndef helper(): return LIMIT\ndef f(): return helper()\n"
    found = mutants(source, entry="f", most=4)

    assert {mutant.line for mutant in found} == {1, 3, 4}
    assert {mutant.line for mutant in mutants(source, entry="f", most=50)} == {1, 2, 3, 4}


def test_a_choice_is_spread_over_the_lines() -> None:
    """With room for one mutant a line, each line has one."""
    source = "def f(a):\n" + "".join(f"    a = a * {n} + {n + 1} - a\n" for n in range(20)) + "    return a\n"

    assert {mutant.line for mutant in mutants(source, most=21)} == set(range(2, 23))


@pytest.mark.parametrize(
    "source", ["def f(:", "\ufeffx = 1", "\0", "x = '\ud800'", "x = " + "-" * 5000 + "1", "x = 1" + "+1" * 9000]
)
def test_text_that_cannot_be_read_is_refused(source: str) -> None:
    """Text that is no Python, or nested beyond what Python walks, is a ValueError."""
    with pytest.raises(ValueError, match="no Python"):
        mutants(source)


ODD = {
    "if a:\n\tx = '\x0c\u2028' + b\n\x0c\ny = 1 < 2": "y = 1 <= 2",
    "a = 1\ry = a < 2": "y = a <= 2",
    "y = 'é' <\\\n 2": "y = 'é' <=\\",
}


@pytest.mark.parametrize("source", ODD)
def test_odd_text_is_changed_where_it_should(source: str) -> None:
    """Form feeds, letters of two bytes and old line ends move no edit."""
    assert ODD[source] in {mutant.after for mutant in mutants(source, most=500)}


def test_a_program_of_nothing_has_no_mutants() -> None:
    """Where nothing can be changed there is nothing to return."""
    assert mutants("") == mutants("pass\n# a comment") == []
