"""All doors say the same of the same rows: a sample of what `python -m benchmarks.parity` does with thousands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from verisieve import domains, scoring

pytest.importorskip("httptools")
ROWS = {"code": 3, "sql": 6}  # of the others 12: they cost less


@pytest.fixture(scope="module")
def parity() -> Iterator[Any]:
    """The module `benchmarks.parity`, which is no part of the package, with one worker."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parents[1]))
        patch.setenv("VERISIEVE_WORKERS", "1")
        patch.setattr(scoring, "_scorers", {})
        from benchmarks import parity  # type: ignore[attr-defined,unused-ignore]

        yield parity
        for scorer in scoring._scorers.values():
            scorer.close()


@pytest.fixture(scope="module")
def post(parity: Any) -> Iterator[Any]:
    """A server, asked for all domains."""
    with parity.serving(1) as running:
        yield running


@pytest.mark.parametrize("domain", domains.names())
def test_every_door_says_the_same(parity: Any, post: Any, domain: str) -> None:
    """Outcome, reason and score, those of rows that cannot be judged too."""
    found = list(parity.compare(domain, ROWS.get(domain, 12), post))
    assert len(found) == 12
    assert {name: different for name, _, different in found if different} == {}


def test_a_difference_is_seen(parity: Any) -> None:
    """A score, an outcome, a reason or an answer too few."""
    given = [{"id": "a"}]
    wanted = [parity.Said(0.0, "fail", "wrong_answer")]
    for other in (parity.Said(1.0), parity.Said(0.0, "limit", "wrong_answer"), parity.Said(0.0, "fail", "hedged")):
        assert parity.differences(given, wanted, [other])
    assert parity.differences(given, wanted, [])
    assert not parity.differences(given, wanted, [parity.Said(0.0)])
