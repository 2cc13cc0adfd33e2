"""Golds and duplicates of the reasoning domain: problems proved and told apart; `python -m benchmarks.golds --help`.

Each problem is proved by its family's second solver on the way, a disagreement is counted and shown. Problems are told
apart by their canonical form, under renaming and symmetry. A family may run out of problems; how far it came is told.
"""

from __future__ import annotations

import argparse
from collections import Counter
from hashlib import sha256
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


class Tally(NamedTuple):
    """What came of making problems of one family."""

    made: int
    disagreements: int
    twice: int
    exhausted: bool
    digest: str
    seconds: float


def tally(family: str, count: int, seed: int, level: int | None) -> Tally:
    """Make problems of one family until there are enough, no new ones, or a disagreement."""
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
    return Tally(made, disagreements, made - len(forms), exhausted, digest.hexdigest()[:12], process_time() - start)


def _judged_right(problem: Problem) -> bool:
    """Say whether the solver's answer passes as a reply: a third look, by the judge that models meet."""
    reply = domain.reply(problem, Random(problem.id), right=True)
    return all(check.outcome is Outcome.PASS for check in domain.check(problem, reply.text, NO_SANDBOX))


def main() -> None:
    """Print a line per family."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=names())
    parser.add_argument("--count", type=int, default=2_000, help="problems per family")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--level", type=int, help="one level instead of a mix of all")
    options = parser.parse_args()
    print(f"{'family':<20}{'made':>7}{'disagreements':>15}{'twice':>7}{'CPU s':>8}  digest")
    for family in options.families:
        row = tally(family, options.count, options.seed, options.level)
        told = "" if not row.exhausted else "  no new ones after that"
        told += "" if hasattr(load(family), "canonical") else "  told apart by spec alone"
        counts = f"{row.made:>7}{row.disagreements:>15}{row.twice:>7}{row.seconds:>8.0f}"
        print(f"{family:<20}{counts}  {row.digest}{told}", flush=True)


if __name__ == "__main__":
    main()
