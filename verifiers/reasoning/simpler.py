"""Simpler versions of an answer that no reader takes: without columns of remarks, with sums worked out.

A column goes only where its head says that it explains (Why, Check, State after, Cost) and no cell denies its row; a
sum only where it is true. What is left is read as a whole, as any answer is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from verisieve.verifiers.reasoning import lexing, remarks

_COLUMNS = """
    why, why now, why ok, reason, because, check, checked, ok, okay, valid, verification, explanation, comment,
    note, remark, justification, motivation, state, resulting state, new state, state after, state afterwards,
    after, after the move, after move, after step, after action, afterwards, result, resulting, holding, hand, in
    hand, gripper, arm, table, board, on the table, on table, tower, stack, content, content after, configuration,
    near bank, far bank, left bank, right bank, left side, right side, bank, near, far, left, right, cost, price,
    fee, toll, fare, weight, load, total load, hour, time, duration, length, capacity, statement, say, claim, said,
    truth, truth value, true, neighbour, neighbor, adjacent, adjacent to, edge, conflict, clue, constraint, rule,
    rule used, ratio, density, running total, cumulative, cumulative cost, sum so far, total so far, so far,
    arithmetic, calculation, computation, work, working, robot, player, box, facing, jug, peg, push,
    pushed, phase, stage, purpose, aim
"""  # that explain, in the singular
_HEADS = frozenset(phrase.strip() for phrase in _COLUMNS.split(","))
_AFTER = re.compile(r"(?: (?:after(?:wards)?|now|at|then))+$")
_DENIES = re.compile(
    r"\b(?:not|never|no|wrong|invalid|incorrect|rejected|discarded|optional|skipped|unused)\b", re.IGNORECASE
)
_TOLD = re.compile(r"statements?|says|claims?|said|truth|true", re.IGNORECASE)  # what is said in a puzzle may be false
_STAGES = frozenset({"phase", "stage"})
_TOTAL = re.compile(r"(?:grand )?(?:total|sum)(?: (?:costs?|values?|weights?|prices?|loads?))?:?", re.IGNORECASE)
_SUM = re.compile(r"(?<![\w.+*/-])(\d{1,9}(?: ?\+ ?\d{1,9}){1,40}) ?= ?(\d{1,9})(?![\w.]| ?[-+*/=])")
_OFFERS = re.compile(
    r"\b(?:options?|candidates?|examples?|variants?|plan [a-d1-9]|solution [a-d1-9]|attempts?|guess\w*|before)\b",
    re.IGNORECASE,
)
_PRICED = re.compile(r"\b(?:value|cost|price|toll|fee|points|worth)s?\b", re.IGNORECASE)
_COMMENT = re.compile(r"(?<=\S) +# ?\d{0,9}$", re.MULTILINE)
MAX_CELLS = 400


def versions(region: str) -> Iterator[str]:
    """Yield the simpler versions of a text, the least changed first; none where nothing can be left out.

    Only its first paragraph is changed: what follows an answer is looked at as it is.
    """
    first, gap, rest = region.lstrip("\n").partition("\n\n")
    found = [first, *_tabled(first)] if starts_with_table(region) else [first]
    for k, text in enumerate(found):
        summed = _SUM.sub(_worked, text)
        bare = _COMMENT.sub("", remarks.unnoted(summed))
        for version in dict.fromkeys((text, summed, bare)):
            if k or version != text:
                yield version + gap + rest


def starts_with_table(region: str) -> bool:
    """Say whether a text begins with a table that has a head."""
    head, _, below = region.lstrip("\n").partition("\n")
    return "|" in head and bool(lexing.RULE.fullmatch(below.partition("\n")[0].strip() or "x"))


def _worked(match: re.Match[str]) -> str:
    """Return what a true sum comes to."""
    return match[2] if sum(map(int, match[1].split("+"))) == int(match[2]) else match[0]


def _tabled(region: str) -> list[str]:
    """Return a text that begins with a table without its columns of remarks, with the names of the others or not."""
    lines = region.split("\n")
    last = next((k for k, line in enumerate(lines) if "|" not in line), len(lines))
    head, *rows = ([cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines[:last])
    rows = rows[1:]
    if not rows or any(len(row) != len(head) for row in rows) or len(head) * len(rows) > MAX_CELLS:
        return []
    total = rows.pop() if _TOTAL.fullmatch(next(filter(None, rows[-1]), "")) and len(rows) > 1 else None
    names = frozenset(
        word.lower() for line in lines[:last] for word in re.findall(r"[^\W\d_]*[A-Z][^\W_]*|[a-z]\d+", line)
    )
    kept = [k for k, name in enumerate(head) if not _explains(name, [row[k] for row in rows], names | _own(head, rows))]
    if not kept:
        return []
    body = ["| " + " | ".join(row[k] for k in kept) + " |" for row in rows]
    named = ["| " + " | ".join(head[k] for k in kept) + " |", "|" + "---|" * len(kept)]
    summed = [_summed(head, total)] if total else []
    tables = [[*named, *body, *summed]] if len(kept) < len(head) or total else []
    if not any(_DENIES.search(name) or _OFFERS.search(name) for name in head):
        counted = [k for k in kept if [_count(row[k]) for row in rows] == list(range(1, len(rows) + 1))]
        plain = ["; ".join(row[k] for k in kept if k not in counted) for row in rows]
        tables += [[*body, *summed], [*plain, *summed]]
    return ["\n".join([*table, *lines[last:]]) for table in tables]


def _own(head: list[str], rows: list[list[str]]) -> frozenset[str]:
    """Return the words of the columns that are kept for sure: those whose heads explain nothing."""
    kept = [k for k, name in enumerate(head) if name.lower().strip(" ?:.") not in _HEADS]
    return frozenset(word.lower() for row in rows for k in kept for word in re.findall(r"[^\W\d_]+", row[k]))


def _count(cell: str) -> int:
    """Return the number of a row: 2, 2., 2nd."""
    digits = re.fullmatch(r"(\d{1,3})(?:st|nd|rd|th|[.)])?", cell)
    return int(digits[1]) if digits else 0


def _summed(head: list[str], total: list[str]) -> str:
    """Return the row of a total as a line: the number under a cost or a value, else the last one."""
    priced = [cell for name, cell in zip(head, total, strict=True) if cell and _PRICED.search(name)]
    return f"total {(priced or [cell for cell in total if cell])[-1]}"


def _explains(name: str, cells: list[str], names: frozenset[str]) -> bool:
    """Say whether a column holds remarks, of words that only explain; numbers in it do not go down."""
    plain = re.sub(r" ?\([^()]{1,30}\)", "", name.lower()).strip(" ?:.")
    if not any(
        form.removesuffix(ending) in _HEADS for form in (plain, _AFTER.sub("", plain)) for ending in ("", "s", "es")
    ):
        return False
    told = "true false lies truth" if _TOLD.search(name) else ""
    counted = [_count(cell) for cell in cells]
    if plain in _STAGES and all(counted) and counted != sorted(counted):
        return False
    return all(remarks.known(cell, names | set(told.split())) for cell in cells)
