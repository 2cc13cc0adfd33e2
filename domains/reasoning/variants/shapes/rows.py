"""Shapes of the families whose answer is an order: items in a row, people at a table, tasks that need each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import permutations
from random import Random
from typing import Any

from verisieve.domains.reasoning.families import ordering, seating
from verisieve.domains.reasoning.variants import Guess, Raw, Shape

_OPPOSITE = {"next": "notnext", "notnext": "next", "at": "notat", "notat": "at"}
_OPPOSITE |= {"opposite": "notopposite", "notopposite": "opposite"}
_STRONGER = {"next": ("immediately_before", "left"), "before": ("immediately_before",), "notat": ("at",)}
_STRONGER |= {"notnext": ("apart", "opposite", "before"), "apart": ("before",), "notopposite": ("next", "left")}
_MUTUAL = ("next", "notnext", "apart", "opposite", "notopposite")
_MAX_LISTED = 8  # items up to which all orders are looked at
_FIXED = ("at", "notat", "end")


def _random_rule(kinds: Sequence[str], names: Sequence[str], rng: Random) -> list[Any]:
    kind = rng.choice(list(kinds))
    one, other = rng.sample(list(names), 2)
    if kind in _FIXED:
        return [kind, one] if kind == "end" else [kind, one, rng.randint(1, len(names))]
    return [kind, *sorted((one, other))] if kind in _MUTUAL else [kind, one, other]


def _order_holds(rule: Sequence[Any], order: Sequence[str]) -> bool:
    kind, one, other = rule
    place = {item: k for k, item in enumerate(order, 1)}
    return ordering.TESTS[kind](place[one], other if kind in _FIXED else place[other])


def _seats_hold(raw: Raw, rule: Sequence[Any], order: Sequence[str]) -> bool:
    kind, one, *rest = rule
    tests = seating.ROUND if raw["shape"] == "round" else seating.ROW
    seats = {name: k for k, name in enumerate(order)}
    other = rest[0] - 1 if kind in ("at", "notat") else 0 if kind == "end" else seats[rest[0]]
    return tests[kind](seats[one], other, len(order))


def _holds(raw: Raw, rule: Sequence[Any], answer: Any) -> bool:
    return _seats_hold(raw, rule, answer[0]) if "shape" in raw else _order_holds(rule, answer)


def _parts(raw: Raw) -> tuple[list[str], str, list[str]]:
    """Return the names, the field of the rules, and the kinds of rule there are."""
    if "shape" not in raw:
        return raw["items"], "constraints", [kind for kind in ordering.TESTS if kind != "after"]
    kinds = list(seating.ROUND if raw["shape"] == "round" else seating.ROW)
    names = raw["people"]
    return names, "rules", [kind for kind in kinds if len(names) % 2 == 0 or "opposite" not in kind]


def _add(raw: Raw, answer: Any, rng: Random, *, holds: bool = True) -> Raw | None:
    """Return the spec with a rule that the known order keeps, or does not."""
    if "shape" in raw and not answer[0]:
        return None
    names, field, kinds = _parts(raw)
    for _ in range(40):
        rule = _random_rule(kinds, names, rng)
        if rule not in raw[field] and _holds(raw, rule, answer) is holds:
            raw[field].insert(rng.randint(0, len(raw[field])), rule)
            return raw
    return None


def _tighten(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    if "shape" in raw and not answer[0]:
        return None
    _, field, kinds = _parts(raw)
    choices = [
        (k, new)
        for k, rule in enumerate(raw[field])
        for kind in _STRONGER.get(rule[0], ())
        for new in ([kind, *rule[1:]], [kind, *rule[:0:-1]])
        if kind in kinds and (kind in _FIXED) == (rule[0] in _FIXED) and (kind not in _FIXED or new[1] == rule[1])
        if _holds(raw, new, answer)
    ]
    if not choices:
        return None
    k, new = rng.choice(choices)
    raw[field][k] = new
    return raw


def _change(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the spec with one rule denied, turned, or replaced."""
    names, field, kinds = _parts(raw)
    if not raw[field]:
        return None
    k = rng.randrange(len(raw[field]))
    kind, *rest = raw[field][k]
    if kind in _OPPOSITE and rng.random() < 0.6:
        raw[field][k] = [_OPPOSITE[kind], *rest]
    elif kind in ("before", "immediately_before", "left") and rng.random() < 0.6:
        raw[field][k] = [kind, *rest[::-1]]
    else:
        raw[field][k] = _random_rule(kinds, names, rng)
    return raw


