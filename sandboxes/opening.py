"""Choose and open a back end by name: auto, embedded or docker."""

from __future__ import annotations

from contextlib import suppress

from verisieve.errors import SandboxError, UsageError
from verisieve.sandboxes import Job, Run, Sandbox, engine

KINDS = ("auto", "embedded", "docker")


def open_sandbox(kind: str = "auto") -> Sandbox:
    """Open a back end; raise UsageError for an unknown name and SandboxError where it cannot run.

    `auto` takes docker where an engine answers and its image is built, else embedded.
    """
    from verisieve.sandboxes.container import ContainerSandbox
    from verisieve.sandboxes.embedded import EmbeddedSandbox

    if kind == "embedded":
        return EmbeddedSandbox()
    if kind == "docker":
        return ContainerSandbox()
    if kind != "auto":
        raise UsageError(f"unknown sandbox {kind!r}; known: {', '.join(KINDS)}")
    if engine.ready():
        with suppress(SandboxError):  # an engine that cannot build boxes: the machine itself may
            return ContainerSandbox()
    return EmbeddedSandbox()


class LazySandbox:
    """A sandbox that opens on its first run, so that rows which need none never start one."""

    def __init__(self, kind: str = "auto") -> None:
        self.kind = kind
        self.used = False
        self._sandbox: Sandbox | None = None

    @property
    def name(self) -> str:
        """Name the back end that was opened, or the kind asked for."""
        return self._sandbox.name if self._sandbox else self.kind

    @property
    def layers(self) -> tuple[str, ...]:
        """Name the active layers; none before the first run."""
        return self._sandbox.layers if self._sandbox else ()

    def run(self, job: Job) -> Run:
        """Run the job to its end; raise SandboxError when the sandbox itself failed."""
        self.used = True
        if self._sandbox is None:
            self._sandbox = open_sandbox(self.kind)
        return self._sandbox.run(job)

    def take_used(self) -> bool:
        """Return whether a job ran since the last call of this."""
        used, self.used = self.used, False
        return used

    def close(self) -> None:
        """Give back everything; a closed sandbox may not be used again."""
        if self._sandbox:
            self._sandbox.close()
