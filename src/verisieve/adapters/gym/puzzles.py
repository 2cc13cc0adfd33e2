"""Families that we have ourselves: their items become our specs, and the spec alone decides.

Their answer is judged like any reply; where it is not right by the spec, ours stands as the gold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Any

from verisieve.adapters.gym import zebras
from verisieve.adapters.gym.items import Item, Made, RefusedError
from verisieve.domains.reasoning.truths import Truth, open_truth
from verisieve.records import Json
from verisieve.verifiers.reasoning import answers

_SOKOBAN = str.maketrans("+*%@X$-", "#@+$.* ")
_SAID = {"telling-truth": "knight", "lying": "knave", "->": "imp", "<=>": "iff", "and": "and", "or": "or", "not": "not"}


def _spec(item: Item, family: str, spec: Json, *, prompt: str | None = None, answer: str | None = None) -> Made:
    """Return a row that a family of ours judges; `answer` is theirs in our words."""
    raw: dict[str, Json] = {"family": family, "mode": "answer", "spec": spec, "answer": None}
    truth = open_truth(raw)
    theirs = item.answer if answer is None else answer
    agrees = None if theirs is None else _right(truth, theirs)
    gold = theirs if agrees and theirs else f"Answer: {_ours(truth, item)}"
    return Made("reasoning", raw, "spec", gold, prompt, agrees)


def _ours(truth: Truth, item: Item) -> str:
    return truth.family.write(truth.spec, truth.family.solve(truth.spec), Random(f"gym:{item.question}"))


def _right(truth: Truth, text: str) -> bool:
    family, spec = truth.family, truth.spec
    return answers.settle(text, lambda part: family.read(spec, part), lambda value: family.judge(spec, value)).right


def _countdown(item: Item) -> Made:
    return _spec(item, "countdown", {"numbers": item.part("numbers"), "target": item.part("target")})


def _puzzle24(item: Item) -> Made:
    return _spec(item, "countdown", {"numbers": item.part("numbers"), "target": 24})


def _sudoku(item: Item) -> Made:
    grid = item.part("puzzle")
    side = {4: 2, 9: 3}.get(len(grid))
    if side is None:
        raise RefusedError(f"a grid of {len(grid)} rows")
    return _spec(item, "sudoku4", {"size": len(grid), "box": [side, side], "grid": grid})


def _futoshiki(item: Item) -> Made:
    """Signs between cells become pairs; the answer may be the bare square."""
    less = []
    for r, c, r2, c2, sign in item.part("constraints"):
        cells = [[r + 1, c + 1], [r2 + 1, c2 + 1]]
        less.append(cells if sign == "<" else cells[::-1])
    grid = item.part("puzzle")
    close = "Ensure your answer follows the same format"
    head = item.question.partition(close)[0]
    if head == item.question:
        raise RefusedError("a question in other words than those that are known")
    prompt = (
        f"{head}Each row and column must contain each number from 1 to {len(grid)} once. Answer with the rows alone."
    )
    numbers = re.sub(r"[^\d\n]+", " ", item.answer or "")
    answer = "\n".join(row.strip() for row in numbers.split("\n") if row.strip())
    return _spec(
        item, "latin", {"size": len(grid), "grid": grid, "less": less, "cages": []}, prompt=prompt, answer=answer
    )


def _knights(item: Item) -> Made:
    """Heroes, saints and angels become knights, in the question and in their answer."""
    names, terms = item.part("names"), item.part("knight_knave_terms")

    def formula(said: Any) -> list[Any]:
        head, *rest = said
        if head not in _SAID:
            raise RefusedError(f"an unknown statement {head!r}")
        return [_SAID[head], *(names[one] if isinstance(one, int) else formula(one) for one in rest)]

    statements = [[name, formula(said)] for name, said in zip(names, item.part("statements"), strict=True)]
    texts = [_plain_roles(text, terms) for text in (item.question, item.answer or "")]
    return _spec(item, "knights_knaves", {"names": names, "statements": statements}, prompt=texts[0], answer=texts[1])


def _plain_roles(text: str, terms: Mapping[str, str]) -> str:
    for role in ("knight", "knave"):
        text = re.sub(rf"\b{re.escape(terms[f'a_{role}'])}\b", f"a {role}", text)
        for term, plain in ((terms[role], role), (terms[role.title()], role.title())):
            text = re.sub(rf"\b{re.escape(term)}\b", plain, re.sub(rf"\b{re.escape(term)}e?s\b", f"{plain}s", text))
    return text


def _graph_color(item: Item) -> Made:
    puzzle = item.part("puzzle")
    spec = {
        "vertices": [str(vertex) for vertex in puzzle["vertices"]],
        "edges": [[str(end) for end in edge] for edge in puzzle["edges"]],
        "colours": [str(colour) for colour in puzzle["color_options"]],
    }
    theirs = item.metadata.get("possible_answer")
    return _spec(item, "graph_colouring", spec, answer=None if theirs is None else json.dumps(theirs))


def _jugs(item: Item) -> Made:
    puzzle = item.part("puzzle")
    capacities = {chr(ord("A") + k): size for k, size in enumerate(puzzle["jug_capacities"])}
    return _spec(item, "jugs", {"capacities": capacities, "target": puzzle["target"]})


def _hanoi(item: Item) -> Made:
    count, first, last = item.part("num_disks"), item.part("start_peg"), item.part("target_peg")
    tower = list(range(count, 0, -1))
    pegs = [str(peg) for peg in range(1, item.part("num_pegs") + 1)]
    start, goal = ({peg: tower if peg == str(at) else [] for peg in pegs} for at in (first, last))
    return _spec(item, "hanoi", {"start": start, "goal": goal})


def _cryptarithm(item: Item) -> Made:
    if item.part("allow_leading_zero"):
        raise RefusedError("leading zeros are allowed")
    return _spec(item, "cryptarithm", {"addends": item.part("words_letters"), "sum": item.part("result_letters")})


def _sokoban(item: Item) -> Made:
    rows = ["".join(line.split()).translate(_SOKOBAN) for line in item.part("gamestr").split("\n") if line.strip()]
    return _spec(item, "sokoban", {"grid": rows})


def _zebra(item: Item) -> Made:
    """They ask who lives in one house; we ask for the grid, of which that is a part, and compare theirs with it."""
    spec, prompt, asked = zebras.read(item)
    made = _spec(item, "logic_grid", spec, prompt=prompt, answer="")
    truth = open_truth(made.truth)
    grid = truth.family.solve(truth.spec)
    return made._replace(agrees=grid[asked.house][asked.attribute] == item.answer)


BY_SPEC: Mapping[str, Callable[[Item], Made]] = MappingProxyType(
    {
        "countdown": _countdown,
        "cryptarithm": _cryptarithm,
        "futoshiki": _futoshiki,
        "graph_color": _graph_color,
        "jugs": _jugs,
        "knights_knaves": _knights,
        "mini_sudoku": _sudoku,
        "puzzle24": _puzzle24,
        "sokoban": _sokoban,
        "sudoku": _sudoku,
        "tower_of_hanoi": _hanoi,
        "zebra_puzzles": _zebra,
    }
)
