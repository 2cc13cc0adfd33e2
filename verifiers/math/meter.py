"""The work budget of one judgement, per thread: steps, so that a verdict does not depend on how busy a machine is."""

from __future__ import annotations

import threading

from verisieve.verifiers.math.nodes import TooLargeError

STEPS = 12_000  # about 80 ms of CPU at most; answers of text books take a few hundred
QUESTIONS = 60  # to SymPy
_local = threading.local()


def start(steps: int = STEPS, questions: int = QUESTIONS) -> None:
    """Begin a judgement with a fresh budget."""
    _local.left, _local.questions = steps, questions


def spend(steps: int = 1) -> None:
    """Take steps; raise TooLargeError when none are left."""
    left = getattr(_local, "left", STEPS) - steps
    _local.left = left
    if left < 0:
        raise TooLargeError("too many steps")


def left() -> int:
    """Return the steps that are left."""
    return int(getattr(_local, "left", STEPS))


def ask() -> bool:
    """Take one question to SymPy; say whether there was one left."""
    _local.questions = questions() - 1
    return questions() >= 0


def questions() -> int:
    """Return the questions that are left."""
    return int(getattr(_local, "questions", QUESTIONS))
