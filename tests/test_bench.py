"""The leaderboard over output rows: what is scored, what is set apart, and that the intervals hold."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from verisieve import bench, boards, leaderboard, paired, stats
from verisieve.leaderboard import Cell, Leaderboard
from verisieve.tally import Count, Elected, Party


def _row(id: str, outcome: str = "pass", model: str = "a", **rest: Any) -> dict[str, Any]:  # noqa: A002  # as in rows
    reason = "" if outcome == "pass" else "wrong_answer"
    return {"id": id, "domain": "math", "sample": 0, "outcome": outcome, "reason": reason, "model": model, **rest}


def _cell(board: Leaderboard, model: str | None = None, domain: str | None = None) -> Cell:
    return next(cell for cell in board.cells if (cell.model, cell.domain) == (model, domain))


def _value(cell: Cell, measure: str = "pass@1") -> float:
    estimate = cell.estimate(measure)
    assert estimate is not None
    return estimate.value


def _shown(table: Table, width: int = 160) -> str:
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123  # never read
    with console.file:
        console.print(table)
        return console.export_text()


def _simulated(rates: dict[str, float], problems: int, samples: int, seed: str) -> Iterator[dict[str, Any]]:
    rng = Random(seed)
    for number in range(problems):
        hardness = rng.uniform(-0.1, 0.1)
        for model, rate in rates.items():
            for sample in range(samples):
                right = rng.random() < rate + hardness
                yield _row(f"p{number}", "pass" if right else "fail", model, sample=sample)


def test_errors_are_never_scored() -> None:
    """An `error` row moves no rate: it is counted apart, with its reason."""
    rows = [_row("1"), _row("2", "fail"), _row("3", "error", reason="broken_truth")]
    cell = _cell(bench.tally(rows), "a")
    assert (_value(cell), cell.problems, cell.samples, cell.errors) == (0.5, 2, 2, 1)
    assert cell.reasons == {"error": {"broken_truth": 1}, "fail": {"wrong_answer": 1}}


def test_truncated_replies_are_set_apart_unless_asked_for() -> None:
    """A reply cut off at the token limit is counted and not scored; `score_truncated` scores it as judged."""
    rows = [_row("1"), _row("2", "no_answer", finish_reason="length"), _row("3", "fail", finish_reason="stop")]
    apart, scored = _cell(bench.tally(rows), "a"), _cell(bench.tally(rows, score_truncated=True), "a")
    assert (_value(apart), apart.samples, apart.truncated) == (0.5, 2, 1)
    assert _value(scored) == pytest.approx(1 / 3)
    assert (scored.samples, scored.truncated) == (3, 0)


def test_every_name_of_a_limit_cuts_off() -> None:
    """`max_tokens` says the same as `length`."""
    assert _cell(bench.tally([_row("1", "fail", finish_reason="max_tokens")]), "a").truncated == 1


def test_every_problem_weighs_the_same() -> None:
    """pass@1 is the mean over problems, however many samples of each are left to score."""
    rows = [_row("1", sample=n) for n in range(9)] + [_row("2", "fail")]
    assert _value(_cell(bench.tally(rows), "a")) == 0.5


def test_pass_at_k_takes_the_problems_that_have_k_samples() -> None:
    """pass@2 and pass^2 leave out a problem with one scored sample, and say over how many they are."""
    rows = [_row("1"), _row("1", "fail", sample=1), _row("1", "fail", sample=2), _row("2")]
    cell = _cell(bench.tally(rows, ks=(2,)), "a")
    at, hat = cell.estimate("pass@2"), cell.estimate("pass^2")
    assert at is not None
    assert hat is not None
    assert at.value == pytest.approx(2 / 3)
    assert (at.over, hat.value) == (1, 0.0)
    assert at.interval == stats.clustered([2 / 3], 3)
    assert _cell(bench.tally(rows, ks=(4,)), "a").estimate("pass@4") is None


def test_a_sample_seen_twice_counts_once() -> None:
    """The same model, problem and sample again is counted as repeated; the first verdict stands."""
    cell = _cell(bench.tally([_row("1"), _row("1", "fail"), _row("1", "fail", sample=1)]), "a")
    assert (cell.samples, cell.repeated, _value(cell)) == (2, 1, 0.5)


def test_problems_of_two_domains_never_mix() -> None:
    """One id in two domains is two problems, with a cell for the model, each domain, and both together."""
    board = bench.tally([_row("1"), _row("1", "fail", domain="sql"), _row("1", "fail", "b", domain="sql")])
    found = {(cell.model, cell.domain): (cell.problems, _value(cell)) for cell in board.cells}
    assert found == {
        (None, None): (2, 0.5),
        ("a", None): (2, 0.5),
        ("b", None): (1, 0.0),
        (None, "math"): (1, 1.0),
        (None, "sql"): (1, 0.0),
        ("a", "math"): (1, 1.0),
        ("a", "sql"): (1, 0.0),
        ("b", "sql"): (1, 0.0),
    }


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (_row("1", "great"), "outcome"),  # no outcome of ours
        ({**_row("1"), "outcome": ["pass"]}, "outcome"),  # unhashable
        ({**_row("1"), "id": None}, "id"),  # a verdict about nothing
        (_row("1", sample=-1), "sample"),
        (_row("1", sample=10**9), "sample"),  # would cost 125 MB
        (_row("1", sample=True), "sample"),
        ({**_row("1"), "model": 7}, "model"),
    ],
)
def test_unreadable_rows_are_listed_and_stop_nothing(row: dict[str, Any], wrong: str) -> None:
    """A row that cannot be counted is listed with its place and its field; the others count."""
    board = bench.tally([_row("1"), row, _row("2")])
    assert board.unreadable == 1
    assert board.unreadable_first[0].startswith(f"row 2: {wrong}")
    assert _cell(board, "a").samples == 2


def test_a_bad_input_row_is_an_error_of_its_model() -> None:
    """A row that `verify` listed as bad has no id; it counts as an error and not as unreadable."""
    board = bench.tally([_row("1"), {"id": None, "domain": None, "outcome": "error", "reason": "bad_row"}])
    assert (_cell(board).errors, board.unreadable) == (1, 0)


def test_labels_give_the_confusion_matrix() -> None:
    """Verdicts against labels: wrong rows that passed are false accepts, right rows that did not are false rejects."""
    rows = [
        *(_row(f"r{n}", label="pass") for n in range(97)),
        *(_row(f"s{n}", "no_answer", label="pass") for n in range(3)),
        *(_row(f"w{n}", "limit", label="reject") for n in range(49)),
        _row("x", label="reject"),
        _row("e", "error", label="reject"),
        _row("u"),
    ]
    confusion = _cell(bench.tally(rows), domain="math").confusion
    assert confusion == leaderboard.Confusion(true_pass=97, false_pass=1, true_reject=49, false_reject=3, undecided=1)
    assert confusion is not None
    assert confusion.false_accepts is not None
    assert (confusion.false_accepts.value, confusion.false_accepts.interval) == (0.02, stats.clopper_pearson(1, 50))
    assert confusion.rates()[1][1] is not None


def test_a_recorded_verdict_is_a_label_too() -> None:
    """A boolean under `recorded` counts as a label; other values and no label at all give no matrix."""
    board = bench.tally([_row("1", recorded=True), _row("2", recorded=False), _row("3", label=["pass"])])
    assert _cell(board).confusion == leaderboard.Confusion(true_pass=1, false_pass=1)
    assert _cell(bench.tally([_row("1")])).confusion is None


def test_truncated_rows_still_test_the_verifier() -> None:
    """A truncated row is nobody's score, and its label is still compared with the verdict."""
    cell = _cell(bench.tally([_row("1", label="reject", finish_reason="length")]))
    assert (cell.samples, cell.truncated) == (0, 1)
    assert cell.confusion == leaderboard.Confusion(false_pass=1)


