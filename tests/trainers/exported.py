"""What the trainers' tests share: the exported folder, its rows, and a tokenizer made from them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

DATA = Path(os.environ.get("VERISIEVE_DATA", ""))
TEMPLATE = (
    "{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}"
    "{% if message['role'] == 'assistant' %}<eos>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def rows(name: str, split: str = "train") -> list[dict[str, Any]]:
    """Read a JSON Lines file of the export."""
    text = (DATA / name / f"{split}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def replies() -> list[tuple[str, str, float]]:
    """Right and wrong replies to exported problems: what they are judged by, the text, the score it must have."""
    packed = {row["prompt"][0]["content"]: row["ground_truth"] for row in rows("trl-grpo")}
    told = [(row["prompt"][0]["content"], row["completion"][0]["content"], row["label"]) for row in rows("trl-kto")]
    return [(packed[prompt], text, float(label)) for prompt, text, label in told if prompt in packed]


def tokenizer(whole: list[str] | None = None) -> Any:
    """Train a byte-level tokenizer on the exported texts; with `whole`, each of these texts is one token."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=["<pad>", "<eos>"], initial_alphabet=alphabet)
    made.train_from_iterator((row["messages"][0]["content"] for row in rows("trl-sft")), trainer)
    made.add_tokens([AddedToken(text, normalized=False) for text in whole or ()])
    return PreTrainedTokenizerFast(
        tokenizer_object=made, eos_token="<eos>", pad_token="<pad>", chat_template=TEMPLATE, padding_side="left"
    )
