"""Derivations for a countdown: each step is one operation on numbers that are left; each is used once."""

from __future__ import annotations

import re
from fractions import Fraction
from random import Random
from typing import NamedTuple

from verisieve.domains.reasoning.families import countdown as family
from verisieve.domains.reasoning.families.countdown import Answer, Spec
from verisieve.domains.reasoning.traces import Derivation, Line, simulating
from verisieve.verifiers.reasoning.citations import Cited
from verisieve.verifiers.reasoning.expressions import evaluate
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError
from verisieve.verifiers.reasoning.replays import After, Replay
from verisieve.verifiers.reasoning.tracing import StepError

CITED, CHAIN = True, False
MAX_TEXTS = 16  # expressions that are kept of one result
_N = r"\(?\s*(-?\d{1,18}(?:\s*/\s*\d{1,18}(?=\s*\)))?)\s*\)?"
_STEP = re.compile(rf"{_N}\s*([-+*/]|x)\s*{_N}\s*=\s*{_N}\.?")


class State(NamedTuple):
    """Given numbers that are left, and results that are left: of which step, with the expressions that they may be."""

    numbers: tuple[int, ...]
    results: dict[int, tuple[Fraction, tuple[str, ...]]]


def words(spec: Spec) -> dict[str, object]:
    """Return what the wordings of the form are filled with."""
    return {}


def start(spec: Spec) -> State:
    """Return all numbers."""
    return State(spec.numbers, {})


def read(spec: Spec, text: str) -> tuple[Fraction, str, Fraction, Fraction]:
    """Return operands, operation and stated result."""
    match = _STEP.fullmatch(text)
    if not match:
        raise UnreadableError("not one operation with its result")
    left, sign, right, result = match.groups()
    if any(re.search(r"/\s*0+$", side) for side in (left, right, result)):
        raise UnreadableError("a fraction with denominator 0")
    a, b, c = (Fraction(side.replace(" ", "")) for side in (left, right, result))
    return a, "*" if sign == "x" else sign, b, c


def apply(spec: Spec, state: State, claim: tuple[Fraction, str, Fraction, Fraction], step: Cited) -> After:
    """Take the operands out of what is left, and put the result in."""
    a, sign, b, stated = claim
    results, numbers, sides = dict(state.results), list(state.numbers), list[tuple[str, ...]]()
    cited = list(step.refs)
    for operand in (a, b):
        source = next((ref for ref in cited if ref in results and results[ref][0] == operand), None)
        if source is not None:
            cited.remove(source)
            sides.append(results.pop(source)[1])
        elif operand in numbers:
            numbers.remove(int(operand))
            sides.append((str(operand),))
        else:
            uncited = any(value == operand for value, _ in results.values())
            raise StepError(*_missing(operand, uncited=uncited))
    if cited:
        raise StepError(
            Reason.LOCAL_BAD, "cites a step whose result it does not use, or that is used up", cited=cited[0]
        )
    if sign == "/" and b == 0:
        raise StepError(Reason.LOCAL_BAD, "divides by zero")
    true = {"+": a + b, "-": a - b, "*": a * b}[sign] if sign != "/" else a / b
    turns = [sides, sides[::-1]] if a == b else [sides]  # of two equal operands it is not said which is which
    texts = tuple(f"({x} {sign} {y})" for left, right in turns for x in left for y in right)[:MAX_TEXTS]
    true_after, claimed = (State(tuple(numbers), {**results, step.number: (value, texts)}) for value in (true, stated))
    return After(true_after, claimed, f"{_say(a)} {sign} {_say(b)} = {_say(true)}")


def _missing(operand: Fraction, *, uncited: bool) -> tuple[Reason, str]:
    if uncited:
        return Reason.UNCITED, f"uses the result {operand} of a step that it does not cite"
    return Reason.INVENTED_PREMISE, f"{operand} is not among the numbers that are left"


