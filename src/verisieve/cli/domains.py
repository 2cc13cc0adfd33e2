"""`verisieve domains`: list, new, check."""

from __future__ import annotations

import json
import sys

import click

from verisieve.cli import options
from verisieve.plaintext import visible
from verisieve.records import Json


@click.group()
def domains() -> None:
    """List, make and check domains."""


@domains.command("list")
def list_() -> None:
    """List the domains that can be used here."""
    from verisieve import domains as found

    for name in found.names():
        domain = found.load(name)
        click.echo(
            f"{name}@{domain.version}  {len(list(domain.trials()))} golden rows  prompts: {', '.join(domain.prompts)}"
        )


@domains.command()
@click.argument("name")
@options.seed
@click.option("--n", "count", type=click.IntRange(2), default=24, show_default=True, help="Problems to try it on.")
@click.option(
    "--mutants",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    help="Mutants of its checker to draw; 0 looks at none, a large number at all.",
)
@click.option("--golden", metavar="FILE.jsonl", default="", help="More golden rows to try mutants on.")
@click.option(
    "--module", "modules", multiple=True, metavar="M", help="Mutate these modules alone, and what is in them."
)
@click.option(
    "--patience",
    type=click.FloatRange(1),
    default=120,
    show_default=True,
    help="Seconds without a verdict after which it hangs.",
)
@click.option(
    "--min-grade",
    type=click.Choice(["A", "B", "C", "D", "F"]),
    default="C",
    show_default=True,
    help="Exit with 1 below this grade. C: all facts hold; B and A: 80 and 95 % of mutants are killed too.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON on standard output.")
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Mutants that are tried at a time."
)
@options.sandbox
def check(
    name: str,
    seed: int,
    count: int,
    mutants: int,
    golden: str,
    modules: tuple[str, ...],
    patience: float,
    min_grade: str,
    as_json: bool,
    workers: int,
    sandbox: str,
) -> None:
    """Attack a domain and grade it: golden rows, edited and hostile replies, laws, bounds, mutants of its checker."""
    from verisieve.vetting import vet

    found = vet(
        name,
        seed=seed,
        count=count,
        sandbox=sandbox,
        mutants=mutants,
        patience=patience,
        golden=golden,
        modules=modules,
        workers=workers,
        told=_Progress(mutants).add,
    )
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=1))
    else:
        options.show_facts(fact for fact in found.facts if fact.ok)
        for line in found.summary().splitlines():
            click.echo(visible(line))
    sys.exit(0 if found.at_least(min_grade) else 1)


class _Progress:
    """Says on standard error how far the mutants are, ten times in all."""

    def __init__(self, most: int) -> None:
        self._most, self._done, self._killed, self._said = most, 0, 0, 0

    def add(self, line: Json) -> None:
        """Take what became of a mutant, or how many there are."""
        if "fate" not in line:
            self._most = min(self._most, line["spots"])
            click.echo(f"{line['replies']} replies, {line['spots']} mutants", err=True)
            return
        self._done += 1
        self._killed += line["fate"] not in ("survived", "unreached")
        if 10 * self._done // self._most > self._said:
            self._said = 10 * self._done // self._most
            click.echo(f"{self._done} of {self._most} mutants tried, {self._killed} killed", err=True)


@domains.command()
@click.argument("name")
@click.option("--out", metavar="FOLDER", help="Where the package goes.  [default: verisieve-NAME]")
def new(name: str, out: str | None) -> None:
    """Make an installable package with a working domain of your own to change."""
    from verisieve.scaffold import make_domain

    folder = make_domain(name, out)
    click.echo(f"made {folder}: pip install -e {folder} && verisieve domains check {name}")
