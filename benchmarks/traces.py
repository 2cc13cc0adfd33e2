"""Figures of the checked derivations, one line per family; run `python -m benchmarks.traces --help`.

Right derivations must pass in the asked form and in every other one; spoilt ones must fail at exactly the step that was
spoilt, for a reason that fits how it was. `--corpus` reads labelled rows with `first_bad_step`. Compares with no peer.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from random import Random
from time import process_time
from typing import NamedTuple, cast

from benchmarks.reasoning import corpus

from verisieve.domains.reasoning import domain, traces
from verisieve.domains.reasoning.making import TRACED
from verisieve.domains.reasoning.traces import Derivation, Line, spoiling, writing
from verisieve.domains.reasoning.truths import Truth, open_truth
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.reasoning import tracing

NO_SANDBOX = cast("Sandbox", None)  # the domain runs no code


class Case(NamedTuple):
    """One derivation and what is expected of it: no fault, or one at a known step for one of some reasons."""

    problem: Problem
    derivation: Derivation
    text: str


def cases(family: str, count: int, seed: int, *, spoilt: bool, form: str = "") -> Iterator[Case]:
    """Make derivations of one family: in the asked form, or in any where `form` is "any"; kinds of faults in turn."""
    kinds = cycle(spoiling.KINDS)
    made = 0
    for k, problem in enumerate(domain.problems(seed, count * 3, families=[family + TRACED])):
        truth, rng = open_truth(problem.truth), Random(f"{seed}:{k}")
        derivation: Derivation | None = truth.tracer.derive(truth.spec, rng)
        if spoilt and derivation:
            derivation = _spoilt(truth, derivation, rng, kinds)
        if derivation:
            made += 1
            yield Case(problem, derivation, _written(truth, derivation, rng, form))
        if made == count:
            return


def _spoilt(truth: Truth, right: Derivation, rng: Random, kinds: Iterator[str]) -> Derivation | None:
    """Spoil a derivation in the next way that applies to it."""
    tries = (spoiling.spoil(truth.tracer, truth.spec, right, rng, next(kinds)) for _ in spoiling.KINDS)
    return next((found for found in tries if found), None)


def _written(truth: Truth, derivation: Derivation, rng: Random, form: str) -> str:
    if form != "any":
        answer = truth.family.write(truth.spec, derivation.answer, rng)
        return f"{writing.plainly(derivation.lines)}\n\nAnswer: {answer}"
    return writing.write(truth.family, truth.spec, derivation, rng)


def judged(case: Case) -> Check:
    """Return the deciding check."""
    checks = domain.check(case.problem, case.text, NO_SANDBOX)
    return next((check for check in checks if check.outcome is not Outcome.PASS), checks[-1])


def right(case: Case) -> bool:
    """Say whether a derivation is judged as it should be, to the step and the name of its fault."""
    check, wanted = judged(case), case.derivation
    if wanted.first_bad is None:
        return check.outcome is Outcome.PASS
    named = check.reason in {str(reason) for reason in spoiling.KINDS[wanted.kind]}
    return check.outcome is Outcome.FAIL and named and check.evidence.get("first_bad_step") == wanted.first_bad


class Row(NamedTuple):
    """What was measured of one family: right ones of all, in the asked form and in any."""

    family: str
    asked: dict[bool, tuple[int, int]]
    written: dict[bool, tuple[int, int]]
    kinds: Counter[str]
    checks_per_second: float


def measure(family: str, count: int, seed: int, *, show: int = 0) -> Row:
    """Judge right and spoilt derivations of one family, in the asked form and in any."""
    tallies: dict[str, dict[bool, tuple[int, int]]] = {"": {}, "any": {}}
    kinds: Counter[str] = Counter()
    seconds, checks = 0.0, 0
    for form, tally in tallies.items():
        for spoilt in (False, True):
            found = list(cases(family, count, seed + spoilt, spoilt=spoilt, form=form))
            start = process_time()
            good = [right(case) for case in found]
            seconds, checks = seconds + process_time() - start, checks + len(found)
            tally[spoilt] = sum(good), len(found)
            kinds.update(case.derivation.kind for case in found if spoilt)
            for case in [case for case, ok in zip(found, good, strict=True) if not ok][:show]:
                print(
                    f"--- {family} {case.derivation.kind} at {case.derivation.first_bad}",
                    case.text,
                    judged(case),
                    sep="\n",
                )
    return Row(family, tallies[""], tallies["any"], kinds, checks / seconds)


def prose(families: tuple[str, ...], count: int, seed: int) -> str:
    """Write derivations as sentences, half with a false one; say how often a bad step was named, and rightly."""
    named = rightly = spoilt = passed = 0
    for family in families:
        for k, problem in enumerate(domain.problems(seed, count, families=[family + TRACED])):
            truth, rng = open_truth(problem.truth), Random(f"{seed}:{k}")
            derivation = truth.tracer.derive(truth.spec, rng)
            text, false = _sentences(truth, derivation, rng, spoil=k % 2 == 0)
            check = judged(Case(problem, derivation, text))
            spoilt += bool(false)
            named += check.reason == "unentailed"
            rightly += check.reason == "unentailed" and false != "" and false in str(check.evidence["step"])
            passed += bool(false) and check.outcome is Outcome.PASS
    return f"prose: {named} bad steps named, {rightly} of them rightly; {spoilt} had one; {passed} of those passed"


def _sentences(truth: Truth, derivation: Derivation, rng: Random, *, spoil: bool) -> tuple[str, str]:
    """Return prose, with one plain sentence made false where asked, and that sentence."""
    lines = list(derivation.lines)
    cited = {ref for line in lines for ref in line.refs}
    cases = {"supposition", "choice"}
    plain = [k for k in range(1, len(lines) + 1) if not cases & {lines[j - 1].body for j in _cone(lines, k)}]
    twins = [(k, truth.tracer.falsify(truth.spec, lines[k - 1], rng)) for k in plain if k in cited] if spoil else []
    twins = [(k, twin) for k, twin in twins if twin]
    k, twin = rng.choice(twins) if twins else (0, None)
    said = []
    for j, line in enumerate(lines, 1):
        words = twin.text if twin and j == k else line.text
        sources = " and ".join(f"{kind} {number}" for kind, number in line.sources)
        because = (
            rng.choice((f"Because of {sources}, ", f"By {sources}: ", "So "))
            if sources
            else rng.choice(("", "Then ", "So "))
        )
        said.append(f"{because}{words}." if line.body != "absurd" else "That is a contradiction.")
    text = rng.choice(("Let us see. ", "I look at what is given. ", "")) + " ".join(said)
    return f"{text}\n\nAnswer: {truth.family.write(truth.spec, derivation.answer, rng)}", twin.text if twin else ""


def _cone(lines: list[Line], k: int) -> set[int]:
    return tracing.cone([line.refs for line in lines], k)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=traces.names())
    parser.add_argument("--count", type=int, default=800, help="derivations of each sort per family")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="misjudged ones to print")
    parser.add_argument("--corpus", type=Path, action="append", default=[], help="a file of labelled rows")
    options = parser.parse_args()
    for path in options.corpus:
        print(*corpus(path), sep="\n")
    print(f"{'family':<16}{'right':>12}{'spoilt':>12}{'right, any':>13}{'spoilt, any':>13}{'checks/s':>10}  kinds")
    totals: Counter[tuple[str, bool, int]] = Counter()
    for family in options.families:
        row = measure(family, options.count, options.seed, show=options.show)
        columns = [
            (name, spoilt, tally[spoilt])
            for name, tally in (("asked", row.asked), ("any", row.written))
            for spoilt in (False, True)
        ]
        for name, spoilt, pair in columns:
            totals.update({(name, spoilt, k): number for k, number in enumerate(pair)})
        shown = "".join(f"{good:>7}/{count}" for _, _, (good, count) in columns)
        print(f"{family:<16}{shown}{row.checks_per_second:>10.0f}  {len(row.kinds)}  {dict(row.kinds)}")
    print(prose(("knights_knaves", "logic_grid", "sudoku4"), options.count // 4, options.seed))
    for name in ("asked", "any"):
        for spoilt in (False, True):
            print(f"{name}, {'spoilt' if spoilt else 'right'}: {totals[name, spoilt, 0]} of {totals[name, spoilt, 1]}")


if __name__ == "__main__":
    main()
