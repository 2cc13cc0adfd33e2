"""`verisieve vote`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from verisieve.cli import options


@click.command(no_args_is_help=True)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--out", required=True, metavar="OUT.jsonl", help="Where the rows go, with answers in truth.solutions.")
@click.option("--samples", type=click.IntRange(1), default=3, show_default=True, help="Answers per problem and model.")
@click.option("--tally", is_flag=True, help="Ask nobody: count the votes of the replies in the run folders INPUT.")
@options.seed
@options.model_options
@options.resume
def vote(inputs: tuple[str, ...], out: str, tally: bool, resume: bool, **asking: Any) -> None:
    """Ask models to answer new problems, so that `verify` can tell whether they agree with the author.

    INPUT rows are replies to tasks `problem`, as `generate` writes them; rows of other tasks pass through. A model that
    is asked sees the new problem alone.

    With --tally, INPUT are folders of runs, and OUT.jsonl has a row per problem: its answers, alike as the checker sees
    them, their votes, which has most, and whether that one passed. maj@k is printed for each model and for all.
    """
    if tally:
        _tally(inputs, out)
        return
    from verisieve.models import Asking
    from verisieve.voting import vote as carry_out

    voted = carry_out(inputs, Asking(**asking), out, resume=resume)
    click.echo(f"{voted.rows} rows are in {out}, {voted.problems} of them new problems with answers", err=True)
    for row in voted.bad[: options.SHOWN]:
        click.echo(f"bad row: {row}", err=True)
    options.show_answered(voted.answered)
    sys.exit(1 if voted.answered.incomplete or voted.bad else 0)


def _tally(folders: tuple[str, ...], out: str) -> None:
    from verisieve import tally
    from verisieve.commands import replacing
    from verisieve.plaintext import name
    from verisieve.rows import dump

    unverifiable = 0
    with replacing(out) as stream:
        for folder in folders:
            found = tally.models(Path(folder))
            for model in (*(found if len(found) > 1 else ()), None):
                counted = list(tally.counts(Path(folder), model=model))
                if model is None:
                    stream.writelines(dump(one.row()) for one in counted)
                    unverifiable += sum(one.score is None for one in counted)
                said = tally.majority(counted)
                k = max((one.replies for one in counted), default=0)
                click.echo(
                    f"{name(model or 'all')}: maj@{k} {said.rate:.1%} ({said.interval.low:.1%} to "
                    f"{said.interval.high:.1%}) of {said.scored} problems, {said.tied} of them tied; a single reply "
                    f"{said.single:.1%}; {said.unverifiable} not to be scored",
                    err=True,
                )
    sys.exit(1 if unverifiable else 0)
