"""A process that mutates the checker of a domain and prints what became of each mutant, a line of JSON each.

    python -m verisieve.vetting.mutating NAME SEED COUNT SANDBOX MOST CPU WORKERS GOLDEN.jsonl|- [MODULE...]

Theory of operation. Everything is imported once, and everything happens in forked children. A first round records
which lines each reply runs through and what is said about it. A mutant is then tried on the replies that run through
its statement, until the first of which something else is said, in a child of its own with limits of CPU time, memory
and wall time: an endless loop ends it alone. Most mutants are one function with other code; those of what runs on
import have the domain's modules imported afresh in their child. So many children at a time change nothing of it.

Not seen: code that runs in other processes, such as the sandbox's harness.
"""

from __future__ import annotations

import gc
import importlib
import json
import re
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from importlib import resources
from itertools import islice
from pathlib import Path
from random import Random

from verisieve import domains
from verisieve.domains.conformance import HOSTILE
from verisieve.errors import UsageError
from verisieve.judge import guarded
from verisieve.records import Completion, Json, Problem, Verdict
from verisieve.sandboxes.opening import LazySandbox
from verisieve.verifiers.code import mutation
from verisieve.verifiers.code.operators import Edit
from verisieve.vetting import checker, children, exempt, loading, tried
from verisieve.vetting.attacks import Row, rows
from verisieve.vetting.children import Work
from verisieve.vetting.readers import Readers
from verisieve.vetting.tried import Bench, Seen

