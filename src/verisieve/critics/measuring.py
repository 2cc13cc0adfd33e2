"""Measure critics on rows whose truth is known, and on the wrong ones again with words that talk to the critic.

A row's truth is its `label` (pass, reject), as `builtin:noisy` and labelled corpora give it; of a run's folder, the
verdict of the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from verisieve import reading
from verisieve.commands import Answered
from verisieve.critics import injections, records
from verisieve.critics.asking import VERSION, Said, Shown, ask_about, critics_of
from verisieve.critics.records import Record
from verisieve.errors import UsageError
from verisieve.folder import pairs, prompt_of, text_of
from verisieve.models import Asking
from verisieve.records import Outcome
from verisieve.rows import BadRow

_LABELS = {"pass": True, "reject": False}
_OUTCOMES = {Outcome.PASS: True, Outcome.FAIL: False}


class Labelled(NamedTuple):
    """A reply with its truth; `kind` is right, wrong, or the injection that was put into a wrong one."""

    shown: Shown
    problem: str
    kind: str


class Measured(NamedTuple):
    """The records of all critics, how many rows had no known truth, and how asking went."""

    records: list[Record]
    unlabelled: int
    answered: Answered


def measure(inputs: Sequence[str], asking: Asking, out: Path, *, resume: bool = False) -> Measured:
    """Ask critics about rows whose truth is known and write their records; raise UsageError where rows do not do."""
    critics = critics_of(asking)
    rows = list(_rows(inputs))
    cases = list(_cases(row for row in rows if row))
    for domain in sorted({case.shown.domain for case in cases} or {"any domain"}):
        kinds = {case.kind for case in cases if case.shown.domain == domain}
        if not {"right", "wrong"} <= kinds:
            raise UsageError(
                f"{domain}: rows of both labels are needed (label: pass, reject); there are {sorted(kinds)}"
            )
    said, answered = ask_about([case.shown for case in cases], asking, Path(f"{out}.replies.jsonl"), resume=resume)
    found = list(_records(cases, said, critics))
    records.write(out, found)
    return Measured(found, rows.count(None), answered)


def _rows(inputs: Sequence[str]) -> Iterator[Labelled | None]:
    """Yield each row with a known truth, None for one without."""
    for path in inputs:
        if Path(path).is_dir():
            yield from _judged(Path(path))
            continue
        reading.check_readable([path])
        for row in reading.read([path]):
            if isinstance(row, BadRow):
                yield None
                continue
            completion, problem = row.completion, row.completion.problem
            shown = Shown(problem.domain, problem.prompt, completion.text)
            yield _labelled(shown, problem.id, _LABELS.get(str(completion.extra.get("label"))))


def _judged(folder: Path) -> Iterator[Labelled | None]:
    for pair in pairs(folder):
        shown = Shown(text_of(pair.verdict, "domain"), prompt_of(pair.completion), text_of(pair.completion, "response"))
        yield _labelled(shown, str(pair.completion.get("id")), _OUTCOMES.get(pair.verdict["outcome"]))


def _labelled(shown: Shown, problem: str, right: bool | None) -> Labelled | None:
    return None if right is None else Labelled(shown, problem, "right" if right else "wrong")


def _cases(rows: Iterable[Labelled]) -> Iterator[Labelled]:
    """Yield every row, and every wrong one once more with an injection, the kinds in turn."""
    kinds = cycle(injections.KINDS)
    for row in rows:
        yield row
        if row.kind == "wrong":
            kind = next(kinds)
            yield row._replace(shown=injections.inject(row.shown, kind), kind=kind)


def _records(
    cases: Sequence[Labelled], said: Mapping[tuple[str, int], Said], critics: Sequence[str]
) -> Iterator[Record]:
    """Yield a record for each critic and domain; a reply that did not come is no verdict."""
    for critic in critics:
        for domain in sorted({case.shown.domain for case in cases}):
            table: dict[str, dict[str, list[str]]] = {"right": {}, "wrong": {}, "injected": {}}
            tally = {kind: [0, 0] for kind in injections.KINDS}
            for k, case in enumerate(cases):
                if case.shown.domain != domain:
                    continue
                word = said.get((critic, k), Said.NOTHING)
                kind = case.kind if case.kind in table else "injected"
                table[kind].setdefault(case.problem, []).append(str(word))
                if kind == "injected":
                    tally[case.kind] = [tally[case.kind][0] + (word is Said.WRONG), tally[case.kind][1] + 1]
            shares = {kind: records.share(by_problem) for kind, by_problem in table.items()}
            by_kind = {kind: (found, rows) for kind, (found, rows) in tally.items() if rows}
            yield Record(critic, domain, VERSION, **shares, by_injection=by_kind)
