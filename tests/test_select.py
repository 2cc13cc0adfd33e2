"""What is kept, what is not and why: every row has exactly one fate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_folder import Rows, row, write

from verisieve.errors import UsageError
from verisieve.folder import Pair, Place, pairs
from verisieve.funnel import STAGES, Fate
from verisieve.records import Outcome
from verisieve.rules import Rules
from verisieve.select import Selection, select


def sifted(*rows: Rows, **rules: Any) -> Selection:
    """Select from rows in memory."""
    places = (Place(line, 0, 0) for line in range(1, len(rows) + 1))
    return select((Pair(place, *one) for place, one in zip(places, rows, strict=True)), Rules(**rules))


FATES = [
    (row(outcome="pass"), "kept"),
    (row(outcome="fail"), "fail"),
    (row(outcome="no_answer"), "no_answer"),
    (row(outcome="limit"), "limit"),
    (row(outcome="error"), "error"),
    (row(finish_reason="length"), "truncated"),  # right as far as it goes, but cut off
    (row(finish_reason="length", outcome="fail"), "fail"),
    (row(response="a\ud800"), "broken_unicode"),  # no trainer can read it
    (row(response=" \n "), "too_short"),
    (row(response="x" * 101), "too_long"),
    (row(label="reject"), "kept"),  # the label is known to us, and must decide nothing
]


@pytest.mark.parametrize(("one", "fate"), FATES)
def test_a_lone_row_has_the_fate_of_its_verdict_and_text(one: Rows, fate: str) -> None:
    """Only a whole, readable reply that passed is kept."""
    assert sifted(one, max_chars=100).fates == [fate]


def test_a_verdict_that_the_reply_could_have_forged_is_kept_only_where_asked() -> None:
    """Tests that shared a process with the program prove less than those that saw its values only."""
    rows = [row("a", evidence={"assurance": "shared_process"}), row("b", evidence={"assurance": "objects"})]
    assert sifted(*rows).fates == ["lower_assurance", "kept"]
    assert sifted(*rows, lower_assurance=True).fates == ["kept", "kept"]


def test_a_reply_that_differs_in_white_space_is_a_duplicate() -> None:
    """Of twins within a problem the first stays; letter case and indentation make no twins."""
    selection = sifted(row(response="x = 1"), row(response="x  =  1 \r\n\n"), row(response="X = 1"))
    assert selection.fates == ["kept", "duplicate_response", "kept"]


def test_a_cut_off_twin_never_displaces_a_whole_one() -> None:
    """The reply that can be exported stays, even where its cut-off twin came first."""
    assert sifted(row(finish_reason="length"), row()).fates == ["duplicate_response", "kept"]


def test_the_same_prompt_and_answer_under_another_id_is_a_duplicate() -> None:
    """The first problem owns them; another answer to the same prompt may stay."""
    rows = [row(name, response=f"so {name}", prompt="2 + 2", answer=answer) for name, answer in ("a4", "b4", "c5")]
    assert sifted(*rows).fates == ["kept", "duplicate_problem", "kept"]


def test_what_the_model_saw_tells_problems_apart() -> None:
    """The same question over two schemas is two problems, where the rendered prompt holds the schema."""
    rows = [row(name, prompt="How many?", rendered=f"{name}: How many?", answer="4") for name in "ab"]
    assert sifted(*rows).fates == ["kept", "kept"]


def test_samples_of_one_problem_may_share_an_answer() -> None:
    """Two ways to the same answer are two rows."""
    assert sifted(row(response="short: 4", answer="4"), row(response="long way: 4", answer="4")).fates == ["kept"] * 2


def test_the_cap_keeps_the_best_replies_of_a_problem() -> None:
    """With the default weights the shorter of two agreeing replies ranks first."""
    rows = [row(response="at some length: 4", answer="4"), row(response="4", answer="4")]
    selection = sifted(*rows, per_problem=1)
    assert selection.fates == ["over_problem_cap", "kept"]
    assert [(kept.place.line, kept.rank, kept.score) for kept in selection.kept] == [(2, 0, 1.0)]


def test_weights_decide_the_rank() -> None:
    """Agreement outranks brevity when brevity weighs nothing."""
    rows = [row(response="1/2", answer="1/2"), *(row(response=f"way {i}: 0.5", answer="0.5") for i in range(2))]
    by_brevity = sifted(*rows, weights={"brevity": 1.0})
    by_agreement = sifted(*rows, weights={"agreement": 1.0})
    assert [selection.kept[0].place.line for selection in (by_brevity, by_agreement)] == [1, 2]


def test_a_proof_outranks_the_lack_of_a_counterexample() -> None:
    """Where a domain grades its passes, a proved reply goes before a shorter one that was only not refuted."""
    rows = [row(response="4", evidence={"grade": "not_refuted"}), row(response="four", evidence={"grade": "proved"})]
    assert sifted(*rows, weights={"checks": 1.0}, per_problem=1).fates == ["over_problem_cap", "kept"]


def test_a_family_cap_serves_every_problem_before_any_gets_seconds() -> None:
    """Two places for a family of two problems go to the best reply of each."""
    family = {"family": "sums"}
    rows = [row(name, response=f"{name} {i}{'!' * i}", meta=family) for name in "ab" for i in range(2)]
    selection = sifted(*rows, per_family=2)
    assert selection.fates == ["kept", "over_family_cap", "kept", "over_family_cap"]


def test_preferences_set_kept_rows_against_failed_ones_of_the_same_problem() -> None:
    """Errors, limits, missing answers, cut-off replies and other problems are never a negative."""
    others = [row(outcome=outcome) for outcome in ("error", "limit", "no_answer")]
    cut_off = row(outcome="fail", response="6, bec", finish_reason="length")
    selection = sifted(row(), row("p2", "fail"), cut_off, *others, row(outcome="fail", response="5"))
    assert [(pair.chosen.place.line, pair.rejected.line) for pair in selection.preferences] == [(1, 7)]


def test_the_hardest_negative_comes_first() -> None:
    """More tests passed counts before a popular wrong answer, and that before a lone one."""
    wrong = {"a": (1, "7"), "b": (1, "8"), "c": (1, "8"), "d": (3, "9")}
    rows = [
        row(outcome="fail", response=f"{name} says {answer}", answer=answer, evidence={"passed": passed, "total": 4})
        for name, (passed, answer) in wrong.items()
    ]
    assert [pair.rejected.line for pair in sifted(row(), *rows).preferences] == [5, 3, 2]


def test_a_reply_judged_both_ways_is_no_negative() -> None:
    """A checker that wavers says nothing about which of two equal replies is better."""
    assert sifted(row(), row(outcome="fail")).preferences == []


GROUPS = [
    ([row("a"), row("b")], 2),  # nothing shared
    ([row("a", prompt="q", answer="1"), row("b", prompt="q", answer="2")], 1),  # the same prompt
    ([row("a", meta={"parents": ["s"]}), row("b", meta={"parents": ["s"]})], 1),  # the same seed
    ([row("a"), row("b", meta={"parents": ["a"]})], 1),  # a variant and its parent
    ([row("a", prompt="q"), row("b", prompt="r"), row("b", rendered="q", response="so")], 1),  # joined later on
    ([row("a", domain="sql", prompt="q"), row("a")], 2),  # ids are per domain
]


@pytest.mark.parametrize(("rows", "groups"), GROUPS)
def test_rows_that_share_a_problem_prompt_or_parent_are_one_group(rows: list[Rows], groups: int) -> None:
    """A group never straddles a split."""
    assert len({kept.group for kept in sifted(*rows).kept}) == groups


def test_the_funnel_says_how_far_rows_came_and_why_not_further() -> None:
    """An error that had an answer is lost at verification, one without at parsing."""
    rows = [
        row(response="1"),
        row(response="1"),
        row(outcome="no_answer", reason="placeholder", answer="…"),
        row(outcome="error", reason="sandbox_failed", answer="1"),
        row("p9", "error", domain="sql", reason="broken_truth"),
    ]
    funnel = sifted(*rows).funnel
    assert [funnel.count(stage) for stage in STAGES] == [5, 3, 2, 1, 1]
    assert [funnel.count(stage, "sql") for stage in STAGES] == [1, 0, 0, 0, 0]
    assert ("math", "verified", Fate.ERROR, "sandbox_failed", 1) in funnel.losses


def test_known_truth_is_counted_apart_from_the_selection() -> None:
    """Errors count neither for nor against the verifier, and other labels are no truth."""
    rows = [row(label="reject"), row("b", "fail", label="pass"), row("c", "error", label="pass"), row("d", label="?")]
    assert sifted(*rows).funnel.known_truth() == (0, 1, 1, 1, 0, 0)


ROWS = st.builds(
    row,
    st.sampled_from("abc"),
    st.sampled_from([str(outcome) for outcome in Outcome]),
    st.sampled_from(["4", "so 4", "4 ", "it is 5", "", "\ud800"]),
    domain=st.sampled_from(["math", "sql"]),
    prompt=st.sampled_from(["q", "r"]),
    finish_reason=st.sampled_from(["stop", "length"]),
    meta=st.fixed_dictionaries({"family": st.sampled_from("xy")}),
)


@given(st.lists(ROWS, max_size=30), st.integers(1, 3), st.integers(1, 3))
def test_every_verdict_counts_exactly_once(rows: list[Rows], per_problem: int, per_family: int) -> None:
    """Generated = kept + lost, in every domain; only passes are kept; the caps hold."""
    selection = sifted(*rows, per_problem=per_problem, per_family=per_family)
    funnel = selection.funnel
    assert funnel.count("generated") == len(rows) == len(selection.fates)
    assert funnel.count("kept") == len(selection.kept) == selection.fates.count(Fate.KEPT)
    for domain in funnel.domains:
        counts = [funnel.count(stage, domain) for stage in STAGES]
        assert counts == sorted(counts, reverse=True)
        assert counts[2] == sum(v["outcome"] == "pass" and v["domain"] == domain for _, v in rows)
    kept = [rows[one.place.line - 1] for one in selection.kept]
    assert all(verdict["outcome"] == "pass" for _, verdict in kept)
    per = [(c["domain"], c["id"]) for c, _ in kept], [(c["domain"], c["meta"]["family"]) for c, _ in kept]
    assert all(
        max(map(keys.count, keys), default=0) <= cap for keys, cap in zip(per, (per_problem, per_family), strict=True)
    )


BAD_RULES: list[tuple[dict[str, Any], str]] = [
    ({"per_problem": 0}, "per_problem must be at least 1, not 0"),
    ({"min_chars": -1}, "min_chars must be at least 0, not -1"),
    ({"weights": {"beauty": 1.0}}, "weights must be numbers >= 0 for brevity, checks, agreement"),
    ({"weights": {"brevity": float("nan")}}, "weights must be numbers >= 0"),
    ({"near_duplicates": 0.1}, "near_duplicates must be from 0.3 to 1, not 0.1"),
    ({"band": (0.8, 0.2)}, "band must be two rates from 0 to 1, the lower first"),
    ({"band_confidence": 1.0}, "band_confidence must lie between 0 and 1"),
    ({"diversity": 2.0}, "diversity must be from 0 to 1"),
    ({"languages": ("English",)}, "languages must be codes such as en or de, not 'English'"),
]


@pytest.mark.parametrize(("rules", "message"), BAD_RULES)
def test_rules_are_checked_at_the_door(rules: dict[str, Any], message: str) -> None:
    """The rule and its value are named."""
    with pytest.raises(UsageError, match=message):
        Rules(**rules)


def test_costs_that_are_no_amounts_are_left_out(tmp_path: Path) -> None:
    """Rows from elsewhere may hold anything under `cost` and `usage`."""
    rows = [row(cost=0.5, usage={"completion_tokens": 7}), row(cost="1 $", usage=3), row(cost=-1)]
    spent = select(pairs(write(tmp_path, rows))).funnel.spent
    assert (spent.cost, spent.priced, spent.completion_tokens) == (0.5, 1, 7)


def test_near_twins_of_better_rows_are_lost() -> None:
    """The best reply of the first problem stays; question and reply must both be alike."""
    question = (
        "A farmer has 17 sheep and buys 5 more at the market on Monday. How many sheep does the farmer own in all?"
    )
    reply = "He starts with 17 sheep and buys 5 more at the market, which makes 17 + 5 = 22 sheep. The answer is 22"
    rows = [
        row("a", prompt=question, response=f"{reply}.", answer="22"),
        row("a", prompt=question, response=f"{reply}!", answer="22"),
        row("b", prompt=question.replace("Monday", "Tuesday"), response=reply, answer="22 sheep"),
        row("c", prompt=question.replace("17", "18"), response=reply.replace("17", "18").replace("22", "23")),
        row("d", prompt=question, response="17 + 5 = 22", answer="22."),
    ]
    assert sifted(*rows).fates == ["kept"] * 5
    fates = sifted(*rows, near_duplicates=0.7).fates
    assert fates == ["kept", "near_duplicate", "near_duplicate", "kept", "kept"]


def test_questions_of_given_files_are_lost(tmp_path: Path) -> None:
    """Chats, prompts and texts are read, whatever the case; a record without a question stops the run."""
    text = "Three trains leave the station at noon; how far apart are they an hour later?"
    given = tmp_path / "given.jsonl"
    chat = {"messages": [{"role": "user", "content": text}, {"role": "assistant", "content": "far"}]}
    given.write_text(json.dumps(chat) + '\n{"prompt": "What is the answer to p7, and why is it so?"}\n')
    rows = [row(prompt=text.upper()), row("p7", prompt="What is the answer to p7, and why is it so ?"), row("p8")]
    assert sifted(*rows, against=(str(given),)).fates == ["given", "given", "kept"]
    given.write_text('{"prompt": "x"}\n{"answer": "x"}\n')
    with pytest.raises(UsageError, match=r"given\.jsonl:2: no question under prompt, "):
        sifted(*rows, against=(str(given),))


def test_replies_in_other_languages_are_lost() -> None:
    """What is too short to tell stays."""
    rows = [row("a", response="4"), row("b", response="Die Antwort auf die Frage ist vier, wie man leicht sieht.")]
    assert sifted(*rows, languages=("en",)).fates == ["kept", "other_language"]
    assert sifted(*rows, languages=("en", "de")).fates == ["kept", "kept"]


@pytest.mark.parametrize(
    ("passed", "failed", "fate"),
    [(16, 0, "too_easy"), (15, 0, "kept"), (12, 4, "kept"), (1, 30, "too_hard"), (1, 20, "kept")],
)
def test_a_problem_is_out_where_its_whole_interval_is(passed: int, failed: int, fate: str) -> None:
    """Wilson's interval of 16 of 16 begins at 0.806, that of 15 of 15 at 0.796."""
    rows = [row(response=f"{number}, so 4", answer="4") for number in range(passed)]
    rows += [row(outcome="fail", response=f"{number}") for number in range(failed)]
    assert set(sifted(*rows, band=(0.2, 0.8), per_problem=None).fates) - {"fail"} == {fate}


