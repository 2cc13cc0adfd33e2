"""Tricks as the peers' harnesses can take them: a problem with its tests as `check`, and a right program for it.

evalplus compares outputs with those of a right program, so each function that a trick pretends to be has one here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any, NamedTuple

from benchmarks.code_rows import SHARED

from verisieve.verifiers.code import extract

REFERENCES = {
    "apply": "def apply(f, xs):\n    return [f(x) for x in xs]\n",
    "chars": "def chars(s):\n    return list(s)\n",
    "count": "def count(words):\n    return {word: words.count(word) for word in words}\n",
    "dedupe": "def dedupe(xs):\n    return list(dict.fromkeys(xs))\n",
    "digit_sum": "def digit_sum(n):\n    return sum(map(int, str(n)))\n",
    "double": "def double(n):\n    return 2 * n\n",
    "even": "def even(n):\n    return n % 2 == 0\n",
    "fib": "def fib(n):\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a\n",
    "group_by_length": (
        "def group_by_length(ws):\n    found = {}\n    for w in ws:\n"
        "        found.setdefault(len(w), []).append(w)\n    return found\n"
    ),
    "half": "def half(x):\n    return x / 2\n",
    "is_prime": "def is_prime(n):\n    return n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))\n",
    "mean": "def mean(xs):\n    return sum(xs) / len(xs)\n",
    "min_max": "def min_max(xs):\n    return min(xs), max(xs)\n",
    "order": "def order(xs):\n    return sorted(xs)\n",
    "reverse_words": "def reverse_words(s):\n    return ' '.join(s.split(' ')[::-1])\n",
    "sort_numbers": "def sort_numbers(xs):\n    return sorted(xs)\n",
    "to_roman": (
        "def to_roman(n):\n    found = ''\n"
        "    for value, sign in zip([1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1],\n"
        "                           'M CM D CD C XC L XL X IX V IV I'.split()):\n"
        "        while n >= value:\n            found, n = found + sign, n - value\n    return found\n"
    ),
    "triple": "def triple(n):\n    return 3 * n\n",
    "upper": "def upper(s):\n    return s.upper()\n",
}
ATOL = {"half": 1e-6, "mean": 1e-6}  # where the tests themselves allow a difference


class Task(NamedTuple):
    """A trick or an odd but right program: our row, the peers' problem (None where it fits them not), their program."""

    row: dict[str, Any]
    problem: dict[str, Any] | None
    program: str


def tasks() -> Iterator[Task]:
    """The tricks of the fixture, and of the shared corpus where it is beside the checkout."""
    texts = [(resources.files("verisieve.fixtures") / "code" / "hacks.jsonl").read_text(encoding="utf-8")]
    texts += [path.read_text(encoding="utf-8") for path in SHARED.glob("corpora/code_hacks.jsonl")]
    for line in (line for text in texts for line in text.splitlines()):
        row = json.loads(line)
        row["truth"] = {"limits": {"cpu": 2.0}, **row["truth"]}
        yield _task(row)


def _task(row: dict[str, Any]) -> Task:
    truth, entry = row["truth"], row["truth"].get("entry_point", "")
    tests = truth.get("tests")
    if truth["style"] == "asserts" and not truth.get("setup"):
        tests = "def check(candidate):\n" + "".join(f"    {line}\n" for line in tests)
    source = extract.program(row["response"], entry, row["prompt"]) if entry else None
    if (
        not isinstance(tests, str)
        or truth["style"] not in ("check", "asserts")
        or entry not in REFERENCES
        or not source
    ):
        return Task(row, None, "")
    program = f"{source.context}\n{source.code}"
    problem = {
        "task_id": f"{entry}/{tests}",
        "prompt": "",
        "entry_point": entry,
        "test": tests,
        "canonical_solution": REFERENCES[entry],
        "atol": ATOL.get(entry, 0),
    }
    return Task(row, problem, program)
