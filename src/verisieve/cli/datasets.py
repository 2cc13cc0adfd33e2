"""`verisieve datasets`: list, show, make, convert, lint."""

from __future__ import annotations

import json
import sys
from collections import Counter

import click

from verisieve.cli import options
from verisieve.errors import UsageError


@click.group()
def datasets() -> None:
    """Read external data sets as rows that `verify` takes."""


@datasets.command("list")
def list_() -> None:
    """List the data sets that come with an adapter."""
    from verisieve import datasets as found

    for name in found.names():
        click.echo(f"{name:21} {found.load(name).description}")


@datasets.command()
@click.argument("name")
def show(name: str) -> None:
    """Print a data set's card: source, licence, which column goes where, its quirks."""
    from verisieve import datasets as found

    click.echo(found.card(found.load(name)), nl=False)


@datasets.command(no_args_is_help=True)
@click.argument("environment", metavar="ENVIRONMENT", type=click.Path(exists=True, file_okay=False))
@click.option("--family", "families", multiple=True, required=True, metavar="F", help="A data set of reasoning-gym.")
@click.option("--n", "count", type=click.IntRange(1), default=100, show_default=True, help="Items of each family.")
@click.option("--config", default="{}", show_default=True, metavar="JSON", help="Settings of these families.")
@click.option("--out", required=True, metavar="ITEMS.jsonl", help="Where the items go; - for standard output.")
@options.seed
@options.sandbox
def make(
    environment: str, families: tuple[str, ...], count: int, config: str, out: str, seed: int, sandbox: str
) -> None:
    """Make items of reasoning-gym in a box of the sandbox, for `convert reasoning-gym`.

    ENVIRONMENT is a folder that `python -m venv` made, with the Python of the boxes, and with reasoning-gym in it. Its
    packages go into the box as files and run nowhere else. Exit code 1: some items could not be made.
    """
    from pathlib import Path

    from verisieve.adapters.gym import boxed
    from verisieve.commands import replacing
    from verisieve.plaintext import name
    from verisieve.rows import dump, loads
    from verisieve.sandboxes.opening import open_sandbox

    settings = loads(config)
    if not isinstance(settings, dict):
        raise UsageError("--config: must be a JSON object")
    wanted = [boxed.Request(family=family, count=count, seed=seed, config=settings) for family in families]
    box = open_sandbox(sandbox)
    try:
        records = boxed.run(Path(environment), wanted, box)
    finally:
        box.close()
    failed = [record for record in records if "error" in record]
    with replacing(out) as stream:
        stream.writelines(dump(record["item"]) for record in records if "item" in record)
    for record in failed[: options.SHOWN]:
        click.echo(f"not made: {name(str(record.get('family')))}: {name(str(record['error']), 200)}", err=True)
    click.echo(f"{len(records) - len(failed)} items made, {len(failed)} not", err=True)
    sys.exit(1 if failed else 0)


@datasets.command(no_args_is_help=True)
@click.argument("source", metavar="[NAME] PATH", nargs=-1, required=True)
@click.option("--map", "maps", multiple=True, metavar="TARGET=COLUMN", help="Your own file: which column goes where.")
@click.option("--with-gold", is_flag=True, help="Use the data set's own solution as the response.")
@click.option("--split", default="test", show_default=True, metavar="S", help="Split of a data set given as hf:NAME.")
@click.option("--config", metavar="C", help="Configuration of a data set given as hf:NAME.")
@click.option("--out", required=True, metavar="OUT.jsonl", help="Where the rows go; - for standard output.")
def convert(
    source: tuple[str, ...], maps: tuple[str, ...], with_gold: bool, split: str, config: str | None, out: str
) -> None:
    """Convert a data set to input rows, by an adapter's NAME or by --map.

    \b
    verisieve datasets convert humaneval HumanEval.jsonl.gz --with-gold --out rows.jsonl
    verisieve datasets convert mine.csv --map prompt=question --map truth.answer=final \\
        --map domain:=math --map response=reply --out rows.jsonl
    verisieve datasets convert gsm8k hf:openai/gsm8k --config main --split test --out rows.jsonl

    hf:NAME is a data set of the Hugging Face hub, or hf:FOLDER one on disk; it needs the extra `datasets`.
    TARGET=COLUMN takes a column, TARGET:=VALUE a constant, TARGET~=TEMPLATE a text with {column} holes.
    """
    from verisieve import datasets as found
    from verisieve.adapters import hub
    from verisieve.commands import replacing
    from verisieve.rows import BadRow, dump

    if len(source) != (1 if maps else 2):
        raise UsageError("give NAME PATH, or PATH with --map; `verisieve datasets list` prints the names")
    adapter = found.from_maps(maps) if maps else found.load(source[0])
    path: str | hub.Source = source[-1]
    if hub.named(source[-1]):
        path = hub.Source(name=source[-1].removeprefix(hub.PREFIX), split=split, config=config)
    good = bad = 0
    with replacing(out) as stream:
        for item in found.convert(adapter, path, with_gold=with_gold):
            if isinstance(item, BadRow):
                bad += 1
                click.echo(f"left out: {item}", err=True)
            else:
                good += 1
                stream.write(dump(item))
    click.echo(f"{good} rows converted, {bad} left out", err=True)
    sys.exit(1 if bad else 0)


@datasets.command(no_args_is_help=True)
@click.argument("inputs", nargs=-1, required=True, metavar="ROWS.jsonl...")
@click.option("--out", metavar="REPORT.jsonl", help="Where the findings go, a JSON line a row; - for standard output.")
@click.option("--domain", metavar="D", help="Domain of the rows that name none.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@options.sandbox
def lint(inputs: tuple[str, ...], out: str | None, domain: str | None, as_json: bool, sandbox: str) -> None:
    """Find truths that nobody should be judged by, before they are used.

    Rows are those that `verify` takes; a response is not needed. A fault makes a row's verdicts worthless (a gold that
    fails, a reference that does not pass its own tests); what is no fault is to be known (a gold that no database tells
    from a simpler query). Exit code 1: some rows have faults.
    """
    from verisieve.lint import lint_files
    from verisieve.plaintext import name

    rows = faulty = 0
    kinds: Counter[str] = Counter()
    for row in lint_files(inputs, out, domain=domain, sandbox=sandbox):
        rows += 1
        faulty += bool(row["faults"])
        kinds.update({found["kind"] for found in row["findings"]})
        for found in row["findings"]:
            mark = "fault" if found["fault"] else "note "
            click.echo(f"{mark}  {name(str(row['id']))}: {found['kind']}: {name(found['message'], 200)}", err=True)
    if as_json:
        click.echo(json.dumps({"rows": rows, "with_faults": faulty, "kinds": dict(kinds.most_common())}))
    else:
        click.echo(f"{rows} rows: {faulty} with faults; rows by finding: {_counted(kinds)}", err=True)
    sys.exit(1 if faulty else 0)


def _counted(kinds: Counter[str]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()) or "none"