def _clash(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the spec with rules that only one order keeps, and one that it does not."""
    names, field, kinds = _parts(raw)
    for _ in range(8):
        raw[field].append(_random_rule(kinds, names, rng))
    return raw


def _entails(raw: Raw, field: str, clue: Any) -> bool:
    """Say whether every order that keeps the rules keeps one more; raise nothing where that is not known."""
    names, field, _ = _parts(raw)
    if len(names) > _MAX_LISTED:
        return False
    holds = partial(_seats_hold, raw) if "shape" in raw else _order_holds
    first = [names[0]] if raw.get("shape") == "round" else []
    orders = ([*first, *rest] for rest in permutations(names[len(first) :]))
    kept = (order for order in orders if all(holds(rule, order) for rule in raw[field]))
    found = False
    for order in kept:
        found = True
        if not holds(clue, order):
            return False
    return found


def _two_sided(rule: Any) -> Any:
    if rule[0] == "after":
        return ["before", rule[2], rule[1]]
    return [rule[0], *sorted(rule[1:])] if rule[0] in _MUTUAL else rule


def _plain_orders(names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    yield "as listed", list(names)
    yield "as listed, from the end", list(names)[::-1]


ORDERING = Shape(
    words=lambda raw: [("things", raw["items"])],
    unordered=("items", "constraints"),
    clues=("constraints",),
    minimal=True,
    entails=_entails,
    two_sided=_two_sided,
    add=_add,
    tighten=_tighten,
    change=_change,
    clash=_clash,
    guesses=lambda spec: _plain_orders(spec.items),
)


def _seating_guesses(spec: seating.Spec) -> Iterator[Guess]:
    for name, order in _plain_orders(spec.people):
        yield name, (tuple(order), frozenset())
    yield "all rules clash", ((), frozenset(range(1, len(spec.rules) + 1)))


SEATING = Shape(
    words=lambda raw: [("people", raw["people"])],
    unordered=("people", "rules"),
    clues=("rules",),
    entails=_entails,
    two_sided=_two_sided,
    answers_impossible=True,
    add=_add,
    tighten=_tighten,
    change=_change,
    clash=_clash,
    guesses=_seating_guesses,
)


def _add_need(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the tasks with one more need that the known order, or circle, leaves right."""
    possible, order = answer
    one, other = rng.sample(raw["tasks"], 2)
    if possible and order.index(one) > order.index(other):
        one, other = other, one
    if [one, other] in raw["needs"]:
        return None
    raw["needs"].append([one, other])
    return raw


def _turn_need(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    if not raw["needs"]:
        return None
    k = rng.randrange(len(raw["needs"]))
    raw["needs"][k] = raw["needs"][k][::-1] if rng.random() < 0.6 else rng.sample(raw["tasks"], 2)
    return raw


def _circle(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the tasks with a need from a late task to an early one."""
    possible, order = answer
    if not possible:
        return None
    one, other = sorted(rng.sample(range(len(order)), 2))
    raw["needs"].append([order[other], order[one]])
    return raw


def _both_tasks(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two plans by needs from tasks of the one to tasks of the other."""
    links = [[rng.choice(one["tasks"]), rng.choice(other["tasks"])] for _ in range(2)]
    return {"tasks": [*one["tasks"], *other["tasks"]], "needs": [*one["needs"], *other["needs"], *links]}


def _need_entailed(raw: Raw, field: str, clue: Any) -> bool:
    """Say whether a need follows from the others: there is a chain of them."""
    after, reached, todo = dict[str, list[str]](), {clue[0]}, [clue[0]]
    for one, other in raw["needs"]:
        after.setdefault(one, []).append(other)
    while todo:
        for task in after.get(todo.pop(), []):
            if task not in reached:
                reached.add(task)
                todo.append(task)
    return clue[1] in reached


DEPENDENCIES = Shape(
    words=lambda raw: [("things", raw["tasks"])],
    unordered=("tasks", "needs"),
    clues=("needs",),
    entails=_need_entailed,
    answers_impossible=True,
    add=_add_need,
    change=_turn_need,
    clash=_circle,
    join=_both_tasks,
    guesses=lambda spec: ((name, (True, tuple(order))) for name, order in _plain_orders(spec.tasks)),
)

SHAPES = {"ordering": ORDERING, "seating": SEATING, "dependencies": DEPENDENCIES}
