"""Questions about a traced call whose answers are known: returned value, counts of runs, values of variables, branches.

Only lines that hold one whole statement of the entry point are asked about, so that "line 7" means one thing.
"""

from __future__ import annotations

import ast
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from verisieve.verifiers.code import literals
from verisieve.verifiers.code.parsing import parse
from verisieve.verifiers.code.tracing import Event, Trace

_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)
_LONG = 120  # characters of an answer that somebody can work out by hand
MOST_STEPS = 150  # lines of a run that somebody can follow


@dataclass(frozen=True, slots=True)
class Fact:
    """One question and its answer, a plain value."""

    kind: str
    ask: str
    answer: Any


def questions(program: str, entry: str, call: str, trace: Trace, rng: Random, most: int = 4) -> list[Fact]:
    """Draw questions about a run: what it returned, and others of as many kinds as there are."""
    if len(trace.events) > MOST_STEPS or any(event.kind == "exception" for event in trace.events):
        return []
    found = [Fact("returned", f"What does {call} return?", trace.returned)]
    makers = [_counts, _values, _branches]
    drawn = [list(make(_statements(program, entry), trace.events)) for make in makers]
    for facts in drawn:
        rng.shuffle(facts)
    rng.shuffle(drawn)
    while len(found) < most and any(drawn):
        found += [facts.pop() for facts in drawn if facts][: most - len(found)]
    return [fact for fact in found if literals.plain(fact.answer) and len(repr(fact.answer)) <= _LONG]


def _statements(program: str, entry: str) -> list[ast.stmt]:
    """The statements of the entry point that have their lines to themselves, those of inner functions aside."""
    tree = parse(program)
    starts = Counter(node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt))
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == entry)
    return [node for node in _inside(function) if starts[node.lineno] == 1]


def _inside(node: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(child, ast.stmt):
            yield child
        yield from _inside(child)


def _counts(statements: Sequence[ast.stmt], events: Sequence[Event]) -> Iterator[Fact]:
    times = Counter(event.line for event in events if event.kind == "line")
    for node in statements:
        if isinstance(node, _SIMPLE) and node.lineno == node.end_lineno and times[node.lineno] != 1:
            yield Fact("count", f"How many times does line {node.lineno} run?", times[node.lineno])


def _values(statements: Sequence[ast.stmt], events: Sequence[Event]) -> Iterator[Fact]:
    for node in statements:
        name = _target(node)
        if name is None or node.lineno != node.end_lineno:
            continue
        for time, after in enumerate(_after(node.lineno, events), start=1):
            if name in after.values and time <= 5:
                when = f"just after line {node.lineno} has run for the {ordinal(time)} time"
                yield Fact("value", f"What is the value of `{name}` {when}?", after.values[name])


def _branches(statements: Sequence[ast.stmt], events: Sequence[Event]) -> Iterator[Fact]:
    for node in statements:
        if not isinstance(node, (ast.If, ast.While)) or node.test.end_lineno != node.lineno:
            continue
        first = node.body[0].lineno
        if first == node.lineno or isinstance(node.test, ast.Constant):
            continue
        for time, after in enumerate(_after(node.lineno, events), start=1):
            if time <= 5:
                when = f"the {ordinal(time)} time that it is evaluated"
                taken = after.kind == "line" and after.line == first
                yield Fact("branch", f"Is the condition in line {node.lineno} true {when} (True or False)?", taken)


def _target(node: ast.stmt) -> str | None:
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    if isinstance(node, (ast.AugAssign, ast.AnnAssign)) and isinstance(node.target, ast.Name) and node.value:
        return node.target.id
    return None


def _after(line: int, events: Sequence[Event]) -> Iterator[Event]:
    """The events that follow each run of a line."""
    for event, following in itertools.pairwise(events):
        if event.kind == "line" and event.line == line:
            yield following


def ordinal(number: int) -> str:
    """Write a small number as an ordinal.

    >>> ordinal(1), ordinal(4)
    ('1st', '4th')
    """
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number, "th")
    return f"{number}{ending}"
