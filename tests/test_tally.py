"""Votes of recorded replies: classes are the checker's, ties are ties, and no vote makes a verdict."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from run_folder import row, write

from verisieve import domains, tally
from verisieve.cli import main
from verisieve.domains import UNDECIDED, Voter
from verisieve.domains.reasoning import ballots
from verisieve.domains.reasoning.families import load, names
from verisieve.domains.reasoning.truths import Truth
from verisieve.errors import TruthError
from verisieve.folder import Pair, Place
from verisieve.records import Problem
from verisieve.tally import Elected

RIGHT, WRONG, OTHER, NONE = ("pass", "It is 4."), ("fail", "It is 5."), ("fail", "It is 6."), ("no_answer", "Hm.")
UNJUDGED = ("error", "It is 5.")

VOTES = [
    ([RIGHT, ("pass", "Answer: 8/2"), WRONG], Elected.PASS, 1.0),  # alike for the checker, not as text
    ([WRONG, ("fail", "The answer is 5.0"), RIGHT], Elected.FAIL, 0.0),
    ([RIGHT, WRONG], Elected.TIE, 0.5),
    ([RIGHT, WRONG, OTHER], Elected.TIE, 1 / 3),
    ([WRONG, OTHER], Elected.TIE, 0.0),  # wrong whoever wins
    ([NONE, NONE, RIGHT], Elected.PASS, 1.0),  # who says nothing has no vote
    ([NONE], Elected.NONE, 0.0),
    ([UNJUDGED, UNJUDGED, RIGHT], Elected.UNVERIFIABLE, None),  # most say 5, and no program could tell
    ([RIGHT, RIGHT, UNJUDGED], Elected.PASS, 1.0),
    ([RIGHT, ("fail", "It is 4.")], Elected.MIXED, 0.5),
]


def counted(votes: list[tuple[str, str]], **more: Any) -> tally.Count:
    """Count the votes of replies to one problem."""
    rows = [row("p", outcome, text, sample=k, **more) for k, (outcome, text) in enumerate(votes)]
    return tally.count(str(more.get("domain", "math")), "p", [Pair(Place(k, 0, 0), *one) for k, one in enumerate(rows)])


@pytest.mark.parametrize(("votes", "elected", "score"), VOTES)
def test_the_answer_with_most_votes_is_worth_what_the_checker_says(
    votes: list[tuple[str, str]], elected: Elected, score: float | None
) -> None:
    """A tie scores what a draw would; what could not be judged scores nothing."""
    found = counted(votes)

    assert (found.elected, found.replies) == (elected, len(votes))
    assert found.score == pytest.approx(score)


def test_votes_that_nobody_can_place_may_decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an undecided reply could turn the vote, it is not scored; where not, it is."""
    for placed, elected in (([0, 0, 2, UNDECIDED], "unverifiable"), ([0, 0, 0, 3, UNDECIDED], "pass")):
        monkeypatch.setattr(domains.load("math").__class__, "ballots", lambda *_, found=placed: found)
        assert counted([RIGHT] * len(placed)).elected == elected


def test_a_domain_without_ballots_has_no_votes() -> None:
    """Nothing is scored, and nothing passes."""
    assert counted([RIGHT, RIGHT], domain="code").elected is Elected.UNVERIFIABLE
    assert counted([RIGHT], truth={"task": "proof"}).elected is Elected.UNVERIFIABLE


@pytest.mark.parametrize("name", names())
def test_an_answer_has_one_vote_however_it_is_written(name: str) -> None:
    """The forms of one answer are one class, and a near miss another; a reply with both has no vote."""
    rng, family = Random(f"votes:{name}"), load(name)
    spec = family.parse(family.make(rng, 2))
    truth, right = Truth(name, family, family.MODE, spec), family.solve(spec)
    lead = "" if family.MODE == "trace" else "Answer: "
    keys = {ballots.answer(truth, lead + family.write(spec, right, rng)) for _ in range(5)} - {None}
    miss = ballots.answer(truth, lead + family.write(spec, family.spoil(spec, right, rng), rng))

    assert len(keys) == 1
    assert miss not in keys or family.MODE == "trace"


