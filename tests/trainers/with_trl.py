"""TRL trains one step of SFT, DPO, KTO and GRPO from the export, with a tiny model of random weights, on a CPU."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets
import pytest
import torch
import trl
from exported import DATA, replies, tokenizer
from transformers import LlamaConfig, LlamaForCausalLM

from verisieve.rewards.trl import reward


def model(vocabulary: int) -> Any:
    """A Llama of one layer."""
    torch.manual_seed(7)
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    return LlamaForCausalLM(LlamaConfig(vocab_size=vocabulary, max_position_embeddings=8192, **sizes))


def settings(folder: Path, **more: Any) -> dict[str, Any]:
    """One step on a CPU, nothing saved, nothing reported."""
    return {
        "output_dir": str(folder),
        "max_steps": 1,
        "per_device_train_batch_size": 2,
        "use_cpu": True,
        "bf16": False,
        "gradient_checkpointing": False,
        "save_strategy": "no",
        "report_to": "none",
        "logging_steps": 1,
        "learning_rate": 0.1,
        "seed": 7,
        **more,
    }


def trained(trainer: Any) -> dict[str, float]:
    """Train a step; the weights must have moved, and what was logged comes back."""
    before = [weights.detach().clone() for weights in trainer.model.parameters()]
    assert trainer.train().global_step == 1
    assert any(not torch.equal(old, new) for old, new in zip(before, trainer.model.parameters(), strict=True))
    logged: dict[str, float] = trainer.state.log_history[0]
    return logged


def load(name: str) -> Any:
    """The training split of a format, by the card."""
    return datasets.load_dataset(str(DATA), name, split="train")


@pytest.mark.parametrize("name", ["trl-sft", "trl-prompt-completion", "openai-sft"])
def test_sft(tmp_path: Path, name: str) -> None:
    """SFTTrainer takes conversations, and prompts with completions."""
    words = tokenizer()
    arguments = trl.SFTConfig(**settings(tmp_path, max_length=256))
    trainer = trl.SFTTrainer(model(len(words)), arguments, train_dataset=load(name), processing_class=words)
    assert trained(trainer)["loss"] > 0


def test_dpo(tmp_path: Path) -> None:
    """DPOTrainer takes preferences."""
    words = tokenizer()
    arguments = trl.DPOConfig(**settings(tmp_path, max_length=512))
    trainer = trl.DPOTrainer(
        model(len(words)), model(len(words)), arguments, train_dataset=load("trl-dpo"), processing_class=words
    )
    assert trained(trainer)["loss"] > 0


def test_kto(tmp_path: Path) -> None:
    """KTOTrainer takes labelled completions."""
    words = tokenizer()
    arguments = trl.KTOConfig(**settings(tmp_path, max_length=512))
    trainer = trl.KTOTrainer(
        model(len(words)), model(len(words)), arguments, train_dataset=load("trl-kto"), processing_class=words
    )
    assert trained(trainer)["loss"] > 0


def test_grpo(tmp_path: Path) -> None:
    """GRPOTrainer samples, our verifier scores, and right replies pull the weights another way than wrong ones.

    Each reply of the run is one token here, so that a model of random weights says right and wrong ones.
    """
    known = replies()
    problem = next(packed for packed, _, label in known if label and (packed, 0.0) in {(p, s) for p, _, s in known})
    said = list(dict.fromkeys(text for packed, text, _ in known if packed == problem))
    words = tokenizer(said)
    tiny = model(len(words))
    tiny.lm_head.weight.data[: -len(said)] = 0  # nearly all that is said is a reply
    tiny.lm_head.weight.data[-len(said) :] *= 200
    rows = load("trl-grpo").filter(lambda row: row["ground_truth"] == problem)
    more = {"per_device_train_batch_size": 8, "num_generations": 8, "max_completion_length": 1, "temperature": 1.5}
    trainer = trl.GRPOTrainer(
        tiny, reward, trl.GRPOConfig(**settings(tmp_path, **more)), train_dataset=rows, processing_class=words
    )
    logged = trained(trainer)
    assert 0 < logged["rewards/reward/mean"] < 1
    assert logged["reward_std"] > 0


def test_what_cannot_be_judged_is_kept_out(tmp_path: Path) -> None:
    """A broken truth scores None, and None it stays beside scores."""
    broken = '{"id": "x", "domain": "math", "prompt": "", "truth": {}}'
    (packed, text, _) = next(each for each in replies() if each[2])
    assert reward([[{"role": "assistant", "content": "2"}], text], [broken, packed]) == [None, 1.0]


def test_every_reply_of_the_run_has_its_score() -> None:
    """The door gives what the run's verdicts were, over right and wrong replies of every domain."""
    packed, texts, wanted = zip(*replies(), strict=True)
    assert reward([[{"role": "assistant", "content": text}] for text in texts], packed) == list(wanted)
    assert set(wanted) == {0.0, 1.0}
