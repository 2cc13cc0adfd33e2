"""The Python door: rows in, verdict rows out, in order, for threads and tasks; what is bad is an error."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import verisieve
from verisieve import Verifier, score
from verisieve.errors import UsageError, VerisieveError


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    """One worker that knows the toy domain."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parent / "toy"))
        with Verifier(workers=1) as made:
            yield made


def row(response: Any = "1", **more: Any) -> dict[str, Any]:
    """A row of the toy domain whose right answer is 1."""
    return {"id": "t", "domain": "toy", "prompt": "", "truth": {"answer": 1}, "response": response, **more}


def several(*responses: str) -> dict[str, Any]:
    """A row of several replies."""
    made = row(responses=list(responses))
    del made["response"]
    return made


def test_a_row_gets_its_output_row(verifier: Verifier) -> None:
    """With its sample, its model and what it carries; a pass is worth 1."""
    found: Any = verifier.verify(row("1", sample=2, model="m", note=[1]))
    assert [found[key] for key in ("id", "sample", "outcome", "model", "note")] == ["t", 2, "pass", "m", [1]]
    assert score(found) == 1.0
    assert score(verifier.verify(row("2"))) == 0.0


DEEP: list[Any] = [1]
for _ in range(600):
    DEEP = [DEEP]
BAD: list[tuple[dict[str, Any], str, str]] = [
    (row(None), "response", "must be a string, not null"),
    ({"id": "x"}, "truth", "missing"),
    (row(truth={"answer": {1}}), "truth.answer", "set is not JSON"),
    (row(truth={"answer": [1, float("nan")]}), "truth.answer[1]", "nan is not JSON"),
    (row(truth={1: 2}), "truth", "a key must be a string, not int"),
    (row(note=b"x"), "note", "bytes is not JSON"),
    (row(note=DEEP), "", "nested too deeply"),
    (row(domain="nope"), "domain", "unknown domain 'nope'"),
]


@pytest.mark.parametrize(("bad", "field", "message"), BAD)
def test_a_bad_row_is_an_error_that_names_the_field(
    verifier: Verifier, bad: dict[str, Any], field: str, message: str
) -> None:
    """As on the command line; it has no score."""
    found = verifier.verify(bad)
    evidence = found["checks"][0]["evidence"]
    assert (found["outcome"], evidence["field"], score(found)) == ("error", field, None)
    assert message in evidence["message"]


def test_many_rows_keep_their_order(verifier: Verifier) -> None:
    """One verdict a reply, bad rows among them, however many and however slow; what is no row is an error too."""
    rows: list[Any] = [row("2"), several("1", "2"), 5, row("crash"), row()]
    found = [verdict["outcome"] for verdict in verifier.verify_many(rows)]
    assert found == ["fail", "pass", "fail", "error", "error", "pass"]
    numbers = [verdict["outcome"] == "pass" for verdict in verifier.verify_many(row(str(n % 3)) for n in range(3000))]
    assert numbers == [n % 3 == 1 for n in range(3000)]


def test_rows_are_read_only_as_they_are_needed(verifier: Verifier) -> None:
    """Memory is bounded: an endless source is no fault, and leaving it leaves nothing behind."""
    endless = verifier.verify_many(row(str(n)) for n in iter(int, 1))
    assert next(endless)["outcome"] == "fail"
    endless.close()  # type: ignore[attr-defined]
    assert verifier.verify(row())["outcome"] == "pass"


def test_several_replies_are_not_one(verifier: Verifier) -> None:
    """`verify` has one verdict to give."""
    with pytest.raises(UsageError, match="verify_many"):
        verifier.verify(several("1"))


def test_tasks_wait_side_by_side(verifier: Verifier, tmp_path: Path) -> None:
    """A row that is cancelled before a worker has it is not judged; the others are."""

    async def ask() -> list[str]:
        gate = tmp_path / "gate"
        first = asyncio.create_task(verifier.averify(row(f"wait:{gate}")))
        while not (tmp_path / "gate.reached").exists():
            await asyncio.sleep(0.01)
        rest = [asyncio.create_task(verifier.averify(row(f"sandbox-fails-once:{tmp_path}/{n}"))) for n in range(200)]
        last = asyncio.create_task(verifier.averify(row("2")))
        await asyncio.sleep(0.05)
        for task in rest:
            task.cancel()
        gate.touch()
        return [(await first)["outcome"], (await last)["outcome"]]

    assert asyncio.run(ask()) == ["pass", "fail"]
    assert len(list(tmp_path.iterdir())) < 100  # the rows that a worker or its queue had already


def test_async_streams_keep_their_order(verifier: Verifier) -> None:
    """As `verify_many` does."""

    async def ask() -> list[str]:
        return [verdict["outcome"] async for verdict in verifier.averify_many([row("1"), row("2"), row(3)])]

    assert asyncio.run(ask()) == ["pass", "fail", "error"]


def test_threads_share_a_verifier(verifier: Verifier) -> None:
    """Each gets its own verdicts."""
    found: dict[int, list[str]] = {}

    def ask(number: int) -> None:
        found[number] = [verdict["outcome"] for verdict in verifier.verify_many([row(str(number))] * 20)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: ["pass" if number == 1 else "fail"] * 20 for number in range(4)}


def test_a_closed_verifier_says_so() -> None:
    """Closing twice is no fault, asking after it is."""
    made = Verifier(workers=1)
    made.close()
    made.close()
    with pytest.raises(VerisieveError, match="closed"):
        made.verify({"id": "m", "domain": "math", "prompt": "", "truth": {"answer": "2"}, "response": "2"})


def test_rows_without_a_domain_take_the_verifiers() -> None:
    """As `--domain` has it."""
    with Verifier(workers=1, domain="math") as made:
        assert made.verify({"id": "m", "prompt": "", "truth": {"answer": "2"}, "response": "2"})["outcome"] == "pass"


def test_the_door_opens_when_it_is_used() -> None:
    """Importing verisieve loads none of it, and its names are those that it says."""
    code = "import sys, verisieve; print('verisieve.api' in sys.modules, verisieve.verify.__module__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "verisieve.api"]
    assert all(hasattr(verisieve, name) for name in verisieve.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        _ = verisieve.nope
