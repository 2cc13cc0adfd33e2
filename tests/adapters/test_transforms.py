"""Named transforms: each does one thing, and refuses what it cannot use."""

from __future__ import annotations

import pytest

from verisieve.adapters import apps, chats, coding, contests, evalplus, olympiad, puzzles, transforms
from verisieve.adapters.transforms import TRANSFORMS
from verisieve.errors import InputError
from verisieve.records import Json

PLAIN = (transforms, chats, coding, contests, evalplus, puzzles)
MODULES = (*((module, "") for module in PLAIN), (apps, "apps_"), (olympiad, "olympiad_"))


@pytest.mark.parametrize(
    ("name", "value", "result"),
    [
        ("plain_number", "1,450,000", "1450000"),
        ("plain_number", "-0.0", "0"),
        ("plain_number", "100", "100"),  # no zeros lost before the point
        ("plain_number", "1e3", "1000"),
        ("integer", " 7 ", 7),
        ("integer", 3.0, 3),
        ("number", "1,000.5", 1000.5),
        ("boolean", "Yes", True),
        ("boolean", 0, False),
        ("parse_json", "[1, 2]", [1, 2]),
        ("concat", [[1], [], [2]], [1, 2]),
        ("strip", " a ", "a"),
        ("text", 7, "7"),
        ("after_a", "A: 3 of\nA: 4", "4"),
        ("python_block", "x = '```'\n", "````python\nx = '```'\n````\n"),
        ("code_block", "f()\n", "```\nf()\n```\n"),
        ("declared_name", "int helper(int x);\nvector<int> f(vector<int> xs){\n", "f"),
        ("declared_name", "class Solution {\n    public boolean f(List<Double> xs, int n) {\n", "f"),
        ("declared_name", "use a::{b};\n\nfn f(x: u8) -> bool{\n", "f"),
        ("helper_code", "def f():\n    ...\n", ""),
        ("helper_code", "def h():\n    return 1\n\n@mark\ndef f():\n    ...\n", "def h():\n    return 1\n"),
        ("called_function", [["assert set(f(1)) == set(g())"], "def f(x): ...\nclass g: ..."], "f"),
        ("called_function", [["assert sum(1) == 1"], "def sum(x): ..."], "sum"),
        ("called_function", [["assert sorted(f(1)) == [1]"]], "f"),
        ("open_function", "int g(int x) { return x; }\nint f(map<int, int> m) { /* to\ndo */\n", "f"),
        ("open_function", "fn f<'a>(a: &'a str, b: (i32, i32)) -> (i32, i32) {\n\n", "f"),
    ],
)
def test_transforms_give(name: str, value: Json, result: Json) -> None:
    """Each transform does the one thing that its name says."""
    assert TRANSFORMS[name](value) == result


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("plain_number", "1,2"),  # not a grouping
        ("plain_number", True),
        ("plain_number", "NaN"),
        ("plain_number", "1e999999999"),  # would be a gigabyte of zeros
        ("plain_number", float("inf")),
        ("integer", "1.5"),
        ("integer", float("inf")),
        ("boolean", "maybe"),
        ("boolean", []),
        ("parse_json", "NaN"),
        ("after_hashes", "#### "),
        ("after_hashes", None),
        ("concat", [1]),
        ("text", True),
        ("declared_name", "f(x) {\n}"),
        ("open_function", "int f(int x) { return x; }"),
        ("open_function", "int x = (1);"),
        ("open_function", "f(" * 20_000 + "{"),
        ("helper_code", "def f(:"),
        ("called_function", [["assert f(1)", "assert g(1)"]]),
        ("called_function", [["assert f(g(1))"]]),
        ("called_function", [[], ""]),
        ("called_function", "assert f(1)"),
        ("helper_code", "(" * 10_000),  # too deep for the parser
    ],
)
def test_transforms_refuse(name: str, value: Json) -> None:
    """A value that a transform cannot use raises InputError, never another error."""
    with pytest.raises(InputError):
        TRANSFORMS[name](value)


def test_every_public_transform_is_registered() -> None:
    """Every function of the modules that takes and gives a value can be named in an adapter."""
    public = {
        prefix + name
        for module, prefix in MODULES
        for name, item in vars(module).items()
        if callable(item) and getattr(item, "__module__", "") == module.__name__ and not name.startswith("_")
    }
    public -= {"block", "parse", "pickled_text"}  # what transforms are made of
    assert public == set(TRANSFORMS)
