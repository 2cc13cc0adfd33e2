"""Questions to the file that `gathering` makes of a run: counts, pass rates, draws, searches. Shows nothing."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from verisieve.folder import Place
from verisieve.funnel import Fate, Funnel, Loss, Spent
from verisieve.gathering import FILTERS
from verisieve.records import Json, Outcome
from verisieve.stats import Interval, wilson

DIMENSIONS = ("model", "domain", "family", "difficulty")
GROUPS = 40  # lines of one table of pass rates
PER_KIND = 25  # rows drawn per domain, outcome and reason
CHOICES = 200  # values of one filter to pick from
WORDS = 12  # of one search
_PASSED = "score = 'scored' AND outcome = 'pass'"
_COUNTS = f"sum({_PASSED}), sum(score = 'scored'), sum(score = 'unjudged'), sum(score = 'truncated')"
_SPENT = "sum(cost), sum(priced), sum(asked), sum(told)"


class Rate(NamedTuple):
    """How often a group passed; `error` rows and replies cut off by a limit are not scored."""

    name: str
    passed: int
    scored: int
    unjudged: int
    truncated: int

    @property
    def interval(self) -> Interval:
        """Wilson's interval of the pass rate."""
        return wilson(self.passed, self.scored)


class Line(NamedTuple):
    """A row as a list shows it."""

    line: int
    outcome: str
    mistake: str
    domain: str
    id: str
    sample: int
    model: str
    reason: str
    answer: str


class Duel(NamedTuple):
    """Replies of two models to one problem."""

    first: Line
    second: Line


class Bill(NamedTuple):
    """What a model's replies cost; `solved` problems have a reply that passed."""

    model: str
    replies: int
    spent: Spent
    solved: int


class Query(NamedTuple):
    """Which rows to list; empty fields let everything through."""

    words: str = ""
    outcome: str = ""
    domain: str = ""
    model: str = ""
    reason: str = ""
    family: str = ""
    mistake: str = ""