def test_models_are_compared_on_shared_problems_alone() -> None:
    """A pair counts the problems that both were scored on, one sample each; errors take a problem out."""
    rows = [_row(str(n), "pass" if n < 8 else "fail", "a") for n in range(12)]
    rows += [_row(str(n), "pass" if n < 2 else "fail", "b") for n in range(11)] + [_row("11", "error", "b")]
    (pair,) = bench.tally(rows).comparisons
    assert (pair.first, pair.both, pair.only_first, pair.only_second, pair.neither) == ("a", 2, 6, 0, 3)
    assert pair.p_value == stats.mcnemar(6, 0)
    assert pair.difference == pytest.approx(6 / 11)


def test_three_models_are_told_apart() -> None:
    """Of three models with known rates the ranking is right, each true rate lies inside its interval, and
    after Holm's correction only the two equal ones stay undecided."""
    rates = {"low": 0.5, "high": 0.8, "low-again": 0.5}
    board = bench.tally(_simulated(rates, 400, 4, "three"), ks=(1, 4))
    assert next(cell.model for cell in board.cells if cell.model and not cell.domain) == "high"
    for model, rate in rates.items():
        estimate = _cell(board, model).estimate("pass@1")
        assert estimate is not None
        assert estimate.interval.low <= rate <= estimate.interval.high
    decided = {frozenset((pair.first, pair.second)): pair.adjusted < 0.05 for pair in board.comparisons}
    assert decided == {
        frozenset(("high", "low")): True,
        frozenset(("high", "low-again")): True,
        frozenset(("low", "low-again")): False,
    }


