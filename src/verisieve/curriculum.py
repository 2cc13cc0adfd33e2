"""Rounds: what the students could do decides what is asked next; teachers help where they could not.

After each round the bandit learns each knob's pass rate and chooses the knobs of the next. Teachers are asked about
the problems whose pass rate is not above the band, and to put a student's wrong reply right. Problems held back are
asked of the students alone, in files of their own; what has their words, or nearly so, is never asked for training.

All rounds write the same files, through the same stores: what an earlier round asked is read, not asked again. So a run
that was killed goes on where it was, and every round's choice follows from its seed and the verdicts before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import NamedTuple

from verisieve import domains, folder
from verisieve.asked import HELD_BACK, Asked
from verisieve.bandit import Bandit, Knob
from verisieve.commands import Answered, Who, ask, replacing, verify_files
from verisieve.folder import Pair, pairs, text_of, truncated
from verisieve.models import name_of
from verisieve.plan import CurriculumPlan, DomainPlan, Plan
from verisieve.progress import Tally
from verisieve.records import Json, Outcome, Problem
from verisieve.rows import dump
from verisieve.steering import RECORD

SURVEY = 300  # problems of a domain that are looked at for its families and levels
SPARE = 4  # problems drawn for each one wanted, for those too near to what is held back

Key = tuple[str, str]  # a problem's domain and id


class Course(NamedTuple):
    """What the rounds brought."""

    answered: Answered
    tally: Tally


@dataclass(slots=True, kw_only=True)
class Turn:
    """What one round asked of one knob, what was expected, and what came of it; `in_band` counts problems."""

    knob: Knob
    expected: float
    problems: int = 0
    passed: int = 0
    scored: int = 0
    in_band: int = 0

    def add(self, passed: int, scored: int, band: tuple[float, float]) -> None:
        """Count a problem's scored replies."""
        self.passed += passed
        self.scored += scored
        self.in_band += bool(scored) and band[0] <= passed / scored <= band[1]

    def row(self) -> dict[str, Json]:
        """Return it as a row of the record."""
        counts = {name: getattr(self, name) for name in ("problems", "passed", "scored", "in_band")}
        return {**self.knob._asdict(), "expected": round(self.expected, 6), **counts}


@dataclass(slots=True)
class _Rate:
    """A student's replies to one problem, and the first wrong one."""

    passed: int = 0
    scored: int = 0
    wrong: Pair | None = None


def follow(plan: Plan, course: CurriculumPlan, out: Path, *, workers: int | None, resume: bool) -> Course:
    """Ask and verify all rounds into a run folder, with a record of them; return the counts over all."""
    return _Rounds(plan, course, out, workers).follow(resume=resume)


def knobs(plan: Plan, course: CurriculumPlan) -> Iterator[Knob]:
    """Yield the knobs of the plan's domains, as their own problems show them."""
    for name, each in plan.domains.items():
        domain = domains.load(name, over=each.fixture)
        found = domain.problems(plan.seed, SURVEY, families=each.families, difficulty=each.difficulty)
        yield from sorted({_knob(problem, course.knobs, each) for problem in found}, key=str)


def _knob(problem: Problem, turned: Sequence[str], each: DomainPlan) -> Knob:
    family = str(problem.meta.get("family") or "") if "family" in turned else ""
    level = problem.meta.get("difficulty") if "difficulty" in turned else each.difficulty
    return Knob(problem.domain, family, level if type(level) is int else None)