WALL_PER_CPU = 20.0
_TEXT = re.compile(r"\"([^\"]*)\"|'([^']*)'")
ACKNOWLEDGED = "equivalent.jsonl"  # beside the domain: mutants that its owner says nobody can tell from the original


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for: see the arguments of this module."""

    name: str
    seed: int
    count: int
    spec: str
    most: int
    cpu: float
    workers: int
    golden: str = ""
    only: tuple[str, ...] = ()


class Checker:
    """The unchanged checker: its sources, what of them runs on import, its live functions, and what it is tried on."""

    def __init__(self, plan: Plan, bench: Bench) -> None:
        self.plan, self.bench = plan, bench
        replies = _tried_with(plan)
        found, modules = tried.loaded(bench, replies)
        for name in modules:
            with suppress(ImportError):
                importlib.import_module(name)
        self.packages = loading.roots(domains.root(plan.name))
        self.files = loading.files(self.packages)
        self.sources = {file: Path(file).read_text(encoding="utf-8") for file in self.files}
        making = children.result(Work(do=partial(_made, plan, self.files))) or ()
        with loading.Watch(self.files) as watch:
            loading.afresh(self.packages)
            for name in self.files.values():
                importlib.import_module(name)
        self.on_import = watch.lines
        self.live = loading.Live(self.files)
        gc.freeze()  # children share it
        self.seen = tried.seen(bench, found, self.sources, self.files, self.packages)
        self.unsteady = len(replies) - len(self.seen)
        judging = {place for each in self.seen for place in each.functions}
        self.lines = checker.lines(self.sources, self.files, judging, {checker.Place(*place) for place in making})
        self._readers = Readers(self.sources, self.files)

    def spots(self) -> list[tuple[str, Edit]]:
        """Every place of the checker with a change of it."""
        return [
            (file, edit)
            for file in sorted(self.lines)
            if not self.plan.only or loading.below(self.files[file], self.plan.only)
            for alone in [exempt.places(self.sources[file])]
            for line, edit in mutation.spots(self.sources[file])
            if line in self.lines[file] and not any(each.holds(edit) for each in alone)
        ]

    def tried_on(self, file: str, mutant: mutation.Mutant) -> list[Seen]:
        """The replies that run through the changed statement, those that hold a text that it loses first.

        For a statement that runs on import they are those that run through what reads it.
        """
        touched = loading.mask(self._readers.statement(file, mutant.line))
        masks: dict[str, int] | None = {file: touched}
        if touched & self.on_import.get(file, 0):
            reading = self._readers.of(file, mutant.line)
            masks = {other: loading.mask(each) for other, each in (reading or {}).items()} or None
        found, word = tried.ordered(self.seen, file, masks), lost(mutant)
        return sorted(found, key=lambda each: not tried.holds(each.row, word)) if word else found

    def become(self, change: loading.Change, line: int) -> None:
        """Make this process the mutant: loaded functions get other code, or all is loaded afresh where it has to be."""
        on_load = loading.mask(self._readers.statement(change.file, line)) & self.on_import.get(change.file, 0)
        if on_load or not self.live.take(change):
            loading.afresh(self.packages, change)

    def work(self, change: loading.Change, line: int, on: Sequence[Seen]) -> Work:
        """What tells a mutant from the original."""
        cpu = self.plan.cpu + 5 * sum(each.cpu for each in on)
        return Work(do=partial(self._fate, change, line, on), cpu=cpu, wall=WALL_PER_CPU * cpu)

    def _fate(self, change: loading.Change, line: int, on: Sequence[Seen]) -> str:
        """Return how a mutant was told from the original: by an outcome, a verdict, or not at all."""
        self.become(change, line)
        try:
            for each, now in zip(on, self.bench.judged(map(self._within, on)), strict=True):
                if now != each.said:
                    return "verdict" if now.split()[0] == each.said.split()[0] else "outcome"
        except UsageError:
            return "does not load"
        return "survived"

    def _within(self, each: Seen) -> Row:
        """Have this process end where the next reply takes too long: a mutant that loops is not waited for."""
        signal.setitimer(signal.ITIMER_VIRTUAL, self.plan.cpu + 5 * each.cpu)
        return each.row


def main() -> None:
    """Say what is mutated, then what became of each mutant."""
    name, seed, count, spec, most, cpu, workers, golden, *only = sys.argv[1:]
    asked = "" if golden == "-" else golden
    plan = Plan(name, int(seed), int(count), spec, int(most), float(cpu), int(workers), asked, tuple(only))
    with tempfile.TemporaryDirectory() as folder:
        _run(Checker(plan, Bench(name, spec, Path(folder), plan.workers)))


def _run(checking: Checker) -> None:
    spots = checking.spots()
    counted = {"replies": len(checking.seen), "unsteady": checking.unsteady, "files": len(checking.lines)}
    _say({**counted, "spots": len(spots)})
    known = _acknowledged(domains.root(checking.plan.name))
    waiting = list[Json]()

    def works() -> Iterator[Work]:
        for file, mutant in islice(drawn(checking, spots), checking.plan.most):
            module = checking.files[file]
            on = checking.tried_on(file, mutant)
            reason = known.get((module, mutant.before, mutant.after), "")
            waiting.append({"module": module, "acknowledged": reason, **_described(mutant)})
            change = loading.Change(module, file, mutant.source)
            yield checking.work(change, mutant.line, on) if on else Work(do=lambda: "unreached")

    for fate in children.results(works(), checking.plan.workers):
        _say({"fate": fate or "ended", **waiting.pop(0)})


def drawn(checking: Checker, spots: Sequence[tuple[str, Edit]]) -> Iterator[tuple[str, mutation.Mutant]]:
    """The mutants in the order of a seed."""
    plan = checking.plan
    for file, edit in Random(f"{plan.name}:mutants:{plan.seed}").sample(spots, len(spots)):
        mutant = mutation.changed(checking.sources[file], edit)
        if mutant:
            yield file, mutant


def lost(mutant: mutation.Mutant) -> str:
    """Return the text that a mutant empties, or an empty one."""
    before, after = (
        Counter(one or other for one, other in _TEXT.findall(line)) for line in (mutant.before, mutant.after)
    )
    return next(iter(before - after), "") if mutant.operator == "constant" else ""


def _described(mutant: mutation.Mutant) -> dict[str, Json]:
    return {"line": mutant.line, "operator": mutant.operator, "before": mutant.before, "after": mutant.after}


def _say(line: Json) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _tried_with(plan: Plan) -> list[Row]:
    """Make the replies once, which also loads what is loaded on use."""
    domain = domains.load(plan.name)
    with closing(LazySandbox(plan.spec)) as sandbox:

        def judge(problem: Problem, text: str) -> Verdict:
            return guarded(plan.name, domain.check, Completion(problem=problem, text=text), sandbox)

        found = [row for row, _ in rows(domain, judge, plan.seed, plan.count)]
        problem = found[0].problem
        found += [Row("hostile", problem, text, "") for text in HOSTILE.values()]
        for row in found[-len(HOSTILE) :]:
            judge(row.problem, row.text)
        if isinstance(domain, domains.Prober):
            found += [Row("probe", each.problem, each.text, "") for each in domain.probes()]
    extra = domains.parse_trials(Path(plan.golden).read_text(encoding="utf-8")) if plan.golden else ()
    return found + [Row("golden", trial.problem, trial.text, str(trial.outcome)) for trial in extra]


def _made(plan: Plan, files: Mapping[str, str]) -> list[checker.Place]:
    """The functions that run while problems, golden rows and replies are made."""
    loading.afresh(loading.roots(domains.root(plan.name)))
    domain = domains.load(plan.name)
    with loading.Watch(files) as watch:
        problems = list(domain.problems(plan.seed, plan.count))
        list(domain.trials())
        _ = domain.prompts, domain.reasons
        if isinstance(domain, domains.Responder):
            for problem in problems:
                for right in (True, False):
                    domain.reply(problem, Random(problem.id), right=right)
    return sorted(watch.functions)


def _acknowledged(root: str) -> dict[tuple[str, str, str], str]:
    """Mutants of the package's own list, each with the reason why it changes nothing."""
    try:
        text = (resources.files(root) / ACKNOWLEDGED).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError, TypeError):
        return {}
    listed = [json.loads(line) for line in text.splitlines() if line.strip()]
    return {(row["module"], row["before"], row["after"]): row["reason"] for row in listed}


if __name__ == "__main__":
    main()
