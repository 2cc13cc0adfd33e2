"""`verisieve engineer`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from verisieve.cli import options

if TYPE_CHECKING:
    from verisieve.engineer import Counts


@click.command(no_args_is_help=True)
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--out", required=True, metavar="ROWS.jsonl", help="Where the rows go; - for stdout.")
@click.option(
    "--domain", metavar="D", default="code", show_default=True, help="code, math, sql or reasoning: whose problems."
)
@click.option("--tasks", metavar="A,B", help="Only these tasks; an unknown one is answered with a list.")
@click.option("--per", type=click.IntRange(1), default=1, show_default=True, help="Rows of a task from one problem.")
@click.option("--procedural", type=click.IntRange(0), default=0, help="Also take N problems of the domain's own.")
@click.option("--prompts-only", is_flag=True, help="Rows without a response, for a model to answer; not verified.")
@options.fixture
@options.seed
@options.sandbox
@options.workers
@options.as_json
def engineer(
    inputs: tuple[str, ...],
    out: str,
    domain: str,
    tasks: str | None,
    per: int,
    procedural: int,
    prompts_only: bool,
    fixture: str | None,
    seed: int,
    sandbox: str,
    workers: int | None,
    as_json: bool,
) -> None:
    """Make rows of many tasks from problems: of code, tests, bugs, fixes, reviews, explanations; of math, solutions,
    hints, critiques, repairs and problems like them; of sql, repairs, critiques, explanations, translations and
    problems like them; of reasoning, variants, impossible twins and specs of texts.

    Each INPUT row is one of `verify`; a code row needs truth.reference and Python. A response is not needed and not
    read, but of a new problem (after `vote`): where it passes its gates, rows are made of it. Each row that is written
    holds a response and was verified; translations and new problems are written with --prompts-only.
    """
    from verisieve.engineer import engineer_files

    counts = engineer_files(
        inputs,
        out,
        domain=domain,
        fixture=fixture,
        tasks=[task.strip() for task in tasks.split(",")] if tasks else (),
        procedural=procedural,
        seed=seed,
        per=per,
        prompts_only=prompts_only,
        sandbox=sandbox,
        workers=workers,
    )
    _show(counts, as_json=as_json and out != "-")
    sys.exit(1 if counts.errors else 0)


def _show(counts: Counts, *, as_json: bool) -> None:
    """Print the counts: for people on standard error, as JSON on standard output."""
    dropped = [{"task": task, "why": why, "rows": rows} for (task, why), rows in sorted(counts.dropped.items())]
    if as_json:
        click.echo(json.dumps({"kept": dict(counts.kept), "dropped": dropped, "bad_rows": len(counts.bad)}))
        return
    click.echo("kept: " + (", ".join(f"{task} {rows}" for task, rows in counts.kept.items()) or "nothing"), err=True)
    for line in dropped:
        click.echo(f"dropped: {line['task']} {line['rows']}: {line['why']}", err=True)
    for bad in counts.bad[: options.SHOWN]:
        click.echo(f"bad row: {bad}", err=True)
