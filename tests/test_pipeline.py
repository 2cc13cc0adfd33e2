"""The stream: order, bounds, faults, duplicates, resuming."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from verisieve import pipeline, workers
from verisieve.errors import VerisieveError
from verisieve.records import Completion, Problem
from verisieve.rows import BadRow, Place, Row
from verisieve.store import Store


def row(number: int, text: str, *, domain: str = "toy", truth: dict[str, Any] | None = None, **extra: Any) -> Row:
    """A row of the toy domain whose right answer is 1."""
    problem = Problem(domain=domain, id=f"r{number}", prompt="", truth={"answer": 1} if truth is None else truth)
    return Row(place=Place("rows.jsonl", number), completion=Completion(problem=problem, text=text, extra=extra))


def judged(items: Iterable[Row | BadRow], store: Store | None = None, **options: Any) -> list[dict[str, Any]]:
    """The output rows of a stream."""
    if store is None:
        with Store(":memory:") as memory:
            return judged(items, memory, **options)
    return [json.loads(line.body) for line in pipeline.verify(items, store, **options)]


def outcomes(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Outcome and reason of each output row."""
    return [(row["outcome"], row["reason"]) for row in rows]


def test_verdicts_come_in_input_order(toy: str) -> None:
    """Rows come back in the order they went in, whatever worker judged them."""
    rows = judged((row(number, "1" if number % 3 else "2") for number in range(300)), workers=2)

    assert [each["id"] for each in rows] == [f"r{number}" for number in range(300)]
    assert [each["outcome"] for each in rows] == ["pass" if number % 3 else "fail" for number in range(300)]


