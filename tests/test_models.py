"""Generator models: known construction, recordings, and an endpoint that misbehaves."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from verisieve.commands import Asking, ask
from verisieve.errors import ModelError, UsageError
from verisieve.models import Settings, open_model
from verisieve.records import Problem, Usage

PROBLEM = Problem(domain="toy", id="p1", prompt="Say 5.", truth={"answer": 5})


def reply(text: str, finish: str = "stop") -> bytes:
    """A chat completion as an OpenAI-compatible server sends it."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    usage = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return json.dumps(body).encode()


class Endpoint(ThreadingHTTPServer):
    """A local server that plays its script, one (status, body) a request, then answers 5 for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[tuple[int, bytes]] = []
        self.asked: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    """Answers from the script of its server."""

    server: Endpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(json.loads(body))
        status, answer = self.server.script.pop(0) if self.server.script else (200, reply("5"))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint(toy: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """A running local endpoint, and no key in the environment."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with Endpoint() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def complete(endpoint: Endpoint, **settings: Any) -> Any:
    """Ask the endpoint for one completion of PROBLEM."""

    async def once() -> Any:
        model = open_model("openai:m", Settings(base_url=endpoint.url, **settings))
        try:
            return await model.complete(PROBLEM, 0)
        finally:
            await model.close()

    return asyncio.run(once())


def test_an_endpoint_is_asked_with_the_rendered_prompt(endpoint: Endpoint) -> None:
    """The prompt goes through the domain's template; the truth never leaves."""
    completion = complete(endpoint, temperature=0.5, max_tokens=9)
    asked = endpoint.asked[0]

    assert (completion.text, completion.usage) == ("5", Usage(prompt_tokens=7, completion_tokens=2))
    assert asked["messages"] == [{"role": "user", "content": "Say the number. Say 5."}]
    assert (asked["temperature"], asked["max_tokens"]) == (0.5, 9)
    assert "answer" not in json.dumps(asked)


def test_a_cut_reply_is_marked(endpoint: Endpoint) -> None:
    """A reply that ended at the length limit carries finish_reason length."""
    endpoint.script = [(200, reply("the answer i", "length"))]

    assert complete(endpoint).finish_reason == "length"


@pytest.mark.parametrize("bad", [(429, b"{}"), (500, b"{}"), (200, b'{"choices": [{"mess'), (200, b'{"choices": []}')])
def test_a_bad_reply_is_asked_for_again(endpoint: Endpoint, bad: tuple[int, bytes]) -> None:
    """Throttling, server errors, cut JSON and empty choices cost a request, not the row."""
    endpoint.script = [bad]

    assert complete(endpoint).text == "5"
    assert len(endpoint.asked) == 2


def test_an_endpoint_that_stays_bad_is_a_model_error(endpoint: Endpoint) -> None:
    """After the last try the row fails with a reason."""
    endpoint.script = [(200, b'{"choices": []}')] * 9

    with pytest.raises(ModelError, match="unusable reply"):
        complete(endpoint)


def test_failures_are_listed_and_nothing_else_is_lost(endpoint: Endpoint, tmp_path: Path) -> None:
    """A request without a reply is listed; all others are written; resuming asks only for what is missing."""
    problems = [Problem(domain="toy", id=f"p{i}", prompt=f"Say {i}.", truth={"answer": i}) for i in range(8)]
    asking = Asking(models=["openai:m"], base_url=endpoint.url, concurrency=1)
    endpoint.script = [(400, b"{}")]
    first = ask(problems, asking, tmp_path / "c.jsonl")
    endpoint.asked.clear()
    second = ask(problems, asking, tmp_path / "c.jsonl", resume=True)

    assert (first.completions, [failure.problem.id for failure in first.failures]) == (7, ["p0"])
    assert (second.completions, len(endpoint.asked)) == (8, 1)


def test_a_key_is_asked_for_where_none_is(toy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key and without another server, the message names the variable."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    with pytest.raises(UsageError, match="OPENAI_API_KEY"):
        open_model("openai:m", Settings())


def test_recorded_replies_are_replayed(toy: str, tmp_path: Path) -> None:
    """replay: finds a reply by problem and sample; one that is missing is a failure."""
    row = {"id": "p1", "domain": "toy", "prompt": "", "truth": {}, "response": "six", "sample": 1}
    (tmp_path / "r.jsonl").write_text(json.dumps(row))
    asking = Asking(models=[f"replay:{tmp_path}/r.jsonl"], samples=2)
    answered = ask([PROBLEM], asking, tmp_path / "c.jsonl")

    assert (answered.completions, [failure.sample for failure in answered.failures]) == (1, [0])
    assert json.loads((tmp_path / "c.jsonl").read_text())["response"] == "six"


def test_the_noisy_model_errs_at_its_rate(toy: str, tmp_path: Path) -> None:
    """The share of wrong replies is the error rate, and each reply carries its label."""
    problems = [Problem(domain="toy", id=f"p{i}", prompt="", truth={"answer": i}) for i in range(1000)]
    ask(problems, Asking(models=["builtin:noisy:0.3"]), tmp_path / "c.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "c.jsonl").read_text().splitlines()]

    assert all((row["response"] == str(row["truth"]["answer"])) == (row["label"] == "pass") for row in rows)
    assert 250 <= sum(row["label"] == "reject" for row in rows) <= 350
