"""Many machines: what is lost is judged again, what is wrong with a node is said; the cluster is in with_ray.py."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from verisieve import blocks, scale
from verisieve.blocks import Block
from verisieve.cli import main
from verisieve.errors import UsageError, VerisieveError
from verisieve.store import Store

ROW = {"id": "a", "domain": "toy", "prompt": "", "truth": {"answer": 1}, "response": "1"}
JOB = {"domain": None, "sandbox": "auto", "row_seconds": 60.0, "installed": {}, "done": None}


class Lost(Exception):  # noqa: N818  # stands for Ray's
    """An error of Ray."""


RAY = SimpleNamespace(exceptions=SimpleNamespace(RayError=Lost))


def files(folder: Path, count: int) -> list[Block]:
    """As many blocks, a file with one row each."""
    for number in range(count):
        (folder / f"{number}.jsonl").write_text(json.dumps({**ROW, "id": f"r{number}"}))
    return blocks.cut([str(folder / f"{number}.jsonl") for number in range(count)], 1)


def passes(plan: list[Any], monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Have each pass give what the plan says: numbers of blocks, or an error; return what each was asked for."""
    asked: list[list[int]] = []

    def one(ray: Any, cut: Sequence[Block], actors: int, job: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        asked.append([block.number for block in cut])
        for step in plan.pop(0):
            if isinstance(step, Exception):
                raise step
            yield {"number": step, "packed": b"packed", "fault": ""}

    monkeypatch.setattr(scale, "_one_pass", one)
    return asked


def test_lost_blocks_are_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a pass does not bring goes into the next one, whether Ray says so or not; a repeat counts once."""
    asked, said = passes([[2, 0, 0], [Lost("node\ntrace")], [1, 2, 3]], monkeypatch), list[str]()
    found = list(scale._passes(RAY, files(tmp_path, 4), 1, JOB, said.append))

    assert [number for number, _ in found] == [2, 0, 1, 3]
    assert asked == [[0, 1, 2, 3], [1, 3], [1, 3]]
    assert said == [
        "2 of 4 blocks were lost with their nodes or workers: judging them again",
        "2 of 4 blocks were lost with their nodes or workers (node): judging them again",
    ]


def test_a_block_that_never_comes_back_ends_in_errors(
    toy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three passes without any block, the rows that are left are errors; the others have their lines."""
    cut = files(tmp_path, 2)
    done = blocks.pack(1, blocks.give_up(blocks.read(cut[0], place=cut[0].path)[1], "auto", ""))
    asked = passes([[0], [], [], []], monkeypatch)
    results = [(0, done) if number == 0 else (number, body) for number, body in scale._passes(RAY, cut, 1, JOB, str)]
    with Store(":memory:") as store:
        lines = [json.loads(line.body) for line in scale._in_order(cut, results, store)]

    assert asked == [[0, 1], [1], [1], [1]]
    assert [(line["id"], line["outcome"], line["reason"]) for line in lines][1:] == [("r1", "error", "worker_died")]
    assert lines[1]["checks"][0]["evidence"]["message"].endswith("its actor died in 3 passes on end")


def test_what_is_wrong_with_a_node_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that cannot read the files or has another version is named."""

    def one(*_: Any) -> Iterator[dict[str, Any]]:
        yield {"number": 0, "packed": b"", "fault": "node seven: no such file"}

    monkeypatch.setattr(scale, "_one_pass", one)
    with pytest.raises(VerisieveError, match="node seven: no such file"):
        list(scale._passes(RAY, files(tmp_path, 1), 1, JOB, str))


def test_an_actor_judges_a_block(toy: str, tmp_path: Path) -> None:
    """An actor reads, judges and packs; its worker stays for the next block."""
    (block,) = files(tmp_path, 1)
    actor = scale.Verifier(**{**JOB, "installed": scale.installed()})
    item = {"block": json.dumps(asdict(block))}
    results = [actor({**item, "place": block.path}) for _ in range(2)]
    actor._pool.close()

    assert [result["fault"] for result in results] == ["", ""]
    assert [entry.slot.line.outcome for entry in blocks.unpack(results[1]["packed"])[1]] == ["pass"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("installed", "place", "fault"),
    [
        ({"verisieve": "9.9"}, "", "verisieve is .*, and 9.9 where the run began"),
        ({"domain chess": "1"}, "", "domain chess is not installed, and 1 where the run began"),
        ({}, "elsewhere", "No such file"),
    ],
)
def test_an_actor_says_what_its_node_lacks(installed: dict[str, str], place: str, fault: str, tmp_path: Path) -> None:
    """Other versions and files that are not there are a fault of the node and no verdict."""
    (block,) = files(tmp_path, 1)
    actor = scale.Verifier(**{**JOB, "installed": installed})
    item = {"block": json.dumps(asdict(block))}

    with pytest.raises(AssertionError, match=f"^node .*{fault}"):
        raise AssertionError(actor({**item, "place": block.path + place})["fault"])


def test_blocks_that_come_early_wait_for_their_turn(toy: str, tmp_path: Path) -> None:
    """Lines come in input order, and line numbers run on over the blocks of a file."""
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(["bad", "", "bad", json.dumps(ROW), "bad"]))
    size = path.stat().st_size
    cut = [
        Block(number=number, path=str(path), start=start, end=end)
        for number, (start, end) in enumerate([(0, 4), (4, 12), (12, size)])
    ]
    results = []
    for block in cut:
        lines, rows = blocks.read(block, place=block.path)
        results.append((block.number, blocks.pack(lines, blocks.give_up(rows, "auto", ""))))
    with Store(":memory:") as store:
        found = [json.loads(line.body) for line in scale._in_order(cut, reversed(results), store)]

    assert [row["checks"][0]["evidence"].get("line") for row in found] == [1, 3, None, 5]


def test_without_ray_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Ray is not installed, one line says what to install."""
    monkeypatch.setitem(sys.modules, "ray", None)
    (block,) = files(tmp_path, 1)
    done = CliRunner().invoke(main, ["verify", block.path, "--out", str(tmp_path / "out.jsonl"), "--engine", "ray"])

    assert (done.exit_code, done.output) == (
        2,
        'verisieve: --engine ray needs an extra: pip install "verisieve[ray]"\n',
    )


def test_what_cannot_be_cut_is_refused(tmp_path: Path) -> None:
    """Archives and pipes are read from their beginning by one reader."""
    with pytest.raises(UsageError, match=r"a\.jsonl\.gz: --engine ray reads"), Store(":memory:") as store:
        list(scale.verify(["a.jsonl.gz"], store))
