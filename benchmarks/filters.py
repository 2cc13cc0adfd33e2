"""What the filters find and what they wrongly hit, over public data: planted copies, benchmarks, languages.

    .venv/bin/python -m benchmarks.filters ../shared/data

Recall: each item is planted with so many of its words replaced by others (of the whole set, at random), and as it is
under changed case, spacing and punctuation. False hits: other public sets, none of which is known to hold the items.
HumanEval-X is HumanEval in other languages: its doc strings are the items', so hits there are right.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from verisieve import datasets, domains
from verisieve.contamination import Benchmarks
from verisieve.language import foreign
from verisieve.nearness import Index, fingerprint
from verisieve.rows import BadRow
from verisieve.shingles import question

SETS = {
    "gsm8k": "gsm8k/test.jsonl",
    "humaneval": "humaneval/HumanEval.jsonl.gz",
    "mbpp": "mbpp/mbpp.jsonl",
    "aime24": "aime24/test.jsonl",
    "amc23": "amc23/test.jsonl",
    "humaneval-x-java": "humaneval-x",
    "humaneval-x-js": "humaneval-x",
}
SHARES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)


def prompts(data: Path, name: str) -> list[str]:
    """The questions of a set."""
    found = datasets.problems(datasets.load(name), data / SETS[name])
    return [question(item.prompt) for item in found if not isinstance(item, BadRow)]


def reworded(text: str, share: float, others: Sequence[str], rng: Random) -> str:
    """The text with a share of its words replaced, in capitals and with other spacing where nothing else changes."""
    words = text.split()
    if not share:
        return "  ".join(word.rstrip(",.") for word in words).upper()
    for at in rng.sample(range(len(words)), max(1, round(share * len(words)))):
        words[at] = rng.choice(others)
    return " ".join(words)


def planted(texts: Sequence[str], share: float, finds: Callable[[str], bool]) -> float:
    """The share of items that are found."""
    rng = Random(f"planted:{share}")
    others = [word for text in texts for word in text.split()]
    return sum(finds(reworded(text, share, others, rng)) for text in texts) / len(texts)


def copies(name: str, texts: Sequence[str]) -> None:
    """Near-duplicates of a set's questions, and pairs within it."""
    for threshold in (0.8, 0.6):
        index, twins, started = Index(threshold), 0, time.process_time()
        for text in texts:
            one = fingerprint([text], threshold)
            twins += index.find(one) is not None
            index.add(one)
        spent = (time.process_time() - started) / len(texts)

        def finds(text: str, index: Index = index, threshold: float = threshold) -> bool:
            return index.find(fingerprint([text], threshold)) is not None

        recall = " ".join(f"{planted(texts, share, finds):6.1%}" for share in SHARES)
        print(
            f"near {threshold:.1f}  {name:16} {recall}   within the set {twins} of {len(texts)}, {1e6 * spent:.0f} µs"
        )


def benchmarks(sets: dict[str, list[str]]) -> None:
    """Items planted, and hits of every other set."""
    for name in ("gsm8k", "humaneval", "mbpp"):
        found = Benchmarks()
        for number, text in enumerate(sets[name]):
            found.add(name, str(number), text)

        def finds(text: str, found: Benchmarks = found) -> bool:
            return found.match(text) is not None

        recall = " ".join(f"{planted(sets[name], share, finds):6.1%}" for share in SHARES)
        others = {other: sum(map(finds, texts)) for other, texts in sets.items()}
        hits = ", ".join(f"{other} {count} of {len(sets[other])}" for other, count in others.items() if other != name)
        print(f"items     {name:16} {recall}   hits: {hits}")


def languages() -> None:
    """Replies of our own in English that are taken for others."""
    for name in ("code", "math", "reasoning", "sql"):
        domain, wrong, count = domains.load(name), 0, 0
        for problem in domain.problems(3, 300):
            for right in (True, False):
                text = domain.reply(problem, Random(problem.id), right=right).text  # type: ignore[attr-defined]
                wrong += foreign(text, ["en"])
                count += 1
        print(f"language  {name:16} {wrong} of {count} English replies taken for another")


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="FOLDER")
    sets = {name: prompts(parser.parse_args().data, name) for name in SETS}
    print(f"{'':26} {' '.join(f'{share:6.0%}' for share in SHARES)}   of the words replaced: share found")
    for name in ("gsm8k", "humaneval", "mbpp"):
        copies(name, sets[name])
    benchmarks(sets)
    languages()


if __name__ == "__main__":
    main()
