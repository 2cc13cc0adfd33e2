"""`verisieve report` and `verisieve export`, over the folder of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from verisieve.cli import options

if TYPE_CHECKING:
    from verisieve.sources import Source


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--rows", multiple=True, metavar="ROWS.jsonl", help="The rows that a file of verdicts is about.")
@click.option("--out", metavar="PAGE.html", help="Where the page goes.  [default: report.html in or beside INPUT]")
@click.option("--serve", is_flag=True, help="Show all rows, on demand, by a server on this machine, until Ctrl-C.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where --serve listens.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default="a free one", help="Its port.")
def report(inputs: tuple[str, ...], rows: tuple[str, ...], out: str | None, serve: bool, host: str, port: int) -> None:
    """Make one self-contained HTML page of a run, a bench or verdicts.

    INPUT is a folder with completions.jsonl and verdicts.jsonl, as `run` and `bench` leave it (out if none is named),
    or the output of `verify`, which needs --rows to show prompts and responses. Several are shown as one, each naming
    its models.
    """
    from verisieve import report as page
    from verisieve import sources

    inputs = inputs or ("out",)
    if serve and out:
        raise click.UsageError("--out and --serve exclude each other: the server writes no page")
    with sources.opened(inputs, rows) as source:
        if serve:
            _serve(source, host, port)
            return
        first = Path(inputs[0])
        target = Path(out) if out else (first if first.is_dir() else first.parent) / "report.html"
        click.echo(f"the page is {page.write_page(source, target)}", err=True)


def _serve(source: Source, host: str, port: int) -> None:
    from verisieve import browsing

    click.echo("reading the rows …", err=True)
    with browsing.opened(source) as site, browsing.Server(site, host, port) as server:
        click.echo(f"the report is at {server.url}  (Ctrl-C ends it)", err=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("ended", err=True)


@click.command()
@click.argument("folder", default="out", metavar="[FOLDER]")
@click.option("--format", "formats", multiple=True, metavar="F", help="May be given more than once; see below.")
@click.option("--out", metavar="FOLDER", help="Where the data go.  [default: FOLDER/data]")
@click.option("--per-problem", type=click.IntRange(1), default=4, show_default=True, help="Kept replies of a problem.")
@click.option("--lower-assurance", is_flag=True, help="Also what passed tests that the reply's code could reach.")
@click.option("--validation", type=click.FloatRange(0, 0.99), default=0.1, show_default=True, help="Share held out.")
@click.option("--near-duplicates", type=click.FloatRange(0.3, 1), help="Likeness from which rows are twins, as 0.8.")
@click.option("--against", multiple=True, metavar="FILE", help="Without questions nearly those of this file.")
@click.option("--decontaminate", multiple=True, metavar="ADAPTER:FILE", help="Without items of this benchmark.")
@click.option("--language", "languages", multiple=True, metavar="CODE", help="Only replies in this language, as en.")
def export(
    folder: str,
    formats: tuple[str, ...],
    out: str | None,
    per_problem: int,
    lower_assurance: bool,
    validation: float,
    near_duplicates: float | None,
    against: tuple[str, ...],
    decontaminate: tuple[str, ...],
    languages: tuple[str, ...],
) -> None:
    """Export the verified rows of a run as training data.

    Filters, ranks, splits by problem without leaks, and writes a data-set card. FOLDER is that of a `run` or `bench`.

    Formats: trl-sft, trl-prompt-completion, trl-dpo, trl-kto, trl-grpo, verl, openrlhf, skyrl, nemo-gym, open-instruct,
    openai-sft, openai-dpo, inspect, parquet, jsonl.
    """
    from verisieve import contamination
    from verisieve import export as exporting
    from verisieve.asked import HELD_BACK
    from verisieve.rules import Rules

    target = Path(out) if out else Path(folder) / "data"
    done = exporting.write(
        Path(folder),
        target,
        formats or ("trl-sft", "trl-dpo", "jsonl"),
        rules=Rules(
            per_problem=per_problem,
            lower_assurance=lower_assurance,
            near_duplicates=near_duplicates,
            against=(*against, *map(str, Path(folder).glob(HELD_BACK))),
            decontaminate=decontaminate,
            languages=languages,
        ),
        validation=validation,
    )
    contamination.write(target / "contamination.jsonl", done.selection.hits)
    options.show_funnel(done.selection.funnel)
    for file in done.files:
        click.echo(f"{file.rows:8} rows  {target / file.path}", err=True)
