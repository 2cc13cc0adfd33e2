"""Back ends by name, and the sandbox that opens on its first run."""

from __future__ import annotations

import pytest

from verisieve.errors import SandboxError, UsageError
from verisieve.sandboxes import Job, Program, Sandbox, opening
from verisieve.sandboxes.opening import LazySandbox, open_sandbox

PASS = Job(candidate=Program(harness="pass"))


def test_an_unknown_kind_is_named() -> None:
    """A wrong name is a usage error that lists the right ones, before anything is opened."""
    for opens in (open_sandbox, LazySandbox):
        with pytest.raises(UsageError, match=r"'vm'; known: auto, embedded, embedded:packages=DIR, docker or docker:"):
            opens("vm")


def test_a_lazy_sandbox_that_cannot_open_does_not_try_for_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a hundred runs the first tries three times, all say why it failed, and a second later one tries once more."""
    tries: list[str] = []

    def refuse(spec: str) -> Sandbox:
        tries.append(spec)
        raise SandboxError("no engine")

    monkeypatch.setattr(opening, "open_sandbox", refuse)
    monkeypatch.setattr(opening, "_PAUSES", (0.0, 0.0))
    lazy = LazySandbox("docker")
    for _ in range(100):
        with pytest.raises(SandboxError, match="no engine"):
            lazy.run(PASS)
    assert tries == ["docker"] * 3
    monkeypatch.setattr(opening, "_TRY_EVERY", 0.0)
    with pytest.raises(SandboxError, match="no engine"):
        lazy.run(PASS)
    assert len(tries) == 4


def test_a_lazy_sandbox_starts_nothing_before_its_first_run() -> None:
    """Rows that need no sandbox never start one, and say so."""
    lazy = LazySandbox("embedded")
    assert (lazy.layers, lazy.used, lazy.take_used()) == ((), False, False)
    lazy.close()


def test_a_lazy_sandbox_tells_whether_it_was_used() -> None:
    """`take_used` answers for the runs since it was last asked."""
    lazy = LazySandbox("embedded")
    lazy.run(PASS)
    assert (lazy.name, lazy.take_used(), lazy.take_used()) == ("embedded", True, False)
    assert "seccomp" in lazy.layers
    lazy.close()
