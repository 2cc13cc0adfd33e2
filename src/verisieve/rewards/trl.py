"""TRL's GRPOTrainer: `GRPOTrainer(reward_funcs=verisieve.rewards.trl.reward, ...)` over the export `trl-grpo`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from verisieve.records import Json
from verisieve.rewards import content, rewards


def reward(
    completions: Sequence[str | Sequence[Mapping[str, Json]]], ground_truth: Sequence[str], **columns: Json
) -> list[float | None]:
    """Score each completion; None, which TRL keeps out of the advantages, for what could not be judged."""
    return [found.score for found in rewards(ground_truth, map(content, completions))]
