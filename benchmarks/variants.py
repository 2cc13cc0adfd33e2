"""Variants of reasoning problems, each proved again, and spoilt ones; run `python -m benchmarks.variants --help`.

For each seed: variants by chains of operators. Each is then taken from its JSON and looked at anew: it is a problem
with the answer that was stored, a second solver agrees, the reply passes the domain's check. What does not hold is a
contradiction of a gate. Spoilt problems are counted that another gate refuses than the one that should, or none.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from random import Random

from verisieve import domains
from verisieve.domains.reasoning import engineering, inventing
from verisieve.domains.reasoning.families import load
from verisieve.domains.reasoning.tasks import inventions
from verisieve.domains.reasoning.variants import names
from verisieve.domains.reasoning.variants.gates import Refused, opened
from verisieve.records import Outcome, Problem


def sound(problem: Problem, reply: str) -> bool:
    """Say whether a row holds when it is looked at anew."""
    truth = json.loads(json.dumps(dict(problem.truth)))
    try:
        case = opened(truth["family"], truth["spec"])
    except Refused:
        return False
    checks = domains.load("reasoning").check(problem, reply, None)  # type: ignore[arg-type]  # runs no code
    proved = case.family.prove(case.truth.spec, case.answer)
    return proved and case.form == problem.meta["form"] and all(one.outcome is Outcome.PASS for one in checks)


def spoilt(family: str, seed: int) -> tuple[int, list[str]]:
    """Return how many spoilt problems were made of one parent, and those that the wrong gate, or none, refused."""
    parent = {"prompt": "", "spec": load(family).make(Random(f"spoilt {family} {seed}"), 3)}
    truth = {"task": "problem", "family": family, "operator": "new", "parent": parent}
    problem, count, missed = Problem(domain="reasoning", id="p", prompt="", truth=truth), 0, list[str]()
    for one in inventing.wrong(problem, Random(f"spoilt {seed}")):
        asked = Problem(domain="reasoning", id="p", prompt="", truth={**truth, "solutions": list(one.readings)})
        last = inventions.check(asked, one.reply)[-1]
        count += 1
        if (last.name, last.reason) != (one.check, one.reason):
            missed.append(f"{family}/{one.fault}: {last.name} {last.reason or 'passed'}")
    return count, missed


def main() -> None:
    """Print a line per seed, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--per", type=int, default=110, help="variants that are asked of a seed")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seeds = list(domains.load("reasoning").problems(options.seed, options.seeds, families=names(), difficulty=3))
    forms, kept, broken, used = Counter[str](), 0, 0, Counter[str]()
    for problem in seeds:
        began, before = time.process_time(), kept
        made = engineering.engineer(problem, None, tasks=["variant"], seed=options.seed, per=options.per)  # type: ignore[arg-type]
        for row, asked in made:
            kept += 1
            broken += not sound(asked, row.reply or "")
            forms[str(row.meta["form"])] += 1
            used.update(map(str, row.meta["operators"]))
        print(
            f"{problem.meta['family']:20} {kept - before:5} variants {time.process_time() - began:6.1f} s", flush=True
        )
    twice = sum(number - 1 for number in forms.values())
    print(f"{len(seeds)} seeds, {kept} variants, {broken} contradictions, {twice} canonical duplicates")
    print("operators: " + ", ".join(f"{name} {number}" for name, number in used.most_common()))
    found = [spoilt(family, options.seed) for family in names()]
    missed = [one for _, more in found for one in more]
    print(f"{sum(count for count, _ in found)} spoilt problems, {len(missed)} not refused by their own gate")
    print("\n".join(missed))


if __name__ == "__main__":
    main()
