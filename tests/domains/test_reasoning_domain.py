"""The reasoning domain as a whole: formats, golden rows, the labelled corpus, and problems that stay the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from verisieve.domains.reasoning import MAX_REPLY, domain
from verisieve.domains.reasoning.banks import bank
from verisieve.domains.reasoning.families import load, names
from verisieve.domains.reasoning.noise import RIGHT, WRONG, fill
from verisieve.domains.reasoning.truths import open_truth
from verisieve.errors import TruthError, UsageError
from verisieve.records import Check, Outcome, Problem
from verisieve.verifiers.reasoning.plain import BOX, plain

SPEC = {"numbers": [7, 12, 3, 11], "target": 62}
DEEP: list[Any] = ["var", "A"]
for _ in range(500):
    DEEP = ["not", DEEP]


def check(truth: Any, text: str) -> Check:
    """Return the deciding check."""
    problem = Problem(domain="reasoning", id="t", prompt="", truth=truth)
    checks = domain.check(problem, text, None)  # type: ignore[arg-type]  # runs no code, so it asks for no sandbox
    return next((one for one in checks if one.outcome is not Outcome.PASS), checks[-1])


def test_every_trial_has_its_outcome() -> None:
    """Each golden row gets the outcome that is vouched for."""
    got = {trial.problem.id: check(trial.problem.truth, trial.text).outcome for trial in domain.trials()}
    assert got == {trial.problem.id: trial.outcome for trial in domain.trials()}
    assert {trial.problem.truth["family"] for trial in domain.trials()} == set(names())


@pytest.mark.data
def test_the_labelled_corpus_is_judged_right(shared_corpora: Path) -> None:
    """True rows pass, false rows do not, and derivations fail at their first bad step."""
    rows = [json.loads(line) for line in (shared_corpora / "reasoning.jsonl").read_text().splitlines()]
    found = {row["id"]: check(row["truth"], row["response"]) for row in rows}
    assert {row["id"]: row["label"] == "pass" for row in rows} == {
        k: c.outcome is Outcome.PASS for k, c in found.items()
    }
    steps = {row["id"]: row["first_bad_step"] for row in rows if "first_bad_step" in row}
    assert {key: found[key].evidence.get("first_bad_step") for key in steps} == steps


@pytest.mark.parametrize("family", names())
@pytest.mark.parametrize("level", [1, 3, 5])
def test_right_replies_pass_and_wrong_ones_do_not(family: str, level: int) -> None:
    """At every level the solver's answer passes in all forms, and what is wrong by construction does not."""
    for k, problem in enumerate(domain.problems(level, 12, families=[family], difficulty=level)):
        for right in (True, False, False):
            reply = domain.reply(problem, Random(f"{k}{right}"), right=right)
            assert (check(problem.truth, reply.text).outcome is Outcome.PASS) is right, (reply.operator, reply.text)


@pytest.mark.parametrize("family", [name for name in names() if load(name).MODE == "answer"])
@pytest.mark.parametrize("right", [True, False])
def test_every_noise_operator_is_seen_through(family: str, right: bool) -> None:
    """Each way to dress up an answer is told for what it is, in every family."""
    problem = next(iter(domain.problems(4, 1, families=[family])))
    truth, rng = open_truth(problem.truth), Random(family)
    answer = truth.family.solve(truth.spec)
    for operator, template in (RIGHT if right else WRONG).items():
        good = truth.family.write(truth.spec, answer, rng)
        bad = truth.family.write(truth.spec, truth.family.spoil(truth.spec, answer, rng), rng)
        text = fill(template, good, bad, rng)
        assert (check(problem.truth, text).outcome is Outcome.PASS) is right, (operator, text)


@pytest.mark.parametrize("family", names())
def test_the_second_solver_refuses_a_spoilt_answer(family: str) -> None:
    """The proof is no formality: a near miss is not proved."""
    truth = open_truth(next(iter(domain.problems(8, 1, families=[family], difficulty=2))).truth)
    answer = truth.family.solve(truth.spec)
    assert truth.family.prove(truth.spec, answer)
    if truth.family.MODE == "answer":
        spoilt = [truth.family.spoil(truth.spec, answer, Random(k)) for k in range(8)]
        assert not any(_proved(truth.family, truth.spec, wrong) for wrong in spoilt)


def _proved(family: Any, spec: Any, answer: Any) -> bool:
    try:
        return bool(family.prove(spec, answer))
    except (KeyError, IndexError, ValueError):  # an answer with a part missing cannot even be looked at
        return False


