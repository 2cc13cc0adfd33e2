"""Generator models: known construction, recordings, and endpoints with what they are asked and may cost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from endpoint import Endpoint, Scripted, body, serving

from verisieve import chat, domains
from verisieve.commands import ask
from verisieve.endpoints import Endpoint as Said
from verisieve.endpoints import parse
from verisieve.errors import ModelError, UsageError
from verisieve.models import Asking, open_models
from verisieve.records import Problem, Usage

PROBLEMS = [Problem(domain="toy", id=f"p{i}", prompt=f"Say {i}.", truth={"answer": i}) for i in range(40)]
PROBLEM = PROBLEMS[5]


@pytest.fixture
def endpoint(toy: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """A running local endpoint that is always right, and no key in the environment."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with serving(Endpoint(PROBLEMS, wrong=0.0)) as server:
        yield server


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that models asked for, none of which is waited for."""
    waits: list[float] = []
    sleep = asyncio.sleep

    async def short(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr(chat, "sleep", short)
    return waits


def complete(endpoint: Endpoint, spec: str = "openai:m", **settings: Any) -> Any:
    """Ask the endpoint for one completion of PROBLEM."""

    async def once() -> Any:
        (model,) = open_models(Asking(models=[spec], base_url=endpoint.url, **settings))
        try:
            return await model.complete(PROBLEM, 0)
        finally:
            await model.close()

    return asyncio.run(once())


@pytest.mark.parametrize("client", ["plain", "aiohttp", "openai"])
def test_an_endpoint_is_asked_with_the_rendered_prompt(endpoint: Endpoint, client: str) -> None:
    """The prompt goes through the domain's template, extras go along; the truth never leaves."""
    spec = f"openai:m,client={client},header.X-Team=a,body.top_p=0.9"
    completion = complete(endpoint, spec, temperature=0.5, max_tokens=9)
    headers, asked = endpoint.requests[0]

    assert (completion.text, completion.usage) == ("5", Usage(prompt_tokens=7, completion_tokens=2))
    assert asked["messages"] == [{"role": "user", "content": "Say the number. Say 5."}]
    assert (asked["model"], asked["temperature"], asked["max_tokens"], asked["top_p"]) == ("m", 0.5, 9, 0.9)
    assert headers["X-Team"] == "a"
    assert "answer" not in json.dumps(asked)


@pytest.mark.parametrize("client", ["plain", "aiohttp", "openai"])
def test_keys_come_from_the_environment_and_go_nowhere(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, client: str
) -> None:
    """A key is sent to its endpoint; no file and no message holds it, whatever the endpoint says."""
    monkeypatch.setenv("MY_KEY", "sk-sesame")
    monkeypatch.setenv("TEAM_KEY", "tk-secret")
    endpoint.script = [Scripted(400, b'{"error": {"message": "bad key sk-sesame or tk-secret"}}')]
    spec = f"openai:m,client={client},key=MY_KEY,header.X-Key=$TEAM_KEY"
    answered = ask(PROBLEMS[:3], Asking(models=[spec], base_url=endpoint.url), tmp_path / "c.jsonl")
    headers, _ = endpoint.requests[0]
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert (headers["Authorization"], headers["X-Key"]) == ("Bearer sk-sesame", "tk-secret")
    assert [failure.message for failure in answered.failures] == ["m: HTTP 400: bad key *** or ***"]
    assert b"sesame" not in written
    assert b"tk-secret" not in written


def test_a_cut_reply_is_marked(endpoint: Endpoint) -> None:
    """A reply that ended at the length limit carries finish_reason length, even if it has no text."""
    endpoint.script = [Scripted(body=body("the answer i", "length")), Scripted(body=body(None, "length"))]
    first, second = complete(endpoint), complete(endpoint)

    assert (first.text, first.finish_reason) == ("the answer i", "length")
    assert (second.text, second.finish_reason) == ("", "length")


