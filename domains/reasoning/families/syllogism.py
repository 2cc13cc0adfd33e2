"""Does a conclusion about kinds follow from the premises? If not, a small world that shows it: any such world counts.

A statement is [all|no|some|some_not, A, B]. `existential_import` says whether every kind has a member. A world is a
list of individuals, each with the kinds that it belongs to.
Solved by the fullest world that the premises and the denial allow; proved with SAT over all worlds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import lexing, sat, specs, symmetry
from verisieve.verifiers.reasoning.findings import (
    RIGHT,
    Finding,
    Reason,
    UnexpectedError,
    UnreadableError,
    incomplete,
    wrong,
)

MODE = "answer"
MAX_TERMS, MAX_PREMISES, MAX_WORLD = 6, 12, 200
MOODS = ("all", "no", "some", "some_not")
_FOLLOWS = re.compile(
    r"(?:yes[,:;]? )?(?:it |the conclusion |this )?(?:logically |necessarily )?"
    r"(?:follows(?: from the premises)?|is valid|valid)\.?",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"(?:no[,:;]? )?(?:it |the conclusion |this )?(?:does not|doesn't)(?: logically| necessarily)? follow"
    r"(?: from the premises)?|"
    r"(?:no[,:;]? )?(?:it |the conclusion |this )?(?:is )?(?:invalid|not valid)",
    re.IGNORECASE,
)
_COUNTER = re.compile(
    r"[ ]*(?:[.,:;-]|\n|because of|as shown by|with|in)*\s*(?:(?:the|this|a|one|following) )*"
    r"(?:(?:counter-?(?:model|example|world)|world|model)(?: is)?)?\s*[:;]?\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\s*(?:(?:individual|person|thing|member)[ ]+)?(\w{1,20})\s*(?:[:=]|->|\bis(?: in)?\b|\bbelongs to\b)\s*"
)
_INDIVIDUAL = re.compile(r"[\n;]|,(?=\s*\w{1,20}\s*[:=])")
_OUTSIDE = re.compile(r"[{(\[][^{}()\[\]]*[)}\]]|\w{1,20} ?[:=]|[\s,;.\[\]{}]|\band\b")
_KEYS = (("verdict", "follows", "answer", "conclusion"), ("world", "countermodel", "model", "counterexample"))
FILLERS = lexing.FILLERS | lexing.words("only both but kinds kind member members")

Statement = tuple[str, str, str]
World = tuple[frozenset[str], ...]
Answer = tuple[bool, World]  # whether it follows, and a world where it does not


class Spec(NamedTuple):
    """The kinds, the premises, the conclusion, and whether no kind is empty."""

    terms: tuple[str, ...]
    premises: tuple[Statement, ...]
    conclusion: Statement
    nonempty: bool


def parse(raw: Any) -> Spec:
    """Return the typed spec; premises that no world fits are broken."""
    terms = specs.words(specs.part(raw, "terms"), "terms", 2, MAX_TERMS)
    listed = specs.sized(specs.part(raw, "premises"), "premises", 1, MAX_PREMISES)
    premises = tuple(_statement(item, f"premises[{k}]", terms) for k, item in enumerate(listed))
    nonempty = specs.part(raw, "existential_import")
    specs.need(isinstance(nonempty, bool), "existential_import", "must be true or false")
    spec = Spec(terms, premises, _statement(specs.part(raw, "conclusion"), "conclusion", terms), bool(nonempty))
    if _fullest(spec, None) is None:
        raise specs.InfeasibleError("spec.premises", "contradict each other")
    return spec


def _statement(raw: Any, field: str, terms: Sequence[str]) -> Statement:
    mood, a, b = specs.sized(raw, field, 3, 3)
    a, b = specs.member(a, field, terms), specs.member(b, field, terms)
    specs.need(a != b, field, "must speak of two kinds")
    return specs.member(mood, field, MOODS), a, b


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec, in half of them one whose conclusion follows, of a chain of kinds in any figure."""
    wanted, count = rng.random() < 0.5, 3 + (level > 2) + (level > 4)
    common = ("all",) * (6 if wanted else 2)
    while True:
        terms = rng.sample(banks.lists("syllogism", "terms", rng), count)
        links = [(a, b) if rng.random() < 0.7 else (b, a) for a, b in pairwise(terms)]
        links += [(a, b) for a, b in (rng.sample(terms, 2) for _ in range(level // 2))]
        premises = [(rng.choice((*common, *MOODS)), a, b) for a, b in links]
        a, b = rng.sample([terms[0], terms[-1]] if rng.random() < 0.8 else terms, 2)
        rng.shuffle(premises)
        spec = Spec(tuple(sorted(terms)), tuple(premises), (rng.choice(MOODS), a, b), rng.random() < 0.5)
        said = {(mood, *sorted((a, b))) if mood in ("no", "some") else (mood, a, b) for mood, a, b in spec.premises}
        if len(said) < len(premises) or _fullest(spec, None) is None:
            continue
        follows = _fullest(spec, spec.conclusion) is None
        if follows is wanted and (not follows or _needed(spec) >= 2 + (level > 3)):
            listed = [list(premise) for premise in premises]
            raw = {"terms": list(spec.terms), "premises": listed, "conclusion": list(spec.conclusion)}
            return {**raw, "existential_import": spec.nonempty}


def _needed(spec: Spec) -> int:
    """Return how many premises the conclusion cannot do without."""
    fewer = [spec._replace(premises=spec.premises[:k] + spec.premises[k + 1 :]) for k in range(len(spec.premises))]
    return sum(_fullest(one, one.conclusion) is not None for one in fewer)


@lru_cache(maxsize=256)
def _sorts_of(terms: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """Return every sort of individual: a set of the kinds that it belongs to."""
    return tuple(frozenset(part) for k in range(len(terms) + 1) for part in combinations(terms, k))


def _shuts_out(statement: Statement, region: frozenset[str]) -> bool:
    """Say whether a statement about all forbids an individual of this sort."""
    mood, a, b = statement
    return a in region and ((mood == "all" and b not in region) or (mood == "no" and b in region))


def _shows(statement: Statement, region: frozenset[str]) -> bool:
    """Say whether an individual of this sort makes a statement about some true."""
    mood, a, b = statement
    return a in region and ((mood == "some" and b in region) or (mood == "some_not" and b not in region))


def _denied(statement: Statement) -> Statement:
    mood, a, b = statement
    return {"all": "some_not", "some_not": "all", "no": "some", "some": "no"}[mood], a, b


def holds(statement: Statement, world: Iterable[frozenset[str]]) -> bool:
    """Say whether a statement is true in a world."""
    if statement[0] in ("all", "no"):
        return not any(_shuts_out(statement, one) for one in world)
    return any(_shows(statement, one) for one in world)


@lru_cache(maxsize=4_000)
def _places(terms: tuple[str, ...], statement: Statement) -> int:
    """Return the bits of the sorts that a statement about all shuts out, or of those that show one about some."""
    fits = _shuts_out if statement[0] in ("all", "no") else _shows
    return sum(1 << k for k, sort in enumerate(_sorts_of(terms)) if fits(statement, sort))


@lru_cache(maxsize=256)
def _members(terms: tuple[str, ...]) -> tuple[int, ...]:
    """Return for each kind the bits of the sorts that belong to it."""
    return tuple(sum(1 << k for k, sort in enumerate(_sorts_of(terms)) if term in sort) for term in terms)


def _fullest(spec: Spec, denied: Statement | None) -> int | None:
    """Return the world of all sorts that the premises allow, as bits, if it is one of the premises and the denial."""
    number = {term: f"t{k}" for k, term in enumerate(spec.terms)}  # names do not count, so that bits are met again
    terms = tuple(number.values())
    said = [(mood, number[a], number[b]) for mood, a, b in (*spec.premises, *([_denied(denied)] if denied else []))]
    world, shown = (1 << 2 ** len(terms)) - 1, list(_members(terms)) if spec.nonempty else []
    for statement in said:
        places = _places(terms, statement)
        if statement[0] in ("all", "no"):
            world &= ~places
        else:
            shown.append(places)
    return world if all(world & places for places in shown) else None


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the kinds, in order, and in the sides of "no" and "some"."""
    number = {term: k for k, term in enumerate(spec.terms)}
    facts: set[symmetry.Fact] = set()
    for role, (mood, a, b) in (*(("premise", premise) for premise in spec.premises), ("conclusion", spec.conclusion)):
        facts.add(((role, mood), number[a], number[b]))
        facts |= {((role, mood), number[b], number[a])} if mood in ("no", "some") else set()
    return spec.nonempty, symmetry.canonical(["term"] * len(number), facts)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    said = " ".join(f"({k}) {_say(premise)}." for k, premise in enumerate(spec.premises, 1))
    existence = rng.choice(banks.bank("syllogism")["import" if spec.nonempty else "no_import"])
    return banks.question(
        "syllogism", rng, p=said, s=_say(spec.conclusion), e=existence, a=spec.terms[0], b=spec.terms[1]
    )


def _say(statement: Statement) -> str:
    mood, a, b = statement
    return f"Some {a} are not {b}" if mood == "some_not" else f"{mood.capitalize()} {a} are {b}"


def solve(spec: Spec) -> Answer:
    """Return the verdict, with a world of few individuals where the conclusion does not follow."""
    fullest = _fullest(spec, spec.conclusion)
    if fullest is None:
        return True, ()
    world = [sort for k, sort in enumerate(_sorts_of(spec.terms)) if fullest >> k & 1]
    for one in sorted(world, key=lambda region: (-len(region), sorted(region))):
        rest = [other for other in world if other != one]
        if judge(spec, (False, tuple(rest))).right:
            world = rest
    return False, tuple(world)


def prove(spec: Spec, answer: Answer) -> bool:
    """Show with SAT over the sorts of individuals that there is a world against it, or none."""
    number = {region: k for k, region in enumerate(_sorts_of(spec.terms), 1)}
    clauses: list[list[int]] = [[*number.values()]] if answer[1] else []
    for statement in (*spec.premises, _denied(spec.conclusion)):
        if statement[0] in ("all", "no"):
            clauses += [[-k] for region, k in number.items() if _shuts_out(statement, region)]
        else:
            clauses.append([k for region, k in number.items() if _shows(statement, region)])
    if spec.nonempty:
        clauses += [[k for region, k in number.items() if term in region] for term in spec.terms]
    against = all(clauses) and sat.satisfiable([*clauses, [1, -1]])
    return against is not answer[0] and judge(spec, answer).right


def read(spec: Spec, text: str) -> Answer:
    """Return the verdict, and the world that is given with "does not follow"."""
    data = lexing.json_value(text)
    if isinstance(data, dict):
        return _from_json(spec, data)
    bare = text.strip(" \n\"'.")
    if _FOLLOWS.fullmatch(bare):
        return True, ()
    head = _NOT.match(bare)
    if not head:
        raise UnreadableError("no verdict")
    rest = bare[_COUNTER.match(bare, head.end()).end() :]  # type: ignore[union-attr]  # matches the empty text
    return False, _world(spec, rest)


def _from_json(spec: Spec, data: dict[str, Any]) -> Answer:
    """Read an object with a verdict, as text or as follows: true, and a world, a list of lists."""
    found: list[Any] = [next((data[key] for key in keys if key in data), []) for keys in _KEYS]
    verdict, world = found
    verdict = {True: "follows", False: "does not follow"}[verdict] if isinstance(verdict, bool) else verdict
    entries = list(world.values()) if isinstance(world, dict) else world
    if len(data) > 2 or not isinstance(verdict, str) or not isinstance(entries, list):
        raise UnreadableError("no verdict")
    if not all(isinstance(one, list) for one in entries):
        raise UnreadableError("no world")
    return read(spec, verdict + "".join(f" {{{', '.join(map(str, one))}}}" for one in entries))


def _world(spec: Spec, text: str) -> World:
    """Read individuals: one a line, between semicolons, or each in braces."""
    text = lexing.unbulleted(text).strip(" \n.")
    inner = re.fullmatch(r"\(([^()]*[:;][^()]*)\)", text)
    text = inner[1] if inner else text
    if re.search(r"[{(\[]", text):
        labels = re.findall(r"(\w{1,20}) ?[:=] ?[{(\[]", text)
        pieces = [piece if piece.strip() else "none" for piece in re.findall(r"[{(\[]([^{}()\[\]]*)[)}\]]", text)]
        if _OUTSIDE.sub("", text):
            raise UnreadableError("more than a world")
    else:
        pieces = [piece for piece in _INDIVIDUAL.split(text) if piece.strip(" .,|")]
        heads = [_LABEL.match(piece) for piece in pieces]
        labels = [head[1] for head in heads if head]
        pieces = [piece[head.end() :] if head else piece for piece, head in zip(pieces, heads, strict=True)]
    if len({label.lower() for label in labels}) < len(labels) or len(pieces) > MAX_WORLD:
        raise UnreadableError("an individual is given twice, or too many are", Reason.HEDGED)
    return tuple(_sorts(spec, piece) for piece in pieces)


def _sorts(spec: Spec, text: str) -> frozenset[str]:
    """Read the kinds of one individual; "not a baker" is heard, too."""
    singular = {re.sub(r"s$", "", term): term for term in spec.terms}
    has, lacks, negated, empty = set[str](), set[str](), False, False
    for kind, word in lexing.tokens(text, (*spec.terms, *singular)):
        if kind == "key":
            (lacks if negated else has).add(singular.get(word, word))
            negated = False
        elif kind == "word" and word.lower() == "not":
            negated = True
        elif kind == "word" and word.lower() in ("none", "nothing"):
            empty = True
        elif kind == "int" or (kind == "word" and word.lower() not in FILLERS):
            raise UnexpectedError(word)
    if has & lacks or negated or empty is bool(has or lacks):
        raise UnreadableError("an individual that is and is not")
    return frozenset(has)


def judge(spec: Spec, answer: Answer) -> Finding:
    """The verdict is right, and the world keeps the premises and breaks the conclusion."""
    follows, world = answer
    expected = _fullest(spec, spec.conclusion) is None
    if follows is not expected:
        return wrong("it follows" if expected else "it does not follow")
    if follows:
        return RIGHT
    if not world:
        return incomplete("no world against it")
    broken = next((k for k, premise in enumerate(spec.premises, 1) if not holds(premise, world)), None)
    if broken:
        return wrong("a premise fails in this world", premise=broken)
    empty = [term for term in spec.terms if not any(term in one for one in world)]
    if spec.nonempty and empty:
        return wrong("a kind is empty in this world", kind=empty[0])
    return wrong("the conclusion holds in this world") if holds(spec.conclusion, world) else RIGHT


def write(spec: Spec, answer: Answer, rng: Random) -> str:
    """Return the verdict and the world in a line, as a list or as JSON."""
    follows, world = answer
    if rng.random() < 0.2:
        given = (
            {"verdict": "follows"}
            if follows
            else {"verdict": "does not follow", "world": [sorted(one) for one in world]}
        )
        return json.dumps(given)
    if follows:
        return rng.choice(("follows", "it follows", "Follows", "valid"))
    people = [", ".join(sorted(one)) or "none" for one in world]
    form = rng.randrange(3)
    if form == 0:
        return "does not follow: " + "; ".join(f"x{k}: {kinds}" for k, kinds in enumerate(people, 1))
    if form == 1:
        return "does not follow\n" + "\n".join(f"- x{k}: {kinds}" for k, kinds in enumerate(people, 1))
    return "does not follow: " + ", ".join(f"{{{'' if kinds == 'none' else kinds}}}" for kinds in people)


def spoil(spec: Spec, answer: Answer, rng: Random) -> Answer:
    """Return the other verdict, or a world in which a premise fails or the conclusion holds."""
    follows, world = answer
    if follows:
        return False, (frozenset(spec.terms),)
    mood, a, b = spec.conclusion
    if rng.random() < 0.5 and mood in ("some", "some_not"):
        return False, (*world, frozenset((a, b) if mood == "some" else (a,)))
    shut = [one for one in _sorts_of(spec.terms) if any(_shuts_out(premise, one) for premise in spec.premises)]
    return (False, (*world, rng.choice(shut))) if shut and rng.random() < 0.8 else (True, ())
