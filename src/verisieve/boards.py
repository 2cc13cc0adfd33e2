"""A leaderboard as a page of a terminal: which tables there are, and what is left out where it is narrow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from verisieve import leaderboard
from verisieve.leaderboard import Cell, Leaderboard, Spent, clean, rate, titled

if TYPE_CHECKING:
    from rich.table import Table

BY = ("model", "domain", "difficulty", "family", "reason")
RATE_WIDTH = 14  # characters of a column of rates, with what is around it
NAMES_WIDTH = 44  # the columns before them
LINES = 60  # of one table


def tables(board: Leaderboard, by: Sequence[str] = BY, *, width: int = 120) -> Iterator[Table]:
    """Yield the tables that have a line, for a terminal of so many characters."""
    columns = max(1, (width - NAMES_WIDTH) // RATE_WIDTH)
    made: list[Table] = []
    if "model" in by:
        parts = (board.measures[at : at + columns] for at in range(0, len(board.measures), columns))
        made += [leaderboard.table(board, measures=part) for part in parts]
        made += [outcomes_table(board), leaderboard.comparison_table(board)]
    if "domain" in by and len(_domains(board)) > 1:
        made.append(leaderboard.table(board, by="domain"))
    made += [slices_table(board, one, columns) for one in ("difficulty", "family") if one in by]
    if "reason" in by:
        made.append(reasons_table(board, columns))
    made.append(leaderboard.confusion_table(board.confusions))
    yield from (each for each in made if each.row_count)


def outcomes_table(board: Leaderboard) -> Table:
    """Return a rich table of what became of each model's replies, what they took, and what one solved problem did."""
    cells = _models(board)
    told = any(cell.spent.rows_with_tokens for cell in cells)
    drawn = titled("Replies by outcome" + (", and what a solved problem took" if told else ""))
    drawn.add_column("Model", overflow="fold", min_width=10)
    names = ("Pass", "Fail", "No answer", "Limit", "Cut off", "Error")
    for name in (*names, *(("Tokens", "Tokens a solved", "$", "$ a solved") if told else ())):
        drawn.add_column(name, justify="right")
    for cell in cells:
        counts = [cell.outcomes.get(name, 0) for name in ("pass", "fail", "no_answer", "limit")]
        shown = [f"{count:,}" for count in (*counts, cell.truncated, cell.errors)]
        drawn.add_row(clean(cell.model or ""), *shown, *(_spent(cell.spent) if told else ()))
    return drawn


def slices_table(board: Leaderboard, by: str, columns: int) -> Table:
    """Return a rich table of pass rates with a line per level or family and a column for each of the first models."""
    models = [cell.model or "" for cell in _models(board)]
    left_out = f"; {len(models) - columns} more models are in the JSON" if len(models) > columns else ""
    drawn = titled(f"pass@1 by {by} in percent ({board.confidence:.0%} interval{left_out})")
    for name in ("Domain", by.capitalize()):
        drawn.add_column(name, overflow="fold", min_width=8)
    for model in models[:columns]:
        drawn.add_column(clean(model), justify="right", overflow="fold", min_width=len("[99.9–99.9]"))
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for one in board.slices:
        if one.by == by:
            lines.setdefault((one.domain, one.value), {})[one.model] = rate(one.estimate)
    for (domain, value), rates in list(lines.items())[:LINES]:
        drawn.add_row(
            clean(domain), clean(value) if value else "(none)", *(rates.get(m, "-") for m in models[:columns])
        )
    return drawn


def reasons_table(board: Leaderboard, columns: int) -> Table:
    """Return a rich table of the reasons for which rows did not pass, and a column for each of the first models."""
    cells = _models(board)[:columns]
    drawn = titled("Rows that did not pass, by reason")
    for name in ("Outcome", "Reason"):
        drawn.add_column(name, overflow="fold", min_width=8)
    for cell in cells:
        drawn.add_column(clean(cell.model or ""), justify="right", overflow="fold", min_width=8)
    totals = Counter[tuple[str, str]]()
    for cell in cells:
        totals.update({(kind, reason): n for kind, counts in cell.reasons.items() for reason, n in counts.items()})
    for (kind, reason), _ in sorted(totals.most_common(LINES), key=lambda one: (-one[1], one[0])):
        counts = [f"{cell.reasons.get(kind, {}).get(reason, 0):,}" for cell in cells]
        drawn.add_row(clean(kind.replace("_", " ")), clean(reason), *counts)
    return drawn


def _models(board: Leaderboard) -> list[Cell]:
    return [cell for cell in board.cells if cell.model is not None and cell.domain is None]


def _domains(board: Leaderboard) -> list[Cell]:
    return [cell for cell in board.cells if cell.model is None and cell.domain is not None]


def _spent(spent: Spent) -> tuple[str, ...]:
    """What is known; `+` where some rows do not say, and a dash for what is unknown."""
    tokens = f"{spent.prompt_tokens + spent.completion_tokens:,}" if spent.rows_with_tokens else "-"
    money = f"{spent.cost:,.4f}" if spent.rows_with_cost else "-"
    return (
        tokens + "+" * (0 < spent.rows_with_tokens < spent.rows),
        "-" if spent.tokens_per_solved is None else f"{spent.tokens_per_solved:,.0f}",
        money + "+" * (0 < spent.rows_with_cost < spent.rows),
        "-" if spent.cost_per_solved is None else f"{spent.cost_per_solved:,.6f}",
    )