@pytest.mark.parametrize("bad", ["-Infinity", "NaN", "-1e999"])
def test_reasoning_and_logprobs_are_kept(endpoint: Endpoint, bad: str) -> None:
    """What comes beside the text is in the completion's extra; numbers that are not JSON become null."""
    value = json.loads(body("5", reasoning_content="I count."))
    value["choices"][0]["logprobs"] = {"content": [{"token": "5", "logprob": -1.0}, {"logprob": float("-inf")}]}
    endpoint.script = [Scripted(body=json.dumps(value).replace("-Infinity", bad).encode())]
    extra = complete(endpoint).extra

    assert extra["reasoning_content"] == "I count."
    assert extra["logprobs"] == {"content": [{"token": "5", "logprob": -1.0}, {"logprob": None}]}


BAD = [
    Scripted(429),
    *(Scripted(status) for status in (408, 500, 502, 503, 504)),
    Scripted(body=b'{"choices": [{"mess'),
    Scripted(body=b'{"choices": []}'),
    Scripted(body=b'{"error": {"message": "overloaded"}}'),
    Scripted(body=body(None)),
    Scripted(body=b"[" * 100_000),
    Scripted(body=b'{"choices": [{"message": "5"}]}'),
    Scripted(body=b"\xff"),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda each: f"{each.status} {each.body[:30]!r}")
def test_a_bad_reply_is_asked_for_again(endpoint: Endpoint, slept: list[float], bad: Scripted) -> None:
    """Throttling, server errors and replies that are no completion cost a request, not the row."""
    endpoint.script = [bad]

    assert complete(endpoint).text == "5"
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize(
    ("fault", "client"), [(fault, client) for client in ("plain", "aiohttp", "openai") for fault in ("cut", "hang")]
)
def test_silence_is_a_failure_in_the_end(toy: str, slept: list[float], fault: str, client: str) -> None:
    """Cut connections and hangs are tried again, each for the given time at most; then the row fails with a reason."""
    with serving(Endpoint(PROBLEMS, {fault: 1.0})) as server, pytest.raises(ModelError, match=r"m: .* \(6 tries\)"):
        complete(server, f"openai:m,client={client},timeout=0.05")

    assert len(slept) == chat.TRIES - 1
    assert all(0.25 * 2**n <= wait <= 0.5 * 2**n for n, wait in enumerate(slept))


def test_an_endpoint_that_stays_bad_is_a_model_error(endpoint: Endpoint, slept: list[float]) -> None:
    """After the last try the row fails with a reason."""
    endpoint.script = [Scripted(body=b'{"choices": []}')] * 9

    with pytest.raises(ModelError, match="unusable reply: no choices"):
        complete(endpoint)


def test_a_server_that_asks_for_time_gets_it(endpoint: Endpoint, slept: list[float]) -> None:
    """Retry-After is waited for; for longer than is sensible a row does not wait."""
    endpoint.script = [Scripted(503, headers={"Retry-After": "20"}), Scripted(500, headers={"retry-after-ms": "30000"})]
    complete(endpoint)
    endpoint.script = [Scripted(429, headers={"Retry-After": "86400"})]

    assert 20 <= slept[0] <= 22
    assert 30 <= slept[1] <= 33
    with pytest.raises(ModelError, match="asks to wait for 86400 s"):
        complete(endpoint)


def test_a_throttled_endpoint_is_left_alone_by_all(endpoint: Endpoint, tmp_path: Path) -> None:
    """After a 429 that asks for time, no request goes out before that time."""
    endpoint.script = [Scripted(429, headers={"Retry-After": "0.3"})]
    ask(PROBLEMS[:4], Asking(models=["openai:m"], base_url=endpoint.url, concurrency=1), tmp_path / "c.jsonl")

    assert len(endpoint.times) == 5
    assert endpoint.times[1] - endpoint.times[0] >= 0.29


def test_an_endpoint_that_refuses_everything_is_left_alone(endpoint: Endpoint, tmp_path: Path) -> None:
    """After so many refusals in a row the rest is not asked, and told apart."""
    endpoint.script = [Scripted(401, b'{"error": {"message": "no such key"}}')] * 40
    answered = ask(PROBLEMS, Asking(models=["openai:m,concurrency=1"], base_url=endpoint.url), tmp_path / "c.jsonl")

    assert (len(answered.failures), answered.not_asked.total()) == (chat.REFUSALS, 40 - chat.REFUSALS)
    assert len(endpoint.requests) == chat.REFUSALS


