"""verl loads the Parquet files by its RLHFDataset and scores by our file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from exported import DATA, replies, tokenizer
from omegaconf import OmegaConf
from verl import DataProto
from verl.experimental.reward_loop.reward_manager.naive import NaiveRewardManager
from verl.trainer.ppo.reward import get_custom_reward_fn
from verl.utils.dataset.rl_dataset import RLHFDataset, collate_fn

from verisieve import rewards
from verisieve.rewards import UnscoredError

BROKEN = '{"id": "x", "domain": "math", "prompt": "", "truth": {}}'


def compute_score(**more: Any) -> Any:
    """Our function as verl loads it: by its path, from a configuration."""
    named = {"path": str(Path(rewards.__file__).with_name("verl.py")), "name": "compute_score", "reward_kwargs": more}
    return get_custom_reward_fn(OmegaConf.create({"reward": {"custom_reward_function": named}}))


@pytest.mark.parametrize("split", ["train", "validation"])
def test_rlhf_dataset_loads(split: str, tmp_path: Path) -> None:
    """Every row is there, with its prompt as messages and what it is judged by."""
    config = OmegaConf.create(
        {"max_prompt_length": 8192, "filter_overlong_prompts_workers": 1, "cache_dir": str(tmp_path)}
    )
    loaded = RLHFDataset(str(DATA / "verl" / f"{split}.parquet"), tokenizer(), config)
    batch = collate_fn([loaded[index] for index in range(len(loaded))])
    assert len(loaded) > 0
    assert {row["split"] for row in batch["extra_info"]} == {split}
    assert all(messages[0]["role"] == "user" for messages in batch["raw_prompt"])
    assert all(rewards.unpack(row["ground_truth"]) for row in batch["reward_model"])


def test_every_reply_of_the_run_has_its_score() -> None:
    """`compute_score` gives what the run's verdicts were."""
    score = compute_score()
    for packed, text, wanted in replies():
        told = score(data_source="verisieve/x", solution_str=text, ground_truth=packed, extra_info={})
        assert (told["score"], told["outcome"] == "pass") == (wanted, bool(wanted))


def test_the_reward_manager_scores_a_rollout() -> None:
    """The manager that verl uses where none is named decodes a rollout and has it scored."""
    words = tokenizer()
    packed, text, _ = next(each for each in replies() if each[2])
    response = torch.tensor([words.encode(text)])
    tensors = {"responses": response, "attention_mask": torch.ones_like(response), "prompts": torch.zeros(1, 0).long()}
    others = {"data_source": "verisieve/x", "reward_model": {"ground_truth": packed}, "extra_info": {}}
    import numpy as np

    batch = DataProto.from_dict(tensors, {key: np.array([value], dtype=object) for key, value in others.items()})

    async def scored() -> Any:
        NaiveRewardManager._class_initialized = True
        manager = NaiveRewardManager(SimpleNamespace(), words, compute_score())
        manager.loop = asyncio.get_running_loop()
        return await manager.run_single(batch)

    assert asyncio.run(scored())["reward_score"] == 1.0


def test_what_cannot_be_judged_is_no_wrong_answer() -> None:
    """It stops the training, or scores what the configuration says."""
    with pytest.raises(UnscoredError, match="broken_truth"):
        compute_score()(data_source="", solution_str="2", ground_truth=BROKEN)
    assert compute_score(on_error=0.5)(data_source="", solution_str="2", ground_truth=BROKEN)["score"] == 0.5