@pytest.mark.parametrize(
    ("truth", "field", "reason"),
    [
        ({"family": "chess", "mode": "answer", "spec": {}}, "family", "unsupported_family"),
        ({"family": "../code", "spec": {}}, "family", "unsupported_family"),
        ({"family": 3, "spec": {}}, "family", "broken_truth"),
        ({"family": "nim_move", "mode": "trace", "spec": {"heaps": [1, 2, 4]}}, "mode", "broken_truth"),
        ({"family": "countdown", "mode": "answer"}, "spec", "broken_truth"),
        ({"family": "countdown", "spec": {"numbers": [1, 2]}}, "spec.target", "broken_truth"),
        ({"family": "countdown", "spec": {"numbers": [1] * 99, "target": 3}}, "spec.numbers", "broken_truth"),
        ({"family": "countdown", "spec": {"numbers": [True, 2], "target": 3}}, "spec.numbers[0]", "broken_truth"),
        ({"family": "nim_move", "spec": {"heaps": [5, 5]}}, "spec.heaps", "broken_truth"),  # nothing wins
        (
            {"family": "blocks_plan", "spec": {"init": {"A": "B", "B": "A"}, "goal": {"A": "B"}}},
            "spec.init",
            "broken_truth",
        ),
        ({"family": "program_trace", "spec": {"program": ["import os"]}}, "spec.program[0]", "broken_truth"),
        ({"family": "program_trace", "spec": {"program": ["a = b"]}}, "spec.program", "broken_truth"),
        ({"family": "working_days", "spec": {"start": "2027-02-30", "working_days": 3}}, "spec.start", "broken_truth"),
        (
            {"family": "knights_knaves", "spec": {"names": ["A"], "statements": [["A", DEEP]]}},
            "spec.statements[0]",
            "broken_truth",
        ),
    ],
)
def test_a_broken_truth_is_nobodys_score(truth: Any, field: str, reason: str) -> None:
    """A truth that cannot be used raises, with the field named."""
    with pytest.raises(TruthError) as caught:
        check(truth, "Answer: a=1, b=2, c=3")
    assert (caught.value.field, caught.value.reason) == (field, reason)


def test_a_hostile_program_ends() -> None:
    """Nested repetitions are cut by a step limit, and numbers may not explode."""
    for lines in (
        ["a = 2", "repeat 999999 times: repeat 999999 times: a = a + 1"],
        ["a = 9", "repeat 999 times: a = a * a"],
    ):
        with pytest.raises(TruthError):
            check({"family": "program_trace", "spec": {"program": lines}}, "Answer: a=1")


def test_a_reply_beyond_the_limit_is_not_read() -> None:
    """More than a million characters are a limit, not a wrong answer."""
    verdict = check({"family": "countdown", "spec": SPEC}, "x" * (MAX_REPLY + 1))
    assert (verdict.outcome, verdict.reason) == (Outcome.LIMIT, "too_long")


def test_the_stored_answer_is_never_used() -> None:
    """A wrong stored answer changes nothing: the spec decides."""
    truth = {"family": "working_days", "spec": {"start": "2027-03-08", "working_days": 27}, "answer": "2027-04-15"}
    assert check(truth, "Answer: 14 April 2027").outcome is Outcome.PASS
    assert check(truth, "Answer: 15 April 2027").outcome is Outcome.FAIL


def test_evidence_is_bounded_json() -> None:
    """Evidence stays small and serialisable whatever the reply holds."""
    verdict = check({"family": "countdown", "spec": SPEC}, "Answer: " + "7+" * 4_000 + "7")
    assert len(json.dumps([dict(verdict.evidence), verdict.answer])) < 2_000


def test_unknown_options_are_refused() -> None:
    """An unknown family or difficulty is a usage error."""
    with pytest.raises(UsageError):
        next(iter(domain.problems(1, 1, families=["nope"])))
    with pytest.raises(UsageError):
        next(iter(domain.problems(1, 1, difficulty=9)))


def test_problems_do_not_depend_on_how_many_are_asked_for() -> None:
    """The first items are the same in a longer run, all families take turns, and no spec comes twice."""
    short, long = list(domain.problems(5, 25)), list(domain.problems(5, 57))
    assert short == long[:25]
    assert len({problem.meta["family"] for problem in long}) == len(names())
    assert len({json.dumps(problem.truth["spec"]) for problem in long}) == 57


@pytest.mark.parametrize("family", [name for name in names() if load(name).MODE == "answer"])
def test_what_is_read_can_be_proved(family: str) -> None:
    """The second solver takes a solver's answer as well as one that was written and read again."""
    module, rng = load(family), Random(family)
    spec = module.parse(module.make(rng, 2))
    answer = module.solve(spec)
    read = module.read(spec, plain(module.write(spec, answer, rng).strip()).replace(BOX, ""))
    assert module.prove(spec, answer)
    assert module.prove(spec, read)


