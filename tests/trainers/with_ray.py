"""A cluster whose node is killed, and whose driver is killed: the verdicts are those of one machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
import ray
from ray.cluster_utils import Cluster

from verisieve import blocks, scale
from verisieve.commands import verify_files
from verisieve.store import Store

TOY = Path(__file__).parents[1] / "toy"
ROWS = 240
FINELY_CUT = (
    "from verisieve import blocks; blocks.LEAST_BYTES, blocks.LEAST_ROWS = 1024, 8;"
    "from verisieve.cli import main; main()"
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Three nodes of one CPU each, which know the toy domain."""
    patch = pytest.MonkeyPatch()
    patch.setenv("PYTHONPATH", os.pathsep.join([str(TOY), os.environ["PYTHONPATH"]]))
    patch.setenv("RAY_raylet_start_wait_time_s", "300")
    patch.syspath_prepend(str(TOY))
    found = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    for _ in range(2):
        found.add_node(num_cpus=1)
    patch.setenv("RAY_ADDRESS", found.address)
    patch.setattr(blocks, "LEAST_BYTES", 1 << 10)
    patch.setattr(blocks, "LEAST_ROWS", 8)
    yield found
    ray.shutdown()
    found.shutdown()
    patch.undo()


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    """Rows of every fate in JSONL and Parquet; those that pass leave a trace of the node that judged them."""
    traces = tmp_path / "traces"
    traces.mkdir()
    texts = {7: "2", 11: "crash", 13: "sandbox-fails", 17: "die", 19: f"die-once:{tmp_path}/died"}
    rows: list[dict[str, Any]] = [
        {"id": f"r{number}", "domain": "toy", "prompt": "", "truth": {"answer": 1}}
        | {"response": texts.get(number, f"mark:{traces}"), "note": number / 3}
        for number in range(ROWS)
    ]
    lines = [*map(json.dumps, rows[: ROWS // 2]), "no json", "", json.dumps(rows[3])]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows[ROWS // 2 :]), tmp_path / "b.parquet")
    return [str(tmp_path / "a.jsonl"), str(tmp_path / "b.parquet")]


def bare(lines: list[bytes]) -> list[dict[str, Any]]:
    """Output rows without what was measured."""
    return [{**json.loads(line), "seconds": 0} for line in lines]


def on_one_machine(inputs: list[str], folder: Path) -> list[dict[str, Any]]:
    """The output rows of a run without Ray."""
    (folder / "died").unlink(missing_ok=True)
    verify_files(inputs, folder / "local.jsonl", workers=2)
    return bare((folder / "local.jsonl").read_bytes().splitlines())


def until(true: Any) -> None:
    """Wait for something, but not for ever."""
    for _ in range(10_000):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it never came about")


def test_a_driver_that_is_killed_goes_on(cluster: Cluster, inputs: list[str], tmp_path: Path) -> None:
    """What was in the store when the driver died is not judged again, and the end is the same."""
    arguments = ["verify", *inputs, "--out", str(tmp_path / "out.jsonl"), "--engine", "ray"]
    driver = subprocess.Popen([sys.executable, "-c", FINELY_CUT, *arguments], stderr=subprocess.DEVNULL)
    store = tmp_path / "out.jsonl.store-wal"
    until(lambda: driver.poll() is not None or (store.exists() and store.stat().st_size > 40_000))
    os.kill(driver.pid, signal.SIGKILL)
    driver.wait()
    with Store(tmp_path / "out.jsonl.store") as kept:
        done = len(kept)
    before = traced(tmp_path)
    verify_files(inputs, tmp_path / "out.jsonl", engine="ray", resume=True)

    assert 0 < done < ROWS
    assert traced(tmp_path) - before <= ROWS - done
    assert bare((tmp_path / "out.jsonl").read_bytes().splitlines()) == on_one_machine(inputs, tmp_path)


def traced(folder: Path) -> int:
    """How many rows left a trace."""
    return sum(len(path.read_text().splitlines()) for path in (folder / "traces").iterdir())


def test_a_node_that_is_killed_costs_no_row(cluster: Cluster, inputs: list[str], tmp_path: Path) -> None:
    """A node dies with blocks in its hands: all rows come, in input order, as one machine judges them."""
    victim = cluster.add_node(num_cpus=1)
    said: list[str] = []
    with Store(tmp_path / "store") as store:
        lines = scale.verify(inputs, store, workers=4, say=said.append)
        found = [next(lines).body]
        node = victim.all_processes["raylet"][0].process.pid
        until((tmp_path / "traces" / str(node)).exists)
        cluster.remove_node(victim, allow_graceful=False)
        found += [line.body for line in lines]

    assert bare(found) == on_one_machine(inputs, tmp_path)
    assert said
    assert all("blocks were lost with their nodes or workers" in line for line in said)