class Survey:
    """Questions to a file that `gather` made; for one thread."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def note(self, name: str, value: str | None = None) -> str:
        """Return what is noted under a name, nothing where nothing is; a value is noted first."""
        if value is not None:
            self._base.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))
        return next((found for (found,) in self._all("SELECT value FROM notes WHERE name = ?", name)), "")

    def board(self) -> dict[str, Json]:
        """Return the leaderboard as `leaderboard.to_json` gives it."""
        found: dict[str, Json] = json.loads(self.note("board"))
        return found

    def count(self, query: Query | None = None) -> int:
        """Count rows."""
        where, values = _where(query or Query())
        return int(self._all(f"SELECT count(*) FROM rows WHERE {where}", *values)[0][0])

    def lines(self, query: Query, *, start: int = 0, limit: int = 50) -> list[Line]:
        """Return rows in the order of the run."""
        where, values = _where(query)
        order = "ORDER BY line LIMIT ? OFFSET ?"
        return self._lines(f"SELECT {_columns('')} FROM rows WHERE {where} {order}", *values, limit, start)

    def line(self, number: int) -> Line | None:
        """Return one row."""
        return next(iter(self._lines(f"SELECT {_columns('')} FROM rows WHERE line = ?", number)), None)

    def others(self, number: int, limit: int = 50) -> list[Line]:
        """Return the other replies to a row's problem."""
        return self._lines(
            f"SELECT {_columns('')} FROM rows WHERE problem = (SELECT problem FROM rows WHERE line = ?) AND line <> ? "
            "ORDER BY model, sample LIMIT ?",
            *(number, number, limit),
        )

    def places(self, lines: Sequence[int]) -> list[Place]:
        """Return where rows lie, in the order given."""
        return [
            Place(*self._all("SELECT line, completion, verdict FROM rows WHERE line = ?", number)[0])
            for number in lines
        ]

    def fates(self, lines: Sequence[int]) -> list[str]:
        """Return what became of rows, where that is known."""
        return [self._all("SELECT fate FROM rows WHERE line = ?", number)[0][0] for number in lines]

    def keep_fates(self, fates: Sequence[str]) -> None:
        """Note what became of every row, in their order."""
        numbered = ((str(fate), line) for line, fate in enumerate(fates, 1))
        self._base.execute("BEGIN")
        self._base.executemany("UPDATE rows SET fate = ? WHERE line = ?", numbered)
        self._base.execute("COMMIT")

    def choices(self, name: str) -> list[tuple[str, int]]:
        """Return the values of a filter with their rows, most first."""
        found = self._all(
            f"SELECT {name}, count(*) FROM rows WHERE {name} <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?", CHOICES
        )
        return [(value, count) for value, count in found]

    def draw(self, limit: int) -> list[int]:
        """Choose rows to show: the verifier's mistakes first, then every other kind in turn; always the same."""
        wrong = "SELECT line FROM rows WHERE mistake <> '' ORDER BY mistake, domain, outcome, reason, draw LIMIT ?"
        turn = "row_number() OVER (PARTITION BY domain, outcome, reason ORDER BY draw) AS turn"
        kinds = f"SELECT line, domain, outcome, reason, {turn} FROM rows WHERE mistake = ''"
        mixed = f"SELECT line FROM ({kinds}) WHERE turn <= ? ORDER BY turn, domain, outcome, reason LIMIT ?"
        found = [*self._all(wrong, limit), *self._all(mixed, PER_KIND, limit)]
        return [line for (line,) in found][:limit]

    def rates(self, dimension: str) -> tuple[list[Rate], int]:
        """Return pass rates by group, numbers in order, at most GROUPS of them; and how many groups there are."""
        name = f"domain || ' · ' || {dimension}" if dimension in ("family", "difficulty") else dimension
        found = self._all(f"SELECT {name}, {_COUNTS} FROM rows WHERE {dimension} <> '' GROUP BY 1 ORDER BY 3 DESC")
        return sorted((Rate(*row) for row in found[:GROUPS]), key=lambda rate: natural(rate.name)), len(found)

    def levels(self) -> dict[str, dict[str, dict[str, Rate]]]:
        """Return pass rates by domain, model and difficulty."""
        found = self._all(
            f"SELECT domain, model, difficulty, {_COUNTS} FROM rows WHERE difficulty <> '' GROUP BY 1, 2, 3"
        )
        levels: dict[str, dict[str, dict[str, Rate]]] = {}
        for domain, model, *row in found:
            levels.setdefault(domain, {}).setdefault(model, {})[row[0]] = Rate(*row)
        return levels

    def bills(self) -> list[Bill]:
        """Return what the replies of each model cost, where anything is known of it."""
        found = self._all(
            f"SELECT model, count(*), {_SPENT}, "
            f"count(DISTINCT CASE WHEN {_PASSED} THEN problem END) FROM rows GROUP BY 1 ORDER BY 1"
        )
        bills = [Bill(model, rows, _spent(*spent), solved) for model, rows, *spent, solved in found]
        return [bill for bill in bills if bill.spent.priced or bill.spent.completion_tokens]

    def verifiers(self) -> list[tuple[str, int]]:
        """Return the verifiers with their rows."""
        return [(name, rows) for name, rows in self._all("SELECT verifier, count(*) FROM rows GROUP BY 1 ORDER BY 1")]

    def funnel(self) -> Funnel:
        """Return the funnel as far as verdicts alone say it: rows generated, parsed and verified."""
        rows = self._all("SELECT domain, count(*) FROM rows GROUP BY 1")
        lost = self._all(
            "SELECT domain, lost, outcome, reason, count(*) FROM rows WHERE lost <> '' GROUP BY 1, 2, 3, 4"
        )
        known = self._all("SELECT domain, label, outcome, count(*) FROM rows WHERE label <> '' GROUP BY 1, 2, 3")
        costs = self._all(f"SELECT domain, {_SPENT} FROM rows GROUP BY 1")
        return Funnel(
            generated=dict(rows),
            losses=tuple(Loss(domain, stage, Fate(fate), reason, n) for domain, stage, fate, reason, n in lost),
            known={(domain, label, Outcome(outcome)): n for domain, label, outcome, n in known},
            costs={domain: _spent(*spent) for domain, *spent in costs},
        )

    def losses(self) -> list[tuple[str, str, str, str, int]]:
        """Return rows that did not pass: the stage they do not reach, outcome, reason, model, and how many."""
        found = self._all(
            "SELECT lost, outcome, reason, model, count(*) FROM rows WHERE lost <> '' GROUP BY 1, 2, 3, 4"
        )
        return [(stage, outcome, reason, model, rows) for stage, outcome, reason, model, rows in found]

    def duels(self, one: str, two: str, show: str = "differ", *, start: int = 0, limit: int = 50) -> list[Duel]:
        """Return the first replies of two models to the same problems; `show` is a key of SHOWN."""
        # In turn from every domain, and of those that the first model alone solved and the second.
        turn = "row_number() OVER (PARTITION BY a.outcome = 'pass', a.domain ORDER BY a.line) AS turn"
        found = self._all(
            f"SELECT {_columns('a.')}, {_columns('b.')}, {turn} {_MET} AND {SHOWN[show]} "
            "ORDER BY turn, a.domain, a.outcome <> 'pass', a.line LIMIT ? OFFSET ?",
            *(one, two, limit, start),
        )
        width = len(Line._fields)
        return [Duel(Line(*row[:width]), Line(*row[width : 2 * width])) for row in found]

    def met(self, one: str, two: str, show: str = "differ") -> int:
        """Count the problems that two models have replies to."""
        return int(self._all(f"SELECT count(*) {_MET} AND {SHOWN[show]}", one, two)[0][0])

    def _lines(self, statement: str, *values: Json) -> list[Line]:
        return [Line(*row) for row in self._all(statement, *values)]

    def _all(self, statement: str, *values: Json) -> list[tuple[Any, ...]]:
        return self._base.execute(statement, values).fetchall()


