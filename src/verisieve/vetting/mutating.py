"""A process that mutates the checker of a domain and prints what became of each mutant, a line of JSON each.

    python -m verisieve.vetting.mutating NAME SEED COUNT SANDBOX MOST CPU GOLDEN.jsonl|- [MODULE...]

Theory of operation. Everything heavy is imported once; the domain's own modules are then forgotten, so that a forked
child imports them afresh, one of them changed. A first round of children, one for each reply, records which lines the
reply runs through and what is said about it. A mutant is then tried on the replies that run through its statement,
cheapest first, in a child of its own with limits of CPU time, memory and wall time: an endless loop ends it alone.

Not seen: code that runs in other processes, such as the sandbox's harness.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from random import Random

from verisieve import domains
from verisieve.domains import Domain
from verisieve.domains.conformance import HOSTILE
from verisieve.errors import UsageError
from verisieve.judge import guarded
from verisieve.records import Completion, Json, Outcome, Problem, Verdict
from verisieve.sandboxes.opening import LazySandbox
from verisieve.verifiers.code import mutation
from verisieve.vetting import checker, loading
from verisieve.vetting.attacks import Row, rows
from verisieve.vetting.judging import said

WALL_PER_CPU = 20.0
ACKNOWLEDGED = "equivalent.jsonl"  # beside the domain: mutants that its owner says nobody can tell from the original


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one reply runs through in the unchanged checker, what it costs and what is said about it."""

    row: Row
    said: str
    cpu: float
    lines: dict[str, set[int]]
    functions: set[checker.Place]


@dataclass(frozen=True, slots=True)
class _Plan:
    name: str
    seed: int
    count: int
    spec: str
    cpu: float

    def judge(self, domain: Domain, sandbox: LazySandbox) -> Callable[[Problem, str], Verdict]:
        def judged(problem: Problem, text: str) -> Verdict:
            return guarded(self.name, domain.check, Completion(problem=problem, text=text), sandbox)

        return judged


def main() -> None:
    """Say what is mutated, then what became of each mutant."""
    name, seed, count, spec, most, cpu, golden, *only = sys.argv[1:]
    plan = _Plan(name, int(seed), int(count), spec, float(cpu))
    found = _tried_with(plan, "" if golden == "-" else golden)
    roots = loading.roots(domains.root(name))
    files = loading.files(roots)
    making = {checker.Place(*place) for place in loading.afresh(roots, lambda: _made(plan, files)) or ()}
    seen = [each for row in found if (each := _seen(plan, roots, row, files))]
    sources = {file: Path(file).read_text(encoding="utf-8") for file in files}
    kept = checker.lines(sources, files, {place for each in seen for place in each.functions}, making)
    spots = [
        (file, edit)
        for file in sorted(kept)
        if not only or loading.below(files[file], only)
        for line, edit in mutation.spots(sources[file])
        if line in kept[file]
    ]
    _say({"replies": len(seen), "unsteady": len(found) - len(seen), "files": len(kept), "spots": len(spots)})
    known = _acknowledged(domains.root(name))
    left = int(most)
    for file, edit in Random(f"{name}:mutants:{seed}").sample(spots, len(spots)):
        mutant = mutation.changed(sources[file], edit) if left else None
        if mutant:
            left -= 1
            on = _order(seen, file, mutant.line, sources[file])
            fate = _fate(plan, roots, loading.Change(files[file], file, mutant.source), on) if on else "unreached"
            reason = known.get((files[file], mutant.before, mutant.after), "")
            _say({"module": files[file], "fate": fate, "acknowledged": reason, **_described(mutant)})


def _described(mutant: mutation.Mutant) -> dict[str, Json]:
    return {"line": mutant.line, "operator": mutant.operator, "before": mutant.before, "after": mutant.after}


