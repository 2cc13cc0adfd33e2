"""One false line in a worked solution: the last number of a chain is changed, and the checker finds the line false."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from verisieve.verifiers.math import meter
from verisieve.verifiers.math.compare import compare
from verisieve.verifiers.math.nodes import MathsError
from verisieve.verifiers.math.parse import parse
from verisieve.verifiers.math.scalars import Judgement

_NUMBER = re.compile(r"\d+")


def spoil(steps: Sequence[str], rng: Random) -> tuple[int, tuple[str, ...]] | None:
    """Return the number of the line that was made false, and all lines; None where no line can be shown to be false."""
    order = list(range(len(steps)))
    rng.shuffle(order)
    for index in order:
        changed = _changed(steps[index], rng)
        if changed is not None:
            return index + 1, (*steps[:index], changed, *steps[index + 1 :])
    return None


def _changed(step: str, rng: Random) -> str | None:
    left, sign, right = step.rpartition(" = ")
    numbers = list(_NUMBER.finditer(right))
    if not sign or not numbers:
        return None
    number = rng.choice(numbers)
    other = str(max(0, int(number[0]) + rng.choice([-10, -2, -1, 1, 2, 10])))
    wrong = right[: number.start()] + other + right[number.end() :]
    return f"{left} = {wrong}" if _false(left.rpartition(" = ")[2], right, wrong) else None


def _false(left: str, right: str, wrong: str) -> bool:
    """Whether the left side is the right one, and is not the changed one."""
    meter.start()
    try:
        before = parse(left)
        kept, lost = compare(before, parse(right)).judgement, compare(before, parse(wrong)).judgement
    except MathsError:
        return False
    return kept is Judgement.SAME and lost is Judgement.DIFFERENT
