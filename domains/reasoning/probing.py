"""Probes: replies to every family's problems, right, wrong, spoilt, edited and with odd words, and broken specs.

They tell mutants of the checker from the original, and vouch for nothing. Those that a hunt found are kept beside.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from random import Random
from typing import Any

from verisieve.domains import probing, read_probes
from verisieve.domains.engineering import UnusableError
from verisieve.domains.reasoning import engineering, families, inventing, noise, tasks, traces, writing
from verisieve.domains.reasoning.families import LEVELS, load, names
from verisieve.domains.reasoning.tasks import drafts
from verisieve.domains.reasoning.traces import spoiling
from verisieve.domains.reasoning.traces import writing as trace_writing
from verisieve.domains.reasoning.truths import Truth
from verisieve.errors import TruthError
from verisieve.records import Completion, Json, Outcome, Problem
from verisieve.verifiers import reasoning

EDITS, BROKEN, SLIPS = 16, 40, 5  # edits of a reply and odd specs of a family, edits of a derivation
TASKS = ("unsolvable", "formalise", "problem")
SPOILT = 2  # one family in so many has its new problems spoilt
CLAIMS = (
    "impossible",
    "impossible: 1",
    "impossible: 1, 2",
    "impossible: 2, 1, 99",
    "impossible (clues 1 and 1)",
    "no x",
)
FORMS = ("text", "bullets", "table", "json")  # of derivations
PLACEBO = "qzx"  # a word that nobody knows
PLACES = (
    "Answer: {word} {right}", "Answer: {right} {word}", "{word} {right}", "Answer: {right}\n\n{word}",
    "{word}\n\n{right}", "{word}: {right}", "Answer: {other}\n\nAnswer: {right}. {word}.", "{word} Answer: {right}",
)  # fmt: skip
SPOKEN = ("nim_move", "ordering", "entailment3")  # families with which the words of all are tried


def probes() -> Iterator[Completion]:
    """Yield all probes, always the same."""
    for name in names():
        yield from _solved(name)
        yield from _broken(name)
        yield from _worded(name)
    for name in traces.names():
        yield from _derived(name)
    yield from _spoken()
    for number, name in enumerate(names()):
        yield from _tasks(name, spoilt=number % SPOILT == 0)
    yield from read_probes(__package__)


def _probe(truth: Json, text: str) -> Completion:
    problem = Problem(domain="reasoning", id="probe", prompt="", truth=truth)  # may be broken
    return Completion(problem=problem, text=text)


@cache
def _problem(name: str, level: int, mode: str = "") -> tuple[Truth, dict[str, Json]]:
    """Return a problem of a family, and its truth as JSON."""
    family = load(name)
    raw = family.make(Random(f"probes:{name}:{level}"), level)
    mode = mode or family.MODE
    return Truth(name, family, mode, family.parse(raw)), {"family": name, "mode": mode, "spec": raw}


def _written(truth: Truth, rng: Random) -> tuple[str, str]:
    """Return a right and a wrong answer as texts."""
    answer = truth.family.solve(truth.spec)
    bad = truth.family.spoil(truth.spec, answer, rng)
    return truth.family.write(truth.spec, answer, rng), truth.family.write(truth.spec, bad, rng)


def _solved(name: str) -> Iterator[Completion]:
    """Answers of all levels in all forms, and edits of them."""
    rng = Random(f"probes:{name}")
    for turn, template in enumerate((*noise.RIGHT.values(), *noise.WRONG.values())):
        truth, raw = _problem(name, LEVELS[turn % len(LEVELS)])
        good, bad = _written(truth, rng)
        yield _probe(raw, noise.fill(template, good, bad, rng))
        yield _probe(raw, good)
        yield _probe(raw, bad)
    for level in LEVELS:
        truth, raw = _problem(name, level)
        for text in probing.edited(_written(truth, rng)[0], rng, EDITS):
            yield _probe(raw, writing.commit(text, rng) if rng.random() < 0.5 else text)
        for text in probing.as_json(truth.family.solve(truth.spec)):
            yield _probe(raw, text)
            yield _probe(raw, f"Answer:\n```json\n{text}\n```")
        for text in probing.spelt(_written(truth, rng)[0]):
            yield _probe(raw, f"Answer: {text}")


def _broken(name: str) -> Iterator[Completion]:
    """Specs that are refused, one for each message, and others that are not, with answers old and new."""
    rng, seen = Random(f"probes:{name}:specs"), set[str]()
    for level in (1, 3):
        truth, raw = _problem(name, level)
        text, taken = _written(truth, Random(0))[0], list[Json]()
        for spec in probing.broken(raw["spec"]):
            try:
                truth.family.parse(spec)
            except TruthError as error:
                if str(error) not in seen:
                    seen.add(str(error))
                    yield _probe({**raw, "spec": spec}, text)
            else:
                taken.append(spec)
        for spec in rng.sample(taken, min(BROKEN, len(taken))):
            yield _probe({**raw, "spec": spec}, text)
            yield from _anew({**raw, "spec": spec}, truth, rng)
    if name == names()[0]:
        yield from (_probe(each, "Answer: 1") for each in probing.broken({**raw, "spec": 1}))


def _anew(raw: dict[str, Json], truth: Truth, rng: Random) -> Iterator[Completion]:
    """Right and wrong answers to an odd spec, where there are any."""
    try:
        written = _written(truth._replace(spec=truth.family.parse(raw["spec"])), rng)
    except (TruthError, ValueError, LookupError, ArithmeticError, TypeError):  # makers need not take odd specs
        return
    yield from (_probe(raw, text) for text in written)


def _worded(name: str) -> Iterator[Completion]:
    """The words of a family's own module, in and around its answers."""
    own = import_module(f"{families.__name__}.{name}")
    yield from dict(_telling(name, probing.words([own]))).values()


