"""The rules: what each asks for in words, and whether a text keeps it. A rule is plain data with a `kind`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

Rule = Mapping[str, Any]
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_BULLET = re.compile(r"^[*-] \S", re.MULTILINE)


class Kind(NamedTuple):
    """How a rule reads, and whether a text keeps it."""

    says: Callable[[Rule], str]
    kept: Callable[[str, Rule], bool]


def words(text: str) -> list[str]:
    """The words of a text in lower case: letters and digits, with hyphens and apostrophes inside.

    >>> words("* It's 2 well-known _things_.")
    ["it's", '2', 'well-known', 'things']
    """
    return [word.lower() for word in _WORD.findall(text)]


def broken(text: str, rules: Sequence[Rule]) -> list[str]:
    """Name the kinds of the rules that a text does not keep."""
    return [rule["kind"] for rule in rules if not RULES[rule["kind"]].kept(text, rule)]


def _within(count: int, rule: Rule) -> bool:
    return rule["least"] <= count <= rule["most"]


def _range(rule: Rule, what: str) -> str:
    least, most = rule["least"], rule["most"]
    return f"exactly {least} {what}" if least == most else f"between {least} and {most} {what}"


def _paragraphs(text: str) -> int:
    return len(re.split(r"\n[ \t]*\n\s*", text.strip()))


def _cased(text: str, rule: Rule) -> bool:
    return text.isupper() if rule["case"] == "upper" else text.islower()


def _ends(text: str, rule: Rule) -> bool:
    return text.lower().endswith(f" {rule['phrase']}")


def _object(text: str, rule: Rule) -> bool:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and list(found) == rule["keys"] and all(isinstance(v, str) for v in found.values())


RULES: dict[str, Kind] = {
    "mention": Kind(
        lambda rule: f"Use the word {rule['word']} exactly {rule['times']} times.",
        lambda text, rule: words(text).count(rule["word"]) == rule["times"],
    ),
    "length": Kind(
        lambda rule: f"Use {_range(rule, 'words')}.",
        lambda text, rule: _within(len(words(text)), rule),
    ),
    "bullets": Kind(
        lambda rule: f"Make it a list of {_range(rule, 'bullet points')}, lines that start with * or - and a blank.",
        lambda text, rule: _within(len(_BULLET.findall(text)), rule),
    ),
    "paragraphs": Kind(
        lambda rule: f"Write {_range(rule, 'paragraphs')}, with empty lines between them.",
        lambda text, rule: _within(_paragraphs(text), rule),
    ),
    "avoid": Kind(
        lambda rule: f"Do not use the words {', '.join(rule['words'])}.",
        lambda text, rule: not set(rule["words"]) & set(words(text)),
    ),
    "case": Kind(lambda rule: f"Use {rule['case']} case letters only.", _cased),
    "commas": Kind(lambda rule: "Use no commas.", lambda text, rule: "," not in text),
    "ending": Kind(lambda rule: f"End with the words: {rule['phrase']}", _ends),
    "json": Kind(
        lambda rule: (
            f"Give it as one JSON object with the keys {', '.join(rule['keys'])} in this order, all with texts."
        ),
        _object,
    ),
}
