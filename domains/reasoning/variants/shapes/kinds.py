"""Shapes of the families whose specs speak of kinds: rules about things, and syllogisms."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from verisieve.domains.reasoning.families import ontology, syllogism
from verisieve.domains.reasoning.variants import Guess, Raw, Shape
from verisieve.domains.reasoning.variants.naming import walked
from verisieve.errors import TruthError


def _kinds(raw: Raw) -> list[str]:
    said = [*(fact[1] for fact in raw["facts"]), raw["query"][1]]
    said += [literal[0] for conditions, head in raw["rules"] for literal in (*conditions, head)]
    return list(dict.fromkeys(said))


def _fact(raw: Raw, rng: Random, wanted: str) -> Raw | None:
    """Return the spec with a fact that follows from it (true), or whose denial does (false)."""
    names = list(dict.fromkeys(fact[0] for fact in raw["facts"]))
    for _ in range(12):
        fact = [rng.choice(names), rng.choice(_kinds(raw)), rng.random() < 0.5]
        new = fact not in raw["facts"] and fact != raw["query"]
        if new and ontology.solve(ontology.parse({**raw, "query": fact})) == wanted:
            return {**raw, "facts": [*raw["facts"], fact]}
    return None


def _change_ontology(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the spec with one sign turned, or one condition another one."""
    kind = rng.choice(("fact", "rule", "rule", "condition", "query"))
    if kind == "query":
        raw["query"][1] = rng.choice(_kinds(raw))
    elif kind == "fact" or not raw["rules"]:
        fact = rng.choice(raw["facts"])
        fact[2] = not fact[2]
    else:
        conditions, head = rng.choice(raw["rules"])
        literal = head if kind == "rule" else rng.choice(conditions)
        literal[rng.randrange(2)] = rng.choice(_kinds(raw)) if rng.random() < 0.5 else literal[0]
        if not isinstance(literal[1], bool):
            literal[1] = rng.random() < 0.5
    return raw


def _weaker_conditions(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the spec with a rule that asks for less, and so says more."""
    choices = [rule for rule in raw["rules"] if len(rule[0]) > 1]
    if not choices:
        return None
    rule = rng.choice(choices)
    rule[0].pop(rng.randrange(len(rule[0])))
    return raw


def _both_ontologies(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two sets of rules by a rule from what the one asks after to what the other is about."""
    mine, theirs = _kinds(one), _kinds(other)
    if len(mine) + len(theirs) > ontology.MAX_KINDS:
        shared = dict(zip(theirs, rng.sample(mine, min(len(mine), len(theirs))), strict=False))
        other = walked(other, shared)
    link = [[one["query"][1:]], [other["facts"][0][1], other["facts"][0][2]]]
    rules = [*one["rules"], *other["rules"], link]
    query = [one["query"][0], *other["query"][1:]]
    return {"facts": [*one["facts"], *other["facts"]], "rules": rules, "query": query}


def _fact_entailed(raw: Raw, field: str, clue: Any) -> bool:
    if field != "facts" or clue[0] not in {fact[0] for fact in raw["facts"]}:
        return False
    return ontology.solve(ontology.parse({**raw, "query": clue})) == "true"


def _said(spec: ontology.Spec) -> Iterator[Guess]:
    name, (kind, sign) = spec.query
    if (kind, sign) in spec.facts[name]:
        yield "the claim is a fact", "true"
    if (kind, not sign) in spec.facts[name]:
        yield "its denial is a fact", "false"
    if kind not in {head[0] for _, head in spec.rules} and kind not in {fact[0] for fact in spec.facts[name]}:
        yield "no rule ends in it", "unknown"


def _rule_in_order(clue: Any) -> Any:
    return [sorted(clue[0]), clue[1]] if isinstance(clue[0], list) else clue


ONTOLOGY = Shape(
    two_sided=_rule_in_order,
    words=lambda raw: [
        ("people", list(dict.fromkeys(fact[0] for fact in raw["facts"]))),
        ("adjectives", _kinds(raw)),
    ],
    unordered=("facts", "rules"),
    clues=("facts", "rules"),
    entails=_fact_entailed,
    minimal=True,
    add=lambda raw, answer, rng: _fact(raw, rng, "true"),
    tighten=_weaker_conditions,
    change=_change_ontology,
    clash=lambda raw, answer, rng: _fact(raw, rng, "false"),
    join=_both_ontologies,
    guesses=_said,
)

_STRONGER = {"some": "all", "some_not": "no"}


def _mood(raw: Raw, rng: Random) -> list[str]:
    return [rng.choice(("all", "no", "some", "some_not")), *rng.sample(raw["terms"], 2)]


def _follows(raw: Raw, said: Any) -> bool:
    try:
        return bool(syllogism.solve(syllogism.parse({**raw, "conclusion": said}))[0])
    except TruthError:
        return False


def _add_syllogism(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    for _ in range(12):
        said = _mood(raw, rng)
        if said not in raw["premises"] and said != raw["conclusion"] and _follows(raw, said):
            return {**raw, "premises": [*raw["premises"], said]}
    return None


def _change_syllogism(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    k = rng.randrange(len(raw["premises"]) + 1)
    said = raw["premises"][k] if k < len(raw["premises"]) else raw["conclusion"]
    if rng.random() < 0.4:
        said[1], said[2] = said[2], said[1]
    else:
        said[0] = rng.choice([mood for mood in ("all", "no", "some", "some_not") if mood != said[0]])
    return raw


def _stronger_mood(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    weak = [said for said in raw["premises"] if said[0] in _STRONGER]
    if not weak:
        return None
    said = rng.choice(weak)
    said[0] = _STRONGER[said[0]]
    return raw


def _both_syllogisms(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two chains at a kind: what the first concludes about is what the second begins with."""
    shared = one["conclusion"][2]
    other = walked(other, {other["conclusion"][1]: shared})
    terms = list(dict.fromkeys((*one["terms"], *other["terms"])))
    if len(terms) > syllogism.MAX_TERMS or one["existential_import"] != other["existential_import"]:
        return None
    end = other["conclusion"][2]
    return {
        "terms": terms,
        "premises": [*one["premises"], *other["premises"]],
        "conclusion": [rng.choice(("all", "no", "some", "some_not")), one["conclusion"][1], end],
        "existential_import": one["existential_import"],
    }


def _two_sided(said: Any) -> Any:
    return [said[0], *sorted(said[1:])] if said[0] in ("no", "some") else said


def _verdicts(spec: syllogism.Spec) -> Iterator[Guess]:
    """What takes no thought: the conclusion is a premise, or a world without anything in it."""
    if spec.conclusion in spec.premises:
        yield "the conclusion is a premise", (True, ())
    yield "an empty thing", (False, (frozenset(),))


SYLLOGISM = Shape(
    words=lambda raw: [("plurals", raw["terms"])],
    unordered=("terms", "premises"),
    clues=("premises",),
    two_sided=_two_sided,
    entails=lambda raw, field, clue: bool(raw["premises"]) and _follows(raw, clue),
    minimal=True,
    add=_add_syllogism,
    tighten=_stronger_mood,
    change=_change_syllogism,
    join=_both_syllogisms,
    guesses=_verdicts,
)

SHAPES = {"ontology": ONTOLOGY, "syllogism": SYLLOGISM}
