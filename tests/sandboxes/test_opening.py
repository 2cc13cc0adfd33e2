"""Back ends by name, and the sandbox that opens on its first run."""

from __future__ import annotations

import pytest

from verisieve.errors import UsageError
from verisieve.sandboxes import Job, Program
from verisieve.sandboxes.opening import LazySandbox, open_sandbox


def test_an_unknown_kind_is_named() -> None:
    """A wrong name is a usage error that lists the right ones."""
    with pytest.raises(UsageError, match=r"'vm'; known: auto, embedded, docker"):
        open_sandbox("vm")


def test_a_lazy_sandbox_starts_nothing_before_its_first_run() -> None:
    """Rows that need no sandbox never start one, and say so."""
    lazy = LazySandbox("embedded")
    assert (lazy.layers, lazy.used, lazy.take_used()) == ((), False, False)
    lazy.close()


def test_a_lazy_sandbox_tells_whether_it_was_used() -> None:
    """`take_used` answers for the runs since it was last asked."""
    lazy = LazySandbox("embedded")
    lazy.run(Job(candidate=Program(harness="pass")))
    assert (lazy.name, lazy.take_used(), lazy.take_used()) == ("embedded", True, False)
    assert "seccomp" in lazy.layers
    lazy.close()
