"""Gates before a model-written problem is believed: checks of their own, tried in turn until one does not pass."""

from __future__ import annotations

from collections.abc import Iterable

from verisieve.records import Check, Outcome


def until_failed(gates: Iterable[Check]) -> list[Check]:
    """Return the checks up to the first that does not pass; those behind it are not made."""
    checks: list[Check] = []
    for found in gates:
        checks.append(found)
        if found.outcome is not Outcome.PASS:
            break
    return checks
