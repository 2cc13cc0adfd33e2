"""OpenRLHF's data sets take the exports, and its executor of single turns scores by our file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import datasets
import pytest
from exported import DATA, replies, rows, tokenizer
from openrlhf.datasets.prompts_dataset import PromptDataset
from openrlhf.datasets.reward_dataset import RewardDataset
from openrlhf.datasets.sft_dataset import SFTDataset
from openrlhf.utils.agent import SingleTurnAgentExecutor

from verisieve import rewards
from verisieve.rewards import UnscoredError

FILE = str(Path(rewards.__file__).with_name("openrlhf.py"))
BROKEN = '{"id": "x", "domain": "math", "prompt": "", "truth": {}}'


def strategy(**keys: str) -> Any:
    """What OpenRLHF's data sets read of its options."""
    data = SimpleNamespace(apply_chat_template=True, **keys)
    return SimpleNamespace(args=SimpleNamespace(data=data), is_rank_0=lambda: False)


def load(name: str) -> Any:
    """The training split of a format, by the card."""
    return datasets.load_dataset(str(DATA), name, split="train")


def test_prompts() -> None:
    """PromptDataset: the prompt through the chat template, the label as it is."""
    loaded = PromptDataset(load("openrlhf"), tokenizer(), strategy(input_key="prompt", label_key="label"))
    source, prompt, label, _ = loaded[0]
    first = rows("openrlhf")[0]
    assert (source, label) == (first["datasource"], first["label"])
    assert prompt == f"<user>{first['prompt'][0]['content']}<assistant>"


def test_sft() -> None:
    """SFTDataset takes `trl-prompt-completion`; the loss covers the reply."""
    keys = strategy(input_key="prompt", output_key="completion")
    loaded = SFTDataset(load("trl-prompt-completion"), tokenizer(), 4096, keys, num_processors=1)
    assert len(loaded) == len(rows("trl-prompt-completion"))
    assert loaded[0][2].sum() > 0


def test_preferences() -> None:
    """RewardDataset takes `trl-dpo`, for DPO as well as for a reward model."""
    keys = strategy(prompt_key="prompt", chosen_key="chosen", rejected_key="rejected")
    loaded = RewardDataset(load("trl-dpo"), tokenizer(), 4096, keys, is_dpo=True, num_processors=1)
    assert len(loaded) == len(rows("trl-dpo"))


def scores(each: list[tuple[str, str, str]]) -> list[float]:
    """Score replies to prompts with labels as the executor does, one query at a time."""
    executor = SingleTurnAgentExecutor(FILE)

    async def fetched() -> Any:
        queries = [f"{prompt}{text}<eos>" for prompt, text, _ in each]
        return await executor._fetch_rewards_via_func(queries, [one[0] for one in each], [one[2] for one in each])

    return [float(told["rewards"][0]) for told in asyncio.run(fetched())]


def test_every_reply_of_the_run_has_its_score() -> None:
    """The prompt, which may hold the answer, is no part of the reply; nor is the token that ends it."""
    known = replies()
    prompts = [
        f"<user>The answer is {rewards.unpack(packed).truth.get('answer')}.<assistant>" for packed, _, _ in known
    ]
    judged = [(prompt, text, packed) for prompt, (packed, text, _) in zip(prompts, known, strict=True)]
    assert scores(judged) == [wanted for _, _, wanted in known]


def test_what_cannot_be_judged_is_no_wrong_answer() -> None:
    """It raises, as OpenRLHF can leave nothing out."""
    with pytest.raises(UnscoredError, match="broken_truth"):
        scores([("<user>1+1?<assistant>", "2", BROKEN)])