class _Rounds:
    """The state of one course."""

    def __init__(self, plan: Plan, course: CurriculumPlan, out: Path, workers: int | None) -> None:
        self._plan, self._course, self._out, self._workers = plan, course, out, workers
        self._teachers = {name_of(spec, plan.asking) for spec in plan.teachers}
        self._domains = {name: domains.load(name, over=each.fixture) for name, each in plan.domains.items()}
        self._knobs = list(knobs(plan, course))
        self._bandit = Bandit(self._knobs, course.band, course.forget)
        self._known = Asked(near=bool(course.held_back))
        self._problems: dict[Key, Problem] = {}
        self._repairs: dict[Key, Problem] = {}  # by the problem that was failed
        self._taught: set[Key] = set()

    def follow(self, *, resume: bool) -> Course:
        """Carry out all rounds."""
        held = self._hold_back(resume=resume)
        rounds: list[Json] = []
        done: Course | None = None
        for number in range(1, self._course.rounds + 1):
            turns, skipped = self._choose(number)
            done = self._carry_out(resume=resume or number > 1)
            self._observe(turns)
            told = [turn.row() for turn in {turn.knob: turn for turn in turns.values()}.values()]
            rounds.append({"round": number, "skipped": skipped, "knobs": told})
        if self._taught:
            done = self._carry_out(resume=True)
        assert done is not None  # there is a round
        facts = {
            "band": list(self._course.band),
            "students": sorted(self._students),
            "teachers": sorted(self._teachers),
        }
        with replacing(self._out / RECORD) as stream:
            stream.write(dump({**facts, "rounds": rounds, "held_back": held}))
        return done

    @property
    def _students(self) -> set[str]:
        return {name_of(spec, self._plan.asking) for spec in self._plan.students}

    def _hold_back(self, *, resume: bool) -> Json:
        """Make the problems that are only asked, ask the students about them, and return how many they solved."""
        if not self._course.held_back:
            return None
        held: list[Problem] = []
        for name, each in self._plan.domains.items():
            domain, seed = self._domains[name], self._seed(0, 0)
            held += domain.problems(seed, self._course.held_back, families=each.families, difficulty=each.difficulty)
        for problem in held:
            self._known.hold_back(problem)
        with replacing(self._out / HELD_BACK) as stream:
            for problem in held:
                stream.write(dump({"id": problem.id, "domain": problem.domain, "prompt": problem.prompt}))
        apart = self._out / "held-back"
        self._ask(held, apart, lambda _, model: model not in self._teachers, resume=resume)
        rates = _rates(pairs(apart), self._students).values()
        return {
            "problems": len(held),
            "passed": sum(rate.passed for rate in rates),
            "scored": sum(rate.scored for rate in rates),
        }

    def _choose(self, number: int) -> tuple[dict[Key, Turn], int]:
        """Choose the knobs of a round and make its problems; return them, and how many were too near to others."""
        turns: dict[Key, Turn] = {}
        skipped = 0
        for name, each in self._plan.domains.items():
            rng = Random(f"curriculum:{self._plan.seed}:{number}:{name}")
            for knob, count in sorted(Counter(self._bandit.choose(name, each.problems, rng)).items(), key=str):
                turn = Turn(knob=knob, expected=self._bandit.expected(knob))
                for problem in self._made(knob, count * SPARE, number):
                    if turn.problems == count:
                        break
                    if not self._known.admit(problem):
                        skipped += 1
                        continue
                    turn.problems += 1
                    self._problems[name, problem.id] = problem
                    turns[name, problem.id] = turn
        return turns, skipped

    def _made(self, knob: Knob, count: int, number: int) -> Iterator[Problem]:
        families = (knob.family,) if knob.family else self._plan.domains[knob.domain].families
        seed = self._seed(number, self._knobs.index(knob))
        domain = self._domains[knob.domain]
        for problem in domain.problems(seed, count, families=families, difficulty=knob.difficulty):
            yield replace(problem, meta={**problem.meta, "round": number})

    def _seed(self, number: int, knob: int) -> int:
        """No two knobs and rounds share a seed, and so no ids."""
        return (self._plan.seed * 1000 + number) * 10_000 + knob

    def _carry_out(self, *, resume: bool) -> Course:
        """Ask whoever is to be asked about everything chosen so far, and verify what came."""
        asked = (one for key in self._problems for one in (self._problems[key], self._repairs.get(key)) if one)
        return self._ask(asked, self._out, self._who, resume=resume)

    def _who(self, problem: Problem, model: str) -> bool:
        own = (problem.domain, problem.id) in self._problems
        if model in self._teachers:
            return not own or (problem.domain, problem.id) in self._taught
        return own

    def _ask(self, problems: Iterable[Problem], out: Path, who: Who, *, resume: bool) -> Course:
        completions = out / folder.COMPLETIONS
        answered = ask(problems, self._plan.asking, completions, resume=resume, who=who)
        tally = verify_files(
            [str(completions)],
            out / folder.VERDICTS,
            sandbox=self._plan.sandbox,
            workers=self._workers,
            resume=resume,
        )
        return Course(answered, tally)

    def _observe(self, turns: Mapping[Key, Turn]) -> None:
        """Learn the pass rates of the round's knobs, and choose what teachers are asked about."""
        rates = _rates(pairs(self._out), self._students)
        self._bandit.forget()
        for key, turn in turns.items():
            rate = rates.get(key, _Rate())
            turn.add(rate.passed, rate.scored, self._course.band)
            self._bandit.learn(turn.knob, passed=rate.passed, scored=rate.scored)
            if self._teachers and rate.passed <= self._course.band[1] * rate.scored:
                self._teach(key, rate)

    def _teach(self, key: Key, rate: _Rate) -> None:
        self._taught.add(key)
        if self._course.repair and rate.wrong:
            self._repairs[key] = _repair(self._problems[key], rate.wrong)


def _rates(read: Iterable[Pair], students: Collection[str]) -> dict[Key, _Rate]:
    """Count the students' scored replies by problem."""
    rates: dict[Key, _Rate] = {}
    for pair in read:
        outcome = pair.verdict["outcome"]
        if text_of(pair.completion, "model") not in students or outcome == Outcome.ERROR or truncated(pair.completion):
            continue
        rate = rates.setdefault((text_of(pair.completion, "domain"), text_of(pair.completion, "id")), _Rate())
        rate.scored += 1
        rate.passed += outcome == Outcome.PASS
        if rate.wrong is None and outcome == Outcome.FAIL:
            rate.wrong = pair
    return rates


def _repair(problem: Problem, wrong: Pair) -> Problem:
    """Return the problem of putting a wrong reply right: the same question and truth, the attempt beside it."""
    attempt = {
        "model": text_of(wrong.completion, "model"),
        "text": text_of(wrong.completion, "response"),
        "reason": text_of(wrong.verdict, "reason"),
    }
    meta = {**problem.meta, "parents": [problem.id], "source": "repair", "attempt": attempt}
    return replace(problem, id=f"{problem.id}/repair", meta=meta)
