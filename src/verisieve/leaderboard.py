"""The leaderboard as a frozen record, as JSON, and as tables for a terminal.

`bench.tally` makes it; nothing here reads rows or computes a rate over problems.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from verisieve import plaintext, stats
from verisieve.records import Json
from verisieve.stats import Interval

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

By = Literal["model", "domain", "model and domain"]
NAME_SHOWN = 60  # characters of a model's or a domain's name


class Estimate(NamedTuple):
    """A rate with its interval; `over` counts what it is a mean of: problems with samples enough, or rows."""

    measure: str
    value: float
    interval: Interval
    over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Verdicts against vouched labels, row by row; `undecided` ended in `error` and count in no rate."""

    true_pass: int = 0
    false_pass: int = 0
    true_reject: int = 0
    false_reject: int = 0
    undecided: int = 0

    @property
    def false_accepts(self) -> Estimate | None:
        """Share of the rows labelled `reject` that passed; None where there are none."""
        return _share("false accepts", self.false_pass, self.false_pass + self.true_reject)

    @property
    def false_rejects(self) -> Estimate | None:
        """Share of the rows labelled `pass` that did not; None where there are none."""
        return _share("false rejects", self.false_reject, self.false_reject + self.true_pass)

    def rates(self) -> tuple[tuple[str, Estimate | None], ...]:
        """Return both rates, named as in JSON."""
        return ("false_accepts", self.false_accepts), ("false_rejects", self.false_rejects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One line: a model, a domain, both, or (None, None) for everything; `samples` are the scored rows."""

    model: str | None
    domain: str | None
    problems: int
    samples: int
    errors: int
    truncated: int
    repeated: int
    estimates: tuple[Estimate, ...]
    outcomes: Mapping[str, int]
    reasons: Mapping[str, Mapping[str, int]]
    confusion: Confusion | None

    def estimate(self, measure: str) -> Estimate | None:
        """Return `pass@1`, `pass@k` or `pass^k`; None where no problem has k scored samples."""
        return next((estimate for estimate in self.estimates if estimate.measure == measure), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two models on the problems that both were scored on, one sample each (the first scored one)."""

    first: str
    second: str
    both: int
    only_first: int
    only_second: int
    neither: int
    p_value: float
    adjusted: float

    @property
    def difference(self) -> float:
        """The first model's pass rate minus the second's."""
        return (self.only_first - self.only_second) / (self.both + self.only_first + self.only_second + self.neither)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """Cells and paired comparisons, best model first; `unreadable` rows are counted nowhere else."""

    cells: tuple[Cell, ...]
    comparisons: tuple[Comparison, ...]
    measures: tuple[str, ...]
    confidence: float
    unreadable: int
    unreadable_first: tuple[str, ...]

    @property
    def confusions(self) -> dict[str, Confusion]:
        """The verifier's own mistakes by domain, where rows carry labels."""
        cells = (cell for cell in self.cells if cell.model is None)
        return {cell.domain: cell.confusion for cell in cells if cell.domain is not None and cell.confusion}


def to_json(board: Leaderboard) -> dict[str, Json]:
    """Return the leaderboard as plain JSON; rates lie in 0..1, `null` stands for all models or all domains."""
    return {
        "confidence": board.confidence,
        "unreadable": {"rows": board.unreadable, "first": list(board.unreadable_first)},
        "cells": [_cell_json(cell) for cell in board.cells],
        "comparisons": [{**asdict(pair), "difference": pair.difference} for pair in board.comparisons],
    }


def table(board: Leaderboard, *, by: By = "model") -> Table:
    """Return a rich table with a line per model, per domain, or per both."""
    drawn = _table(f"Pass rate by {by} in percent ({board.confidence:.0%} interval, clustered by problem)")
    for name in ("Model",) * ("model" in by) + ("Domain",) * ("domain" in by):
        drawn.add_column(name, overflow="fold", min_width=18)
    for name in ("Problems", "Samples", *_columns(board, by), "Fail", "No answer", "Limit", "Cut off", "Error"):
        drawn.add_column(name, justify="right", min_width=len("[99.9–99.9]") if name in board.measures else 5)
    for cell in board.cells:
        if ("model" in by) == (cell.model is not None) and ("domain" in by) == (cell.domain is not None):
            drawn.add_row(*_line(cell, _columns(board, by)))
    return drawn


def confusion_table(confusions: Mapping[str, Confusion]) -> Table:
    """Return a rich table of the verifier's own mistakes, a line per domain."""
    drawn = _table("Verdicts against known labels (rates in percent, Clopper-Pearson over rows)")
    for name in ("Domain", "Right passed", "Wrong passed", "Wrong rejected", "Right rejected", "Undecided"):
        drawn.add_column(name, justify="left" if name == "Domain" else "right")
    for name in ("False accepts", "False rejects"):
        drawn.add_column(name, justify="right", no_wrap=True)
    for domain, confusion in confusions.items():
        counts = [f"{value:,}" for value in asdict(confusion).values()]
        drawn.add_row(clean(domain), *counts, _rate(confusion.false_accepts), _rate(confusion.false_rejects))
    return drawn


def comparison_table(board: Leaderboard) -> Table:
    """Return a rich table of the models in pairs; p-values are exact McNemar, Holm-adjusted over all pairs."""
    drawn = _table("Models in pairs, same problems, one sample each")
    for name in ("First", "Second", "Both", "Only first", "Only second", "Neither", "Difference", "p (Holm)"):
        drawn.add_column(name, justify="left" if name in ("First", "Second") else "right")
    for pair in board.comparisons:
        counts = [f"{count:,}" for count in (pair.both, pair.only_first, pair.only_second, pair.neither)]
        p_value = "< 0.0001" if pair.adjusted < 0.0001 else f"{pair.adjusted:.4f}"
        drawn.add_row(clean(pair.first), clean(pair.second), *counts, f"{100 * pair.difference:+.1f}", p_value)
    return drawn


def _table(title: str) -> Table:
    from rich import box
    from rich.table import Table

    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)


