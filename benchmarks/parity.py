"""One verifier, many doors: the same rows through each, and every outcome and score compared with the command line's.

    python -m benchmarks.parity [--rows 1000] [--workers 2] [--domain D]...

Rows are the golden trials of each domain and right and wrong replies to its own problems, among them some with broken
truths. Doors: `verisieve verify`, the Python API (one by one, many, async), the rewards of TRL, verl, OpenRLHF and
SkyRL, and HTTP (one by one, arrays, lines, NeMo Gym's shape). Inspect's scorer and the trainers themselves run in
tests/trainers. Where torch or skyrl-gym is not installed, the door gets a stand-in that only holds what it is given.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any, NamedTuple

import verisieve
from verisieve import domains
from verisieve.commands import verify_files
from verisieve.domains import Responder
from verisieve.records import Outcome
from verisieve.rewards import openrlhf, pack, skyrl, trl, verl

Json = dict[str, Any]
UNSCORED = -1.0  # what doors that cannot leave a reply out are told to say for an error
AT_ONCE = 16


class Said(NamedTuple):
    """What a door says of a row; nothing of what it does not tell."""

    score: float | None
    outcome: str = ""
    reason: str = ""


Door = Callable[[Sequence[Json]], list[Said]]


def rows(domain: str, count: int) -> Iterator[Json]:
    """Trials of a domain, then replies to its problems, right and wrong in turn; the truth of every 12th is broken."""
    made = domains.load(domain)
    trials = ((each.problem, each.text) for each in made.trials())
    replies = _replies(made, count)
    for number, (problem, text) in enumerate(islice(_both(trials, replies), count)):
        truth = {} if number % 12 == 11 else dict(problem.truth)
        yield {
            "id": f"{number}-{problem.id}",
            "domain": domain,
            "prompt": problem.prompt,
            "truth": truth,
            "response": text,
        }


def _replies(made: Any, count: int) -> Iterator[tuple[Any, str]]:
    assert isinstance(made, Responder)
    for number, problem in enumerate(made.problems(7, count)):  # type: ignore[attr-defined]
        yield problem, made.reply(problem, Random(f"parity:{number}"), right=number % 2 == 0).text


def _both(first: Iterator[Any], second: Iterator[Any]) -> Iterator[Any]:
    """Some of the first, then the second, then the rest of the first."""
    yield from islice(first, 200)
    yield from second
    yield from first


def said(verdict: Any) -> Said:
    """What a verdict row says."""
    return Said(Outcome(verdict["outcome"]).score, verdict["outcome"], verdict["reason"])


def command_line(given: Sequence[Json]) -> list[Said]:
    """`verisieve verify`."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        source.write_text("".join(json.dumps(row) + "\n" for row in given), encoding="utf-8")
        verify_files([str(source)], out, workers=1)
        return [said(json.loads(line)) for line in out.read_text(encoding="utf-8").splitlines()]


def one_by_one(given: Sequence[Json]) -> list[Said]:
    """`verisieve.verify`, from several threads."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [said(verdict) for verdict in pool.map(verisieve.verify, given)]


def many(given: Sequence[Json]) -> list[Said]:
    """`verisieve.verify_many`."""
    return [said(verdict) for verdict in verisieve.verify_many(given)]


def in_a_loop(given: Sequence[Json]) -> list[Said]:
    """`verisieve.averify_many`, and `averify` for the first rows."""

    async def ask() -> list[Said]:
        alone = await asyncio.gather(*map(verisieve.averify, given[:AT_ONCE]))
        rest = [verdict async for verdict in verisieve.averify_many(given[AT_ONCE:])]
        return [said(verdict) for verdict in (*alone, *rest)]

    return asyncio.run(ask())


def by_trl(given: Sequence[Json]) -> list[Said]:
    """TRL's reward function."""
    replies = [[{"role": "assistant", "content": row["response"]}] for row in given]
    return [Said(score) for score in trl.reward(replies, [pack(row) for row in given])]


def by_verl(given: Sequence[Json]) -> list[Said]:
    """verl's compute_score, from several threads as its reward manager calls it."""

    def one(row: Json) -> Said:
        told = verl.compute_score("", row["response"], pack(row), on_error=UNSCORED)
        return Said(_score(told["score"]), told["outcome"], told["reason"])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, given))


def by_openrlhf(given: Sequence[Json]) -> list[Said]:
    """OpenRLHF's reward_func."""
    with standing_in("torch", tensor=list):
        prompts = [f"<|user|>{row['prompt']}<|assistant|>" for row in given]
        queries = [prompt + row["response"] + "<|im_end|>" for prompt, row in zip(prompts, given, strict=True)]
        told = openrlhf.reward_func(queries, prompts, [pack(row) for row in given], on_error=UNSCORED)
    return [Said(_score(float(score))) for score in told["rewards"]]


def by_skyrl(given: Sequence[Json]) -> list[Said]:
    """SkyRL's environment, one for each row."""

    def one(row: Json) -> Said:
        extras = {"reward_spec": {"ground_truth": pack(row)}}
        told = skyrl.environment({"on_error": UNSCORED}, extras).step(row["response"])
        return Said(_score(told["reward"]), told["metadata"]["outcome"], told["metadata"]["reason"])

    with standing_in("skyrl_gym.envs.base_text_env", BaseTextEnv=object), ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, given))


