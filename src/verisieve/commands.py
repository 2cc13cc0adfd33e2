"""What the commands do, free of the command line: verify a file, generate a file, and write both safely."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

from verisieve import domains, folder, pipeline, reading, scale
from verisieve.errors import InterruptedRunError, UsageError
from verisieve.generate import Failure, generate, requests
from verisieve.limits import Budget, Spent
from verisieve.models import Asking, Model, open_models
from verisieve.progress import Tally, ticking, watched
from verisieve.records import Completion, Problem
from verisieve.rows import BadRow, dump, input_row
from verisieve.store import Store
from verisieve.workers import ROW_SECONDS

ENGINES = ("local", "ray")


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
    engine: str = ENGINES[0],
) -> Tally:
    """Verify every row of the inputs into `out` and return the counts."""
    reading.check_readable(inputs)
    if domain is not None:
        domains.load(domain)
    if Path(out).resolve() in {Path(path).resolve() for path in inputs if path != "-"}:
        raise UsageError(f"{out}: the output would replace an input")
    tally = Tally()
    with open_store(out, resume=resume) as store:
        if engine == "ray":
            judge = partial(scale.verify, inputs, store, domain=domain, workers=workers, say=_said)
        else:
            rows = reading.read(inputs, domain=domain)
            judge = partial(pipeline.verify, rows, store, workers=workers or default_workers())
        lines = judge(sandbox=sandbox, row_seconds=row_seconds)
        with replacing(out) as stream:
            for line in watched(lines, tally):
                stream.write(line.body)
    return tally


def _said(message: str) -> None:
    sys.stderr.write(message + "\n")


def default_workers() -> int:
    """One worker per core that this process may use."""
    return len(os.sched_getaffinity(0))


class Answered(NamedTuple):
    """How many completions were written, the requests that brought none, and those that were not sent."""

    completions: int
    failures: list[Failure]
    not_asked: Counter[str]  # by reason
    spent: Spent  # by all runs over this store

    @property
    def incomplete(self) -> bool:
        """Whether some requests brought no completion."""
        return bool(self.failures or self.not_asked)


def asked_of(
    inputs: Sequence[str], out: str | Path, bad: list[BadRow], *, domain: str | None = None
) -> Iterator[Problem]:
    """Read the problems of files to ask; what is no row is put into `bad`."""
    reading.check_readable(inputs)
    if Path(out).resolve() in {Path(path).resolve() for path in inputs if path != "-"}:
        raise UsageError(f"{out}: the output would replace an input")
    return good(reading.problems(inputs, domain=domain), bad)


def good(problems: Iterable[Problem | BadRow], bad: list[BadRow]) -> Iterator[Problem]:
    """Pass the problems on, and put what is none into `bad`."""
    for problem in problems:
        if isinstance(problem, BadRow):
            bad.append(problem)
        else:
            yield problem


Who = Callable[[Problem, str], bool]  # whether a model, by its name, is asked about a problem


def everyone(problem: Problem, model: str) -> bool:
    """Every model is asked about every problem."""
    return True


def ask(
    problems: Iterable[Problem], asking: Asking, out: str | Path, *, resume: bool = False, who: Who = everyone
) -> Answered:
    """Generate completions of problems into a file of input rows; requests without one go to OUT.failures.jsonl."""
    budget = Budget(asking.max_cost, asking.max_total_tokens)
    models = open_models(asking, budget)
    with open_store(out, resume=resume) as store, replacing(out) as stream, _failures(out) as lost:
        asked = (each for each in requests(problems, models, asking.samples) if who(each[0], each[1].name))
        results = generate(asked, store, budget)
        with asyncio.Runner(loop_factory=quick_loop()) as runner:
            completions, failures, not_asked = runner.run(_write(stream, lost, results, models))
    return Answered(completions, failures, not_asked, budget.spent)


def quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return the maker of uvloop's event loops, if that is installed."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _write(
    stream: IO[bytes], lost: IO[bytes], results: AsyncIterator[Completion | Failure], models: Sequence[Model]
) -> tuple[int, list[Failure], Counter[str]]:
    failures: list[Failure] = []
    not_asked: Counter[str] = Counter()
    count = 0
    try:
        with ticking("replies") as tick:
            async for result in results:
                if isinstance(result, Completion):
                    stream.write(dump(input_row(result)))
                    count += 1
                else:
                    lost.write(dump(result.row()))
                    if result.asked:
                        failures.append(result)
                    else:
                        not_asked[result.message] += 1
                tick(lambda: f"{len(failures):,} without" if failures else "")
    finally:
        for model in models:
            await model.close()
    return count, failures, not_asked


@contextmanager
def _failures(out: str | Path) -> Iterator[IO[bytes]]:
    """Write the file of requests without a reply, beside the completions; there is none where all brought one."""
    if str(out) == "-":
        yield io.BytesIO()
        return
    path = Path(f"{str(out).removesuffix('.gz').removesuffix('.jsonl')}.failures.jsonl")
    with replacing(path) as stream:
        yield stream
    if not path.stat().st_size:
        path.unlink()
