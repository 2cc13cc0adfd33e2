"""What a program answers to given calls, reported as plain data; nothing is expected and nothing judged here."""

from __future__ import annotations

import asyncio
import itertools
import types
from typing import Any

from verisieve.verifiers.code.harness.encode import WireError, encode, refuse
from verisieve.verifiers.code.harness.evidence import show
from verisieve.verifiers.code.harness.link import TOLD
from verisieve.verifiers.code.harness.remote import RemoteIterator
from verisieve.verifiers.code.harness.styles import Suite

FIRST = 50  # items of an iterator that are looked at: it may have no end
LARGEST = 30_000  # bytes of one answer in the report


def run_observe(suite: Suite) -> None:
    """Make the calls one after the other; what was answered before a candidate is lost stays in the report."""
    candidate = suite.namespace[suite.plan["entry"]]
    for args, kwargs in suite.plan["tests"]:
        suite.answers.append(observed(candidate, args, kwargs))
        suite.done += 1


def observed(candidate: Any, args: Any, kwargs: Any) -> tuple[str, Any, Any]:
    """Return how a call ended, with what, and the arguments as it left them."""
    try:
        value = settled(candidate(*args, **kwargs))
    except Exception as error:
        if TOLD not in error.__dict__:
            raise
        return "raised", [kind.__name__ for kind in type(error).__mro__], None
    answer = ("returned", value, (args, kwargs))
    try:
        small = len(encode(answer, refuse)) <= LARGEST
    except (WireError, RecursionError):
        small = False
    return answer if small else ("opaque", show(value), None)


def settled(value: Any) -> Any:
    """Return the first items of an iterator, and the result of a coroutine."""
    if isinstance(value, RemoteIterator | types.GeneratorType):
        return ("iterator", list(itertools.islice(value, FIRST)))
    return asyncio.run(value) if isinstance(value, types.CoroutineType) else value
