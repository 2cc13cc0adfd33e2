"""The embedded back end: a warm interpreter in Linux namespaces on this machine, without a daemon.

Works as root and as an ordinary user; refuses to run where the kernel gives it too little. Not for several threads
at once: each worker process opens a sandbox of its own.
"""

from __future__ import annotations

from verisieve.errors import SandboxError
from verisieve.sandboxes import Job, Run, bundle, installed
from verisieve.sandboxes.host import Host
from verisieve.sandboxes.selftest import active_layers


class EmbeddedSandbox:
    """Runs jobs in boxes forked from one warm interpreter, which is replaced when it dies.

    `packages` is a virtual environment, or a folder of installed packages, that boxes may import and not change.
    """

    def __init__(self, *, packages: str = "") -> None:
        self._closed = False
        self._packages = str(installed.folder(packages)) if packages else ""
        self._host: Host | None = Host(bundle.runner(), self._packages)
        try:
            self._layers = active_layers(self._host.run, self._host.layers)
        except SandboxError:
            self.close()
            raise

    @property
    def name(self) -> str:
        """Say which back end this is."""
        return "embedded"

    @property
    def layers(self) -> tuple[str, ...]:
        """Name the isolation layers that are active."""
        return self._layers

    def run(self, job: Job) -> Run:
        """Run the job to its end; raise SandboxError when the sandbox itself failed."""
        if self._closed:
            raise SandboxError("the sandbox is closed")
        host, self._host = self._host or Host(bundle.runner(), self._packages), None
        try:
            result = host.run(job)
            self._host = host
        finally:
            if self._host is None:  # whatever interrupted the run, its interpreter is in an unknown state
                host.close()
        return result

    def close(self) -> None:
        """Give back everything; a closed sandbox may not be used again."""
        self._closed = True
        if self._host:
            self._host.close()
            self._host = None
