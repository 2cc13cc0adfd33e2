"""Divide jobs among equal machines so that the last one is done as early as possible, and say when; any best counts.

Solved by branch and bound over the loads; proved by listing every set of loads that can be reached.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import lexing, specs
from verisieve.verifiers.reasoning.findings import (
    RIGHT,
    Finding,
    Reason,
    UnexpectedError,
    UnreadableError,
    incomplete,
    wrong,
)

MODE = "answer"
MAX_JOBS, MAX_MACHINES, MAX_TIME, MAX_NODES = 20, 6, 10**6, 50_000
FILLERS = lexing.FILLERS | lexing.words(
    "job jobs machine machines does do runs run makespan finish finishes finished time total end ends done at hours "
    "hour h load length"
)
_PLUS = re.compile(r"(?<=[\w)])\s*\+\s*(?=[^\W\d])")
_SPAN = re.compile(
    r"[\s,;(|]*(?:with |and |so |at )?(?:the |an? )?(?:(?:minimum|minimal|total|best|optimal|all|everything|is|are) )*"
    r"(?:makespan|finish(?:es|ed|ing)?(?: time)?|ends?|time|done)\b\"?[ ]*(?:time)?[ ]*"
    r"(?:at|after|in|is|of|[:=|])*[ ]*(?:max ?\([\d, h]{1,60}\) ?=[ ]*)?(\d{1,9})(?: ?h(?:ours?)?)?[\s).,}|]*$",
    re.IGNORECASE,
)

Answer = tuple[tuple[tuple[str, ...], ...], int | None]


class Spec(NamedTuple):
    """The jobs with their times, and how many machines there are."""

    jobs: dict[str, int]
    machines: int


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    jobs = specs.table(specs.part(raw, "jobs"), "jobs", 1, MAX_JOBS)
    times = {name: specs.integer(time, f"jobs.{name}", 1, MAX_TIME) for name, time in jobs.items()}
    return Spec(times, specs.integer(specs.part(raw, "machines"), "machines", 1, MAX_MACHINES))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec in which the longest job first, each to the least busy machine, is not best from level 3 on."""
    machines, count = 2 + (level > 3), 4 + level
    names = sorted(rng.sample(banks.lists("schedule", "jobs", rng), count))
    while True:
        raw = {"jobs": {name: rng.randint(2, 8 + 3 * level) for name in names}, "machines": machines}
        spec = parse(raw)
        if level < 3 or _greedy(spec) > best(tuple(sorted(spec.jobs.values())), machines):
            return raw


def _greedy(spec: Spec) -> int:
    loads = [0] * spec.machines
    for time in sorted(spec.jobs.values(), reverse=True):
        loads[loads.index(min(loads))] += time
    return max(loads)


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names and the order of the jobs."""
    return tuple(sorted(spec.jobs.values())), spec.machines


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    jobs = ", ".join(f"{name} ({time} h)" for name, time in spec.jobs.items())
    return banks.question("schedule", rng, j=jobs, m=spec.machines)


def _divide(times: list[int], machines: int) -> tuple[int, list[int]]:
    """Return the earliest end, and the machine of each job; `times` come longest first."""
    least = max(times[0], -(-sum(times) // machines))
    found = (sum(times) + 1, [0])
    chosen, loads, budget = [0] * len(times), [0] * machines, [MAX_NODES]

    def place(k: int) -> None:
        nonlocal found
        budget[0] -= 1
        if budget[0] < 0:
            raise TruthError("spec.jobs", "too hard to solve here")
        if k == len(times):
            found = (max(loads), chosen[:])
            return
        for machine in dict.fromkeys(loads.index(load) for load in loads):  # of equal loads the first one
            if loads[machine] + times[k] < found[0] and found[0] > least:
                chosen[k] = machine
                loads[machine] += times[k]
                place(k + 1)
                loads[machine] -= times[k]

    place(0)
    return found


@lru_cache(maxsize=256)
def best(times: tuple[int, ...], machines: int) -> int:
    """Return the earliest end."""
    return _divide(sorted(times, reverse=True), machines)[0]


def solve(spec: Spec) -> Answer:
    """Return the jobs of each machine, and the earliest end."""
    names = sorted(spec.jobs, key=lambda name: -spec.jobs[name])
    end, chosen = _divide([spec.jobs[name] for name in names], spec.machines)
    groups = [tuple(name for name, m in zip(names, chosen, strict=True) if m == k) for k in range(spec.machines)]
    return tuple(groups), end


def prove(spec: Spec, answer: Answer) -> bool:
    """Show by every reachable set of loads that no end is earlier, and that the answer's machines do all jobs."""
    states = {(0,) * spec.machines}
    for time in spec.jobs.values():
        states = {
            tuple(sorted((*state[:k], state[k] + time, *state[k + 1 :])))
            for state in states
            for k in range(spec.machines)
        }
    groups, end = answer
    done = sorted(name for group in groups for name in group)
    loads = [sum(spec.jobs[name] for name in group) for group in groups]
    return done == sorted(spec.jobs) and max(loads) == end == min(state[-1] for state in states)