def _say(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"({value})"


def finish(spec: Spec, state: State) -> tuple[str, ...]:
    """Return the expressions that the steps may make, if they use up everything and reach the target."""
    values = list(state.results.values())
    if state.numbers or len(values) != 1:
        raise StepError(Reason.INCOMPLETE, "numbers or results are left over")
    if values[0][0] != spec.target:
        raise StepError(Reason.NOT_CONSUMED, "the last result is not the target")
    return values[0][1]


def begin(spec: Spec) -> Replay:
    """Open a calculus."""
    return Replay(spec, simulating.rules(__name__))


def derive(spec: Spec, rng: Random) -> Derivation:
    """Return the operations of the solver's expression, inner ones first."""
    answer = family.solve(spec)
    lines: list[Line] = []
    tokens = re.findall(r"\d+|[-+*/()]", answer.text)[::-1]
    _operate(tokens, lines, spec.numbers)
    return Derivation(tuple(lines), answer)


def _operate(tokens: list[str], lines: list[Line], given: tuple[int, ...]) -> tuple[Fraction, int]:
    """Read one operand or operation of the solver's text; return its value and step, 0 for a given number."""
    value, step = _operand(tokens, lines, given)
    while tokens and tokens[-1] != ")":
        sign = tokens.pop()
        other, second = _operand(tokens, lines, given)
        result = value / other if sign == "/" else {"+": value + other, "-": value - other, "*": value * other}[sign]
        body = (value, sign, other, result)
        used = [number for number, source in ((value, step), (other, second)) if source]
        firm = not set(used) & set(given)  # a given number that is equal could stand in for a result
        lines.append(Line(_equation(*body), tuple(sorted({step, second} - {0})), (), body, firm))
        value, step = result, len(lines)
    return value, step


def _operand(tokens: list[str], lines: list[Line], given: tuple[int, ...]) -> tuple[Fraction, int]:
    piece = tokens.pop()
    if piece != "(":
        return Fraction(piece), 0
    found = _operate(tokens, lines, given)
    tokens.pop()
    return found


def _equation(a: Fraction, sign: str, b: Fraction, result: Fraction) -> str:
    return f"{_say(a)} {sign} {_say(b)} = {_say(result)}"


def falsify(spec: Spec, line: Line, rng: Random) -> Line:
    """Misstate a result."""
    a, sign, b, result = line.body
    return line._replace(text=_equation(a, sign, b, result + rng.choice((-10, -1, 1, 2))))


def agrees(spec: Spec, derived: tuple[str, ...], answer: Answer, text: str) -> bool:
    """Say whether expressions are one up to the laws of arithmetic, which holds if they agree on other numbers."""
    bare = " ".join(text.strip(" \n.\"'").removesuffix("}").split()).strip("\"' ")
    sides = [side for side in bare.split("=") if len(re.findall(r"\d+", side)) == len(answer.numbers)]
    given = evaluate(_renumber(sides[0]))[0] if sides else None
    return given is not None and any(evaluate(_renumber(one))[0] == given for one in derived)


def _renumber(text: str) -> str:
    """Exchange each number for a large one of its own, so that only like expressions stay equal."""
    return re.sub(r"\d+", lambda match: str(pow(7, int(match[0]) + 11, 1_000_003) * 1_000_003 + int(match[0])), text)


def converse(spec: Spec, line: Line, rng: Random) -> Line | None:
    """Exchange the operands where their order matters."""
    a, sign, b, result = line.body
    return line._replace(text=_equation(b, sign, a, result)) if sign in "-/" and a != b and result else None


def invent(spec: Spec, lines: list[Line], rng: Random) -> tuple[list[Line], int] | None:
    """Use a number that is not given, and compute with it rightly."""
    given = [k for k, line in enumerate(lines) if not line.refs]
    k = rng.choice(given)
    _, sign, b, _ = lines[k].body
    a = Fraction(max(spec.numbers) + rng.randint(1, 5))
    result = a / b if sign == "/" and b else {"+": a + b, "-": a - b}.get(sign, a * b)
    lines[k] = lines[k]._replace(text=_equation(a, "*" if sign == "/" and not b else sign, b, result))
    return lines, k + 1
