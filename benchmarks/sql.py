"""Cost and strictness of the SQL checker beside the usual rules, on a file of labelled rows.

    python -m benchmarks.sql ROWS.jsonl

Rows need `kind` (equivalent or different) beside the input format; other kinds and dialects are left out. Times are CPU
seconds of this process. The rules of others are re-stated here in a few lines; their own code is not run.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path
from statistics import median
from time import process_time
from typing import NamedTuple

from verisieve.domains.sql.checker import read_truth
from verisieve.verifiers.sql import compare, extract
from verisieve.verifiers.sql.bench import Storage, bench
from verisieve.verifiers.sql.engine import Row, Rows
from verisieve.verifiers.sql.gold import Gold
from verisieve.verifiers.sql.search import Refuted, search

Rule = Callable[[Sequence[Row], Sequence[Row]], bool]


class Pair(NamedTuple):
    """A gold, a candidate, and whether they are equivalent."""

    gold: Gold
    sql: str
    free_columns: bool
    same: bool


def read(path: Path) -> list[Pair]:
    """Read the labelled pairs of a file."""
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["truth"]["dialect"] == "sqlite" and row["kind"] in ("equivalent", "different"):
            truth = read_truth(row["truth"])
            gold = Gold(bench(truth.schema, truth.data), truth.query)
            found = extract.query(row["response"])
            assert found is not None
            pairs.append(Pair(gold, found.statements[0], truth.free_columns, row["kind"] == "equivalent"))
    return pairs


def as_set(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """BIRD's rule."""
    return set(left) == set(right)


def as_bag(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """A strict bag on one database."""
    return Counter(left) == Counter(right)


def with_free_columns(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """The rule of test-suite-sql-eval: a bag, columns in any order."""
    width = len(left[0]) if left else 0
    return (
        any(as_bag(left, compare.permute(right, order)) for order in permutations(range(width))) if left else not right
    )


def strictness(pairs: Sequence[Pair]) -> None:
    """Print what each rule accepts and rejects wrongly."""
    rules: dict[str, Rule] = {"set (BIRD)": as_set, "bag": as_bag, "bag, free columns (test-suite)": with_free_columns}
    print(f"{'rule':34}{'wrong accepted':>16}{'right rejected':>16}")
    for name, rule in rules.items():
        said = [(pair.same, _says(rule, pair)) for pair in pairs]
        print(f"{name:34}{said.count((False, True)):>16}{said.count((True, False)):>16}")
    ours = [(pair.same, not isinstance(search(*pair[:2], free_columns=pair.free_columns), Refuted)) for pair in pairs]
    print(f"{'verisieve':34}{ours.count((False, True)):>16}{ours.count((True, False)):>16}")
    print(f"{'of':34}{sum(not pair.same for pair in pairs):>16}{sum(pair.same for pair in pairs):>16}\n")


def _says(rule: Rule, pair: Pair) -> bool:
    got = pair.gold.bench.run(pair.sql, pair.gold.bench.fixture, Storage.GIVEN)
    if not isinstance(got, Rows) or got.width != pair.gold.fixture.width:
        return False
    return rule(pair.gold.fixture.rows, got.rows)


def cost(pairs: Sequence[Pair]) -> None:
    """Print CPU times: plain checks, refutations and full searches, with and without the gold's preparation."""
    begin = process_time()
    for pair in [*pairs] * 20:
        got = pair.gold.bench.run(pair.sql, pair.gold.bench.fixture, Storage.GIVEN)
        assert isinstance(got, Rows)
        compare.equal(pair.gold.fixture.rows, got.rows, pair.gold.fixture.runs)
    print(f"guarded fixture checks per CPU second  {20 * len(pairs) / (process_time() - begin):10.0f}")
    times: dict[str, list[float]] = {"refuted, cold": [], "refuted": [], "not refuted, cold": [], "not refuted": []}
    for pair in pairs:
        fresh = pair._replace(gold=Gold(pair.gold.bench, pair.gold.sql))
        for suffix in (", cold", ""):
            begin = process_time()
            found = search(fresh.gold, fresh.sql, free_columns=fresh.free_columns)
            kind = "refuted" if isinstance(found, Refuted) else "not refuted"
            times[kind + suffix].append((process_time() - begin) * 1000)
    for name, spent in times.items():
        print(f"{name + ', ms: median and most':38} {median(spent):10.2f} {max(spent):10.2f}")


def main() -> int:
    """Run both on the file that is named."""
    if len(sys.argv) != 2:
        print("usage: python -m benchmarks.sql ROWS.jsonl", file=sys.stderr)
        return 2
    pairs = read(Path(sys.argv[1]))
    strictness(pairs)
    cost(pairs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
