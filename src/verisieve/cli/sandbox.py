"""`verisieve sandbox`: status, check, build."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from verisieve.cli import options

if TYPE_CHECKING:
    from verisieve.sandboxes import Sandbox
    from verisieve.sandboxes.status import Status


@click.group()
def sandbox() -> None:
    """Show and check the sandboxes that untrusted code runs in."""


@sandbox.command()
@options.sandbox
@click.option("--json", "as_json", is_flag=True, help="Print all of it as one JSON object.")
def status(sandbox: str, as_json: bool) -> None:
    """Print which back end is used here: its isolation layers, what is missing, its limits and its speed."""
    from verisieve.sandboxes.opening import open_sandbox
    from verisieve.sandboxes.status import look

    box = open_sandbox(sandbox)
    try:
        seen = look(box)
    finally:
        box.close()
    if as_json:
        click.echo(json.dumps(seen.to_json(), indent=2))
    elif sys.stdout.isatty():
        show_tables(seen)
    else:
        _show_lines(seen)


@sandbox.command()
@options.sandbox
@click.option(
    "--backend",
    metavar="PACKAGE.MODULE:FACTORY",
    help="Check somebody else's back end: a function without arguments that returns an open Sandbox. "
    "The current folder is looked in as well.",
)
@click.pass_context
def check(context: click.Context, sandbox: str, backend: str | None) -> None:
    """Attack a back end and print, for each attack, the fact that was observed on the host."""
    from verisieve.sandboxes.conformance import facts
    from verisieve.sandboxes.opening import open_sandbox

    if backend and context.get_parameter_source("sandbox") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--sandbox names a back end of ours and --backend one of yours: give one of them")
    make: Callable[[], Sandbox] = _factory(backend) if backend else lambda: open_sandbox(sandbox)
    sys.exit(options.show_facts(facts(make)))


def _factory(name: str) -> Callable[[], Sandbox]:
    """A factory by its import name; raise UsageError for a wrong one."""
    from verisieve.sandboxes.foreign import import_factory

    sys.path.insert(0, "")
    return import_factory(name)


def show_tables(seen: Status) -> None:
    """Print it for a terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    out = Console(highlight=False, markup=False, emoji=False)
    out.print(f"Sandbox {seen.name}", style="bold")
    table = Table("", "Layer", "Stops", title="Layers", title_justify="left", box=box.SIMPLE_HEAD)
    for layer in seen.layers:
        text = f"{layer.stops}\nMissing. To have it: {layer.remedy}" if layer.remedy else layer.stops
        table.add_row(
            "+" if layer.active else "-", _wrapped(layer.name), text, style=None if layer.active else "yellow"
        )
    out.print(table)
    table = Table("Limit", "Default", "Enforced by", title="Limits of a run", title_justify="left", box=box.SIMPLE_HEAD)
    for bound in seen.limits:
        table.add_row(bound.limit, bound.default, bound.how)
    out.print(table)
    out.print(f"Speed: {_speed(seen)}")


def _show_lines(seen: Status) -> None:
    """One line for each thing, for programs that read lines."""
    click.echo(f"back end  {seen.name}")
    for layer in seen.layers:
        state = "active " if layer.active else "missing"
        click.echo(
            f"layer     {state}  {layer.name:<18} {layer.stops}" + (f" [{layer.remedy}]" if layer.remedy else "")
        )
    for bound in seen.limits:
        click.echo(f"limit     {bound.limit:<14} {bound.default:<10} {bound.how}")
    click.echo(f"speed     {_speed(seen)}")


def _speed(seen: Status) -> str:
    speed = seen.speed
    times = f"{speed.fastest:.1f} / {speed.p50:.1f} / {speed.p95:.1f} ms a run (min / p50 / p95 of {speed.runs})"
    return f"{times}, {speed.per_second:.0f} runs/s"


def _wrapped(name: str) -> str:
    """Let a long name break after its colon."""
    return name.replace(":", ":\n")


@sandbox.command()
@click.argument("groups", nargs=-1, metavar="[GROUP]...")
@click.option("--all", "everything", is_flag=True, help="Every group.")
@click.option("--base", metavar="IMAGE", help="Build on this image instead of a group's own.")
@click.option(
    "--package",
    "packages",
    metavar="NAME",
    multiple=True,
    help="Have pip install this into the image python, where programs and tests may import it. May be given again.",
)
def build(groups: tuple[str, ...], everything: bool, base: str | None, packages: tuple[str, ...]) -> None:
    """Build images of the docker back end; needs a Docker engine.

    GROUP is a group of toolchains: python (where none is named), native (C, C++, Go, Rust), jvm (Java), node or
    coq (proofs). Each has an image of its own, on python:3.11-slim or debian:bookworm-slim; IMAGE may be any that has
    Debian's packages.
    """
    from verisieve.sandboxes import images

    wanted = images.GROUPS if everything else groups or ("python",)
    for group in wanted:
        images.check(group, packages)
    for group in wanted:
        on = base or images.default_base(group)
        click.echo(f"building {images.tag(group)} on {on}", err=True)
        click.echo(f"built {images.tag(group)}, {images.build(group, on, packages)}")
