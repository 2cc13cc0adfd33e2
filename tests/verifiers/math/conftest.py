"""Each test has a budget of its own, as each judgement has."""

from __future__ import annotations

import pytest

from verisieve.verifiers.math import meter


@pytest.fixture(autouse=True)
def _fresh_budget() -> None:
    meter.start()
