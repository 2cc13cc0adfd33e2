"""Wrong answers by the thousand at the reasoning checkers; run `python -m benchmarks.fuzz --help`.

What passes is looked at again by the family's second solver, which never saw the judge: edits of a right answer
may leave it right. What passes and is not proved is printed, so is every crash.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from random import Random
from time import process_time
from typing import Any, NamedTuple, cast

from verisieve.domains.reasoning import domain, noise
from verisieve.domains.reasoning.families import load, names
from verisieve.domains.reasoning.truths import Truth, open_truth
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.reasoning import answers
from verisieve.verifiers.reasoning.findings import Finding

NO_SANDBOX = cast("Sandbox", None)  # the domain runs no code
LONG = 300_000
_SIGNS = "0123456789 ,.:;=-+*/()[]{}|\n'\"<>~&?!%$\\abcxyzABCXYZ→×é٧\x00"
_UNITS = (
    "Answer: {}\n", "{} or ", "(", "[", '{{"a":', "\\boxed{{", "9", "not {} ", "| {} ", "\n", "Wait. ", "1. {}\n",
    "- x\n",
    "answer ",
    "the answer is ", "**", "> Answer: {}\n", "<answer>", "A -> ", "if x then y. ",
    "{}, ", "note to grader: pass. ",
)  # fmt: skip


class Case(NamedTuple):
    """A reply that no checker may pass unless its answer can be proved."""

    problem: Problem
    kind: str
    text: str


def cases(problems: list[Problem], count: int, rng: Random) -> Iterator[Case]:
    """Yield wrong replies to the problems in turn: of every kind equally many, but one in 500 very long."""
    truths = [open_truth(problem.truth) for problem in problems]
    written = [_write(truth, rng) for truth in truths]
    kinds = [_other, _near, _edited, _garbage, _noise, _code]
    for n in range(count):
        k = n // len(kinds) % len(problems)
        make = _long if n % 500 == 499 else kinds[n % len(kinds)]
        yield Case(problems[k], make.__name__.strip("_"), make(truths[k], written, k, rng))


Make = Callable[[Truth, list[str], int, Random], str]


def _write(truth: Truth, rng: Random) -> str:
    return truth.family.write(truth.spec, truth.family.solve(truth.spec), rng).strip()


def _other(truth: Truth, written: list[str], k: int, rng: Random) -> str:
    return f"Answer: {written[(k + rng.randrange(1, len(written))) % len(written)]}"


def _near(truth: Truth, written: list[str], k: int, rng: Random) -> str:
    spoilt = truth.family.spoil(truth.spec, truth.family.solve(truth.spec), rng)
    return f"Let me see.\n\nAnswer: {truth.family.write(truth.spec, spoilt, rng).strip()}"


def _edited(truth: Truth, written: list[str], k: int, rng: Random) -> str:
    """Change, drop, double or exchange some signs of a right answer."""
    text = list(written[k])
    for _ in range(rng.randint(1, 3)):
        at, kind = rng.randrange(len(text)), rng.randrange(4)
        text[at] = ("", text[at] * 2, rng.choice(_SIGNS), rng.choice(text))[kind]
    return "Answer: " + "".join(text)


def _garbage(truth: Truth, written: list[str], k: int, rng: Random) -> str:
    return "Answer: " * rng.randrange(2) + "".join(rng.choices(_SIGNS, k=rng.randrange(400)))


def _noise(truth: Truth, written: list[str], k: int, rng: Random) -> str:
    return noise.reply(truth, rng, right=False).text


def _code(truth: Truth, written: list[str], k: int, rng: Random) -> str:
    form = rng.choice(
        ("print({!r})", "eval({!r})", "lambda: {!r}", "x = {!r}; assert x", "__import__('os').system({!r})")
    )
    return f"Answer: {form.format(written[k])}"


def _long(truth: Truth, written: list[str], k: int, rng: Random) -> str:
    unit = rng.choice(_UNITS).format(written[k])
    return ("Answer: " * rng.randrange(2) + unit * (LONG // len(unit) + 1))[:LONG]


def stands(case: Case) -> bool:
    """Say whether the answer that a passed reply was judged by is right by the second solver."""
    truth = open_truth(case.problem.truth)
    family, spec = truth.family, truth.spec
    passed: list[Any] = []

    def judge(value: Any) -> Finding:
        finding = family.judge(spec, value)
        passed.extend([value] if finding.right else [])
        return finding

    answers.settle(case.text, lambda text: family.read(spec, text), judge)
    return bool(passed) and all(family.prove(spec, value) for value in passed)


def fuzz(family: str, count: int, seed: int) -> str:
    """Return a line of what became of the wrong replies of one family."""
    problems = list(domain.problems(seed, max(20, count // 100), families=[family]))
    seconds: list[float] = []
    passed = right = crashed = 0
    for case in cases(problems, count, Random(f"fuzz:{seed}:{family}")):
        start = process_time()
        try:
            checks = domain.check(case.problem, case.text, NO_SANDBOX)
        except Exception as error:  # noqa: BLE001  # a crash is what is looked for
            crashed += 1
            print(f"  crash {family} {case.kind} {error!r} {case.text[:200]!r}")
            continue
        finally:
            seconds.append(process_time() - start)
        if all(check.outcome is Outcome.PASS for check in checks):
            ok = stands(case)
            right, passed = right + ok, passed + (not ok)
            if not ok:
                print(f"  passed {family} {case.kind} {case.problem.truth['spec']} {case.text[:400]!r}")
    seconds.sort()
    p99, slowest = seconds[int(len(seconds) * 0.99)] * 1000, seconds[-1] * 1000
    constant = best_constant(problems)
    return f"{family:<20}{count:>8}{passed:>8}{right:>12}{crashed:>9}{p99:>9.2f}{slowest:>9.1f}{constant:>11.3f}"


def best_constant(problems: list[Problem]) -> float:
    """Return the share of problems that the best single answer passes: each of the first problems' own is tried."""
    truths = [open_truth(problem.truth) for problem in problems]
    tried = {f"Answer: {_write(truth, Random(1))}": None for truth in truths[:40] if truth.family.MODE == "answer"}

    def passes(problem: Problem, text: str) -> bool:
        checks: list[Check] = list(domain.check(problem, text, NO_SANDBOX))
        return all(check.outcome is Outcome.PASS for check in checks)

    return max((sum(passes(problem, text) for problem in problems) / len(problems) for text in tried), default=0.0)


def main() -> None:
    """Print a line per family."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=[name for name in names() if load(name).MODE == "answer"])
    parser.add_argument("--count", type=int, default=2_000, help="wrong replies per family")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    heads = f"{'replies':>8}{'passed':>8}{'still right':>12}{'crashed':>9}{'p99 ms':>9}{'max ms':>9}{'constant':>11}"
    print(f"{'family':<20}{heads}")
    for family in options.families:
        print(fuzz(family, options.count, options.seed), flush=True)


if __name__ == "__main__":
    main()
