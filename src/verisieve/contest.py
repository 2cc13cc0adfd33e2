"""Models on the same problems, end to end: ask, verify, count; and how many problems it takes to tell a gap."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from verisieve import bench, datasets, domains, leaderboard, paired, reading, tally
from verisieve.commands import Answered, ask, good, replacing, verify_files
from verisieve.errors import UsageError
from verisieve.folder import COMPLETIONS, VERDICTS
from verisieve.leaderboard import Leaderboard
from verisieve.models import Asking
from verisieve.progress import Tally
from verisieve.records import Json, Problem
from verisieve.rows import BadRow
from verisieve.stats import Method

BOARD = "leaderboard.json"
PAIRS = 10  # pairs of models of which `--power` speaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Which problems are asked, and what is computed of the verdicts; `count` problems of each domain and data set."""

    domains: Sequence[str] = ()
    data: Sequence[str] = ()
    count: int = 50
    families: Sequence[str] = ()
    difficulty: int | None = None
    ks: Sequence[int] = (1, 4)
    method: Method = "wilson"


class Held(NamedTuple):
    """What a contest brought; `left_out` are broken rows of data sets."""

    board: Leaderboard
    answered: Answered
    tally: Tally
    left_out: list[BadRow]


class Needed(NamedTuple):
    """How many problems it takes to tell a gap between two models; None for more than anybody has."""

    first: str | None
    second: str | None
    gap: float
    discordance: float
    level: float
    power: float
    problems: int | None


def carry_out(
    contest: Contest, asking: Asking, out: Path, *, sandbox: str, workers: int | None = None, resume: bool = False
) -> Held:
    """Ask all models, judge the replies, and write completions, verdicts and the leaderboard into a folder."""
    left_out: list[BadRow] = []
    completions, verdicts = out / COMPLETIONS, out / VERDICTS
    answered = ask(problems(contest, asking.seed, left_out), asking, completions, resume=resume)
    judged = verify_files([str(completions)], verdicts, sandbox=sandbox, workers=workers, resume=resume)
    board = count(out, ks=contest.ks, method=contest.method)
    with replacing(out / BOARD) as stream:
        stream.write(json.dumps(leaderboard.to_json(board), indent=1).encode())
    return Held(board, answered, judged, left_out)


def count(folder: Path, *, ks: Sequence[int], method: Method = "wilson") -> Leaderboard:
    """Return the leaderboard of a run folder, with majorities where a k of several samples is asked for."""
    votes = tally.by_model(folder) if max(ks) > 1 else ()
    with (folder / VERDICTS).open("rb") as lines:
        return bench.tally(map(json.loads, lines), ks=ks, votes=votes, method=method)


def problems(contest: Contest, seed: int, left_out: list[BadRow]) -> Iterator[Problem]:
    """Yield the problems of all domains and data sets; rows that are none are put into `left_out`."""
    for name in contest.domains:
        made = domains.load(name).problems(
            seed, contest.count, families=contest.families, difficulty=contest.difficulty
        )
        yield from made
    for spec in contest.data:
        yield from itertools.islice(good(_read(spec), left_out), contest.count)


def _read(spec: str) -> Iterator[Problem | BadRow]:
    """Read `ADAPTER:PATH`, or a file of rows in our own format."""
    name, _, path = spec.partition(":")
    if path and (name in datasets.names() or name.endswith(".toml")):
        return datasets.problems(datasets.load(name), path)
    if not Path(spec).exists():
        raise UsageError(f"--data {spec}: no such file; ADAPTER:PATH with adapters {', '.join(datasets.names())}")
    reading.check_readable([spec])
    return _once(reading.problems([spec]))


def _once(items: Iterable[Problem | BadRow]) -> Iterator[Problem | BadRow]:
    """A file of recorded replies names a problem once for each."""
    seen: set[tuple[str, str]] = set()
    for item in items:
        if isinstance(item, BadRow) or (item.domain, item.id) not in seen:
            yield item
        if isinstance(item, Problem):
            seen.add((item.domain, item.id))


def pairs_of(board: dict[str, Json]) -> list[tuple[str, str, float]]:
    """Return the first pairs of models of a leaderboard's JSON, with the share of problems that one alone solved."""
    return [(one["first"], one["second"], one["discordance"]) for one in board["comparisons"][:PAIRS]]


def saved_pairs(folder: Path) -> list[tuple[str, str, float]]:
    """Return the pairs of the leaderboard in a folder; raise UsageError where there is none."""
    path = folder / BOARD
    try:
        found = pairs_of(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"--power needs --discordance, problems to ask, or the folder of a bench: {path}: {error}"
        ) from error
    if not found:
        raise UsageError(f"{path}: no two models to compare; give --discordance")
    return found


def needed(gap: float, pairs: Iterable[tuple[str | None, str | None, float]]) -> list[Needed]:
    """Say how many problems tell a gap; two models are discordant on at least as many problems as the gap says."""
    return [
        Needed(first, second, gap, share, paired.LEVEL, paired.POWER, paired.problems_for(gap, share))
        for first, second, discordance in pairs
        for share in (max(gap, discordance),)
    ]
