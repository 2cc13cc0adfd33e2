"""Items of reasoning-gym as rows: judged by our specs, by values that we computed, or by exact text; or refused.

reasoning-gym is never imported here, and its scorers never rule: nine of them execute the text that they score. `boxed`
runs the package in a box of a sandbox; this converts what came out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from types import MappingProxyType

from verisieve.adapters.gym import exact, numbers, puzzles
from verisieve.adapters.gym.items import Item, Made, RefusedError
from verisieve.errors import InputError, TruthError
from verisieve.records import Json, Reason

CONVERSIONS: Mapping[str, Callable[[Item], Made]] = MappingProxyType({**puzzles.BY_SPEC, **numbers.BY_VALUE})


def record(value: Mapping[str, Json]) -> dict[str, Json]:
    """Convert one item to the columns of the adapter; raise InputError, with the reason, for one that is refused."""
    item = _item(value)
    try:
        made = convert(item)
    except (RefusedError, TruthError) as error:
        raise InputError(Reason.BAD_ROW, f"{item.family}: {error}") from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        message = f"{item.family}: an item of another shape: {type(error).__name__}: {error}"
        raise InputError(Reason.BAD_ROW, message[:300]) from error
    key = blake2b(f"{item.question}".encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    agrees = None if made.judged == "text" else made.agrees
    return {
        "id": f"{item.family}-{key}",
        "domain": made.domain,
        "prompt": made.prompt or item.question,
        "truth": dict(made.truth),
        "gold": made.gold,
        "family": item.family,
        "judged": made.judged,
        "answer": item.answer,
        "agrees": agrees,
    }


def convert(item: Item) -> Made:
    """Convert one item; raise RefusedError where nothing of ours can judge it rightly."""
    return CONVERSIONS.get(item.family, exact.text)(item)


def _item(value: Mapping[str, Json]) -> Item:
    question, answer, metadata = value.get("question"), value.get("answer"), value.get("metadata")
    if not isinstance(metadata, dict):
        raise InputError(Reason.BAD_ROW, "must be an object", "metadata")
    family = metadata.get("source_dataset")
    if not isinstance(question, str) or not isinstance(family, str):
        raise InputError(
            Reason.BAD_ROW, "missing", "question" if isinstance(family, str) else "metadata.source_dataset"
        )
    if not isinstance(answer, str | None):
        raise InputError(Reason.BAD_ROW, "must be a text or null", "answer")
    return Item(family, question, answer, metadata)
