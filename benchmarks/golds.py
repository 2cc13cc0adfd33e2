"""Golds and duplicates of the reasoning domain: problems proved and told apart; `python -m benchmarks.golds --help`.

Each problem is proved by its family's second solver on the way, a disagreement is counted and shown. Problems are told
apart by their canonical form, under renaming and symmetry. A family may run out of problems; how far it came is told.
Families are made side by side, each one as a stream of its own; with `--out` a finished one is kept and not made again.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from hashlib import sha256
from pathlib import Path
from random import Random
from time import process_time
from typing import NamedTuple, cast

from verisieve.domains.reasoning import domain
from verisieve.domains.reasoning.families import load, names
from verisieve.domains.reasoning.truths import form, open_truth
from verisieve.errors import TruthError, UsageError
from verisieve.records import Outcome, Problem
from verisieve.sandboxes import Sandbox

NO_SANDBOX = cast("Sandbox", None)  # the domain runs no code


class Job(NamedTuple):
    """What to make of one family."""

    family: str
    count: int
    seed: int
    level: int | None


class Tally(NamedTuple):
    """What came of making problems of one family."""

    family: str
    made: int
    disagreements: int
    twice: int
    exhausted: bool
    digest: str
    seconds: float


def tally(job: Job) -> Tally:
    """Make problems of one family until there are enough, no new ones, or a disagreement."""
    family, count, seed, level = job
    start = process_time()
    forms: Counter[str] = Counter()
    digest = sha256()
    disagreements, exhausted = 0, False
    try:
        for problem in domain.problems(seed, count, families=[family], difficulty=level):
            digest.update(repr((problem, problem.truth)).encode())
            forms[form(open_truth(problem.truth), problem.truth["spec"])] += 1
            disagreements += not _judged_right(problem)
    except TruthError as error:
        print(error)
        disagreements += 1
    except UsageError:
        exhausted = True
    made = forms.total()
    twice, seconds = made - len(forms), process_time() - start
    return Tally(family, made, disagreements, twice, exhausted, digest.hexdigest()[:12], seconds)


def _judged_right(problem: Problem) -> bool:
    """Say whether the solver's answer passes as a reply: a third look, by the judge that models meet."""
    reply = domain.reply(problem, Random(problem.id), right=True)
    return all(check.outcome is Outcome.PASS for check in domain.check(problem, reply.text, NO_SANDBOX))


def tallies(jobs: Sequence[Job], out: Path | None, workers: int) -> Iterator[Tally]:
    """Yield what came of each job: what the file has already, then the others as they end, added to the file."""
    lines = out.read_text(encoding="utf-8").splitlines() if out and out.exists() else []
    kept = {Job(*job): Tally(*row) for job, row in map(json.loads, lines)}
    yield from (kept[job] for job in jobs if job in kept)
    with ProcessPoolExecutor(workers) as pool:
        running = {pool.submit(tally, job): job for job in jobs if job not in kept}
        for ended in as_completed(running):
            if out:
                with out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([running[ended], ended.result()]) + "\n")
            yield ended.result()


def main() -> None:
    """Print a line per family."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=names())
    parser.add_argument("--count", type=int, default=2_000, help="problems per family")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--level", type=int, help="one level instead of a mix of all")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes")
    parser.add_argument("--out", type=Path, help="file that finished families are kept in")
    options = parser.parse_args()
    jobs = [Job(family, options.count, options.seed, options.level) for family in options.families]
    print(f"{'family':<20}{'made':>7}{'disagreements':>15}{'twice':>7}{'CPU s':>8}  digest")
    for row in tallies(jobs, options.out, options.workers):
        told = "" if not row.exhausted else "  no new ones after that"
        told += "" if hasattr(load(row.family), "canonical") else "  told apart by spec alone"
        counts = f"{row.made:>7}{row.disagreements:>15}{row.twice:>7}{row.seconds:>8.0f}"
        print(f"{row.family:<20}{counts}  {row.digest}{told}", flush=True)


if __name__ == "__main__":
    main()
