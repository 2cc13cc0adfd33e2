"""The docker back end: the same boxes, inside one warm hardened container that we talk to over its stdio.

The container has no network, no capability, a read-only root, a uid that is not root, and limits of its own; the boxes
in it have all that the embedded back end's have. So its layers add up, and the host's files are not even there to hide.
Needs an engine whose kernel lets ordinary users make user namespaces. Does not manage the engine.
"""

from __future__ import annotations

from contextlib import ExitStack

from verisieve.errors import SandboxError
from verisieve.sandboxes import Job, Run, Status, bundle, engine, frames
from verisieve.sandboxes.attached import Attached
from verisieve.sandboxes.selftest import active_layers

START_TIMEOUT = 60.0
HANG_TIMEOUT = 20.0  # beyond the longest wall limit: then the container itself has stopped
_KILLS = (Status.TIMEOUT_CPU, Status.TIMEOUT_WALL, Status.MEMORY)


class ContainerSandbox:
    """Runs jobs in a container, replaced after `runs` runs, after a kill, and after a fault.

    `runs=1` gives every job a container of its own; `runtime` names another one of the engine's, like `runsc`.
    """

    def __init__(
        self,
        *,
        image: str = engine.IMAGE,
        runtime: str | None = None,
        runs: int = 1000,
        memory: int = 2 << 30,
        cpus: float = 2.0,
    ) -> None:
        self._image, self._runtime, self._memory, self._cpus = image, runtime, memory, cpus
        self._runs, self._left, self._closed = runs, 0, False
        self._attached: Attached | None = None
        self._client = engine.connect()
        try:
            self._layers = ("container", *active_layers(self.run))
        except SandboxError:
            self.close()
            raise

    @property
    def name(self) -> str:
        """Say which back end this is."""
        return "docker"

    @property
    def layers(self) -> tuple[str, ...]:
        """Name the isolation layers that are active."""
        return self._layers

    def run(self, job: Job) -> Run:
        """Run the job to its end; raise SandboxError when the engine, the container or the sandbox failed."""
        if self._closed:
            raise SandboxError("the sandbox is closed")
        attached, self._attached = self._attached or self._start(), None
        wall = max(program.limits.wall for program in (job.candidate, job.tester) if program)
        with ExitStack() as stack, engine.faults():
            stack.callback(attached.remove)
            attached.send(frames.pack_job(job))
            run = frames.unpack_run(attached.receive(wall + HANG_TIMEOUT))
            self._left -= 1
            if self._left > 0 and not any(end.status in _KILLS for end in (run.candidate, run.tester) if end):
                self._attached = attached
                stack.pop_all()
        return run

    def close(self) -> None:
        """Give back everything; a closed sandbox may not be used again."""
        self._closed = True
        if self._attached:
            self._attached.remove()
            self._attached = None
        self._client.close()

    def _start(self) -> Attached:
        """Start a container and its warm interpreter; return it when it waits for jobs."""
        with ExitStack() as stack, engine.faults():
            container = engine.create(
                self._client, image=self._image, runtime=self._runtime, memory=self._memory, cpus=self._cpus
            )
            attached = Attached(container)
            stack.callback(attached.remove)
            program = bundle.relay().encode()
            attached.send(b"%d\n" % len(program) + program + frames.pack({}, [bundle.runner().encode()]))
            attached.receive(START_TIMEOUT)
            stack.pop_all()
        self._left = self._runs
        return attached
