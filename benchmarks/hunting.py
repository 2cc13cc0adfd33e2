"""Hunt for replies that kill mutants which survive all probes of a domain, and add them to its `probes.jsonl.gz`.

    python -m benchmarks.hunting math --mutants 500 --seed 100

The candidates for a survivor are made of the replies that run through its statement: one of another row's golds,
prompts or replies in the place of theirs, a piece left out, doubled, or exchanged with one of another row; half of
those of puzzles have an edited spec, with an answer that a second solver labels (`spec_edits`). A candidate stays if
the mutant says something else of it than the original does, and nothing found before kills that mutant.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random

from benchmarks import probe_files, spec_edits

from verisieve.errors import UsageError
from verisieve.records import Problem
from verisieve.vetting import children, loading, mutating
from verisieve.vetting.attacks import Row
from verisieve.vetting.children import Work
from verisieve.vetting.tried import Bench, Seen

CPU = 5.0
NEAR = 40  # replies that candidates are made of
LONGEST = 900
_PIECE = re.compile(r"\\[A-Za-z]+|\d+|[A-Za-z]+|\s+|.", re.DOTALL)


def candidates(near: Sequence[Seen], all_of_them: Sequence[Seen], rng: Random, count: int) -> list[Row]:
    """Make rows like some that are there."""
    made = spec_edits.rows([each.row for each in near], rng, count // 2)
    return made + [_varied(rng.choice(near).row, rng.choice(all_of_them).row, rng) for _ in range(count - len(made))]


def _varied(row: Row, other: Row, rng: Random) -> Row:
    truth, text = dict(row.problem.truth), row.text
    answer = truth.get("answer")
    if isinstance(answer, str) and rng.random() < 0.5:
        truth["answer"] = _edited(answer, str(other.problem.truth.get("answer")), rng)
        text = text.replace(answer, truth["answer"]) if rng.random() < 0.3 else text
    else:
        text = _edited(text, other.text, rng)
    return Row("hunted", Problem(domain=row.problem.domain, id="h", prompt=row.problem.prompt, truth=truth), text, "")


def _edited(text: str, other: str, rng: Random) -> str:
    mine, theirs = _PIECE.findall(text) or [""], _PIECE.findall(other) or [""]
    for _ in range(rng.randint(1, 3)):
        at, of = rng.randrange(len(mine)), rng.randrange(len(theirs))
        size, taken = rng.randint(0, 2), rng.randint(0, 3)
        mine[at : at + size] = theirs[of : of + taken] if rng.random() < 0.7 else mine[at : at + size] * 2
        mine = mine or [""]
    return "".join(mine)[:LONGEST]


def _judged(bench: Bench, rows: Sequence[Row]) -> list[str]:
    return list(bench.judged(rows))


def _as_mutant(checking: mutating.Checker, change: loading.Change, line: int, rows: Sequence[Row]) -> list[str]:
    """What a mutant says of rows, up to the one where it ends."""
    said = list[str]()
    checking.become(change, line)
    with suppress(UsageError):
        said.extend(checking.bench.judged(rows))
    return said


def hunt(checking: mutating.Checker, tries: int) -> tuple[list[Row], Counter[str]]:
    """Return rows that kill survivors, and what became of the mutants that were drawn."""
    plan, found, fates = checking.plan, list[Row](), Counter[str]()
    for file, mutant in islice(mutating.drawn(checking, checking.spots()), plan.most):
        change = loading.Change(checking.files[file], file, mutant.source)
        on = checking.tried_on(file, mutant.line)
        fate = children.result(checking.work(change, mutant.line, on)) or "ended" if on else "unreached"
        if fate in ("survived", "unreached"):
            rng = Random(f"{mutant.before} {mutant.after}")
            rows = [*found, *candidates(sorted(on, key=_size)[:NEAR] or checking.seen, checking.seen, rng, tries)]
            best = _telling(checking, change, mutant.line, rows)
            fate += ", found" if best else ""
            found += [best] if best and best.kind == "hunted" and best not in found else []
            print(f"{fate}: {change.module}:{mutant.line}: {mutant.before}  ->  {mutant.after}", flush=True)
        fates[fate] += 1
    return found, fates


def _size(each: Seen) -> int:
    return each.size


def _telling(checking: mutating.Checker, change: loading.Change, line: int, rows: list[Row]) -> Row | None:
    """The first row of which the mutant says something else, and the original the same twice."""
    works = [
        Work(do=partial(_judged, checking.bench, rows), cpu=20 * CPU),
        Work(do=partial(_as_mutant, checking, change, line, rows), cpu=20 * CPU),
    ]
    original, mutant = children.results(works, checking.plan.workers)
    for row, one, other in zip(rows, original or (), mutant or (), strict=False):
        if one != other and children.result(Work(do=partial(_judged, checking.bench, [row]), cpu=4 * CPU)) == [one]:
            return row
    return None


def add(name: str, rows: Sequence[Row]) -> None:
    """Write rows into the probes of a domain, in order, each once."""
    found = {probe_files.line(name, row.problem.prompt, dict(row.problem.truth), row.text) for row in rows}
    probe_files.keep(name, sorted(found.union(probe_files.kept(name))))


def main() -> None:
    """Draw mutants, hunt for those that survive, and keep what is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("domain")
    parser.add_argument("--mutants", type=int, default=100)
    parser.add_argument("--seed", type=int, default=100, help="not the seed that the share is measured with later")
    parser.add_argument("--tries", type=int, default=200, help="candidates for a survivor")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--module", action="append", default=[])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(asked.domain, "auto", Path(folder), asked.workers)
        plan = mutating.Plan(
            asked.domain, asked.seed, 4, "auto", asked.mutants, CPU, asked.workers, only=tuple(asked.module)
        )
        found, fates = hunt(mutating.Checker(plan, bench), asked.tries)
    add(asked.domain, found)
    print(f"{len(found)} rows; {dict(fates)}")


if __name__ == "__main__":
    main()
