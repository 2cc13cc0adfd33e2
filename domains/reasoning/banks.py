"""Banks of question templates: one file per family in `banks/`, a template per line under [ask] and [close].

Templates are data: a new wording needs no code. Other sections hold lists of words, one list per line.
`\\n` in a line is a line break, {x} is filled in by the family.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from random import Random


@cache
def bank(family: str) -> dict[str, tuple[str, ...]]:
    """Return section -> templates of a family."""
    text = (resources.files(__package__) / "banks" / f"{family}.txt").read_text(encoding="utf-8")
    sections: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("["):
            sections[line.strip("[]")] = current = []
        elif line and not line.startswith("#"):
            current.append(line.replace("\\n", "\n"))
    return {name: tuple(lines) for name, lines in sections.items()}


def question(family: str, rng: Random, **parts: object) -> str:
    """Return one question and one request for the form of the answer, filled in."""
    sections = bank(family)
    return " ".join(rng.choice(sections[name]) for name in ("ask", "close") if name in sections).format(**parts)


def lists(family: str, section: str, rng: Random) -> list[str]:
    """Return the words of one line of a section, split at semicolons."""
    return rng.choice(bank(family)[section]).split("; ")
