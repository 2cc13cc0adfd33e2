"""Choose and open a back end by its spec: auto, embedded, docker, the last two with options or without (see `spec`)."""

from __future__ import annotations

import time
from contextlib import suppress

from verisieve.errors import SandboxError
from verisieve.sandboxes import Job, Run, Sandbox, engine
from verisieve.sandboxes import spec as specs

_TRY_EVERY = 1.0
_PAUSES = (0.2, 0.8)  # seconds before what cannot open is tried again: a container may have been killed as it came up


def open_sandbox(spec: str = "auto") -> Sandbox:
    """Open a back end; raise UsageError for a wrong spec and SandboxError where it cannot run.

    `auto` takes docker where an engine answers and its image is built, else embedded.
    """
    from verisieve.sandboxes.container import ContainerSandbox
    from verisieve.sandboxes.embedded import EmbeddedSandbox

    kind, options = specs.parse(spec)
    if kind == "docker":
        return ContainerSandbox(**options)
    if kind == "auto" and engine.ready():
        with suppress(SandboxError):  # an engine that cannot build boxes: the machine itself may
            return ContainerSandbox()
    return EmbeddedSandbox(**options)


class LazySandbox:
    """A sandbox that opens on its first run, so that rows which need none never start one.

    One that cannot open is tried again, but not for every row of thousands.
    """

    def __init__(self, spec: str = "auto") -> None:
        specs.parse(spec)
        self.spec = spec
        self.used = False
        self._sandbox: Sandbox | None = None
        self._refusal, self._tried = "", 0.0

    @property
    def name(self) -> str:
        """Name the back end that was opened, or what was asked for."""
        return self._sandbox.name if self._sandbox else self.spec

    @property
    def layers(self) -> tuple[str, ...]:
        """Name the active layers; none before the first run."""
        return self._sandbox.layers if self._sandbox else ()

    def run(self, job: Job) -> Run:
        """Run the job to its end; raise SandboxError when the sandbox itself failed."""
        self.used = True
        return (self._sandbox or self._open()).run(job)

    def take_used(self) -> bool:
        """Return whether a job ran since the last call of this."""
        used, self.used = self.used, False
        return used

    def close(self) -> None:
        """Give back everything; a closed sandbox may not be used again."""
        if self._sandbox:
            self._sandbox.close()

    def _open(self) -> Sandbox:
        if self._refusal and time.monotonic() - self._tried < _TRY_EVERY:
            raise SandboxError(self._refusal)
        for pause in (*_PAUSES, None):
            try:
                self._sandbox = open_sandbox(self.spec)
            except SandboxError as error:
                if pause is None or self._refusal:
                    self._refusal, self._tried = str(error), time.monotonic()
                    raise
                time.sleep(pause)
            else:
                break
        assert self._sandbox
        self._refusal = ""
        return self._sandbox
