"""Curves of pass rates as numbers to draw: where lines, bands and marks lie in a plot, and what it says in words.

Draws nothing: the template does, in plain SVG. Rates lie in 0..1, and a plot always shows all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from verisieve import plaintext
from verisieve.records import Json
from verisieve.stats import Interval
from verisieve.survey import Rate, natural

LEFT, RIGHT, TOP, BOTTOM = 40.0, 388.0, 12.0, 196.0  # the frame inside a picture of 400 by 240
LINES = 6  # as many shapes and colours as can be told apart
LABELS = 8  # below the axis, so that they do not touch


class Value(NamedTuple):
    """A rate at one place of the axis."""

    rate: float
    interval: Interval
    over: int  # of how many it is the rate


class Mark(NamedTuple):
    """A value in the picture."""

    x: float
    y: float
    low: float
    high: float
    value: Value


class Line(NamedTuple):
    """One curve; `values` has a place for each of the axis, also where there is no mark."""

    name: str
    marks: Sequence[Mark]
    values: Sequence[Value | None]

    @property
    def path(self) -> str:
        """The points of the curve, as SVG takes them."""
        return " ".join(f"{mark.x:.1f},{mark.y:.1f}" for mark in self.marks)

    @property
    def band(self) -> str:
        """The outline of the intervals."""
        upper = [f"{mark.x:.1f},{mark.high:.1f}" for mark in self.marks]
        return " ".join([*upper, *(f"{mark.x:.1f},{mark.low:.1f}" for mark in reversed(self.marks))])


class Chart(NamedTuple):
    """One plot: a curve for each name over the places of an axis."""

    title: str
    axis: str
    names: Sequence[str]
    ticks: Sequence[tuple[float, str]]
    lines: Sequence[Line]
    left_out: int

    @property
    def grid(self) -> list[tuple[float, str]]:
        """Heights of the lines across, with their labels."""
        return [(_y(part / 4), f"{25 * part} %") for part in range(5)]

    @property
    def words(self) -> str:
        """What the plot shows, for those who cannot see it."""
        return f"{self.title}. " + " ".join(_said(line, self) for line in self.lines)


def chart(title: str, axis: str, names: Sequence[str], curves: Mapping[str, Mapping[str, Value]]) -> Chart:
    """Lay out curves over an axis with these names; only the first LINES of them."""
    width = (RIGHT - LEFT - 24) / max(1, len(names) - 1)
    places = [LEFT + 12 + width * place if len(names) > 1 else (LEFT + RIGHT) / 2 for place in range(len(names))]
    lines = []
    for name, found in list(curves.items())[:LINES]:
        values = [found.get(place) for place in names]
        marks = [_mark(x, value) for x, value in zip(places, values, strict=True) if value]
        lines.append(Line(name, marks, values))
    step = -(-len(names) // LABELS)
    ticks = [(x, name) for place, (x, name) in enumerate(zip(places, names, strict=True)) if place % step == 0]
    return Chart(title, axis, names, ticks, lines, max(0, len(curves) - LINES))


def of_board(board: Mapping[str, Any]) -> list[Chart]:
    """Return pass@k and pass^k by k, where there are several samples."""
    cells = [cell for cell in board["cells"] if cell["model"] is not None and cell["domain"] is None]
    plots = []
    for sign, title in (("@", "At least one of k replies passes (pass@k)"), ("^", "All of k replies pass (pass^k)")):
        curves = {plaintext.name(cell["model"] or "not stated"): _by_k(cell["estimates"], sign) for cell in cells}
        names = sorted({k for curve in curves.values() for k in curve}, key=int)
        if len(names) > 1:
            plots.append(chart(title, "k", names, curves))
    return plots


def _by_k(estimates: Mapping[str, Mapping[str, Json]], sign: str) -> dict[str, Value]:
    found = {measure: _value(one) for measure, one in estimates.items()}
    start = {"1": found["pass@1"]} if sign == "^" and "pass@1" in found else {}
    return start | {
        name[5:]: value for name, value in found.items() if name[:5] == f"pass{sign}" and name[5:].isdigit()
    }


def _value(estimate: Mapping[str, Json]) -> Value:
    return Value(estimate["value"], Interval(estimate["low"], estimate["high"]), estimate["over"])


def of_levels(levels: Mapping[str, Mapping[str, Mapping[str, Rate]]], models: Sequence[str]) -> list[Chart]:
    """Return pass rates by difficulty, a plot for each domain that has several levels."""
    plots = []
    for domain, by_model in levels.items():
        names = sorted({level for found in by_model.values() for level in found}, key=natural)
        curves = {model: _by_level(by_model[model]) for model in models if model in by_model}
        if len(names) > 1 and any(curves.values()):
            plots.append(chart(domain, "difficulty", names, curves))
    return plots


def _by_level(found: Mapping[str, Rate]) -> dict[str, Value]:
    return {
        level: Value(rate.passed / rate.scored, rate.interval, rate.scored)
        for level, rate in found.items()
        if rate.scored
    }


def _mark(x: float, value: Value) -> Mark:
    return Mark(x, _y(value.rate), _y(value.interval.low), _y(value.interval.high), value)


def _y(rate: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * rate


def _said(line: Line, chart: Chart) -> str:
    found = [(name, value) for name, value in zip(chart.names, line.values, strict=True) if value]
    if not found:
        return f"{line.name}: nothing scored."
    (first, start), (last, end) = found[0], found[-1]
    falls = all(a.rate >= b.rate for (_, a), (_, b) in pairwise(found))
    rises = all(a.rate <= b.rate for (_, a), (_, b) in pairwise(found))
    way = "is level" if falls and rises else "falls" if falls else "rises" if rises else "goes up and down"
    return f"{line.name} {way}: {start.rate:.0%} at {chart.axis} {first}, {end.rate:.0%} at {last}."