_MET = "FROM rows a JOIN rows b ON a.problem = b.problem WHERE a.first AND b.first AND a.model = ? AND b.model = ?"
SHOWN = {
    "differ": "(a.outcome = 'pass') <> (b.outcome = 'pass') AND a.outcome <> 'error' AND b.outcome <> 'error'",
    "first": "a.outcome = 'pass' AND b.outcome NOT IN ('pass', 'error')",
    "second": "b.outcome = 'pass' AND a.outcome NOT IN ('pass', 'error')",
    "both": "a.outcome = 'pass' AND b.outcome = 'pass'",
    "neither": "a.outcome NOT IN ('pass', 'error') AND b.outcome NOT IN ('pass', 'error')",
    "all": "1",
}


def _columns(table: str) -> str:
    return ", ".join(f"{table}{name}" for name in Line._fields)


def _where(query: Query) -> tuple[str, list[str]]:
    terms, values = ["1"], []
    for name in FILTERS:
        if value := getattr(query, name):
            terms.append(f"{name} = ?")
            values.append(value)
    found = re.findall(r"[^\W_]+", query.words.lower())[:WORDS]
    if found:
        # Each word as a quoted string, the last one as the start of a word: nothing of it is syntax.
        terms.append("line IN (SELECT rowid FROM words WHERE words MATCH ?)")
        values.append(" AND ".join(f'"{word}"' for word in found) + "*")
    return " AND ".join(terms), values


def _spent(cost: float, priced: int, asked: int, told: int) -> Spent:
    return Spent(cost=cost, priced=priced, prompt_tokens=asked, completion_tokens=told)


def natural(name: str) -> tuple[tuple[bool, float, str], ...]:
    """Sort key that puts 10 after 9."""

    def key(word: str) -> tuple[bool, float, str]:
        number = word.replace(".", "", 1)
        return (False, float(word), "") if number.isascii() and number.isdigit() else (True, 0.0, word)

    return tuple(key(word) for word in name.split())