SAME = [
    ("hanoi", {"start": {"A": [2, 1], "B": [], "C": []}, "goal": {"A": [], "B": [], "C": [2, 1]}},
     "A -> B, A -> C, B -> C", "move disc 1 from A to B, move disc 2 from A to C, move disc 1 from B to C", True),
    ("seating", {"people": ["Ann", "Bo", "Cy"], "shape": "round", "rules": [["next", "Ann", "Bo"]]},
     "Ann, Bo, Cy", "Bo, Cy, Ann", True),
    ("seating", {"people": ["Ann", "Bo", "Cy"], "shape": "row", "rules": [["next", "Ann", "Bo"]]},
     "Ann, Bo, Cy", "Bo, Cy, Ann", False),
    ("countdown", {"numbers": [2, 7, 12], "target": 26}, "2*7+12", "12 + 7*2", True),
    ("countdown", {"numbers": [2, 7, 12], "target": 26}, "2*7+12", "2+7+12", False),
]  # fmt: skip


@pytest.mark.parametrize(("family", "spec", "one", "other", "same"), SAME)
def test_what_means_the_same_is_one_vote(family: str, spec: dict[str, Any], one: str, other: str, same: bool) -> None:
    """Turns of a round table, named discs and factors in another order make no difference."""
    truth = {"family": family, "mode": "answer", "spec": spec, "answer": None}
    problem = Problem(domain="reasoning", id="p", prompt="", truth=truth)
    voter = domains.load("reasoning")
    assert isinstance(voter, Voter)

    found = voter.ballots(problem, [f"Answer: {one}", f"Answer: {other}", f"Answer: {one}\n\nOr Answer: {other}?"])
    assert (found[0], found[1], found[2]) == (0, 0 if same else 1, None) or same
    assert found[:2] == [0, 0 if same else 1]


SALES = {
    "schema": "CREATE TABLE sale (id INTEGER PRIMARY KEY, shop TEXT NOT NULL, price INTEGER NOT NULL);",
    "data": "INSERT INTO sale VALUES (1, 'a', 5), (2, 'b', 7), (3, 'a', 9);",
    "query": "SELECT shop, SUM(price) FROM sale GROUP BY shop",
}


def test_queries_that_mean_the_same_are_one_vote() -> None:
    """Right or wrong, however they are written; what is no query has no vote, and what gives no end is undecided."""
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*), 1 FROM n"
    queries = [
        "SELECT shop, MAX(price) FROM sale GROUP BY shop",
        "SELECT s.shop, SUM(s.price) AS total FROM sale s GROUP BY 1",
        "SELECT DISTINCT shop, (SELECT MAX(price) FROM sale t WHERE t.shop = s.shop) FROM sale s",
        "SELECT shop, MAX(price) FROM sale WHERE price > 0 GROUP BY shop",  # the same on the rows that are given
        "SELECT shop, SUM(price) FROM sale GROUP BY shop ORDER BY shop",
        "DROP TABLE sale",
        endless,
    ]
    problem = Problem(domain="sql", id="p", prompt="", truth=SALES)
    voter = domains.load("sql")
    assert isinstance(voter, Voter)

    found = voter.ballots(problem, [*(f"```sql\n{query}\n```" for query in queries), "I do not know."])

    assert found == [0, 1, 0, 3, 1, None, UNDECIDED, None]
    with pytest.raises(TruthError, match="no votes"):
        voter.ballots(Problem(domain="sql", id="p", prompt="", truth={**SALES, "task": "repair"}), ["SELECT 1"])


def test_the_command_writes_a_row_per_problem(tmp_path: Path) -> None:
    """maj@k is said for each model and for all; exit code 1 where something is not to be scored."""
    rows = [row("p", *vote, model=model, sample=k) for model in "mn" for k, vote in enumerate((RIGHT, RIGHT, WRONG))]
    folder = write(tmp_path / "run", [*rows, row("q", *NONE)])
    done = CliRunner().invoke(main, ["vote", str(folder), "--tally", "--out", str(tmp_path / "tally.jsonl")])
    written = [json.loads(line) for line in (tmp_path / "tally.jsonl").read_text().splitlines()]

    assert done.exit_code == 0
    assert "all: maj@6 50.0%" in done.stderr
    assert "n: maj@3 100.0%" in done.stderr
    assert [(one["id"], one["elected"], one["silent"]) for one in written] == [("p", "pass", 0), ("q", "none", 1)]
    assert [party["votes"] for party in written[0]["answers"]] == [4, 2]
