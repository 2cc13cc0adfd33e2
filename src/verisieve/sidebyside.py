"""Recorded verdicts and ours as tables for a terminal; `comparing` makes what is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from verisieve.comparing import Disagreement, Line
from verisieve.leaderboard import Estimate, clean
from verisieve.plaintext import name

if TYPE_CHECKING:
    from rich.table import Table

ANSWER_SHOWN = 60  # characters of an answer


def summary(lines: Sequence[Line]) -> Table:
    """Return a table with a line for each task, model and recorded score, those of a task below its name."""
    from rich.text import Text

    table = _table("Recorded verdicts and ours (rates in percent, 95% interval, clustered by problem)")
    table.add_column("Task, model", overflow="fold", min_width=24)
    table.add_column("Score", overflow="fold", min_width=8)
    for title in ("Rows", "They", "We", "", "Both\npass", "Both\nreject", "They\nalone", "We\nalone"):
        table.add_column(title, justify="right", no_wrap=title in ("", "They", "We"))
    table.add_column("Apart", overflow="fold", min_width=16)
    task = None
    for line in lines:
        if line.task != task:
            table.add_row(clean(line.task))
            task = line.task
        confusion = line.confusion
        counts = (confusion.true_pass, confusion.true_reject, confusion.false_reject, confusion.false_pass)
        apart = {**line.apart, "our errors": confusion.undecided}
        table.add_row(
            Text("  ") + clean(line.model),
            clean(line.claim or "(none)"),
            f"{line.rows:,}",
            *(_rate(line.theirs), _rate(line.ours), _interval(line.ours)),
            *(f"{count:,}" for count in counts),
            ", ".join(f"{kind}\u00a0{count:,}" for kind, count in apart.items() if count),
        )
    return table


def disagreements(found: Iterable[Disagreement]) -> Table:
    """Return a table with both sides of each disagreement, and where its reply is recorded."""
    table = _table("Disagreements")
    table.add_column("Reply", overflow="fold", min_width=26)
    for title in ("They say", "Their answer", "We say", "Our answer", "Truth", "Where they part"):
        table.add_column(title, overflow="fold")
    for each in found:
        said = f"{'pass' if each.said else 'reject'} ({each.claim} {name(each.score, 30)})"
        table.add_row(
            clean(f"{each.id} of {each.model}" if each.model else each.id),
            clean(said),
            *_shown(each.their_answer),
            clean(f"{each.outcome} ({each.reason})" if each.reason else each.outcome),
            *_shown(each.our_answer, each.target),
            clean(f"explained: {each.explained}" if each.explained else str(each.kind).replace("_", " ")),
        )
        table.add_row(name(f"{each.file}:{each.line}", 200), *[""] * 6)
    return table


def _shown(*answers: object) -> list[str]:
    return ["-" if answer is None else name(answer, ANSWER_SHOWN) for answer in answers]


def _rate(estimate: Estimate | None) -> str:
    return f"{100 * estimate.value:.2f}" if estimate else "-"


def _interval(estimate: Estimate | None) -> str:
    return f"[{100 * estimate.interval.low:.1f}–{100 * estimate.interval.high:.1f}]" if estimate else ""


def _table(title: str) -> Table:
    from rich import box
    from rich.table import Table

    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
