"""Each weak domain is found out by the check that should, and mutants of a checker are contained and counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from verisieve import vetting
from verisieve.vetting import watching

WEAK = Path(__file__).parents[1] / "weak"
# domain, the facts that do not hold there (their beginnings), its grade
FOUND_OUT = [
    ("by_substring", {"hedge: never passes", "denial: never passes"}, "F"),
    ("by_hash", {"another process with another hash seed says the same"}, "F"),
    ("by_eval", {"no reply is executed", "nothing in it calls eval"}, "F"),
    ("yes", {"replies that are wrong by construction", "nothing: never passes", "golden row"}, "F"),
    ("slow", {"it comes to an end within its bounds"}, "F"),
    ("seedless", {"two seeds make different problems"}, "D"),
    ("strict", {"law: blank space around a reply changes nothing"}, "F"),
]


@pytest.fixture
def weak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the weak domains."""
    monkeypatch.syspath_prepend(str(WEAK))


@pytest.mark.usefixtures("weak")
@pytest.mark.parametrize(("name", "facts", "grade"), FOUND_OUT, ids=[name for name, *_ in FOUND_OUT])
def test_a_weak_domain_is_found_out(name: str, facts: set[str], grade: str) -> None:
    """The fact that should not hold does not, and the grade says so."""
    found = vetting.vet(name, count=4, mutants=0, patience=4.0 if name == "slow" else 120.0)
    bad = [fact.name for fact in found.facts if not fact.ok]

    assert {begin for begin in facts if any(fact.startswith(begin) for fact in bad)} == facts, bad
    assert found.grade == grade, found.summary()


@pytest.mark.usefixtures("weak")
def test_mutants_are_killed_contained_acknowledged_or_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Endless loops end alone, branches without a reply are unreached, and what the package lists is not counted."""
    monkeypatch.setattr(vetting, "CPU", 1.0)
    found = vetting.vet("untried", count=2, mutants=1000)
    assert found.mutants
    fates = {(fate["before"], fate["after"]): fate["fate"] for fate in found.mutants.fates}

    assert fates["seen += 1", "seen -= 1"] == "ended"
    assert (
        fates["return found[-1] == right if found else None", "return found[-1] != right if found else None"]
        == "outcome"
    )
    unreached = 'return text.removeprefix("In words: ") == right[::-1]'
    assert fates[unreached, unreached.replace("==", "!=")] == "unreached"
    assert [each["after"] for each in found.mutants.acknowledged].count("seen = 1") == 1
    assert found.grade in "BC"
    assert found.mutants.survivors


def test_a_process_that_takes_too_much_memory_is_stopped() -> None:
    """The memory of a process is looked at from outside."""
    with pytest.raises(watching.StoppedError, match="took more than"):
        list(watching.lines(["http.server", "0", "--bind", "127.0.0.1"], patience=60, memory=1 << 20))


@pytest.mark.usefixtures("weak")
@pytest.mark.parametrize(("least", "code"), [("D", 0), ("C", 1)])
def test_the_exit_code_follows_the_grade(least: str, code: int) -> None:
    """Below the grade asked for the command ends with 1; the JSON holds the grade and every fact."""
    command = [sys.executable, "-m", "verisieve", "domains", "check", "seedless", "--n", "2", "--mutants", "0"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(WEAK), *filter(None, sys.path)])}
    done = subprocess.run(
        [*command, "--json", "--min-grade", least], env=env, capture_output=True, text=True, check=False
    )
    said = json.loads(done.stdout)

    assert done.returncode == code
    assert said["grade"] == "D"
    assert {"name", "ok", "observed"} == set(said["facts"][0])
