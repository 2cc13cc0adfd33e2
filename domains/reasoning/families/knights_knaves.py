"""Knights always tell the truth, knaves always lie: who is what? The spec has exactly one solution.

Statements are nested lists: [knight|knave, name], [exactly|at_least|at_most, k], [same|different, name, name], [not,
s], [and|or|xor, s, ...], [imp|iff, s, s]. Solved bit-parallel over all 2**n role assignments; proved by trying each.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from itertools import product
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import lexing, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, incomplete, wrong

MODE = "answer"
MAX_PEOPLE = 14
MAX_DEPTH = 12
KNIGHT, KNAVE = "knight", "knave"
ROLES = {
    "knight": KNIGHT, "knights": KNIGHT, "truthteller": KNIGHT, "truthtellers": KNIGHT,
    "knave": KNAVE, "knaves": KNAVE, "liar": KNAVE, "liars": KNAVE,
}  # fmt: skip
FILLERS = lexing.FILLERS | lexing.words("islander islanders inhabitant person people type others only everyone who")
_TELLS = re.compile(r"\b(?:always )?tells? the truth\b|\bis truthful\b", re.IGNORECASE)
_LIES = re.compile(r"\b(?:always )?(?:lies|lie)\b|\bis lying\b", re.IGNORECASE)
_ROLE = "|".join(sorted(ROLES, key=len, reverse=True))
_REST = r"other (?:two|three|four|five|people|islanders)"
_OTHERS = re.compile(
    rf"\b(?:every(?:one|body) else|(?:all )?(?:the |of the )*(?:others|rest|remaining (?:people|ones)|{_REST}))"
    rf"(?: (?:is|are|must be)|:| ->| =)?(?: all)?(?: an?)? ({_ROLE})\b(?P<who>:)?",
    re.IGNORECASE,
)
_TWICE = re.compile(r"\b(?:truthteller|liar) ?\( ?(?:an? |both )?(knights?|knaves?) ?\)", re.IGNORECASE)
_WHOSE = re.compile(
    r", whose (?:own )?(?:claim|statement|words?)s? (?:(?:turns? out|proves?) to be|is|are|was|were)"
    r" (?:therefore )?(?:true|false|a lie|lies)(?=,)"
)
_ALIASES = {"atleast": "at_least", "atmost": "at_most", "implies": "imp", "if": "imp"}
_COUNTS = {"exactly": int.__eq__, "at_least": int.__ge__, "at_most": int.__le__}


Formula = tuple[Any, ...]


class Spec(NamedTuple):
    """Who is there, and who says what."""

    names: tuple[str, ...]
    statements: tuple[tuple[str, Formula], ...]


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    names = specs.words(specs.part(raw, "names"), "names", 1, MAX_PEOPLE)
    said = []
    for k, pair in enumerate(specs.sized(specs.part(raw, "statements"), "statements", 1, 60)):
        speaker, formula = specs.sized(pair, f"statements[{k}]", 2, 2)
        said.append((specs.member(speaker, f"statements[{k}]", names), _formula(formula, names, f"statements[{k}]", 0)))
    return Spec(names, tuple(said))


def _formula(raw: Any, names: tuple[str, ...], field: str, depth: int) -> Formula:
    specs.need(depth <= MAX_DEPTH, field, "is nested too deeply")
    head, *rest = specs.sized(raw, field, 2, 20)
    specs.need(isinstance(head, str), field, "must begin with a word")
    head = _ALIASES.get(head, head)
    if head in (KNIGHT, KNAVE, "same", "different"):
        specs.need(len(rest) == (1 if head in (KNIGHT, KNAVE) else 2), field, f"wrong number of names for {head!r}")
        return (head, *(specs.member(name, field, names) for name in rest))
    if head in _COUNTS:
        specs.need(len(rest) == 1, field, f"{head!r} takes one number")
        return (head, specs.integer(rest[0], field, 0, MAX_PEOPLE))
    arity = {"not": 1, "imp": 2, "iff": 2, "and": len(rest), "or": len(rest), "xor": len(rest)}
    specs.need(isinstance(head, str) and arity.get(head) == len(rest), field, f"unknown statement {str(head)[:40]!r}")
    return (head, *(_formula(item, names, field, depth + 1) for item in rest))


def holds(formula: Formula, roles: Mapping[str, str]) -> bool:
    """Say whether a statement is true in one world."""
    head, *rest = formula
    if head in (KNIGHT, KNAVE):
        return bool(roles[rest[0]] == head)
    if head in ("same", "different"):
        return (roles[rest[0]] == roles[rest[1]]) is (head == "same")
    if head in _COUNTS:
        return bool(_COUNTS[head](sum(role == KNIGHT for role in roles.values()), rest[0]))
    parts = [holds(item, roles) for item in rest]
    if head == "not":
        return not parts[0]
    if head == "imp":
        return not parts[0] or parts[1]
    if head == "iff":
        return parts[0] is parts[1]
    return all(parts) if head == "and" else any(parts) if head == "or" else sum(parts) % 2 == 1


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec with exactly one solution, not all of one role."""
    people = level + 2
    while True:
        names = rng.sample(banks.lists("knights_knaves", "names", rng), people)
        statements = [[name, _statement(rng, name, names, 1 + (level > 2))] for name in names]
        raw = {"names": names, "statements": statements}
        worlds = _worlds(parse(raw))
        if worlds.bit_count() == 1 and 0 < worlds.bit_length() - 1 < 2**people - 1:
            return raw


