"""Options that several commands share, and how they end."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, Protocol

import click

from verisieve.commands import Answered
from verisieve.errors import UsageError
from verisieve.funnel import Funnel, Price
from verisieve.plaintext import name, visible
from verisieve.progress import Tally
from verisieve.sandboxes import spec

SHOWN = 10
OBSERVED = 240  # characters of an observation that a line shows


def _sandbox(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Check a back end and its options before anything starts; they travel as they were written."""
    try:
        spec.parse(value)
    except UsageError as error:
        raise click.BadParameter(str(error), ctx, param) from error
    return value


sandbox = click.option(
    "--sandbox",
    callback=_sandbox,
    metavar="SPEC",
    default="auto",
    show_default=True,
    help=f"Where untrusted code runs: {spec.GRAMMAR}.",
)
workers = click.option(
    "--workers", type=click.IntRange(1), help="Worker processes that judge.  [default: one per core]"
)
resume = click.option(
    "--resume", is_flag=True, help="Go on from the store beside the output; nothing finished is done again."
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON on standard output.")
seed = click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same problems.")
families = click.option("--family", "families", multiple=True, metavar="F", help="Only problems of these families.")
fixture = click.option(
    "--fixture", metavar="PLACE", help="sql: problems over a database of yours, a folder or an SQLite file."
)
difficulty = click.option("--difficulty", type=click.IntRange(1), help="Only problems of this difficulty.")


Command = Callable[..., Any]
Adder = Callable[[Command], Command]


def together(*added: Adder) -> Adder:
    """Return one decorator that adds these options, in this order."""

    def add(command: Command) -> Command:
        for option in reversed(added):
            command = option(command)
        return command

    return add


def model_options(command: Command) -> Command:
    """Add the options that say how models are asked."""
    return together(
        click.option(
            "--model",
            "models",
            multiple=True,
            default=["builtin:noisy"],
            show_default=True,
            metavar="M",
            help="builtin:noisy[:ERROR_RATE], replay:FILE or openai:NAME[,OPTION=VALUE...] (base_url, key, name, "
            "concurrency, requests_per_minute, tokens_per_minute, timeout, temperature, max_tokens, client, "
            "price=IN/OUT, header.NAME, body.NAME); may be given more than once.",
        ),
        click.option(
            "--error-rate",
            type=click.FloatRange(0, 1),
            default=0.8,
            show_default=True,
            help="Share of wrong replies of builtin:noisy.",
        ),
        click.option("--base-url", metavar="URL", help="An OpenAI-compatible server; key from OPENAI_API_KEY."),
        click.option("--temperature", type=click.FloatRange(0), help="Sampling temperature of an endpoint."),
        click.option("--max-tokens", type=click.IntRange(1), help="Longest reply of an endpoint."),
        click.option(
            "--concurrency",
            type=click.IntRange(1),
            default=16,
            show_default=True,
            help="Requests under way at once to a model.",
        ),
        click.option("--prices", metavar="FILE.toml", help="Prices of models: input and output, $ per million tokens."),
        click.option("--max-cost", type=click.FloatRange(0), metavar="DOLLARS", help="Ask no more when this is spent."),
        click.option("--max-total-tokens", type=click.IntRange(1), help="Ask no more when so many tokens are used."),
    )(command)


def finish(tally: Tally, *, as_json: bool) -> NoReturn:
    """Print the counts and end with the promised exit code."""
    show(tally, as_json=as_json)
    sys.exit(1 if tally.errors else 0)


def show(tally: Tally, *, as_json: bool) -> None:
    """Print the counts: for people on standard error, as JSON on standard output."""
    from verisieve.progress import console

    if as_json:
        click.echo(json.dumps(tally.to_json()))
        return
    out = console()
    tally.show(out)
    tally.show_errors(out)


def show_answered(answered: Answered) -> None:
    """Print what was spent, a line for each of the first requests without a reply, and what was not asked."""
    if answered.spent.tokens:
        money = f" and ${answered.spent.money:,.4f}" if answered.spent.money else ""
        click.echo(f"spent {answered.spent.tokens:,.0f} tokens{money}", err=True)
    for failure in answered.failures[:SHOWN]:
        where = f"{name(failure.problem.id)}, sample {failure.sample}"
        click.echo(f"no reply: {name(failure.model)}: {where}: {name(failure.message, 200)}", err=True)
    if len(answered.failures) > SHOWN:
        click.echo(f"... and {len(answered.failures) - SHOWN} more requests without a reply", err=True)
    for reason, count in answered.not_asked.items():
        click.echo(f"not asked: {count:,} requests: {name(reason, 200)}; --resume goes on with them", err=True)


def show_funnel(funnel: Funnel) -> None:
    """Print how many rows reached each stage, by domain, and why the others did not."""
    from rich import box
    from rich.table import Table

    from verisieve.funnel import STAGES
    from verisieve.leaderboard import clean
    from verisieve.progress import console

    table = Table(title="Funnel", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("Domain")
    for stage in STAGES:
        table.add_column(stage.capitalize(), justify="right")
    priced = funnel.price() is not None
    for title in ("Cost", "A kept row", "By people") if priced else ():
        table.add_column(title, justify="right")
    for domain in (*funnel.domains, None):
        costs = _costs(funnel.price(domain)) if priced else ()
        table.add_row(clean(domain or "all"), *(f"{funnel.count(stage, domain):,}" for stage in STAGES), *costs)
    out = console()
    out.print(table)
    lost = Counter[str]()
    for loss in funnel.losses:
        lost[f"{loss.fate} ({loss.reason})" if loss.reason else str(loss.fate)] += loss.rows
    out.print("Lost: " + ", ".join(f"{why} {rows}" for why, rows in lost.most_common(8)))


def _costs(price: Price | None) -> tuple[str, str, str]:
    """What all replies cost, what a kept row did, and what people would have asked for as many."""
    if price is None:
        return "", "", ""
    row = "" if price.per_row is None else f"${price.per_row:,.5f}"
    return f"${price.total:,.2f}", row, f"${price.by_people:,.2f}"


class _Fact(Protocol):
    """What conformance functions return."""

    @property
    def name(self) -> str: ...
    @property
    def ok(self) -> bool: ...
    @property
    def observed(self) -> str: ...


def show_facts(facts: Iterable[_Fact]) -> int:
    """Print a line for each fact that was looked at; return the exit code."""
    count = bad = 0
    for fact in facts:
        count += 1
        bad += not fact.ok
        observed = visible(" ".join(fact.observed.split())[:OBSERVED])
        click.echo(f"{'ok  ' if fact.ok else 'FAIL'}  {fact.name}" + (f"  [{observed}]" if observed else ""))
    click.echo(f"{count - bad} facts hold, {bad} do not")
    return 1 if bad else 0
