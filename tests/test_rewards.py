"""Rewards are the verdicts, whoever asks: packing, scores, errors, many threads, and pools that die."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from verisieve import scoring
from verisieve.errors import UsageError, VerisieveError
from verisieve.records import Completion, Problem
from verisieve.rewards import Reward, UnscoredError, content, pack, sure, unpack
from verisieve.rewards.openrlhf import reply
from verisieve.rewards.trl import reward
from verisieve.rewards.verl import compute_score
from verisieve.scoring import Scorer

MATH = {"id": "m-1", "domain": "math", "prompt": "1+1?", "truth": {"answer": "2"}}
BROKEN = pack({**MATH, "truth": {}})


@pytest.fixture(scope="module", autouse=True)
def one_worker() -> Iterator[None]:
    """The scorer of this process, of one worker, is closed behind these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VERISIEVE_WORKERS", "1")
        patch.setattr(scoring, "_scorers", {})
        yield
        for scorer in scoring._scorers.values():
            scorer.close()


@pytest.fixture
def toy_scorer(toy: str) -> Iterator[Scorer]:
    """A scorer whose workers know the toy domain."""
    scorer = Scorer(workers=2)
    yield scorer
    scorer.close()


def toys(*texts: str) -> list[Completion]:
    """Replies that the toy domain's checker obeys."""
    problem = Problem(domain="toy", id="t", prompt="", truth={"answer": 1})
    return [Completion(problem=problem, text=text) for text in texts]


def test_a_packed_problem_comes_back() -> None:
    """Whatever the truth holds, lone surrogates too."""
    row = {**MATH, "truth": {"answer": "\udc80½", "type": "text"}, "response": "never packed"}
    problem = unpack(pack(row))
    assert (problem.domain, problem.id, problem.prompt) == ("math", "m-1", "1+1?")
    assert problem.truth == row["truth"]
    assert pack(row).isascii()