def test_the_order_of_rows_changes_nothing() -> None:
    """The same rows in any order give the same leaderboard."""
    rows = list(_simulated({"a": 0.6, "b": 0.5}, 50, 3, "order"))
    shuffled = rows[:]
    Random("order").shuffle(shuffled)
    one, two = (json.dumps(leaderboard.to_json(bench.tally(some, ks=(1, 2)))) for some in (rows, shuffled))
    assert one == two


def test_slices_go_by_family_and_level() -> None:
    """pass@1 by family and by difficulty or level, numbers in order, those without one last and with no name."""
    metas: list[Any] = [
        {"family": "sums", "difficulty": 10},
        {"family": "sums", "level": "2"},
        {"difficulty": float("nan"), "family": ["sums"]},
        {"difficulty": True},
        "none",
        None,
    ]
    rows = [_row(str(n), "pass" if n == 1 else "fail", meta=meta) for n, meta in enumerate(metas)]
    found = [(one.by, one.value, one.estimate.value, one.estimate.over) for one in bench.tally(rows).slices]

    assert found == [
        ("family", "sums", 0.5, 2),
        ("family", "", 0.0, 4),
        ("difficulty", "2", 1.0, 1),
        ("difficulty", "10", 0.0, 1),
        ("difficulty", "", 0.0, 4),
    ]


def test_names_that_are_no_groups_are_left_out() -> None:
    """Where every problem names a family of its own, the first are given, the others counted."""
    board = bench.tally(_row(str(n), meta={"family": f"f{n}"}) for n in range(150))

    assert (len(board.slices), board.slices_left_out) == (bench.MOST_SLICES, 50)
    assert bench.tally([_row("1")]).slices == ()


def test_what_a_solved_problem_took() -> None:
    """Tokens and cost of all replies, failed, cut off and unjudged ones too, by the problems solved at least once."""
    usage = {"prompt_tokens": 10, "completion_tokens": 5}
    rows = [
        _row("1", usage=usage, cost=0.1),
        _row("1", "fail", sample=1, usage=usage, cost=0.2),
        _row("2", "no_answer", finish_reason="length", usage=usage, cost=0.1),
        _row("3", "error", usage=usage, cost=0.2),
        _row("1", sample=0, usage=usage, cost=9.0),  # the same again
        _row("4", usage=usage, cost=0.0),
    ]
    spent = _cell(bench.tally(rows), "a").spent

    assert (spent.rows, spent.solved, spent.tokens_per_solved) == (5, 2, 37.5)
    assert spent.cost_per_solved == pytest.approx(0.3)


