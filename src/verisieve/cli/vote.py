"""`verisieve vote`."""

from __future__ import annotations

import sys
from typing import Any

import click

from verisieve.cli import options


@click.command(no_args_is_help=True)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--out", required=True, metavar="VOTED.jsonl", help="Where the rows go, with answers in truth.solutions.")
@click.option("--samples", type=click.IntRange(1), default=3, show_default=True, help="Answers per problem and model.")
@options.seed
@options.model_options
@options.resume
def vote(inputs: tuple[str, ...], out: str, resume: bool, **asking: Any) -> None:
    """Ask models to answer new problems, so that `verify` can tell whether they agree with the author.

    INPUT rows are replies to tasks `problem`, as `generate` writes them; rows of other tasks pass through. A model that
    is asked sees the new problem alone.
    """
    from verisieve.models import Asking
    from verisieve.voting import vote as carry_out

    voted = carry_out(inputs, Asking(**asking), out, resume=resume)
    click.echo(f"{voted.rows} rows are in {out}, {voted.problems} of them new problems with answers", err=True)
    for row in voted.bad[: options.SHOWN]:
        click.echo(f"bad row: {row}", err=True)
    options.show_answered(voted.answered)
    sys.exit(1 if voted.answered.incomplete or voted.bad else 0)
