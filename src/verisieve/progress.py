"""What a person sees while rows are judged and after: a live bar, and a table at the end.

The bar is drawn only where standard error is a terminal; nothing here is parsed by anything.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from verisieve import plaintext
from verisieve.leaderboard import Confusion, Estimate, clean, confusion_table, rate
from verisieve.records import Json, Outcome
from verisieve.stats import Interval, wilson
from verisieve.workers import Line

if TYPE_CHECKING:
    from rich.console import Console

ERRORS_SHOWN = 20
OUTCOMES = {outcome.value: outcome.value.replace("_", " ").capitalize() for outcome in Outcome}


def console() -> Console:
    """Return a console on standard error, where everything for people goes."""
    from rich.console import Console

    wide = None if sys.stderr.isatty() else 140
    return Console(stderr=True, highlight=False, markup=False, emoji=False, width=wide)


class Tally:
    """Counts of finished lines: by domain, outcome and reason, and against known labels."""

    def __init__(self) -> None:
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.reasons: Counter[tuple[str, str, str]] = Counter()
        self.labels: Counter[tuple[str, str, str]] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.first_errors: list[bytes] = []

    def add(self, line: Line) -> None:
        """Count one line."""
        self.outcomes[line.domain, line.outcome] += 1
        self.seconds[line.domain] += line.seconds
        if line.reason:
            self.reasons[line.domain, line.outcome, line.reason] += 1
        if line.outcome == Outcome.ERROR and len(self.first_errors) < ERRORS_SHOWN:
            self.first_errors.append(line.body)
        if line.label:
            said = {Outcome.PASS: "pass", Outcome.ERROR: "error"}.get(Outcome(line.outcome), "reject")
            self.labels[line.domain, line.label, said] += 1

    @property
    def total(self) -> int:
        return self.outcomes.total()

    @property
    def errors(self) -> int:
        return sum(count for (_, outcome), count in self.outcomes.items() if outcome == Outcome.ERROR)

    @property
    def domains(self) -> list[str]:
        return sorted({domain for domain, _ in self.outcomes})

    def to_json(self) -> dict[str, Json]:
        """Return all counts as plain JSON."""
        return {
            "rows": self.total,
            "outcomes": {
                domain: {outcome: self.outcomes[domain, outcome] for outcome in OUTCOMES} for domain in self.domains
            },
            "reasons": [
                {"domain": domain, "outcome": outcome, "reason": reason, "rows": count}
                for (domain, outcome, reason), count in sorted(self.reasons.items())
            ],
            "rates": {
                domain: {"value": value, "low": low, "high": high, "over": over}
                for domain in self.domains
                for value, (low, high), over in (self.rate(domain),)
            },
            "seconds": {domain: round(self.seconds[domain], 6) for domain in self.domains},
            "confusion": {domain: asdict(confusion) for domain, confusion in self.confusions.items()},
        }

    def rate(self, domain: str) -> tuple[float | None, Interval, int]:
        """Return the share of a domain's judged rows that passed, Wilson's interval over rows, and their number."""
        judged = sum(self.outcomes[domain, outcome] for outcome in OUTCOMES if outcome != Outcome.ERROR)
        passed = self.outcomes[domain, Outcome.PASS]
        return passed / judged if judged else None, wilson(passed, judged), judged

    @property
    def confusions(self) -> dict[str, Confusion]:
        """The verdicts against vouched labels, by domain, where rows carry labels."""
        return {
            domain: Confusion(
                true_pass=self.labels[domain, "pass", "pass"],
                false_pass=self.labels[domain, "reject", "pass"],
                true_reject=self.labels[domain, "reject", "reject"],
                false_reject=self.labels[domain, "pass", "reject"],
                undecided=self.labels[domain, "pass", "error"] + self.labels[domain, "reject", "error"],
            )
            for domain in sorted({domain for domain, _, _ in self.labels})
        }

    def show(self, out: Console, title: str = "Verdicts") -> None:
        """Print the outcome table, the reasons, and the confusion with known labels where there are any."""
        from rich import box
        from rich.table import Table

        table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
        table.add_column("Domain")
        for name in ("Rows", *OUTCOMES.values(), "Passed %"):
            table.add_column(name, justify="right")
        for domain in self.domains:
            counts = [self.outcomes[domain, outcome] for outcome in OUTCOMES]
            value, interval, over = self.rate(domain)
            passed = "-" if value is None else rate(Estimate("passed", value, interval, over))
            numbers = [f"{count:,}" for count in (sum(counts), *counts)]
            table.add_row(clean(domain or "(unknown)"), *numbers, passed)
        out.print(table)
        if self.reasons:
            reasons = Counter[str]()
            for (_, _, reason), count in self.reasons.items():
                reasons[reason] += count
            shown = ", ".join(f"{reason} {count:,}" for reason, count in reasons.most_common(8))
            out.print(f"Reasons: {shown}", markup=False)
        times = ", ".join(f"{clean(domain or '(unknown)')} {self.seconds[domain]:,.1f} s" for domain in self.domains)
        out.print(f"Time of checking, over all workers: {times or 'none'}")
        if self.confusions:
            out.print(confusion_table(self.confusions))

    def show_errors(self, out: Console) -> None:
        """Print one line for each of the first rows that ended in `error`, and how many more there are."""
        for body in self.first_errors:
            row = json.loads(body)
            evidence = row["checks"][0]["evidence"] if row["checks"] else {}
            place = f"{evidence['file']}:{evidence['line']}" if "file" in evidence else f"{row['domain']} {row['id']}"
            where = plaintext.name(place, 200)
            field = f"{plaintext.name(evidence['field'])}: " if evidence.get("field") else ""
            message = plaintext.name(str(evidence.get("message", "")).split("\n")[0], 200)
            out.print(f"error: {where}: {row['reason']}: {field}{message}", markup=False, soft_wrap=True)
        if self.errors > len(self.first_errors):
            out.print(f"... and {self.errors - len(self.first_errors)} more rows with outcome error")


def watched(lines: Iterable[Line], tally: Tally) -> Iterator[Line]:
    """Pass the lines on, count them, and draw a bar with counts and rate where someone is looking."""
    with ticking("rows") as tick:
        for line in lines:
            tally.add(line)
            tick(lambda: _counts(tally))
            yield line


@contextmanager
def ticking(what: str) -> Iterator[Callable[[Callable[[], str]], None]]:
    """Draw a bar with a count, a rate and a note where someone is looking; call what it gives for each thing done."""
    if not sys.stderr.isatty():
        yield lambda note: None
        return
    from rich import progress

    columns = (
        progress.BarColumn(bar_width=12),  # it only moves: rows are not counted before they are read
        progress.TextColumn("{task.completed:,.0f} {task.description}"),
        progress.TextColumn("{task.fields[rate]}/s  {task.fields[note]}"),
        progress.TimeElapsedColumn(),
    )
    with progress.Progress(*columns, console=console(), transient=True) as bar:
        task = bar.add_task(what, total=None, rate="-", note="")

        def tick(note: Callable[[], str]) -> None:
            bar.update(task, advance=1, note=note(), rate=f"{bar.tasks[0].speed or 0:.0f}")

        yield tick


def _counts(tally: Tally) -> str:
    counts = Counter[str]()
    for (_, outcome), count in tally.outcomes.items():
        counts[outcome] += count
    return "  ".join(f"{name} {counts[name]:,}" for name in OUTCOMES if counts[name])