def _score(score: float) -> float | None:
    return None if score == UNSCORED else score


@contextmanager
def standing_in(name: str, **names: Any) -> Iterator[None]:
    """Put a module in the place of one that is not installed."""
    parts = name.split(".")
    missing = [".".join(parts[: end + 1]) for end in range(len(parts))]
    missing = [each for each in missing if each not in sys.modules and not _there(each)]
    for each in missing:
        module = sys.modules[each] = ModuleType(each)
        vars(module).update(names)
    try:
        yield
    finally:
        for each in missing:
            del sys.modules[each]


def _there(name: str) -> bool:
    try:
        __import__(name)
    except ImportError:
        return False
    return True


class Post(NamedTuple):
    """A server, and how to ask it."""

    port: int

    def __call__(self, path: str, kind: str, body: bytes) -> bytes:
        """Post over a connection of its own; ask again when the queue is full."""
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            connection.request("POST", path, body, {"Content-Type": kind})
            answer = connection.getresponse()
            found = answer.read()
            connection.close()
            if answer.status == 200:
                return found
            assert answer.status == 429, found
            time.sleep(0.1)

    def single(self, given: Sequence[Json]) -> list[Said]:
        """/verify, a row a request."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            bodies = pool.map(lambda row: self("/verify", "application/json", json.dumps(row).encode()), given)
            return [said(json.loads(body)) for body in bodies]

    def array(self, given: Sequence[Json]) -> list[Said]:
        """/verify/batch with arrays of 100."""
        found: list[Said] = []
        for at in range(0, len(given), 100):
            body = json.dumps(given[at : at + 100]).encode()
            found += map(said, json.loads(self("/verify/batch", "application/json", body)))
        return found

    def lines(self, given: Sequence[Json]) -> list[Said]:
        """/verify/batch with lines."""
        body = "".join(json.dumps(row) + "\n" for row in given).encode()
        return [said(json.loads(line)) for line in self("/verify/batch", "application/x-ndjson", body).splitlines()]

    def gym(self, given: Sequence[Json]) -> list[Said]:
        """/verify in NeMo Gym's shape."""

        def one(row: Json) -> Said:
            output = [{"type": "message", "content": [{"type": "output_text", "text": row["response"]}]}]
            request = {"responses_create_params": {}, "response": {"output": output}, "ground_truth": pack(row)}
            told = json.loads(self("/verify", "application/json", json.dumps(request).encode()))
            return Said(None if told["mask_sample"] else told["reward"], told["outcome"], told["reason"])

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(one, given))


@contextmanager
def serving(workers: int) -> Iterator[Post]:
    """A server that remembers nothing, so that each door judges anew."""
    words = ["serve", "--port", "0", "--workers", str(workers), "--cache", "1"]
    process = subprocess.Popen([sys.executable, "-m", "verisieve", *words], stderr=subprocess.PIPE, text=True)
    assert process.stderr
    try:
        yield Post(int(process.stderr.readline().rpartition(":")[2]))
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


DOORS: dict[str, Door] = {
    "verify": one_by_one,
    "verify_many": many,
    "averify, averify_many": in_a_loop,
    "TRL": by_trl,
    "verl": by_verl,
    "OpenRLHF": by_openrlhf,
    "SkyRL": by_skyrl,
}


def differences(given: Sequence[Json], wanted: Sequence[Said], found: Sequence[Said]) -> list[str]:
    """The rows of which two doors say different things; doors that tell scores alone are compared by these."""
    if len(found) != len(given):
        return [f"{len(found)} answers to {len(given)} rows"]
    return [
        f"{row['id']}: {one} {other}"
        for row, one, other in zip(given, wanted, found, strict=True)
        if one.score != other.score or (other.outcome and one != other)
    ]


def compare(domain: str, count: int, post: Post) -> Iterator[tuple[str, int, list[str]]]:
    """Each door, how many rows went through it, and what it says differently."""
    given = list(rows(domain, count))
    wanted = command_line(given)
    counts = Counter(each.outcome for each in wanted)
    yield "verisieve verify: " + ", ".join(f"{count} {name}" for name, count in counts.most_common()), len(given), []
    over_http = {"HTTP": post.single, "HTTP array": post.array, "HTTP lines": post.lines, "NeMo Gym": post.gym}
    for name, door in {**DOORS, **over_http}.items():
        yield name, len(given), differences(given, wanted, door(given))


def main() -> None:
    """Print a line for each door and domain; exit code 1 for any difference."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--domain", action="append", choices=domains.names())
    options = parser.parse_args()
    bad = 0
    with serving(options.workers) as post:
        for domain in options.domain or domains.names():
            for name, count, different in compare(domain, options.rows, post):
                print(f"{domain:10} {name:60} {count:5} rows, {len(different)} differ", flush=True)
                for line in different[:5]:
                    print(f"    {line}")
                bad += len(different)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