@pytest.mark.parametrize("cost", [None, True, -1, float("nan"), float("inf"), "0.1"])
def test_an_unknown_cost_stays_unknown(cost: Any) -> None:
    """One row that does not say what it took leaves what a solved problem took unknown; nothing solved, too."""
    spent = _cell(bench.tally([_row("1", cost=0.5), _row("2", cost=cost, usage={"prompt_tokens": 1})]), "a").spent

    assert (spent.cost, spent.rows_with_cost, spent.cost_per_solved, spent.tokens_per_solved) == (0.5, 1, None, None)
    assert _cell(bench.tally([_row("1", "fail", cost=0.5)]), "a").spent.cost_per_solved is None


def _count(id: str, parties: list[tuple[int, int]], silent: int = 0) -> tuple[str, Count]:  # noqa: A002
    made = tuple(Party("x", votes, passed, votes) for votes, passed in parties)
    return "a", Count("math", id, made, silent, 0, Elected.TIE, 0.0)


def test_majorities_are_of_k_samples() -> None:
    """maj@k is the mean over all draws of k samples; problems with fewer, or votes nobody can place, are left out."""
    rows = [_row(str(n), "pass" if s < 2 else "fail", sample=s) for n in range(2) for s in range(3)] + [_row("2")]
    votes = [_count("0", [(2, 2), (1, 0)]), _count("1", [(2, 2)], 1), _count("2", [(1, 1)]), _count("9", [(3, 3)])]
    board = bench.tally(rows, ks=(1, 2, 3), votes=votes)
    two, three = (_cell(board, "a").estimate(f"maj@{k}") for k in (2, 3))

    assert board.measures[-2:] == ("maj@2", "maj@3")
    assert two is not None
    assert three is not None
    assert (two.over, three.over, three.value) == (2, 2, 1.0)
    assert two.value == pytest.approx((2 / 3 + 1) / 2)  # one of three draws is a tie; then one voter is enough
    undecided = [(model, one._replace(undecided=1)) for model, one in votes]
    assert bench.tally(rows, ks=(2,), votes=undecided).measures == ("pass@1", "pass@2", "pass^2")


def test_all_samples_count_for_the_difference() -> None:
    """The difference with its interval is of all samples by problem, where McNemar's table has one sample each."""
    rows = [
        _row(str(n), "pass" if s or m == "a" else "fail", m, sample=s) for n in range(40) for m in "ab" for s in (0, 1)
    ]
    (pair,) = bench.tally(rows).comparisons

    assert (pair.difference, pair.discordance, pair.mean_difference.value) == (1.0, 1.0, 0.5)
    assert pair.mean_difference.low < 0.5 < pair.mean_difference.high < 1


def test_models_without_a_problem_in_common_are_not_compared() -> None:
    """There is nothing to say of them in pairs; one problem alone gives a comparison that says next to nothing."""
    assert bench.tally([_row("1"), _row("2", model="b")]).comparisons == ()
    (pair,) = bench.tally([_row("1"), _row("1", "fail", model="b")]).comparisons
    assert pair.p_value == 1.0
    assert pair.mean_difference.high - pair.mean_difference.low > 0.5


def test_fifty_equal_models_are_told_apart_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 1,225 pairs of equal models some have a small p-value, and none is left after Holm's correction."""
    monkeypatch.setattr(paired, "DRAWS", 100)  # for speed
    board = bench.tally(_simulated({f"m{n:02}": 0.5 for n in range(50)}, 60, 1, "fifty"))

    assert len(board.comparisons) == 1225
    assert min(pair.p_value for pair in board.comparisons) < 0.05
    assert min(pair.adjusted for pair in board.comparisons) > 0.05


@pytest.mark.parametrize("method", ["wilson", "clopper-pearson"])
@pytest.mark.parametrize("outcome", ["pass", "fail"])
@pytest.mark.parametrize("problems", [1, 30])
def test_all_or_nothing_is_no_certainty(method: Any, outcome: str, problems: int) -> None:
    """Where all pass or none does, each measure has an interval with a width, however few the problems."""
    rows = [_row(str(n), outcome, sample=s) for n in range(problems) for s in range(4)]
    for estimate in _cell(bench.tally(rows, ks=(1, 4), method=method), "a").estimates:
        assert estimate.value == (outcome == "pass")
        assert estimate.value in estimate.interval
        assert estimate.interval.high - estimate.interval.low > 0.05


