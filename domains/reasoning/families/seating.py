"""Seat people in a row or around a table under rules, or show that it cannot be done by rules that clash.

Rules: [before|next|notnext|apart, a, b], [end, a], [at|notat, a, seat] in a row; [next|notnext|opposite|notopposite|
left, a, b] around a table, where only who sits beside whom counts (left: b is the next one clockwise after a).
An answer is any seating, or "impossible" with a smallest set: rules that clash, no one of which can be spared.
Solved by sets of all seatings, a bit for each; proved with SAT.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Sequence
from functools import cache, lru_cache, reduce
from itertools import permutations
from operator import and_
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.verifiers.reasoning import lexing, sat, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, UnexpectedError, UnreadableError, incomplete, wrong

MODE = "answer"
MAX_PEOPLE, MAX_RULES = 7, 40
FILLERS = lexing.FILLERS | lexing.words(
    "order seating seat seats row table clockwise around from left right last first next sits people"
)
# What a rule asks of the seats (from 0) of its people, with the number of seats.
ROW: dict[str, Callable[[int, int, int], bool]] = {
    "before": lambda a, b, n: a < b, "next": lambda a, b, n: abs(a - b) == 1, "notnext": lambda a, b, n: abs(a - b) > 1,
    "apart": lambda a, b, n: abs(a - b) > 2, "end": lambda a, b, n: a in (0, n - 1), "at": lambda a, b, n: a == b,
    "notat": lambda a, b, n: a != b,
}  # fmt: skip
ROUND: dict[str, Callable[[int, int, int], bool]] = {
    "next": lambda a, b, n: (a - b) % n in (1, n - 1), "notnext": lambda a, b, n: (a - b) % n not in (1, n - 1),
    "opposite": lambda a, b, n: (a - b) * 2 % (2 * n) == n, "notopposite": lambda a, b, n: (a - b) * 2 % (2 * n) != n,
    "left": lambda a, b, n: (a + 1) % n == b,
}  # fmt: skip
_WORDS = {
    "before": "{0} sits somewhere left of {1}", "next": "{0} and {1} sit side by side",
    "notnext": "{0} and {1} do not sit side by side", "apart": "at least two others sit between {0} and {1}",
    "end": "{0} sits at one of the ends", "at": "{0} has seat {1}", "notat": "{0} does not have seat {1}",
    "opposite": "{0} sits straight across from {1}", "notopposite": "{0} does not sit straight across from {1}",
    "left": "{1} is the next one clockwise after {0}",
}  # fmt: skip
_IMPOSSIBLE = re.compile(
    r"(?:it is |this is )?(?:impossible|not possible|unsatisfiable)|(?:it )?cannot be done|no (?:such )?seating exists",
    re.IGNORECASE,
)
_SEAT = re.compile(r"\b(?:seat|place|chair|position)[ ]*#?(\d{1,2})[ ]*(?:[:=,-]|->)?[ ]*", re.IGNORECASE)

Rule = tuple[str, int, int]  # people by number, seats from 0
Answer = tuple[tuple[str, ...], frozenset[int]]  # an order, or no order and the numbers of clashing rules


class Spec(NamedTuple):
    """The people, whether they sit around a table, and the rules as they are worded."""

    people: tuple[str, ...]
    around: bool
    rules: tuple[Rule, ...]


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    people = specs.words(specs.part(raw, "people"), "people", 2, MAX_PEOPLE)
    around = specs.member(specs.part(raw, "shape"), "shape", ("row", "round")) == "round"
    rules = []
    for k, rule in enumerate(specs.sized(specs.part(raw, "rules"), "rules", 0, MAX_RULES)):
        kind, name, *rest = specs.sized(rule, f"rules[{k}]", 2, 3)
        specs.member(kind, f"rules[{k}]", tuple(ROUND if around else ROW))
        one = people.index(specs.member(name, f"rules[{k}]", people))
        specs.need(len(rest) == (kind != "end"), f"rules[{k}]", "has a wrong number of parts")
        if kind in ("at", "notat"):
            rules.append((kind, one, specs.integer(rest[0], f"rules[{k}]", 1, len(people)) - 1))
        else:
            other = people.index(specs.member(rest[0], f"rules[{k}]", people)) if rest else 0
            specs.need(not rest or other != one, f"rules[{k}]", "names one person twice")
            rules.append((kind, one, other))
    return Spec(people, around, tuple(rules))


@cache
def _seatings(count: int, around: bool) -> tuple[tuple[int, ...], ...]:
    """Return every seating once, as the seat of each person; around a table person 0 has seat 0."""
    if around:
        return tuple((0, *rest) for rest in permutations(range(1, count)))
    return tuple(permutations(range(count)))


@lru_cache(maxsize=4_000)
def _allowed(count: int, around: bool, rule: Rule) -> int:
    """Return the seatings that keep a rule, as bits."""
    kind, one, other = rule
    test = (ROUND if around else ROW)[kind]
    fixed = kind in ("at", "notat", "end")
    seatings = _seatings(count, around)
    return sum(1 << k for k, seats in enumerate(seatings) if test(seats[one], other if fixed else seats[other], count))


def _possible(spec: Spec, rules: Sequence[Rule]) -> int:
    everything = (1 << len(_seatings(len(spec.people), spec.around))) - 1
    return reduce(and_, (_allowed(len(spec.people), spec.around, rule) for rule in rules), everything)


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec; two in five are impossible, by a clash of at least three rules from level 2 on."""
    around, impossible = rng.random() < 0.5, rng.random() < 0.4
    count = (4, 4, 5, 5, 6)[level - 1] + around  # a turn of the table makes no other seating
    people = sorted(rng.sample(banks.lists("seating", "people", rng), count))
    while True:
        rules = list(dict.fromkeys(_rule(rng, count, around) for _ in range(level + (4 if impossible else 3))))
        spec = Spec(tuple(people), around, tuple(rules))
        found = _possible(spec, rules)
        share = found.bit_count() * 4 < len(_seatings(count, around))
        if bool(found) is impossible or not (share or impossible):
            continue
        if not impossible or len(_core(spec)) >= min(3, 1 + level):
            return {
                "people": people,
                "shape": "round" if around else "row",
                "rules": [_raw(spec, rule) for rule in rules],
            }


