"""Several accepted golds, and rows that are a sample: one agreement suffices, what was not compared is not wrong."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from verisieve.domains.sql import checker, domain, linting
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem

SCHEMA = "CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born INTEGER);"
DATA = "INSERT INTO author VALUES (1, 'Ada', 1815), (2, 'Bob', 1900), (3, 'Bob', 1950);"
NAMES = "SELECT name FROM author WHERE born > 1850"
IDS = "SELECT id FROM author WHERE born > 1850"
BOTH = "SELECT id, name FROM author WHERE born > 1850"
BROKEN = "SELECT title FROM author"
CLOCK = "SELECT id FROM author WHERE born < date('now')"


def truth(*golds: str, **more: Any) -> dict[str, Any]:
    """Return a truth of several golds."""
    return {"schema": SCHEMA, "data": DATA, "query": golds[0], "accepted": list(golds[1:]), **more}


def judge(row: dict[str, Any], sql: str) -> Check:
    """Return the deciding check of one query."""
    return checker.judge(row, f"```sql\n{sql}\n```")[-1]


@pytest.mark.parametrize(
    ("sql", "number"), [(NAMES, 0), (IDS, 1), ("SELECT a.id, a.name FROM author a WHERE born >= 1851", 2)]
)
def test_one_gold_suffices(sql: str, number: int) -> None:
    """A reply may return the columns of any gold; the verdict says which."""
    check = judge(truth(NAMES, IDS, BOTH), sql)
    assert check.outcome is Outcome.PASS
    assert check.evidence["gold"] == {"number": number, "of": 3}


WRONG = [
    ("SELECT id FROM author WHERE born >= 1850", 1, "off by one, as nobody in the given rows shows"),
    ("SELECT DISTINCT name FROM author WHERE born > 1850", 0, "two Bobs"),
    ("SELECT name FROM author WHERE born > 1850 UNION ALL SELECT id FROM author WHERE born > 1850", 0, "both at once"),
    ("SELECT CASE WHEN id > 2 THEN id ELSE name END FROM author WHERE born > 1850", 0, "one gold here, another there"),
    ("SELECT name, id, born FROM author WHERE born > 1850", 0, "no gold has as many columns"),
]


@pytest.mark.parametrize(("sql", "number", "why"), WRONG)
def test_a_reply_that_agrees_with_no_gold_is_wrong(sql: str, number: int, why: str) -> None:
    """It must agree with one and the same gold everywhere; the witness is against the nearest."""
    check = judge(truth(NAMES, IDS, BOTH), sql)
    assert (check.outcome, check.reason) == (Outcome.FAIL, "wrong_result"), why
    assert check.evidence["gold"]["number"] == number, why


@pytest.mark.parametrize("bad", [BROKEN, CLOCK])
def test_a_gold_that_cannot_be_compared_with_makes_nothing_wrong(bad: str) -> None:
    """A reply that agrees with a good gold passes, one that agrees with none is no verdict."""
    for golds in ((NAMES, bad), (bad, NAMES)):
        assert judge(truth(*golds), NAMES).outcome is Outcome.PASS
        with pytest.raises(TruthError) as caught:
            judge(truth(*golds), IDS)
        assert caught.value.reason == "ambiguous_gold"


def test_a_reply_that_asks_the_clock_as_every_gold_does_is_no_verdict() -> None:
    """It may be what was asked for; where one gold does without the clock, it is wrong to ask."""
    with pytest.raises(TruthError, match="depends on the moment"):
        judge(truth(CLOCK), CLOCK)
    assert judge(truth(CLOCK, NAMES), CLOCK).reason == "unstable_sql"


FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"accepted": NAMES}, "accepted"),
    ({"accepted": [1]}, "accepted[0]"),
    ({"accepted": [NAMES, ""]}, "accepted[1]"),
    ({"accepted": [f"{NAMES}; {IDS}"]}, "accepted[0]"),
    ({"accepted": [NAMES] * 201}, "accepted"),
    ({"sampled": "yes"}, "sampled"),
]


@pytest.mark.parametrize(("more", "field"), FIELDS)
def test_fields_of_another_type_are_named(more: dict[str, Any], field: str) -> None:
    """A truth that cannot be read names the field."""
    with pytest.raises(TruthError) as caught:
        judge({**truth(NAMES), **more}, NAMES)
    assert caught.value.field == field


def test_a_tie_in_a_sample_is_no_fault_of_the_gold() -> None:
    """Rows that are only a choice cannot make a gold ambiguous: drawn databases judge."""
    oldest = "SELECT name FROM author ORDER BY name DESC, born LIMIT 1"
    tied = "INSERT INTO author VALUES (1, 'Ada', 1815), (2, 'Bob', 1900), (3, 'Bob', 1900);"
    cut = "SELECT id FROM author ORDER BY born DESC LIMIT 1"
    with pytest.raises(TruthError):
        judge(truth(cut, data=tied), cut)
    assert judge(truth(cut, data=tied, sampled=True), cut).outcome is Outcome.PASS
    assert (
        judge(truth(cut, data=tied, sampled=True), "SELECT id FROM author ORDER BY born LIMIT 1").outcome
        is Outcome.FAIL
    )
    assert judge(truth(oldest, data=tied, sampled=True), oldest).outcome is Outcome.PASS


def test_linting_names_the_gold_and_tells_a_sample_from_the_whole() -> None:
    """Each finding says which gold; nothing found in a sample is no fault."""
    found = {
        one.kind: one
        for one in linting.lint(truth(NAMES, BROKEN, "SELECT DISTINCT name FROM author WHERE born > 1850"))
    }
    assert found["gold_does_not_run"].message.startswith("gold 2 of 3: ")
    assert "gold 1 2, gold 3 1" in found["golds_differ"].message
    nobody = "SELECT id FROM author WHERE born > 5000"
    faults = [
        [one.fault for one in linting.lint(truth(nobody, sampled=sampled)) if one.kind == "empty_on_fixture"]
        for sampled in (False, True)
    ]
    assert faults == [[True], [False]]


def test_played_replies_know_all_golds() -> None:
    """A slip that makes another gold of this one is no wrong reply."""
    problem = Problem(
        domain="sql", id="x", prompt="", truth=truth(BOTH, NAMES, IDS, "SELECT id, name FROM author WHERE born >= 1850")
    )
    for seed in range(12):
        made = domain.reply(problem, Random(seed), right=seed % 2 == 0)
        check = checker.judge(problem.truth, made.text)[-1]
        assert (check.outcome is Outcome.PASS) == made.right