def test_failures_are_listed_and_nothing_else_is_lost(endpoint: Endpoint, tmp_path: Path) -> None:
    """A request without a reply is listed in a file; all others are written; resuming asks only for what is missing."""
    asking = Asking(models=["openai:m"], base_url=endpoint.url, concurrency=1)
    endpoint.script = [Scripted(400)]
    first = ask(PROBLEMS[:8], asking, tmp_path / "c.jsonl")
    listed = json.loads((tmp_path / "c.failures.jsonl").read_text())
    endpoint.requests.clear()
    second = ask(PROBLEMS[:8], asking, tmp_path / "c.jsonl", resume=True)

    assert (first.completions, [failure.problem.id for failure in first.failures]) == (7, ["p0"])
    assert (listed["id"], listed["asked"]) == ("p0", True)
    assert (second.completions, len(endpoint.requests)) == (8, 1)
    assert not (tmp_path / "c.failures.jsonl").exists()


@pytest.mark.parametrize("caps", [{"max_total_tokens": 200}, {"max_cost": 200.0}])
def test_a_spent_budget_stops_cleanly(endpoint: Endpoint, tmp_path: Path, caps: dict[str, Any]) -> None:
    """A cap is never passed; what is under way is kept, the rest is not asked, and a higher cap goes on with it."""
    settings: dict[str, Any] = {"models": ["openai:m,price=1e6/1e6,max_tokens=2"], "base_url": endpoint.url}
    first = ask(PROBLEMS, Asking(**settings, **caps), tmp_path / "c.jsonl")
    asked = len(endpoint.requests)
    higher = {name: cap * 10 for name, cap in caps.items()}
    second = ask(PROBLEMS, Asking(**settings, **higher), tmp_path / "c.jsonl", resume=True)

    assert 150 <= first.spent.tokens <= 200
    assert first.spent == (pytest.approx(9.0 * asked), 9 * asked)
    assert (first.completions, first.not_asked, first.failures) == (asked, {"the budget is spent": 40 - asked}, [])
    assert (second.completions, len(endpoint.requests), second.spent.tokens) == (40, 40, 360)


def test_replies_carry_their_cost(endpoint: Endpoint, tmp_path: Path) -> None:
    """Prices come from the table or the endpoint's own; a cap in money needs one."""
    (tmp_path / "prices.toml").write_text("[m]\ninput = 2.0\noutput = 10\n")
    asking = Asking(models=["openai:m"], base_url=endpoint.url, prices=str(tmp_path / "prices.toml"))
    ask([PROBLEM], asking, tmp_path / "c.jsonl")

    assert json.loads((tmp_path / "c.jsonl").read_text())["cost"] == pytest.approx((7 * 2 + 2 * 10) / 1e6)
    with pytest.raises(UsageError, match="needs a price"):
        open_models(Asking(models=["openai:m"], base_url=endpoint.url, max_cost=1.0))


