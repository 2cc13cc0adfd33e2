"""Levels against the work of solvers, counted and not timed; run `python -m benchmarks.effort --help`.

The work is the number of lines of Python that a family's solver runs to open and solve a problem, nothing kept from
before; for BY_PROOF with those of the second solver, and for COUNTED a count that says more. For each family: the
median at levels 1 to 5, and Spearman's rank correlation of level and work over all items. `--docs` writes the table
into the docs.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from math import factorial
from pathlib import Path
from random import Random
from statistics import correlation, median
from types import FrameType
from typing import Any

from verisieve.domains.reasoning.families import LEVELS, load, names
from verisieve.verifiers.reasoning import games

_TABLE = re.compile(r"^\| family \| level 1 .*\n(?:\|.*\n)+", re.MULTILINE)
BY_PROOF = ("logic_grid", "knights_knaves", "cheapest_path")  # solved by SAT, by bits, and with an early stop


def _entries(spec: Any) -> int:
    """Return the entries of a table of all sorts of things, true or false of each statement."""
    return int((len(spec.premises) + 1) * 2 ** len(spec.terms))


def _seatings(spec: Any) -> int:
    """Return how often a search through every seating looks at a rule."""
    return len(spec.rules) * factorial(len(spec.people) - spec.around)


def _states(spec: Any) -> int:
    """Return the positions that a full search of the game looks at."""
    return games.explored(spec.board, spec.state)[1]


COUNTED: dict[str, Callable[[Any], int]] = {  # lines would tell less: a formula, bits, or an early end
    "nim_move": lambda spec: sum(spec.heaps),  # the moves that a search would try first
    "hanoi": lambda spec: len(load("hanoi").solve(spec)),  # the moves
    "line_game": _states,
    "seating": _seatings,
    "syllogism": _entries,
}


def spearman(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return the rank correlation; equal values share the mean of their ranks.

    >>> spearman([1, 2, 2, 3], [10, 20, 20, 90])
    1.0
    """
    return correlation(_ranks(xs), _ranks(ys))


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(values)
    last = {value: k for k, value in enumerate(order)}
    first = {value: len(order) - 1 - k for k, value in enumerate(reversed(order))}
    return [(first[value] + last[value]) / 2 for value in values]


def work(name: str, raw: Any) -> int:
    """Return how many lines are run to open and solve a problem."""
    family = load(name)
    _forget()
    if name in COUNTED:
        return COUNTED[name](family.parse(raw))
    lines = 0

    def count(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return count

    sys.settrace(count)
    try:
        spec = family.parse(raw)
        answer = family.solve(spec)
        if name in BY_PROOF:
            family.prove(spec, answer)
    finally:
        sys.settrace(None)
    return lines


def _forget() -> None:
    """Drop what the functions of the domain keep from one problem to the next, but for the families themselves."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("verisieve.domains.reasoning.families.", "verisieve.verifiers.reasoning.")):
            for kept in vars(module).values():
                getattr(kept, "cache_clear", int)()


def table(families: Sequence[str], count: int, seed: int) -> Iterator[str]:
    """Yield the lines of a table: a row per family."""
    yield "| family | " + " | ".join(f"level {level}" for level in LEVELS) + " | Spearman |"
    yield "|---|" + "---:|" * (len(LEVELS) + 1)
    for name in families:
        family = load(name)
        found = [
            (level, work(name, family.make(Random(f"effort:{seed}:{level}:{k}"), level)))
            for level in LEVELS
            for k in range(count)
        ]
        medians = [f"{median(lines for at, lines in found if at == level):.0f}" for level in LEVELS]
        rank = spearman([level for level, _ in found], [lines for _, lines in found])
        yield f"| `{name}` | {' | '.join(medians)} | {rank:.2f} |"


def main() -> None:
    """Print the table, or put it where the docs have it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=names())
    parser.add_argument("--count", type=int, default=40, help="problems per level")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--docs", type=Path, help="a page whose table of levels is written anew")
    options = parser.parse_args()
    lines = []
    for line in table(options.families, options.count, options.seed):
        print(line, flush=True)
        lines.append(line)
    if options.docs:
        page = options.docs.read_text(encoding="utf-8")
        options.docs.write_text(_TABLE.sub("\n".join(lines) + "\n", page, count=1), encoding="utf-8")


if __name__ == "__main__":
    main()
