"""`verisieve critic`: measure, apply."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from verisieve.cli import options

if TYPE_CHECKING:
    from verisieve.critics.records import Record, Share


_SHARE = click.FloatRange(0, 1)
_asking = options.together(
    options.seed,
    options.model_options,
    click.option("--alarms", type=_SHARE, default=0.2, show_default=True, help="Right replies called wrong, at most."),
    click.option("--found", type=_SHARE, default=0.5, show_default=True, help="Wrong replies called wrong, at least."),
    click.option(
        "--held",
        type=_SHARE,
        default=0.5,
        show_default=True,
        help="The same of wrong replies that try to talk the critic round.",
    ),
    options.resume,
)


@click.group()
def critic() -> None:
    """Let models doubt what programs passed, once they have been measured.

    A critic lowers trust: what it calls wrong is not exported. It overrules no program, and lets nothing in.
    """


@critic.command(no_args_is_help=True)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--out", required=True, metavar="CRITIC.json", help="Where the record goes.")
@_asking
def measure(inputs: tuple[str, ...], out: str, resume: bool, **rest: Any) -> None:
    """Measure critics on replies whose truth is known.

    INPUT are files of rows with a `label` (pass or reject), or folders of runs, whose verdicts are the labels. Wrong
    replies are shown again with words that try to talk the critic round. Exit code 1: some critic may not filter.
    """
    from verisieve.critics.measuring import measure as carry_out

    limits, asking = _split(rest)
    measured = carry_out(inputs, asking, Path(out), resume=resume)
    refused = 0
    for record in measured.records:
        objections = record.objections(limits)
        refused += bool(objections)
        for line in _lines(record, objections):
            click.echo(line, err=True)
    if measured.unlabelled:
        click.echo(f"{measured.unlabelled} rows without a known truth were left out", err=True)
    options.show_answered(measured.answered)
    sys.exit(1 if refused or measured.answered.incomplete else 0)


@critic.command(no_args_is_help=True)
@click.argument("folder", metavar="FOLDER")
@click.option("--record", required=True, metavar="CRITIC.json", help="What `measure` found out about the critics.")
@_asking
def apply(folder: str, record: str, resume: bool, **rest: Any) -> None:
    """Ask measured critics about the passed rows of a run.

    What they call wrong is left out by `export` and `report` (fate `doubted`); verdicts stay as they are. A critic
    whose record does not keep to the limits, or is of another prompt, may not filter (exit code 2).
    """
    from verisieve.critics.filtering import apply as carry_out

    limits, asking = _split(rest)
    done = carry_out(Path(folder), Path(record), asking, limits=limits, resume=resume)
    said = ", ".join(f"{word} {count}" for word, count in sorted(done.said.items())) or "nothing"
    click.echo(f"critics said of passed rows: {said}", err=True)
    for domain, rows in done.unasked.items():
        click.echo(f"not asked: {rows} rows of {domain}, where the critics have no good record", err=True)
    options.show_answered(done.answered)
    sys.exit(1 if done.answered.incomplete else 0)


def _split(rest: dict[str, Any]) -> tuple[Any, Any]:
    from verisieve.critics.records import Limits
    from verisieve.models import Asking

    limits = Limits(*(rest.pop(name) for name in Limits._fields))
    return limits, Asking(**rest)


def _lines(record: Record, objections: list[str]) -> list[str]:
    from verisieve.plaintext import name

    lines = [f"{name(record.critic)} on {record.domain}: " + ("may filter" if not objections else "may not filter")]
    for kind in ("right", "wrong", "injected"):
        share: Share = getattr(record, kind)
        low, high = share.interval
        said = f"called wrong {share.called_wrong}, right {share.called_right}, no verdict {share.nothing}"
        lines.append(f"  {kind:<9}{share.rows:>6} rows: {said}; wrong {share.rate:.1%} ({low:.1%} to {high:.1%})")
    talked = [f"{kind} {rows - found} of {rows}" for kind, (found, rows) in record.by_injection.items() if found < rows]
    return [
        *lines,
        *([f"  not found with: {', '.join(talked)}"] if talked else []),
        *(f"  {why}" for why in objections),
    ]
