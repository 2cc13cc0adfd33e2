"""Derive a formula from premises, one numbered line per step with its rule and the lines it uses.

Rules: premise, MP, MT, DS, AND-I, AND-E, OR-I. A line is right if it follows by its rule from the earlier lines that
it cites; a formula counts as the opposite of its negation. Solved by forward chaining; proved with SAT (premises
consistent, goal entailed).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import deduction, derivations, formulas, sat, specs
from verisieve.verifiers.reasoning.deduction import Line
from verisieve.verifiers.reasoning.derivations import Trace, bad
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, Reason, UnreadableError, wrong
from verisieve.verifiers.reasoning.formulas import Formula, negation

MODE = "trace"
ANSWER_OPTIONAL = True
MAX_PREMISES, MAX_KNOWN = 30, 400


class Spec(NamedTuple):
    """Premises and goal, every link with two sides."""

    premises: tuple[Formula, ...]
    goal: Formula


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    listed = specs.sized(specs.part(raw, "premises"), "premises", 1, MAX_PREMISES)
    premises = tuple(deduction.binary(formulas.parse(item, f"premises[{k}]")) for k, item in enumerate(listed))
    return Spec(premises, deduction.binary(formulas.parse(specs.part(raw, "goal"), "goal")))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec grown backwards from the goal, with a premise that is not needed from level 3 on."""
    names = rng.sample("ABCDEFGHJKLMPQRSTUVWXYZ", 8)
    while True:
        fresh = iter(names)
        goal = _new(rng, fresh)
        if rng.random() < 0.4:
            goal = ("and", goal, _new(rng, fresh))
        premises = _grow(rng, goal, fresh, level + 1)
        if level > 2:
            premises.append(("imp", ("var", names[-1]), rng.choice([("var", names[0]), ("not", ("var", names[1]))])))
        rng.shuffle(premises)
        spec = Spec(tuple(dict.fromkeys(premises)), goal)
        if goal not in premises and len(_derive(spec)) in (2 * level + 3, 2 * level + 4) and _consistent(spec):
            return {"premises": [_listed(premise) for premise in spec.premises], "goal": _listed(goal)}


def _new(rng: Random, fresh: Iterator[str]) -> Formula:
    atom = ("var", next(fresh, "N"))
    return atom if rng.random() < 0.7 else ("not", atom)


def _grow(rng: Random, goal: Formula, fresh: Iterator[str], depth: int) -> list[Formula]:
    """Return premises from which a rule, or several, give the goal."""
    if goal[0] == "and":
        return _grow(rng, goal[1], fresh, depth - 1) + _grow(rng, goal[2], fresh, depth - 1)
    if depth <= 0:
        return [goal]
    other = _new(rng, fresh)
    kind = rng.choice(("MP", "MP", "DS", "AND-E") if goal[0] != "not" else ("MP", "MT", "DS"))
    if kind == "MP":
        return [("imp", other, goal), *_grow(rng, other, fresh, depth - 1)]
    if kind == "MT":
        return [("imp", goal[1], other), *_grow(rng, negation(other), fresh, depth - 1)]
    if kind == "DS":
        sides = (goal, other) if rng.random() < 0.5 else (other, goal)
        return [("or", *sides), *_grow(rng, negation(other), fresh, depth - 1)]
    return [("and", ("imp", other, goal), other)] if rng.random() < 0.5 else [("and", other, goal)]


def _listed(formula: Formula) -> list[Any]:
    return [_listed(part) if isinstance(part, tuple) else part for part in formula]


def _literals(spec: Spec) -> tuple[list[list[int]], list[int], int]:
    variables: dict[str, int] = {}
    found: list[list[int]] = []
    units = [formulas.clauses(premise, variables, found) for premise in spec.premises]
    return found, units, formulas.clauses(spec.goal, variables, found)


def _consistent(spec: Spec) -> bool:
    clauses, units, _ = _literals(spec)
    return sat.satisfiable(clauses, units)


def _entailed(spec: Spec) -> bool:
    clauses, units, goal = _literals(spec)
    return not sat.satisfiable(clauses, [*units, -goal])