BAD: list[tuple[str, str]] = [
    ("not JSON", "ground_truth: bad JSON"),
    ("2", "ground_truth: : a row is an object"),
    ('{"answer": "2"}', "ground_truth: truth: missing"),
    (pack({**MATH, "domain": None}), "ground_truth: domain: must be a string"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_what_was_not_packed_is_refused(text: str, message: str) -> None:
    """It stops the caller: a wrong column is no wrong answer."""
    with pytest.raises(UsageError, match=message):
        unpack(text)


def test_doors_give_one_score() -> None:
    """TRL's and verl's agree with the verdicts, message lists and plain texts alike."""
    texts = ["\\boxed{2}", "\\boxed{3}", "I do not know", "\\boxed{2} or \\boxed{3}"]
    packed = [pack(MATH)] * len(texts)
    scores = reward([[{"role": "assistant", "content": text}] for text in texts], packed, prompts=[], extra=1)
    assert scores == reward(texts, packed) == [1.0, 0.0, 0.0, 0.0]
    told = [compute_score("verisieve/math", text, pack(MATH), {"index": 0}, other=1) for text in texts]
    assert [each["score"] for each in told] == scores
    assert [each["outcome"] for each in told] == ["pass", "fail", "no_answer", "fail"]


def test_an_error_is_no_score() -> None:
    """TRL leaves it out, verl stops or takes what the user says."""
    assert reward(["2", "\\boxed{2}"], [BROKEN, pack(MATH)]) == [None, 1.0]
    with pytest.raises(UnscoredError, match="broken_truth"):
        compute_score("", "2", BROKEN)
    assert compute_score("", "2", BROKEN, on_error=0.25)["score"] == 0.25
    assert sure(Reward(0.0, "fail", "wrong_answer"), 0.25) == 0.0


def test_a_missing_truth_is_not_paired_with_the_next() -> None:
    """Columns of different lengths are refused."""
    with pytest.raises(ValueError, match="argument 2 is longer"):
        reward(["2", "2"], [pack(MATH)])


CONTENTS: list[tuple[Any, str]] = [
    ("text", "text"),
    ([{"role": "assistant", "content": "a"}, {"role": "assistant", "content": "b"}], "b"),
    ([{"role": "assistant", "content": None}], ""),
    ([{"role": "assistant"}], ""),
    ([], ""),
]


@pytest.mark.parametrize(("messages", "text"), CONTENTS)
def test_the_last_message_is_the_reply(messages: Any, text: str) -> None:
    """A conversation without text is an empty reply."""
    assert content(messages) == text


REPLIES: list[tuple[str, str, str]] = [
    ("<|user|>1+1?<|assistant|>2<|im_end|>", "<|user|>1+1?<|assistant|>", "2"),
    ("+1?<|assistant|>2</s>", "<|user|>1+1?<|assistant|>", "2"),  # cut at its start
    ("aab2", "aaab", "2"),  # the longest end that fits
    ("Q Q A", "Q ", "Q A"),  # a reply that repeats its prompt
    ("PA<|eot_id|>\n<|endoftext|>\n", "P", "A"),
    ("PA <b>x</b>", "P", "A <b>x</b>"),  # markup is no token
    ("Pa<|b|>c", "P", "a<|b|>c"),  # not at the end
    ("P", "P", ""),
    ("A", "", "A"),
]


@pytest.mark.parametrize(("query", "prompt", "text"), REPLIES)
def test_a_reply_is_the_query_without_its_prompt(query: str, prompt: str, text: str) -> None:
    """OpenRLHF hands over both as one text."""
    assert reply(query, prompt) == text


def test_a_query_without_its_prompt_is_refused() -> None:
    """The prompt might hold an answer, so the whole query is never judged for the reply."""
    with pytest.raises(UsageError, match="does not begin with its prompt"):
        reply("something else", "<user>1+1?")


def test_many_threads_are_answered_in_their_order(toy_scorer: Scorer) -> None:
    """Each caller gets its own lines, however they mix."""
    found: dict[int, list[str]] = {}

    def ask(number: int) -> None:
        texts = ["1", "2", "crash"][number % 3 :] * 5
        found[number] = [line.outcome for line in toy_scorer.judge(toys(*texts))]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: ["pass", "fail", "error"][number % 3 :] * 5 for number in range(12)}


def test_a_worker_that_dies_costs_only_its_row(toy_scorer: Scorer) -> None:
    """The row that killed it twice is an error, the others have their verdicts."""
    lines = toy_scorer.judge(toys("1", "die", "2"))
    assert [(line.outcome, line.reason) for line in lines] == [
        ("pass", ""),
        ("error", "worker_died"),
        ("fail", "wrong_answer"),
    ]


def test_a_closed_scorer_says_so(toy: str) -> None:
    """Nobody waits for an answer that will not come."""
    scorer = Scorer(workers=1)
    scorer.close()
    with pytest.raises(VerisieveError, match="closed"):
        scorer.judge(toys("1"))


def test_workers_that_cannot_start_stop_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation is no reward."""
    monkeypatch.setattr("verisieve.workers._CODE", "raise SystemExit(3)")
    scorer = Scorer(workers=1)
    with pytest.raises(VerisieveError, match="could not start"):
        scorer.judge(toys("1"))
    scorer.close()


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment says how many workers; what is no number is refused."""
    monkeypatch.setattr(scoring, "_scorers", {})
    monkeypatch.setenv("VERISIEVE_WORKERS", "many")
    with pytest.raises(UsageError, match="VERISIEVE_WORKERS must be a whole number from 1, not 'many'"):
        reward(["2"], [pack(MATH)])


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_asks_its_own_workers() -> None:
    """A process that was forked after the first score has no thread of its parent's to wait for."""
    assert reward(["\\boxed{2}"], [pack(MATH)]) == [1.0]
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writer, json.dumps(reward(["\\boxed{2}"], [pack(MATH)])).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 100) == b"[1.0]"
    os.close(reader)
    os.close(writer)
