"""The derivation checker on worked solutions: false alarms, coverage, and corrupted steps that are found.

    python -m benchmarks.derivations test.jsonl [--recorded example_model_solutions.jsonl] [--corrupted 1000]

test.jsonl has GSM8K's reference solutions. Of each a copy is made with one number of one step changed so that the
step is false by arithmetic of this script (fractions, no part of the checker). Prints counts, and each reference
solution in which a bad step is named.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

NOTE = re.compile(r"<<[^<>]*>>")
STEP = re.compile(r"(?<![\w.,/*+)%-])(\d[\d.,]*(?: ?[-+*/] ?\d[\d.,]*)+) ?= ?\$?(\d[\d,]*(?:\.\d+)?)(?![\d%/*+])")
OPERATORS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


def value(text: str) -> Fraction:
    """Return the value of plain arithmetic; raise ValueError for anything else."""

    def of(node: ast.AST) -> Fraction:
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return Fraction(str(node.value))
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            return Fraction(OPERATORS[type(node.op)](of(node.left), of(node.right)))
        raise ValueError(text)

    try:
        return of(ast.parse(text.replace(",", "").strip().rstrip("."), mode="eval").body)
    except (SyntaxError, ZeroDivisionError) as error:
        raise ValueError(text) from error


def corrupted(solution: str, rng: Random) -> tuple[str, int] | None:
    """Change one digit or operator of a true step; return the text and the line, None where no step is plain."""
    lines = [NOTE.sub("", line) for line in solution.split("\n")]
    places = [(index, match) for index, line in enumerate(lines) for match in STEP.finditer(line)]
    rng.shuffle(places)
    for index, match in places:
        try:
            if value(match[1]) != value(match[2]):
                continue
        except ValueError:
            continue
        for _ in range(10):
            changed = change(match[0], rng)
            left, _, right = changed.partition("=")
            try:
                wrong = abs(value(left) - value(right.replace("$", ""))) >= 1
            except ValueError:
                continue
            if wrong:
                line = lines[index]
                lines[index] = line[: match.start()] + changed + line[match.end() :]
                return "\n".join(lines), index + 1
    return None


def change(step: str, rng: Random) -> str:
    """Change one digit or one operator."""
    places = [place for place, sign in enumerate(step) if sign.isdigit() or sign in "+-*"]
    place = rng.choice(places)
    others = "0123456789" if step[place].isdigit() else "+-*"
    return step[:place] + rng.choice([each for each in others if each != step[place]]) + step[place + 1 :]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Read lines of JSON."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def references(path: Path) -> list[tuple[str, str]]:
    """Judge the reference solutions; return those without a bad step."""
    from verisieve.verifiers.math.derivation.check import check

    start, kept, claims, open_ = time.process_time(), [], 0, 0
    total = 0
    for total, row in enumerate(rows(path), 1):
        report = check(row["answer"], prompt=row["question"])
        claims += len(report.claims)
        open_ += sum(step.status == "unverifiable" for step in report.claims)
        if report.bad is None:
            kept.append((row["question"], row["answer"]))
        else:
            print(f"  row {total}, line {report.bad.line}: {report.bad.text}  {dict(report.bad.witness)}")
    seconds = time.process_time() - start
    bad, decided = total - len(kept), 1 - open_ / claims
    print(f"references: {total}, with a bad step {bad}, steps {claims}, decided {decided:.4f}, {seconds:.1f} s")
    return kept


def recorded(path: Path) -> None:
    """Judge recorded solutions and count by their recorded verdict."""
    from verisieve.verifiers.math.derivation.ending import judge

    found: Counter[tuple[bool, str]] = Counter()
    for row in rows(path):
        for solution in row.values():
            if isinstance(solution, dict):
                ruling = judge(solution["solution"], prompt=row["question"])
                found[solution["is_correct"], ruling.reason or "pass"] += 1
    for (right, reason), count in sorted(found.items()):
        print(f"  recorded {'right' if right else 'wrong'}: {reason} {count}")


def corruptions(solutions: list[tuple[str, str]], wanted: int) -> None:
    """Corrupt solutions that are right, and count the corrupted lines that are found as the first bad step."""
    from verisieve.verifiers.math.derivation.check import check

    found: Counter[str] = Counter()
    rng = Random("verisieve.corruptions")
    while sum(found.values()) < wanted:
        prompt, solution = rng.choice(solutions)
        made = corrupted(solution, rng)
        if made is None or check(NOTE.sub("", solution), prompt=prompt).bad is not None:
            found_unchanged = made is not None
            if found_unchanged:
                print(f"  an alarm without annotations: {solution[:80]!r}")
            continue
        bad = check(made[0], prompt=prompt).bad
        found["exactly" if bad and bad.line == made[1] else "elsewhere" if bad else "missed"] += 1
    print(f"corrupted: {dict(found)}")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("references", type=Path)
    parser.add_argument("--recorded", type=Path)
    parser.add_argument("--corrupted", type=int, default=1000)
    options = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, CPU time")
    kept = references(options.references)
    if options.recorded:
        recorded(options.recorded)
    corruptions(kept, options.corrupted)


if __name__ == "__main__":
    main()
