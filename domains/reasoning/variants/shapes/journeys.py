"""Shapes of the families of walks, journeys, days and chances."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from verisieve.domains.reasoning.families import (
    bayes_net,
    directions,
    time_zones,
    working_days,
)
from verisieve.domains.reasoning.variants import Guess, Raw, Shape, naming


def _turned(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the walk as it is seen when the map is turned; the place is then another one."""
    winds = ["north", "east", "south", "west"]
    quarter = rng.randint(1, 3)
    turned = {wind: winds[(k + quarter) % 4] for k, wind in enumerate(winds)}
    steps = [[kind, turned.get(value, value)] if kind == "face" else [kind, value] for kind, value in raw["steps"]]
    return {"facing": turned[raw["facing"]], "steps": steps}


def _other_step(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    step = rng.choice(raw["steps"])
    if step[0] == "turn":
        step[1] = rng.choice([way for way in ("left", "right", "around") if way != step[1]])
    elif step[0] == "face":
        step[1] = rng.choice([wind for wind in ("north", "east", "south", "west") if wind != step[1]])
    else:
        step[0], step[1] = rng.choice(("walk", "walk", "back")), max(1, step[1] + rng.choice((-3, -2, -1, 1, 2, 3)))
    return raw


def _there_and_back(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    if len(raw["steps"]) + 2 > directions.MAX_STEPS:
        return None
    k, number = rng.randint(0, len(raw["steps"])), rng.randint(2, 12)
    pairs = ([["walk", number], ["back", number]], [["turn", "left"], ["turn", "right"]])
    raw["steps"][k:k] = rng.choice([*pairs, *([pair[::-1] for pair in pairs])])
    return raw


DIRECTIONS = Shape(
    permute=_turned,
    clues=("steps",),
    add=_there_and_back,
    change=_other_step,
    join=lambda one, other, rng: {"facing": one["facing"], "steps": [*one["steps"], *other["steps"]]},
    guesses=lambda spec: iter([("at the start", (0, 0, spec.facing))]),
)


def _other_leg(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    kind = rng.choice(("leg", "leg", "offset", "depart"))
    if kind == "leg":
        leg = rng.choice(raw["legs"])
        leg[rng.choice((1, 2))] += 5 * rng.randint(1, 12)
    elif kind == "offset":
        place = rng.choice(list(raw["places"]))
        raw["places"][place] += rng.choice((-120, -60, 30, 60, 90))
    else:
        hour = (int(raw["depart"][11:13]) + rng.randint(1, 23)) % 24
        raw["depart"] = f"{raw['depart'][:11]}{hour:02}{raw['depart'][13:]}"
    return raw


def _not_visited(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the journey split at a stop: one leg in two, over a place that is new."""
    leg = rng.randrange(len(raw["legs"]))
    to, minutes, wait = raw["legs"][leg]
    stop = naming.fresh("places", raw["places"], rng)
    if stop is None or minutes < 20 or len(raw["legs"]) >= time_zones.MAX_LEGS:
        return None
    first, rest = 5 * rng.randint(1, minutes // 10), 5 * rng.randint(0, minutes // 20)
    raw["places"][stop] = 30 * rng.randint(-20, 20)
    raw["legs"][leg : leg + 1] = [[stop, first, rest], [to, minutes - first - rest, wait]]
    return raw if minutes > first + rest else None


def _journeys(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two journeys by a leg from the end of the one to the beginning of the other."""
    if len(one["legs"]) + len(other["legs"]) + 1 > time_zones.MAX_LEGS:
        return None
    one["legs"][-1][2] = 5 * rng.randint(6, 60)
    link = [other["from"], 5 * rng.randint(12, 120), 5 * rng.randint(6, 60)]
    return {**one, "places": {**one["places"], **other["places"]}, "legs": [*one["legs"], link, *other["legs"]]}


def _clock_guesses(spec: time_zones.Spec) -> Iterator[Guess]:
    """The time of departure, and the times added up without looking at the zones."""
    yield "the time of departure", (spec.depart, "")
    minutes = sum(flight + wait for _, flight, wait in spec.legs[:-1]) + spec.legs[-1][1]
    yield "as if the clocks were the same", (spec.depart + timedelta(minutes=minutes), "")


TIME_ZONES = Shape(
    words=lambda raw: [("places", list(raw["places"]))],
    unordered=("places",),
    add=_not_visited,
    change=_other_leg,
    join=_journeys,
    guesses=_clock_guesses,
)


def _free_day(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the days with a holiday that comes too late to change anything."""
    day = answer[0] + timedelta(days=rng.randint(1, 20))
    if day.weekday() > 4 or day.isoformat() in raw.get("holidays", []):
        return None
    return {**raw, "holidays": sorted([*raw.get("holidays", []), day.isoformat()])}


def _other_days(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    kind = rng.choice(("days", "start", "holiday"))
    if kind == "days":
        return {**raw, "working_days": max(2, raw["working_days"] + rng.choice((-7, -5, -3, -2, -1, 1, 2, 3, 4, 6, 9)))}
    day = date.fromisoformat(raw["start"]) + timedelta(days=rng.randint(1, raw["working_days"]))
    if kind == "start":
        return {**raw, "start": day.isoformat()}
    return {**raw, "holidays": sorted({*raw.get("holidays", []), day.isoformat()})}


def _terms(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two terms: the second begins where the first one ends."""
    total = one["working_days"] + other["working_days"]
    if total > working_days.MAX_DAYS:
        return None
    holidays = sorted({*one.get("holidays", []), *other.get("holidays", [])})
    return {"start": one["start"], "working_days": total, **({"holidays": holidays} if holidays else {})}


def _day_guesses(spec: working_days.Spec) -> Iterator[Guess]:
    """As many days without looking at the calendar; and with weekends, without holidays."""
    if spec.days < 100_000:
        yield "all days count", (spec.start + timedelta(days=spec.days), "")
    yield "seven days for five", (spec.start + timedelta(days=spec.days * 7 // 5), "")


WORKING_DAYS = Shape(
    unordered=("holidays",),
    clues=("holidays",),
    add=_free_day,
    change=_other_days,
    join=_terms,
    guesses=_day_guesses,
)


def _chance(rng: Random) -> str:
    below = rng.choice((4, 5, 8, 10))
    return f"{rng.randint(1, below - 1)}/{below}"


def _barren(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the net with an effect that nobody looks at."""
    new = naming.fresh("events", raw["nodes"], rng)
    if new is None or len(raw["nodes"]) >= bayes_net.MAX_NODES:
        return None
    parents = rng.sample(list(raw["nodes"]), rng.randint(1, 2))
    raw["nodes"][new] = {"parents": parents, "p": [_chance(rng) for _ in range(2 ** len(parents))]}
    return raw


def _other_chance(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    if raw["given"] and rng.random() < 0.3:
        name = rng.choice(list(raw["given"]))
        raw["given"][name] = not raw["given"][name]
        return raw
    chances = rng.choice(list(raw["nodes"].values()))["p"]
    chances[rng.randrange(len(chances))] = _chance(rng)
    return raw


def _both_nets(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two nets: what the first one is asked after becomes a cause in the second."""
    if len(one["nodes"]) + len(other["nodes"]) > bayes_net.MAX_NODES:
        return None
    cause = next(iter(one["query"]))
    root = next(name for name, node in other["nodes"].items() if not node["parents"])
    other["nodes"][root] = {"parents": [cause], "p": [_chance(rng), _chance(rng)]}
    done = {**one.get("do", {}), **other.get("do", {})}
    given = {**one["given"], **other["given"]}
    return {"nodes": {**one["nodes"], **other["nodes"]}, "query": other["query"], "given": given, "do": done}


def _chances(spec: bayes_net.Spec) -> Iterator[Guess]:
    """One half, and the chances as they are written."""
    name, wanted = spec.query
    yield "one half", Fraction(1, 2)
    for chance in spec.nodes[name].chance:
        yield "a chance as it is written", chance if wanted else 1 - chance


BAYES = Shape(
    words=lambda raw: [("events", list(raw["nodes"]))],
    add=_barren,
    change=_other_chance,
    join=_both_nets,
    guesses=_chances,
)

SHAPES = {
    "directions": DIRECTIONS,
    "time_zones": TIME_ZONES,
    "working_days": WORKING_DAYS,
    "bayes_net": BAYES,
}
