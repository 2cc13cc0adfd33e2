"""Levels against the work of solvers, counted and not timed; run `python -m benchmarks.effort --help`.

The work is that of `verisieve.domains.reasoning.effort`. For each family: the median at levels 1 to 5, and Spearman's
rank correlation of level and work over all items. `--docs`
writes the table into the docs.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import correlation, median

from verisieve.domains.reasoning.effort import work
from verisieve.domains.reasoning.families import LEVELS, load, names

_TABLE = re.compile(r"^\| family \| level 1 .*\n(?:\|.*\n)+", re.MULTILINE)


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