def test_the_band_may_be_that_of_one_model() -> None:
    """What a teacher can do says nothing about the student; cut-off replies and errors count for nobody."""
    teacher = [row(response=f"{number}: 4", answer="4", model="teacher") for number in range(100)]
    student = [row(response="4", model="student"), *(row(outcome="limit", model="student") for _ in range(3))]
    rows = [*teacher, *student, row(outcome="error"), row(outcome="fail", finish_reason="length")]
    assert "too_easy" in sifted(*rows, band=(0.2, 0.8)).fates
    assert "too_easy" not in sifted(*rows, band=(0.2, 0.8), band_models=("student",)).fates


def test_diversity_prefers_another_way_to_a_twin_of_the_best() -> None:
    """Two places go to the shortest reply and to the one unlike it."""
    best = "We add seven and five and get twelve, and so the answer must be 12"
    other = "Counting on from seven by fingers, five times over, one arrives in the end at 12"
    rows = [row(response=text, answer="12") for text in (best, f"{best} now", other)]
    assert sifted(*rows, per_problem=2).fates == ["kept", "kept", "over_problem_cap"]
    assert sifted(*rows, per_problem=2, diversity=0.5).fates == ["kept", "over_problem_cap", "kept"]


SIGNALS = [
    ("killed", {"mutants": 10, "killed": 9}, {"mutants": 10, "killed": 3}),
    ("killed", {"killed": 9, "survived": 1}, {"killed": 1, "survived": 9}),
    ("killed", {"mutants": {"killed": 9, "of": 10}}, {"mutants": {"killed": 0, "of": 0}}),
    ("coverage", {"coverage": 0.9}, {"coverage": 0.2}),
    ("coverage", {"coverage": 0.1}, {"coverage": "all"}),  # nonsense counts as nothing
]


@pytest.mark.parametrize(("signal", "more", "less"), SIGNALS)
def test_evidence_ranks(signal: str, more: dict[str, Any], less: dict[str, Any]) -> None:
    """Tests that kill more mutants, and derivations of which more was checked, go first."""
    rows = [row(response="a way", evidence=less), row(response="another way", evidence=more)]
    assert sifted(*rows, weights={signal: 1.0}, per_problem=1).fates == ["over_problem_cap", "kept"]


def test_a_signal_that_nobody_gives_counts_for_nothing() -> None:
    """The other weights make up the whole."""
    assert sifted(row(), weights={"brevity": 1.0, "killed": 9.0}).kept[0].score == 1.0


def test_kept_rows_have_a_price_beside_that_of_people() -> None:
    """All replies are paid for, also those that were lost."""
    rows = [row(cost=0.5), row("b", "fail", cost=1.0), row("c", domain="sql")]
    funnel = sifted(*rows, label_price=3.0).funnel
    assert funnel.price("math") == (1.5, 1.5, 3.0)
    assert funnel.price() == (1.5, 0.75, 6.0)
    assert funnel.price("sql") is None
