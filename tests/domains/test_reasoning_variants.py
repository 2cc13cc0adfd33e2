"""Variants of reasoning problems: what operators promise, what gates refuse, and what texts say."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from verisieve.cli import main
from verisieve.domains import fields, read_prompts
from verisieve.domains.reasoning import domain, effort, inventing
from verisieve.domains.reasoning.families import load
from verisieve.domains.reasoning.tasks import drafts, prompts
from verisieve.domains.reasoning.tasks.drafts import DraftError, GoldError
from verisieve.domains.reasoning.variants import clues, making, meaning, names, naming, operators, shape_of
from verisieve.domains.reasoning.variants.gates import Case, Refused, gates, opened
from verisieve.domains.reasoning.variants.mutants import passes
from verisieve.domains.reasoning.variants.operators import SURFACE
from verisieve.records import Check, Outcome, Problem

GRID = {
    "attrs": {"name": ["Ann", "Bo", "Cy"], "pet": ["cat", "dog", "eel"]},
    "clues": [["at", "name", 0, 1], ["left", "name", 1, "pet", 0], ["at", "pet", 1, 1]],
}
ORDER = {"items": ["oak", "elm", "ash"], "constraints": [["before", "oak", "elm"], ["before", "elm", "ash"]]}
ISLAND = {"names": ["Ann", "Bo"], "statements": [["Ann", ["knave", "Bo"]], ["Bo", ["same", "Ann", "Bo"]]]}

CUT = {"edges": [["a", "b", 3]], "from": "a", "to": "b"}
KINDS = {
    "terms": ["a", "b"],
    "premises": [["some", "a", "b"]],
    "conclusion": ["all", "b", "a"],
    "existential_import": False,
}


@cache
def seed(family: str, level: int = 3) -> Case:
    """Return a problem of the family."""
    return opened(family, load(family).make(Random(f"variants {family}"), level))


def judged(truth: dict[str, Any], text: str) -> Check:
    """Return the deciding check."""
    return domain.check(Problem(domain="reasoning", id="t", prompt="", truth=truth), text, None)[-1]  # type: ignore[arg-type]


def asked(family: str, **more: Any) -> dict[str, Any]:
    """Return the truth of a request for a new problem."""
    return {"task": "problem", "family": family, "operator": "new", "parent": {"spec": seed(family).raw}, **more}


def test_most_families_have_many_operators() -> None:
    """Twelve families and more have five operators and more; a family that lacks one does not offer it."""
    offered = {family: operators.offered(family) for family in names()}
    assert sum(len(found) >= 5 for found in offered.values()) >= 24
    assert "compose" not in offered["seating"]
    assert operators.offered("line_game") == ()


@pytest.mark.parametrize("family", names())
def test_operators_keep_their_promises(family: str) -> None:
    """Renaming leaves the problem the same, additions its answer right, a counterfactual makes it wrong."""
    case, rng = seed(family), Random(family)
    for operator in operators.offered(family):
        partner = opened(family, load(family).make(rng, 1)) if operator == "compose" else None
        change = operators.changed(operator, case, rng, partner)
        if change is None:
            continue
        if operator in SURFACE:
            assert change.case.form == case.form
            assert json.dumps(change.case.raw) != json.dumps(case.raw)
        old = passes(change.case.truth, case.answer, rng)
        assert {"kept": old, "broken": not old}.get(change.relation, True), (operator, change.case.raw)


@pytest.mark.parametrize("family", names())
def test_variants_are_new_and_pass(family: str) -> None:
    """Each of a chain's variants has another form, and its reply passes the domain's check."""
    variants = list(making.chained(seed(family), Random(f"chain {family}"), 4))
    assert len({seed(family).form, *(one.case.form for one in variants)}) == 1 + len(variants) == 5
    for one in variants:
        assert passes(one.case.truth, one.case.answer, Random(0))
        assert {check.name for check in one.checks} >= {"agree", "needed", "guess", "new", "mutants", "names"}


@pytest.mark.parametrize("family", names())
def test_spoilt_problems_are_refused_by_their_own_gate(family: str) -> None:
    """Each fault that a model may make is named for what it is, and a right problem passes."""
    truth = asked(family)
    problem, found = Problem(domain="reasoning", id="p", prompt="", truth=truth), set[str]()
    assert judged(truth, inventing.right(problem, Random(family))).outcome is Outcome.PASS
    for one in inventing.wrong(problem, Random(family)):
        last = judged({**truth, "solutions": list(one.readings)}, one.reply)
        assert (last.name, last.reason) == (one.check, one.reason), (one.fault, one.reply[:500], last.evidence)
        found.add(one.fault)
    assert len(found) >= 10


@pytest.mark.parametrize(
    ("family", "raw", "gate", "reason"),
    [
        ("logic_grid", {**GRID, "clues": GRID["clues"][:2]}, "unique", "ambiguous"),
        ("logic_grid", {**GRID, "clues": [*GRID["clues"], ["at", "name", 0, 2]]}, "satisfiable", "unsatisfiable"),
        ("logic_grid", {**GRID, "clues": [["at", "hat", 0, 1]]}, "form", "malformed"),
        ("knights_knaves", {**ISLAND, "statements": ISLAND["statements"][:1]}, "unique", "ambiguous"),
        ("jugs", {"capacities": {"A": 4, "B": 6}, "target": 3}, "satisfiable", "unsatisfiable"),
        ("nim_move", {"heaps": [3, 3]}, "satisfiable", "unsatisfiable"),
        ("ordering", {"items": ["a", "b"], "constraints": [["next", "a", "c"]]}, "form", "malformed"),
    ],
)
def test_what_is_no_problem_is_told_apart(family: str, raw: dict[str, Any], gate: str, reason: str) -> None:
    """No answer, several answers and no spec are three things."""
    with pytest.raises(Refused) as refused:
        opened(family, raw)
    assert (refused.value.check.name, refused.value.check.reason) == (gate, reason)


def test_a_person_whom_nobody_mentions_is_found() -> None:
    """Our question would not name Cy, so nobody could say what Cy is, although that is certain."""
    statements = [["Ann", ["at_most", 1]], ["Bo", ["same", "Ann", "Bo"]]]
    case = opened("knights_knaves", {"names": ["Ann", "Bo", "Cy", "Dee", "Eve"], "statements": statements})
    failed = [check for check in gates(case, Random(0), seen=()) if check.outcome is not Outcome.PASS]
    assert failed[0].evidence["missing"] == ["Cy", "Dee", "Eve"]


def test_redundant_clues_are_named() -> None:
    """The clue that follows from the others is named by number, as it is written."""
    raw = {**ORDER, "constraints": [*ORDER["constraints"], ["before", "oak", "ash"]]}
    failed = [check for check in gates(opened("ordering", raw), Random(0), seen=()) if check.reason == "redundant"]
    named = {"field": "constraints", "number": 3, "says": ["before", "oak", "ash"]}
    assert failed[0].evidence["redundant"] == [named]


def test_a_core_is_a_smallest_clash() -> None:
    """The clues of a core clash, and do not without any one of them."""
    raw = {**ORDER, "constraints": [*ORDER["constraints"], ["at", "ash", 1], ["notat", "oak", 2]]}
    family, shape = load("ordering"), shape_of("ordering")
    core = clues.core(family, shape, raw)
    assert clues.clashes(family, shape, raw, core) == []
    assert clues.clashes(family, shape, raw, core[:-1]) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Answer: impossible: constraints 1, 3", ""),
        ("Answer: impossible (clues 3 and 1)", ""),
        ("Answer: impossible: 1, 2, 3", "wrong_answer"),  # 2 can be left out
        ("Answer: impossible: 1, 2", "wrong_answer"),  # these do not clash
        ("Answer: impossible", "incomplete"),
        ("Answer: impossible: 1, 9", "wrong_answer"),
        ("Answer: oak, elm, ash", "wrong_answer"),
        ("Answer: impossible, unless oak: 1, 3", "declined"),
        ("It is hard to say.", "no_answer"),
    ],
)
def test_an_impossible_twin_is_judged_by_its_clash(text: str, reason: str) -> None:
    """The verdict alone is a coin toss; the clues that clash are not."""
    raw = {**ORDER, "constraints": [["before", "oak", "elm"], ["notat", "ash", 2], ["before", "elm", "oak"]]}
    truth = {"task": "feasible", "family": "ordering", "spec": raw}
    assert judged(truth, text).reason == reason


def test_a_possible_twin_is_not_called_impossible() -> None:
    """Where an answer exists, it is asked for."""
    truth = {"task": "feasible", "family": "ordering", "spec": ORDER}
    assert judged(truth, "Answer: oak, elm, ash").outcome is Outcome.PASS
    assert judged(truth, "Answer: impossible: constraints 1, 2").reason == "wrong_answer"


@pytest.mark.parametrize(
    ("family", "one", "other", "same"),
    [
        ("ordering", ORDER, {"items": ["ash", "elm", "oak"], "constraints": ORDER["constraints"][::-1]}, True),
        ("ordering", ORDER, {**ORDER, "constraints": [["after", "elm", "oak"], ["before", "elm", "ash"]]}, True),
        ("ordering", ORDER, {**ORDER, "constraints": [["at", "oak", 1], ["at", "elm", 2]]}, True),  # by logic
        ("ordering", ORDER, naming.walked(ORDER, {"oak": "elm", "elm": "oak"}), False),  # two names exchanged
        ("ordering", ORDER, {**ORDER, "constraints": ORDER["constraints"][:1]}, False),
        ("logic_grid", GRID, {**GRID, "clues": GRID["clues"][:2]}, False),
        ("logic_grid", GRID, {**GRID, "attrs": {**GRID["attrs"], "name": ["Ann", "Cy", "Bo"]}}, False),
        ("min_cut", CUT, {**CUT, "edges": [["a", "b", 4]]}, False),
        ("syllogism", KINDS, {**KINDS, "premises": [["some", "b", "a"]]}, True),
        ("syllogism", KINDS, {**KINDS, "premises": [["all", "a", "b"]]}, False),
    ],
)  # fmt: skip
def test_two_specs_say_the_same_or_do_not(family: str, one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    """Order and sides mean nothing, names do; what is not the same by its form may be by logic."""
    assert (meaning.difference(family, one, other) is None) is same


@pytest.mark.parametrize(
    "reply",
    [
        "### Problem\nPut the oak, the elm and the ash in order.\n### Spec\n```json\n{SPEC}\n```",
        '{"problem": "Put the oak, the elm and the ash in order.", "spec": {SPEC}}',
        "Here it is:\n```json\n{SPEC}\n```\nHave fun!",
        "**Spec:**\n{SPEC},",
        "<think>{}</think>### Spec\n{SPEC}",
    ],
)
def test_drafts_are_read_in_many_forms(reply: str) -> None:
    """Headings, JSON, a block alone; commas too many and typographic quotes are forgiven."""
    spec = json.dumps(ORDER).replace("]]}", "],]}").replace('"items"', "“items”")
    assert drafts.read(reply.replace("{SPEC},", "{SPEC}").replace("{SPEC}", spec)).spec == ORDER


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ("", DraftError),
        ("### Spec\nexec('x')", DraftError),
        ('### Spec\n{"a": NaN}', DraftError),
        ('### Spec\n{"a": 1, "a": 2}', DraftError),
        ('### Spec\n{"a": ' + "9" * 6_000 + "}", DraftError),
        ("### Spec\n```json\n{", DraftError),
        ('{"spec": {"items": []}, "answer": ["a"]}', GoldError),
        ('### Spec\n{"items": []}\n### Answer\na', GoldError),
        ('### Spec\n{"items": [], "Solution": 1}', GoldError),
    ],
)
def test_what_is_no_draft_is_refused(reply: str, error: type[Exception]) -> None:
    """Code, broken JSON and golds are no problems."""
    with pytest.raises(error):
        drafts.read(reply)


def test_a_text_is_believed_after_it_was_read_back() -> None:
    """A model's text needs readings that say what the spec says; ours needs none."""
    case = next(making.chained(seed("ordering"), Random(3), 1)).case
    own = case.family.ask(case.truth.spec, Random("rendering 0"))
    truth, told = asked("ordering"), drafts.write(case.raw, f"Once upon a time: {own}")
    assert judged(truth, drafts.write(case.raw, own)).outcome is Outcome.PASS
    assert judged(truth, told).outcome is Outcome.ERROR
    assert judged({**truth, "solutions": [drafts.write(case.raw)]}, told).outcome is Outcome.PASS
    lost = copy.deepcopy(case.raw)
    lost["constraints"].pop()
    failed = judged({**truth, "solutions": [drafts.write(lost)]}, told)
    assert (failed.name, failed.reason) == ("reading", "mistranslated")


