"""The formats of an export: each is one function from `Data` to rows, and adding one is adding it to `FORMATS`.

Field names are those that each trainer's own loader reads; tests/trainers loads or trains with them.
No format holds a reply that did not pass, but for the rejected side of preferences.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from verisieve.errors import UsageError
from verisieve.folder import Pair, Place, fetch, prompt_of, text_of, truncated
from verisieve.records import Json, Outcome
from verisieve.rewards import pack
from verisieve.select import Kept, Selection


class Row(NamedTuple):
    """One exported row; `group` decides its split."""

    group: str
    fields: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """What a format draws from; rows are read from the run folder as they are asked for."""

    folder: Path
    selection: Selection

    def kept(self) -> Iterator[tuple[Kept, Pair]]:
        """Every kept row, in the order of the selection."""
        kept = self.selection.kept
        yield from zip(kept, self._fetch((row.place for row in kept), Outcome.PASS), strict=True)

    def problems(self) -> Iterator[tuple[Kept, Pair]]:
        """The best kept row of each problem: problems that the truth and a reply are known to fit."""
        kept = [row for row in self.selection.kept if row.rank == 0]
        yield from zip(kept, self._fetch((row.place for row in kept), Outcome.PASS), strict=True)

    def preferences(self) -> Iterator[tuple[Kept, Pair, Pair]]:
        """Kept rows against failed ones of the same problem, hardest first."""
        chosen = self._fetch((row.chosen.place for row in self.selection.preferences), Outcome.PASS)
        for row, good, bad in zip(self.selection.preferences, chosen, self.rejected(), strict=True):
            yield row.chosen, good, bad

    def rejected(self) -> Iterator[Pair]:
        """The failed side of the preferences, each row once."""
        yield from self._fetch((row.rejected for row in self.selection.preferences), Outcome.FAIL)

    def _fetch(self, places: Iterable[Place], outcome: Outcome) -> Iterator[Pair]:
        # The last door before training data: what lies on disk now must still say what was selected.
        for pair in fetch(self.folder, places):
            if pair.verdict["outcome"] != outcome or truncated(pair.completion):
                raise UsageError(f"{self.folder}: line {pair.place.line} changed after it was selected")
            yield pair


def trl_sft(data: Data) -> Iterator[Row]:
    """Conversations: TRL SFTTrainer, "conversational language modeling"."""
    for kept, pair in data.kept():
        yield Row(kept.group, {"messages": [*_user(pair), *_assistant(pair)]})


def trl_prompt_completion(data: Data) -> Iterator[Row]:
    """Prompt and completion: TRL SFTTrainer with the loss on the completion only."""
    for kept, pair in data.kept():
        yield Row(kept.group, {"prompt": _user(pair), "completion": _assistant(pair)})


def trl_dpo(data: Data) -> Iterator[Row]:
    """Preferences with an explicit prompt: TRL DPOTrainer."""
    for kept, good, bad in data.preferences():
        yield Row(kept.group, {"prompt": _user(good), "chosen": _assistant(good), "rejected": _assistant(bad)})


def trl_kto(data: Data) -> Iterator[Row]:
    """Unpaired preferences: TRL KTOTrainer; the false ones are the rejected side of `trl-dpo`."""
    for kept, pair in data.kept():
        yield Row(kept.group, {"prompt": _user(pair), "completion": _assistant(pair), "label": True})
    for preference, pair in zip(data.selection.preferences, data.rejected(), strict=True):
        yield Row(preference.chosen.group, {"prompt": _user(pair), "completion": _assistant(pair), "label": False})


def trl_grpo(data: Data) -> Iterator[Row]:
    """Prompts with what a reward function needs beside them: TRL GRPOTrainer."""
    for kept, pair in data.problems():
        yield Row(kept.group, {"prompt": _user(pair), **_named(pair), "ground_truth": pack(pair.completion)})


def verl(data: Data) -> Iterator[Row]:
    """verl's RLHFDataset, docs/preparation/prepare_data.rst; `extra_info.split` is filled in on writing."""
    for index, (kept, pair) in enumerate(data.problems()):
        fields = {
            "data_source": f"verisieve/{pair.completion['domain']}",
            "prompt": _user(pair),
            "ability": pair.completion["domain"],
            "reward_model": {"style": "rule", "ground_truth": pack(pair.completion)},
            "extra_info": {"index": index, **_named(pair)},
        }
        yield Row(kept.group, fields)


def skyrl(data: Data) -> Iterator[Row]:
    """SkyRL's PromptDataset: what is neither `prompt` nor `env_class` becomes the environment's extras."""
    for index, (kept, pair) in enumerate(data.problems()):
        fields = {
            "data_source": f"verisieve/{pair.completion['domain']}",
            "prompt": _user(pair),
            "env_class": "verisieve",
            "reward_spec": {"method": "rule", "ground_truth": pack(pair.completion)},
            "extra_info": {"index": index, **_named(pair)},
        }
        yield Row(kept.group, fields)


def openrlhf(data: Data) -> Iterator[Row]:
    """OpenRLHF's PromptDataset; `--data.input_key prompt --data.label_key label --data.apply_chat_template`."""
    for kept, pair in data.problems():
        domain = str(pair.completion["domain"])
        fields = {"datasource": f"verisieve/{domain}", "prompt": _user(pair), "label": pack(pair.completion)}
        yield Row(kept.group, fields)


