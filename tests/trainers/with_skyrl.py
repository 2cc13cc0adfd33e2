"""SkyRL's gym makes our environment from an exported row, and a step of it scores."""

from __future__ import annotations

import pytest
import skyrl_gym
from exported import replies, rows

from verisieve.rewards import UnscoredError

BROKEN = '{"id": "x", "domain": "math", "prompt": "", "truth": {}}'
skyrl_gym.register("verisieve", "verisieve.rewards.skyrl:environment")


def test_an_exported_row_makes_an_environment() -> None:
    """What SkyRL's PromptDataset hands over: the class by name, all other columns as extras."""
    row = rows("skyrl")[0]
    extras = {key: value for key, value in row.items() if key not in ("prompt", "env_class")}
    made = skyrl_gym.make(row["env_class"], env_config={}, extras={**extras, "max_turns": 1})
    assert made.init(row["prompt"])[0] == row["prompt"]
    told = made.step("I do not know.")
    assert (told["reward"], told["done"], told["metadata"]["outcome"]) == (0.0, True, "no_answer")


def test_every_reply_of_the_run_has_its_score() -> None:
    """A step gives what the run's verdicts were."""
    for packed, text, wanted in replies():
        made = skyrl_gym.make("verisieve", env_config={}, extras={"reward_spec": {"ground_truth": packed}})
        assert made.step(text)["reward"] == wanted


def test_what_cannot_be_judged_is_no_wrong_answer() -> None:
    """It raises, or scores what the configuration says."""
    extras = {"reward_spec": {"ground_truth": BROKEN}}
    with pytest.raises(UnscoredError, match="broken_truth"):
        skyrl_gym.make("verisieve", env_config={}, extras=extras).step("2")
    assert skyrl_gym.make("verisieve", env_config={"on_error": 0.5}, extras=extras).step("2")["reward"] == 0.5
