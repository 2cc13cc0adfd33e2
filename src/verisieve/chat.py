"""A model behind an OpenAI-compatible endpoint: asks in turn and within limits, asks again what can be asked again."""

from __future__ import annotations

import asyncio
import json
from asyncio import sleep
from http import HTTPStatus
from itertools import count
from random import Random
from typing import Any, NamedTuple

from verisieve import limits, replies
from verisieve.clients import Client
from verisieve.endpoints import Endpoint
from verisieve.errors import ModelError, NotAskedError
from verisieve.limits import Budget, Rate, Spent
from verisieve.records import Completion, Problem, Usage
from verisieve.rendering import USUAL_REPLY, render, shown, tokens_of
from verisieve.replies import Reply, UnusableReplyError
from verisieve.store import Keys
from verisieve.wire import Answer, CutError

TRIES = 6
REFUSALS = 10  # in a row: then the endpoint is not asked any more
AGAIN = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)


class _AgainError(ModelError):
    """Asking again may help; after `wait` seconds if the server says so."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class _Asked(NamedTuple):
    """What is the same for all samples of a problem."""

    problem: Problem
    prompt: str
    keys: Keys


class ChatModel:
    """Any server that speaks the OpenAI chat completions API."""

    def __init__(
        self,
        endpoint: Endpoint,
        client: Client,
        *,
        seed: int,
        concurrency: int,
        budget: Budget,
        secrets: tuple[str, ...],
    ) -> None:
        self.name = endpoint.name or endpoint.model
        self.concurrency = concurrency
        self.endpoint = endpoint
        self._client = client
        self._seed = seed
        self._budget = budget
        self._secrets = secrets
        self._requests, self._tokens = Rate(endpoint.requests_per_minute), Rate(endpoint.tokens_per_minute)
        self._limited = bool(endpoint.requests_per_minute or endpoint.tokens_per_minute)
        self._paused_until = 0.0
        self._refused = 0
        self._longest = 0
        self._random = Random()
        options = {"temperature": endpoint.temperature, "max_tokens": endpoint.max_tokens}
        given = {key: value for key, value in options.items() if value is not None}
        self._options = {"model": endpoint.model, **given, **endpoint.body}
        self._last: _Asked | None = None
        self._identity = json.dumps([self.name, endpoint.base_url, self._options, seed if endpoint.seed else None])

    def key(self, problem: Problem, sample: int) -> bytes:
        """Return the content key of a reply: all that decides it, and nothing of how or when it is asked for."""
        return self._asked_of(problem).keys.of(str(sample))

    def _asked_of(self, problem: Problem) -> _Asked:
        """Return what is the same for all samples of a problem; the one asked for is nearly always the last."""
        if self._last is None or self._last.problem is not problem:
            prompt = render(problem)
            keys = Keys((self._identity, problem.domain, problem.id), (prompt,))
            self._last = _Asked(problem, prompt, keys)
        return self._last

    async def complete(self, problem: Problem, sample: int) -> Completion:
        """Ask the endpoint, up to TRIES times; raise ModelError when no usable reply comes."""
        prompt = self._asked_of(problem).prompt
        payload = {**self._options, "messages": [{"role": "user", "content": prompt}]}
        if self.endpoint.seed:
            payload.setdefault("seed", self._seed + sample)
        most = self.expected(prompt)
        if self._refused >= REFUSALS:
            raise NotAskedError(f"{self.name}: the endpoint refused {REFUSALS} requests in a row")
        if not await self._budget.hold(most):
            raise NotAskedError("the budget is spent")
        took: list[Usage] = []
        try:
            reply = await self._asked(payload, most, took)
        except ModelError as error:
            raise type(error)(self._clean(f"{self.name}: {error}")) from None
        finally:
            self._budget.settle(most, self._spent(took))
        price = self.endpoint.price
        return Completion(
            problem=problem,
            text=reply.text,
            model=self.name,
            sample=sample,
            usage=reply.usage,
            cost=price.of(reply.usage) if price and reply.usage else None,
            finish_reason=reply.finish_reason,
            extra={**reply.extra, **shown(problem, prompt)},
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def expected(self, prompt: str) -> Spent:
        """Return what a reply takes at most, as far as that can be known before."""
        made = self.endpoint.longest or max(self._longest, USUAL_REPLY)
        usage = Usage(prompt_tokens=tokens_of(prompt), completion_tokens=made)
        return Spent(self.endpoint.price.of(usage) if self.endpoint.price else 0.0, usage.prompt_tokens + made)

    async def _asked(self, payload: dict[str, Any], most: Spent, took: list[Usage]) -> Reply:
        for tries in count(1):
            await self._turn(most.tokens)
            try:
                reply = self._read(await self._client.post(payload))
            except (_AgainError, CutError, UnusableReplyError) as error:
                took += [error.usage] if isinstance(error, UnusableReplyError) and error.usage else []
                if tries == TRIES:
                    raise ModelError(f"{error} ({tries} tries)") from error
                wait = error.wait if isinstance(error, _AgainError) else None
                await sleep(limits.backoff(tries, self._random) if wait is None else wait)
                continue
            self._refused = 0
            if reply.usage:
                took.append(reply.usage)
                self._longest = max(self._longest, reply.usage.completion_tokens)
                self._tokens.correct(reply.usage.prompt_tokens + reply.usage.completion_tokens - most.tokens)
            return reply
        raise AssertionError("unreachable")

    async def _turn(self, tokens: float) -> None:
        """Wait until the rates and the server's own pauses leave room for one more request."""
        if not (self._limited or self._paused_until):
            return
        clock = asyncio.get_running_loop().time
        now = clock()
        wait = max(self._requests.take(1, now), self._tokens.take(tokens, now), self._paused_until - now)
        while wait > 0:
            await sleep(wait)
            wait = self._paused_until - clock()

    def _read(self, answer: Answer) -> Reply:
        """Return the reply; raise _AgainError, UnusableReplyError, or ModelError where asking again is in vain."""
        if answer.status == HTTPStatus.OK:
            return replies.read(answer.body)
        code, said = replies.explain(answer.body)
        message = f"HTTP {answer.status}: {said or 'no message'}"
        if code != "insufficient_quota" and (answer.status in AGAIN or answer.status >= 500):
            raise _AgainError(message, self._asked_wait(answer, message))
        self._refused += 1
        raise ModelError(message)

    def _asked_wait(self, answer: Answer, message: str) -> float | None:
        """Return how long the server asks to wait; all requests to it wait when it is for being asked too often."""
        wait = limits.retry_after(answer.headers)
        if wait is None:
            return None
        if wait > limits.LONGEST_WAIT:
            raise ModelError(f"{message} (asks to wait for {wait:.0f} s)")
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            self._paused_until = max(self._paused_until, asyncio.get_running_loop().time() + wait)
        return wait * self._random.uniform(1, 1.1)

    def _spent(self, took: list[Usage]) -> Spent:
        price = self.endpoint.price
        return Spent(
            sum(price.of(usage) for usage in took) if price else 0.0,
            sum(usage.prompt_tokens + usage.completion_tokens for usage in took),
        )

    def _clean(self, text: str) -> str:
        """Return a text without our secrets, whoever put them in."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text
