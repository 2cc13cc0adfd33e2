"""The docker back end: the same boxes, inside warm hardened containers that we talk to over their stdio.

A container has no network, no capability, a read-only root, a uid that is not root, and limits of its own; the boxes
in it have all that the embedded back end's have. So its layers add up, and the host's files are not even there to hide.
Each group of toolchains in use has a container of its own, from an image of its own. Needs an engine whose kernel
lets ordinary users make user namespaces. Does not manage the engine; an outage of it is waited for, see `connection`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from verisieve.errors import SandboxError
from verisieve.sandboxes import Job, Run, Status, bundle, frames, hardened, images
from verisieve.sandboxes.attached import Attached
from verisieve.sandboxes.connection import Connection
from verisieve.sandboxes.inside import wire
from verisieve.sandboxes.selftest import active_layers

START_TIMEOUT = 60.0
HANG_TIMEOUT = 20.0  # beyond the longest wall limit: then the container itself has stopped
PATIENCE = 30.0
_MOST_CPUS = 2.0
_KILLS = (Status.TIMEOUT_CPU, Status.TIMEOUT_WALL, Status.MEMORY)


class ContainerSandbox:
    """Runs jobs in containers, each replaced after `runs` runs, after a kill, and after a fault.

    `runs=1` gives every job a container of its own; `runtime` names another one of the engine's, like `runsc`;
    `memory` and `cpus` bound one container; `patience` is how many seconds an engine that is gone is waited for.
    """

    def __init__(
        self,
        *,
        runtime: str | None = None,
        runs: int = 1000,
        memory: int = 2 << 30,
        cpus: float | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._runtime, self._runs, self._memory, self._cpus = runtime, runs, memory, cpus
        self._name = uuid.uuid4().hex
        self._closed = False
        self._warm: dict[str, Attached] = {}
        self._tested: set[str] = set()
        self._engine = Connection(self._name, patience)
        try:
            self._engine.open()
            self._layers = (*self._own_layers(), *self._test("python"))
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
        if job.toolchain not in self._tested:
            self._test(job.toolchain)
        return self._run(job)

    def close(self) -> None:
        """Give back everything; a closed sandbox may not be used again."""
        self._closed = True
        while self._warm:
            self._discard(self._warm.popitem()[1])
        self._engine.lose()

    def _own_layers(self) -> tuple[str, ...]:
        runtime = (f"runtime:{self._runtime}",) if self._runtime else ()
        return ("container:oneshot" if self._runs == 1 else "container", *runtime)

    def _test(self, group: str) -> tuple[str, ...]:
        """Look from inside which layers a group's boxes have; raise SandboxError for too few."""
        if group not in images.GROUPS:
            raise SandboxError(f"no toolchains {group!r}; known: {', '.join(images.GROUPS)}")
        layers = active_layers(lambda job: self._run(replace(job, toolchain=group)))
        self._tested.add(group)
        return layers

    def _run(self, job: Job) -> Run:
        attached = self._take(job.toolchain)
        wall = wire.MOST_WALL * max(program.limits.wall for program in (job.candidate, job.tester) if program)
        kept = False
        try:
            run = frames.unpack_run(attached.ask(frames.pack_job(job), wall + HANG_TIMEOUT))
            attached.runs += 1
            kept = attached.runs < self._runs and run.candidate.status not in _KILLS
            kept = kept and (run.tester is None or run.tester.status not in _KILLS)
        except SandboxError as error:
            raise self._engine.explain(error, attached.container) from error
        finally:
            if kept:
                self._warm[job.toolchain] = attached
            else:  # whatever interrupted the run, its container is in an unknown state
                self._discard(attached)
        return run

    def _take(self, group: str) -> Attached:
        """Return a container that waits for a job: the warm one where it still does, or a new one."""
        attached = self._warm.pop(group, None)
        if attached is not None and attached.rests():
            return attached
        if attached is not None:
            self._discard(attached)
        live = [one.container for one in self._warm.values()]
        return self._engine.use(lambda api, facts: self._start(api, facts, group), live)

    def _start(self, api: Any, facts: Mapping[str, Any], group: str) -> Attached:
        """Start a container and its warm interpreter; return it when it waits for jobs."""
        cpus = self._cpus or min(_MOST_CPUS, facts.get("NCPU") or 1)
        with ExitStack() as stack:
            container = hardened.create(
                api,
                facts,
                image=images.tag(group),
                runtime=self._runtime,
                memory=self._memory,
                cpus=cpus,
                sandbox=self._name,
            )
            stack.callback(self._engine.remove, container)
            attached = Attached(api, container)
            stack.callback(attached.close)
            self._boot(attached)
            stack.pop_all()
        return attached

    def _boot(self, attached: Attached) -> None:
        data = hardened.boot(bundle.relay()) + frames.pack({}, [bundle.runner().encode()])
        try:
            attached.ask(data, START_TIMEOUT)
        except SandboxError as error:
            under = f" under the runtime {self._runtime}" if self._runtime else ""
            needs = "boxes need user namespaces, mounts, pidfds and seccomp of the container's kernel"
            failed = SandboxError(f"a container{under} came up but cannot build boxes: {error} ({needs})")
            raise self._engine.explain(failed, attached.container) from error

    def _discard(self, attached: Attached) -> None:
        attached.close()
        self._engine.remove(attached.container)
