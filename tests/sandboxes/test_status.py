"""What `verisieve sandbox status` says: every layer explained, the missing ones with a remedy, limits, speed."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from verisieve.cli import main
from verisieve.cli.sandbox import show_tables
from verisieve.errors import SandboxError
from verisieve.sandboxes import Exit, Job, Run, Status, status
from verisieve.sandboxes.embedded import EmbeddedSandbox

ALL = tuple(name for name in status._ABOUT if name not in ("cgroup", "container", "user-ns"))


def test_every_layer_that_is_active_here_is_explained(embedded: EmbeddedSandbox) -> None:
    """No layer of ours goes without a sentence on what it stops."""
    found = {layer.name: layer for layer in status.layers(embedded.layers) if layer.active}
    assert tuple(found) == embedded.layers
    assert all(layer.stops for layer in found.values())


@pytest.mark.parametrize(
    ("active", "missing"),
    [
        ((*ALL, "cgroup-v1:cpu+memory+pids"), []),
        ((*ALL, "cgroup-v2:memory"), []),
        (ALL, ["cgroup"]),
        ((*(set(ALL) - {"own-uid"}), "user-ns"), ["cgroup", "own-uid"]),  # an ordinary user
        ((*(set(ALL) - {"own-uid"}), "user-ns", "container"), []),  # the engine has groups and a uid for it
        ((*(set(ALL) - {"landlock"}), "cgroup-v2:memory"), ["landlock"]),  # an older kernel
    ],
)
def test_what_is_missing_comes_with_a_remedy(active: tuple[str, ...], missing: list[str]) -> None:
    """A layer that would be a gain here is listed with what to do for it."""
    found = [layer for layer in status.layers(active) if not layer.active]
    assert [layer.name for layer in found] == missing
    assert all(layer.remedy for layer in found)


def test_a_layer_of_somebody_else_is_listed() -> None:
    """A name that we do not know is shown without an explanation."""
    assert status.layers(("microvm",))[0] == status.Layer(name="microvm", active=True, stops="")


def test_limits_say_what_enforces_them() -> None:
    """The same limit rests on a control group here and on watching there."""
    with_group = {bound.limit: bound.how for bound in status.bounds((*ALL, "cgroup-v2:memory+pids"))}
    without = {bound.limit: bound.how for bound in status.bounds(ALL)}
    assert "cgroup-v2" in with_group["memory"]
    assert "cgroup" not in with_group["cpu"] + "".join(without.values())
    assert "container" in {bound.limit: bound.how for bound in status.bounds(("container",))}["processes"]


def test_the_command_prints_lines_for_a_pipe_and_json() -> None:
    """Piped, it is one fact a line without colours; --json is all of it as data."""
    lines = CliRunner().invoke(main, ["sandbox", "status", "--sandbox", "embedded"]).output
    assert "\x1b" not in lines
    assert {line.split()[0] for line in lines.splitlines()} == {"back", "layer", "limit", "speed"}
    data = json.loads(CliRunner().invoke(main, ["sandbox", "status", "--sandbox", "embedded", "--json"]).output)
    assert data["name"] == "embedded"
    assert {"name", "active", "stops", "remedy"} == set(data["layers"][0])
    assert data["speed"]["fastest"] <= data["speed"]["p50"] <= data["speed"]["p95"]


def test_a_table_fits_eighty_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], embedded: EmbeddedSandbox
) -> None:
    """On a terminal it is a table, no wider than the terminal."""
    monkeypatch.setenv("COLUMNS", "80")
    show_tables(status.look(embedded, runs=3))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert len([line for line in lines if line.startswith("  + ")]) == len(embedded.layers)


def test_a_sandbox_that_runs_wrongly_has_no_speed() -> None:
    """Speed is of runs that were right."""

    class Wrong:
        name, layers = "wrong", ()

        def run(self, job: Job) -> Run:
            return Run(candidate=Exit(status=Status.EXITED, stdout=b"43 words\n"))

        def close(self) -> None: ...

    with pytest.raises(SandboxError, match="does not run a small program right"):
        status.speed(Wrong())
