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
    """Return how many replies a plan asks for, at most where there are teachers."""
    return sum(problems_for(plan, spec) for spec in plan.models) * plan.samples


def problems_for(plan: Plan, spec: str) -> int:
    """Return how many problems a model is asked, in all rounds: of a teacher the most that it may be."""
    count = sum(each.problems for each in plan.domains.values())
    course = plan.curriculum
    if course is None:
        return count
    if spec in course.teachers:
        return count * course.rounds * (2 if course.repair else 1)
    return count * course.rounds + course.held_back * len(plan.domains)


def forecast(plan: Plan) -> Iterator[Forecast]:
    """Say for each model what it will be asked; raise UsageError for a model or domain that is not there."""
    each: float | None = None
    for spec in plan.models:
        count = problems_for(plan, spec)
        if spec.startswith(("builtin:", "replay:")):
            yield Forecast(spec, count * plan.samples, None, None, None)
            continue
        endpoint = endpoint_of(spec, plan.asking)
        each = _prompt(plan) if each is None else each
        made = endpoint.longest or USUAL_REPLY
        usage = Usage(prompt_tokens=round(each * count) * plan.samples, completion_tokens=made * count * plan.samples)
        cost = endpoint.price.of(usage) if endpoint.price else None
        yield Forecast(endpoint.name or endpoint.model, count * plan.samples, usage, endpoint.longest, cost)


def _prompt(plan: Plan) -> float:
    """Return about how many tokens a problem's prompt has."""
    total = 0.0
    for name, each in plan.domains.items():
        some = min(LOOKED_AT, each.problems)
        found = domains.load(name, over=each.fixture).problems(
            plan.seed, some, families=each.families, difficulty=each.difficulty
        )
        lengths = [tokens_of(render(problem)) for problem in found]
        total += sum(lengths) / max(1, len(lengths)) * each.problems
    return total / max(1, sum(each.problems for each in plan.domains.values()))
