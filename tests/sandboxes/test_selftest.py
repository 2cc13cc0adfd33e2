"""The self-test: what a box saw decides which layers are listed, and whether the sandbox opens at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from verisieve.errors import SandboxError
from verisieve.sandboxes import Exit, Job, Run, Status
from verisieve.sandboxes.embedded import EmbeddedSandbox
from verisieve.sandboxes.selftest import NEEDED, active_layers


def _seeing(sandbox: EmbeddedSandbox, **lies: object) -> Callable[[Job], Run]:
    """A back end whose probe sees what a real one sees, but for `lies`."""

    def run(job: Job) -> Run:
        end = sandbox.run(job).candidate
        facts = json.loads(end.stdout) | lies
        return Run(candidate=Exit(status=end.status, stdout=json.dumps(facts).encode()))

    return run


def test_the_safe_minimum_is_active_here(embedded: EmbeddedSandbox) -> None:
    """Every needed layer is among those that were seen, and the self-test says the same again."""
    assert set(embedded.layers) >= NEEDED
    assert set(active_layers(embedded.run)) == {name for name in embedded.layers if not name.startswith("cgroup-v")}


@pytest.mark.parametrize(
    ("lie", "layer"),
    [
        ({"seccomp": 0}, "seccomp"),  # a kernel without it
        ({"network": True}, "seccomp"),  # a filter that lets sockets through
        ({"capabilities": 1}, "no-capabilities"),
        ({"no_new_privs": 0}, "no-new-privs"),
        ({"read_only": False}, "read-only-root"),
        ({"host_file": True}, "read-only-root"),  # the host's files are in sight
        ({"home": 1 << 40}, "tmpfs"),  # the host's disk, or a tmpfs without a limit
    ],
)
def test_less_than_the_minimum_is_refused(embedded: EmbeddedSandbox, lie: dict[str, object], layer: str) -> None:
    """A layer whose effect is not seen is missing, whatever was meant to be set up."""
    with pytest.raises(SandboxError, match=f"lacks {layer}"):
        active_layers(_seeing(embedded, **lie))


def test_a_shared_namespace_is_refused(embedded: EmbeddedSandbox) -> None:
    """A namespace that is the host's own is no layer."""
    spaces = {name: str(Path(f"/proc/self/ns/{name}").readlink()) for name in ("pid", "mnt", "net", "ipc")}
    with pytest.raises(SandboxError, match="lacks ipc-ns, mnt-ns, net-ns, pid-ns"):
        active_layers(_seeing(embedded, spaces=spaces))


def test_a_probe_that_fails_is_refused() -> None:
    """A sandbox that cannot even run the probe does not open."""
    with pytest.raises(SandboxError, match="self-test ended with timeout_cpu"):
        active_layers(lambda _: Run(candidate=Exit(status=Status.TIMEOUT_CPU, code=9)))
