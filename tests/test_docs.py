"""The documentation is complete: every command, option and domain has its page, and help texts are copied, not typed.

`VERISIEVE_WRITE_DOCS=1 pytest tests/test_docs.py` writes docs/commands.md anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from verisieve.cli import main

DOCS = Path(__file__).parents[1] / "docs"


def helps(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[tuple[str, str]]:
    """The help text of a command and of all below it."""
    context = click.Context(
        command, parent, info_name=name, max_content_width=100, terminal_width=100, help_option_names=["-h", "--help"]
    )
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            below = command.get_command(context, inner)
            assert below is not None
            yield from helps(below, inner, context)


def page() -> str:
    """What docs/commands.md must hold."""
    parts = ["# Commands\n\nMade from the program's own help texts; see the README for a tour.\n"]
    parts += [f"## {path}\n\n```text\n{text.rstrip()}\n```\n" for path, text in helps(main, "verisieve")]
    return "\n".join(parts)


def test_the_page_of_commands_is_the_help() -> None:
    """docs/commands.md holds the help of every command as it is."""
    path = DOCS / "commands.md"
    if os.environ.get("VERISIEVE_WRITE_DOCS"):
        path.write_text(page(), encoding="utf-8")

    assert path.read_text(encoding="utf-8") == page()


def test_every_option_says_what_it_does() -> None:
    """No option goes without a help text."""

    def silent(command: click.Command, path: str) -> Iterator[str]:
        context = click.Context(command)
        options = [each for each in command.params if isinstance(each, click.Option)]
        yield from (f"{path} {each.opts[0]}" for each in options if not each.help)
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                below = command.get_command(context, name)
                assert below is not None
                yield from silent(below, f"{path} {name}")

    assert list(silent(main, "verisieve")) == []


def test_every_domain_has_a_page() -> None:
    """Each domain that comes with verisieve is described in docs/domains/."""
    folders = {path.parent.name for path in (DOCS.parent / "domains").glob("*/__init__.py")}

    assert {path.stem for path in (DOCS / "domains").glob("*.md")} >= folders
