"""What the commands do, free of the command line: verify a file, generate a file, and write both safely."""

from __future__ import annotations

import asyncio
import gzip
import os
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from verisieve import domains, folder, pipeline, reading
from verisieve.errors import InterruptedRunError, UsageError
from verisieve.generate import Failure, generate, requests
from verisieve.models import ERROR_RATE, Model, Settings, open_model
from verisieve.progress import Tally, watched
from verisieve.records import Completion, Problem
from verisieve.rows import BadRow, dump, input_row
from verisieve.store import Store
from verisieve.workers import ROW_SECONDS


def store_path(out: str | Path) -> Path:
    """Return where the run store of an output file lies: beside it."""
    return Path(f"{out}.store")


@contextmanager
def open_store(out: str | Path, *, resume: bool) -> Iterator[Store]:
    """Open the store of an output file; without `resume` it starts empty."""
    if str(out) == "-":
        if resume:
            raise UsageError("--resume needs --out FILE: standard output has no store to go on from")
        path: str | Path = ":memory:"
    else:
        path = store_path(out)
        make_folder(path.parent)
    with Store(path, fresh=not resume) as store:
        try:
            yield store
        except KeyboardInterrupt:
            raise InterruptedRunError("interrupted; the same command with --resume goes on from here") from None


def make_folder(path: Path) -> None:
    """Make a folder and its parents; raise UsageError where that is not possible."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


@contextmanager
def replacing(out: str | Path) -> Iterator[IO[bytes]]:
    """Write a file beside its place and move it there when complete; `-` is standard output."""
    if str(out) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    make_folder(Path(out).parent)
    with folder.replacing(Path(out)) as part, part.open("wb") as raw:
        if str(out).endswith(".gz"):
            with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as stream:
                yield stream  # type: ignore[misc]  # a binary stream by its methods
        else:
            yield raw


def verify_files(
    inputs: Sequence[str],
    out: str | Path,
    *,
    domain: str | None = None,
    sandbox: str = "auto",
    workers: int | None = None,
    resume: bool = False,
    row_seconds: float = ROW_SECONDS,
) -> Tally:
    """Verify every row of the inputs into `out` and return the counts."""
    reading.check_readable(inputs)
    if domain is not None:
        domains.load(domain)
    if Path(out).resolve() in {Path(path).resolve() for path in inputs if path != "-"}:
        raise UsageError(f"{out}: the output would replace an input")
    tally = Tally()
    with open_store(out, resume=resume) as store:
        rows = reading.read(inputs, domain=domain)
        lines = pipeline.verify(
            rows, store, workers=workers or default_workers(), sandbox=sandbox, row_seconds=row_seconds
        )
        with replacing(out) as stream:
            for line in watched(lines, tally):
                stream.write(line.body)
    return tally


def default_workers() -> int:
    """One worker per core that this process may use."""
    return len(os.sched_getaffinity(0))


class Answered(NamedTuple):
    """How many completions were written, and the requests that brought none."""

    completions: int
    failures: list[Failure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Which models are asked, how, and how often for each problem."""

    models: Sequence[str]
    samples: int = 1
    seed: int = 0
    error_rate: float = ERROR_RATE
    base_url: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    concurrency: int = 16


def asked_of(
    inputs: Sequence[str], out: str | Path, bad: list[BadRow], *, domain: str | None = None
) -> Iterator[Problem]:
    """Read the problems of files to ask; what is no row is put into `bad`."""
    reading.check_readable(inputs)
    if Path(out).resolve() in {Path(path).resolve() for path in inputs if path != "-"}:
        raise UsageError(f"{out}: the output would replace an input")
    return _good(reading.problems(inputs, domain=domain), bad)


def _good(problems: Iterable[Problem | BadRow], bad: list[BadRow]) -> Iterator[Problem]:
    for problem in problems:
        if isinstance(problem, BadRow):
            bad.append(problem)
        else:
            yield problem


def ask(problems: Iterable[Problem], asking: Asking, out: str | Path, *, resume: bool = False) -> Answered:
    """Generate completions of problems into a file of input rows."""
    settings = Settings(
        seed=asking.seed,
        error_rate=asking.error_rate,
        base_url=asking.base_url,
        temperature=asking.temperature,
        max_tokens=asking.max_tokens,
    )
    models = [open_model(spec, settings) for spec in asking.models]
    with open_store(out, resume=resume) as store, replacing(out) as stream:
        asked = requests(problems, models, asking.samples)
        results = generate(asked, store, concurrency=asking.concurrency, salt=repr(settings))
        return asyncio.run(_write(stream, results, models))


async def _write(stream: IO[bytes], results: AsyncIterator[Completion | Failure], models: Sequence[Model]) -> Answered:
    failures: list[Failure] = []
    count = 0
    try:
        async for result in results:
            if isinstance(result, Failure):
                failures.append(result)
            else:
                stream.write(dump(input_row(result)))
                count += 1
    finally:
        for model in models:
            await model.close()
    return Answered(count, failures)
