"""`verisieve sandbox`: status, check, build."""

from __future__ import annotations

import sys

import click

from verisieve.cli import options
from verisieve.sandboxes.engine import BASE


@click.group()
def sandbox() -> None:
    """Show and check the sandboxes that untrusted code runs in."""


@sandbox.command()
@options.sandbox
def status(sandbox: str) -> None:
    """Print which back end is used here, its active isolation layers, and its speed."""
    from verisieve.sandboxes.conformance import speed
    from verisieve.sandboxes.opening import open_sandbox

    box = open_sandbox(sandbox)
    try:
        click.echo(f"back end  {box.name}")
        for layer in box.layers:
            click.echo(f"layer     {layer}")
        click.echo(f"speed     {speed(box)}")
    finally:
        box.close()


@sandbox.command()
@options.sandbox
def check(sandbox: str) -> None:
    """Attack a back end and print, for each attack, the fact that was observed on the host."""
    from verisieve.sandboxes.conformance import check_sandbox
    from verisieve.sandboxes.opening import open_sandbox

    sys.exit(options.show_facts(check_sandbox(lambda: open_sandbox(sandbox))))


@sandbox.command()
@click.option("--base", default=BASE, show_default=True, help="The image to build on; any Linux with Python or apt.")
def build(base: str) -> None:
    """Build the image of the docker back end; needs a Docker engine."""
    from verisieve.sandboxes.engine import IMAGE
    from verisieve.sandboxes.engine import build as build_image

    click.echo(f"building {IMAGE} on {base}", err=True)
    click.echo(f"built {IMAGE}, {build_image(base)}")
