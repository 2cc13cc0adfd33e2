"""Ask models for completions: a bounded number at once, results in order, every reply durable before it is used.

Knows nothing of verdicts.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass

from verisieve.errors import ModelError
from verisieve.models import Model
from verisieve.records import Completion, Problem, Usage
from verisieve.store import Store, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A request that brought no usable reply, and why."""

    problem: Problem
    model: str
    sample: int
    message: str


Request = tuple[Problem, Model, int]


def requests(problems: Iterable[Problem], models: Iterable[Model], samples: int) -> Iterator[Request]:
    """Every model is asked `samples` times for every problem, problem by problem."""
    models = tuple(models)
    for problem in problems:
        for model in models:
            for sample in range(samples):
                yield problem, model, sample


async def generate(
    asked: Iterable[Request], store: Store, *, concurrency: int = 16, salt: str = ""
) -> AsyncIterator[Completion | Failure]:
    """Yield one completion or failure per request, in order; a reply in the store is not asked for again.

    `salt` names the settings (seed, temperature ...) under which replies may be used again.
    """
    waiting: deque[asyncio.Task[Completion | Failure]] = deque()
    source = iter(asked)
    try:
        while True:
            while len(waiting) < concurrency and (request := next(source, None)) is not None:
                waiting.append(asyncio.ensure_future(_one(*request, store, salt)))
            if not waiting:
                return
            yield await waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        store.commit()


async def _one(problem: Problem, model: Model, sample: int, store: Store, salt: str) -> Completion | Failure:
    key = digest(
        model.name, salt, problem.domain, problem.id, str(sample), problem.prompt, json.dumps(dict(problem.truth))
    )
    body = store.get(key)
    if body is not None:
        return _unpack(problem, model.name, sample, body)
    try:
        completion = await model.complete(problem, sample)
    except ModelError as error:
        return Failure(problem=problem, model=model.name, sample=sample, message=str(error))
    store.put(key, _pack(completion))
    store.commit()
    return completion


def _pack(completion: Completion) -> bytes:
    usage = completion.usage
    fields = [
        completion.text,
        [usage.prompt_tokens, usage.completion_tokens] if usage else None,
        completion.cost,
        completion.finish_reason,
        dict(completion.extra),
    ]
    return json.dumps(fields).encode()


def _unpack(problem: Problem, model: str, sample: int, body: bytes) -> Completion:
    text, usage, cost, finish_reason, extra = json.loads(body)
    return Completion(
        problem=problem,
        text=text,
        model=model,
        sample=sample,
        usage=Usage(prompt_tokens=usage[0], completion_tokens=usage[1]) if usage else None,
        cost=cost,
        finish_reason=finish_reason,
        extra=extra,
    )