def test_several_endpoints_answer_one_run(endpoint: Endpoint, tmp_path: Path) -> None:
    """Models of a plan's endpoints are asked side by side, under their own names."""
    said = {"fast": Said(model="m", base_url=endpoint.url, requests_per_minute=6e6), "slow": Said(model="m")}
    ask(PROBLEMS, Asking(models=["fast", "slow"], endpoints=said, base_url=endpoint.url), tmp_path / "c.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "c.jsonl").read_text().splitlines()]

    assert [(row["id"], row["model"]) for row in rows[:3]] == [("p0", "fast"), ("p0", "slow"), ("p1", "fast")]
    assert len(rows) == 80


def test_one_that_hangs_stops_nobody(toy: str, tmp_path: Path) -> None:
    """Requests behind one without a reply go on; the output keeps the order of the requests."""
    with serving(Endpoint(PROBLEMS, {"hang": 0.1}, wrong=0.0)) as server:
        asking = Asking(models=["openai:m,timeout=0.5"], base_url=server.url, concurrency=8)
        answered = ask(PROBLEMS, asking, tmp_path / "c.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "c.jsonl").read_text().splitlines()]

    assert (answered.completions, [row["id"] for row in rows]) == (40, [problem.id for problem in PROBLEMS])


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("openai:m,fast", "'fast' is no option"),
        ("openai:m,speed=3", "speed: unknown key"),
        ("openai:m,concurrency=0", "concurrency: must be at least 1"),
        ("openai:m,concurrency=x", "concurrency: must be a whole number"),
        ("openai:m,timeout=0", "timeout: must be more than 0"),
        ("openai:m,key=sk-1234", "never a key"),
        ("openai:m,client=curl", "client: must be plain, aiohttp, openai, azure"),
        ("openai:m,base_url=ftp://x", "base_url: must be an http"),
        ("openai:m,base_url=http://me:pw@x/v1", "without a password"),
        ("openai:m,price=3", "price.output: must be a number"),
        ("openai:m,key=NO_SUCH_KEY", "needs NO_SUCH_KEY in the environment"),
        ("openai:m,header.X=$NO_SUCH_KEY", "headers.X needs NO_SUCH_KEY in the environment"),
        ("openai:m", "needs OPENAI_API_KEY"),
        ("curl:m", "unknown model 'curl:m'"),
    ],
)
def test_a_wrong_endpoint_is_refused_by_its_key(monkeypatch: pytest.MonkeyPatch, spec: str, message: str) -> None:
    """The error names the option; a key that was written down is not repeated."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    base = None if spec == "openai:m" else "http://127.0.0.1:1/v1"

    with pytest.raises(UsageError, match=message) as caught:
        open_models(Asking(models=[spec], base_url=base))
    assert "sk-1234" not in str(caught.value)


def test_names_of_models_are_their_own(toy: str) -> None:
    """Two models of one name would be one in every table."""
    with pytest.raises(UsageError, match="two models are called 'm'"):
        open_models(Asking(models=["openai:m", "openai:m,body.top_p=1"], base_url="http://127.0.0.1:1/v1"))
    assert parse("m,name=n").name == "n"


def test_recorded_replies_are_replayed(toy: str, tmp_path: Path) -> None:
    """replay: finds a reply by problem and sample; one that is missing is a failure."""
    row = {"id": "p5", "domain": "toy", "prompt": "", "truth": {}, "response": "six", "sample": 1}
    (tmp_path / "r.jsonl").write_text(json.dumps(row))
    answered = ask([PROBLEM], Asking(models=[f"replay:{tmp_path}/r.jsonl"], samples=2), tmp_path / "c.jsonl")

    assert (answered.completions, [failure.sample for failure in answered.failures]) == (1, [0])
    assert json.loads((tmp_path / "c.jsonl").read_text())["response"] == "six"


def test_the_noisy_model_errs_at_its_rate(toy: str, tmp_path: Path) -> None:
    """The share of wrong replies is the error rate, and each reply carries its label."""
    problems = [Problem(domain="toy", id=f"p{i}", prompt="", truth={"answer": i}) for i in range(1000)]
    ask(problems, Asking(models=["builtin:noisy:0.3"]), tmp_path / "c.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "c.jsonl").read_text().splitlines()]

    assert all((row["response"] == str(row["truth"]["answer"])) == (row["label"] == "pass") for row in rows)
    assert 250 <= sum(row["label"] == "reject" for row in rows) <= 350


def test_the_noisy_model_errs_by_level() -> None:
    """The first rate is for level 1 and for none, the last for all above."""
    (model,) = open_models(Asking(models=("builtin:noisy:0/1",)))
    labels = []
    for level in (None, 1, 2, 5):
        (problem,) = domains.load("math").problems(1, 1)
        problem = replace(problem, meta={**problem.meta, "difficulty": level})
        labels.append(asyncio.run(model.complete(problem, 0)).extra["label"])
    assert labels == ["pass", "pass", "reject", "reject"]
