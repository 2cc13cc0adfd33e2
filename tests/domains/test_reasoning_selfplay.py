"""Self-play: every move is legal and valued, illegal ones lose, held-back positions stay back."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from verisieve.domains.engineering import Engineer, UnusableError
from verisieve.domains.reasoning import domain, endgames, selfplay
from verisieve.domains.reasoning.families import line_game, nim_move
from verisieve.domains.reasoning.selfplay import RULES, Record
from verisieve.records import Outcome

EMPTY = line_game.parse({"rows": ["...", "...", "..."], "run": 3, "gravity": False, "mover": "X"})


def play(name: str, spec: Any, texts: list[str]) -> Record:
    """Play these texts."""
    game = selfplay.game(RULES[name], spec)
    next(game)
    for text in texts:
        try:
            game.send(text)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]  # what the generator returns
    raise AssertionError("the game goes on")


@pytest.mark.parametrize(
    ("texts", "winner", "end"),
    [
        (["Answer: (1, 1)", "Answer: (2, 1)", "Answer: (1, 2)", "Answer: (2, 2)", "Answer: row 1, column 3"], 0, "won"),
        (["Answer: (1, 1)", "Answer: (1, 1)"], 0, "wrong_answer"),  # taken: the second player loses
        (["Answer: (4, 4)"], 1, "wrong_answer"),
        (["Answer: (1, 1)", "I resign."], 0, "no_answer"),
        (["Answer: (1, 1) or (2, 2)"], 1, "hedged"),
        (["Answer: print((1, 1))"], 1, "unreadable"),
    ],
)
def test_a_game_ends_as_its_texts_say(texts: list[str], winner: int, end: str) -> None:
    """A line wins; a text that commits to no legal move loses, with the reason."""
    record = play("line_game", EMPTY, texts)
    assert (record.winner, record.end, len(record.turns)) == (winner, end, len(texts))


def test_the_last_stone_wins_nim() -> None:
    """Positions that are lost for the mover are played on, too."""
    record = play("nim_move", nim_move.Spec((1, 1)), ["Answer: 1 from heap 1", "Answer: 1 from heap 2"])
    assert (record.winner, record.end, [turn.value for turn in record.turns]) == (1, "won", [-1, 1])


CHESS = {"board": [4, 4], "white": {"K": "b3", "R": "d1"}, "black": {"K": "a1"}, "mover": "black"}  # Rd1+ was played


@pytest.mark.parametrize(
    ("change", "texts", "winner", "end"),
    [
        ({"black": {"K": "c1"}}, ["Answer: Kb2"], 1, "wrong_answer"),  # beside the other king
        ({"black": {"K": "c1"}}, ["Answer: Kxd1"], None, "draw"),  # nothing left to mate with
        ({"mover": "white", "white": {"K": "b3", "R": "d2"}}, ["Answer: Rd1#"], 0, "won"),
        ({"mover": "white", "white": {"K": "b3", "R": "c2"}, "black": {"K": "a1"}}, ["Answer: Rb2"], None, "draw"),
    ],
)
def test_a_chess_ending_is_played_by_the_laws(
    change: dict[str, Any], texts: list[str], winner: int | None, end: str
) -> None:
    """Mate wins; a piece that is taken, stalemate and fifty moves are draws."""
    spec = RULES["ending"].parse({**CHESS, **change})
    record = play("ending", spec, texts)
    assert (record.winner, record.end) == (winner, end)


def test_shuffling_is_a_draw_and_the_best_play_mates() -> None:
    """White who only moves about gets no more than a draw; two perfect players take as long as the table says."""
    spec = RULES["ending"].parse({**CHESS, "mover": "white", "white": {"K": "a4", "R": "d4"}, "black": {"K": "c1"}})
    rules, rng = RULES["ending"], Random(1)
    record = selfplay.played(rules, spec, rng, (0.0, 0.0))
    assert (record.winner, len(record.turns)) == (0, 2 * (rules.raw(spec)["within"]) - 1)
    shuffling, position = [], spec
    for _ in range(endgames.MOST_PLIES):
        values = rules.values(position)
        values = {move: value for move, value in values.items() if value > 0} or values
        worst = min(values, key=values.__getitem__)
        shuffling.append(f"Answer: {rules.write(position, worst, rng)}")
        position = rules.after(position, worst)
    assert play("ending", spec, shuffling).end == "draw"


def test_perfect_players_draw_tic_tac_toe_and_keep_every_value() -> None:
    """Without errors the empty board is a draw, and no move loses anything."""
    for seed in range(10):
        record = selfplay.played(RULES["line_game"], EMPTY, Random(seed), (0.0, 0.0))
        assert record.end == "draw"
        assert all(turn.value == turn.best for turn in record.turns)


def test_the_better_player_wins_more() -> None:
    """A player who never errs does not lose to one who always may."""
    records = [selfplay.played(RULES["line_game"], EMPTY, Random(seed), (0.0, 1.0)) for seed in range(30)]
    assert {record.winner for record in records} == {0, None}
    assert sum(record.winner == 0 for record in records) > 15


def test_a_held_back_position_is_held_back_in_every_form() -> None:
    """Mirror images share their fate, and about one position in ten is held back."""
    rules, shares = RULES["line_game"], []
    for problem in domain.problems(1, 150, families=["line_game"]):
        raw = problem.truth["spec"]
        mirrored = {**raw, "rows": [row[::-1] for row in raw["rows"]]}
        held = [selfplay.held_back(rules, line_game.parse(one)) for one in (raw, mirrored)]
        assert held[0] is held[1]
        shares.append(held[0])
    assert 3 < sum(shares) < 30


def test_rows_of_self_play_pass_and_hold_nothing_back() -> None:
    """Each row that is made is a problem of its own whose answer passes, once per position."""
    assert isinstance(domain, Engineer)
    seen = set()
    for problem in domain.problems(2, 12, families=["line_game", "nim_move", "ending"]):
        try:
            rows = list(domain.engineering.engineer(problem, None, tasks=["self_play"], seed=1, per=2))  # type: ignore[arg-type]  # runs no code
        except UnusableError as error:  # one move only, or held back
            assert str(error) == "no_lesson"  # noqa: PT017
            continue
        for made, asked in rows:
            checks = domain.check(asked, str(made.reply), None)  # type: ignore[arg-type]  # runs no code
            assert [check.outcome for check in checks] == [Outcome.PASS]
            rules = RULES[str(asked.truth["family"])]
            assert not selfplay.held_back(rules, rules.parse(asked.truth["spec"]))
            assert asked.id not in seen
            seen.add(asked.id)
    assert len(seen) > 12


def test_a_problem_that_is_no_game_is_no_use() -> None:
    """Other families say why no rows are made of them."""
    problem = next(iter(domain.problems(1, 1, families=["countdown"])))
    with pytest.raises(UnusableError, match="no_game"):
        list(domain.engineering.engineer(problem, None, tasks=["self_play"], seed=1, per=1))  # type: ignore[arg-type]  # runs no code
