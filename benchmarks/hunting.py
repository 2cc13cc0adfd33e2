"""Hunt for replies that kill mutants which survive all probes of a domain, and add them to its `probes.jsonl.gz`.

    python -m benchmarks.hunting math --mutants 500 --seed 100

The candidates for a survivor are made of the replies that run through its statement: pieces left out, doubled,
repeated, one more or less, or exchanged with those of another row; gold and reply exchanged; half of those of puzzles
have an edited spec, with an answer that a second solver labels (`spec_edits`). For a word of a table of math there are
the places of `wording` before. A candidate stays if the mutant says something else of it than the original does, and
nothing found before kills that mutant. What is found is written as soon as it is.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate, islice
from pathlib import Path
from random import Random

from benchmarks import probe_files, spec_edits, wording

from verisieve.records import Problem
from verisieve.verifiers.code.mutation import Mutant
from verisieve.vetting import children, loading, mutating
from verisieve.vetting.attacks import Row
from verisieve.vetting.children import Work
from verisieve.vetting.tried import Bench, Seen

CPU = 5.0
KNOWN = 2.0  # seconds of CPU that replies which are there may take for a mutant
NEAR = 40  # replies that candidates are made of
TOGETHER = 50  # candidates in one child
RECENT = 60  # replies found before for a file that are tried first
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
    elif isinstance(answer, str) and rng.random() < 0.1:
        truth["answer"], text = text, answer
    else:
        text = _edited(text, other.text, rng)
    problem = Problem(domain=row.problem.domain, id="h", prompt=row.problem.prompt, truth=truth)
    return Row("hunted", problem, text, "")


def _edited(text: str, other: str, rng: Random) -> str:
    mine, theirs = _PIECE.findall(text) or [""], _PIECE.findall(other) or [""]
    for _ in range(rng.randint(1, 3)):
        at, of = rng.randrange(len(mine)), rng.randrange(len(theirs))
        size, taken, turn = rng.randint(0, 2), rng.randint(0, 3), rng.random()
        if turn < 0.2 and mine[at].isdecimal():
            mine[at] = str(abs(int(mine[at]) + rng.choice((-1, 1, 9, -9))))
        elif turn < 0.25:
            mine[at : at + size + 1] = mine[at : at + size + 1] * rng.randint(2, 40)
        else:
            mine[at : at + size] = theirs[of : of + taken] if turn < 0.8 else mine[at : at + size] * 2
        mine = mine or [""]
    return "".join(mine)[:LONGEST]


def _placed(domain: str, mutant: Mutant) -> Iterator[Row]:
    """The word that a mutant empties, in all places."""
    word = mutating.lost(mutant) if domain == "math" else ""
    for row in (*wording.placed(word), *wording.placed(f"\\{word}")) if word else ():
        yield Row(
            "hunted", Problem(domain=domain, id="h", prompt=row["prompt"], truth=row["truth"]), row["response"], ""
        )


class Hunt:
    """What was found so far, and what becomes of each mutant that is drawn."""

    def __init__(self, checking: mutating.Checker, tries: int) -> None:
        self.checking, self.tries = checking, tries
        self.found = defaultdict[str, list[Row]](list)
        self.fates = Counter[str]()

    def run(self) -> None:
        """Draw mutants, and hunt for those that live."""
        checking = self.checking
        for file, mutant in islice(mutating.drawn(checking, checking.spots()), checking.plan.most):
            fate = self._fate(file, mutant)
            self.fates[fate] += 1
            print(f"{self.fates.total()} {dict(self.fates)}", end="\r", file=sys.stderr, flush=True)
            if fate.startswith(("survived", "unreached")):
                print(f"{fate}: {checking.files[file]}:{mutant.line}: {mutant.before}  ->  {mutant.after}", flush=True)

    def _fate(self, file: str, mutant: Mutant) -> str:
        checking = self.checking
        change = loading.Change(checking.files[file], file, mutant.source)
        on = checking.tried_on(file, mutant)
        known = sum(spent < KNOWN for spent in accumulate(each.cpu for each in on))
        fate = children.result(checking.work(change, mutant.line, on[:known])) or "ended" if on else "unreached"
        if fate not in ("survived", "unreached"):
            return fate
        rng = Random(f"{mutant.before} {mutant.after}")
        near = sorted(on, key=lambda each: each.size)[:NEAR] or checking.seen
        made = candidates(near, checking.seen, rng, self.tries)
        rows = [*self.found[file][-RECENT:], *_placed(checking.plan.name, mutant), *made]
        for at in range(0, len(rows), TOGETHER):
            best = self._telling(change, mutant.line, rows[at : at + TOGETHER])
            if best is not None:
                self._keep(file, best)
                return f"{fate}, found"
        return fate

    def _keep(self, file: str, row: Row) -> None:
        if row not in self.found[file]:
            self.found[file].append(row)
            add(self.checking.plan.name, [row])

    def _telling(self, change: loading.Change, line: int, rows: Sequence[Row]) -> Row | None:
        """The first row of which the mutant says something else, and the original the same twice."""
        said = children.result(Work(do=partial(_judged, self.checking.bench, rows), cpu=4 * CPU))
        if said is None:  # one of them takes too long
            return None
        seen = [_seen(row, each) for row, each in zip(rows, said, strict=True)]
        place = children.result(Work(do=partial(self._first, change, line, seen), cpu=4 * CPU))
        if place is None or place < 0:
            return None
        again = children.result(Work(do=partial(_judged, self.checking.bench, [rows[place]]), cpu=CPU))
        return rows[place] if again == [said[place]] else None

    def _first(self, change: loading.Change, line: int, seen: Sequence[Seen]) -> int:
        """Return where a mutant first says something else; -1 for nowhere."""
        self.checking.become(change, line)
        said = self.checking.bench.judged(each.row for each in seen)
        return next((place for place, each in enumerate(seen) if next(said) != each.said), -1)


def _judged(bench: Bench, rows: Sequence[Row]) -> list[str]:
    return list(bench.judged(rows))


def _seen(row: Row, said: str) -> Seen:
    return Seen(row, said, 0, {}, frozenset(), 0.0)


def add(name: str, rows: Sequence[Row]) -> None:
    """Write rows into the probes of a domain, in order, each once, and beside this file for when these are rebuilt."""
    with Path(__file__).with_name(f"probes_{name}.jsonl").open("a", encoding="utf-8") as written:
        for row in rows:
            written.write(json.dumps([dict(row.problem.truth), row.text, row.problem.prompt]) + "\n")
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
        hunt = Hunt(mutating.Checker(plan, bench), asked.tries)
        hunt.run()
    print(f"{sum(map(len, hunt.found.values()))} rows; {dict(hunt.fates)}")


if __name__ == "__main__":
    main()
