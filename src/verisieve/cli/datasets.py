"""`verisieve datasets`: list, show, convert."""

from __future__ import annotations

import sys

import click

from verisieve.errors import UsageError


@click.group()
def datasets() -> None:
    """Read external data sets as rows that `verify` takes."""


@datasets.command("list")
def list_() -> None:
    """List the data sets that come with an adapter."""
    from verisieve import datasets as found

    for name in found.names():
        click.echo(f"{name:16} {found.load(name).description}")


@datasets.command()
@click.argument("name")
def show(name: str) -> None:
    """Print a data set's card: source, licence, which column goes where, its quirks."""
    from verisieve import datasets as found

    click.echo(found.card(found.load(name)), nl=False)


@datasets.command(no_args_is_help=True)
@click.argument("source", metavar="[NAME] PATH", nargs=-1, required=True)
@click.option("--map", "maps", multiple=True, metavar="TARGET=COLUMN", help="Your own file: which column goes where.")
@click.option("--with-gold", is_flag=True, help="Use the data set's own solution as the response.")
@click.option("--out", required=True, metavar="OUT.jsonl", help="Where the rows go; - for standard output.")
def convert(source: tuple[str, ...], maps: tuple[str, ...], with_gold: bool, out: str) -> None:
    """Convert a data set to input rows, by an adapter's NAME or by --map.

    \b
    verisieve datasets convert humaneval HumanEval.jsonl.gz --with-gold --out rows.jsonl
    verisieve datasets convert mine.csv --map prompt=question --map truth.answer=final \\
        --map domain:=math --map response=reply --out rows.jsonl

    TARGET=COLUMN takes a column, TARGET:=VALUE a constant, TARGET~=TEMPLATE a text with {column} holes.
    """
    from verisieve import datasets as found
    from verisieve.commands import replacing
    from verisieve.rows import BadRow, dump

    if len(source) != (1 if maps else 2):
        raise UsageError("give NAME PATH, or PATH with --map; `verisieve datasets list` prints the names")
    adapter = found.from_maps(maps) if maps else found.load(source[0])
    good = bad = 0
    with replacing(out) as stream:
        for item in found.convert(adapter, source[-1], with_gold=with_gold):
            if isinstance(item, BadRow):
                bad += 1
                click.echo(f"left out: {item}", err=True)
            else:
                good += 1
                stream.write(dump(item))
    click.echo(f"{good} rows converted, {bad} left out", err=True)
    sys.exit(1 if bad else 0)