def read(spec: Spec, text: str) -> Answer:
    """Return the jobs of each machine and the stated end; machines are numbered, or lines in order."""
    data = lexing.json_value(text)
    if isinstance(data, dict):
        return _from_json(spec, data)
    span = _SPAN.search(text)
    bare = text[: span.start()] if span else text
    groups: dict[str, list[str]] = {}
    for number, body in _machines(bare):
        if number in groups:
            raise UnreadableError("a machine is given twice", Reason.HEDGED)
        body = re.sub(
            r"(?:(?<!\w)|(?=[(\[=]))[(\[]?(?:\d+(?: ?\+ ?\d+)+ ?)?=? ?(\d+) ?h?[)\]]?\s*$",
            _load(spec, body),
            body.rstrip(" .;,\n|"),
        )
        groups[number] = _jobs(spec, body)
    if len(groups) > spec.machines:
        raise UnreadableError("more machines than there are")
    return tuple(tuple(group) for group in groups.values()), int(span[1]) if span else None


def _machines(text: str) -> list[tuple[str, str]]:
    """Cut a text at its machines: (number, what it does)."""
    heads = list(
        re.finditer(r"(?<!\w)(?:machine|m)[ ]*#?([1-9])\b[ ]*(?:[:=|-]|->|does|runs|gets)*", text, re.IGNORECASE)
    )
    if not heads or text[: heads[0].start()].strip(" \n-*|;,.([{"):
        raise UnreadableError("no machines")
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return [(head[1], text[head.end() : end]) for head, end in zip(heads, ends, strict=True)]


def _load(spec: Spec, body: str) -> Any:
    """Return a replacement that drops a load behind a machine's jobs where it is the right one."""
    named = [name for name in spec.jobs if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", body, re.IGNORECASE)]
    return lambda match: "" if int(match[1]) == sum(spec.jobs[name] for name in named) else match[0]


def _jobs(spec: Spec, body: str) -> list[str]:
    """Read job names; a job's own time may stand behind it."""
    found: list[str] = []
    for kind, word in lexing.tokens(lexing.unbulleted(_PLUS.sub(", ", body)), tuple(spec.jobs)):
        if kind == "key":
            found.append(word)
        elif kind == "int":
            if not (found and int(word) == spec.jobs[found[-1]]):
                raise UnexpectedError(word)
        elif kind == "word" and word.lower() not in FILLERS and word.lower() not in ("none", "nothing"):
            raise UnexpectedError(word)
    return found


def _from_json(spec: Spec, data: dict[str, Any]) -> Answer:
    flat: dict[str, Any] = {}
    for key, value in data.items():
        flat |= value if isinstance(value, dict) else {key: value}
    groups = [value for value in flat.values() if isinstance(value, list)]
    ends = [value for value in flat.values() if type(value) is int]
    if len(groups) == 1 and groups[0] and all(isinstance(group, list) for group in groups[0]):
        groups = groups[0]
    if (
        not groups
        or len(ends) > 1
        or len(groups) > spec.machines
        or any(type(v) not in (list, int) for v in flat.values())
    ):
        raise UnreadableError("no schedule")
    return tuple(tuple(_jobs(spec, "; ".join(map(str, group)))) for group in groups), ends[0] if ends else None


def judge(spec: Spec, answer: Answer) -> Finding:
    """Every job is done once, the end is the stated one, and none is earlier."""
    groups, stated = answer
    done = [name for group in groups for name in group]
    missing = [name for name in spec.jobs if name not in done]
    if missing or stated is None:
        return incomplete("no end is stated" if stated is None else "jobs that are not done", missing=missing)
    if len(done) > len(spec.jobs):
        return wrong("a job is done twice")
    end = max(sum(spec.jobs[name] for name in group) for group in groups)
    if end != stated:
        return wrong("the end is misstated", end=end, stated=stated)
    earliest = best(tuple(sorted(spec.jobs.values())), spec.machines)
    return RIGHT if end == earliest else wrong("an earlier end is possible", end=end, best=earliest)


def same(spec: Spec, answer: Answer) -> Hashable:
    """Return what is done together: machines are alike, and on one any order ends at the same time."""
    return tuple(sorted(tuple(sorted(group)) for group in answer[0])), answer[1]


def write(spec: Spec, answer: Answer, rng: Random) -> str:
    """Return machines and end in a line or as a list."""
    groups, end = answer
    name, joiner = rng.choice((("M{}: ", "; "), ("machine {}: ", "; "), ("- Machine {}: ", "\n"), ("M{} = ", " | ")))
    said = joiner.join(name.format(k) + ", ".join(group) for k, group in enumerate(groups, 1))
    said = f"\n{said}" if joiner == "\n" else said
    return said + rng.choice(("; makespan {}", " (makespan {})", "\nMakespan: {}", "; all done at {}")).format(end)


def spoil(spec: Spec, answer: Answer, rng: Random) -> Answer:
    """Return a misstated end, a job left out, or everything on one machine."""
    groups, end = answer
    assert end is not None
    kind = rng.randrange(3)
    if kind == 0 and len(groups) > 1 and groups[1]:
        together = tuple(name for group in groups for name in group)
        return (together, *(() for _ in groups[1:])), sum(spec.jobs.values())
    if kind == 1:
        return (groups[0][1:], *groups[1:]), end
    return groups, end + rng.choice((-1, 1, 2))
