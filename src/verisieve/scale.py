"""Rows judged on a Ray cluster: Ray Data hands blocks of the input files to actors; lines come back in input order.

Theory of operation. The driver cuts the inputs into blocks without reading them (`blocks`). An actor reads a block
where it runs, has it judged by a worker process of its own, as `verify` on one machine does, and returns the finished
lines with the content keys of its rows. The driver puts them into the run store as they come and yields them in input
order; whether an id came before is settled there. So a block may be judged twice and counts once, and either engine
goes on from what the other has done.

An actor that dies with its node fails only the blocks that it held: they are not waited for, since nobody knows whether
the node comes back, and are judged in another pass over what is left. A block that ends its actor in pass after pass
ends in `error`, row by row.
"""

from __future__ import annotations

import logging
import os
import socket
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from verisieve import __version__, blocks, domains, quickjson
from verisieve.blocks import Block
from verisieve.errors import MissingExtraError, UsageError, VerisieveError
from verisieve.records import Json
from verisieve.store import Store
from verisieve.workers import ROW_SECONDS, Line, Pool

PARTS = 16  # blocks for each actor, so that all end at about the same time
BARREN = 3  # passes on end without one finished block, after which the rest is given up
AHEAD = 2  # blocks at an actor: one that is judged, and one that waits


def verify(
    inputs: Sequence[str],
    store: Store,
    *,
    domain: str | None = None,
    workers: int | None = None,
    sandbox: str = "auto",
    row_seconds: float = ROW_SECONDS,
    say: Callable[[str], None] = lambda message: None,
) -> Iterator[Line]:
    """Judge every row of the files on a Ray cluster and yield its output line, in input order.

    The cluster is the one of RAY_ADDRESS or of this machine, else a new one of this machine alone. `say` is told what
    is lost and judged again.
    """
    _check_seekable(inputs)
    ray = _ray()
    with _cluster(ray):
        actors = workers or int(ray.cluster_resources().get("CPU", 1))
        cut = blocks.cut(inputs, actors * PARTS)
        job = {
            "domain": domain,
            "sandbox": sandbox,
            "row_seconds": row_seconds,
            "installed": installed(),
            "done": _shared(ray, store.keys()),
        }
        with closing(_passes(ray, cut, actors, job, say)) as results:
            yield from _in_order(cut, results, store)


class Verifier:
    """An actor: it judges blocks by one worker process, which keeps its sandbox warm from block to block."""

    def __init__(
        self, *, domain: str | None, sandbox: str, row_seconds: float, installed: Mapping[str, str], done: Any
    ) -> None:
        self._domain = domain
        self._sandbox = sandbox
        self._row_seconds = row_seconds
        self._installed = installed
        self._done = done

    def __call__(self, item: Mapping[str, str]) -> dict[str, Json]:
        """Judge one block; what is wrong with this node is said, not raised."""
        block = Block(**quickjson.decode(item["block"]))
        try:
            self._check_installed()
            lines, rows = blocks.read(block, place=item["place"], domain=self._domain)
            entries = blocks.judge(rows, self._pool, self._sandbox, self._keys)
        except (OSError, VerisieveError) as error:
            return {"number": block.number, "packed": b"", "fault": f"node {socket.gethostname()}: {error}"}
        return {"number": block.number, "packed": blocks.pack(lines, entries), "fault": ""}

    @cached_property
    def _pool(self) -> Pool:
        return Pool(1, sandbox=self._sandbox, row_seconds=self._row_seconds)

    @cached_property
    def _keys(self) -> blocks.Keys:
        return blocks.Keys(b"" if self._done is None else memoryview(_ray().get(self._done)))

    def _check_installed(self) -> None:
        here = installed() if self._installed else {}
        for name, version in self._installed.items():
            if here.get(name) != version:
                raise UsageError(f"{name} is {here.get(name) or 'not installed'}, and {version} where the run began")
        self._installed = {}  # once is enough


def installed() -> dict[str, str]:
    """Return the versions that verdicts depend on: of verisieve and of each domain."""
    versions = {"verisieve": __version__}
    for name in domains.names():
        try:
            versions[f"domain {name}"] = domains.load(name).version
        except UsageError:
            continue  # broken here: its rows say so
    return versions


