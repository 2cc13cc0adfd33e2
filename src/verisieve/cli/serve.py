"""`verisieve serve`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from verisieve.cli import options
from verisieve.errors import UsageError
from verisieve.serve.settings import Settings
from verisieve.workers import ROW_SECONDS

DEFAULT = Settings()


def _limit(name: str, default: float, told: str) -> options.Adder:
    kind = click.IntRange(1) if isinstance(default, int) else click.FloatRange(0, min_open=True)
    return click.option(name, type=kind, default=default, show_default=True, help=told)


@click.command()
@click.option(
    "--host", default=DEFAULT.host, show_default=True, help="Address to listen on; beyond loopback it takes a token."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=DEFAULT.port, show_default=True, help="0 takes a free one."
)
@click.option(
    "--token-file",
    metavar="FILE",
    help="Holds the token that requests carry (Authorization: Bearer TOKEN); else VERISIEVE_TOKEN is it.",
)
@options.workers
@_limit("--processes", DEFAULT.processes, "Serving processes; the workers are shared out among them.")
@options.sandbox
@_limit("--row-timeout", ROW_SECONDS, "Seconds after which a checker counts as hung; its row ends in `error`.")
@_limit("--queue", DEFAULT.queue, "Rows that may wait for a verdict, of each process; more are refused (429).")
@_limit("--max-rows", DEFAULT.max_rows, "Rows of one array.")
@_limit("--max-body", DEFAULT.max_body, "Bytes of one body, or of one line.")
@_limit("--max-connections", DEFAULT.max_connections, "Connections of each process.")
@_limit("--read-timeout", DEFAULT.read_seconds, "Seconds for a whole request to come.")
@_limit("--grace", DEFAULT.grace_seconds, "Seconds for what is under way when the server is told to stop.")
@_limit("--cache", DEFAULT.cache_bytes, "Bytes of verdicts that each process remembers.")
def serve(
    host: str,
    port: int,
    token_file: str | None,
    workers: int | None,
    processes: int,
    sandbox: str,
    row_timeout: float,
    queue: int,
    max_rows: int,
    max_body: int,
    max_connections: int,
    read_timeout: float,
    grace: float,
    cache: int,
) -> None:
    """Serve verdicts over HTTP: /verify, /verify/batch, /health, /ready, /metrics, and / says more.

    SIGTERM refuses what is new, finishes what is under way and ends with exit code 0.
    """
    from verisieve.commands import default_workers
    from verisieve.serve.running import run

    settings = Settings(
        host=host,
        port=port,
        token=_token(token_file),
        workers=-(-(workers or default_workers()) // processes),
        processes=processes,
        sandbox=sandbox,
        row_seconds=row_timeout,
        queue=queue,
        max_rows=max_rows,
        max_body=max_body,
        max_connections=max_connections,
        read_seconds=read_timeout,
        grace_seconds=grace,
        cache_bytes=cache,
    )
    sys.exit(run(settings))


def _token(file: str | None) -> str:
    """Return the token; never taken from an option, where every user of the machine could read it."""
    if not file:
        return os.environ.get("VERISIEVE_TOKEN", "")
    try:
        token = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: {error}") from error
    if not token:
        raise UsageError(f"{file}: holds no token")
    return token