def test_memory_is_bounded_by_problems_not_rows() -> None:
    """Ten times the rows over the same problems need no more memory."""

    def peak(samples: int) -> int:
        rows = _simulated({"a": 0.5}, 200, samples, "memory")
        tracemalloc.start()
        bench.tally({**row, "answer": "x" * 1000} for row in rows)
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(100) < 2 * peak(10)


def test_json_is_plain_and_complete() -> None:
    """The JSON form survives a round trip and holds rates with their ends, counts, and comparisons."""
    board = bench.tally([_row("1", label="pass"), _row("1", "fail", "b", label="pass")], ks=(1,))
    plain = json.loads(json.dumps(leaderboard.to_json(board), allow_nan=False))
    first = next(cell for cell in plain["cells"] if cell["model"] == "a" and cell["domain"] is None)
    assert first["estimates"]["pass@1"] == {
        "value": 1.0,
        "low": pytest.approx(0.2065, abs=1e-3),
        "high": 1.0,
        "over": 1,
    }
    assert first["confusion"]["false_rejects"]["value"] == 0.0
    assert first["confusion"]["false_accepts"] is None
    assert plain["comparisons"][0]["only_first"] == 1


def test_tables_show_every_line_in_a_narrow_terminal() -> None:
    """80 columns hold the table by model; a line per model and per domain is there."""
    board = bench.tally([_row("1", label="reject"), _row("2", "fail", "b", domain="sql", label="reject")])
    narrow = _shown(leaderboard.table(board), 80)
    assert "100.0" in narrow
    assert max(map(len, narrow.splitlines())) <= 80
    assert {"math", "sql"} <= set(_shown(leaderboard.table(board, by="domain")).split())
    assert "a" in _shown(leaderboard.table(board, by="model and domain")).split()
    assert "100.0 [2.5–100.0]" in _shown(leaderboard.confusion_table(board.confusions))


def test_names_from_rows_cannot_draw() -> None:
    """Markup and control characters in a model's name are shown as text, and a long name is cut."""
    rows = [_row("1", model="[red]x[/red]\x1b[31m" + "y" * 200), _row("1", model="")]
    text = _shown(leaderboard.table(bench.tally(rows))) + _shown(leaderboard.comparison_table(bench.tally(rows)))
    assert "[red]x[/red]⟨U+001B⟩[31m" in text
    assert "\x1b" not in text
    assert "y" * 61 not in text
    assert "(unnamed)" in text


def test_no_rows_give_an_empty_board() -> None:
    """No rows, and rows that all ended in `error`, give a board without a rate, in JSON and as a table."""
    for rows in ([], [_row("1", "error")]):
        board = bench.tally(rows)
        assert _cell(board).estimates == ()
        assert leaderboard.to_json(board)["comparisons"] == []
        assert "Pass rate" in _shown(leaderboard.table(board))


def test_a_page_of_tables_fits_its_terminal() -> None:
    """80 and 200 columns hold every table; each measure, level and reason is there."""
    rows = [
        {**row, "meta": {"difficulty": 1 + row["sample"] % 2}, "usage": {"prompt_tokens": 9, "completion_tokens": 9}}
        for row in _simulated({f"openai/some-model-of-{n:02}": 0.5 for n in range(8)}, 20, 4, "page")
    ]
    board = bench.tally(rows, ks=(1, 2, 4))
    for width in (80, 200):
        text = "".join(_shown(each, width) for each in boards.tables(board, width=width))
        assert max(map(len, text.splitlines())) <= width
        assert {"pass@1", "pass@4", "pass^4", "wrong_answer", "Difficulty"} <= set(text.split())


def test_wrong_k_is_refused() -> None:
    """pass@0 means nothing."""
    with pytest.raises(ValueError, match="at least 1"):
        bench.tally([], ks=(0,))
