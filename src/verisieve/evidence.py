"""Evidence of a check as what it is: result sets and databases as tables, steps with the first bad one marked, calls.

Goes by the shape of the evidence, never by its domain, and takes any shape: what is not recognised is shown as JSON.
Every text that leaves here is visible and cut (`plaintext`); nothing is escaped for HTML, the templates do that.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from verisieve import plaintext, witnesses
from verisieve.folder import text_of
from verisieve.records import Json

TEXT = 4000  # characters of one text
CELL = 200  # characters of one cell of a table
ROWS, COLUMNS = 50, 30  # of one table
STEPS = 200  # lines of a reply around the marked one
SHORT = 100  # characters of JSON that stays on one line
WHY = ("why", "message")  # evidence that says in words what is wrong


class Text(NamedTuple):
    """One text under a title."""

    title: str
    body: str
    kind: str = "text"


class Grid(NamedTuple):
    """A table; a row comes with a mark in words, or nothing."""

    title: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    note: str = ""
    kind: str = "grid"


class Said(NamedTuple):
    """A text in pieces, those that differ from the other side marked."""

    title: str
    pieces: Sequence[tuple[str, bool]]
    kind: str = "said"


class Versus(NamedTuple):
    """What was expected beside what came."""

    sides: Sequence[Said | Grid]
    kind: str = "versus"


class Steps(NamedTuple):
    """Lines of a reply with their numbers; one of them is bad, and `why` says so."""

    title: str
    lines: Sequence[tuple[int, str, bool]]
    why: str
    kind: str = "steps"


class Facts(NamedTuple):
    """Names and short texts."""

    items: Sequence[tuple[str, str]]
    kind: str = "facts"


Block = Text | Grid | Versus | Steps | Facts


def blocks(evidence: Mapping[str, Json], completion: Mapping[str, Json]) -> list[Block]:
    """Return what there is to see, the telling parts first."""
    left = dict(evidence)
    steps = list(_steps(left, text_of(completion, "response")))
    why = [(key, plaintext.visible(str(left.pop(key)))) for key in WHY if 0 < len(str(left.get(key, ""))) <= TEXT]
    first: list[Block] = [Facts(why)] if why else []
    return [*first, *_call(left), *_versus(left), *steps, *_witness(left, completion), *_rest(left)]


def shown(text: str) -> str:
    """Show a whole text: visible, and cut in the middle where it is long."""
    return plaintext.shown(text, TEXT)


def _call(left: dict[str, Json]) -> Iterator[Text]:
    for key, title in (("call", "Call"), ("stdin", "Input")):
        if isinstance(left.get(key), str):
            yield Text(title, shown(left.pop(key)))


def _versus(left: dict[str, Json]) -> Iterator[Block]:
    """Pair what was expected with what came: as tables where both are result sets, else as texts."""
    if "expected" not in left or "got" not in left:
        return
    expected, got = left.pop("expected"), left.pop("got")
    wanted, came = _result(expected), _result(got)
    if wanted is None or (came is None and not isinstance(got, dict)):
        pieces = _difference(*(shown(_plain(value)) for value in (expected, got)))
        yield Versus([Said(title, part) for title, part in zip(("Expected", "Got"), pieces, strict=True)])
        return
    right = _set("Got", came, wanted, "not expected") if came else Said("Got", [(shown(_plain(got)), True)])
    yield Versus([_set("Expected", wanted, came, "missing" if came else ""), right])


class _Result(NamedTuple):
    rows: list[list[Json]]
    size: int  # of the whole result; the first rows of it are here


def _result(value: Json) -> _Result | None:
    """Take the rows of a query for what they are: {"rows": [[...]], "count": n}."""
    if not isinstance(value, dict) or set(value) != {"rows", "count"} or type(value["count"]) is not int:
        return None
    rows = value["rows"]
    fits = isinstance(rows, list) and all(isinstance(row, list) for row in rows)
    return _Result(rows, value["count"]) if fits else None


def _set(title: str, mine: _Result, other: _Result | None, word: str) -> Grid:
    """Make a table of rows, with a word at those that the other side lacks."""
    whole = other is not None and len(mine.rows) == mine.size and len(other.rows) == other.size
    spare = Counter(map(json.dumps, other.rows)) if other and whole else Counter[str]()
    rows = []
    for row in mine.rows[:ROWS]:
        key = json.dumps(row)
        rows.append((word if whole and not spare[key] else "", _cells(row)))
        spare[key] -= 1
    width = max((len(cells) for _, cells in rows), default=0)
    hidden = mine.size - len(rows)
    note = "no rows" if not mine.size else f"and {hidden:,} more rows" if hidden > 0 else ""
    return Grid(title, [str(place + 1) for place in range(width)], rows, note)


def _cells(row: Sequence[Json]) -> list[str]:
    return ["NULL" if cell is None else _cell(cell) for cell in row[:COLUMNS]]


def _cell(value: Json) -> str:
    return plaintext.visible(_plain(value)[: CELL + 1][:CELL] + "…" * (len(_plain(value)) > CELL))


def _difference(first: str, second: str) -> list[list[tuple[str, bool]]]:
    """Mark what lies between the common start and the common end of two texts."""
    if first == second:
        return [[(first, False)], [(second, False)]]
    start = next(place for place, (a, b) in enumerate(zip_longest(first, second)) if a != b)
    most = min(len(first), len(second)) - start
    end = next((k for k in range(most) if first[-1 - k] != second[-1 - k]), most)
    return [
        [(text[:start], False), (text[start : len(text) - end], True), (text[len(text) - end :], False)]
        for text in (first, second)
    ]


def _steps(left: dict[str, Json], reply: str) -> Iterator[Block]:
    """Mark the first bad step in the reply, by its words or by the number of its line."""
    number, bad = left.get("first_bad_step"), left.get("first_bad")
    if isinstance(bad, dict) and type(bad.get("line")) is int:
        place, title = bad["line"] - 1, f"First bad step, in line {bad['line']}"
        why = f"{bad['text']}" if isinstance(bad.get("text"), str) else ""
        used = "first_bad"
    elif type(number) is int:
        place, title = _line_of(reply, text_of(left, "step"), number), f"First bad step: {number}"
        why, used = text_of(left, "why"), "first_bad_step"
    else:
        return
    lines = reply.split("\n")
    if not 0 <= place < len(lines):
        return
    for key in (used, *(("step", "why") if used == "first_bad_step" else ())):
        rest = left.pop(key, None)
        if key == "first_bad" and isinstance(rest, dict):
            left.update((name, value) for name, value in rest.items() if name not in ("line", "text", *left))
    first = max(0, place - STEPS // 2)
    window = [(at + 1, plaintext.shown(lines[at], TEXT), at == place) for at in range(first, len(lines))[:STEPS]]
    yield Steps(title, window, plaintext.shown(why, TEXT))


def _line_of(reply: str, step: str, number: int) -> int:
    """Find the line that holds the words of a step, one that also has its number first; -1 where there is none."""
    words = _bare(step)
    holding = [at for at, line in enumerate(reply.split("\n")) if words and words in _bare(line)]
    numbered = [at for at in holding if str(number) in reply.split("\n")[at].replace(step, "")]
    return next(iter(numbered or holding), -1)


def _bare(text: str) -> str:
    return "".join(text.split())


def _witness(left: dict[str, Json], completion: Mapping[str, Json]) -> Iterator[Block]:
    """Show a database that tells two queries apart as its tables."""
    text = left.get("witness")
    if not isinstance(text, str):
        return
    tables = witnesses.tables(text, completion.get("truth"))
    if not tables:
        return
    del left["witness"]
    for name, columns, rows in tables:
        title = f"Counterexample: table {plaintext.name(name)}"
        note = f"and {len(rows) - ROWS:,} more rows" if len(rows) > ROWS else ""
        grid = [("", [_cell(value) for value in row[:COLUMNS]]) for row in rows[:ROWS]]
        yield Grid(title, [plaintext.name(column) for column in columns[:COLUMNS]], grid, note)
    if text.endswith(" …"):
        yield Text("Counterexample", "The database is larger than what the verdict holds.")


def _rest(left: Mapping[str, Json]) -> Iterator[Block]:
    """Show everything else: short values as facts, rows of alike objects as a table, the others as JSON."""
    facts: list[tuple[str, str]] = []
    long: list[Block] = []
    for key, value in left.items():
        title, body = plaintext.words(key), _plain(value)
        if isinstance(value, list) and len(value) > 1 and _alike(value):
            long.append(_table(title, value))
        elif result := _result(value):
            long.append(_set(title.capitalize(), result, None, ""))
        elif len(body) <= SHORT and "\n" not in body:
            facts.append((title, plaintext.visible(body)))
        else:
            long.append(Text(title.capitalize(), shown(body)))
    if facts:
        yield Facts(facts)
    yield from long


def _alike(values: Sequence[Json]) -> bool:
    """Whether a list holds objects with the same few keys."""
    first = values[0]
    keys = set(first) if isinstance(first, dict) else set()
    return 0 < len(keys) <= COLUMNS and all(isinstance(one, dict) and set(one) == keys for one in values)


def _table(title: str, values: Sequence[Mapping[str, Json]]) -> Grid:
    keys = list(values[0])
    rows = [("", [_cell(one[key]) for key in keys]) for one in values[:ROWS]]
    note = f"and {len(values) - ROWS:,} more rows" if len(values) > ROWS else ""
    return Grid(title.capitalize(), [plaintext.words(key) for key in keys], rows, note)


def _plain(value: Json) -> str:
    """Show text as it is, a few names and values as words, and other JSON as JSON: flat where it is short."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and all(isinstance(one, str | int | float) for one in value.values()):
        words = " · ".join(f"{key} {one}" for key, one in value.items() if one != "")
        if words and len(words) <= SHORT and "\n" not in words:
            return words
    flat = json.dumps(value, ensure_ascii=False)
    return flat if len(flat) <= SHORT else json.dumps(value, ensure_ascii=False, indent=1)