def test_a_verdict_is_durable_before_it_is_written(toy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many verdicts a commit holds, a line comes out only after the commit of its own."""
    with Store(":memory:") as store:
        put, commit = store.put, store.commit
        counts = {"put": 0, "committed": 0}

        def counted(key: bytes, body: bytes) -> None:
            counts["put"] += 1
            put(key, body)

        def committed() -> None:
            counts["committed"] = counts["put"]
            commit()

        monkeypatch.setattr(store, "put", counted)
        monkeypatch.setattr(store, "commit", committed)
        items = (row(number, str(number)) for number in range(200))

        for written, _ in enumerate(pipeline.verify(items, store), 1):
            assert written <= counts["committed"]

    assert counts["committed"] == 200


def test_a_crashing_checker_is_an_error(toy: str) -> None:
    """What a checker raises is the checker's fault: outcome error with what was caught."""
    rows = judged([row(1, "crash"), row(2, "1"), row(3, "not-json")])

    assert outcomes(rows) == [("error", "checker_crashed"), ("pass", ""), ("error", "checker_crashed")]
    assert rows[0]["checks"][0]["evidence"]["message"] == "on purpose"


def test_a_broken_truth_is_an_error(toy: str) -> None:
    """A truth that cannot be used is the data's fault, with the field named."""
    (found,) = judged([row(1, "1", truth={})])

    assert (found["outcome"], found["reason"]) == ("error", "broken_truth")
    assert found["checks"][0]["evidence"] == {"field": "answer", "message": "truth.answer: missing"}


def test_a_dying_worker_loses_no_row(toy: str, tmp_path: Path) -> None:
    """A row that kills its worker is tried once more; the rows behind it are judged all the same."""
    rows = judged(
        [row(0, f"die-once:{tmp_path}/died"), *(row(number, "1") for number in range(1, 100)), row(100, "die")]
    )

    assert outcomes(rows) == [("fail", "wrong_answer"), *[("pass", "")] * 99, ("error", "worker_died")]


def test_a_worker_that_is_killed_as_it_starts_costs_no_row(toy: str) -> None:
    """Death before the first row blames no row; the run goes on with another worker."""
    pool = workers.Pool(1)
    pool._workers[0].process.kill()
    pool.submit(7, workers.encode(row(1, "1").completion))
    done: list[tuple[int, workers.Line]] = []
    while not done:
        done += pool.collect()
    pool.close()
    assert [(number, line.outcome) for number, line in done] == [(7, "pass")]


def test_workers_that_never_start_end_the_run(toy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no worker comes up, that is said, after a few tries."""
    monkeypatch.setattr(workers, "_CODE", "raise SystemExit(3)  # {fd} {sandbox}")
    with pytest.raises(VerisieveError, match=r"could not start \(exit code 3\)"):
        judged([row(1, "1")])


def test_a_hung_checker_is_stopped(toy: str) -> None:
    """A row that overstays its time ends as an error; the others do not wait for it."""
    rows = judged([row(1, "hang"), row(2, "1")], row_seconds=2.0)

    assert outcomes(rows) == [("error", "worker_hung"), ("pass", "")]


def test_a_sandbox_fault_is_tried_again(toy: str, tmp_path: Path) -> None:
    """A sandbox that fails once does not cost the row its verdict; one that always fails is an error."""
    rows = judged([row(1, f"sandbox-fails-once:{tmp_path}/failed"), row(2, "sandbox-fails")])

    assert outcomes(rows) == [("fail", "wrong_answer"), ("error", "sandbox_failed")]


def test_an_unknown_domain_is_an_error(toy: str) -> None:
    """A domain that nobody offers costs its own row only."""
    rows = judged([row(1, "1", domain="alchemy"), row(2, "1")])

    assert outcomes(rows) == [("error", "unknown_domain"), ("pass", "")]


def test_a_second_row_of_the_same_id_is_refused(toy: str) -> None:
    """The first row of an id counts; a second one of the same sample and model is a bad row."""
    rows = judged([row(1, "1"), row(1, "2"), row(2, "1")])

    assert outcomes(rows) == [("pass", ""), ("error", "duplicate_id"), ("pass", "")]


def test_large_rows_pass_beside_small_ones(toy: str) -> None:
    """Rows larger than a socket's buffer do not block the stream."""
    texts = ["x" * 3_000_000 if number % 7 == 0 else "1" for number in range(60)]
    rows = judged((row(number, text) for number, text in enumerate(texts)), workers=2)

    assert [each["outcome"] == "pass" for each in rows] == [text == "1" for text in texts]


def test_reading_stays_within_the_window(toy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more rows are read ahead than the window allows."""
    monkeypatch.setattr(pipeline, "WINDOW", 50)
    taken = 0

    def source() -> Iterator[Row]:
        nonlocal taken
        for number in range(400):
            taken += 1
            yield row(number, "1")

    with Store(":memory:") as store:
        ahead = [taken - done for done, _ in enumerate(pipeline.verify(source(), store))]

    assert len(ahead) == 400
    assert max(ahead) <= 50


def test_a_finished_row_is_not_judged_again(toy: str, tmp_path: Path) -> None:
    """The store answers for what it holds; changed content is judged anew; errors are tried again."""
    order = f"die-once:{tmp_path}/died"
    with Store(tmp_path / "s") as store:
        first = judged([row(1, "1"), row(2, "2"), row(3, "crash")], store)
    with Store(tmp_path / "s") as store:
        stored = len(store)
        second = judged([row(1, "1"), row(2, "1"), row(3, "crash"), row(4, order)], store)

    assert stored == 2  # the error is not kept
    assert second[0] == first[0]  # seconds included: the same verdict, not a new one
    assert outcomes(second)[1:] == [("pass", ""), ("error", "checker_crashed"), ("fail", "wrong_answer")]


def test_a_stopped_stream_leaves_no_worker(toy: str) -> None:
    """A consumer that stops early ends the workers; what was finished is kept."""
    with Store(":memory:") as store:
        stream = pipeline.verify((row(number, "1") for number in range(1000)), store, workers=2)
        next(stream)
        stream.close()  # type: ignore[attr-defined]  # it is a generator

        assert len(store) >= 1
