"""Evidence is shown as what it is, and no shape of it breaks a page."""

from __future__ import annotations

from typing import Any

import pytest

from verisieve import evidence, witnesses
from verisieve.evidence import Facts, Grid, Said, Steps, Text, Versus

SCHEMA = 'CREATE TABLE ships (id INTEGER PRIMARY KEY, name TEXT, CHECK (id > 0)); CREATE TABLE "odd t" ("a b" INT)'


def blocks(found: dict[str, Any], response: str = "", **truth: Any) -> list[evidence.Block]:
    """What a page shows of this evidence."""
    return evidence.blocks(found, {"response": response, "truth": truth})


def test_a_counterexample_is_a_database_of_tables() -> None:
    """Columns have the names of the schema; the results that differ stand beside each other, with words at rows."""
    text = "INSERT INTO \"ships\" VALUES (1, 'O''Hara'), (-2, NULL);\nINSERT INTO \"odd t\" VALUES (3);"
    results = {"expected": {"rows": [[1], [2]], "count": 2}, "got": {"rows": [[2], [3]], "count": 2}}
    versus, ships, odd = blocks({"witness": text, **results}, schema=SCHEMA)

    assert isinstance(versus, Versus)
    assert [side.rows for side in versus.sides if isinstance(side, Grid)] == [
        [("missing", ["1"]), ("", ["2"])],
        [("", ["2"]), ("not expected", ["3"])],
    ]
    assert isinstance(ships, Grid)
    assert (ships.columns, ships.rows) == (["id", "name"], [("", ["1", "O'Hara"]), ("", ["-2", "NULL"])])
    assert isinstance(odd, Grid)
    assert odd.columns == ["a b"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("DROP TABLE ships;", "no INSERT"),
        ("INSERT INTO", "nothing follows"),
        ("INSERT INTO ships VALUES (1, 'open", "no row is complete"),
        ("it fails for x = 3", "a witness of another domain"),
    ],
)
def test_what_is_no_database_stays_text(text: str, why: str) -> None:
    """A witness that does not read as rows is shown as it is."""
    assert witnesses.tables(text) == [], why
    assert blocks({"witness": text}) == [Facts([("witness", text)])]


def test_a_fixture_names_the_columns_and_a_cut_database_says_so() -> None:
    """The truth may name a shipped database; rows that are complete are shown of one that is not."""
    cut = "INSERT INTO nowhere VALUES (1, 2), (3, 4), (5, 'lon …"
    grid, note = blocks({"witness": cut}, fixture="no such")

    assert isinstance(grid, Grid)
    assert [cells for _, cells in grid.rows] == [["1", "2"], ["3", "4"]]
    assert isinstance(note, Text)


@pytest.mark.parametrize(
    ("found", "reply", "line"),
    [
        ({"first_bad_step": 2, "why": "no", "step": "2 + 2 = 5"}, "Step 1: 1 + 1 = 2\nStep 2: 2 + 2 = 5", 2),
        ({"first_bad_step": 2, "why": "no", "step": "x"}, "1) x\n2) x\n3) x", 2),
        ({"first_bad": {"line": 3, "text": "so 1 = 0", "tier": "exact"}}, "a\nb\nso 1 = 0\n", 3),
    ],
)
def test_the_first_bad_step_is_marked(found: dict[str, Any], reply: str, line: int) -> None:
    """It is found by its words and its number, or by the line that the check names."""
    steps = next(block for block in blocks(found, reply) if isinstance(block, Steps))

    assert [at for at, _, bad in steps.lines if bad] == [line]


def test_a_step_that_is_nowhere_is_told_in_words() -> None:
    """Without the reply, the evidence is shown as it is."""
    assert blocks({"first_bad_step": 7, "why": "no", "step": "z"}, "nothing") == [
        Facts([("why", "no")]),
        Facts([("first bad step", "7"), ("step", "z")]),
    ]


def test_a_failing_call_stands_above_what_was_expected_and_what_came() -> None:
    """What differs is marked, and only that."""
    call, versus, rest = blocks({"line": 4, "call": "f(1)", "expected": "[1, 2, 3]", "got": "[1, 9, 3]"})

    assert call == Text("Call", "f(1)")
    assert isinstance(versus, Versus)
    assert [side.pieces for side in versus.sides if isinstance(side, Said)] == [
        [("[1, ", False), ("2", True), (", 3]", False)],
        [("[1, ", False), ("9", True), (", 3]", False)],
    ]
    assert rest == Facts([("line", "4")])


def test_rows_of_alike_objects_are_a_table() -> None:
    """As survivors of an audit are."""
    (grid,) = blocks({"survivors": [{"line": 1, "call": "f(1)"}, {"line": 2, "call": "f(2)"}]})

    assert grid == Grid("Survivors", ["line", "call"], [("", ["1", "f(1)"]), ("", ["2", "f(2)"])])


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        [],
        {},
        "",
        [[1], 2],
        {"rows": 3, "count": 1},
        {"rows": [[1], 2], "count": 2},
        {"rows": [], "count": True},
        {"line": "x"},
        {"line": 10**9, "text": 4},
        [{"a": 1}, {"b": 2}],
        {"rows": [[{"deep": [1]}]], "count": 10**20},
        "\u202e\x00\ud800",
    ],
)
def test_no_shape_breaks_a_page(value: Any) -> None:
    """Whatever stands where something known is looked for, something is shown, and nothing hidden is."""
    keys = ("witness", "expected", "got", "first_bad_step", "first_bad", "call", "stdin", "why", "step", "other")
    for key in keys:
        found = blocks({key: value, "got": value})
        assert found
        assert "\u202e" not in str(found)
        assert "\x00" not in str(found)
    assert blocks(dict.fromkeys(keys, value), response="a\nb")
