"""A probability in a small network of causes, as an exact fraction: after an observation, or after setting a cause.

`nodes`: name -> {"parents": [...], "p": [...]}, the probability of being true for each case of the parents, all false
first, the last parent changing fastest. `given` is observed, `do` is set from outside (its causes no longer count).
Solved by adding up all cases; proved by eliminating one node after the other.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from fractions import Fraction
from itertools import product
from math import lcm
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import expressions, lexing, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, UnreadableError, wrong

MODE = "answer"
MAX_NODES, MAX_PARENTS = 10, 4
_NUMBER = (
    r"\(*(?P<top>\d{1,18})\)?\s?/\s?\(?(?P<bottom>\d{1,18})\)*"
    r"|(?P<decimal>\d{0,18}\.\d{1,30}|\d{1,18})\s?(?P<percent>%)?"
)
_PLAIN = re.compile(r"(?:\d{1,18} ?/ ?0*[1-9]\d{0,17}|\d{1,18})(?![\d.])")  # no 0 of 0.35
_FORM = re.compile(
    rf"(?:the\s+)?(?:(?:exact\s+)?probability\s*(?:is|=|:)?\s*)?(?:P\s?\([^()\n]{{1,120}}\)\s*=\s*)?(?:{_NUMBER})"
    r"(?:\s*[,(]?\s*(?:=|≈|~|approx(?:\.|imately)?|about|which is(?: about)?)\s*"
    r"(?P<near>\d{0,9}\.\d{1,12}|\d{1,3}(?=\s?%))\s?(?P<per>%)?\s*\)?)?",
    re.IGNORECASE,
)


class Node(NamedTuple):
    """The parents, and the probability of being true for each case of them, also as parts of one whole number."""

    parents: tuple[str, ...]
    chance: tuple[Fraction, ...]
    parts: tuple[int, ...]
    whole: int


class Spec(NamedTuple):
    """The nodes, causes first; what is asked, observed and set."""

    nodes: dict[str, Node]
    query: tuple[str, bool]
    given: dict[str, bool]
    done: dict[str, bool]


def parse(raw: Any) -> Spec:
    """Return the typed spec; parents come before their children."""
    nodes: dict[str, Node] = {}
    for name, node in specs.table(specs.part(raw, "nodes"), "nodes", 1, MAX_NODES).items():
        parents = specs.sized(specs.part(node, "parents"), f"nodes.{name}.parents", 0, MAX_PARENTS)
        known = tuple(specs.member(parent, f"nodes.{name}.parents", tuple(nodes)) for parent in parents)
        specs.need(len(set(known)) == len(known), f"nodes.{name}.parents", "must be distinct")
        listed = specs.sized(specs.part(node, "p"), f"nodes.{name}.p", 2 ** len(known), 2 ** len(known))
        chance = tuple(_fraction(item, f"nodes.{name}.p") for item in listed)
        whole = lcm(*(one.denominator for one in chance))
        nodes[name] = Node(known, chance, tuple(one.numerator * (whole // one.denominator) for one in chance), whole)
    query = _states(specs.part(raw, "query"), "query", nodes)
    specs.need(len(query) == 1, "query", "must name one node")
    given, done = _states(raw.get("given", {}), "given", nodes), _states(raw.get("do", {}), "do", nodes)
    specs.need(len({*query, *given, *done}) == 1 + len(given) + len(done), "query", "names a node that is given or set")
    spec = Spec(nodes, next(iter(query.items())), given, done)
    specs.need(_weight(spec, given) > 0, "given", "is impossible")
    return spec


def _fraction(raw: Any, field: str) -> Fraction:
    match = re.fullmatch(r"(\d{1,6})(?:/(\d{1,6}))?", raw, re.ASCII) if isinstance(raw, str) else None
    specs.need(match is not None and int(match[2] or 1) > 0, field, "must be fractions such as 3/10")
    assert match is not None
    found = Fraction(int(match[1]), int(match[2] or 1))
    specs.need(found <= 1, field, "must be from 0 to 1")
    return found


def _states(raw: Any, field: str, nodes: dict[str, Node]) -> dict[str, bool]:
    table = specs.table(raw, field, 0, MAX_NODES)
    specs.need(all(isinstance(state, bool) for state in table.values()), field, "must be true or false of nodes")
    return {specs.member(name, field, tuple(nodes)): bool(state) for name, state in table.items()}


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec; from level 2 on with an observation, from level 3 on at times with an intervention."""
    count = 1 + level
    names = rng.sample(banks.lists("bayes_net", "nodes", rng), count)
    while True:
        nodes: dict[str, Any] = {}
        for k, name in enumerate(names):
            parents = sorted(rng.sample(names[:k], min(k, rng.choice((1, 1, 2)))), key=names.index)
            bottom = rng.choice((4, 5, 8, 10))
            chance = [f"{rng.randint(1, bottom - 1)}/{bottom}" for _ in range(2 ** len(parents))]
            nodes[name] = {"parents": parents, "p": chance}
        order = rng.sample(names, count)
        raw: dict[str, Any] = {"nodes": nodes, "query": {order[0]: rng.random() < 0.7}, "given": {}, "do": {}}
        if level > 1 or rng.random() < 0.5:
            raw["given"] = {order[1]: rng.random() < 0.6}
        if level > 2 and rng.random() < 0.5:
            raw["do"] = {order[2]: rng.random() < 0.6}
        spec = parse(raw)
        plain = spec._replace(given={}, done={})
        told = {value for node in spec.nodes.values() for chance in node.chance for value in (chance, 1 - chance)}
        found = solve(spec)
        if found not in told and (not spec.given or found != solve(plain)):
            return raw


