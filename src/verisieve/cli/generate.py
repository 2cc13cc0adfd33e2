"""`verisieve generate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from verisieve.cli import options
from verisieve.errors import UsageError
from verisieve.rows import BadRow


@click.command(no_args_is_help=True)
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--domain", metavar="D", help="The domain whose own problems are asked, or that of rows that name none.")
@options.fixture
@click.option("--n", "count", type=click.IntRange(1), default=100, show_default=True, help="Number of problems.")
@click.option("--samples", type=click.IntRange(1), default=1, show_default=True, help="Replies per problem and model.")
@options.seed
@options.families
@options.difficulty
@options.model_options
@click.option("--out", metavar="OUT.jsonl", help="Where completions go.  [default: out/DOMAIN.jsonl]")
@click.option(
    "--verify/--no-verify",
    "check",
    default=True,
    show_default=True,
    help="Judge the completions, into OUT.verdicts.jsonl.",
)
@options.sandbox
@options.workers
@options.resume
@options.as_json
def generate(
    inputs: tuple[str, ...],
    domain: str | None,
    fixture: str | None,
    count: int,
    families: tuple[str, ...],
    difficulty: int | None,
    out: str | None,
    check: bool,
    sandbox: str,
    workers: int | None,
    resume: bool,
    as_json: bool,
    **asking: Any,
) -> None:
    """Ask models for completions of a domain's own problems, or of those in files, and verify them.

    INPUT rows are those of `verify`, without a response, as `engineer --prompts-only` writes them.

    builtin:noisy needs no key and no network: its replies are right or wrong by known construction, so that the run
    also reports how often the verifier itself was wrong.
    """
    from verisieve import domains
    from verisieve.commands import ask, asked_of, verify_files
    from verisieve.models import Asking

    target = Path(out or f"out/{domain or 'completions'}.jsonl")
    bad: list[BadRow] = []
    if inputs:
        problems = asked_of(inputs, target, bad, domain=domain)
    elif domain:
        own = domains.load(domain, over=fixture)
        problems = own.problems(asking["seed"], count, families=families, difficulty=difficulty)
    else:
        raise UsageError("give an INPUT or --domain D")
    answered = ask(problems, Asking(**asking), target, resume=resume)
    for row in bad[: options.SHOWN]:
        click.echo(f"bad row: {row}", err=True)
    click.echo(f"{answered.completions} completions are in {target}", err=True)
    options.show_answered(answered)
    if not check:
        sys.exit(1 if answered.incomplete or bad else 0)
    verdicts = target.with_name(f"{target.name.removesuffix('.jsonl')}.verdicts.jsonl")
    tally = verify_files([str(target)], verdicts, sandbox=sandbox, workers=workers, resume=resume)
    options.show(tally, as_json=as_json)
    click.echo(f"verdicts are in {verdicts}", err=True)
    sys.exit(1 if answered.incomplete or tally.errors or bad else 0)
