"""What `--sandbox` may say, and that a wrong word is named."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from verisieve.cli import main
from verisieve.errors import UsageError
from verisieve.sandboxes.spec import KINDS, parse


@pytest.mark.parametrize("kind", KINDS)
def test_a_bare_name_has_no_options(kind: str) -> None:
    """A back end by name is as it is by default."""
    assert parse(kind) == (kind, {})


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("docker:oneshot", {"runs": 1}),
        ("docker:runs=50", {"runs": 50}),
        ("docker:runtime=runsc", {"runtime": "runsc"}),
        ("docker:memory=512m", {"memory": 512 << 20}),
        ("docker:memory=2G,cpus=.5", {"memory": 2 << 30, "cpus": 0.5}),
        ("docker:memory=268435456", {"memory": 256 << 20}),
        ("docker:cpus=2,oneshot,runtime=io.kata.v2", {"cpus": 2.0, "runs": 1, "runtime": "io.kata.v2"}),
    ],
)
def test_options_are_read(text: str, options: dict[str, Any]) -> None:
    """Options come in any order, sizes with a unit."""
    assert parse(text) == ("docker", options)


def test_a_folder_of_packages_is_named_for_boxes() -> None:
    """Whether it is there is seen when the back end opens."""
    assert parse("embedded:packages=/srv/venv") == ("embedded", {"packages": "/srv/venv"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "unknown sandbox ''"),
        ("Docker", "unknown sandbox 'Docker'"),
        ("auto:oneshot", "unknown sandbox 'auto:oneshot'"),  # options are the containers'
        ("embedded:", "sandbox embedded has no option ''; known: packages"),
        ("embedded:oneshot", "sandbox embedded has no option 'oneshot'"),
        ("embedded:packages=", "packages must be a folder of installed packages, not ''"),
        ("docker:packages=/venv", "no option 'packages=/venv'"),  # an image has its own
        ("docker:", "no option ''"),
        ("docker:oneshot,", "no option ''"),
        ("docker:oneshot=1", "no option 'oneshot=1'"),
        ("docker:gpu=1", "no option 'gpu=1'; known: oneshot, runs, runtime, memory, cpus"),
        ("docker:runs", "runs must be a whole number from 1, not ''"),
        ("docker:runs=0", "runs must be"),
        ("docker:runs=1e3", "runs must be"),
        ("docker:runs=\u0661", "runs must be"),  # a digit to str.isdigit
        ("docker:runtime=", "runtime must be"),
        ("docker:runtime=a b", "runtime must be"),
        ("docker:memory=2gb", "memory must be a size from 128m, like 512m or 2g, not '2gb'"),
        ("docker:memory=1m", "memory must be"),  # the warm interpreter itself would not fit
        ("docker:memory=-2g", "memory must be"),
        ("docker:cpus=0", "cpus must be"),
        ("docker:cpus=nan", "cpus must be"),
        ("docker:cpus=inf", "cpus must be"),
        ("docker:oneshot,runs=5", "'runs=5' says again"),
        ("docker:cpus=1,cpus=2", "'cpus=2' says again"),
    ],
)
def test_a_wrong_option_is_named(text: str, message: str) -> None:
    """The error says which word is wrong and what would be right."""
    with pytest.raises(UsageError, match=message.replace("+", r"\+")):
        parse(text)


@pytest.mark.parametrize("command", [("sandbox", "status"), ("sandbox", "check"), ("verify", "x", "--out", "y")])
def test_a_wrong_spec_is_exit_2(command: tuple[str, ...]) -> None:
    """On the command line it is bad usage, said before anything starts."""
    done = CliRunner().invoke(main, [*command, "--sandbox", "docker:gpu"])
    assert done.exit_code == 2
    assert "no option 'gpu'" in " ".join(done.output.split())
