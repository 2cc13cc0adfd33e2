"""Rows of many tasks from a reasoning problem: variants, impossible twins, specs of its text, new problems.

`self_play` plays a game on from its position and keeps the best moves. A task that a family lacks makes no rows; where
none of the tasks makes any, the problem is dropped, and the reason says which operator its family lacks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from verisieve.domains import fields
from verisieve.domains.engineering import Made, UnusableError, engineered
from verisieve.domains.reasoning import selfplay
from verisieve.domains.reasoning.tasks import drafts, feasibility, inventions, prompts
from verisieve.domains.reasoning.truths import open_truth
from verisieve.domains.reasoning.variants import Raw, clues, making, operators
from verisieve.domains.reasoning.variants.gates import Case, Refused, opened
from verisieve.domains.reasoning.variants.making import Variant
from verisieve.domains.reasoning.variants.mutants import replied
from verisieve.records import Json, Problem
from verisieve.sandboxes import Sandbox

RATES = (0.0, 0.1, 0.3, 0.5)  # error rates of the builtin players, drawn for each game
_CARRIED = ("model", "prompt_version")  # what a row keeps of the problem that it comes from


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A problem that has an answer, as a case, and its question."""

    problem: Problem
    case: Case
    question: str

    def made(self, task: str, variant: Variant, rng: Random, **more: Json) -> Made:
        """Return the row of a variant, with its answer in one of the usual forms."""
        case = variant.case
        meta: dict[str, Json] = {
            **self.carried(),
            "family": case.name,
            "operator": task,
            "operators": list(variant.operators),
            "relation": variant.relation,
            "form": case.form,
            "gates": {check.name: dict(check.evidence) for check in variant.checks},
            **({"partner": variant.partner} if variant.partner else {}),
            **more,
        }
        prompt = case.family.ask(case.truth.spec, rng)
        return Made(task=task, prompt=prompt, truth=_truth(case), reply=_reply(case, rng), meta=meta)

    def carried(self) -> dict[str, Json]:
        """Return what rows keep of where the problem came from."""
        return {key: self.problem.meta[key] for key in _CARRIED if key in self.problem.meta}


def _truth(case: Case, **more: Json) -> dict[str, Json]:
    return {**more, "family": case.name, "mode": case.family.MODE, "spec": case.raw, "answer": None}


def _reply(case: Case, rng: Random) -> str:
    return replied(case.truth, case.family.write(case.truth.spec, case.answer, rng), rng)


def prepare(problem: Problem) -> Subject:
    """Return the subject of a problem to solve, or of the text of a new one; raise UnusableError for what has none."""
    truth = open_truth(problem.truth)
    raw = problem.truth["spec"]
    assert isinstance(raw, dict)
    try:
        case = opened(truth.name, raw)
    except Refused as refused:
        raise UnusableError(f"spec_{refused.check.reason}") from None
    return Subject(problem=problem, case=case, question=str(problem.truth.get("text") or problem.prompt))