def _statement(rng: Random, speaker: str, names: list[str], depth: int) -> list[Any]:
    others = [name for name in names if name != speaker]
    kind = rng.choices(["atom", "count", "pair", "link"], [3, 1, 1, 4 * depth])[0]
    if kind == "atom" or depth == 0:
        return [rng.choice([KNIGHT, KNAVE]), rng.choice(others)]
    if kind == "count":
        return [rng.choice(list(_COUNTS)), rng.randrange(1, len(names))]
    if kind == "pair":
        return [rng.choice(["same", "different"]), *rng.sample(names, 2)]
    link = rng.choice(["or", "and", "iff", "imp"])
    return [link, _statement(rng, speaker, names, 0), _statement(rng, "", names, depth - 1)]


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in names, order and the sides of a connective."""
    parts: list[Hashable] = ["person"] * len(spec.names)
    names, facts = {name: k for k, name in enumerate(spec.names)}, list[symmetry.Fact]()
    for speaker, said in spec.statements:
        facts.append(("says", names[speaker], symmetry.formula(said, parts, facts, names)))
    return symmetry.canonical(parts, facts)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    said = " ".join(f'{name} says: "{_words(formula)}."' for name, formula in spec.statements)
    return banks.question("knights_knaves", rng, said=said, n=len(spec.names))


def _words(formula: Formula) -> str:
    head, *rest = formula
    if head in (KNIGHT, KNAVE):
        return f"{rest[0]} is a {head}"
    if head in ("same", "different"):
        return f"{rest[0]} and {rest[1]} " + ("have the same role" if head == "same" else "have different roles")
    if head in _COUNTS:
        return f"{head.replace('_', ' ')} {rest[0]} of the people here are knights"
    parts = [_words(item) if item[0] in (KNIGHT, KNAVE) else f"({_words(item)})" for item in rest]
    if head == "not":
        return f"it is not true that {parts[0]}"
    if head == "imp":
        return f"if {parts[0]}, then {parts[1]}"
    if head == "xor":
        return f"an odd number of these hold: {'; '.join(parts)}"
    return {"and": " and ", "or": " or ", "iff": " if and only if "}[head].join(parts) + (
        " (or both)" if head == "or" else ""
    )


def _worlds(spec: Spec) -> int:
    """Return the consistent worlds as bits: bit w stands for world w, where person i is a knight if w >> i & 1."""
    count = len(spec.names)
    everything = (1 << (1 << count)) - 1
    knight = {}
    for i, name in enumerate(spec.names):
        block = (1 << (1 << i)) - 1 << (1 << i)  # 2**i worlds without, then 2**i with a knight
        repeats = everything // ((1 << (2 << i)) - 1)
        knight[name] = block * repeats
    counted = any(_counts(formula) for _, formula in spec.statements)
    by_count = [_with(k, count) for k in range(count + 1)] if counted else []
    worlds = everything
    for name, formula in spec.statements:
        worlds &= everything ^ knight[name] ^ _bits(formula, knight, by_count, everything)
    return worlds


def _with(knights: int, people: int) -> int:
    """Return the worlds with so many knights."""
    return sum(1 << world for world in range(1 << people) if world.bit_count() == knights)


def _counts(formula: Formula) -> bool:
    return formula[0] in _COUNTS or any(isinstance(item, tuple) and _counts(item) for item in formula[1:])


def _bits(formula: Formula, knight: Mapping[str, int], by_count: list[int], everything: int) -> int:
    head, *rest = formula
    if head in (KNIGHT, KNAVE):
        return knight[rest[0]] ^ (0 if head == KNIGHT else everything)
    if head in ("same", "different"):
        return knight[rest[0]] ^ knight[rest[1]] ^ (everything if head == "same" else 0)
    if head in _COUNTS:
        return sum(bits for k, bits in enumerate(by_count) if _COUNTS[head](k, rest[0]))
    parts = [_bits(item, knight, by_count, everything) for item in rest]
    total = parts[0]
    if head == "not":
        return everything ^ total
    if head == "imp":
        return everything ^ total | parts[1]
    for bits in parts[1:]:
        total = total & bits if head == "and" else total | bits if head == "or" else total ^ bits
    return everything ^ total if head == "iff" else total


def solve(spec: Spec) -> dict[str, str]:
    """Return the only solution."""
    worlds = _worlds(spec)
    if worlds.bit_count() != 1:
        raise TruthError("spec.statements", f"{worlds.bit_count()} solutions instead of one")
    world = worlds.bit_length() - 1
    return {name: KNIGHT if world >> i & 1 else KNAVE for i, name in enumerate(spec.names)}


def prove(spec: Spec, answer: Mapping[str, str]) -> bool:
    """Show that the answer is the only world, by trying every one."""
    worlds = (dict(zip(spec.names, roles, strict=True)) for roles in product((KNIGHT, KNAVE), repeat=len(spec.names)))
    return [world for world in worlds if judge(spec, world).right] == [dict(answer)]


def read(spec: Spec, text: str) -> dict[str, str]:
    """Return name -> role."""
    text = text.replace("ruth-teller", "ruthteller").replace("(s)", "s")
    text = _WHOSE.sub("", text)
    text = _LIES.sub("liar", _TELLS.sub("truthteller", text))
    others = _OTHERS.search(text)
    if others:
        text = _OTHERS.sub(others[1] if others["who"] else " ", text, count=1)
    text = re.sub(rf"\b(?:the )?{_REST}\b", " ", text, flags=re.IGNORECASE)  # with their names
    found = lexing.pairs(_TWICE.sub(r"\1", text), spec.names, tuple(ROLES), fillers=FILLERS)
    rest = {} if not others or others["who"] else dict.fromkeys(spec.names, ROLES[others[1].lower()])
    return rest | {name: ROLES[role] for name, role in found.items()}


def judge(spec: Spec, answer: Mapping[str, str]) -> Finding:
    """Every knight's statements hold and no knave's does."""
    missing = [name for name in spec.names if name not in answer]
    if missing:
        return incomplete("no role is given", missing=missing)
    for speaker, formula in spec.statements:
        if holds(formula, answer) is not (answer[speaker] == KNIGHT):
            return wrong("a statement does not fit its speaker", speaker=speaker, role=answer[speaker])
    return RIGHT


def write(spec: Spec, answer: Mapping[str, str], rng: Random) -> str:
    """Return the roles as sentences, groups or pairs."""
    form = rng.randrange(4)
    if form == 0:
        return ", ".join(f"{name} is a {role}" for name, role in answer.items())
    if form == 1:
        groups = {role: [name for name in answer if answer[name] == role] for role in (KNIGHT, KNAVE)}
        return "; ".join(f"{role.capitalize()}s: {', '.join(group) or 'none'}" for role, group in groups.items())
    return writing.pairs(answer, rng, joiners=("=", ": ", " -> ", " – ", " is a "))


def spoil(spec: Spec, answer: Mapping[str, str], rng: Random) -> dict[str, str]:
    """Return another assignment, which is wrong because the solution is unique."""
    flipped = set(rng.sample(spec.names, rng.choice([1, 1, 2, len(spec.names)])))
    return {name: (KNAVE if role == KNIGHT else KNIGHT) if name in flipped else role for name, role in answer.items()}


def solutions(spec: Spec, most: int) -> list[dict[str, str]]:
    """Return up to `most` solutions."""
    worlds, found = _worlds(spec), list[dict[str, str]]()
    while worlds and len(found) < most:
        world = (worlds & -worlds).bit_length() - 1
        worlds &= worlds - 1
        found.append({name: KNIGHT if world >> i & 1 else KNAVE for i, name in enumerate(spec.names)})
    return found