def _passes(
    ray: Any, cut: Sequence[Block], actors: int, job: Mapping[str, Any], say: Callable[[str], None]
) -> Generator[tuple[int, bytes], None, None]:
    """Yield what each block became, in any order, each once; what a pass loses goes into the next one."""
    left = {block.number: block for block in cut}
    barren = 0
    while left:
        before, why = len(left), ""
        try:
            with closing(_one_pass(ray, list(left.values()), actors, job)) as results:
                for result in results:
                    if result["fault"]:
                        raise VerisieveError(result["fault"])
                    if left.pop(result["number"], None):
                        yield result["number"], result["packed"]
        except ray.exceptions.RayError as error:
            why = f" ({str(error).strip().splitlines()[0]})"
        barren = 0 if len(left) < before else barren + 1
        if barren == BARREN:
            yield from _given_up(left.values(), job)
            return
        if left:
            say(f"{len(left):,} of {len(cut):,} blocks were lost with their nodes or workers{why}: judging them again")


def _one_pass(
    ray: Any, cut: Sequence[Block], actors: int, job: Mapping[str, Any]
) -> Generator[dict[str, Any], None, None]:
    items = [
        {"block": quickjson.encode(asdict(block)).decode(), "place": str(Path(block.path).absolute())} for block in cut
    ]
    pool = ray.data.ActorPoolStrategy(size=actors, max_tasks_in_flight_per_actor=AHEAD)
    data = ray.data.from_items(items, override_num_blocks=len(items))
    with warnings.catch_warnings(action="ignore"):  # the last argument goes in 2.64, and has no heir yet
        judged = data.map(
            Verifier, fn_constructor_kwargs=dict(job), compute=pool, num_cpus=1, ray_remote_args_fn=_actor_options
        )
    yield from judged.iter_rows()


def _actor_options() -> dict[str, Any]:
    """Have no task retried by Ray: it would wait for its actor, and that for a node that may never come."""
    return {"max_task_retries": 0}


def _given_up(cut: Iterable[Block], job: Mapping[str, Any]) -> Iterator[tuple[int, bytes]]:
    for block in cut:
        lines, rows = blocks.read(block, place=block.path, domain=job["domain"])
        message = f"{block}: its actor died in {BARREN} passes on end"
        yield block.number, blocks.pack(lines, blocks.give_up(rows, job["sandbox"], message))


def _in_order(cut: Sequence[Block], results: Iterable[tuple[int, bytes]], store: Store) -> Iterator[Line]:
    """Put results into the store as they come and yield their lines in the order of the blocks."""
    following = first = 0
    for number, packed in results:
        lines, entries = blocks.unpack(packed)
        blocks.keep(entries, store)
        if number != following:
            store.hold(number, packed)
            continue
        held: bytes | None = packed
        while held:
            begins = following == 0 or cut[following].path != cut[following - 1].path
            first = 1 if begins else first
            yield from blocks.settle(entries, first, cut[following].path, store)
            first += lines
            following += 1
            if held := store.take(following):
                lines, entries = blocks.unpack(held)


def _check_seekable(inputs: Sequence[str]) -> None:
    for path in inputs:
        if not path.endswith((".jsonl", ".parquet")):
            raise UsageError(f"{path}: --engine ray reads .jsonl and .parquet, which many can read at once; unpack it")


def _ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # what is lost is said by us
    os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")  # a thread that ends after us must not start a cluster
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise MissingExtraError("--engine ray", "ray") from error
    return ray


@contextmanager
def _cluster(ray: Any) -> Iterator[None]:
    """Join a cluster, with Ray's own bars and tracebacks off; leave it at the end if it was joined here."""
    joined = not ray.is_initialized()
    if joined:
        try:
            ray.init(log_to_driver=False, include_dashboard=False, logging_level=logging.ERROR)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise UsageError(f"no Ray cluster could be joined: {error}") from error
    context = ray.data.DataContext.get_current()
    settings = {"max_errored_blocks": -1, "enable_progress_bars": False}
    before = {name: getattr(context, name) for name in settings}
    _set(context, settings)
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        _set(context, before)
        if joined:
            ray.shutdown()


def _set(context: Any, settings: Mapping[str, Any]) -> None:
    for name, value in settings.items():
        setattr(context, name, value)


def _shared(ray: Any, keys: bytes) -> Any:
    """Put keys where the actors of a node share them without a copy."""
    if not keys:
        return None
    import numpy as np

    return ray.put(np.frombuffer(keys, dtype=np.uint8))
