"""Rules about all things, facts about some, a question about one: does its answer follow, or its denial, or neither?

Rules have one variable and any number of conditions, and hold of everything; what is not said may be so or not.
Solved by a table of all kinds of things, in bits; proved by grounding and SAT. Made problems are also derived forward,
so that the number of steps is known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import remarks, sat, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, UnreadableError, wrong

MODE = "answer"
MAX_NAMES, MAX_KINDS, MAX_RULES, MAX_FACTS = 30, 14, 100, 200
TRUE, FALSE, UNKNOWN = "true", "false", "unknown"
_FORMS = {
    TRUE: r"(?:is |it is |definitely |necessarily )*(?:true|entailed|provable)",
    FALSE: r"(?:is |it is |definitely |necessarily )*(?:false|refuted|contradicted)",
    UNKNOWN: r"(?:is |it is )*(?:unknown|undetermined|undecided|neither(?: true nor false)?|neither follows)",
}
_SUBJECT = r"(?:the (?:statement|claim|answer)(?: is)?:? |it is |label\"?\s*[:=]\s*\"?)?"

Literal = tuple[str, bool]  # a property, and whether it is there
Rule = tuple[tuple[Literal, ...], Literal]


class Spec(NamedTuple):
    """Facts by individual, rules about everything, and the question."""

    facts: dict[str, tuple[Literal, ...]]
    rules: tuple[Rule, ...]
    query: tuple[str, Literal]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every property that is spoken of."""
        spoken = [self.query[1], *(fact for facts in self.facts.values() for fact in facts)]
        spoken += [literal for conditions, head in self.rules for literal in (*conditions, head)]
        return tuple(dict.fromkeys(kind for kind, _ in spoken))


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    facts: dict[str, tuple[Literal, ...]] = {}
    for k, fact in enumerate(specs.sized(specs.part(raw, "facts"), "facts", 1, MAX_FACTS)):
        name, *literal = specs.sized(fact, f"facts[{k}]", 3, 3)
        name = specs.word(name, f"facts[{k}]")
        facts[name] = (*facts.get(name, ()), _literal(literal, f"facts[{k}]"))
    specs.need(len(facts) <= MAX_NAMES, "facts", f"must name at most {MAX_NAMES}")
    rules = []
    for k, rule in enumerate(specs.sized(specs.part(raw, "rules"), "rules", 0, MAX_RULES)):
        conditions, head = specs.sized(rule, f"rules[{k}]", 2, 2)
        listed = specs.sized(conditions, f"rules[{k}]", 1, 6)
        rules.append((tuple(_literal(item, f"rules[{k}]") for item in listed), _literal(head, f"rules[{k}]")))
    name, *literal = specs.sized(specs.part(raw, "query"), "query", 3, 3)
    spec = Spec(facts, tuple(rules), (specs.member(name, "query", tuple(facts)), _literal(literal, "query")))
    specs.need(len(spec.kinds) <= MAX_KINDS, "rules", f"must speak of at most {MAX_KINDS} properties")
    return spec


