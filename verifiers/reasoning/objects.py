"""Steps written as JSON: the last list of objects in a text that each make a claim, and the words in them.

Judges nothing; `derivations` and `citations` make steps of the objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from verisieve.verifiers.reasoning import lexing
from verisieve.verifiers.reasoning.findings import UnreadableError

MAX_ARRAYS, MAX_OBJECTS, MAX_CITE, MAX_LIST = 8, 2_000, 200, 100_000  # a list in characters
CLAIMS = (
    "move", "action", "equation", "calculation", "expression", "operation", "claim", "statement", "conclusion", "fact",
    "formula", "placement", "text", "state", "values", "result",
)  # fmt: skip
OPERATIONS = ("calculation", "expression", "operation")
NUMBERS = ("step", "n", "number", "id", "k", "line", "no", "index", "after", "swap")
RULES = ("rule", "justification", "reason")
CITES = lexing.words(
    "from cites cite cited refs ref references citations because by uses using reason justification rule support "
    "supports steps lines premises sources source basis"
)
_LISTS = re.compile(r"(?=\[\s*\{)|\"(?:steps|derivation|proof|trace)\"\s*:\s*(?=\[\s*\")")
_COUNTED = re.compile(r"^\s*(?:step\s*)?\d{1,4}\s*[.):]\s*", re.IGNORECASE)

Item = Mapping[str, Any]


def last_list(text: str) -> list[Item]:
    """Return the objects of the last JSON list whose members all make claims, with keys in lower case."""
    starts = [match.end() for match in _LISTS.finditer(text)][-MAX_ARRAYS:]
    for start in reversed(starts):
        try:
            data = lexing.json_value(_balanced(text, start), MAX_LIST)
        except UnreadableError:
            continue
        if isinstance(data, list) and data and all(isinstance(item, str) for item in data):
            data = [{"claim": _COUNTED.sub("", item)} for item in data]
        if isinstance(data, list) and data and all(isinstance(item, dict) for item in data):
            items: list[Item] = [{key.lower(): value for key, value in item.items()} for item in data[:MAX_OBJECTS]]
            if all(map(claim, items)):
                return items
    return []


def _balanced(text: str, start: int) -> str:
    """Return the JSON list that begins at a place, as far as its brackets go."""
    depth = 0
    for match in re.finditer(r'"(?:[^"\\\n]|\\.)*"|[\[\]]', text[start : start + MAX_LIST]):
        depth += {"[": 1, "]": -1}.get(match[0], 0)
        if depth == 0:
            return text[start : start + match.end()]
    return ""


def number(item: Item, place: int) -> int:
    """Return the number that an object gives itself, or its place."""
    return next((item[key] for key in NUMBERS if type(item.get(key)) is int), place)


def claim(item: Item) -> str:
    """Return what an object claims: its move, equation (of an operation and its result) or claim, then its state."""
    operation = next((item[key] for key in OPERATIONS if isinstance(item.get(key), str)), "=")
    if "=" not in operation and type(item.get("result")) in (int, str):
        return f"{operation} = {item['result']}"
    return " -> ".join(_said(item[key]) for key in CLAIMS if isinstance(item.get(key), str | dict))


def _said(value: str | Item) -> str:
    return value if isinstance(value, str) else ", ".join(f"{key}={item}" for key, item in value.items())


def words(value: Any) -> Iterator[str]:
    """Yield the texts and numbers of a value or of a list."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) or type(item) is int:
            yield str(item)[:MAX_CITE]
