"""What the linter says of gold queries: faults, notes, and the simpler query where there is one."""

from __future__ import annotations

from typing import Any

import pytest

from verisieve.domains import Linter
from verisieve.domains.sql import domain, linting
from verisieve.errors import TruthError

SCHEMA = (
    "CREATE TABLE shop (id INTEGER PRIMARY KEY, town TEXT);"
    "CREATE TABLE sale (id INTEGER PRIMARY KEY, shop INTEGER NOT NULL REFERENCES shop (id), day DATE NOT NULL,"
    " units INTEGER NOT NULL CHECK (units >= 0));"
)
DATA = (
    "INSERT INTO shop VALUES (1, 'Oslo'), (2, 'Rome');"
    "INSERT INTO sale VALUES (1, 1, '2024-01-05', 3), (2, 2, '2024-01-06', 9), (3, 2, '2024-01-06', 1);"
)


def found(query: str, data: str = DATA) -> dict[str, Any]:
    """Return the findings of one gold, by kind."""
    truth = {"dialect": "sqlite", "schema": SCHEMA, "data": data, "query": query}
    return {finding.kind: finding for finding in linting.lint(truth)}


FAULTS = [
    ("SELECT nothing FROM sale", "gold_does_not_run", "no such column"),
    ("DELETE FROM sale", "unsafe_gold", "a write"),
    ("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r", "gold_too_costly", "endless"),
    ("SELECT id FROM sale WHERE day < date('now')", "clock_or_chance", "the clock"),
    ("SELECT id FROM sale ORDER BY day DESC LIMIT 1", "tie_under_limit", "two sales on that day"),
    ("SELECT shop, units FROM sale GROUP BY shop", "depends_on_storage", "a bare column"),
    ("SELECT id FROM sale WHERE units > 100", "empty_on_fixture", "no such sale"),
    ("SELECT COUNT(*) FROM sale WHERE units > 100", "says_nothing", "zero, as without any sale"),
]


@pytest.mark.parametrize(("query", "kind", "why"), FAULTS)
def test_faults(query: str, kind: str, why: str) -> None:
    """A gold that cannot be used is a fault with a name of its own."""
    assert found(query)[kind].fault, why


NOTES = [
    ("SELECT DISTINCT id FROM sale", "same_as_simpler", "SELECT id FROM sale", "ids differ"),
    (
        "SELECT s.units FROM sale AS s JOIN shop AS p ON p.id = s.shop",
        "same_as_simpler",
        "SELECT s.units FROM sale AS s",
        "every sale has a shop",
    ),
    (
        "SELECT id FROM sale WHERE units >= 0 AND shop = 1",
        "same_as_simpler",
        "SELECT id FROM sale WHERE shop = 1",
        "the CHECK",
    ),
]


@pytest.mark.parametrize(("query", "kind", "simpler", "why"), NOTES)
def test_a_simpler_query_is_named(query: str, kind: str, simpler: str, why: str) -> None:
    """What the schema promises anyway is named, and is no fault."""
    finding = found(query)[kind]
    assert (finding.fault, finding.evidence["query"]) == (False, simpler), why


def test_a_fixture_that_cannot_tell_is_a_note() -> None:
    """The given rows hold no sale without units on that day; drawn ones do."""
    finding = found("SELECT id FROM sale WHERE units > 0 AND day >= '2024-01-06'")["fixture_cannot_tell"]
    queries = [simpler["query"] for simpler in finding.evidence["queries"]]
    assert "SELECT id FROM sale WHERE day >= '2024-01-06'" in queries


def test_a_missing_tiebreak_shows_a_database() -> None:
    """On the given rows the largest is alone; the schema allows two."""
    finding = found("SELECT id FROM sale ORDER BY units DESC LIMIT 1")["missing_tiebreak"]
    assert not finding.fault
    assert "INSERT INTO" in str(finding.evidence["database"])


def test_a_good_gold_is_left_alone() -> None:
    """No fault, and no simpler query."""
    rows = DATA + "INSERT INTO shop VALUES (3, 'Rome'), (4, NULL); INSERT INTO sale VALUES (4, 3, '2024-02-01', 0);"
    kinds = found("SELECT town, SUM(units) FROM shop JOIN sale ON sale.shop = shop.id GROUP BY town", rows)
    assert not kinds.keys() - {"fixture_cannot_tell"}


def test_the_domain_offers_its_linter() -> None:
    """A truth that cannot be read at all is raised, as everywhere."""
    assert isinstance(domain, Linter)
    with pytest.raises(TruthError, match="dialect"):
        list(linting.lint({"dialect": "oracle", "schema": "", "query": "SELECT 1"}))
