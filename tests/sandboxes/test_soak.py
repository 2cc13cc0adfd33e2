"""A short soak: attacks and ordinary runs in turn leave nothing behind, and killed processes cost no verdict."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from verisieve.sandboxes import engine

ROOT = Path(__file__).parents[2]


def _soak(*options: str) -> str:
    command = [sys.executable, "-m", "benchmarks.soak", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_nothing_grows_in_the_embedded_sandbox() -> None:
    """Processes, descriptors, groups, mounts, files and memory are as before after a hundred runs."""
    assert "0 runs ended wrongly; nothing grew" in _soak("--runs", "100")


@pytest.mark.engine
def test_nothing_grows_in_containers() -> None:
    """The same, and one container at rest."""
    if reason := engine.missing():
        pytest.skip(reason)
    assert "0 runs ended wrongly; nothing grew" in _soak("--runs", "80", "--sandbox", "docker")


def test_killed_processes_cost_no_verdict() -> None:
    """Workers, starters and interpreters are killed at random: no row is lost or wrong, and what failed is resumed."""
    told = _soak("--kill", "--runs", "30")
    assert told.count("0 lost, 0 doubled, 0 wrong") == 2
    assert "after --resume: 30 rows; 0 lost, 0 doubled, 0 wrong; errors: {}" in told