def test_a_new_problem_is_asked_back_as_text_alone() -> None:
    """What readers are shown has the text, the language and the names, and not the spec."""
    problem = Problem(domain="reasoning", id="p", prompt="", truth=asked("ordering"))
    text = "The three trees stand in a row: oak is before elm, elm is before ash."
    found = domain.to_solve(problem, drafts.write(ORDER, text))
    assert found is not None
    assert all(part in found.prompt for part in (text, "ash, elm, oak", '"before"'))
    assert json.dumps(ORDER) not in found.prompt
    assert judged(dict(found.truth), drafts.write(ORDER)).outcome is Outcome.PASS
    assert judged(dict(found.truth), drafts.write({**ORDER, "constraints": []})).reason == "other_spec"


def test_harder_and_easier_are_counted() -> None:
    """Steered variants take more work than the seed, or less; a claim that is not so is refused."""
    case = seed("ordering")
    found = making.steered(case, Random(1), harder=True)
    assert found is not None
    assert found[1] > found[2] == effort.work("ordering", case.raw)
    truth = {**asked("ordering"), "operator": "easier"}
    assert judged(truth, drafts.write(found[0].case.raw)).reason == "not_easier"


def test_prompts_have_versions_and_languages() -> None:
    """Each request shows the language of the family, and its version changes with its templates."""
    versions = {prompts.version(operator) for operator in (*fields.OPERATORS, "formalise", "feasible")}
    assert len(versions) == 6
    for family in names():
        shown = prompts.problem("new", family, "Question?", seed(family).raw)
        assert "{{" not in shown
        assert all(field in shown for field in seed(family).raw)
    assert set(read_prompts("verisieve.domains.reasoning")) >= {*fields.OPERATORS, "form", "formalise", "feasible"}