def ask(spec: Spec, rng: Random) -> str:
    """Return the task in words."""
    premises = ", ".join(map(formulas.show, spec.premises))
    return banks.question("nd_proof", rng, g=formulas.show(spec.goal), p=premises)


@lru_cache(maxsize=64)
def _derive(spec: Spec) -> list[Line]:
    """Return a proof by forward chaining, cut to the lines that the goal needs; no lines where it finds none."""
    wanted = {part for formula in (*spec.premises, spec.goal) for part in _parts(formula)}
    lines: dict[Formula, Line] = {premise: Line(premise, "premise", ()) for premise in spec.premises}
    grown = True
    while grown and spec.goal not in lines and len(lines) < MAX_KNOWN:
        number = {formula: k for k, formula in enumerate(lines, 1)}
        fresh = [line for line in _next(list(lines), number, wanted) if line.formula not in lines]
        for line in fresh:
            lines.setdefault(line.formula, line)
        grown = bool(fresh)
    return _cut(list(lines.values()), spec.goal) if spec.goal in lines else []


def _parts(formula: Formula) -> Iterator[Formula]:
    yield formula
    if formula[0] != "var":
        for part in formula[1:]:
            yield from _parts(part)


def _next(known: list[Formula], number: dict[Formula, int], wanted: set[Formula]) -> Iterator[Line]:
    """Yield every line that one rule gives from the known formulas, compound ones only where they are wanted."""
    for formula in known:
        k = number[formula]
        head = formula[0]
        if head == "and":
            yield from (Line(side, "AND-E", (k,)) for side in formula[1:])
        elif head == "imp":
            if formula[1] in number:
                yield Line(formula[2], "MP", (k, number[formula[1]]))
            if negation(formula[2]) in number:
                yield Line(negation(formula[1]), "MT", (k, number[negation(formula[2])]))
        elif head == "or":
            for side, other in ((formula[1], formula[2]), (formula[2], formula[1])):
                if negation(side) in number:
                    yield Line(other, "DS", (k, number[negation(side)]))
    for formula in sorted(wanted, key=repr):
        if formula[0] == "and" and formula[1] in number and formula[2] in number:
            yield Line(formula, "AND-I", (number[formula[1]], number[formula[2]]))
        if formula[0] == "or":
            yield from (Line(formula, "OR-I", (number[side],)) for side in formula[1:] if side in number)


def _cut(lines: list[Line], goal: Formula) -> list[Line]:
    """Keep the lines that the goal needs, and number them anew."""
    at = next(k for k, line in enumerate(lines, 1) if line.formula == goal)
    needed, todo = set[int](), [at]
    while todo:
        k = todo.pop()
        if k not in needed:
            needed.add(k)
            todo += lines[k - 1].refs
    new = {k: i for i, k in enumerate(sorted(needed), 1)}
    return [lines[k - 1]._replace(refs=tuple(new[ref] for ref in lines[k - 1].refs)) for k in sorted(needed)]


def solve(spec: Spec) -> Trace:
    """Return a proof; raise TruthError where forward chaining finds none."""
    lines = _derive(spec)
    if not lines:
        raise TruthError("spec.goal", "no derivation was found")
    return Trace(tuple(_say(line) for line in lines), "proved")


def _say(line: Line) -> str:
    refs = ",".join(map(str, line.refs))
    return f"{formulas.show(line.formula)} [{line.rule}{' ' if refs else ''}{refs}]"


def prove(spec: Spec, answer: Trace) -> bool:
    """Show with SAT that the premises are consistent and entail the goal."""
    clauses, units, goal = _literals(spec)
    with sat.solver(clauses) as opened:
        consistent, open_goal = (opened.solve(assumptions=literals) for literals in (units, [*units, -goal]))
    return bool(consistent) and not open_goal and len(answer.steps) > 0


