"""Verdicts as rewards: one verifier behind the doors of all trainers, so that each gives the same score.

A pass scores 1; what is wrong, no answer or over a limit scores 0; an `error` has no score: it says nothing of the
reply. Each door says so as its trainer allows. What a reply is judged by travels with the prompt as one text, the
problem's row as JSON (`pack`): that is `ground_truth` in every export.

Importing a door loads no trainer and starts nothing; the first reply that is scored starts the worker processes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from verisieve.errors import InputError, UsageError, VerisieveError
from verisieve.records import Completion, Json, Outcome, Problem
from verisieve.rows import BadRow, Place, Row, loads, parse
from verisieve.scoring import shared
from verisieve.workers import Line

_FIELDS = ("id", "domain", "prompt", "truth")


class Reward(NamedTuple):
    """What a reply is worth, None where it could not be judged, and why."""

    score: float | None
    outcome: str
    reason: str


class UnscoredError(VerisieveError):
    """A reply could not be judged, and its trainer has no way to leave it out."""


def pack(row: Mapping[str, Json]) -> str:
    """Return what a reply to the problem of this row is judged by, as ASCII text.

    >>> pack({"id": "m-1", "domain": "math", "prompt": "1+1?", "truth": {"answer": "2"}, "response": "2"})
    '{"id": "m-1", "domain": "math", "prompt": "1+1?", "truth": {"answer": "2"}}'
    """
    return json.dumps({key: row.get(key) for key in _FIELDS})


def unpack(ground_truth: str) -> Problem:
    """Return the problem that `pack` packed; raise UsageError for any other text."""
    try:
        row = next(parse(_object(ground_truth), Place("ground_truth", 1)))
    except InputError as error:
        raise UsageError(f"ground_truth: {error}") from error
    if isinstance(row, BadRow):
        raise UsageError(f"ground_truth: {row.field}: {row.message}")
    assert isinstance(row, Row)
    return row.completion.problem


def rewards(ground_truths: Iterable[str], replies: Iterable[str]) -> list[Reward]:
    """Judge a reply to each problem, all at once, and return the rewards in order.

    Waiting for a worker costs a reply nothing: what it may use is counted in its sandbox.
    """
    pairs = zip(ground_truths, replies, strict=True)
    completions = [Completion(problem=unpack(packed), text=text) for packed, text in pairs]
    return [_reward(line) for line in shared().judge(completions)]


async def areward(ground_truth: str, reply: str) -> Reward:
    """Judge one reply without blocking the event loop; cancelling it drops a reply that no worker has yet."""
    import asyncio

    completion = Completion(problem=unpack(ground_truth), text=reply)
    return _reward(await asyncio.wrap_future(shared().submit([completion])[0]))


def sure(found: Reward, on_error: float | None) -> float:
    """Return the score of a reward, or `on_error` where there is none; raise UnscoredError if both are None."""
    score = on_error if found.score is None else found.score
    if score is None:
        raise UnscoredError(f"a reply could not be judged: {found.reason}; `on_error` may say what that scores")
    return score


def content(messages: str | Sequence[Mapping[str, Json]]) -> str:
    """Return the text of a reply that is a text or a conversation, whose last message counts."""
    found = messages if isinstance(messages, str) else messages[-1].get("content") if messages else ""
    return found if isinstance(found, str) else ""


def _object(text: str) -> Json:
    value = loads(text)
    return {**value, "response": ""} if isinstance(value, dict) else value


def _reward(line: Line) -> Reward:
    return Reward(Outcome(line.outcome).score, line.outcome, line.reason)