@pytest.mark.parametrize(
    "text", ["M1: J1, J3, J6; M2: J8, J9; end 6", "M1: J1, J3, J6 (6); M2: J8, J9 (4); end 6",
             "M1: J1, J3, J6 = 6; M2: J8, J9=4; end 6", "M1: J1 J3 J6(6); M2: J8 J9(2+2 = 4); makespan 6"]
)  # fmt: skip
def test_the_number_in_a_jobs_name_is_no_load(text: str) -> None:
    """J6 stays whole where its machine is busy for six hours; a load that is stated behind it goes."""
    family = load("schedule")
    spec = family.parse({"jobs": dict.fromkeys(["J1", "J3", "J6", "J8", "J9"], 2), "machines": 2})
    assert family.read(spec, text) == ((("J1", "J3", "J6"), ("J8", "J9")), 6)


@pytest.mark.parametrize("family", ["logic_grid", "sudoku4", "latin", "line_game", "regex_string"])
def test_a_problem_does_not_depend_on_those_before_it(family: str) -> None:
    """Solvers and tables that are kept from other problems change nothing."""
    first = load(family).make(Random("again"), 4)
    for level in range(1, 6):
        spec = load(family).parse(load(family).make(Random(f"between {level}"), level))
        assert load(family).prove(spec, load(family).solve(spec))
    assert load(family).make(Random("again"), 4) == first


def test_problems_are_the_same_under_every_hash_seed() -> None:
    """Two processes with unlike hash seeds make byte-identical problems and replies."""
    code = (
        "import random, hashlib; from verisieve.domains.reasoning import domain as d;"
        "ps = list(d.problems(3, 38)); rs = [d.reply(p, random.Random(1), right=k % 2 == 0) for k, p in enumerate(ps)];"
        "print(hashlib.sha256(repr([(p, p.truth, r) for p, r in zip(ps, rs)]).encode()).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        for seed in ("1", "77")
    ]
    assert runs[0].stdout == runs[1].stdout != ""


def test_importing_the_domain_loads_no_solver() -> None:
    """Neither pysat nor a family is imported before it is needed."""
    code = (
        "import sys, verisieve.domains.reasoning; print([m for m in sys.modules if 'pysat' in m or 'families.' in m])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("family", names())
def test_every_family_has_several_wordings(family: str) -> None:
    """A bank has at least three questions, and twenty problems are asked in more than one way."""
    assert len(bank(family)["ask"]) >= 3
    truth = open_truth(next(iter(domain.problems(2, 1, families=[family]))).truth)
    assert len({truth.family.ask(truth.spec, Random(k)) for k in range(20)}) >= 3


@pytest.mark.parametrize(
    ("weight", "text", "outcome"),
    [
        (9, "Answer: nothing, value 0", "pass"),
        (9, "Answer: no items; total value 0", "pass"),
        (9, '{"items": [], "value": 0}', "pass"),
        (9, r"\boxed{\{\}, 0}", "pass"),
        (9, "Answer: none", "fail"),
        (9, "Answer: None of the above, value 0", "no_answer"),
        (9, "Answer: nothing or rope, value 0", "no_answer"),
        (9, "Answer: rope (value 7)", "fail"),
        (3, "Answer: nothing, value 0", "fail"),
        (3, "Answer: rope (value 7)", "pass"),
        (3, "Answer: rope (value 7), nothing else", "pass"),
    ],
)
def test_knapsack_of_nothing(weight: int, text: str, outcome: str) -> None:
    """Where nothing fits, nothing is the answer; where something does, it is a worse choice."""
    items = {"rope": {"weight": weight, "value": 7}, "tent": {"weight": 8, "value": 5}}
    truth = {"family": "knapsack", "mode": "answer", "spec": {"items": items, "capacity": 5}}
    assert check(truth, text).outcome == outcome


def test_knapsack_of_nothing_is_written_and_read() -> None:
    """What the family writes for an empty choice is what it reads."""
    family = load("knapsack")
    spec = family.parse({"items": {"rope": {"weight": 9, "value": 7}}, "capacity": 5})
    for seed in range(20):
        assert family.read(spec, family.write(spec, family.solve(spec), Random(seed))) == ((), 0)


@pytest.mark.parametrize("gravity", [True, False])
@pytest.mark.parametrize("rows", [["....", "...."], ["X...", "O..."], [".", "."]])
def test_a_spoilt_move_is_wrong_where_every_move_is_as_good(gravity: bool, rows: list[str]) -> None:
    """On a board that nobody can win, a wrong move is one that cannot be made."""
    family = load("line_game")
    run = max(len(rows), len(rows[0]))
    spec = family.parse({"rows": rows, "run": run, "gravity": gravity, "mover": "X"})
    for seed in range(20):
        wrong = family.write(spec, family.spoil(spec, family.solve(spec), Random(seed)), Random(seed))
        assert not family.judge(spec, family.read(spec, wrong)).right
