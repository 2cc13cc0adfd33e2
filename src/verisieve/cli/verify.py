"""`verisieve verify`."""

from __future__ import annotations

import click

from verisieve.cli import options
from verisieve.commands import ENGINES
from verisieve.workers import ROW_SECONDS


@click.command(no_args_is_help=True)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--out", required=True, metavar="OUT.jsonl", help="Where verdicts go, a JSON line a row; - for stdout.")
@click.option("--domain", metavar="D", help="Domain of the rows that name none.")
@options.sandbox
@options.workers
@options.resume
@click.option(
    "--row-timeout",
    type=click.FloatRange(1),
    default=ROW_SECONDS,
    show_default=True,
    help="Seconds after which a checker counts as hung; its row ends in `error`.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="Where rows are judged: worker processes here, or actors on a Ray cluster (of RAY_ADDRESS, else of this "
    "machine), by default one for each of its CPUs.",
)
@options.as_json
def verify(
    inputs: tuple[str, ...],
    out: str,
    domain: str | None,
    sandbox: str,
    workers: int | None,
    resume: bool,
    row_timeout: float,
    engine: str,
    as_json: bool,
) -> None:
    """Verify the rows of .jsonl, .jsonl.gz or .parquet files, or of standard input (-).

    Each INPUT row is {"id", "domain", "prompt", "truth", "response" or "responses", "model"?, "sample"?}; other keys
    are carried through. A key "label" ("pass" or "reject") is compared with the verdict.
    """
    from verisieve.commands import verify_files

    tally = verify_files(
        inputs,
        out,
        domain=domain,
        sandbox=sandbox,
        workers=workers,
        resume=resume,
        row_seconds=row_timeout,
        engine=engine,
    )
    options.finish(tally, as_json=as_json and out != "-")
