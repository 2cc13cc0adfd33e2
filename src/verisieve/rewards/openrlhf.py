"""OpenRLHF: name this file as `--reward.remote_url`, with `--data.input_key prompt --data.label_key label`.

What could not be judged raises UnscoredError: OpenRLHF has no way to leave a sample out. A file of your own may say
`from functools import partial` and `reward_func = partial(openrlhf.reward_func, on_error=0.5)` instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from verisieve.errors import UsageError
from verisieve.records import Json
from verisieve.rewards import rewards, sure

_ENDS = re.compile(r"(?:\s*(?:<\|[\w-]{1,40}\|>|</s>|<eos>|<end_of_turn>|<pad>))+\s*\Z")


def reward_func(
    queries: Sequence[str], prompts: Sequence[str], labels: Sequence[str], *, on_error: float | None = None
) -> dict[str, Json]:
    """Score replies, each a query without its prompt; tensors, as OpenRLHF wants them."""
    import torch

    found = rewards(labels, map(reply, queries, prompts))
    scores = torch.tensor([sure(each, on_error) for each in found])
    logs = {"unanswered": torch.tensor([float(each.outcome == "no_answer") for each in found])}
    return {"rewards": scores, "scores": scores, "extra_logs": logs}


def reply(query: str, prompt: str) -> str:
    """Return what a query says after its prompt, without the tokens that end a turn.

    A prompt that was too long is cut at its start; a query that holds no end of its prompt is refused.

    >>> reply("<|user|>1+1?<|assistant|>2<|end|>", "<|user|>1+1?<|assistant|>")
    '2'
    >>> reply("1+1?<|assistant|>2</s>", "<|user|>1+1?<|assistant|>")
    '2'
    """
    length = len(prompt) if query.startswith(prompt) else _overlap(query, prompt)
    if prompt and not length:
        raise UsageError("a query does not begin with its prompt, so the reply cannot be told from it")
    return _ENDS.sub("", query[length:])


def _overlap(query: str, prompt: str) -> int:
    """Return the length of the longest end of the prompt that begins the query: Knuth, Morris and Pratt's table."""
    text = f"{query[: len(prompt)]}\0{prompt}"
    table = [0] * len(text)
    for index in range(1, len(text)):
        length = table[index - 1]
        while length and text[index] != text[length]:
            length = table[length - 1]
        table[index] = length + (text[index] == text[length])
    return table[-1]
