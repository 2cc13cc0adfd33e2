"""Do premises entail a statement, contradict it, or neither? Premises are consistent and do not state it.

Solved by truth table; proved with SAT on a clause form.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import reduce
from operator import and_
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import formulas, remarks, sat, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, UnreadableError, wrong
from verisieve.verifiers.reasoning.formulas import Formula

MODE = "answer"
MAX_ATOMS, MAX_PREMISES = 12, 40
ENTAILED, CONTRADICTED, UNKNOWN = "entailed", "contradicted", "unknown"
_BY = r"(?: by (?:the|these) (?:premises|facts))?"
_CLASSES = {
    ENTAILED: rf"(?:yes,? |is |it is |it |logically )*(?:entailed|entailment|entails){_BY}"
    r"|(?:the )?premises entail (?:the statement|it)",
    CONTRADICTED: rf"(?:is |it is |logically )*(?:contradicted|contradiction|contradicts){_BY}"
    r"|(?:the )?premises contradict (?:the statement|it)",
    UNKNOWN: r"(?:is |it is )*(?:unknown|undetermined|neither(?: entailed nor contradicted)?)",
}
_LABELS = ("entailed", "entails?", "contradicted", "contradicts?", "unknown", "undetermined")
_SOURCE = r"(?: \(?(?:from|by|because of) (?:premises?|facts?|lines?)? ?[\d(), and&]{1,40}\)?)?"
_SUBJECT = (
    r"(?:[a-c]\) )?(?:the (?:statement|claim)(?: \"?it\"?)?(?: is)? "
    r"|the (?:truth value|status)(?: of (?:the statement|it))? is "
    r"|it is |that |label\"?\s*[:=]\s*\"?)?"
)


class Spec(NamedTuple):
    """Atoms with their words, premises, statement."""

    atoms: dict[str, str]
    premises: tuple[Formula, ...]
    statement: Formula


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    table = specs.table(specs.part(raw, "atoms"), "atoms", 1, MAX_ATOMS)
    atoms = {name: specs.word(text, f"atoms.{name}") for name, text in table.items()}
    listed = specs.sized(specs.part(raw, "premises"), "premises", 1, MAX_PREMISES)
    premises = tuple(formulas.parse(item, f"premises[{k}]", tuple(atoms)) for k, item in enumerate(listed))
    return Spec(atoms, premises, formulas.parse(specs.part(raw, "statement"), "statement", tuple(atoms)))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec of the class that was drawn first, so that the classes are balanced."""
    wanted, count = rng.choice((ENTAILED, CONTRADICTED, UNKNOWN)), min(3 + level // 2, 6)
    theme = rng.sample(banks.lists("entailment3", "atoms", rng), count)
    atoms = dict(zip("pqrstu", theme, strict=False))
    while True:
        premises = tuple(_premise(rng, list(atoms), 1 + (level > 3)) for _ in range(level + 2))
        statement = _premise(rng, list(atoms), 0 if level < 4 else rng.randrange(2))
        if statement in premises or len(set(premises)) < len(premises):
            continue
        table = _table(Spec(atoms, premises, statement))
        if _class(table) == wanted and (_needs_two(table) or wanted == UNKNOWN):
            listed = [_listed(premise) for premise in premises]
            return {"atoms": atoms, "premises": listed, "statement": _listed(statement)}


def _premise(rng: Random, names: list[str], depth: int) -> Formula:
    def literal() -> Formula:
        atom = ("var", rng.choice(names))
        return atom if rng.random() < 0.6 else ("not", atom)

    if depth == 0:
        return literal()
    left, right = literal(), literal() if depth == 1 or rng.random() < 0.6 else _premise(rng, names, 1)
    while formulas.atoms(left) & formulas.atoms(right):
        left = literal()
    return (rng.choice(("imp", "imp", "or", "or", "iff", "and")), left, right) if rng.random() < 0.85 else left


def _listed(formula: Formula) -> list[Any]:
    return [_listed(part) if isinstance(part, tuple) else part for part in formula]


def _table(spec: Spec) -> list[int]:
    """Return the rows, as bits, where each premise holds, and last those where the statement does."""
    columns = formulas.columns(list(spec.atoms))
    return [formulas.bits(formula, columns, 1 << 2 ** len(spec.atoms)) for formula in (*spec.premises, spec.statement)]


def _class(table: list[int]) -> str:
    """Return the class; no row where all premises hold gives none."""
    *premises, statement = table
    rows = reduce(and_, premises)
    if not rows:
        return ""
    return ENTAILED if not rows & ~statement else UNKNOWN if rows & statement else CONTRADICTED


def _needs_two(table: list[int]) -> bool:
    """Say whether no premise alone decides the statement."""
    return all(_class([premise, table[-1]]) == UNKNOWN for premise in table[:-1])


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in atoms, order and the sides of a connective."""
    parts: list[Hashable] = ["atom"] * len(spec.atoms)
    names, facts = {name: k for k, name in enumerate(spec.atoms)}, list[symmetry.Fact]()
    for role, said in (*(("premise", premise) for premise in spec.premises), ("statement", spec.statement)):
        facts.append((role, symmetry.formula(said, parts, facts, names)))
    return symmetry.canonical(parts, facts)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    said = [_say(premise, spec.atoms) for premise in spec.premises]
    premises = " ".join(f"({k}) {text[0].upper()}{text[1:]}." for k, text in enumerate(said, 1))
    return banks.question("entailment3", rng, p=premises, s=_say(spec.statement, spec.atoms))


def _say(formula: Formula, atoms: dict[str, str]) -> str:
    head, *rest = formula
    if head == "var":
        return atoms[rest[0]]
    if head == "not" and rest[0][0] == "var" and " is " in atoms[rest[0][1]]:
        return atoms[rest[0][1]].replace(" is ", " is not ", 1)
    parts = [_say(part, atoms) if part[0] in ("var", "not") else f"[{_say(part, atoms)}]" for part in rest]
    if head == "not":
        return f"it is not true that {parts[0]}"
    if head == "imp":
        return f"if {parts[0]} then {parts[1]}"
    return {"and": " and ", "or": " or ", "iff": " if and only if "}[head].join(parts) + (
        " (or both)" if head == "or" else ""
    )


def solve(spec: Spec) -> str:
    """Return the class by truth table; raise TruthError for contradictory premises."""
    found = _class(_table(spec))
    if not found:
        raise specs.InfeasibleError("spec.premises", "contradict each other")
    return found


def prove(spec: Spec, answer: str) -> bool:
    """Show with SAT: premises consistent, and which of statement and denial is consistent with them."""
    variables: dict[str, int] = {}
    clauses: list[list[int]] = []
    units = [[formulas.clauses(premise, variables, clauses)] for premise in spec.premises]
    literal = formulas.clauses(spec.statement, variables, clauses)
    can_hold, can_fail = (sat.satisfiable([*clauses, *units], [sign * literal]) for sign in (1, -1))
    return {(True, False): ENTAILED, (False, True): CONTRADICTED, (True, True): UNKNOWN}.get(
        (can_hold, can_fail)
    ) == answer


def read(spec: Spec, text: str) -> str:
    """Return the class that a text names."""
    bare = " ".join(text.strip(" \n.!\"'*_(){}[]:").split()).lower()
    if bare in _CLASSES:
        return bare
    said = _say(spec.statement, spec.atoms).lower()
    bare = bare.replace(f'{said}"', "it").replace(said, "it")
    for name, pattern in _CLASSES.items():
        if re.fullmatch(rf"{_SUBJECT}(?:{pattern}){_SOURCE}", bare):
            return name
    for name, pattern in _CLASSES.items():
        others = [label for label in _LABELS if not label.startswith(name[:6])]
        if remarks.reasoned(bare, rf"{_SUBJECT}(?:{pattern}){_SOURCE}", others):
            return name
    raise UnreadableError("none of the three classes")


def judge(spec: Spec, answer: str) -> Finding:
    """The class is that of the truth table."""
    return RIGHT if answer == solve(spec) else wrong("another class", got=answer)


def write(spec: Spec, answer: str, rng: Random) -> str:
    """Return the class in one of a few spellings."""
    return rng.choice(
        (
            answer,
            f"{answer.capitalize()}.",
            f"**{answer}**",
            f"\\boxed{{\\text{{{answer}}}}}",
            f'"{answer}"',
            answer.upper(),
        )
    )


def spoil(spec: Spec, answer: str, rng: Random) -> str:
    """Return another class."""
    return rng.choice([name for name in _CLASSES if name != answer])
