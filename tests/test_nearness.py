"""Nearly the same texts are found, and others are not."""

from __future__ import annotations

from random import Random

import pytest

from verisieve.nearness import Index, fingerprint, likeness

WORDS = [f"w{number}" for number in range(500)]


def text(rng: Random, length: int = 60) -> list[str]:
    """A text of random words."""
    return rng.choices(WORDS, k=length)


def found(threshold: float, changes: int) -> int:
    """Of 50 texts with so many words changed, how many are found among 200."""
    rng = Random(changes)
    texts = [text(rng) for _ in range(200)]
    index = Index(threshold)
    for one in texts:
        index.add(fingerprint([" ".join(one)], threshold))
    count = 0
    for number, one in enumerate(texts[:50]):
        for at in rng.sample(range(len(one)), changes):
            one[at] = "changed"
        count += index.find(fingerprint([" ".join(one)], threshold)) == number
    return count


@pytest.mark.parametrize(
    ("threshold", "changes", "least", "most"), [(0.8, 0, 50, 50), (0.8, 1, 49, 50), (0.5, 3, 48, 50)]
)
def test_planted_copies_are_found(threshold: float, changes: int, least: int, most: int) -> None:
    """A word changed in 60 breaks 3 of 58 runs: well within the threshold, however the signature errs."""
    assert least <= found(threshold, changes) <= most


@pytest.mark.parametrize(("threshold", "changes"), [(0.8, 12), (0.5, 25)])
def test_what_differs_much_is_not_found(threshold: float, changes: int) -> None:
    """A fifth of the words changed leaves about a third of the runs."""
    assert found(threshold, changes) <= 1


def test_all_parts_must_be_alike() -> None:
    """The same question with another answer is no twin, nor the same answer to another question."""
    index = Index(0.8)
    index.add(fingerprint(["how many rows are there", "SELECT COUNT(*) FROM t"], 0.8))
    assert index.find(fingerprint(["How many rows are there?", "select count(*) from t;"], 0.8)) == 0
    assert index.find(fingerprint(["how many rows are there", "SELECT MAX(a) FROM t"], 0.8)) is None
    assert index.find(fingerprint(["who has most", "SELECT COUNT(*) FROM t"], 0.8)) is None


def test_likeness_estimates_the_share_of_common_runs() -> None:
    """The mean error over texts of known likeness is small, and equal texts are exactly alike."""
    rng = Random(1)
    errors = []
    for _ in range(60):
        one, shared = text(rng, 82), rng.randrange(10, 70)
        other = one[:shared] + text(rng, 82 - shared)
        (left,), (right,) = (fingerprint([" ".join(words)], 0.8).parts for words in (one, other))
        runs = [{tuple(words[at : at + 3]) for at in range(80)} for words in (one, other)]
        errors.append(likeness(left, right) - len(runs[0] & runs[1]) / len(runs[0] | runs[1]))
        assert likeness(left, left) == 1
    assert abs(sum(errors)) / 60 < 0.03
    assert max(map(abs, errors)) < 0.2
