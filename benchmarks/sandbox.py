"""Cost of one isolated test run, beside a bare interpreter, `docker run` and `docker exec`, in turn in one process.

    python -m benchmarks.sandbox [--runs 100] [--slow 10]

The test is one of HumanEval's shape: a small function and its asserts in one program. Back ends that are not there are
left out, and said so. Quote the ratios of the minima: machines are noisy.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from verisieve.errors import VerisieveError
from verisieve.sandboxes import Job, Program, Status
from verisieve.sandboxes.engine import IMAGE
from verisieve.sandboxes.opening import open_sandbox

TEST = """
def has_close_elements(numbers, threshold):
    for i, a in enumerate(numbers):
        for j, b in enumerate(numbers):
            if i != j and abs(a - b) < threshold:
                return True
    return False

assert has_close_elements([1.0, 2.0, 3.9, 4.0, 5.0, 2.2], 0.3) is True
assert has_close_elements([1.0, 2.0, 3.9, 4.0, 5.0, 2.2], 0.05) is False
assert has_close_elements([1.0, 2.0, 5.9, 4.0, 5.0], 0.95) is True
assert has_close_elements([1.1, 2.2, 3.1, 4.1, 5.1], 0.5) is False
"""
HARNESS = "exec(compile(open('solution.py').read(), 'solution.py', 'exec'), {'__name__': '__main__'})"
Way = Callable[[], None]


def boxed(kind: str, stack: ExitStack) -> Way:
    """One run in a warm sandbox of a kind."""
    sandbox = open_sandbox(kind)
    stack.callback(sandbox.close)
    job = Job(candidate=Program(harness=HARNESS, files={"solution.py": TEST.encode()}))

    def once() -> None:
        end = sandbox.run(job).candidate
        assert (end.status, end.code) == (Status.EXITED, 0), end

    return once


def command(*words: str) -> Way:
    """One run of a command that must succeed."""

    def once() -> None:
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL, capture_output=True)

    once()
    return once


def container(stack: ExitStack) -> str:
    """Start a container that waits; its name."""
    done = subprocess.run(
        ["docker", "run", "-d", "--rm", "--network", "none", IMAGE, "sleep", "3600"],
        capture_output=True,
        text=True,
        check=True,
    )
    name = done.stdout.strip()
    stack.callback(subprocess.run, ["docker", "kill", name], capture_output=True, check=False)
    return name


def ways(file: Path, stack: ExitStack) -> tuple[dict[str, Way], dict[str, Way]]:
    """The quick ways and the slow ones that work here."""
    hardened = ("--network", "none", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--read-only")
    makers: dict[str, tuple[bool, Callable[[], Way]]] = {
        "embedded": (True, lambda: boxed("embedded", stack)),
        "docker": (True, lambda: boxed("docker", stack)),
        "bare python3 -I": (True, lambda: command(sys.executable, "-I", str(file))),
        "docker exec": (False, lambda: command("docker", "exec", container(stack), "python3", "-I", "-c", TEST)),
        "docker run --rm": (
            False,
            lambda: command("docker", "run", "--rm", *hardened, IMAGE, "python3", "-I", "-c", TEST),
        ),
    }
    quick: dict[str, Way] = {}
    slow: dict[str, Way] = {}
    for name, (is_quick, make) in makers.items():
        try:
            (quick if is_quick else slow)[name] = make()
        except (VerisieveError, OSError, subprocess.CalledProcessError) as error:
            print(f"left out: {name}: {str(error)[:120]}")
    return quick, slow


def main() -> None:
    """Time all ways in turn and print each beside the others."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--slow", type=int, default=10, help="runs of the docker commands")
    options = parser.parse_args()
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "solution.py"
        file.write_text(TEST, encoding="utf-8")
        quick, slow = ways(file, stack)
        times: dict[str, list[float]] = {name: [] for name in (*quick, *slow)}
        for number in range(options.runs):
            turn = quick if number % max(1, options.runs // options.slow) else {**quick, **slow}
            for name, once in turn.items():
                started = time.perf_counter()
                once()
                times[name].append(time.perf_counter() - started)
    best = {name: min(each) for name, each in times.items()}
    print(f"{'way':18}{'min ms':>9}{'p50 ms':>9}{'runs':>6}" + "".join(f"{'vs ' + name:>20}" for name in best))
    for name, each in times.items():
        ratios = "".join(f"{best[other] / best[name]:>19.1f}x" for other in best)
        print(f"{name:18}{1e3 * best[name]:9.2f}{1e3 * statistics.median(each):9.2f}{len(each):6}{ratios}")


if __name__ == "__main__":
    main()
