"""SkyRL: `skyrl_gym.register("verisieve", "verisieve.rewards.skyrl:environment")`, over the export `skyrl`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from verisieve.records import Json
from verisieve.rewards import rewards, sure


def environment(env_config: Any = None, extras: Mapping[str, Json] | None = None) -> Any:
    """Return an environment of one turn that scores the reply by `extras["reward_spec"]["ground_truth"]`.

    What could not be judged raises UnscoredError, unless `env_config.on_error` says what it scores.
    """
    from skyrl_gym.envs.base_text_env import BaseTextEnv

    ground_truth: str = (extras or {})["reward_spec"]["ground_truth"]
    on_error = env_config.get("on_error") if env_config else None

    class Environment(BaseTextEnv):  # type: ignore[misc,unused-ignore]
        def step(self, action: str) -> dict[str, Json]:
            (found,) = rewards([ground_truth], [action])
            told = {"outcome": found.outcome, "reason": found.reason}
            return {"observations": [], "reward": sure(found, on_error), "done": True, "metadata": told}

    return Environment()
