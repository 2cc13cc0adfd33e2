"""Write the gold queries of public data sets as rows for `verisieve datasets lint`.

    python -m benchmarks.sql_rows FOLDER OUT.jsonl

FOLDER is that of `benchmarks.sql_engines`, which says what is done to it. Databases without a schema are left out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.sql_engines import databases


def main() -> int:
    """Write one row per gold."""
    if len(sys.argv) != 3:
        print("usage: python -m benchmarks.sql_rows FOLDER OUT.jsonl", file=sys.stderr)
        return 2
    with Path(sys.argv[2]).open("w", encoding="utf-8") as out:
        for name, ddl, queries in databases(Path(sys.argv[1]), "sqlite"):
            if ddl is None:
                print(f"left out: {name} has no schema", file=sys.stderr)
                continue
            for number, sql in enumerate(queries):
                truth = {"dialect": "sqlite", "schema": ddl, "query": sql}
                row = {
                    "id": f"{name.split()[0]}-{len(queries)}-{number}",
                    "domain": "sql",
                    "prompt": "",
                    "truth": truth,
                }
                out.write(json.dumps(row) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
