"""verl: name this file as `reward.custom_reward_function.path`, over the export `verl`.

verl has no way to leave a sample out: a NaN spoils its group, and a missing score its batch. So a reply that could
not be judged stops the training, unless `reward_kwargs.on_error` says what it scores.
"""

from __future__ import annotations

from collections.abc import Mapping

from verisieve.records import Json
from verisieve.rewards import rewards, sure


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: str,
    extra_info: Mapping[str, Json] | None = None,
    *,
    on_error: float | None = None,
    **unused: Json,
) -> dict[str, Json]:
    """Score one reply: `score` is the reward, the rest is logged; raise UnscoredError for what could not be judged."""
    (found,) = rewards([ground_truth], [solution_str])
    score = sure(found, on_error)
    return {"score": score, "acc": score, "outcome": found.outcome, "reason": found.reason}
