"""What a family of procedural code problems is: a right function, wrong ones, inputs, and a text for people.

The functions are ordinary Python in this repository and are called here; their source is what a model
would have to write. Capital letters in them are constants that each problem sets anew.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

Function = Callable[..., Any]
Constants = Mapping[str, Any]
Arguments = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One kind of problem; `constants` and `sample` draw from the generator that they are given."""

    name: str
    entry: str
    text: str  # what the function does; {NAMES} are constants
    right: Function
    wrong: Sequence[Function]
    constants: Callable[[Random, int], dict[str, Any]]
    sample: Callable[[Random, int, Constants], Arguments]
    edges: Sequence[Arguments] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """One problem of a family: its text, its right program and its wrong ones, as functions and as source."""

    entry: str
    text: str
    signature: str
    right: Function
    source: str
    wrong: Sequence[tuple[str, Function, str]]


def bind(function: Function, constants: Constants) -> Function:
    """Return a function with its constants set.

    >>> bind(lambda x: x + STEP, {"STEP": 3})(4)
    7
    """
    assert isinstance(function, types.FunctionType)
    names = {**function.__globals__, **constants}
    return types.FunctionType(function.__code__, names, function.__name__, function.__defaults__)


def source(function: Function, entry: str, constants: Constants) -> str:
    """Return a function's source under the name `entry`, its constants written out."""
    text = re.sub(rf"\b{function.__name__}\b", entry, inspect.getsource(function))
    for name, value in constants.items():
        text = re.sub(rf"\b{name}\b", lambda _, value=value: repr(value), text)  # type: ignore[misc]
    return text.split("  # noqa")[0] if "\n" not in text else re.sub(r"  # noqa.*", "", text)


def programs(family: Family, constants: Constants) -> Programs:
    """Return the programs of one problem."""
    right = source(family.right, family.entry, constants)
    return Programs(
        entry=family.entry,
        text=family.text.format(**constants),
        signature=right.splitlines()[0],
        right=bind(family.right, constants),
        source=right,
        wrong=tuple(
            (function.__name__, bind(function, constants), source(function, family.entry, constants))
            for function in family.wrong
        ),
    )


def inputs(family: Family, rng: Random, difficulty: int, constants: Constants, count: int) -> list[Arguments]:
    """Draw distinct inputs, the family's edge cases first."""
    found: list[Arguments] = []
    for arguments in family.edges:
        if arguments not in found:
            found.append(deepcopy(arguments))
    for _ in range(10 * count):
        if len(found) >= count + len(family.edges):
            break
        arguments = family.sample(rng, difficulty, constants)
        if arguments not in found:
            found.append(arguments)
    return found


def differs(function: Function, cases: Sequence[tuple[Arguments, Any]]) -> bool:
    """Whether one of our own functions gives another answer than the expected one on some case."""
    for arguments, expected in cases:
        try:
            if function(*deepcopy(arguments)) != expected:
                return True
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
            return True
    return False
