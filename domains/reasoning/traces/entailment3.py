"""Derivations of entailment: formulas from few premises and earlier steps, or two models where neither follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from random import Random

from verisieve.domains.reasoning.families import entailment3 as family
from verisieve.domains.reasoning.families.entailment3 import CONTRADICTED, ENTAILED, UNKNOWN, Spec
from verisieve.domains.reasoning.traces import Derivation, Line, deriving
from verisieve.verifiers.reasoning import formulas, lexing
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError
from verisieve.verifiers.reasoning.formulas import Formula, negation, show
from verisieve.verifiers.reasoning.theories import Deduction, Theory
from verisieve.verifiers.reasoning.tracing import StepError

CITED = True
_CAN: dict[bool, Formula] = {True: ("var", "#can hold"), False: ("var", "#can fail")}
_VALUES = {"true": True, "t": True, "1": True, "yes": True, "false": False, "f": False, "0": False, "no": False}
_MODEL = re.compile(r"(?:model|case|row|assignment|valuation)\b[^:=]{0,20}[:-]\s*", re.IGNORECASE)


def words(spec: Spec) -> dict[str, object]:
    """Return what the wordings of the form are filled with."""
    return {
        "letters": ", ".join(f'{name} for "{text}"' for name, text in spec.atoms.items()),
        "statement": show(spec.statement),
    }


def theory(spec: Spec) -> Theory:
    """Return the premises as sources; that the statement can hold, or fail, is shown by a model."""
    sources = {("premise", k): premise for k, premise in enumerate(spec.premises, 1)}
    return Theory(
        (),
        sources,
        lambda text: _read(spec, text),
        lambda text: _conclude(spec, text),
        {},
        lambda t: _model(spec, t),
        most=2,
    )


def _read(spec: Spec, text: str) -> Formula:
    """Return a formula, written in letters or in the words of the atoms."""
    for name, words in sorted(spec.atoms.items(), key=lambda item: -len(item[1])):
        text = re.sub(re.escape(words), f" {name} ", text, flags=re.IGNORECASE)
        text = re.sub(re.escape(words.replace(" is ", " is not ", 1)), f" ~{name} ", text, flags=re.IGNORECASE)
    text = re.sub(r"\bif\s+(.+?),?\s+then\b", r"\1 ->", text, flags=re.IGNORECASE)
    text = re.sub(r"\bit is not (?:true|the case) that\b", "~", text, flags=re.IGNORECASE)
    formula = formulas.read(re.sub(r"\s+is\s+(true|false)\s*$", "", text)) if " is " in text else formulas.read(text)
    if not formulas.atoms(formula) <= set(spec.atoms):
        raise UnreadableError("names an atom that there is not")
    return negation(formula) if re.search(r"\sis\s+false\s*$", text) else formula


def _model(spec: Spec, text: str) -> Formula | None:
    """Return what a model shows; raise StepError for one in which a premise fails."""
    match = _MODEL.match(text)
    if not match:
        return None
    found = lexing.pairs(
        re.sub(r"\b[01]\b", lambda m: "ft"[int(m[0])], text[match.end() :]), tuple(spec.atoms), tuple(_VALUES)
    )
    row = {name: _VALUES[value] for name, value in found.items()}
    if set(row) != set(spec.atoms):
        raise StepError(Reason.LOCAL_BAD, "not every atom has a value", missing=sorted(set(spec.atoms) - set(row)))
    broken = next((k for k, premise in enumerate(spec.premises, 1) if not formulas.holds(premise, row)), None)
    if broken:
        raise StepError(Reason.LOCAL_BAD, "no model of the premises", premise=broken)
    return _CAN[formulas.holds(spec.statement, row)]


def _conclude(spec: Spec, text: str) -> tuple[str, Formula]:
    answer = family.read(spec, text)
    return answer, {ENTAILED: spec.statement, CONTRADICTED: ("not", spec.statement), UNKNOWN: ("and", *_CAN.values())}[
        answer
    ]


def begin(spec: Spec) -> Deduction:
    """Open a calculus."""
    return Deduction(theory(spec))


def derive(spec: Spec, rng: Random) -> Derivation:
    """Return a derivation of the class."""
    answer = family.solve(spec)
    if answer == UNKNOWN:
        rows = list(_models(spec))
        models = {formulas.holds(spec.statement, row): row for row in rng.sample(rows, len(rows))}
        lines = [Line(_row(models[holds]), (), (), models[holds]) for holds in rng.sample((True, False), 2)]
        return Derivation((*lines, Line(UNKNOWN, (1, 2), (), "final")), answer)
    goal = spec.statement if answer == ENTAILED else negation(spec.statement)
    wanted = [("var", name) for name in spec.atoms]
    said = {formula: show(formula) for atom in (*wanted, goal) for formula in (atom, negation(atom))}
    return Derivation(tuple(deriving.derive(theory(spec), said, rng, [goal], answer)), answer)


def _models(spec: Spec) -> Iterator[dict[str, bool]]:
    rows = (dict(zip(spec.atoms, values, strict=True)) for values in product((False, True), repeat=len(spec.atoms)))
    return (row for row in rows if all(formulas.holds(premise, row) for premise in spec.premises))


def _row(row: dict[str, bool]) -> str:
    return "Model: " + ", ".join(f"{name}={str(value).lower()}" for name, value in row.items())


def falsify(spec: Spec, line: Line, rng: Random) -> Line | None:
    """Deny a formula, or change a model so that a premise fails in it."""
    if isinstance(line.body, dict):
        flipped = ({**line.body, name: not line.body[name]} for name in rng.sample(list(spec.atoms), len(spec.atoms)))
        broken = (row for row in flipped if not all(formulas.holds(premise, row) for premise in spec.premises))
        return next((Line(_row(row), line.refs, line.sources, row) for row in broken), None)
    if not isinstance(line.body, int):
        return None
    return line._replace(text=show(negation(formulas.read(line.text))))


def converse(spec: Spec, line: Line, rng: Random) -> Line | None:
    """Claim the converse of a premise as if it were that, where it does not follow."""
    turned = [(k, ("imp", f[2], f[1])) for k, f in enumerate(spec.premises, 1) if f[0] == "imp"]
    loose = [(k, f) for k, f in turned if not all(formulas.holds(f, row) for row in _models(spec))]
    if not loose or line.body == "final":
        return None
    k, formula = rng.choice(loose)
    return Line(show(formula), (), (("premise", k),), line.body)


def agrees(spec: Spec, derived: str, answer: str, text: str) -> bool:
    """Say whether the classes are one."""
    return derived == answer
