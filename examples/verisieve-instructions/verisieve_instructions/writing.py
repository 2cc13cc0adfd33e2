"""Drawing rules that go together, and texts that keep them all or break one by as little as can be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from verisieve_instructions.rules import Rule, broken

TOPICS = ["rivers", "bridges", "clocks", "maps", "gardens", "lanterns", "harbours", "winters", "mills", "owls"]
FILLERS = [
    "old", "small", "bright", "quiet", "often", "near", "under", "with", "some", "and",
    "they", "keep", "turn", "grow", "wait", "hold", "until", "again", "more",
]  # fmt: skip
AVOIDED = ["very", "nice", "really", "thing", "good", "great", "quite", "rather"]
ENDINGS = ("that is all", "so it goes", "to be continued", "and nothing more")
KEYS = ("title", "summary", "source", "remark")
MENTIONS = (2, 4)


def draw(rng: Random, level: int) -> list[dict[str, Any]]:
    """Draw rules: the topic's word always, and as many others as the level says."""
    rules: list[dict[str, Any]] = [
        {"kind": "mention", "word": rng.choice(TOPICS), "times": rng.randint(*MENTIONS)},
    ]
    kinds = ["length", "avoid", "case", "commas", rng.choice(("bullets", "paragraphs", "json")), "ending"]
    drawn = rng.sample(kinds, min(level, len(kinds)))
    if "json" in drawn:  # its braces are the end, and its keys are words in lower case
        drawn = [kind for kind in drawn if kind not in ("ending", "case", "commas")]
    return rules + [_drawn(kind, rng) for kind in drawn]


def _drawn(kind: str, rng: Random) -> dict[str, Any]:
    least = rng.randint(2, 4) if kind in ("bullets", "paragraphs") else rng.randint(20, 30)
    return {
        "length": {"least": least, "most": least + rng.choice((0, 5))},
        "bullets": {"least": least, "most": least + rng.choice((0, 1))},
        "paragraphs": {"least": least, "most": least},
        "avoid": {"words": rng.sample(AVOIDED, 3)},
        "case": {"case": rng.choice(("upper", "lower"))},
        "commas": {},
        "ending": {"phrase": rng.choice(ENDINGS)},
        "json": {"keys": rng.sample(KEYS, 3)},
    }[kind] | {"kind": kind}


def write(rules: Sequence[Rule], rng: Random, *, slip: str = "") -> str:
    """Write a text that keeps all rules but the kind `slip`, which it misses by little."""
    by_kind = {rule["kind"]: rule for rule in rules}

    def count(kind: str, default: int) -> int:
        rule = by_kind.get(kind)
        if rule is None:
            return default
        return (
            rng.choice((rule["least"] - 1, rule["most"] + 1))
            if slip == kind
            else rng.choice((rule["least"], rule["most"]))
        )

    topic = by_kind["mention"]
    times = topic["times"] + (rng.choice((-1, 1)) if slip == "mention" else 0)
    ending = by_kind["ending"]["phrase"] if "ending" in by_kind else ""
    keys = list(by_kind["json"]["keys"]) if "json" in by_kind else []
    own = count("length", rng.randint(20, 30)) - len(ending.split()) - len(keys)
    said = [topic["word"]] * times + [rng.choice(FILLERS) for _ in range(own - times)]
    rng.shuffle(said)
    if slip == "avoid":
        said[said.index(next(word for word in said if word != topic["word"]))] = rng.choice(by_kind["avoid"]["words"])
    if slip == "commas":
        said[0] += ","
    if slip == "ending":
        ending = " ".join([*ending.split()[1:], rng.choice(FILLERS)])
    return _shaped(said, ending, keys, by_kind, count, slip, rng)


def _shaped(
    said: list[str], ending: str, keys: list[str], by_kind: dict[str, Rule], count: Any, slip: str, rng: Random
) -> str:
    if keys:
        if slip == "json":
            keys = keys[1:] + keys[:1]
        return json.dumps(dict(zip(keys, map(" ".join, _parts(said, len(keys))), strict=True)))
    bullets, paragraphs = count("bullets", 0), count("paragraphs", 1)
    lines = _parts(said, bullets or paragraphs)
    lines[-1] += ending.split()
    text = "\n".join("* " + " ".join(line) for line in lines) if bullets else "\n\n".join(map(" ".join, lines))
    case = by_kind["case"]["case"] if "case" in by_kind else "lower"
    text = text.upper() if case == "upper" else text
    return _swapped(text, rng) if slip == "case" else text


def _parts(said: list[str], count: int) -> list[list[str]]:
    """Cut into `count` parts of about the same length."""
    return [said[len(said) * part // count : len(said) * (part + 1) // count] for part in range(count)]


def _swapped(text: str, rng: Random) -> str:
    place = rng.choice([place for place, char in enumerate(text) if char.isalpha()])
    return text[:place] + text[place].swapcase() + text[place + 1 :]


def spoil(rules: Sequence[Rule], rng: Random) -> str:
    """Write a text that breaks one rule alone."""
    kind = rng.choice([rule["kind"] for rule in rules])
    text = write(rules, rng, slip=kind)
    assert broken(text, rules) == [kind]
    return text
