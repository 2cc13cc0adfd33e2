"""The labelled tables of the tests as golden rows, to try mutants of our own checkers on more than `trials.jsonl`.

    python -m benchmarks.checker_rows math --every 4 > rows.jsonl
    verisieve domains check math --mutants 200 --golden rows.jsonl

No verdict is judged by these labels: a row tells a mutant from the original where anything said of it differs.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1] / "tests"
Row = dict[str, Any]


def math() -> Iterator[Row]:
    """Pairs, batches and whole replies, and derivations."""
    folder = TESTS / "verifiers/math"
    for line in (folder / "pairs.txt").read_text(encoding="utf-8").splitlines():
        if line.count(" ||| ") == 2 and not line.startswith("# "):
            gold, reply, label = line.split(" ||| ")
            yield _row("math", {"answer": gold}, reply, label == "pass")
    for line in (folder / "batches.txt").read_text(encoding="utf-8").splitlines():
        if line.count(" ||| ") == 2 and not line.startswith("# "):
            label, gold, reply = line.split(" ||| ")
            yield _row("math", {"answer": gold}, reply.replace("⏎", "\n"), label == "p")
    for row in _lines(folder / "replies.jsonl"):
        yield _row("math", {"answer": row["gold"]}, row["reply"], row["label"] == "pass")
    for row in _lines(folder / "derivations.jsonl"):
        truth = {"answer": row.get("answer", "0"), "checks": ["derivation"]}
        yield _row("math", truth, row["text"], not row["bad"], row.get("prompt", ""))


def sql() -> Iterator[Row]:
    """Pairs of queries over small databases, in each dialect."""
    folder = TESTS / "verifiers/sql"
    files = {"sqlite": folder / "pairs.jsonl"}
    files |= {dialect: folder / f"engines/{dialect}_pairs.jsonl" for dialect in ("duckdb", "postgres")}
    for dialect, path in files.items():
        rows = list(_lines(path))
        databases = {row["database"]: row for row in rows if "database" in row}
        for row in rows:
            if "gold" in row:
                on = databases[row["on"]]
                truth = {"dialect": dialect, "schema": on["schema"], "data": on["data"], "query": row["gold"]}
                yield _row("sql", truth, f"```sql\n{row['reply']}\n```", row["same"])


def reasoning() -> Iterator[Row]:
    """Answers in many forms, and derivations."""
    folder = TESTS / "domains"
    tables: dict[str, tuple[str, Any]] = {}
    for file in sorted(folder.glob("reasoning_forms*.json")):
        tables |= {f"{file.stem}:{family}": (family, table) for family, table in _read(file).items()}
    tables |= {path.stem: (path.stem, _read(path)) for path in sorted((folder / "reasoning_forms").glob("*.json"))}
    for family, table in tables.values():
        if not isinstance(table, dict) or "spec" not in table:
            continue
        truth = {"family": family, "mode": "answer", "spec": table["spec"], "answer": None}
        for text in table.get("right", ()):
            yield _row("reasoning", truth, text, True)
        for text in table.get("wrong", ()):
            yield _row("reasoning", truth, text, False)
    derivations = _read(folder / "reasoning_derivations.json")
    for row in derivations["rows"]:
        truth = {"mode": "trace", "answer": None, **derivations["specs"][row["spec"]]}
        yield _row("reasoning", truth, row["text"], bool(row["passes"]))


def _row(domain: str, truth: Row, reply: str, right: bool, prompt: str = "") -> Row:
    outcome = "pass" if right else "fail"
    return {
        "id": "r",
        "domain": domain,
        "prompt": prompt,
        "truth": truth,
        "response": reply,
        "outcome": outcome,
        "why": "",
    }


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _lines(path: Path) -> Iterator[Row]:
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


TABLES: dict[str, Callable[[], Iterator[Row]]] = {"math": math, "sql": sql, "reasoning": reasoning}


def main() -> None:
    """Print the rows of a domain."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("domain", choices=TABLES)
    parser.add_argument("--every", type=int, default=1, help="only each so-manieth row")
    options = parser.parse_args()
    for number, row in enumerate(TABLES[options.domain]()):
        if number % options.every == 0:
            print(json.dumps({**row, "id": f"r{number}"}))


if __name__ == "__main__":
    main()
