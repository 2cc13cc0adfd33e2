"""Shapes of the families whose specs are formulas: what somebody says, and premises."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from verisieve.domains.reasoning.families import entailment3, knights_knaves
from verisieve.domains.reasoning.variants import Guess, Raw, Shape

_LITERALS = ("knight", "knave")


def _replaced_at(formula: Any, rng: Random, swaps: dict[str, str]) -> Any:
    """Return a formula with one of its heads that `swaps` knows replaced, or None."""
    places = list(_places(formula, swaps, ()))
    return _put(formula, rng.choice(places), swaps) if places else None


def _places(formula: Any, swaps: dict[str, str], path: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if not isinstance(formula, list):
        return
    if formula[0] in swaps:
        yield path
    for k, part in enumerate(formula[1:], 1):
        yield from _places(part, swaps, (*path, k))


def _put(formula: Any, path: tuple[int, ...], swaps: dict[str, str]) -> Any:
    if not path:
        return [swaps[formula[0]], *formula[1:]]
    return [_put(part, path[1:], swaps) if k == path[0] else part for k, part in enumerate(formula)]


def _say(names: list[str], rng: Random) -> list[Any]:
    """Return a random statement about knights and knaves."""
    one, other = ([rng.choice(_LITERALS), name] for name in rng.sample(names, 2))
    kind = rng.choice(("one", "same", "different", "and", "or", "imp", "iff", "xor", "count"))
    if kind == "one":
        return one
    if kind == "count":
        return [rng.choice(("exactly", "at_least", "at_most")), rng.randrange(1, len(names))]
    return [kind, one[1], other[1]] if kind in ("same", "different") else [kind, one, other]


def _tuple(formula: Any) -> Any:
    return tuple(_tuple(part) for part in formula) if isinstance(formula, list) else formula


def _statement(raw: Raw, roles: dict[str, str], rng: Random, *, fits: bool) -> Raw | None:
    """Return the spec with one more statement, which fits its speaker in the solution or does not."""
    if len(raw["names"]) < 2:
        return None
    for _ in range(20):
        speaker, said = rng.choice(raw["names"]), _say(raw["names"], rng)
        told = knights_knaves.holds(_tuple(said), roles) is (roles[speaker] == "knight")
        if told is fits and [speaker, said] not in raw["statements"]:
            raw["statements"].insert(rng.randint(0, len(raw["statements"])), [speaker, said])
            return raw
    return None


def _flip_statement(raw: Raw, roles: Any, rng: Random) -> Raw | None:
    k = rng.randrange(len(raw["statements"]))
    speaker, said = raw["statements"][k]
    other = _replaced_at(said, rng, {"knight": "knave", "knave": "knight", "and": "or", "or": "and", "imp": "iff"})
    raw["statements"][k] = [speaker, other if other and rng.random() < 0.7 else _say(raw["names"], rng)]
    return raw


def _stronger_statement(raw: Raw, roles: Any, rng: Random) -> Raw | None:
    stronger = {"or": "and", "imp": "iff", "at_least": "exactly", "at_most": "exactly"}
    choices = [(k, new) for k, (_, said) in enumerate(raw["statements"]) if (new := _replaced_at(said, rng, stronger))]
    if not choices:
        return None
    k, new = rng.choice(choices)
    raw["statements"][k][1] = new
    return raw


def _islands(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two islands by people who speak of the other one as well."""
    if len(one["names"]) + len(other["names"]) > knights_knaves.MAX_PEOPLE:
        return None
    return {key: [*one[key], *other[key]] for key in ("names", "statements")}


def _roles(spec: knights_knaves.Spec) -> Iterator[Guess]:
    for role in _LITERALS:
        yield f"all are {role}s", dict.fromkeys(spec.names, role)


KNIGHTS = Shape(
    words=lambda raw: [("people", raw["names"])],
    unordered=("names", "statements"),
    clues=("statements",),
    minimal=True,
    add=lambda raw, roles, rng: _statement(raw, roles, rng, fits=True),
    tighten=_stronger_statement,
    change=_flip_statement,
    clash=lambda raw, roles, rng: _statement(raw, roles, rng, fits=False),
    join=_islands,
    guesses=_roles,
)


def _literal(raw: Raw, rng: Random) -> list[Any]:
    atom = ["var", rng.choice(sorted(raw["atoms"]))]
    return atom if rng.random() < 0.6 else ["not", atom]


