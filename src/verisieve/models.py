"""Generator models: `builtin:noisy`, `replay:FILE` and any OpenAI-compatible endpoint behind one method.

Judges nothing. What lies behind an endpoint is in `endpoints`, `clients`, `replies`, `limits` and `chat`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Protocol

from verisieve import domains, endpoints
from verisieve.domains import Domain, Responder
from verisieve.endpoints import Endpoint, Price
from verisieve.errors import ModelError, TruthError, UsageError
from verisieve.limits import Budget
from verisieve.records import Completion, Problem
from verisieve.rendering import render, shown
from verisieve.store import digest

ERROR_RATE = 0.8
CONCURRENCY = 16
SPECS = "builtin:noisy[:RATE[/RATE...]], replay:FILE, openai:NAME, or the name of an endpoint of the plan"


class Model(Protocol):
    """A source of completions."""

    @property
    def name(self) -> str: ...

    @property
    def concurrency(self) -> int:
        """How many requests may be under way at once."""
        ...

    def key(self, problem: Problem, sample: int) -> bytes:
        """Return the content key of a reply: all that decides it."""
        ...

    async def complete(self, problem: Problem, sample: int) -> Completion:
        """Answer a problem once more; raise ModelError when no usable reply comes."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Which models are asked, how, how often for each problem, and what that may cost.

    Address, temperature, lengths and concurrency are those of endpoints that name none of their own.
    """

    models: Sequence[str] = ("builtin:noisy",)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    samples: int = 1
    seed: int = 0
    error_rate: float = ERROR_RATE
    base_url: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    concurrency: int = CONCURRENCY
    prices: str | None = None
    max_cost: float | None = None
    max_total_tokens: int | None = None


def open_models(asking: Asking, budget: Budget | None = None) -> list[Model]:
    """Open all models that are asked; raise UsageError for a spec that names none, or a name that two of them have."""
    budget = budget or Budget()
    models = [open_model(spec, asking, budget) for spec in asking.models]
    for name, times in Counter(model.name for model in models).items():
        if times > 1:
            raise UsageError(f"two models are called {name!r}: give one of them another name")
    return models


def open_model(spec: str, asking: Asking, budget: Budget) -> Model:
    """Open the model that a spec names: `builtin:noisy:0.3` (its error rate), `replay:FILE`, `openai:NAME,...`.

    `builtin:noisy:0.1/0.5/0.9` errs at these rates on levels 1, 2, and 3 or more.
    """
    kind, _, rest = spec.partition(":")
    if kind == "builtin" and rest.partition(":")[0] == "noisy":
        return NoisyModel(spec, _rates(rest.partition(":")[2], asking.error_rate), asking.seed)
    if kind == "replay" and rest:
        return ReplayModel(spec, rest)
    endpoint = endpoint_of(spec, asking)
    from verisieve.chat import ChatModel  # loads asyncio
    from verisieve.clients import open_client

    if asking.max_cost is not None and endpoint.price is None:
        raise UsageError(f"model {spec}: a cap in money needs a price: give price, or {endpoint.model!r} in `prices`")
    concurrency = endpoint.concurrency or asking.concurrency
    client, secrets = open_client(endpoint, concurrency)
    return ChatModel(endpoint, client, seed=asking.seed, concurrency=concurrency, budget=budget, secrets=secrets)


def name_of(spec: str, asking: Asking) -> str:
    """Return what the rows of a model call it."""
    if spec.startswith(("builtin:", "replay:")):
        return spec
    endpoint = endpoint_of(spec, asking)
    return endpoint.name or endpoint.model


def endpoint_of(spec: str, asking: Asking) -> Endpoint:
    """Return the endpoint that a spec names, with what it takes from the run's settings and prices."""
    kind, _, rest = spec.partition(":")
    if spec in asking.endpoints:
        endpoint = endpoints.check(asking.endpoints[spec], f"endpoints.{spec}")
        endpoint = replace(endpoint, name=endpoint.name or spec)
    elif kind == "openai" and rest:
        endpoint = endpoints.parse(rest)
    else:
        raise UsageError(f"unknown model {spec!r}: use {SPECS}")
    prices: Mapping[str, Price] = endpoints.read_prices(asking.prices) if asking.prices else {}
    return replace(
        endpoint,
        base_url=endpoint.base_url or asking.base_url,
        temperature=asking.temperature if endpoint.temperature is None else endpoint.temperature,
        max_tokens=asking.max_tokens if endpoint.max_tokens is None else endpoint.max_tokens,
        price=endpoint.price or prices.get(endpoint.model),
    )


