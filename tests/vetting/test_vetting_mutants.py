"""The parts of mutation: children, marks, changed functions, who reads a name, jobs that are remembered, probes."""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from verisieve import domains
from verisieve.records import Problem
from verisieve.sandboxes import Exit, Job, Program, Run, Status
from verisieve.verifiers.code import mutation
from verisieve.vetting import children, exempt, loading, mutating, tried
from verisieve.vetting.attacks import Row
from verisieve.vetting.checker import Place
from verisieve.vetting.children import Work
from verisieve.vetting.marking import NAME, Marks
from verisieve.vetting.readers import Readers
from verisieve.vetting.replaying import Replaying

MODULE = "mutated_for_a_test"
SOURCE = '''\
WORDS = {"yes", "aye"}
KNOWN = frozenset(WORDS)
OTHER = 3


def judge(text):
    """Judge."""
    if text in KNOWN:
        return [part for part in text]
    elif text:
        return inner(text)
    return None


def inner(text):
    return len(text) > OTHER
'''


def _after(number: int) -> Work:
    def do() -> int:
        time.sleep(0.05 * (3 - number))
        return number

    return Work(do=do)


@pytest.mark.parametrize("workers", [1, 3])
def test_results_come_in_the_order_of_the_work(workers: int) -> None:
    """However many children there are, and whichever ends first; one that dies or takes too long gives nothing."""
    works = [_after(0), Work(do=lambda: os._exit(1)), _after(2), Work(do=lambda: time.sleep(60), wall=0.2), _after(3)]

    assert list(children.results(works, workers)) == [0, None, 2, None, 3]


def test_a_child_that_takes_too_much_cpu_time_ends() -> None:
    """An endless loop is over after its limit."""

    def spin() -> None:
        while True:
            pass

    assert children.result(Work(do=spin, cpu=0.1)) is None


def test_marks_say_which_statements_and_functions_ran() -> None:
    """Those of the branch that was taken; asking forgets."""
    marks = Marks({"f": SOURCE})
    names: dict[str, Any] = {NAME: marks.bytes["f"]}
    _run(marks, names)

    assert names["judge"]("x") is False
    assert marks.take() == ({"f": loading.mask([8, 10, 11, 16])}, {Place("f", 6), Place("f", 15)})
    assert marks.take() == ({}, set())
    assert names["judge"].__doc__ == "Judge."


def test_names_that_a_function_shares_with_an_outer_one_are_left_alone() -> None:
    """A nonlocal statement has names where others have statements."""
    source = "def outer():\n    n = 1\n    def add():\n        nonlocal n\n        n += 1\n    add()\n    return n\n"
    marks = Marks({"f": source})
    names: dict[str, Any] = {NAME: marks.bytes["f"]}
    _run(marks, names)

    assert names["outer"]() == 2


def _run(marks: Marks, names: dict[str, Any]) -> None:
    exec(marks.codes["f"], names)  # our own text of above


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A module of that source, imported."""
    file = tmp_path / f"{MODULE}.py"
    file.write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module(MODULE)
    yield str(file)
    del sys.modules[MODULE]


def test_a_loaded_function_takes_changed_code(module: str) -> None:
    """And the others stay."""
    live, judge = loading.Live({module: MODULE}), sys.modules[MODULE].judge

    assert not judge("x")
    assert live.take(loading.Change(MODULE, module, SOURCE.replace("> OTHER", "< OTHER")))
    assert judge("x")


def test_who_reads_a_name_is_found_through_other_names() -> None:
    """A word of a table matters where a name is mentioned that is made of the table, and nowhere else."""
    readers = Readers({"f": SOURCE}, {"f": "m"})

    assert readers.of("f", 1) == {"f": {1, 2, *range(6, 13)}}
    assert readers.of("f", 3) == {"f": {3, 15, 16}}
    assert readers.statement("f", 8) == range(8, 9)


class _Sandbox:
    """Counts its runs."""

    def __init__(self) -> None:
        self.runs = 0

    def run(self, job: Job) -> Run:
        self.runs += 1
        return Run(candidate=Exit(status=Status.EXITED, stdout=b"\xff\x00", cpu=0.5), report=b"r")


def test_a_job_runs_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same job again is answered from the folder, byte for byte, by another sandbox too; another job is not."""
    inner = _Sandbox()
    job = Job(candidate=Program(harness="h", files={"a": b"\xfe"}))
    found = []
    for _ in range(2):
        sandbox = Replaying("embedded", tmp_path)
        monkeypatch.setattr(sandbox, "_inner", inner)
        found.append(sandbox.run(job))
        assert sandbox.take_used()

    assert found[0] == found[1]
    assert inner.runs == 1
    sandbox.run(Job(candidate=Program(harness="h", files={"a": b"\xfd"})))
    assert inner.runs == 2


EXEMPT = """\
MOST = 50
def f(n) -> bool:
    if n == "or":
        return False
    assert n < MOST
    m = n
    assert isinstance(m, int)
    dict(zip(n, MOST, strict=True), kept=True)
    if rng.random() < 0.5 or TypeVar("T"):
        pass
    raise TruthError("unit", "must be a text") if n > MOST + 30 else E("a b")
"""


def test_what_nobody_should_tell_is_no_mutant() -> None:
    """Messages, bounds, orders of words, strict zips and False as None; a field's name, a number and `!=` stay."""
    alone = exempt.places(EXEMPT)
    edits = [edit for _, edit in mutation.spots(EXEMPT) if not any(each.holds(edit) for each in alone)]
    left = {mutant.after for edit in edits if (mutant := mutation.changed(EXEMPT, edit))}

    assert not {"MOST = 51", "return None", 'if n <= "or":', "assert n <= MOST", "assert isinstance(n, int)"} & left
    assert {'if n != "or":', "return True", "assert n >= MOST"} <= left
    assert {"dict(zip(n, MOST, strict=True), kept=False)"} <= left
    assert not any("strict=False" in after or 'TypeVar("")' in after or "<= 0.5" in after for after in left)
    assert any(">= 0.5" in after for after in left)
    assert any("MOST + 31" in after for after in left)
    assert any('TruthError("",' in after for after in left)
    assert not any('("unit", "")' in after for after in left)


def test_a_mutant_of_a_table_is_told_by_the_word_that_it_loses() -> None:
    """Replies that hold the word come first, wherever it stands."""
    (mutant, *_) = (each for each in mutation.mutants('names = {"rod": 5, "ell": 3}') if "ell" not in each.after)
    row = Row("probe", Problem(domain="d", id="p", prompt="", truth={"answer": "7 ell"}), "1", "")

    assert mutating.lost(mutant) == "ell"
    assert mutating.lost(replace(mutant, operator="variable")) == ""
    assert tried.holds(row, "ell")
    assert not tried.holds(row, "rod")


def test_the_probes_of_math_can_be_read() -> None:
    """They are many, of the domain, and no id occurs twice."""
    domain = domains.load("math")
    assert isinstance(domain, domains.Prober)
    probes = list(domain.probes())

    assert len({probe.problem.id for probe in probes}) == len(probes) > 3000
    assert {probe.problem.domain for probe in probes} == {"math"}