def open_instruct(data: Data) -> Iterator[Row]:
    """open-instruct's RLVR, dataset_transformation.py: `dataset` names the verifier."""
    for kept, pair in data.problems():
        fields = {"messages": _user(pair), "ground_truth": pack(pair.completion), "dataset": "verisieve"}
        yield Row(kept.group, fields)


def nemo_gym(data: Data) -> Iterator[Row]:
    """NeMo Gym: a request of the Responses API, and fields of its own for the verifier."""
    for kept, pair in data.problems():
        request = {"responses_create_params": {"input": _user(pair)}}
        yield Row(kept.group, {**request, **_named(pair), "ground_truth": pack(pair.completion)})


def inspect(data: Data) -> Iterator[Row]:
    """Inspect's Sample; the target is for the reader, the scorer goes by `metadata.ground_truth`."""
    for kept, pair in data.problems():
        domain, identity = pair.completion["domain"], pair.completion["id"]
        fields = {
            "input": _user(pair),
            "target": text_of(pair.verdict, "answer") or text_of(pair.completion, "response"),
            "id": f"{domain}:{identity}",
            "metadata": {**_named(pair), "ground_truth": pack(pair.completion)},
        }
        yield Row(kept.group, fields)


def verifiers(data: Data) -> Iterator[Row]:
    """Prime Intellect's verifiers: the data of a task, for `rewards.prime.taskset`."""
    for kept, pair in data.problems():
        domain, identity = pair.completion["domain"], pair.completion["id"]
        fields = {"id": f"{domain}:{identity}", "prompt": prompt_of(pair.completion)}
        yield Row(kept.group, {**fields, "ground_truth": pack(pair.completion)})


def openai_dpo(data: Data) -> Iterator[Row]:
    """OpenAI preference fine-tuning: `input`, `preferred_output`, `non_preferred_output`."""
    for kept, good, bad in data.preferences():
        fields = {"preferred_output": _assistant(good), "non_preferred_output": _assistant(bad)}
        yield Row(kept.group, {"input": {"messages": _user(good)}, **fields})


def jsonl(data: Data) -> Iterator[Row]:
    """Everything that is known of a kept row: the completion, its verdict and its rank."""
    for kept, pair in data.kept():
        chosen = {"line": kept.place.line, "group": kept.group, "score": kept.score, "rank": kept.rank}
        verdict = {key: pair.verdict[key] for key in _VERDICT if key in pair.verdict}
        yield Row(kept.group, {**pair.completion, "verdict": verdict, "selection": chosen})


def parquet(data: Data) -> Iterator[Row]:
    """A plain table of the kept rows; what differs in shape from row to row is JSON text."""
    for kept, pair in data.kept():
        completion, verdict = pair.completion, pair.verdict
        fields = {
            **_named(pair),
            **{key: completion.get(key) for key in ("model", "sample", "prompt", "rendered", "response", "operator")},
            **{key: verdict.get(key) for key in ("answer", "verifier", "sandbox")},
            **{key: json.dumps(completion.get(key)) for key in ("truth", "meta")},
            "checks": json.dumps(verdict.get("checks")),
            "group": kept.group,
            "score": kept.score,
            "rank": kept.rank,
        }
        yield Row(kept.group, fields)


FORMATS: Mapping[str, Callable[[Data], Iterator[Row]]] = {
    "trl-sft": trl_sft,
    "trl-prompt-completion": trl_prompt_completion,
    "trl-dpo": trl_dpo,
    "trl-kto": trl_kto,
    "trl-grpo": trl_grpo,
    "verl": verl,
    "openrlhf": openrlhf,
    "skyrl": skyrl,
    "nemo-gym": nemo_gym,
    "open-instruct": open_instruct,
    "openai-sft": trl_sft,  # the same rows under both names
    "openai-dpo": openai_dpo,
    "inspect": inspect,
    "verifiers": verifiers,
    "parquet": parquet,
    "jsonl": jsonl,
}

_MESSAGES = [{"role": str, "content": str}]

# Formats that are Parquet files, by the type of each column.
PARQUET: Mapping[str, Mapping[str, Json]] = {
    "verl": {
        "data_source": str,
        "prompt": _MESSAGES,
        "ability": str,
        "reward_model": {"style": str, "ground_truth": str},
        "extra_info": {"index": int, "split": str, "id": str, "domain": str},
    },
    "parquet": {
        **dict.fromkeys(("id", "domain", "model"), str),
        "sample": int,
        **dict.fromkeys(("prompt", "rendered", "response", "operator", "answer", "verifier", "sandbox"), str),
        **dict.fromkeys(("truth", "meta", "checks", "group"), str),
        "score": float,
        "rank": int,
    },
}

_VERDICT = ("outcome", "reason", "answer", "checks", "verifier", "sandbox", "seconds")


def _user(pair: Pair) -> list[dict[str, str]]:
    return [{"role": "user", "content": prompt_of(pair.completion)}]


def _assistant(pair: Pair) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text_of(pair.completion, "response")}]


def _named(pair: Pair) -> dict[str, Json]:
    return {"id": str(pair.completion["id"]), "domain": pair.completion["domain"]}