def _weight(spec: Spec, wanted: dict[str, bool]) -> int:
    """Return how likely nodes are in these states, in parts of one whole, by adding up all cases, causes first."""
    fixed, nodes = {**spec.done, **wanted}, list(spec.nodes.items())
    case: dict[str, bool] = {}

    def add(k: int) -> int:
        """Return the weight of the nodes from one on, the states of those before it as they are."""
        if k == len(nodes):
            return 1
        name, node = nodes[k]
        row = 0
        for parent in node.parents:
            row = 2 * row + case[parent]
        total = 0
        for state in (fixed[name],) if name in fixed else (False, True):
            weight = 1 if name in spec.done else node.parts[row] if state else node.whole - node.parts[row]
            if weight:
                case[name] = state
                total += weight * add(k + 1)
        return total

    return add(0)


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names of the nodes."""
    number = {name: k for k, name in enumerate(spec.nodes)}
    asked = {spec.query[0]: spec.query[1]}
    kinds = [
        (node.chance, asked.get(name), spec.given.get(name), spec.done.get(name)) for name, node in spec.nodes.items()
    ]
    facts = [
        (place, number[name], number[parent])
        for name, node in spec.nodes.items()
        for place, parent in enumerate(node.parents)
    ]
    return symmetry.canonical(kinds, facts)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    said = []
    for name, node in spec.nodes.items():
        for k, chance in enumerate(node.chance):
            states = [bool(k >> len(node.parents) - 1 - i & 1) for i in range(len(node.parents))]
            cause = ", ".join(_say(parent, state) for parent, state in zip(node.parents, states, strict=True))
            said.append(f"P({name}{' | ' + cause if cause else ''}) = {chance}")
    known = " and ".join(_say(name, state) for name, state in spec.given.items())
    forced = " and ".join(_say(name, state) for name, state in spec.done.items())
    words = banks.bank("bayes_net")
    setting = rng.choice(words["do"]).format(x=forced) + " " if forced else ""
    seen = rng.choice(words["given"]).format(x=known) + " " if known else ""
    return banks.question("bayes_net", rng, p=", ".join(said), q=_say(*spec.query), s=setting + seen)


def _say(name: str, state: bool) -> str:
    return name if state else f"no {name}"


def solve(spec: Spec) -> Fraction:
    """Return the probability by adding up all cases."""
    base = _weight(spec, spec.given)
    if not base:
        raise specs.InfeasibleError("spec.given", "is impossible")
    return Fraction(_weight(spec, {**spec.given, spec.query[0]: spec.query[1]}), base)


Factor = tuple[tuple[str, ...], dict[tuple[bool, ...], int]]  # in parts of a whole, which falls out at the end


def prove(spec: Spec, answer: Fraction) -> bool:
    """Show the same by eliminating every node but the one that is asked after."""
    factors: list[Factor] = []
    for name, node in spec.nodes.items():
        scope = (*node.parents, name)
        if name not in spec.done:
            table = {}
            for row, states in enumerate(product((False, True), repeat=len(node.parents))):
                table[*states, True], table[*states, False] = node.parts[row], node.whole - node.parts[row]
            factors.append((scope, table))
    fixed = {**spec.given, **spec.done}
    factors = [_restricted(factor, fixed) for factor in factors]
    for name in spec.nodes:
        if name != spec.query[0] and name not in fixed:
            touching = [factor for factor in factors if name in factor[0]]
            factors = [factor for factor in factors if name not in factor[0]]
            factors.append(_summed(_multiplied(touching), name))
    scope, table = _multiplied(factors)
    weights = {state: table[(state,) if scope else ()] for state in (False, True)}
    total = sum(weights.values())
    return total > 0 and Fraction(weights[spec.query[1]], total) == answer


def _restricted(factor: Factor, fixed: dict[str, bool]) -> Factor:
    scope, table = factor
    kept = [k for k, name in enumerate(scope) if name not in fixed]
    fits = {
        key: value for key, value in table.items() if all(fixed.get(n, s) is s for n, s in zip(scope, key, strict=True))
    }
    return tuple(scope[k] for k in kept), {tuple(key[k] for k in kept): value for key, value in fits.items()}


def _multiplied(factors: list[Factor]) -> Factor:
    scope = tuple(dict.fromkeys(name for names, _ in factors for name in names))
    table = {}
    for states in product((False, True), repeat=len(scope)):
        case, weight = dict(zip(scope, states, strict=True)), 1
        for names, values in factors:
            weight *= values[tuple(case[name] for name in names)]
        table[states] = weight
    return scope, table


def _summed(factor: Factor, name: str) -> Factor:
    scope, table = factor
    at = scope.index(name)
    found: dict[tuple[bool, ...], int] = {}
    for key, weight in table.items():
        rest = (*key[:at], *key[at + 1 :])
        found[rest] = found.get(rest, 0) + weight
    return (*scope[:at], *scope[at + 1 :]), found


def _last_side(text: str) -> str:
    """Return the last side of P(a) = 3/8 * 1/8 + 5/8 * 5/8 = 7/16, where all sides are equal."""
    first, *sides = [side.strip() for side in text.split(" = ")]
    if not first.startswith(("P(", "P (")):
        sides = [first, *sides]
    try:
        values = {expressions.evaluate(side).value for side in sides[:-1]}
    except UnreadableError:
        return text
    last = _PLAIN.match(sides[-1]) if sides[:-1] else None
    return sides[-1] if last and values == {Fraction(last[0].replace(" ", ""))} else text


def read(spec: Spec, text: str) -> Fraction:
    """Return the number: a fraction, an exact decimal, or a percentage; a rounded decimal may follow a fraction."""
    bare = " ".join(lexing.unwrapped(text.strip()).strip(" \n.\"'{}$").split())
    match = _FORM.fullmatch(_last_side(bare))
    if not match or (match["bottom"] and not int(match["bottom"])):
        raise UnreadableError("no number")
    if match["top"]:
        value = Fraction(int(match["top"]), int(match["bottom"]))
    else:
        value = Fraction(match["decimal"]) / (100 if match["percent"] else 1)
    if match["near"]:
        near = Fraction(match["near"]) / (100 if match["per"] else 1)
        unit = Fraction(1, 10 ** len(match["near"].partition(".")[2])) / (100 if match["per"] else 1)
        if abs(near - value) >= unit:
            raise UnreadableError("two numbers that are not one")
    return value


def judge(spec: Spec, answer: Fraction) -> Finding:
    """The number is exactly the probability."""
    expected = solve(spec)
    if answer == expected:
        return RIGHT
    return wrong("another probability", expected=str(expected), got=str(answer)[:60])


def write(spec: Spec, answer: Fraction, rng: Random) -> str:
    """Return the fraction, also in LaTeX or with a decimal behind it."""
    top, bottom = answer.numerator, answer.denominator
    form = rng.choice(("{t}/{b}", "{t}/{b}", r"\frac{{{t}}}{{{b}}}", "**{t}/{b}**", "{t}/{b} ≈ {d:.4f}", "{s}/{c}"))
    return form.format(t=top, b=bottom, d=float(answer), s=3 * top, c=3 * bottom)


def spoil(spec: Spec, answer: Fraction, rng: Random) -> Fraction:
    """Return the probability of the opposite, one that ignores the observation, or one a little off."""
    others = [1 - answer, solve(spec._replace(given={}, done={})), Fraction(answer.numerator, answer.denominator + 1)]
    others.append(Fraction(round(answer * 100), 100))
    wrongs = [other for other in others if other != answer]
    return rng.choice(wrongs)
