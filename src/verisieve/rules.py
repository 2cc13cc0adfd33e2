"""What is kept of a run: the rules of selection, checked as they are made. Selects nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from verisieve.errors import UsageError
from verisieve.ranking import DEFAULT_WEIGHTS, Signal
from verisieve.stats import CONFIDENCE

LABEL_PRICE = 2.0  # dollars for one row labelled by a person, to compare with


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is kept; None and nothing switch a rule off.

    `lower_assurance` lets verdicts through whose tests ran where the reply's own code could reach them.
    `languages` are ISO 639-1 codes; `near_duplicates` is the likeness from which rows are twins; `against` names
    files whose questions are not wanted, `decontaminate` benchmarks as ADAPTER:FILE. `band` puts a problem out whose
    pass rate (of `band_models`, or of all) lies outside with its whole interval. `weights` are by `ranking.Signal`;
    `diversity` is what unlikeness to better replies of the problem counts beside them.
    """

    lower_assurance: bool = False
    per_problem: int | None = 4
    per_family: int | None = None
    min_chars: int = 1
    max_chars: int | None = None
    languages: tuple[str, ...] = ()
    near_duplicates: float | None = None
    against: tuple[str, ...] = ()
    decontaminate: tuple[str, ...] = ()
    band: tuple[float, float] | None = None
    band_confidence: float = CONFIDENCE
    band_models: tuple[str, ...] = ()
    rejected_per_problem: int = 4
    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    diversity: float = 0.0
    label_price: float = LABEL_PRICE

    def __post_init__(self) -> None:
        for name in ("per_problem", "per_family", "max_chars"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise UsageError(f"{name} must be at least 1, not {value}")
        for name in ("min_chars", "rejected_per_problem", "label_price"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} must be at least 0, not {getattr(self, name)}")
        unknown = set(self.weights) - set(Signal)
        if unknown or any(not weight >= 0 for weight in self.weights.values()):
            raise UsageError(f"weights must be numbers >= 0 for {', '.join(Signal)}, not {dict(self.weights)}")
        self._check_shares()

    def _check_shares(self) -> None:
        if self.near_duplicates is not None and not 0.3 <= self.near_duplicates <= 1:
            raise UsageError(f"near_duplicates must be from 0.3 to 1, not {self.near_duplicates}")
        if self.band is not None:
            check_band(self.band)
        if not 0 < self.band_confidence < 1:
            raise UsageError(f"band_confidence must lie between 0 and 1, not {self.band_confidence}")
        if not 0 <= self.diversity <= 1:
            raise UsageError(f"diversity must be from 0 to 1, not {self.diversity}")
        for code in self.languages:
            if not (2 <= len(code) <= 3 and code.isascii() and code.islower()):
                raise UsageError(f"languages must be codes such as en or de, not {code!r}")


def check_band(band: tuple[float, float]) -> None:
    """Raise UsageError for two numbers that are no band of pass rates."""
    if not 0 <= band[0] < band[1] <= 1:
        raise UsageError(f"band must be two rates from 0 to 1, the lower first, not {list(band)}")
