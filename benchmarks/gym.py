"""reasoning-gym's answers and scorers beside our checks: where they differ, on items made and scored in a box.

    python -m benchmarks.gym --count 50            (makes an environment from PyPI on first use)

For each family that we convert: how many of their answers are wrong by our check, what their scorer gives full marks
though ours does not pass it, and which right answers it refuses. Each item gets the same attacks.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.environments import REASONING_GYM, cache, interpreter
from benchmarks.traces import NO_SANDBOX

from verisieve import domains
from verisieve.adapters import gym
from verisieve.adapters.gym import boxed, exact
from verisieve.errors import InputError
from verisieve.records import Json, Outcome, Problem
from verisieve.sandboxes.opening import open_sandbox

FULL = 0.999
SLOW = {"zebra_puzzles": 20, "futoshiki": 20, "sokoban": 20}  # they make few in a second
FORMS = ("plain", "spaced", "marked")  # ways to say what is right


class Attack(NamedTuple):
    """A text, by the name of its kind."""

    kind: str
    text: str


class Case(NamedTuple):
    """An item, our row of it, and the texts that both sides judge."""

    row: Mapping[str, Json]
    item: Mapping[str, Json]
    attacks: tuple[Attack, ...]


class Row(NamedTuple):
    """What came of one family."""

    family: str
    judged: str
    items: int
    wrong_golds: int
    accepted: Counter[str]  # full marks for what we do not pass, by kind
    refused: Counter[str]  # less than full marks for what we pass
    faults: Counter[str]  # their scorer hangs or raises
    refusals: Counter[str]  # items of which we make no row


def attacks(item: Mapping[str, Json], other: Mapping[str, Json], gold: str) -> tuple[Attack, ...]:
    """Return texts for one item: what is right in three forms, and what is not."""
    answer, theirs = item["answer"] or gold.removeprefix("Answer: "), other["answer"] or "0"
    return (
        Attack("plain", answer),
        Attack("spaced", f" {answer}\n"),
        Attack("marked", f"Answer: {answer}"),
        Attack("empty", ""),
        Attack("no idea", "I have no idea"),
        Attack("denied", f"The answer is definitely not {answer}"),
        Attack("garbage", f"{answer} zzz garbage 99999"),
        Attack("two", f"{answer} or {theirs}"),
        Attack("other", theirs),
        Attack("zero", "0"),
        Attack("nan", "nan"),
        Attack("json", "{}"),
        Attack("yes and no", "Yes No True False"),
        Attack("question", item["question"]),
        Attack("24", "6*4*1*1"),
    )


def cases(made: Sequence[Mapping[str, Json]], refusals: Counter[str]) -> Iterator[Case]:
    """Convert items and give each its attacks."""
    for k, item in enumerate(made):
        try:
            row = gym.record(item)
        except InputError as error:
            refusals[str(error).partition(": ")[2][:70]] += 1
            continue
        yield Case(row, item, attacks(item, made[k - 1], row["gold"]))


def passes(row: Mapping[str, Json], text: str) -> bool:
    """Judge a text by our check."""
    problem = Problem(domain=row["domain"], id=row["id"], prompt=row["prompt"], truth=row["truth"])
    checks = domains.load(row["domain"]).check(problem, text, NO_SANDBOX)
    return all(check.outcome is Outcome.PASS for check in checks)


def measure(families: Sequence[str], count: int, seed: int, environment: Path) -> list[Row]:
    """Make items of the families, convert them, and judge all attacks by both sides: two runs of the box."""
    rows = {family: Row(family, "", 0, 0, Counter(), Counter(), Counter(), Counter()) for family in families}
    wanted = [boxed.Request(family=name, count=min(count, SLOW.get(name, count)), seed=seed) for name in families]
    sandbox = open_sandbox("auto")
    try:
        made: dict[str, list[Mapping[str, Json]]] = {}
        for record in boxed.run(environment, wanted, sandbox):
            made.setdefault(record["family"], []).extend([record["item"]] if "item" in record else [])
        found = {
            case.item["question"]: case for name, items in made.items() for case in cases(items, rows[name].refusals)
        }
        asked = [
            replace(
                one,
                count=len(items := made[one.family]),
                answers=[_texts(found.get(each["question"])) for each in items],
            )
            for one in wanted
        ]
        scored = boxed.run(environment, asked, sandbox)
    finally:
        sandbox.close()
    for record in scored:
        name, case = record["family"], found.get(record.get("item", {}).get("question"))
        rows[name] = rows[name]._replace(items=rows[name].items + 1)
        if case is None:
            rows[name].faults["no row, or another item when made again"] += 1
            continue
        wrong = rows[name].wrong_golds + (case.row["agrees"] is False)
        rows[name] = rows[name]._replace(judged=case.row["judged"], wrong_golds=wrong)
        compare(case, record["scores"], rows[name])
    return list(rows.values())


def _texts(case: Case | None) -> list[str]:
    return [attack.text for attack in case.attacks] if case else []


def compare(case: Case, scores: Sequence[Any], row: Row) -> None:
    """Count where the two sides differ."""
    for attack, score in zip(case.attacks, scores, strict=False):
        if isinstance(score, str):
            row.faults[score] += 1
            continue
        ours = passes(case.row, attack.text)
        if score >= FULL and not ours:
            row.accepted[attack.kind] += 1
        elif ours and score < FULL:
            row.refused[attack.kind] += 1


def main() -> None:
    """Print a line for each family."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", default=sorted({*gym.CONVERSIONS, *exact.families().text}))
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--environment", type=Path, help="one that has reasoning-gym; made if not given")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each family")
    options = parser.parse_args()
    environment = options.environment or Path(interpreter(REASONING_GYM, cache())).parents[1]
    for row in measure(options.families, options.count, options.seed, environment):
        print(json.dumps(row._asdict()) if options.json else _line(row), flush=True)


def _line(row: Row) -> str:
    told = {"they accept": row.accepted, "they refuse": row.refused, "faults": row.faults, "no row": row.refusals}
    shown = "; ".join(f"{name} {dict(counts)}" for name, counts in told.items() if counts)
    return f"{row.family:<24}{row.judged:<7}{row.items:>4} items {row.wrong_golds:>4} wrong golds  {shown}"


if __name__ == "__main__":
    main()
