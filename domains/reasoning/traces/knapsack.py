"""Derivations for a knapsack: a choice with its sums, and cases that cover all others, each too heavy or worth no more.

A case says which items are in and which are out. It is closed by its weight, or by a bound: what the rest could add
if the last item were divisible, rounded down.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fractions import Fraction
from random import Random

from verisieve.domains.reasoning.families import knapsack as family
from verisieve.domains.reasoning.families.knapsack import Answer, Spec
from verisieve.domains.reasoning.traces import Derivation, Line
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError
from verisieve.verifiers.reasoning.formulas import Formula
from verisieve.verifiers.reasoning.theories import Deduction, Theory
from verisieve.verifiers.reasoning.tracing import StepError

CITED = True
_BETTER: Formula = ("var", "#worth more than the best")
_NEVER: Formula = ("and", _BETTER, ("not", _BETTER))
_TAKE = re.compile(
    r"(?:take|choose|pick)\b(?P<items>.*?)[:;,-]*\s*weight\s*(?P<weight>\d{1,9})\D{1,20}(?P<value>\d{1,9})",
    re.IGNORECASE,
)
_CASE = re.compile(
    r"(?P<case>.*?)[:;-]+\s*(?:the\s+)?(?:weight\s*(?:is\s+)?(?P<weight>\d{1,9})\b.{0,40}|(?:the\s+)?(?:value\s*)?(?:is\s+)?"
    r"(?:at\s+most|<=|bound)\s*(?P<bound>\d{1,9}))",
    re.IGNORECASE,
)  # fmt: skip


def words(spec: Spec) -> dict[str, object]:
    """Return what the wordings of the form are filled with."""
    return {"a": next(iter(spec.items)), "b": list(spec.items)[-1], "over": spec.capacity + 1}


def theory(spec: Spec) -> Theory:
    """Return no premises: every step but the last is shown by adding up."""
    return Theory((), {}, _unread, lambda text: _conclude(spec, text), {}, lambda text: _shown(spec, text))


def _unread(text: str) -> Formula:
    raise UnreadableError(f"neither a choice, a case nor the answer: {text[:40]!r}")


def _can(items: Collection[str]) -> Formula:
    return "var", "#can take " + ", ".join(sorted(items))


def _named(spec: Spec, text: str) -> list[str]:
    """Return the items that a text names, in order."""
    names = "|".join(re.escape(name) for name in sorted(spec.items, key=len, reverse=True))
    lower = {name.lower(): name for name in spec.items}
    return [lower[match.lower()] for match in re.findall(rf"(?<!\w)(?:{names})(?!\w)", text, re.IGNORECASE)]


def _shown(spec: Spec, text: str) -> Formula | None:
    """Return what a choice or a closed case shows; raise StepError where its sums are not right."""
    if match := _TAKE.match(text):
        items = _named(spec, match["items"])
        weight, value = (sum(spec.items[name][k] for name in set(items)) for k in (0, 1))
        if (int(match["weight"]), int(match["value"])) != (weight, value) or len(set(items)) < len(items):
            raise StepError(Reason.LOCAL_BAD, "the sums are wrong", weight=weight, value=value)
        if weight > spec.capacity:
            raise StepError(Reason.LOCAL_BAD, "over the weight limit", weight=weight)
        return _can(items)
    match = _CASE.fullmatch(text)
    return _closed(spec, match) if match else None


def _closed(spec: Spec, match: re.Match[str]) -> Formula:
    """Return that no better choice falls under a case, as far as its weight or bound says so."""
    inside, *outs = re.split(r"\bwithout\b|\bnot\b|\bno\b", match["case"], flags=re.IGNORECASE)
    taken, left = _named(spec, inside), _named(spec, " ".join(outs))
    weight = sum(spec.items[name][0] for name in taken)
    case = ("or", *(("not", ("var", name)) for name in taken), *(("var", name) for name in left), ("not", _BETTER))
    if match["weight"]:
        if weight != int(match["weight"]) or weight <= spec.capacity:
            raise StepError(Reason.LOCAL_BAD, "the weight is wrong, or within the limit", weight=weight)
        return case
    bound = _bound(spec, taken, left)
    if bound is None or bound != int(match["bound"]):
        raise StepError(Reason.LOCAL_BAD, "another bound", bound=bound)
    return case if bound <= (family.solve(spec)[1] or 0) else ("or", _BETTER, ("not", _BETTER))


def _by_worth(spec: Spec) -> list[str]:
    return sorted(spec.items, key=lambda name: (-Fraction(spec.items[name][1], spec.items[name][0] or 1), name))


def _bound(spec: Spec, taken: Collection[str], left: Collection[str]) -> int | None:
    """Return what a case can be worth at most, None where it is too heavy."""
    room = spec.capacity - sum(spec.items[name][0] for name in taken)
    total = Fraction(sum(spec.items[name][1] for name in taken))
    if room < 0:
        return None
    free = [name for name in _by_worth(spec) if name not in taken and name not in left]
    total += sum(spec.items[name][1] for name in free if not spec.items[name][0])
    for weight, value in (spec.items[name] for name in free if spec.items[name][0]):
        if weight > room:
            return int(total + Fraction(value * room, weight))
        room, total = room - weight, total + value
    return int(total)


def _conclude(spec: Spec, text: str) -> tuple[Answer, Formula]:
    if _TAKE.match(text) or _CASE.fullmatch(text):
        raise UnreadableError("a choice or a case")
    items, value = answer = family.read(spec, text)
    best = value == family.solve(spec)[1]
    return answer, ("and", _can(items), ("not", _BETTER)) if best else _NEVER


def begin(spec: Spec) -> Deduction:
    """Open a calculus."""
    return Deduction(theory(spec))


def derive(spec: Spec, rng: Random) -> Derivation:
    """Return a best choice and the leaves of a branch and bound."""
    chosen, best = answer = family.solve(spec)
    assert best is not None
    weight = sum(spec.items[name][0] for name in chosen)
    lines = [Line(f"Take {', '.join(chosen)}: weight {weight}, value {best}", body=("sum", best))]
    lines += _leaves(spec, best, _by_worth(spec), (), ())
    order = rng.sample(lines, len(lines))
    final = Line(f"{', '.join(chosen)}, total value {best}", tuple(range(1, len(lines) + 1)), (), "final", firm=False)
    return Derivation((*order, final), answer)


def _leaves(spec: Spec, best: int, todo: list[str], taken: tuple[str, ...], left: tuple[str, ...]) -> Iterator[Line]:
    case = ", ".join(
        [*([f"with {' and '.join(taken)}"] if taken else []), *([f"without {' and '.join(left)}"] if left else [])]
    )
    case = case[:1].upper() + case[1:] or "In any case"
    bound = _bound(spec, taken, left)
    if bound is None:
        weight = sum(spec.items[name][0] for name in taken)
        yield Line(f"{case}: weight {weight} is too much", body=("weight", weight))
    elif bound <= best:
        yield Line(f"{case}: value at most {bound}", body=("most", bound))
    else:
        yield from _leaves(spec, best, todo[1:], (*taken, todo[0]), left)
        yield from _leaves(spec, best, todo[1:], taken, (*left, todo[0]))


def falsify(spec: Spec, line: Line, rng: Random) -> Line | None:
    """Misstate a sum or a bound."""
    if line.body == "final":
        return None
    kind, number = line.body
    word = {"sum": "value", "weight": "weight", "most": "at most"}[kind]
    return line._replace(text=line.text.replace(f"{word} {number}", f"{word} {number + rng.choice((-1, 1, 2))}"))


def agrees(spec: Spec, derived: Answer, answer: Answer, text: str) -> bool:
    """Say whether two choices are one."""
    return (set(derived[0]), derived[1]) == (set(answer[0]), answer[1])
