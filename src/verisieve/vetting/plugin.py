"""The pytest plugin: a fixture `vet` that attacks a domain once for a run, however many tests ask.

def test_chess(vet):
    assert vet("chess").at_least("A")
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from verisieve.vetting import Vetting


@pytest.fixture(scope="session")
def vet() -> Callable[..., Vetting]:
    """`verisieve.vetting.vet`, remembered by its arguments."""
    from verisieve import vetting  # loaded by tests that ask for it

    return functools.cache(vetting.vet)
