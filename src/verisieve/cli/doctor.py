"""`verisieve doctor`."""

from __future__ import annotations

import platform
import sys
from importlib import metadata, util

import click

EXTRAS = {
    "checks": "hypothesis",
    "duckdb": "duckdb",
    "openai": "openai",
    "parquet": "pyarrow",
    "postgres": "psycopg",
    "serve": "httptools",
}


@click.command()
def doctor() -> None:
    """Look at this machine: Python, sandbox, domains, extras, engines of SQL.

    Exit code 1 if something needed is missing.
    """
    from verisieve import domains
    from verisieve.errors import VerisieveError
    from verisieve.sandboxes.opening import open_sandbox

    click.echo(f"ok    verisieve {metadata.version('verisieve')} on Python {platform.python_version()}")
    bad = 0
    try:
        box = open_sandbox("auto")
        click.echo(f"ok    sandbox {box.name}: {', '.join(box.layers)}")
        box.close()
    except VerisieveError as error:
        bad += 1
        click.echo(f"FAIL  sandbox: {error}")
    for name in domains.names():
        try:
            click.echo(f"ok    domain {name}@{domains.load(name).version}")
        except VerisieveError as error:
            bad += 1
            click.echo(f"FAIL  {error}")
    for extra, module in EXTRAS.items():
        there = util.find_spec(module) is not None
        click.echo(
            f"ok    extra {extra}"
            if there
            else f'-     extra {extra} is not installed: pip install "verisieve[{extra}]"'
        )
    from verisieve.verifiers.sql import engines

    for name in engines.DIALECTS:
        missing = engines.missing(name)
        click.echo(f"-     engine {name}: {missing}" if missing else f"ok    engine {name}: {engines.about(name)}")
    sys.exit(1 if bad else 0)
