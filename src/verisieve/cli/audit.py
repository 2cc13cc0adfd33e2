"""`verisieve audit`."""

from __future__ import annotations

import sys

import click

from verisieve.cli import options

MOST = 30
LEAST = 0.8


@click.command(no_args_is_help=True)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "--out", required=True, metavar="OUT.jsonl", help="Where the findings go, a JSON line a row; - for stdout."
)
@click.option("--domain", metavar="D", help="Domain of the rows that name none.")
@click.option("--most", type=click.IntRange(1), default=MOST, show_default=True, help="Mutants of one reference.")
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=LEAST,
    show_default=True,
    help="Share of mutants that tests must reject; rows below it are listed.",
)
@options.sandbox
@options.workers
def audit(
    inputs: tuple[str, ...],
    out: str,
    domain: str | None,
    most: int,
    least: float,
    sandbox: str,
    workers: int | None,
) -> None:
    """Find problems with weak tests before they are used.

    Each INPUT row is one that `verify` takes, with a right program in `truth.reference`; a response is not needed. Its
    tests run against mutants of the reference (one small mistake each). A mutant that passes is a survivor, shown with
    a call that tells it from the reference, or a suspect where no drawn input does: then it counts for neither side.
    """
    from verisieve.audit import audit_files
    from verisieve.plaintext import name

    weak, errors, total = 0, 0, 0
    rows = audit_files(inputs, out, domain=domain, sandbox=sandbox, most=most, least=least, workers=workers)
    for row in rows:
        total += 1
        if row["outcome"] == "error":
            errors += 1
            click.echo(f"error  {name(str(row['id']))}: {name(_why(row), 200)}", err=True)
        elif row["outcome"] == "fail":
            weak += 1
            low, high = row["interval"]
            click.echo(f"weak   {name(row['id'])}: {row['score']:.0%} ({low:.0%} to {high:.0%})", err=True)
    click.echo(
        f"{total} problems: {total - weak - errors} with good tests, {weak} with weak ones, {errors} errors", err=True
    )
    sys.exit(1 if errors else 0)


def _why(row: dict[str, object]) -> str:
    evidence = row.get("evidence") or {}
    return str(evidence["message"] if isinstance(evidence, dict) and "message" in evidence else row["reason"])