def _say(line: Json) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _tried_with(plan: _Plan, golden: str) -> list[Row]:
    """Make the replies once, which also loads what is loaded on use."""
    domain, sandbox = domains.load(plan.name), LazySandbox(plan.spec)
    judge = plan.judge(domain, sandbox)
    try:
        found = [row for row, _ in rows(domain, judge, plan.seed, plan.count)]
        problem = found[0].problem
        found += [Row("hostile", problem, text, "") for text in HOSTILE.values()]
        extra = domains.parse_trials(Path(golden).read_text(encoding="utf-8")) if golden else ()
        found += [Row("golden", trial.problem, trial.text, str(trial.outcome)) for trial in extra]
        for row in found[-len(HOSTILE) :]:
            judge(row.problem, row.text)
    finally:
        sandbox.close()
    return found


def _made(plan: _Plan, files: dict[str, str]) -> list[checker.Place]:
    """The functions that run while problems, golden rows and replies are made."""
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


def _seen(plan: _Plan, roots: tuple[str, ...], row: Row, files: dict[str, str]) -> _Seen | None:
    """Judge a reply in a child of its own, where nothing is remembered of others; None where it is not steady."""
    found = loading.afresh(roots, lambda: _watched(plan, row, files))
    if not found or found["said"] != found["again"]:
        return None
    lines = {file: set(lines) for file, lines in found["lines"].items() if lines}
    return _Seen(row, found["said"], found["cpu"], lines, {checker.Place(*place) for place in found["functions"]})


def _watched(plan: _Plan, row: Row, files: dict[str, str]) -> Json:
    domain, sandbox = domains.load(plan.name), LazySandbox(plan.spec)
    judge = plan.judge(domain, sandbox)
    try:
        started = time.process_time()
        with loading.Watch(files) as watch:
            once = _text(judge(row.problem, row.text))
        cpu = time.process_time() - started
        again = _text(judge(row.problem, row.text))
    finally:
        sandbox.close()
    lines = {file: sorted(lines) for file, lines in watch.lines.items()}
    return {"said": once, "again": again, "cpu": cpu, "lines": lines, "functions": sorted(watch.functions)}


def _order(seen: Sequence[_Seen], file: str, line: int, source: str) -> list[_Seen]:
    """The replies that run through the statement of a line, cheapest first; all of them for what runs on import."""
    touched = set(checker.statement_lines(source).get(line, range(line, line + 1)))
    if line in checker.outside_functions(source):
        touched = set()
    return sorted(
        (each for each in seen if not touched or touched & each.lines.get(file, set())),
        key=lambda each: (each.row.kind != "golden", each.cpu),
    )


def _fate(plan: _Plan, roots: tuple[str, ...], change: loading.Change, on: list[_Seen]) -> str:
    """Return how a mutant was told from the original: by an outcome, a verdict, its end, or not at all."""
    cpu = plan.cpu + 5 * sum(each.cpu for each in on)
    return loading.afresh(roots, lambda: _told(plan, on), change=change, cpu=cpu, wall=WALL_PER_CPU * cpu) or "ended"


def _told(plan: _Plan, on: list[_Seen]) -> str:
    try:
        domain = domains.load(plan.name)
    except UsageError:
        return "does not load"
    sandbox = LazySandbox(plan.spec)
    judge = plan.judge(domain, sandbox)
    fate = "survived"
    try:
        for each in on:
            verdict = judge(each.row.problem, each.row.text)
            now = _text(verdict)
            if now != each.said:
                fate = "verdict"
                if _outcome(now) != _outcome(each.said):
                    return "outcome"
    finally:
        sandbox.close()
    return fate


def _text(verdict: Verdict) -> str:
    """What a verdict says as ASCII text, which is the same after it was sent from one process to another."""
    return json.dumps(said(verdict), sort_keys=True)


def _outcome(text: str) -> str:
    return next((str(each[1]) for each in json.loads(text) if each[1] != Outcome.PASS), str(Outcome.PASS))


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
