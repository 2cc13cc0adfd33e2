"""The plan of a run: one TOML file, checked key by key before anything starts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path

from verisieve import endpoints, tables
from verisieve.endpoints import Endpoint
from verisieve.errors import UsageError
from verisieve.models import CONCURRENCY, ERROR_RATE, Asking
from verisieve.rules import Rules, check_band

KNOBS = ("family", "difficulty")


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPlan:
    """What is asked in one domain."""

    problems: int
    families: tuple[str, ...] = ()
    difficulty: int | None = None
    fixture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlan:
    """What is written; see verisieve.export."""

    formats: tuple[str, ...] = ("trl-sft", "trl-dpo", "jsonl")
    validation: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetPlan:
    """What the replies may cost; nothing more is asked for then."""

    money: float | None = None
    tokens: int | None = None

    def __str__(self) -> str:
        caps = [f"${self.money:,.2f}"] if self.money is not None else []
        return " or ".join([*caps, *([f"{self.tokens:,} tokens"] if self.tokens is not None else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class CurriculumPlan:
    """How the problems of each round are chosen by what the students could do before; see verisieve.curriculum.

    `band` holds the pass rates aimed at, `knobs` what is turned: family, difficulty or both. `forget` is the share of
    what was seen that no longer counts a round later, for students that learn. `teachers` are asked about what the
    students cannot do yet, and with `repair` to put a wrong reply of theirs right. `held_back` problems of each
    domain are asked of the students and never enter the training data.
    """

    rounds: int
    band: tuple[float, float] = (0.2, 0.8)
    knobs: tuple[str, ...] = KNOBS
    forget: float = 0.1
    teachers: tuple[str, ...] = ()
    repair: bool = True
    held_back: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.rounds <= 100:
            raise UsageError(f"rounds must be from 1 to 100, not {self.rounds}")
        check_band(self.band)
        if not self.knobs or set(self.knobs) - set(KNOBS):
            raise UsageError(f"knobs must be of {', '.join(KNOBS)}, not {list(self.knobs)}")
        if not 0 <= self.forget < 1:
            raise UsageError(f"forget must be at least 0 and below 1, not {self.forget}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole run: ask, verify, select, export."""

    domains: Mapping[str, DomainPlan]
    seed: int = 0
    out: str = "out"
    models: tuple[str, ...] = ("builtin:noisy",)  # all endpoints, where there are any
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    prices: str | None = None  # a file; see verisieve.endpoints.read_prices
    budget: BudgetPlan = field(default_factory=BudgetPlan)
    error_rate: float = ERROR_RATE
    base_url: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    concurrency: int = CONCURRENCY
    samples: int = 4
    sandbox: str = "auto"
    curriculum: CurriculumPlan | None = None
    select: Rules = field(default_factory=Rules)
    export: ExportPlan = field(default_factory=ExportPlan)

    @property
    def teachers(self) -> tuple[str, ...]:
        """The models that only help where the others fail."""
        return self.curriculum.teachers if self.curriculum else ()

    @property
    def students(self) -> tuple[str, ...]:
        """The models that are asked about every problem."""
        return tuple(spec for spec in self.models if spec not in self.teachers)

    @property
    def asking(self) -> Asking:
        """How models are asked."""
        return Asking(
            models=self.models,
            endpoints=self.endpoints,
            samples=self.samples,
            seed=self.seed,
            error_rate=self.error_rate,
            base_url=self.base_url,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            concurrency=self.concurrency,
            prices=self.prices,
            max_cost=self.budget.money,
            max_total_tokens=self.budget.tokens,
        )


def read_plan(path: str | Path | None) -> Plan:
    """Read a plan, or the embedded default; raise UsageError naming file and key of what is wrong."""
    if path is None:
        return _plan("default.toml", (resources.files("verisieve") / "default.toml").read_text(encoding="utf-8"))
    try:
        return _plan(str(path), Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8: {error.reason} at byte {error.start}") from error


def _plan(file: str, text: str) -> Plan:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: {error}") from error
    plan: Plan = tables.build(Plan, table, file)
    plan = plan if "models" in table or not plan.endpoints else replace(plan, models=tuple(plan.endpoints))
    if not plan.domains:
        raise UsageError(f"{file}: domains: name at least one, as [domains.math]")
    for name, endpoint in plan.endpoints.items():
        endpoints.check(endpoint, f"{file}: endpoints.{name}")
    for teacher in plan.teachers:
        if teacher not in plan.models:
            raise UsageError(f"{file}: curriculum.teachers: {teacher!r} is none of models")
    if not plan.students:
        raise UsageError(f"{file}: curriculum.teachers: no model is left to be a student")
    return plan
