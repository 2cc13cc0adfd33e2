"""The leaderboard as a frozen record, as JSON, and as tables for a terminal.

`bench.tally` makes it; nothing here reads rows or computes a rate over problems.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from verisieve import plaintext, stats
from verisieve.paired import Difference
from verisieve.records import Json
from verisieve.stats import Interval, Method

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
class Spent:
    """What `rows` replies took, scored or not, where they say so, and how many problems were solved at least once.

    What one solved problem took is unknown where a single row does not say what it took.
    """

    rows: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    rows_with_tokens: int = 0
    cost: float = 0.0
    rows_with_cost: int = 0
    solved: int = 0

    @property
    def tokens_per_solved(self) -> float | None:
        """Tokens of all replies, by problems solved; None where that is unknown."""
        tokens = self.prompt_tokens + self.completion_tokens
        return tokens / self.solved if self.solved and self.rows_with_tokens == self.rows else None

    @property
    def cost_per_solved(self) -> float | None:
        """Dollars of all replies, by problems solved; None where that is unknown."""
        return self.cost / self.solved if self.solved and self.rows_with_cost == self.rows else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One model's pass@1 on the problems of one family or level; no value: those that name none."""

    model: str
    domain: str
    by: str
    value: str
    samples: int
    estimate: Estimate


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
    spent: Spent

    def estimate(self, measure: str) -> Estimate | None:
        """Return `pass@1`, `pass@k`, `pass^k` or `maj@k`; None where no problem has k scored samples."""
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
    mean_difference: Difference  # of all samples

    @property
    def discordance(self) -> float:
        """The share of the problems that one of the two alone solved."""
        return (self.only_first + self.only_second) / (self.both + self.only_first + self.only_second + self.neither)

    @property
    def difference(self) -> float:
        """The first model's pass rate minus the second's."""
        return (self.only_first - self.only_second) / (self.both + self.only_first + self.only_second + self.neither)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """Cells, paired comparisons and slices, best model first; `unreadable` rows are counted nowhere else."""

    cells: tuple[Cell, ...]
    comparisons: tuple[Comparison, ...]
    slices: tuple[Slice, ...]
    slices_left_out: int
    measures: tuple[str, ...]
    confidence: float
    method: Method
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
        "method": board.method,
        "unreadable": {"rows": board.unreadable, "first": list(board.unreadable_first)},
        "cells": [_cell_json(cell) for cell in board.cells],
        "comparisons": [_comparison_json(pair) for pair in board.comparisons],
        "slices": [_slice_json(one) for one in board.slices],
        "slices_left_out": board.slices_left_out,
    }


def table(board: Leaderboard, *, by: By = "model", measures: Sequence[str] = ()) -> Table:
    """Return a rich table with a line per model, per domain, or per both, and a column per measure, or for all."""
    measures = measures or _columns(board, by)
    drawn = titled(f"Pass rate by {by} in percent ({board.confidence:.0%} interval, clustered by problem)")
    for name in ("Model",) * ("model" in by) + ("Domain",) * ("domain" in by):
        drawn.add_column(name, overflow="fold", min_width=14)
    for name in ("Problems", "Samples", *measures):
        drawn.add_column(name, justify="right", min_width=len("[99.9–99.9]") if name in board.measures else 5)
    for cell in board.cells:
        if ("model" in by) == (cell.model is not None) and ("domain" in by) == (cell.domain is not None):
            names = (clean(name) for name in (cell.model, cell.domain) if name is not None)
            rates = (rate(cell.estimate(measure)) for measure in measures)
            drawn.add_row(*names, f"{cell.problems:,}", f"{cell.samples:,}", *rates)
    return drawn


def confusion_table(confusions: Mapping[str, Confusion]) -> Table:
    """Return a rich table of the verifier's own mistakes, a line per domain."""
    drawn = titled("Verdicts against known labels (rates in percent, Clopper-Pearson over rows)")
    for name in ("Domain", "Right passed", "Wrong passed", "Wrong rejected", "Right rejected", "Undecided"):
        drawn.add_column(name, justify="left" if name == "Domain" else "right")
    for name in ("False accepts", "False rejects"):
        drawn.add_column(name, justify="right", no_wrap=True)
    for domain, confusion in confusions.items():
        counts = [f"{value:,}" for value in asdict(confusion).values()]
        drawn.add_row(clean(domain), *counts, rate(confusion.false_accepts), rate(confusion.false_rejects))
    return drawn


def comparison_table(board: Leaderboard) -> Table:
    """Return a rich table of the models in pairs; p-values are exact McNemar, Holm-adjusted over all pairs."""
    drawn = titled("Models in pairs, same problems: one sample each, and the difference of all samples in points")
    for name in ("First", "Second"):
        drawn.add_column(name, overflow="fold", min_width=10)
    for name in ("Both", "Only first", "Only second", "Neither", "p (Holm)", "Difference"):
        drawn.add_column(name, justify="right")
    for pair in board.comparisons:
        counts = [f"{count:,}" for count in (pair.both, pair.only_first, pair.only_second, pair.neither)]
        p_value = "<0.0001" if pair.adjusted < 0.0001 else f"{pair.adjusted:.4f}"
        value, low, high, _ = pair.mean_difference
        difference = f"{100 * value:+.1f} [{100 * low:+.1f}–{100 * high:+.1f}]"
        drawn.add_row(clean(pair.first), clean(pair.second), *counts, p_value, difference)
    return drawn


def titled(title: str) -> Table:
    """Return an empty table as all of ours look."""
    from rich import box
    from rich.table import Table

    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)


def _share(measure: str, hits: int, rows: int) -> Estimate | None:
    return Estimate(measure, hits / rows, stats.clopper_pearson(hits, rows), rows) if rows else None


def _cell_json(cell: Cell) -> dict[str, Json]:
    plain: dict[str, Json] = asdict(cell)
    plain["estimates"] = {estimate.measure: _estimate_json(estimate) for estimate in cell.estimates}
    known = {"prompt_tokens": "rows_with_tokens", "completion_tokens": "rows_with_tokens", "cost": "rows_with_cost"}
    plain["spent"] |= {name: None for name, rows in known.items() if not plain["spent"][rows]} | {
        "tokens_per_solved": cell.spent.tokens_per_solved,
        "cost_per_solved": cell.spent.cost_per_solved,
    }
    if cell.confusion is not None:
        for name, estimate in cell.confusion.rates():
            plain["confusion"][name] = _estimate_json(estimate) if estimate else None
    return plain


def _comparison_json(pair: Comparison) -> dict[str, Json]:
    shares = {"difference": pair.difference, "discordance": pair.discordance}
    return {**asdict(pair), **shares, "mean_difference": pair.mean_difference._asdict()}


def _slice_json(one: Slice) -> dict[str, Json]:
    plain: dict[str, Json] = asdict(one)
    estimate = plain.pop("estimate") and one.estimate
    return {**plain, "problems": estimate.over, "estimates": {estimate.measure: _estimate_json(estimate)}}


def _estimate_json(estimate: Estimate) -> dict[str, Json]:
    low, high = estimate.interval
    return {"value": estimate.value, "low": low, "high": high, "over": estimate.over}


def _columns(board: Leaderboard, by: By) -> tuple[str, ...]:
    """Measures that can be shown: k samples of several models together are not k samples of one."""
    return board.measures if "model" in by else board.measures[:1]


def rate(estimate: Estimate | None) -> str:
    """Percent with its interval, with two decimals where one would hide the ends.

    >>> rate(Estimate("pass@1", 0.5, Interval(0.401, 0.599), 100))
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
