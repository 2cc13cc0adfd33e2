"""A new problem in a model's reply: a spec, perhaps with a text. Read tolerantly as JSON, never evaluated.

### Problem     the question in words (may be left out)
### Spec        one JSON object

or a JSON object with the keys `problem` and `spec`, or the spec alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from verisieve.domains.reasoning.variants import Raw
from verisieve.verifiers import replies, sections
from verisieve.verifiers.reasoning import lexing
from verisieve.verifiers.sections import MAX_PART, SectionError

MAX_REPLY = 100_000
MOST_TEXT = 8_000  # characters of the longest question
LEAST_TEXT = 20
MAX_DEPTH = 40
GOLD = frozenset({"answer", "gold", "solution", "solutions", "truth", "expected"})
_TRAILING = re.compile(r",(?=\s*[}\]])")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"'})


class DraftError(Exception):
    """A reply that is no problem in the form that was asked for; the message says what is wrong."""


class GoldError(Exception):
    """A reply that gives an answer beside its spec."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A problem as a model wrote it; without a text, ours is used."""

    spec: Raw
    text: str


def read(reply: str) -> Draft:
    """Read a problem; raise DraftError for what is none, and GoldError for one with an answer."""
    if len(reply) > MAX_REPLY:
        raise DraftError(f"the reply has more than {MAX_REPLY} characters")
    parts = _parts(reply)
    gold = sorted({key.lower() for key in parts} & GOLD)
    spec = parts["spec"] if isinstance(parts["spec"], dict) else _object(str(parts["spec"]))
    gold += sorted({str(key).lower() for key in spec} & GOLD)
    if gold:
        raise GoldError(f"the reply holds {gold[0]!r}")
    text = str(parts.get("problem") or "").strip()
    if text and not LEAST_TEXT <= len(text) <= MOST_TEXT:
        raise DraftError(f"the problem does not have {LEAST_TEXT} to {MOST_TEXT} characters")
    return Draft(spec=spec, text=text)


def write(spec: Raw, text: str = "") -> str:
    """Write a problem in the form that `read` reads."""
    told = f"### Problem\n{text}\n\n" if text else ""
    return f"{told}### Spec\n```json\n{json.dumps(spec, ensure_ascii=False)}\n```\n"


def _parts(reply: str) -> dict[str, Any]:
    """Return the headed parts, or the entries of a JSON object; a lone object is the spec."""
    try:
        return dict(sections.read(reply, ["spec"], ["problem", *sorted(GOLD)]))
    except SectionError as error:
        message = str(error)
    found: list[Any] = []
    for body in _bodies(replies.visible(reply)):
        try:
            found.append(_object(body))
        except DraftError as error:
            message = str(error)
    if not found:
        raise DraftError(message)
    whole = found[-1]
    keyed = {str(key).lower(): value for key, value in whole.items()}
    return keyed if "spec" in keyed else {"spec": whole}


def _bodies(text: str) -> Iterator[str]:
    """Return the pieces of a reply that may be a JSON object: its closed blocks, or all between the outer braces."""
    blocks = [block.body for block in replies.fences(text) if block.closed and block.body.lstrip().startswith("{")]
    if blocks:
        yield from blocks
    elif "{" in text:
        yield text[text.index("{") : text.rfind("}") + 1]


def _object(text: str) -> Raw:
    """Return a JSON object; commas before a closing bracket and typographic quotes are forgiven."""
    if len(text) > MAX_PART:
        raise DraftError(f"the spec has more than {MAX_PART} characters")
    if lexing.depth(text) > MAX_DEPTH:
        raise DraftError("the spec is nested too deeply")
    last = ""
    for tried in (text, _TRAILING.sub("", text.translate(_QUOTES))):
        try:
            found = json.loads(tried.strip(), object_pairs_hook=lexing.unique, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            last = str(error)[:200]
            continue
        if isinstance(found, dict):
            return found
        last = "it is no object"
    raise DraftError(f"the spec is no JSON: {last}")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")