def read(spec: Spec, text: str) -> bool:
    """Return whether the closing words claim the proof; the goal itself may stand for that."""
    bare = text.strip(" \n.!\"'}[]")
    if re.fullmatch(
        r"(?:it\s+is\s+|is\s+)?(?:proved|proven|derived|q\.?e\.?d|done|yes|valid|true)", bare, re.IGNORECASE
    ):
        return True
    if deduction.binary(formulas.read(re.sub(r"\s*(?:is\s+)?(?:proved|proven|derived)$", "", bare))) == spec.goal:
        return True
    raise UnreadableError("neither 'proved' nor the goal", Reason.WRONG_ANSWER)


def judge(spec: Spec, answer: bool) -> Finding:
    """The claim fits if the premises entail the goal."""
    return RIGHT if answer and _entailed(spec) else wrong("the goal does not follow")


def check_steps(spec: Spec, reply: str) -> Finding:
    """Every line follows by its rule from earlier lines, and one of them is the goal."""
    found = derivations.steps(reply, lambda text: deduction.read_line(text) is not None)
    known: list[Formula] = []
    for k, step in enumerate(found, 1):
        line = deduction.read_line(step.text)
        if step.number != k or line is None:
            return bad(Reason.LOCAL_BAD, k, "not line k with a formula and a known rule", step)
        fault = deduction.fault(spec.premises, line, known)
        if fault:
            return bad(fault[0], k, fault[1], step)
        known.append(line.formula)
    if spec.goal not in known:
        return Finding(Reason.INCOMPLETE, {"first_bad_step": len(known) + 1, "why": "the goal is not derived"})
    return RIGHT


def write(spec: Spec, answer: Trace, rng: Random) -> str:
    """Return the proof with its closing line, in ASCII or with logical signs."""
    label, lines = rng.choice(("{}. ", "{}) ", "({}) ", "Step {}: ", "Line {}: ")), list(answer.steps)
    if rng.random() < 0.4:
        for sign, new in (("->", "→"), ("~", "¬"), (" & ", " ∧ "), (" | ", " ∨ ")):
            lines = [line.replace(sign, new) for line in lines]
    close = rng.choice((f"Answer: {answer.answer}", "", f"Hence {formulas.show(spec.goal)}. Answer: {answer.answer}"))
    return "\n".join(label.format(k) + line for k, line in enumerate(lines, 1)) + f"\n\n{close}"


def spoil(spec: Spec, answer: Trace, rng: Random) -> Trace:
    """Return a proof whose first bad line is known: bad references, a jump, an invented premise, a denial."""
    lines = [line for line in map(deduction.read_line, answer.steps) if line]
    k = rng.choice([k for k, line in enumerate(lines) if line.refs])
    line, kind = lines[k], rng.choice(("refs", "forward", "uncited", "denial", "premise", "jump", "fallacy"))
    if kind == "premise":
        foreign = ("var", next(name for name in "ZYXWVUTS" if ("var", name) not in spec.premises))
        at = rng.randrange(len(lines) + 1)
        moved = [old._replace(refs=tuple(ref + (ref > at) for ref in old.refs)) for old in lines]
        lines = [*moved[:at], Line(("imp", foreign, ("imp", foreign, foreign)), "premise", ()), *moved[at:]]
        return Trace(tuple(map(_say, lines)), answer.answer, at + 1)
    if kind == "jump":  # the goal right away, by a rule that cannot give it
        start = [old for old in lines if not old.refs]
        jump = Line(spec.goal, "MP", (1, 1))
        return Trace(tuple(map(_say, [*start, jump])), answer.answer, len(start) + 1)
    if kind == "fallacy":
        lines[k] = line._replace(
            rule=rng.choice([rule for rule in ("MP", "MT", "DS") if rule != line.rule]), refs=(line.refs[0],) * 2
        )
    elif kind == "refs":
        lines[k] = line._replace(
            rule=line.rule if len(line.refs) == 2 and line.rule != "AND-I" else "MP", refs=(line.refs[0],) * 2
        )
    elif kind == "forward":
        lines[k] = line._replace(refs=(*line.refs[:-1], len(lines) + 1))
    elif kind == "uncited":
        lines[k] = line._replace(refs=())
    else:
        lines[k] = line._replace(formula=("not", line.formula))
    return Trace(tuple(map(_say, lines)), answer.answer, k + 1)