def _entailed(raw: Raw, rng: Random) -> list[Any]:
    """Return what one or two premises entail: weaker, turned round, or both together."""
    one, other = rng.choice(raw["premises"]), rng.choice(raw["premises"])
    if one[0] == "imp" and rng.random() < 0.5:
        return ["imp", ["not", one[2]], ["not", one[1]]]
    if one != other and rng.random() < 0.5:
        return ["and", one, other] if len(str(one) + str(other)) < 120 else ["or", one, other]
    return ["or", one, _literal(raw, rng)]


def _add_premise(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    new = _entailed(raw, rng)
    if new in raw["premises"] or len(raw["premises"]) >= entailment3.MAX_PREMISES:
        return None
    raw["premises"].insert(rng.randint(0, len(raw["premises"])), new)
    return raw


def _change_premise(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    k = rng.randrange(len(raw["premises"]) + 1)
    said = raw["premises"][k] if k < len(raw["premises"]) else raw["statement"]
    new = (
        _replaced_at(said, rng, {"imp": "iff", "or": "and", "and": "or", "iff": "imp"}) if rng.random() < 0.5 else None
    )
    new = new or _negated_part(said, raw, rng)
    if k < len(raw["premises"]):
        raw["premises"][k] = new
    else:
        raw["statement"] = new
    return raw


def _negated_part(formula: Any, raw: Raw, rng: Random) -> Any:
    """Return a formula with one literal denied, or another atom in it."""
    if formula[0] == "var":
        return ["not", formula] if rng.random() < 0.6 else ["var", rng.choice(sorted(raw["atoms"]))]
    if formula[0] == "not" and formula[1][0] == "var" and rng.random() < 0.5:
        return formula[1]
    k = rng.randrange(1, len(formula))
    return [_negated_part(part, raw, rng) if j == k else part for j, part in enumerate(formula)]


def _stronger_premise(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    choices = [
        (k, new)
        for k, said in enumerate(raw["premises"])
        if (new := _replaced_at(said, rng, {"or": "and", "imp": "iff"}))
    ]
    if not choices:
        return None
    k, new = rng.choice(choices)
    raw["premises"][k] = new
    return raw


def _deny_premise(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    raw["premises"].insert(rng.randint(0, len(raw["premises"])), ["not", _entailed(raw, rng)])
    return raw


def _both_theories(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two sets of premises, and ask after both statements at once, or after either."""
    letters = iter([c for c in "pqrstuvwabcdefghjkmn" if c not in one["atoms"]])
    mapping = {name: next(letters) for name in other["atoms"]}
    if len(mapping) + len(one["atoms"]) > entailment3.MAX_ATOMS:
        return None

    def lettered(said: Any) -> Any:
        return ["var", mapping[said[1]]] if said[0] == "var" else [said[0], *map(lettered, said[1:])]

    return {
        "atoms": {**one["atoms"], **{mapping[name]: text for name, text in other["atoms"].items()}},
        "premises": [*one["premises"], *map(lettered, other["premises"])],
        "statement": [rng.choice(("and", "or")), one["statement"], lettered(other["statement"])],
    }


def _premise_entailed(raw: Raw, field: str, clue: Any) -> bool:
    return bool(raw["premises"]) and entailment3.solve(entailment3.parse({**raw, "statement": clue})) == "entailed"


def _stated(spec: entailment3.Spec) -> Iterator[Guess]:
    """What a look at the premises gives: the statement is one of them, or its denial, or speaks of nothing in them."""
    if spec.statement in spec.premises:
        yield "the statement is a premise", "entailed"
    if ("not", spec.statement) in spec.premises or ("not", spec.statement) == spec.statement:
        yield "its denial is a premise", "contradicted"
    if not _atoms(spec.statement) & set().union(*map(_atoms, spec.premises)):
        yield "no premise speaks of it", "unknown"


def _atoms(formula: Any) -> set[str]:
    return {formula[1]} if formula[0] == "var" else set().union(*(_atoms(part) for part in formula[1:]))


ENTAILMENT = Shape(
    words=lambda raw: [("sentences", list(raw["atoms"].values()))],
    unordered=("premises", "atoms"),
    clues=("premises",),
    entails=_premise_entailed,
    minimal=True,
    add=_add_premise,
    tighten=_stronger_premise,
    change=_change_premise,
    clash=_deny_premise,
    join=_both_theories,
    guesses=_stated,
)


SHAPES = {"knights_knaves": KNIGHTS, "entailment3": ENTAILMENT}
