"""How many gold queries of public data sets run in each engine, and which do not.

    python -m benchmarks.sql_engines FOLDER

FOLDER holds defog's schemas (`defog/*.sql`), its questions (`questions_gen_postgres.csv`, `questions_gen_sqlite.csv`)
and `geography/` (a SQLite file and a JSON of queries). Each gold that the data set gives for a dialect is run as it
stands, over the tables and rows that the adapters of these sets write for it; DuckDB is asked PostgreSQL's queries. The
preparation translates texts; verdicts never do.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any

from verisieve import datasets
from verisieve.adapters.sql import golds, scripts
from verisieve.errors import TruthError
from verisieve.verifiers.sql import engines
from verisieve.verifiers.sql.bench import Bench, Storage
from verisieve.verifiers.sql.engine import Refused
from verisieve.verifiers.sql.gold import Gold

PREFIX = re.compile(r"\b(?:public|consumer_div)\.")


def counted(table: Bench, queries: list[str]) -> tuple[Counter[str], list[str]]:
    """Run queries, and judge each as a gold; return counts and what the engine said against it."""
    counts: Counter[str] = Counter(queries=len(queries))
    said = []
    for sql in queries:
        got = table.run(sql, table.fixture, Storage.GIVEN)
        if isinstance(got, Refused):
            counts[str(got.fault)] += 1
            said.append(f"{got.message.splitlines()[0]}: {' '.join(sql.split())[:90]}")
            continue
        counts["run"] += 1
        try:
            Gold(table, sql)
        except TruthError:
            counts["ambiguous"] += 1
    return counts, said


def databases(folder: Path, dialect: str) -> Iterator[tuple[str, str | None, list[str]]]:
    """Yield each database by name with its schema and rows, if they are there, and the golds for a dialect."""
    source = "sqlite" if dialect == "sqlite" else "postgres"
    asked: defaultdict[str, list[str]] = defaultdict(list)
    with (folder / f"questions_gen_{source}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            asked[row["db_name"]] += golds.several(row["query"], "query")
    for name, queries in sorted(asked.items()):
        path = folder / "defog" / f"{name}.sql"
        if dialect == "duckdb":
            queries = [PREFIX.sub("", query) for query in queries]
        yield name, script(path, dialect) if path.exists() else None, queries
    found = [row for row in datasets.convert(datasets.load("geography"), folder / "geography") if isinstance(row, dict)]
    first = {row["meta"]["query"]: row["truth"] for row in reversed(found)}
    queries = [first[query]["query"] for query in sorted(first)]
    dump = "".join(found[0]["truth"][part] + "\n" for part in ("schema", "data"))
    yield f"geography ({len(queries)})", dump if dialect == "sqlite" else schema_of_dump(dump, dialect), queries


def script(path: Path, dialect: str) -> str:
    """Return a database of defog as a script for a dialect."""
    return "\n".join(scripts.read(path.read_text(encoding="utf-8"), dialect))


def schema_of_dump(dump: str, dialect: str) -> str:
    """Write SQLite's dump of the geography database for another engine."""
    import sqlglot

    return ";\n".join(sqlglot.transpile(dump, read="sqlite", write=dialect, identify=False))


def main() -> int:
    """Print a row per database and engine."""
    if len(sys.argv) != 2:
        print("usage: python -m benchmarks.sql_engines FOLDER", file=sys.stderr)
        return 2
    notes: list[str] = []
    print(f"{'database':18}{'engine':10}{'queries':>9}{'run':>7}{'refused':>9}{'ambiguous':>11}")
    for dialect, entry in every(Path(sys.argv[1])):
        print(row(dialect, entry, notes), flush=True)
    print("\n" + "\n".join(notes))
    return 0


def every(folder: Path) -> Iterator[tuple[str, tuple[str, str | None, list[str]]]]:
    """Yield every database with every engine that is here."""
    there = [dialect for dialect in engines.DIALECTS if not engines.missing(dialect)]
    for dialect in there:
        yield from product([dialect], databases(folder, dialect))


def row(dialect: str, entry: tuple[str, str | None, list[str]], notes: list[str]) -> str:
    """Return one line of the table, and note what did not run."""
    name, ddl, queries = entry
    head = f"{name:18}{dialect:10}{len(queries):9}"
    if ddl is None:
        return f"{head}  no schema in the folder"
    try:
        with closing(Bench(ddl, "", dialect)) as table:
            counts, said = counted(table, queries)
    except TruthError as error:
        return f"{head}  does not load: {str(error).splitlines()[0][:80]}"
    notes += [f"{dialect} {name}: {line}" for line in said]
    refused: Any = counts["queries"] - counts["run"]
    return f"{head}{counts['run']:7}{refused:9}{counts['ambiguous']:11}"


if __name__ == "__main__":
    sys.exit(main())
