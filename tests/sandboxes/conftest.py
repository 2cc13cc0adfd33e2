"""One embedded sandbox for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from verisieve.sandboxes.embedded import EmbeddedSandbox


@pytest.fixture(scope="session")
def embedded() -> Iterator[EmbeddedSandbox]:
    """A warm sandbox; tests that break it open their own."""
    sandbox = EmbeddedSandbox()
    yield sandbox
    sandbox.close()
