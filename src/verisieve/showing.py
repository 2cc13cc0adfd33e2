"""A row made ready to be shown: prompt, response, answer, facts, and its checks with their evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from verisieve import plaintext
from verisieve.evidence import Block, Text, blocks, shown
from verisieve.folder import Pair, prompt_of, text_of, truncated
from verisieve.gathering import mistake_of
from verisieve.records import Json


class Check(NamedTuple):
    """One check and what it found."""

    name: str
    outcome: str
    reason: str
    blocks: Sequence[Block]


class Shown(NamedTuple):
    """One row; everything in it is visible, cut, and not yet escaped."""

    line: int
    outcome: str
    mistake: str
    domain: str
    id: str
    sample: int
    model: str
    reason: str
    answer: str
    facts: str
    prompt: Text | None
    reply: Sequence[Text]
    checks: Sequence[Check]


def row(pair: Pair, *, fate: str = "") -> Shown:
    """Make a row ready; `fate` says what became of it, where that is known."""
    completion, verdict = pair.completion, pair.verdict
    answer, prompt, response = verdict.get("answer"), prompt_of(completion), text_of(completion, "response")
    reply = [Text("Response", shown(response))] if response or prompt else []
    if answer is not None:
        reply.append(Text("Extracted answer", shown(str(answer))))
    return Shown(
        line=pair.place.line,
        outcome=verdict["outcome"],
        mistake=mistake_of(pair),
        domain=plaintext.name(verdict.get("domain") or "unknown"),
        id=plaintext.name(verdict.get("id")),
        sample=verdict["sample"] if type(verdict.get("sample")) is int else 0,
        model=plaintext.name(text_of(completion, "model")),
        reason=plaintext.words(text_of(verdict, "reason")),
        answer="" if answer is None else plaintext.name(answer, 60),
        facts=" · ".join(filter(None, _facts(pair, fate))),
        prompt=Text("Prompt", shown(prompt)) if prompt else None,
        reply=reply,
        checks=[_check(check, completion) for check in _dicts(verdict.get("checks"))],
    )


def _facts(pair: Pair, fate: str) -> list[str]:
    completion, verdict = pair.completion, pair.verdict
    operator, label = completion.get("operator"), completion.get("label")
    return [
        f"line {pair.place.line:,}",
        f"sample {verdict['sample']}" if type(verdict.get("sample")) is int and verdict["sample"] else "",
        f"fate: {fate.replace('_', ' ')}" if fate else "",
        f"verifier {plaintext.name(verdict.get('verifier') or 'none')}",
        f"sandbox {plaintext.name(verdict['sandbox'])}" if verdict.get("sandbox") else "",
        f"made as {plaintext.name(operator)}" if operator else "",
        f"known truth: {plaintext.name(label)}" if label else "",
        "cut off by a token limit" if truncated(completion) else "",
    ]


def _dicts(value: Json) -> list[Mapping[str, Json]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _check(check: Mapping[str, Json], completion: Mapping[str, Json]) -> Check:
    found = check.get("evidence")
    return Check(
        name=plaintext.name(check.get("name")),
        outcome=plaintext.name(check.get("outcome")),
        reason=plaintext.words(str(check.get("reason") or "")),
        blocks=blocks(found, completion) if isinstance(found, dict) else [],
    )
