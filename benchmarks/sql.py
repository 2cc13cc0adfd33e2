"""Cost and strictness of the SQL checker beside the usual rules, on a file of labelled rows.

    python -m benchmarks.sql ROWS.jsonl [DIALECT]

The last lines say how good the databases are (SQLite only): how many neighbours of the golds they tell from them, and
which of the others a larger search could have told.

Rows need `kind` (equivalent or different) beside the input format; other kinds and dialects are left out. A file of
pairs as the tests have them (databases first, then golds and replies) will do as well. Times are CPU seconds of this
process and of the engine's own. The rules of others are re-stated here in a few lines; their own code is not run.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import permutations
from pathlib import Path
from statistics import median
from time import process_time
from typing import NamedTuple

from verisieve.domains.sql.checker import read_truth
from verisieve.verifiers.sql import compare, extract
from verisieve.verifiers.sql.adequacy import LARGE, measure, separable
from verisieve.verifiers.sql.bench import Bench, Storage
from verisieve.verifiers.sql.engine import Row, Rows
from verisieve.verifiers.sql.gold import Gold
from verisieve.verifiers.sql.search import Refuted, search

SIXTY = 60
_KINDS = ("refuted, cold", "refuted", "not refuted, cold", "not refuted")
Rule = Callable[[Sequence[Row], Sequence[Row]], bool]


class Pair(NamedTuple):
    """A gold, a candidate, and whether they are equivalent."""

    gold: Gold
    sql: str
    free_columns: bool
    same: bool


def read(path: Path, dialect: str = "sqlite") -> list[Pair]:
    """Read the labelled pairs of a file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    databases = {row["database"]: (row["schema"], row["data"]) for row in rows if "database" in row}
    pairs = []
    table = cache(Bench)  # those of the checker are closed when there are more than a few
    for row in rows:
        if "gold" in row:
            gold = Gold(table(*databases[row["on"]], dialect), row["gold"])
            pairs.append(Pair(gold, row["reply"], False, row["same"]))
        elif "truth" in row and row["truth"]["dialect"] == dialect and row["kind"] in ("equivalent", "different"):
            truth = read_truth(row["truth"])
            found = extract.query(row["response"])
            assert found is not None
            gold = Gold(table(truth.schema, truth.data, dialect), truth.query)
            pairs.append(Pair(gold, found.statements[0], truth.free_columns, row["kind"] == "equivalent"))
    return pairs


def used(pair: Pair) -> float:
    """Return the CPU seconds of this process and of the engine behind a pair."""
    return process_time() + pair.gold.bench.store.cpu()


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


def cost(pairs: Sequence[Pair], repeats: int) -> None:
    """Print CPU times: plain checks, reading a gold, refutations and searches of 60 databases, drawn anew and kept."""
    spent = checked(pairs, repeats)
    print(f"guarded fixture checks per CPU second  {repeats * len(pairs) / spent:10.0f}")
    times: dict[str, list[float]] = {name: [] for name in ("gold read", *_KINDS)}
    for pair in pairs:
        begin = used(pair)
        fresh = pair._replace(gold=Gold(pair.gold.bench, pair.gold.sql))
        times["gold read"].append((used(pair) - begin) * 1000)
        for suffix in (", cold", ""):
            begin = used(pair)
            found = search(fresh.gold, fresh.sql, free_columns=fresh.free_columns, databases=SIXTY)
            kind = "refuted" if isinstance(found, Refuted) else "not refuted"
            times[kind + suffix].append((used(pair) - begin) * 1000)
    for name, taken in times.items():
        print(f"{name + ', ms: median and most':38} {median(taken):10.2f} {max(taken):10.2f}")


def adequacy(pairs: Sequence[Pair]) -> None:
    """Print how many neighbours of the golds their databases tell from them, and what that costs."""
    golds: dict[int, dict[str, Gold]] = {id(pair.gold.bench): {} for pair in pairs}
    for pair in pairs:
        golds[id(pair.gold.bench)].setdefault(pair.gold.sql, pair.gold)
    counts: Counter[str] = Counter()
    taken = []
    for gold in [gold for some in golds.values() for gold in some.values()]:
        begin = process_time()
        found = measure(gold)
        taken.append((process_time() - begin) * 1000)
        missed = sum(separable(gold, mutant) for mutant in found.survivors)
        counts.update(
            golds=1, neighbours=found.of, given=found.by_fixture, killed=found.killed, separable=found.killed + missed
        )
    print(
        f"{counts['neighbours']} neighbours of {counts['golds']} golds: given rows kill {counts['given']}, with drawn"
        f" databases {counts['killed']} of {counts['separable']} that {LARGE} others can tell"
    )
    print(f"{'neighbours of a gold, ms: median and most':42} {median(taken):6.2f} {max(taken):10.2f}")


def checked(pairs: Sequence[Pair], repeats: int) -> float:
    """Check all candidates on their fixtures again and again; return the CPU seconds."""
    one_each = list({id(pair.gold.bench): pair for pair in pairs}.values())
    begin = sum(map(_engine, one_each)) + process_time()
    for pair in [*pairs] * repeats:
        got = pair.gold.bench.run(pair.sql, pair.gold.bench.fixture, Storage.GIVEN)
        assert isinstance(got, Rows)
        compare.equal(pair.gold.fixture.rows, got.rows, pair.gold.fixture.runs)
    return sum(map(_engine, one_each)) + process_time() - begin


def _engine(pair: Pair) -> float:
    return pair.gold.bench.store.cpu()


def main() -> int:
    """Run both on the file that is named."""
    if len(sys.argv) not in (2, 3):
        print("usage: python -m benchmarks.sql ROWS.jsonl [DIALECT]", file=sys.stderr)
        return 2
    dialect = sys.argv[2] if len(sys.argv) > 2 else "sqlite"
    pairs = read(Path(sys.argv[1]), dialect)
    strictness(pairs)
    cost(pairs, 20)
    if dialect == "sqlite":
        adequacy(pairs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