def _spoken() -> Iterator[Completion]:
    """The words of what all families share."""
    shared = [import_module(f"{reasoning.__name__}.{info.name}") for info in pkgutil.iter_modules(reasoning.__path__)]
    left = probing.words(shared)
    for name in SPOKEN:
        told = dict(_telling(name, left))
        yield from told.values()
        left = [word for word in left if word not in told]


def _telling(name: str, found: list[str]) -> Iterator[tuple[str, Completion]]:
    """For each word the first reply of which something else is said than with a word that nobody knows."""
    truth, raw = _problem(name, 1)
    good, bad = _written(truth, Random(0))
    judged = cache(lambda text: _said(raw, text))
    for word in found:
        for place in PLACES:
            with_word, without = (place.format(word=one, right=good, other=bad) for one in (word, PLACEBO))
            if judged(with_word) != judged(without):
                yield word, _probe(raw, with_word)
                break


def _said(raw: dict[str, Json], text: str) -> Any:
    checks = tasks.check(_probe(raw, text).problem, text)
    return [(one.outcome is Outcome.PASS, one.reason, one.answer) for one in checks]


def _derived(name: str) -> Iterator[Completion]:
    """Derivations: right ones in all forms, cut, spoilt in each way, with other answers, and edits of them."""
    rng, tracer = Random(f"probes:{name}:trace"), traces.load(name)
    for level in LEVELS[:4]:
        truth, raw = _problem(name, level, "trace")
        right = tracer.derive(truth.spec, rng)
        other = right._replace(answer=truth.family.spoil(truth.spec, right.answer, rng))
        also = right._replace(answer=truth.family.solve(truth.spec))
        lines = right.lines
        cut = [right._replace(lines=part) for part in (lines[:-1], lines[1:], (*lines, lines[-1]), lines[::-1])]
        spoilt = [spoiling.spoil(tracer, truth.spec, right, rng, kind) for kind in spoiling.KINDS]
        texts = [trace_writing.write(truth.family, truth.spec, right, rng, form) for form in FORMS]
        made = [each for each in (*spoilt, *spoilt, other, also, *cut) if each and each.lines]
        texts += [trace_writing.write(truth.family, truth.spec, each, rng) for each in made]
        texts += [each for text in texts[:8] for each in probing.edited(text, rng, SLIPS)]
        yield from (_probe(raw, text) for text in texts)


def _tasks(name: str, *, spoilt: bool) -> Iterator[Completion]:
    """Rows of the other tasks that a problem of a family makes, with right replies and others."""
    rng, raw = Random(f"probes:{name}:tasks"), _problem(name, 2)[1]
    parent = Problem(domain="reasoning", id=f"probe-{name}", prompt="Which?", truth=raw)
    try:
        rows = list(engineering.engineer(parent, None, tasks=TASKS, seed=0, per=1))  # type: ignore[arg-type]  # runs no code
    except UnusableError:
        return
    for made, asked in rows:
        if made.reply is not None:
            yield Completion(problem=asked, text=made.reply)
        for text in _claims(made.task, raw, rng):
            yield Completion(problem=asked, text=text)
        if made.task == "problem" and spoilt:
            for one in inventing.wrong(asked, rng):
                read = {**asked.truth, "solutions": list(one.readings)}
                yield Completion(problem=replace(asked, truth=read), text=one.reply)
            spoilt = False
    if name == SPOKEN[0]:
        asked = rows[-1][1]
        broken = probing.broken({**asked.truth, "spec": 1, "parent": 1})
        yield from (Completion(problem=replace(asked, truth=each), text="") for each in broken)


def _claims(task: str, raw: dict[str, Json], rng: Random) -> Iterator[str]:
    if task == "unsolvable":
        yield from (f"Answer: {claim}" for claim in CLAIMS)
        return
    specs = list(probing.broken(raw["spec"]))
    yield from (drafts.write(spec) for spec in rng.sample(specs, 3) if isinstance(spec, dict))
    yield from probing.edited(drafts.write(raw["spec"], "Which one is it?"), rng, 2)