def _literal(raw: Any, field: str) -> Literal:
    kind, sign = specs.sized(raw, field, 2, 2)
    specs.need(isinstance(sign, bool), field, "must say true or false of a property")
    return specs.word(kind, field), bool(sign)


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec of the class that was drawn first; what is derivable takes at least (level + 1) / 2 steps."""
    wanted = rng.choice((TRUE, FALSE, UNKNOWN))
    kinds = rng.sample(banks.lists("ontology", "kinds", rng), 6 + level)
    names = rng.sample(banks.lists("ontology", "names", rng), 2)
    while True:
        spec = _draw(rng, level, kinds, names)
        depth, query = _depths(spec), spec.query[1]
        if depth is None or query in spec.facts[names[0]]:
            continue
        steps = depth.get(query) or depth.get((query[0], not query[1])) or 0
        if (wanted == UNKNOWN or steps >= (level + 1) // 2) and _class(spec) == wanted:
            return {
                "facts": [[name, *fact] for name, facts in spec.facts.items() for fact in facts],
                "rules": [[[list(one) for one in conditions], list(head)] for conditions, head in spec.rules],
                "query": [names[0], *query],
            }


def _draw(rng: Random, level: int, kinds: Sequence[str], names: Sequence[str]) -> Spec:
    """Return a chain of rules about the first individual, rules that lead elsewhere, and a question about its end."""
    order = rng.sample(list(kinds), len(kinds))
    signs = {kind: rng.random() < 0.7 for kind in order}
    chain = order[: 2 + level]
    rules: list[Rule] = []
    for before, after in pairwise(chain):
        extra = [] if level < 3 or rng.random() < 0.5 else [rng.choice(chain[: chain.index(before) + 1])]
        conditions = tuple((kind, signs[kind]) for kind in dict.fromkeys([before, *extra]))
        rules.append((conditions, (after, signs[after])))
    for _ in range(1 + level):
        a, b = rng.sample(order, 2)
        rules.append((((a, rng.random() < 0.7),), (b, rng.random() < 0.7)))
    said = {(names[0], chain[0]): signs[chain[0]]}
    said |= {(name, kind): rng.random() < 0.7 for name in names for kind in rng.sample(order, 1)}
    asked = chain[-1] if rng.random() < 0.5 else rng.choice(order)
    rng.shuffle(rules)
    facts: dict[str, tuple[Literal, ...]] = {}
    for (name, kind), sign in sorted(said.items()):
        facts[name] = (*facts.get(name, ()), (kind, sign))
    return Spec(facts, tuple(rules), (names[0], (asked, rng.random() < 0.5)))


def _depths(spec: Spec) -> dict[Literal, int] | None:
    """Return what follows about the one asked after by the rules read forward, with steps; None where they clash."""
    known = dict.fromkeys(spec.facts[spec.query[0]], 0)
    changed = True
    while changed:
        changed = False
        for conditions, head in spec.rules:
            if head not in known and all(condition in known for condition in conditions):
                known[head] = 1 + max(known[condition] for condition in conditions)
                changed = True
    return None if any((kind, not sign) in known for kind, sign in known) else known


@lru_cache(maxsize=64)
def _columns(count: int) -> tuple[int, ...]:
    """Return, for each property, the set of kinds of things that have it: bit r is the thing with the bits of r."""
    columns = []
    for k in range(count):
        column, size = ((1 << (1 << k)) - 1) << (1 << k), 2 << k
        while size < 1 << count:
            column, size = column | column << size, 2 * size
        columns.append(column)
    return tuple(columns)


def _things(spec: Spec) -> dict[str, int]:
    """Return, for each individual, the kinds of things that it may be."""
    kinds = spec.kinds
    everything, column = (1 << (1 << len(kinds))) - 1, dict(zip(kinds, _columns(len(kinds)), strict=True))

    def those(literals: Iterable[Literal]) -> int:
        found = everything
        for kind, sign in literals:
            found &= column[kind] if sign else everything & ~column[kind]
        return found

    lawful = everything
    for conditions, head in spec.rules:
        lawful &= those([head]) | (everything & ~those(conditions))
    return {name: lawful & those(facts) for name, facts in spec.facts.items()}


def _class(spec: Spec) -> str:
    """Return the class; no kind of thing that somebody may be gives none."""
    possible = _things(spec)
    if not all(possible.values()):
        return ""
    name, (kind, sign) = spec.query
    column = _columns(len(spec.kinds))[spec.kinds.index(kind)]
    having, lacking = bool(possible[name] & column), bool(possible[name] & ~column)
    if having and lacking:
        return UNKNOWN
    return TRUE if having is sign else FALSE


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in names and in the order of facts, rules and conditions."""
    parts = [
        *(("kind", kind) for kind in spec.kinds),
        *(("one", name) for name in dict.fromkeys((*spec.facts, spec.query[0]))),
    ]
    number = {part: k for k, part in enumerate(parts)}
    facts: list[symmetry.Fact] = [
        (("is", holds), number["one", name], number["kind", kind])
        for name, said in spec.facts.items()
        for kind, holds in said
    ]
    asked, (kind, holds) = spec.query
    facts.append((("asked", holds), number["one", asked], number["kind", kind]))
    for k, (conditions, (head, so)) in enumerate(spec.rules, len(parts)):
        facts += [(("if", holds), k, number["kind", kind]) for kind, holds in conditions]
        facts.append((("then", so), k, number["kind", head]))
    return symmetry.canonical([*(sort for sort, _ in parts), *["rule"] * len(spec.rules)], facts)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    said = [f"{name} is {_said([literal])}." for name, literals in spec.facts.items() for literal in literals]
    said += [_rule(conditions, head, rng) for conditions, head in spec.rules]
    rng.shuffle(said)
    name, literal = spec.query
    return banks.question("ontology", rng, p=" ".join(said), s=f"{name} is {_said([literal])}")


