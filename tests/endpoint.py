"""An OpenAI-compatible server that answers our own procedural problems at once, right or wrong by construction.

    python -m tests.endpoint --domain math --n 1000 --port 8000             # then --base-url http://127.0.0.1:8000/v1
    python -m tests.endpoint --domain math --n 1000 --port 8000 --faults    # and all that goes wrong with endpoints
    python -m tests.endpoint --domain math --n 1000 --wrong good=0.2 --wrong bad=0.6    # models that err more or less

The reply to a problem depends on the `seed` of the request alone, so that whoever knows the problem knows which replies
are right. Faults are drawn for each request anew.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any, NamedTuple

from aiohttp import web

from verisieve import domains
from verisieve.domains import Reply, Responder
from verisieve.records import Problem
from verisieve.rendering import render

FAULTS = {"throttled": 0.1, "broken": 0.1, "cut": 0.02, "truncated": 0.02, "empty": 0.02, "hang": 0.02, "length": 0.1}
WRONG = 0.5
KEPT = 1000
_STATUSES = (500, 502, 503, 504)


def answer(problem: Problem, seed: int, wrong: float = WRONG, model: str = "") -> Reply:
    """Return the reply that the server gives to a problem for a seed; of named models each errs by itself."""
    domain = domains.load(problem.domain)
    assert isinstance(domain, Responder)
    rng = Random(f"endpoint{model}:{problem.prompt}:{seed}")  # not the id: two problems may have one prompt
    return domain.reply(problem, rng, right=rng.random() >= wrong)


def body(text: str | None, finish: str = "stop", **message: Any) -> bytes:
    """Return a chat completion as an OpenAI-compatible server sends it."""
    spoken = {"role": "assistant", "content": text, **message}
    choice = {"index": 0, "message": spoken, "finish_reason": finish}
    usage = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
    value = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return json.dumps(value).encode()


class Scripted(NamedTuple):
    """An answer that a test asks for."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = {"Retry-After": "0"}


class Endpoint:
    """The server's state: what it answers, what it was asked, and which faults it played."""

    def __init__(
        self,
        problems: Iterable[Problem],
        faults: Mapping[str, float] | None = None,
        *,
        wrong: float | Mapping[str, float] = WRONG,
        seeds: Sequence[int] = (),
        speak: Callable[[str], str] | None = None,
    ) -> None:
        self._rates = wrong if isinstance(wrong, Mapping) else {}  # by model
        self._wrong = WRONG if isinstance(wrong, Mapping) else wrong
        self._speak = speak  # answers any prompt
        self.problems = tuple(problems)
        self._problems = {render(problem): problem for problem in self.problems}
        self._faults = dict(faults or {})
        self._random = Random("faults")
        self._bodies = {(prompt, seed): self._body(prompt, seed) for prompt in self._problems for seed in seeds}
        self.url = ""
        self.closing = asyncio.Event()
        self.script: list[Scripted] = []  # played before anything else
        self.requests: list[tuple[Mapping[str, str], dict[str, Any]]] = []  # headers and body, of the first KEPT
        self.times: list[float] = []
        self.asked: Counter[tuple[str, int]] = Counter()  # by prompt and seed
        self.played: Counter[str] = Counter()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one chat request."""
        asked = json.loads(await request.read())
        if len(self.requests) < KEPT:
            self.requests.append((request.headers, asked))
            self.times.append(time.monotonic())
        if self.script:
            status, answered, headers = self.script.pop(0)
            return web.Response(status=status, body=answered, headers=headers)
        prompt, seed = asked["messages"][-1]["content"], asked.get("seed", 0)
        if self._speak:
            return web.Response(body=body(self._speak(prompt)), content_type="application/json")
        if prompt not in self._problems:
            return web.json_response({"error": {"message": "not a problem of mine"}}, status=400)
        if (model := asked["model"]) in self._rates:
            told = answer(self._problems[prompt], seed, self._rates[model], model)
            return web.Response(body=body(told.text), content_type="application/json")
        self.asked[prompt, seed] += 1
        fault = self._draw()
        self.played[fault] += 1
        if fault == "throttled":
            return web.Response(status=429, body=b'{"error": {"message": "slow down"}}', headers={"Retry-After": "0"})
        if fault == "broken":
            return web.Response(status=self._random.choice(_STATUSES), body=b"<html>oops</html>")
        if fault == "cut":
            assert request.transport
            request.transport.abort()
        if fault == "hang":
            await self.closing.wait()
        return web.Response(body=self._answered(prompt, seed, fault), content_type="application/json")

    def _answered(self, prompt: str, seed: int, fault: str) -> bytes:
        reply = self._bodies.get((prompt, seed)) or self._body(prompt, seed)
        if fault == "truncated":
            return reply[: self._random.randrange(len(reply))]
        if fault == "empty":
            return b'{"id": "c", "object": "chat.completion", "choices": []}'
        if fault == "length":
            return body(answer(self._problems[prompt], seed, self._wrong).text[:9], "length")
        return reply

    def _body(self, prompt: str, seed: int) -> bytes:
        return body(answer(self._problems[prompt], seed, self._wrong).text)

    def _draw(self) -> str:
        drawn = self._random.random()
        for fault, share in self._faults.items():
            if drawn < share:
                return fault
            drawn -= share
        return ""


def application(endpoint: Endpoint) -> web.Application:
    """Return the web application around an endpoint."""
    app = web.Application()
    app.router.add_post("/v1/chat/completions", endpoint.answer)
    return app


@contextmanager
def serving(endpoint: Endpoint) -> Iterator[Endpoint]:
    """Serve on a free port, in a thread, until the block ends."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(application(endpoint), access_log=None, shutdown_timeout=0.1)

    async def start() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    port = loop.run_until_complete(start())
    endpoint.url = f"http://127.0.0.1:{port}/v1"
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        loop.call_soon_threadsafe(endpoint.closing.set)
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(timeout=60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--domain", default="math")
    parser.add_argument("--n", type=int, default=1000, help="problems, those of `verisieve generate --n`")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--samples", type=int, default=1, help="replies to a problem that are made ahead of time")
    parser.add_argument("--family", action="append", default=[])
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--wrong", action="append", default=[], metavar="MODEL=RATE", help="how often a model errs")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    problems = domains.load(options.domain).problems(options.seed, options.n, families=options.family)
    seeds = range(options.seed, options.seed + options.samples)
    wrong = {model: float(rate) for model, rate in (each.split("=") for each in options.wrong)}
    endpoint = Endpoint(problems, FAULTS if options.faults else None, seeds=seeds, wrong=wrong)
    web.run_app(application(endpoint), host="127.0.0.1", port=options.port, access_log=None)


if __name__ == "__main__":
    main()
