"""How good the databases of a gold are: they must tell the gold from its neighbours.

A neighbour that survives may mean the same as the gold; `separable` asks many more databases, of another random
stream, before it is held against them.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from verisieve.verifiers.sql.bench import Storage, recall
from verisieve.verifiers.sql.engine import Budget, Fault, Refused
from verisieve.verifiers.sql.gold import Gold
from verisieve.verifiers.sql.mutants import Mutant, mutants
from verisieve.verifiers.sql.search import (
    DATABASES,
    DRAWN_BUDGET,
    MOST_UNDECIDED,
    Matcher,
    Refuted,
    asked,
    difference,
    samples,
    search,
)

LARGE = 400  # databases of the search that decides whether a survivor could have been told apart
LEAST = 0.95
_KEPT = 3


class Adequacy(NamedTuple):
    """How many neighbours run, how many the fixture tells from the gold, and which no database of the suite does."""

    of: int
    by_fixture: int
    survivors: tuple[Mutant, ...]
    fixture_survivors: tuple[Mutant, ...]

    @property
    def killed(self) -> int:
        """Count the neighbours that were told from the gold."""
        return self.of - len(self.survivors)


def measure(gold: Gold, *, databases: int = DATABASES) -> Adequacy:
    """Run the gold's neighbours on its databases; made once per gold."""
    found: Adequacy = recall(gold.memory, ("adequacy", databases), lambda: _measured(gold, databases), _KEPT)
    return found


def _measured(gold: Gold, databases: int) -> Adequacy:
    alive = {mutant: None for mutant in mutants(gold.sql, gold.bench.schema) if _runs(gold, mutant)}
    of, by_fixture = len(alive), tuple(alive)
    candidates = {mutant: asked(gold, mutant.sql) for mutant in alive}
    matchers = {mutant: Matcher(free_columns=False, sorts=candidates[mutant].sorts) for mutant in alive}
    endless = Counter[Mutant]()  # runs that used up their budget: a recursion that lost its end never tells
    for number, sample, storages in samples(gold, gold.twin(), databases):
        if not alive:
            break
        # Storage by storage, so that each snapshot is put in its place once for all neighbours.
        for storage in storages:
            for mutant in [mutant for mutant in alive if endless[mutant] <= MOST_UNDECIDED]:
                candidate, matcher = candidates[mutant], matchers[mutant]
                got = difference(gold, candidate, matcher, sample.expected, sample.pair, storage, DRAWN_BUDGET)
                if isinstance(got, Refused) and got.fault is Fault.LIMIT:
                    endless[mutant] += 1
                elif got is not None:
                    del alive[mutant]
        if not number:
            by_fixture = tuple(alive)
    return Adequacy(of, of - len(by_fixture), tuple(alive), by_fixture)


def _runs(gold: Gold, mutant: Mutant) -> bool:
    return not isinstance(gold.bench.run(mutant.sql, gold.bench.blank, Storage.GIVEN, Budget()), Refused)


def separable(gold: Gold, mutant: Mutant, *, databases: int = LARGE) -> bool:
    """Tell whether a much larger search, on databases of its own, tells a neighbour from the gold."""
    other = recall(
        gold.memory, "large", lambda: Gold(gold.bench, gold.sql, stream="large", sampled=gold.sampled), _KEPT
    )
    return isinstance(search(other, mutant.sql, databases=databases), Refuted)