def _said(literals: Sequence[Literal]) -> str:
    """Word properties, the negated ones last, so that "not" reaches no further than it is meant to."""
    return " and ".join(kind if sign else f"not {kind}" for kind, sign in sorted(literals, key=lambda one: not one[1]))


def _rule(conditions: Sequence[Literal], head: Literal, rng: Random) -> str:
    text = rng.choice(banks.bank("ontology")["rule"]).format(c=_said(conditions), d=_said([head]))
    return text[0].upper() + text[1:]


def solve(spec: Spec) -> str:
    """Return the class by the table of kinds; raise TruthError where facts and rules clash."""
    found = _class(spec)
    if not found:
        raise specs.InfeasibleError("spec.rules", "and facts contradict each other")
    return found


def prove(spec: Spec, answer: str) -> bool:
    """Show with SAT, all rules grounded: facts and rules are consistent, and what can be added to them."""
    number = {
        (name, kind): 1 + k for k, (name, kind) in enumerate((n, kind) for n in spec.facts for kind in spec.kinds)
    }

    def literal(name: str, item: Literal) -> int:
        return number[name, item[0]] * (1 if item[1] else -1)

    clauses = [[literal(name, item)] for name, items in spec.facts.items() for item in items]
    for name in spec.facts:
        clauses += [[literal(name, head), *(-literal(name, c) for c in conditions)] for conditions, head in spec.rules]
    asked = literal(*spec.query)
    with sat.solver(clauses) as opened:
        can = (bool(opened.solve(assumptions=[asked])), bool(opened.solve(assumptions=[-asked])))
    return {(True, False): TRUE, (False, True): FALSE, (True, True): UNKNOWN}.get(can) == answer


def read(spec: Spec, text: str) -> str:
    """Return the class that a text names."""
    bare = re.sub(r"\s+", " ", text.strip(" \n.!\"'*_(){}[]:")).lower()
    for name, pattern in _FORMS.items():
        if re.fullmatch(rf"{_SUBJECT}(?:{pattern})", bare):
            return name
    for name, pattern in _FORMS.items():
        others = [label for label in (TRUE, FALSE, UNKNOWN, "refuted", "provable") if label != name]
        if remarks.reasoned(bare, rf"{_SUBJECT}(?:{pattern})", others):
            return name
    raise UnreadableError("names none of the three classes")


def judge(spec: Spec, answer: str) -> Finding:
    """The class is the one that the facts and rules give."""
    expected = solve(spec)
    return RIGHT if answer == expected else wrong("another class", expected=expected, got=answer)


def write(spec: Spec, answer: str, rng: Random) -> str:
    """Return the class in a word or a few."""
    return rng.choice((answer, answer.capitalize(), f"**{answer}**", f"it is {answer}", json.dumps({"label": answer})))


def spoil(spec: Spec, answer: str, rng: Random) -> str:
    """Return another class."""
    return rng.choice([name for name in _FORMS if name != answer])