def _by_operator(operator: str) -> Callable[[Subject, Random, int], Iterator[Made]]:
    def make(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
        for variant in making.by_operator(subject.case, operator, rng, count):
            yield subject.made(operator, variant, rng)

    return make


def _unsolvable(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """Twins without an answer, each after a twin that has one: the question does not tell which is which."""
    if subject.case.shape.answers_impossible:
        yield from _by_operator("unsolvable")(subject, rng, count)
        return
    for _ in range(count):
        raw = operators.impossible(subject.case, rng)
        if raw is None:
            return
        yield _impossible(subject, raw, rng)
        twin = next(making.chained(subject.case, rng, 1), None)
        if twin is not None:
            made = subject.made("unsolvable", twin, rng, possible=True)
            yield replace(made, prompt=_feasible(twin.case, made.prompt), truth=_truth(twin.case, task="feasible"))


def _impossible(subject: Subject, raw: Raw, rng: Random) -> Made:
    """Return the row of a spec that no answer fits; the evidence is a smallest set of clues that clash."""
    case = replace(subject.case, raw=raw, truth=subject.case.truth._replace(spec=subject.case.family.parse(raw)))
    found = clues.core(case.family, case.shape, raw)
    field = feasibility.listed(case.shape)
    named = f": {field} {', '.join(str(key + 1) for _, key in found)}" if field else ""
    meta: dict[str, Json] = {
        **subject.carried(),
        "family": case.name,
        "operator": "unsolvable",
        "operators": ["unsolvable"],
        "relation": "impossible",
        "form": case.form,
        "possible": False,
        "core": [clues.named(raw, address) for address in found],
        "prompt_version": prompts.version("feasible"),
    }
    prompt = _feasible(case, case.family.ask(case.truth.spec, rng))
    truth = _truth(case, task="feasible")
    return Made(task="unsolvable", prompt=prompt, truth=truth, reply=f"Answer: impossible{named}", meta=meta)


def _feasible(case: Case, prompt: str) -> str:
    return prompts.feasible(prompt, feasibility.listed(case.shape))


def _variant(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """Chains of operators, no two the same under renaming and symmetry."""
    for variant in making.chained(subject.case, rng, count):
        yield subject.made("variant", variant, rng)


def _steered(task: str) -> Callable[[Subject, Random, int], Iterator[Made]]:
    def make(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
        seen = set[str]()
        for _ in range(count):
            found = making.steered(subject.case, rng, harder=task == "harder")
            if found is None or found[0].case.form in seen:
                continue
            variant, work, before = found
            seen.add(variant.case.form)
            yield subject.made(task, variant, rng, work=work, work_before=before)

    return make


def _formalise(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """The spec of the problem's text, and of variants of it."""
    cases = [subject.case, *(variant.case for variant in making.chained(subject.case, rng, count - 1))]
    for k, case in enumerate(cases if prompts.has_language(subject.case.name) else []):
        text = subject.question if not k else case.family.ask(case.truth.spec, rng)
        prompt = prompts.formalise(case.name, text, case.raw)
        version = prompts.version("formalise")
        meta: dict[str, Json] = {"family": case.name, "form": case.form, "prompt_version": version}
        truth = _truth(case, task="formalise")
        yield Made(task="formalise", prompt=prompt, truth=truth, reply=drafts.write(case.raw), meta=meta)


def _problem(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """A new problem from this one, in each of four ways; a right reply is not known."""
    if not prompts.has_language(subject.case.name):
        return
    case = subject.case
    for operator in fields.OPERATORS:
        parent: dict[str, Json] = {"prompt": subject.question, "spec": case.raw}
        truth: dict[str, Json] = {"task": "problem", "family": case.name, "operator": operator, "parent": parent}
        prompt = prompts.problem(operator, case.name, subject.question, case.raw)
        meta: dict[str, Json] = {
            "family": case.name,
            "operator": operator,
            "parents": [subject.problem.id],
            "prompt_version": prompts.version(operator),
        }
        yield Made(task="problem", prompt=prompt, truth={**truth, "agree": inventions.AGREE}, reply=None, meta=meta)


def _self_play(problem: Problem, seed: int, per: int) -> Iterator[tuple[Made, Problem]]:
    """Yield the moves to learn from of `per` games that begin in the problem's position."""
    truth = open_truth(problem.truth)
    if truth.name not in selfplay.RULES:
        return
    rules, seen = selfplay.RULES[truth.name], set[Any]()
    for number in range(per):
        rng = Random(f"reasoning:{seed}:{problem.id}:self_play:{number}")
        rates = (rng.choice(RATES), rng.choice(RATES))
        record = selfplay.played(rules, truth.spec, rng, rates)
        told: Mapping[str, Json] = {"players": [f"builtin:perfect:{rate}" for rate in rates], "end": record.end}
        for turn in selfplay.lessons(rules, record):
            position = rules.canonical(turn.spec)
            if position in seen:
                continue
            seen.add(position)
            yield _row(problem, rules, turn, rng, {**told, "game": number, "winner": record.winner})


def _row(
    problem: Problem, rules: selfplay.Rules, turn: selfplay.Turn, rng: Random, meta: Mapping[str, Json]
) -> tuple[Made, Problem]:
    truth: dict[str, Json] = {"family": rules.name, "mode": "answer", "spec": rules.raw(turn.spec), "answer": None}
    known = {**meta, "family": rules.name, "source": "self_play", "parents": [problem.id], "value": turn.value}
    made = Made(task="self_play", prompt=rules.ask(turn.spec, rng), truth=truth, reply=turn.text, meta=known)
    key = selfplay.position_key(rules, turn.spec)
    return made, replace(problem, id=f"{problem.id}-{key}", prompt=made.prompt, truth=truth, meta=known)


ROWS: Mapping[str, Callable[[Subject, Random, int], Iterator[Made]]] = {
    "variant": _variant,
    **{operator: _by_operator(operator) for operator in operators.OPERATORS if operator != "unsolvable"},
    "unsolvable": _unsolvable,
    "harder": _steered("harder"),
    "easier": _steered("easier"),
    "formalise": _formalise,
    "problem": _problem,
}
MAKERS: Mapping[str, Any] = {**ROWS, "self_play": _self_play}


def engineer(
    problem: Problem, sandbox: Sandbox, *, tasks: Sequence[str], seed: int, per: int
) -> Iterator[tuple[Made, Problem]]:
    """Make rows of each task; raise UnusableError where the problem's family has none of them."""
    rows = [task for task in tasks if task != "self_play"]
    subject = prepare(problem) if rows else None
    made = 0
    for one in _all(problem, subject, rows, tasks, seed, per):
        made += 1
        yield one
    if not made:
        game = open_truth(problem.truth).name in selfplay.RULES
        no_play = "no_lesson" if game else "no_game"  # a game in which no move is better than another
        raise UnusableError(no_play if not rows else f"no_{rows[0]}" if len(rows) == 1 else "no_variants")


def _all(
    problem: Problem, subject: Subject | None, rows: Sequence[str], tasks: Sequence[str], seed: int, per: int
) -> Iterator[tuple[Made, Problem]]:
    if subject is not None:
        yield from engineered(problem, rows, seed, lambda task, rng: _offered(task, subject, rng, per))
    if "self_play" in tasks:
        yield from _self_play(problem, seed, per)


def _offered(task: str, subject: Subject, rng: Random, per: int) -> Iterator[Made]:
    if task in operators.OPERATORS and task not in operators.offered(subject.case.name):
        return
    yield from ROWS[task](subject, rng, per)


def shown(made: Made) -> str:
    """Return what a model is shown: the question."""
    return made.prompt
