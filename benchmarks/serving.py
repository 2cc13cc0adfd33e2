"""The helper of our own ways of running a test (see `peers/lines`).

python -m benchmarks.serving WAY PROBLEMS.json [HumanEval.jsonl.gz]      (the first problem is the test)
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.fork_server import ForkServer
from benchmarks.peers.lines import Action, serve, timed

from verisieve.records import Completion, Problem
from verisieve.sandboxes import Job, Program, Status
from verisieve.sandboxes.engine import IMAGE
from verisieve.sandboxes.opening import LazySandbox, open_sandbox

HARNESS = "exec(compile(open('solution.py').read(), 'solution.py', 'exec'), {'__name__': '__main__'})"
HARDENED = ("--network", "none", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--read-only")
BASE: str = getattr(sys, "_base_executable", "") or sys.executable

Once = Callable[[], None]


def text_of(problem: dict[str, str]) -> str:
    """One program: a problem's solution, its tests, and the call that runs them."""
    parts = (problem["prompt"], problem["canonical_solution"], "\n", problem["test"])
    return "".join(parts) + f"\ncheck({problem['entry_point']})\n"


def boxed(kind: str, text: str) -> tuple[Once, list[str]]:
    """One run in a warm sandbox; and the pid of its container, if it has one."""
    sandbox = open_sandbox(kind)
    atexit.register(sandbox.close)
    job = Job(candidate=Program(harness=HARNESS, files={"solution.py": text.encode()}))

    def once() -> None:
        end = sandbox.run(job).candidate
        assert (end.status, end.code) == (Status.EXITED, 0), end

    once()
    warm = getattr(sandbox, "_warm", {})
    return once, [_pid_of(attached.container) for attached in warm.values()]


def command(*words: str) -> Once:
    """One run of a command that must succeed."""

    def once() -> None:
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL, capture_output=True)

    return once


def bare(text: str) -> tuple[Once, list[str]]:
    """A new interpreter on a file."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    file = Path(folder.name) / "solution.py"
    file.write_text(text, encoding="utf-8")
    return command(BASE, "-I", str(file)), []


def forked(text: str, *, captured: bool) -> tuple[Once, list[str]]:
    """A fork of a warm interpreter, without isolation."""
    server = ForkServer()
    atexit.register(server.close)
    program = text.encode()

    def once() -> None:
        assert server.run(program) == 0

    def once_captured() -> None:
        assert server.run_captured(program) == (0, [b"", b""])

    return (once_captured if captured else once), []


def docker_exec(text: str) -> tuple[Once, list[str]]:
    """A new interpreter in a container that waits."""
    words = ["docker", "run", "-d", "--rm", *HARDENED, IMAGE, "sleep", "3600"]
    name = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    atexit.register(subprocess.run, ["docker", "kill", name], capture_output=True, check=False)
    return command("docker", "exec", name, "python3", "-I", "-c", text), [_pid_of(name)]


def docker_run(text: str) -> tuple[Once, list[str]]:
    """A container for the run; a child of our control group where the engine lets us say so."""
    info = subprocess.run(["docker", "info", "-f", "{{.CgroupDriver}}"], capture_output=True, text=True, check=True)
    own = next((line.split(":")[2] for line in _membership("self") if "cpuacct" in line), "/")
    parent = ["--cgroup-parent", own] if info.stdout.strip() == "cgroupfs" and own != "/" else []
    return command("docker", "run", "--rm", *HARDENED, *parent, IMAGE, "python3", "-I", "-c", text), []


WAYS: dict[str, Callable[[str], tuple[Once, list[str]]]] = {
    "embedded": lambda text: boxed("embedded", text),
    "docker": lambda text: boxed("docker", text),
    "fork": lambda text: forked(text, captured=False),
    "fork, captured": lambda text: forked(text, captured=True),
    "bare": bare,
    "docker exec": docker_exec,
    "docker run": docker_run,
}


def whole_set(kind: str, file: Path) -> Action:
    """Judge the data set's own solutions, as `verisieve verify` does: in this process, or by a pool of workers."""
    from verisieve.datasets import convert, load
    from verisieve.judge import judge
    from verisieve.workers import Pool, encode

    rows = [_completion(row) for row in convert(load("humaneval"), file, with_gold=True) if isinstance(row, dict)]
    box = LazySandbox(kind)
    atexit.register(box.close)
    pools: dict[int, Pool] = {}

    def whole(at_once: int) -> dict[str, Any]:
        if at_once > 1 and at_once not in pools:
            pools[at_once] = Pool(at_once, sandbox=kind)
            atexit.register(pools[at_once].close)
        started = time.perf_counter()
        if at_once == 1:
            outcomes = [judge(row, box).outcome.value for row in rows]
        else:
            for number, row in enumerate(rows):
                pools[at_once].submit(number, encode(row))
            outcomes = []
            while len(outcomes) < len(rows):
                outcomes += [line.outcome for _, line in pools[at_once].collect()]
        return {"seconds": time.perf_counter() - started, "passed": outcomes.count("pass")}

    return whole


def judging(kind: str) -> Action:
    """Judge a row as `verisieve verify` does."""
    from verisieve.judge import judge

    box = LazySandbox(kind)
    atexit.register(box.close)

    def one(row: dict[str, Any]) -> dict[str, Any]:
        started = time.perf_counter()
        verdict = judge(_completion(row), box)
        return {"seconds": time.perf_counter() - started, "passed": verdict.outcome.value == "pass"}

    return one


def _completion(row: dict[str, Any]) -> Completion:
    problem = Problem(domain=row["domain"], id=row["id"], prompt=row["prompt"], truth=row["truth"])
    return Completion(problem=problem, text=row["response"])


def _membership(pid: str) -> list[str]:
    return Path(f"/proc/{pid}/cgroup").read_text(encoding="utf-8").splitlines()


def _pid_of(container: str) -> str:
    words = ["docker", "inspect", "-f", "{{.State.Pid}}", container]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    """Serve the way that is named."""
    way, problems, *file = sys.argv[1:]
    text = text_of(json.loads(Path(problems).read_text(encoding="utf-8"))[0])

    def make() -> tuple[dict[str, Any], dict[str, Action]]:
        once, containers = WAYS[way](text)
        actions = timed(once)
        if file and way in ("embedded", "docker"):
            actions["whole"] = whole_set(way, Path(file[0]))
        if way in ("embedded", "docker"):
            actions["judge"] = judging(way)
        return {"containers": containers}, actions

    serve(make)


if __name__ == "__main__":
    main()
