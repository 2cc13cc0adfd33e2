"""`verisieve run`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from verisieve.cli import options


@click.command()
@click.argument("config", required=False, type=click.Path(), metavar="[CONFIG.toml]")
@click.option("--out", metavar="FOLDER", help="Where everything goes.  [default: the plan's `out`]")
@options.sandbox
@options.workers
@options.resume
@click.option("--dry-run", is_flag=True, help="Print what each model will be asked and the expected cost, and stop.")
@options.as_json
def run(
    config: str | None,
    out: str | None,
    sandbox: str,
    workers: int | None,
    resume: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Generate, verify, filter, rank and export as a plan says.

    Without CONFIG.toml the embedded default runs over all four domains with builtin:noisy: no key, no network.
    """
    import dataclasses

    from verisieve.forecast import calls, forecast
    from verisieve.plan import read_plan
    from verisieve.run import carry_out, check

    started = time.monotonic()
    plan = read_plan(config)
    if sandbox != "auto":
        plan = dataclasses.replace(plan, sandbox=sandbox)
    check(plan)
    _say(f"{calls(plan)} replies of {', '.join(plan.models)} over {', '.join(plan.domains)}")
    if dry_run:
        for line in forecast(plan):
            _say(str(line))
        if (plan.budget.money, plan.budget.tokens) != (None, None):
            _say(f"stops when {plan.budget} is spent")
        return
    folder = Path(out or plan.out)
    ran = carry_out(plan, folder, workers=workers, resume=resume)
    options.show(ran.tally, as_json=as_json)
    options.show_answered(ran.answered)
    options.show_funnel(ran.selection.funnel)
    _say(
        f"{len(ran.selection.kept)} verified examples, from {ran.tally.total} replies, are in {folder / 'data'} as "
        f"{', '.join(plan.export.formats)}; the page of the run is {ran.page} ({time.monotonic() - started:.0f} s)."
    )
    sys.exit(1 if ran.answered.incomplete or ran.tally.errors else 0)


def _say(text: str) -> None:
    click.echo(text, err=True)
