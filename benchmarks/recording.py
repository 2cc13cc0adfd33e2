"""Rows that tests judge on their way, so that what a test reaches of a checker a probe reaches too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest
from benchmarks import checker_rows

Plain = dict[str, Any]
MOST_OF_A_TEST = 60


class Recorder:
    """A plugin that notes what tests have judged, and not what is judged for that."""

    def __init__(self) -> None:
        self.rows: list[Plain] = []
        self._test, self._counts, self._depth = "", Counter[str](), 0

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Know which test runs."""
        self._test = item.nodeid.partition("[")[0]

    def add(self, truth: Plain, text: str, prompt: str = "") -> None:
        """Note a row, if there are not many of its test."""
        self._counts[self._test] += self._depth == 0
        if not self._depth and (self._counts[self._test] <= MOST_OF_A_TEST or "domains/" in self._test):
            self.rows.append({"prompt": prompt, "truth": dict(truth), "response": text})

    @contextmanager
    def noting(self, owner: Any, name: str, note: Callable[..., None]) -> Iterator[None]:
        """Have `note` called with the arguments of each call of a function."""
        original = getattr(owner, name)

        @wraps(original)
        def noted(*arguments: Any, **named: Any) -> Any:
            note(*arguments, **named)
            self._depth += 1
            try:
                return original(*arguments, **named)
            finally:
                self._depth -= 1

        setattr(owner, name, noted)
        try:
            yield
        finally:
            setattr(owner, name, original)


def run(recorder: Recorder, tests: Sequence[str], *more: str) -> None:
    """Run some tests under a recorder."""
    paths = [str(checker_rows.TESTS / name) for name in tests]
    pytest.main(["-q", "--no-header", "-p", "no:xdist", "-p", "no:cacheprovider", *more, *paths], plugins=[recorder])
