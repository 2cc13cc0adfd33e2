"""The command line. A command reads its options, calls one function, and prints what came of it."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from verisieve import __version__
from verisieve.errors import InterruptedRunError, VerisieveError

# command -> the module that defines it (an attribute of the same name); loaded when called for
COMMANDS = {
    "verify": "verify",
    "run": "run",
    "generate": "generate",
    "engineer": "engineer",
    "vote": "vote",
    "critic": "critic",
    "bench": "bench",
    "recheck": "recheck",
    "report": "results",
    "export": "results",
    "datasets": "datasets",
    "audit": "audit",
    "domains": "domains",
    "serve": "serve",
    "sandbox": "sandbox",
    "doctor": "doctor",
}


class LazyGroup(click.Group):
    """Loads a command when it is called for, and turns our own errors into one clear line and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"{__name__}.{COMMANDS[cmd_name]}"), cmd_name)
        return command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except InterruptedRunError as error:
            click.echo(f"verisieve: {error}", err=True)
            sys.exit(130)  # as shells report an interrupt
        except (VerisieveError, OSError) as error:
            click.echo(f"verisieve: {error}", err=True)
            sys.exit(2)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="verisieve")
def main() -> None:
    """Generate, verify, keep only what can be proved right.

    Exit code 0: every row got a verdict; 1: some rows ended in `error`; 2: bad usage or input.
    """
