"""From one problem to many: operators applied one after the other, each result taken through all gates."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from verisieve.domains import gates as until
from verisieve.domains.reasoning import effort
from verisieve.domains.reasoning.families import LEVELS, load
from verisieve.domains.reasoning.variants import operators
from verisieve.domains.reasoning.variants.gates import Case, Refused, gates, opened
from verisieve.domains.reasoning.variants.operators import CHANGING, SURFACE, Change
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome

MAX_CHAIN = 4  # operators after one another
PATIENCE = 40  # attempts for each variant that is asked for
MAX_SIGNS = 6_000  # of a spec as JSON
STEERED = 10  # candidates of which the nearest to a wanted work is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A changed problem, the operators that made it, and the gates that it passed."""

    case: Case
    operators: tuple[str, ...]
    relation: str
    checks: Sequence[Check]
    partner: str = ""  # the form of the problem that it was joined with


def by_operator(seed: Case, operator: str, rng: Random, count: int) -> Iterator[Variant]:
    """Yield up to `count` problems that one operator makes of a seed, no two the same.

    Those of rename, retheme and permute are the same as the seed under renaming and symmetry, and differ as texts.
    """
    surface, seen = operator in SURFACE, set[str]() if operator in SURFACE else {seed.form}
    texts = {json.dumps(seed.raw)}
    for _ in range(PATIENCE * count):
        change = operators.changed(operator, seed, rng, _partner(seed, rng) if operator == "compose" else None)
        if change is None or (text := json.dumps(change.case.raw)) in texts:
            continue
        found = _passed(change, (operator,), rng, set() if surface else seen)
        if found is None:
            continue
        texts.add(text)
        seen.add(change.case.form)
        yield found
        if len(texts) > count:
            return


def chained(seed: Case, rng: Random, count: int) -> Iterator[Variant]:
    """Yield up to `count` problems that chains of operators make of a seed, no two the same under renaming."""
    changing = [operator for operator in operators.offered(seed.name) if operator in CHANGING]
    pool: list[tuple[Case, tuple[str, ...]]] = [(seed, ())]
    seen, made = {seed.form}, 0
    for _ in range(PATIENCE * count if changing else 0):
        case, chain = rng.choice(pool)
        operator = rng.choice([one for one in changing if one != "compose" or one not in chain])
        change = operators.changed(operator, case, rng, _partner(seed, rng) if operator == "compose" else None)
        if change is None or len(json.dumps(change.case.raw)) > MAX_SIGNS:
            continue
        change, surface = _dressed(change, rng)
        found = _passed(change, (*chain, operator), rng, seen)
        if found is None:
            continue
        seen.add(change.case.form)
        if len(found.operators) < MAX_CHAIN and not change.spare:
            pool.append((change.case, found.operators))
        yield replace(found, operators=(*found.operators, *surface))
        made += 1
        if made == count:
            return


def _passed(change: Change, chain: tuple[str, ...], rng: Random, seen: set[str]) -> Variant | None:
    # what has not changed under renaming keeps the clues that it had
    spare = change.spare if change.relation != "same" else len(change.case.raw)
    checks = until.until_failed(gates(change.case, rng, seen=seen, spare=spare))
    if checks[-1].outcome is not Outcome.PASS:
        return None
    partner = opened(change.case.name, change.partner).form if change.partner is not None else ""
    return Variant(case=change.case, operators=chain, relation=change.relation, checks=checks, partner=partner)


def _dressed(change: Change, rng: Random) -> tuple[Change, tuple[str, ...]]:
    """Return a change under other names or in another order, and how, where its family has such."""
    surface = [one for one in operators.offered(change.case.name) if one in SURFACE]
    operator = rng.choice(surface) if surface else ""
    found = operators.changed(operator, change.case, rng) if operator else None
    return (replace(change, case=found.case), (operator,)) if found else (change, ())


def _partner(seed: Case, rng: Random) -> Case | None:
    """Return another problem of the family."""
    try:
        return opened(seed.name, load(seed.name).make(rng, rng.choice(LEVELS[:3])))
    except (Refused, TruthError):
        return None


def steered(seed: Case, rng: Random, *, harder: bool) -> tuple[Variant, int, int] | None:
    """Return a variant that takes more counted work than the seed, or less, and the work of both.

    Of some candidates the one whose work is nearest to the seed's on the wanted side is taken: a step, not a leap.
    """
    before = effort.work(seed.name, seed.raw)
    found = [(effort.work(seed.name, variant.case.raw), variant) for variant in chained(seed, rng, STEERED)]
    fitting = [(work, variant) for work, variant in found if (work > before if harder else work < before)]
    if not fitting:
        return None
    work, variant = (min if harder else max)(fitting, key=lambda pair: pair[0])
    return variant, work, before
