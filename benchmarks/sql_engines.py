"""How many gold queries of public data sets run in each engine, and which do not.

    python -m benchmarks.sql_engines FOLDER

FOLDER holds defog's schemas (`defog/*.sql`), its questions (`questions_gen_postgres.csv`, `questions_gen_sqlite.csv`)
and `geography/` (a SQLite file and a JSON of queries). Each gold that the data set gives for a dialect is run as it
stands. SQLite and DuckDB get the tables in their own words with the rows that PostgreSQL makes of the scripts (four of
the eight databases count their dates from today, in PostgreSQL's words), so this needs a PostgreSQL server; DuckDB is
asked PostgreSQL's queries. The preparation translates texts; verdicts never do.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from verisieve.errors import TruthError
from verisieve.verifiers.sql import engines, lexer, literals
from verisieve.verifiers.sql.bench import Bench, Storage
from verisieve.verifiers.sql.engine import Refused
from verisieve.verifiers.sql.gold import Gold

PREFIX = re.compile(r"\b(?:public|consumer_div)\.")


def schema(text: str, dialect: str) -> str:
    """Write the tables of a schema of PostgreSQL for a dialect, without defaults; DuckDB gets no foreign keys."""
    import sqlglot
    from sqlglot import exp

    dropped = (exp.DefaultColumnConstraint, exp.Reference, exp.ForeignKey)
    made = []
    for tree in sqlglot.parse(PREFIX.sub("", re.sub(r"(?im)^create schema.*?;", "", text)), read="postgres"):
        if not isinstance(tree, exp.Create):
            continue
        for node in [*tree.find_all(dropped[0]), *(tree.find_all(dropped[1:]) if dialect == "duckdb" else ())]:
            (node.parent if isinstance(node.parent, exp.ColumnConstraint) else node).pop()
        made.append(re.sub(r"(?i)\bserial\b", "INTEGER", tree.sql(dialect)))
    return ";\n".join(made)


def rows(text: str, dialect: str) -> str:
    """Write the rows of a PostgreSQL script for a dialect, as PostgreSQL computes them: some count from today."""
    with closing(Bench(text, "", "postgres")) as table:
        tables = [replace(one, namespace="") for one in table.schema.tables]
        return literals.inserts(tables, table.rows, dialect)


def forms(query: str) -> Iterator[str]:
    """Yield the queries that a gold of defog stands for: parts by semicolon, {a,b} as one of both or all."""
    for part in lexer.statements(query):
        found = re.search(r"\{([^{}]*)\}", part)
        if not found:
            yield part
            continue
        columns = [column.strip() for column in found[1].split(",") if column.strip()]
        chosen = ", ".join(columns)
        yield part.replace(found[0], chosen, 1).replace("{}", chosen)


def geography(folder: Path) -> tuple[str, list[str]]:
    """Return the dump of the geography database and its queries with their variables filled in."""
    with closing(sqlite3.connect(f"file:{folder / 'geography-db.sqlite'}?mode=ro", uri=True)) as source:
        dump = "\n".join(line for line in source.iterdump() if not line.startswith(("BEGIN", "COMMIT")))
    queries = []
    for entry in json.loads((folder / "geography.json").read_text(encoding="utf-8")):
        sql = entry["sql"][0]
        for variable in entry["variables"]:
            sql = sql.replace(variable["name"], variable["example"])
        queries.append(re.sub(r'"([^"]*)"', r"'\1'", sql))
    return dump, queries


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
    """Yield each database by name with its schema, if there is one, and the golds for a dialect."""
    source = "sqlite" if dialect == "sqlite" else "postgres"
    golds: defaultdict[str, list[str]] = defaultdict(list)
    with (folder / f"questions_gen_{source}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            golds[row["db_name"]] += forms(row["query"])
    for name, queries in sorted(golds.items()):
        path = folder / "defog" / f"{name}.sql"
        if dialect == "duckdb":
            queries = [PREFIX.sub("", query) for query in queries]
        yield name, script(path, dialect) if path.exists() else None, queries
    dump, asked = geography(folder / "geography")
    yield "geography (246)", dump if dialect == "sqlite" else schema_of_dump(dump, dialect), asked


def script(path: Path, dialect: str) -> str:
    """Return a database of defog as a script for a dialect."""
    text = path.read_text(encoding="utf-8")
    return text if dialect == "postgres" else f"{schema(text, dialect)};\n{rows(text, dialect)}"


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