class NoisyModel:
    """A generator whose replies are right or wrong by known construction; its label tells which.

    It errs at the first rate on problems of difficulty 1 or of none, at the second on 2, and at the last on all above.
    """

    concurrency = CONCURRENCY  # it waits for nothing

    def __init__(self, name: str, error_rates: Sequence[float], seed: int) -> None:
        self.name = name
        self._error_rates = tuple(error_rates)
        self._seed = seed
        self._domains: dict[str, Domain] = {}

    def key(self, problem: Problem, sample: int) -> bytes:
        """Return the content key of a reply, which comes from the truth."""
        return digest(
            f"{self.name}:{self._error_rate(problem)}:{self._seed}",
            problem.domain,
            problem.id,
            str(sample),
            render(problem),
            json.dumps(dict(problem.truth)),
        )

    async def complete(self, problem: Problem, sample: int) -> Completion:
        """Make a reply from the problem's truth; the same seed gives the same reply."""
        domain = self._domains.get(problem.domain) or self._load(problem.domain)
        if not isinstance(domain, Responder):
            raise UsageError(f"domain {problem.domain} has no reply(): builtin:noisy cannot answer for it")
        rng = Random(f"{self.name}:{self._seed}:{problem.domain}:{problem.id}:{sample}")
        try:
            reply = domain.reply(problem, rng, right=rng.random() >= self._error_rate(problem))
        except TruthError as error:
            raise ModelError(f"{self.name}: {error}") from error
        label = "pass" if reply.right else "reject"
        extra = {"label": label, "operator": reply.operator, **shown(problem, render(problem))}
        return Completion(problem=problem, text=reply.text, model=self.name, sample=sample, extra=extra)

    async def close(self) -> None:
        """Nothing to give back."""

    def _error_rate(self, problem: Problem) -> float:
        level = problem.meta.get("difficulty")
        return self._error_rates[min(level if type(level) is int and level > 0 else 1, len(self._error_rates)) - 1]

    def _load(self, name: str) -> Domain:
        self._domains[name] = domains.load(name)
        return self._domains[name]


class ReplayModel:
    """Recorded completions, found by problem id and sample number."""

    concurrency = CONCURRENCY  # it waits for nothing

    def __init__(self, name: str, path: str) -> None:
        from verisieve import reading
        from verisieve.rows import Row

        self.name = name
        reading.check_readable([path])
        self._texts: dict[tuple[str, str, int], Completion] = {}
        for row in reading.read([path]):
            if not isinstance(row, Row):
                raise UsageError(str(row))
            completion = row.completion
            self._texts[completion.problem.domain, completion.problem.id, completion.sample] = completion

    def key(self, problem: Problem, sample: int) -> bytes:
        """Return the content key of a reply."""
        return digest(self.name, problem.domain, problem.id, str(sample), problem.prompt)

    async def complete(self, problem: Problem, sample: int) -> Completion:
        """Return the recorded reply; its other keys are carried through."""
        recorded = self._texts.get((problem.domain, problem.id, sample))
        if recorded is None:
            raise ModelError(f"no recorded reply to {problem.id}, sample {sample}")
        extra = dict(recorded.extra)
        return Completion(problem=problem, text=recorded.text, model=self.name, sample=sample, extra=extra)

    async def close(self) -> None:
        """Nothing to give back."""


def _rates(text: str, default: float) -> tuple[float, ...]:
    return tuple(_rate(part, default) for part in text.split("/"))


def _rate(text: str, default: float) -> float:
    try:
        rate = float(text) if text else default
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1:
        raise UsageError(f"error rate must be a number from 0 to 1, not {text or default!r}")
    return rate
