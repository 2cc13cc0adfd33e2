"""`verisieve domains`: list, new, check."""

from __future__ import annotations

import sys

import click

from verisieve.cli import options


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
@options.sandbox
def check(name: str, seed: int, count: int, sandbox: str) -> None:
    """Check that a domain holds what every domain must: reproducible, fair, unfooled, never raising."""
    from verisieve import domains as found
    from verisieve.domains.conformance import check_domain
    from verisieve.sandboxes.opening import LazySandbox

    box = LazySandbox(sandbox)
    try:
        facts = check_domain(found.load(name), box, seed=seed, count=count)
    finally:
        box.close()
    sys.exit(options.show_facts(facts))


@domains.command()
@click.argument("name")
@click.option("--out", metavar="FOLDER", help="Where the package goes.  [default: verisieve-NAME]")
def new(name: str, out: str | None) -> None:
    """Make an installable package with a working domain of your own to change."""
    from verisieve.scaffold import make_domain

    folder = make_domain(name, out)
    click.echo(f"made {folder}: pip install -e {folder} && verisieve domains check {name}")