def _rule(rng: Random, count: int, around: bool) -> Rule:
    kinds = (
        ["next", "notnext", "notnext", "left"]
        if around
        else ["before", "next", "notnext", "end", "notat", "at", "apart"]
    )
    kind = rng.choice(kinds + (["opposite", "notopposite"] if around and count % 2 == 0 else []))
    one, other = rng.sample(range(count), 2)
    if kind in ("at", "notat", "end"):
        return kind, one, 0 if kind == "end" else rng.randrange(count)
    return (kind, one, other) if kind in ("before", "left") else (kind, min(one, other), max(one, other))


def _raw(spec: Spec, rule: Rule) -> list[Any]:
    kind, one, other = rule
    rest = [] if kind == "end" else [other + 1] if kind in ("at", "notat") else [spec.people[other]]
    return [kind, spec.people[one], *rest]


def _core(spec: Spec) -> frozenset[int]:
    """Return a smallest set of rules that clash, by leaving out each that can be spared."""
    kept = list(range(len(spec.rules)))
    for k in range(len(spec.rules)):
        rest = [other for other in kept if other != k]
        if not _possible(spec, [spec.rules[other] for other in rest]):
            kept = rest
    return frozenset(k + 1 for k in kept)


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in people and rules' order, or that are each other's mirror."""
    count = len(spec.people)

    def facts(*, mirrored: bool) -> list[symmetry.Fact]:
        found: list[symmetry.Fact] = []
        for kind, a, b in spec.rules:
            if kind in ("at", "notat"):
                found.append(((kind, count - 1 - b if mirrored else b), a))
            elif kind == "end":
                found.append((kind, a))
            elif kind in ("before", "left"):
                found.append((kind, b, a) if mirrored else (kind, a, b))
            else:
                found += [(kind, a, b), (kind, b, a)]
        return found

    forms = [symmetry.canonical(["person"] * count, facts(mirrored=mirrored)) for mirrored in (False, True)]
    return spec.around, min(forms, key=repr)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    said = [_WORDS[kind].format(*_raw(spec, (kind, one, other))[1:]) for kind, one, other in spec.rules]
    rules = "; ".join(f"({k}) {text}" for k, text in enumerate(said, 1))
    words = banks.bank("seating")
    text = f"{rng.choice(words['table' if spec.around else 'ask'])} {rng.choice(words['close'])}"
    return text.format(i=", ".join(spec.people), n=len(spec.people), r=rules)


def solve(spec: Spec) -> Answer:
    """Return a seating, or the rules that clash."""
    found = _possible(spec, spec.rules)
    if not found:
        return (), _core(spec)
    places = _seatings(len(spec.people), spec.around)[(found & -found).bit_length() - 1]
    return tuple(name for _, name in sorted(zip(places, spec.people, strict=True))), frozenset()


def prove(spec: Spec, answer: Answer) -> bool:
    """Show with SAT that the seating keeps the rules, or that the rules clash and do not without any one of them."""
    order, clash = answer
    switches = [len(spec.people) ** 2 + k for k in range(1, len(spec.rules) + 1)]  # a literal turns each rule on
    with sat.solver([*_seated(len(spec.people)), *_clauses(spec, switches)]) as opened:
        if order:
            seats = {name: k for k, name in enumerate(order)}
            chosen = [_number(spec, k, seats[name]) for k, name in enumerate(spec.people)]
            return len(seats) == len(spec.people) and bool(opened.solve(assumptions=[*switches, *chosen]))
        on = [switches[k - 1] for k in sorted(clash)]
        rest = ([switch for switch in on if switch != spared] for spared in on)
        return not opened.solve(assumptions=on) and all(opened.solve(assumptions=one) for one in rest)


def _number(spec: Spec, person: int, seat: int) -> int:
    return 1 + person * len(spec.people) + seat


@lru_cache(maxsize=16)
def _seated(count: int) -> list[list[int]]:
    """Return clauses that give each of so many people one seat and each seat one of them."""
    return sat.bijection([[1 + person * count + seat for seat in range(count)] for person in range(count)])


def _clauses(spec: Spec, switches: Sequence[int]) -> list[list[int]]:
    """Return clauses for the rules, each behind the literal that turns it on."""
    count, clauses = len(spec.people), list[list[int]]()
    seats, tests = range(count), ROUND if spec.around else ROW
    for switch, (kind, one, other) in zip(switches, spec.rules, strict=True):
        if kind in ("at", "notat", "end"):
            clauses += [[-switch, -_number(spec, one, k)] for k in seats if not tests[kind](k, other, count)]
        else:
            bad = [(i, j) for i in seats for j in seats if not tests[kind](i, j, count)]
            clauses += [[-switch, -_number(spec, one, i), -_number(spec, other, j)] for i, j in bad]
    return clauses


def read(spec: Spec, text: str) -> Answer:
    """Return the order, or the numbers of the rules that clash."""
    lexing.forward(text)
    data = lexing.json_value(text)
    if isinstance(data, dict) and len(data) == 1 and "impossible" in data:
        return (), _numbers(str(data["impossible"]))
    if isinstance(data, dict) and all(key.isdecimal() for key in data):
        text = "; ".join(f"seat {key}: {name}" for key, name in data.items())
    bare = text.strip(" \n\"'{.*")
    head = _IMPOSSIBLE.match(bare)
    if head:
        return (), _numbers(bare[head.end() :])
    seats = [int(number) for number in _SEAT.findall(text)]
    if seats and seats != list(range(1, len(seats) + 1)):
        raise UnreadableError("seats that do not count up")
    return tuple(lexing.sequence(_SEAT.sub(" ", text), spec.people, fillers=FILLERS)), frozenset()


def _numbers(text: str) -> frozenset[int]:
    """Return the numbers of rules; every word between them must be a filler."""
    known = lexing.words(
        "rule rules because of clash conflict contradict each other and with conflicting set the are by"
    )
    found = []
    for kind, word in lexing.tokens(re.sub(r"[()\[\]]", " ", text), ()):
        if kind == "int":
            found.append(int(word))
        elif kind == "word" and word.lower() not in known:
            raise UnexpectedError(word)
    if len(set(found)) < len(found):
        raise UnreadableError("a rule is given twice")
    return frozenset(found)


def judge(spec: Spec, answer: Answer) -> Finding:
    """The seating keeps every rule; or none can, and the named rules clash without one to spare."""
    order, clash = answer
    if not order:
        return _judge_clash(spec, clash)
    missing = [name for name in spec.people if name not in order]
    if missing:
        return incomplete("people without a seat", missing=missing)
    if len(order) != len(spec.people):
        return wrong("somebody has two seats")
    seats, tests = [order.index(name) for name in spec.people], ROUND if spec.around else ROW
    for k, (kind, one, other) in enumerate(spec.rules, 1):
        if not tests[kind](seats[one], other if kind in ("at", "notat", "end") else seats[other], len(seats)):
            return wrong("a rule is broken", rule=k)
    return RIGHT


def same(spec: Spec, answer: Answer) -> Hashable:
    """Return the seating, around a table as seen from the first person, and the rules that clash."""
    order, clash = answer
    if spec.around and spec.people[0] in order:
        order = order[(first := order.index(spec.people[0])) :] + order[:first]
    return order, clash


def _judge_clash(spec: Spec, clash: frozenset[int]) -> Finding:
    if _possible(spec, spec.rules):
        return wrong("a seating exists")
    if not clash:
        return incomplete("the rules that clash are not named")
    if not clash <= set(range(1, len(spec.rules) + 1)):
        return wrong("no such rule", rules=sorted(clash))
    picked = sorted(clash)
    if _possible(spec, [spec.rules[k - 1] for k in picked]):
        return wrong("these rules do not clash", rules=picked)
    spare = [k for k in picked if not _possible(spec, [spec.rules[other - 1] for other in picked if other != k])]
    return wrong("a rule can be spared", rule=spare[0]) if spare else RIGHT


def write(spec: Spec, answer: Answer, rng: Random) -> str:
    """Return the order in a line, as a list or as JSON; or the rules that clash."""
    order, clash = answer
    if order:
        return writing.sequence(order, rng, joiners=(", ", " -> ", " | ", " - "))
    listed = ", ".join(map(str, sorted(clash)))
    return rng.choice(
        (f"impossible: rules {listed}", f"impossible ({listed})", json.dumps({"impossible": sorted(clash)}))
    )


def spoil(spec: Spec, answer: Answer, rng: Random) -> Answer:
    """Return a seating that breaks a rule, a clash with a rule too many or too few, or the other verdict."""
    order, clash = answer
    if not order:
        rest = set(range(1, len(spec.rules) + 1)) - clash
        if rest and rng.random() < 0.4:
            return (), clash | {rng.choice(sorted(rest))}
        return (
            ((), clash - {rng.choice(sorted(clash))})
            if len(clash) > 1 and rng.random() < 0.6
            else (spec.people, clash & set())
        )
    if rng.random() < 0.25:
        return (), frozenset(rng.sample(range(1, len(spec.rules) + 1), min(3, len(spec.rules))))
    for _ in range(50):
        mixed = tuple(rng.sample(order, len(order)))
        if not judge(spec, (mixed, frozenset())).right:
            return mixed, frozenset()
    return order[:-1], frozenset()
