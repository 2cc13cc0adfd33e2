"""`verisieve sandbox`: status, check, build."""

from __future__ import annotations

import sys

import click

from verisieve.cli import options


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
@click.argument("groups", nargs=-1, metavar="[GROUP]...")
@click.option("--all", "everything", is_flag=True, help="Every group.")
@click.option("--base", metavar="IMAGE", help="Build on this image instead of a group's own.")
def build(groups: tuple[str, ...], everything: bool, base: str | None) -> None:
    """Build images of the docker back end; needs a Docker engine.

    GROUP is a group of toolchains: python (where none is named), native (C, C++, Go, Rust), jvm (Java) or node. Each
    has an image of its own, on python:3.11-slim or debian:bookworm-slim; IMAGE may be any that has Debian's packages.
    """
    from verisieve.sandboxes import images

    wanted = images.GROUPS if everything else groups or ("python",)
    for group in wanted:
        images.check(group)
    for group in wanted:
        on = base or images.default_base(group)
        click.echo(f"building {images.tag(group)} on {on}", err=True)
        click.echo(f"built {images.tag(group)}, {images.build(group, on)}")