def _share(measure: str, hits: int, rows: int) -> Estimate | None:
    return Estimate(measure, hits / rows, stats.clopper_pearson(hits, rows), rows) if rows else None


def _cell_json(cell: Cell) -> dict[str, Json]:
    plain: dict[str, Json] = asdict(cell)
    plain["estimates"] = {estimate.measure: _estimate_json(estimate) for estimate in cell.estimates}
    if cell.confusion is not None:
        for name, estimate in cell.confusion.rates():
            plain["confusion"][name] = _estimate_json(estimate) if estimate else None
    return plain


def _estimate_json(estimate: Estimate) -> dict[str, Json]:
    low, high = estimate.interval
    return {"value": estimate.value, "low": low, "high": high, "over": estimate.over}


def _columns(board: Leaderboard, by: By) -> tuple[str, ...]:
    """Measures that can be shown: k samples of several models together are not k samples of one."""
    return board.measures if "model" in by else board.measures[:1]


def _line(cell: Cell, measures: tuple[str, ...]) -> Iterator[str | Text]:
    yield from (clean(name) for name in (cell.model, cell.domain) if name is not None)
    yield from (f"{cell.problems:,}", f"{cell.samples:,}")
    yield from (_rate(cell.estimate(measure)) for measure in measures)
    yield from (f"{cell.outcomes.get(name, 0):,}" for name in ("fail", "no_answer", "limit"))
    yield from (f"{cell.truncated:,}", f"{cell.errors:,}")


def _rate(estimate: Estimate | None) -> str:
    """Percent with its interval, with two decimals where one would hide the ends.

    >>> _rate(Estimate("pass@1", 0.5, Interval(0.401, 0.599), 100))
    '50.0 [40.1–59.9]'
    """
    if estimate is None:
        return "-"
    low, high = estimate.interval
    digits = 1 if high - low >= 0.01 else 2
    return f"{100 * estimate.value:.{digits}f} [{100 * low:.{digits}f}–{100 * high:.{digits}f}]"


def clean(name: str) -> Text:
    """Names come from foreign rows: no markup, no control characters, no endless ones."""
    from rich.text import Text

    return Text(plaintext.name(name, NAME_SHOWN) or "(unnamed)")
