"""Curves: where marks lie, and what a plot says in words."""

from __future__ import annotations

from verisieve import bench, charts, leaderboard
from verisieve.charts import BOTTOM, TOP, Value, chart
from verisieve.stats import Interval

HALF = Value(0.5, Interval(0.25, 1.0), 8)
NONE = Value(0.0, Interval(0.0, 0.5), 8)


def test_marks_lie_where_their_values_are() -> None:
    """Nought at the bottom, one at the top, the ends of an interval likewise; a gap has no mark."""
    plot = chart("t", "k", ["1", "2", "4"], {"m": {"1": HALF, "4": NONE}})
    (line,) = plot.lines
    first, last = line.marks

    assert (first.y, first.high) == ((TOP + BOTTOM) / 2, TOP)
    assert (last.y, last.low) == (BOTTOM, BOTTOM)
    assert line.values == [HALF, None, NONE]
    assert plot.words == "t. m falls: 50% at k 1, 0% at 4."


def test_a_plot_shows_a_few_models_and_few_labels() -> None:
    """What is left out is counted; labels keep apart."""
    plot = chart("t", "level", [str(n) for n in range(40)], {f"m{n}": {"0": HALF} for n in range(9)})

    assert (len(plot.lines), plot.left_out) == (6, 3)
    assert len(plot.ticks) <= 8


def test_a_board_gives_its_curves() -> None:
    """pass@k rises and pass^k falls, from the same point; one sample each gives no curve."""
    rows = [
        {"id": f"p{n}", "domain": "math", "model": "m", "sample": k, "outcome": "pass" if (n + k) % 3 else "fail"}
        for n in range(9)
        for k in range(3)
    ]
    any_of, all_of = charts.of_board(leaderboard.to_json(bench.tally(rows, ks=(1, 2, 3))))

    assert "m rises: 67% at k 1, 100% at 3." in any_of.words
    assert "m falls: 67% at k 1, 0% at 3." in all_of.words
    assert charts.of_board(leaderboard.to_json(bench.tally(rows[::3], ks=(1, 2, 3)))) == []
