"""What a plan will ask for and about what that costs, before anything is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from verisieve import domains
from verisieve.models import endpoint_of
from verisieve.plan import Plan
from verisieve.records import Usage
from verisieve.rendering import USUAL_REPLY, render, tokens_of

LOOKED_AT = 20  # problems of a domain whose length stands for all


class Forecast(NamedTuple):
    """One model's share."""

    model: str
    calls: int
    usage: Usage | None  # None for what needs no endpoint
    longest: int | None  # tokens of a reply, if anything bounds them
    cost: float | None  # dollars, if there is a price

    def __str__(self) -> str:
        if not self.usage:
            return f"{self.model}: {self.calls:,} replies, no endpoint"
        bound = f"at most {self.longest:,} each" if self.longest else f"{USUAL_REPLY:,} each, for want of max_tokens"
        cost = "no price given" if self.cost is None else f"{'at most' if self.longest else 'about'} ${self.cost:,.2f}"
        return (
            f"{self.model}: {self.calls:,} calls, about {self.usage.prompt_tokens:,} tokens of prompts, "
            f"{self.usage.completion_tokens:,} of replies ({bound}): {cost}"
        )


def calls(plan: Plan) -> int:
    """Return how many replies a plan asks for."""
    return sum(each.problems for each in plan.domains.values()) * plan.samples * len(plan.models)


def forecast(plan: Plan) -> Iterator[Forecast]:
    """Say for each model what it will be asked; raise UsageError for a model or domain that is not there."""
    count = sum(each.problems for each in plan.domains.values())
    prompts: int | None = None
    for spec in plan.models:
        if spec.startswith(("builtin:", "replay:")):
            yield Forecast(spec, count * plan.samples, None, None, None)
            continue
        endpoint = endpoint_of(spec, plan.asking)
        prompts = _prompts(plan) if prompts is None else prompts
        made = endpoint.longest or USUAL_REPLY
        usage = Usage(prompt_tokens=prompts * plan.samples, completion_tokens=made * count * plan.samples)
        cost = endpoint.price.of(usage) if endpoint.price else None
        yield Forecast(endpoint.name or endpoint.model, count * plan.samples, usage, endpoint.longest, cost)


def _prompts(plan: Plan) -> int:
    """Return about how many tokens all problems have once."""
    total = 0
    for name, each in plan.domains.items():
        some = min(LOOKED_AT, each.problems)
        found = domains.load(name, over=each.fixture).problems(
            plan.seed, some, families=each.families, difficulty=each.difficulty
        )
        lengths = [tokens_of(render(problem)) for problem in found]
        total += round(sum(lengths) / max(1, len(lengths)) * each.problems)
    return total
