"""`verisieve bench`."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from verisieve.cli import options
from verisieve.errors import UsageError
from verisieve.records import Json, Problem


@click.command(no_args_is_help=True)
@click.option("--domain", "domains", multiple=True, metavar="D", help="Procedural problems of this domain.")
@click.option("--data", "data", multiple=True, metavar="ADAPTER:PATH", help="Problems of a data set, e.g. gsm8k:FILE.")
@click.option("--n", "count", type=click.IntRange(1), default=50, show_default=True, help="Problems per domain or set.")
@click.option("--samples", type=click.IntRange(1), default=4, show_default=True, help="Replies per problem and model.")
@click.option("-k", "ks", multiple=True, type=click.IntRange(1), default=[1, 4], show_default=True, help="pass@k.")
@options.seed
@options.families
@options.difficulty
@options.model_options
@click.option("--out", metavar="FOLDER", default="out/bench", show_default=True, help="Where everything goes.")
@options.sandbox
@options.workers
@options.resume
@options.as_json
def bench(
    domains: tuple[str, ...],
    data: tuple[str, ...],
    count: int,
    ks: tuple[int, ...],
    families: tuple[str, ...],
    difficulty: int | None,
    out: str,
    sandbox: str,
    workers: int | None,
    resume: bool,
    as_json: bool,
    **asking: Any,
) -> None:
    """Compare models by pass rate, with intervals and paired tests.

    Prints pass@k and pass^k with intervals clustered by problem, exact paired comparisons, and the verifier's own
    errors where the truth is known. A row that ends in `error` is nobody's score; it is counted apart.
    """
    from verisieve.bench import tally as count_rows
    from verisieve.commands import ask, replacing, verify_files
    from verisieve.leaderboard import comparison_table, confusion_table, table, to_json
    from verisieve.models import Asking
    from verisieve.progress import console

    if not domains and not data:
        raise UsageError("give at least one --domain or --data")
    if max(ks) > asking["samples"]:
        raise UsageError(f"-k {max(ks)} needs at least {max(ks)} --samples")
    folder = Path(out)
    completions, verdicts = folder / "completions.jsonl", folder / "verdicts.jsonl"
    found = itertools.chain(
        _procedural(domains, asking["seed"], count, families, difficulty),
        *(_external(spec, count) for spec in data),
    )
    answered = ask(found, Asking(**asking), completions, resume=resume)
    tally = verify_files([str(completions)], verdicts, sandbox=sandbox, workers=workers, resume=resume)
    board = count_rows(_rows(verdicts), ks=ks)
    with replacing(folder / "leaderboard.json") as stream:
        stream.write(json.dumps(to_json(board), indent=1).encode())
    if as_json:
        click.echo(json.dumps(to_json(board)))
    else:
        shown = console()
        shown.print(table(board))
        for each in (comparison_table(board), confusion_table(board.confusions)):
            if each.row_count:
                shown.print(each)
        tally.show_errors(shown)
    options.show_answered(answered)
    click.echo(f"completions, verdicts and leaderboard.json are in {folder}", err=True)
    sys.exit(1 if answered.incomplete or tally.errors else 0)


def _procedural(
    names: tuple[str, ...], seed: int, count: int, families: tuple[str, ...], difficulty: int | None
) -> Iterator[Problem]:
    from verisieve import domains

    for name in names:
        yield from domains.load(name).problems(seed, count, families=families, difficulty=difficulty)


def _external(spec: str, count: int) -> Iterator[Problem]:
    from verisieve import datasets

    name, _, path = spec.partition(":")
    if not path:
        raise UsageError(f"--data {spec}: must be ADAPTER:PATH; adapters: {', '.join(datasets.names())}")
    for item in itertools.islice(datasets.problems(datasets.load(name), path), count):
        if isinstance(item, Problem):
            yield item
        else:
            click.echo(f"left out: {item}", err=True)


def _rows(path: Path) -> Iterator[dict[str, Json]]:
    with path.open("rb") as lines:
        yield from map(json.loads, lines)