def test_engineer_makes_verified_rows(tmp_path: Path) -> None:
    """Rows of each task pass, know their parents, operators and forms, and are the same again."""
    out = tmp_path / "rows.jsonl"
    source = tmp_path / "seeds.jsonl"
    truth = {"family": "ordering", "mode": "answer", "spec": seed("ordering", 2).raw, "answer": None}
    row = {"id": "s", "domain": "reasoning", "prompt": "Order them.", "truth": truth}
    source.write_text(json.dumps(row) + "\n")
    command = ["engineer", str(source), "--domain", "reasoning", "--per", "2", "--out", str(out)]
    tasks = "variant,rename,add,counterfactual,unsolvable,formalise"
    assert CliRunner().invoke(main, [*command, "--tasks", tasks]).exit_code == 0
    first = out.read_text()
    rows = [json.loads(line) for line in first.splitlines()]
    assert {one["id"].split("/")[1].rsplit("-", 1)[0] for one in rows} == set(tasks.split(","))
    assert all(one["verdict"]["outcome"] == "pass" and one["meta"]["parents"] == ["s"] for one in rows)
    assert CliRunner().invoke(main, [*command, "--tasks", tasks]).exit_code == 0
    assert out.read_text() == first


def test_a_family_without_an_operator_says_so(tmp_path: Path) -> None:
    """The problem is dropped, and the reason names the operator."""
    source = tmp_path / "seeds.jsonl"
    truth = {"family": "seating", "mode": "answer", "spec": seed("seating").raw, "answer": None}
    source.write_text(json.dumps({"id": "s", "domain": "reasoning", "prompt": "Seat them.", "truth": truth}) + "\n")
    command = ["engineer", str(source), "--domain", "reasoning", "--tasks", "compose", "--out", str(tmp_path / "x")]
    assert "no_compose" in CliRunner().invoke(main, command).stderr


def test_new_problems_are_asked_for_with_their_prompt(tmp_path: Path) -> None:
    """Prompts hold the parent and its spec; the row says which version was shown."""
    out = tmp_path / "ask.jsonl"
    command = ["engineer", "--domain", "reasoning", "--procedural", "3", "--tasks", "problem", "--prompts-only"]
    assert CliRunner().invoke(main, [*command, "--out", str(out)]).exit_code == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert {row["truth"]["operator"] for row in rows} == set(fields.OPERATORS)
    assert all(row["meta"]["prompt_version"] == prompts.version(row["truth"]["operator"]) for row in rows)
