"""Other names for the same problem: drawn from lists of themes, put in everywhere at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from random import Random
from typing import Any

from verisieve.domains.reasoning import banks
from verisieve.domains.reasoning.variants import Raw, Shape


def walked(raw: Any, names: Mapping[str, str]) -> Any:
    """Return JSON with every text and key that is a name replaced.

    >>> walked({"names": ["Ann"], "x": [["knave", "Ann"]]}, {"Ann": "Bo"})
    {'names': ['Bo'], 'x': [['knave', 'Bo']]}
    """
    if isinstance(raw, dict):
        return {names.get(key, key): walked(value, names) for key, value in raw.items()}
    if isinstance(raw, list):
        return [walked(item, names) for item in raw]
    return names.get(raw, raw) if isinstance(raw, str) else raw


def in_lines(raw: Any, names: Mapping[str, str]) -> Any:
    """Return JSON with every word of its texts that is a name replaced, for programs.

    >>> in_lines({"program": ["x = y + 1"]}, {"x": "y", "y": "x"})
    {'program': ['y = x + 1']}
    """
    if isinstance(raw, dict):
        return {names.get(key, key): in_lines(value, names) for key, value in raw.items()}
    if isinstance(raw, list):
        return [in_lines(item, names) for item in raw]
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), raw) if isinstance(raw, str) else raw


def renamed(shape: Shape, raw: Raw, rng: Random, *, theme: bool = False, taken: Collection[str] = ()) -> Raw | None:
    """Return a spec under other names: of the same theme, or of another one; None where no names are left.

    No new name is one of `taken`.
    """
    if shape.words is None:
        return None
    mapping: dict[str, str] = {}
    groups = shape.words(raw)
    taken = {*taken, *(texts(raw) - {word for _, words in groups for word in words})}
    for section, old in groups:
        new = _drawn(section, old, rng, theme=theme, taken={*taken, *mapping.values()})
        if new is None:
            return None
        mapping.update(zip(old, new, strict=True))
    if not mapping or all(old == new for old, new in mapping.items()):
        return None
    return (shape.rename or walked)(raw, mapping)


def fresh(section: str, taken: Collection[str], rng: Random) -> str | None:
    """Return one name of a sort that is not taken."""
    found = _drawn(section, ["?"], rng, theme=False, taken=taken)
    return found[0] if found else None


def texts(raw: Any) -> set[str]:
    """Return every text and key in JSON."""
    if isinstance(raw, dict):
        return {*raw, *(text for value in raw.values() for text in texts(value))}
    if isinstance(raw, list):
        return {text for item in raw for text in texts(item)}
    return {raw} if isinstance(raw, str) else set()


def _drawn(section: str, old: list[str], rng: Random, *, theme: bool, taken: Collection[str]) -> list[str] | None:
    """Return as many names from one list: one that holds most of the old ones, or none of them.

    Names without a section change among themselves.
    """
    if not section:
        return None if theme or set(old) & set(taken) else rng.sample(old, len(old))
    lists = [[word for word in line.split("; ") if word not in taken] for line in banks.bank("themes")[section]]
    fitting = [words for words in lists if len(words) >= len(old)]
    own = [words for words in fitting if 2 * len(set(words) & set(old)) > len(old)]
    others = [words for words in fitting if not set(words) & set(old)]
    chosen = others if theme else own or fitting
    return rng.sample(rng.choice(chosen), len(old)) if chosen else None
