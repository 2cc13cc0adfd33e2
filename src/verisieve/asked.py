"""Questions that must not be asked (again): those that were asked, and those held back from training. Asks nothing."""

from __future__ import annotations

from verisieve import nearness
from verisieve.ranking import normalise
from verisieve.records import Problem
from verisieve.shingles import question
from verisieve.store import digest

HELD_BACK = "held-back.jsonl"  # in the folder of a run: what must not be in its training data


class Asked:
    """The questions, by their content; with `near`, nothing may even be like those held back."""

    def __init__(self, *, near: bool) -> None:
        self._same: set[bytes] = set()
        self._near = nearness.Index() if near else None

    def admit(self, problem: Problem) -> bool:
        """Say whether a question may be asked, and remember that it was."""
        key = digest(normalise(problem.prompt))
        if key in self._same or (self._near and self._near.find(_fingerprint(problem)) is not None):
            return False
        self._same.add(key)
        return True

    def hold_back(self, problem: Problem) -> None:
        """Remember a question that nothing may come near."""
        self._same.add(digest(normalise(problem.prompt)))
        if self._near:
            self._near.add(_fingerprint(problem))


def _fingerprint(problem: Problem) -> nearness.Print:
    return nearness.fingerprint([question(problem.prompt)], nearness.NEAR)
