"""`verisieve bench`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from verisieve.boards import BY
from verisieve.cli import options
from verisieve.errors import UsageError

if TYPE_CHECKING:
    from verisieve.contest import Needed

SHOWN_BY = ("model", "domain", "difficulty", "reason")


@click.command(no_args_is_help=True)
@click.option("--domain", "domains", multiple=True, metavar="D", help="Procedural problems of this domain.")
@click.option(
    "--data", "data", multiple=True, metavar="SET", help="Problems of a data set: ADAPTER:PATH, or FILE of input rows."
)
@click.option("--n", "count", type=click.IntRange(1), default=50, show_default=True, help="Problems per domain or set.")
@click.option("--samples", type=click.IntRange(1), default=4, show_default=True, help="Replies per problem and model.")
@click.option(
    "-k", "ks", multiple=True, type=click.IntRange(1), default=[1, 4], show_default=True, help="pass@k, pass^k, maj@k."
)
@options.seed
@options.families
@options.difficulty
@options.model_options
@click.option(
    "--interval",
    "method",
    type=click.Choice(["wilson", "clopper-pearson"]),
    default="wilson",
    show_default=True,
    help="Kind of the intervals, clustered by problem.",
)
@click.option(
    "--by",
    multiple=True,
    type=click.Choice(BY),
    default=SHOWN_BY,
    show_default=True,
    help="Tables to print; the JSON has all.",
)
@click.option(
    "--power",
    "gap",
    type=click.FloatRange(0, 1, min_open=True),
    metavar="GAP",
    help="Say how many problems tell two models apart whose pass rates differ by GAP, as 0.02.",
)
@click.option(
    "--discordance",
    type=click.FloatRange(0, 1, min_open=True),
    metavar="SHARE",
    help="For --power: share of problems that one of two models alone solves.  [default: as in the bench]",
)
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
    method: Any,
    by: tuple[str, ...],
    gap: float | None,
    discordance: float | None,
    out: str,
    sandbox: str,
    workers: int | None,
    resume: bool,
    as_json: bool,
    **asking: Any,
) -> None:
    """Compare models by pass rate, with intervals and paired tests.

    Prints pass@k, pass^k and maj@k with intervals clustered by problem, exact paired comparisons, pass rates by
    difficulty and reasons, tokens and cost, and the verifier's own errors where the truth is known. A row that ends
    in `error` is nobody's score; it is counted apart, and so are replies that were cut off.

    With --power and no problems nothing is asked: the discordance is given, or that of the bench in --out.
    """
    from verisieve import contest
    from verisieve.leaderboard import to_json
    from verisieve.models import Asking

    if not domains and not data:
        if gap is None:
            raise UsageError("give at least one --domain or --data")
        pairs = [(None, None, discordance)] if discordance else contest.saved_pairs(Path(out))
        _show_power(contest.needed(gap, pairs), as_json=as_json)
        return
    if max(ks) > asking["samples"]:
        raise UsageError(f"-k {max(ks)} needs at least {max(ks)} --samples")
    asked = contest.Contest(
        domains=domains, data=data, count=count, families=families, difficulty=difficulty, ks=ks, method=method
    )
    held = contest.carry_out(asked, Asking(**asking), Path(out), sandbox=sandbox, workers=workers, resume=resume)
    board = to_json(held.board)
    if as_json:
        needed = contest.needed(gap, contest.pairs_of(board)) if gap else []
        click.echo(json.dumps({**board, "power": [one._asdict() for one in needed]}))
    else:
        _show(held, by)
        if gap:
            _show_power(contest.needed(gap, contest.pairs_of(board)), as_json=False)
    for row in held.left_out[: options.SHOWN]:
        click.echo(f"left out: {row}", err=True)
    if len(held.left_out) > options.SHOWN:
        click.echo(f"... and {len(held.left_out) - options.SHOWN} more rows left out", err=True)
    options.show_answered(held.answered)
    click.echo(f"completions, verdicts and leaderboard.json are in {out}", err=True)
    sys.exit(1 if held.answered.incomplete or held.tally.errors else 0)


def _show(held: Any, by: Sequence[str]) -> None:
    from verisieve import boards
    from verisieve.progress import console

    shown = console()
    for table in boards.tables(held.board, by, width=shown.width):
        shown.print(table)
    held.tally.show_errors(shown)


def _show_power(needed: Sequence[Needed], *, as_json: bool) -> None:
    from verisieve.paired import MOST_PROBLEMS
    from verisieve.plaintext import name

    if as_json:
        click.echo(json.dumps({"power": [one._asdict() for one in needed]}))
        return
    for one in needed:
        who = f"{name(one.first)} and {name(one.second)}" if one.first is not None else "two models"
        problems = f"more than {MOST_PROBLEMS:,}" if one.problems is None else f"{one.problems:,}"
        click.echo(
            f"to tell a gap of {100 * one.gap:g} points between {who}: {problems} problems (McNemar's exact test at "
            f"{one.level:.0%}, power {one.power:.0%}, one of the two alone solves {one.discordance:.1%})",
            err=True,
        )
