"""A chain of + - * on a start number, one written step per operation; every step must be right and use the last result.

The truth is a fold over the operations; the proof composes them into one function a*x + b first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import derivations, specs
from verisieve.verifiers.reasoning.derivations import Step, Trace, bad
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, Reason, UnreadableError, wrong

MODE = "trace"
ANSWER_OPTIONAL = False
MAX_STEPS = 100
MAX_NUMBER = 10**12
OPS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
}  # fmt: skip
VERBS = {"+": ("Add {}.", "Plus {}.", "Increase it by {}."), "-": ("Subtract {}.", "Minus {}.", "Decrease it by {}."),
         "*": ("Multiply by {}.", "Times {}.", "Take it {} times.")}  # fmt: skip
_NUMBER = r"\(?\s*([+-]?\s?\d{1,400})\s*\)?"
_THOUSANDS = re.compile(r"(?<=\d)[, ](?=\d{3}(?!\d))")  # in 1,024 and 1 024
_CELL = re.compile(r"\|\s*(?=-?\d[\d, ]*$)")  # in front of a result in a column of its own
_EQUATION = re.compile(rf"{_NUMBER}\s*([-+*]|\bx\b)\s*{_NUMBER}\s*(?:=|equals)\s*{_NUMBER}(?![\d.,]*\d)")


class Spec(NamedTuple):
    """The start and the operations."""

    start: int
    ops: tuple[tuple[str, int], ...]


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    start = specs.integer(specs.part(raw, "start"), "start", -MAX_NUMBER, MAX_NUMBER)
    ops = []
    for k, item in enumerate(specs.sized(specs.part(raw, "ops"), "ops", 1, MAX_STEPS)):
        sign, number = specs.sized(item, f"ops[{k}]", 2, 2)
        ops.append(
            (specs.member(sign, f"ops[{k}]", tuple(OPS)), specs.integer(number, f"ops[{k}]", -MAX_NUMBER, MAX_NUMBER))
        )
    return Spec(start, tuple(ops))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec of level + 3 operations."""
    top = 10 * level + 10
    ops = [[rng.choice("++--*"), rng.randint(2, top)] for _ in range(level + 3)]
    return {"start": rng.randint(2, top), "ops": ops}


def ask(spec: Spec, rng: Random) -> str:
    """Return the task in words."""
    bank = rng.randrange(3)
    told = " ".join(VERBS[sign][bank].format(number) for sign, number in spec.ops)
    return banks.question("arith_trace", rng, start=spec.start, told=told)


def solve(spec: Spec) -> Trace:
    """Return the right steps."""
    value, steps = spec.start, []
    for sign, number in spec.ops:
        result = OPS[sign](value, number)
        steps.append(f"{value} {sign} {number} = {result}")
        value = result
    return Trace(tuple(steps), str(value))


def prove(spec: Spec, answer: Trace) -> bool:
    """Show the result by composing all operations into a*x + b before applying them."""
    a, b = 1, 0
    for sign, number in spec.ops:
        a, b = (a * number, b * number) if sign == "*" else (a, b + number if sign == "+" else b - number)
    return str(a * spec.start + b) == answer.answer and len(answer.steps) == len(spec.ops)


def read(spec: Spec, text: str) -> int:
    """Return the committed result."""
    match = re.fullmatch(r"[\s'\"]*(?:result[ ]*(?:=|is)\s*)?([+-]?\s?\d{1,400})[\s.'\"}]*", _THOUSANDS.sub("", text))
    if not match:
        raise UnreadableError("no whole number")
    return int(match[1].replace(" ", ""))


def judge(spec: Spec, answer: int) -> Finding:
    """The committed result is that of the chain."""
    expected = int(solve(spec).answer)
    return RIGHT if answer == expected else wrong("another result", expected=str(expected)[:80], got=str(answer)[:80])


def check_steps(spec: Spec, reply: str) -> Finding:
    """Every step states the last result, the next operation, and the right outcome."""
    found = derivations.steps(reply, lambda text: _equation(text) is not None)
    value = spec.start
    for k, (sign, number) in enumerate(spec.ops, 1):
        if k > len(found):
            return Finding(Reason.INCOMPLETE, {"first_bad_step": k, "why": "the step is missing"})
        fault = _fault(found[k - 1], k, value, sign, number)
        if fault:
            return fault
        value = OPS[sign](value, number)
    if len(found) > len(spec.ops):
        return bad(Reason.INVENTED_PREMISE, len(spec.ops) + 1, "no such operation is given", found[len(spec.ops)])
    return RIGHT


def _fault(step: Step, k: int, value: int, sign: str, number: int) -> Finding | None:
    equation = _equation(step.text)
    if step.number != k or equation is None:
        return bad(Reason.LOCAL_BAD, k, "not step k, written x op y = z", step)
    left, used, right, result = equation
    expected = {"expected": f"{value} {sign} {number} = {OPS[sign](value, number)}"[:200]}
    if left != value:
        return bad(Reason.NOT_CONSUMED, k, "does not use the result before", step, **expected)
    if (used, right) != (sign, number):
        return bad(Reason.INVENTED_PREMISE, k, "not the operation that is given", step, **expected)
    if result != OPS[sign](value, number):
        return bad(Reason.LOCAL_BAD, k, "wrong result", step, **expected)
    return None


def _equation(text: str) -> tuple[int, str, int, int] | None:
    """Return x, op, y, z of the one equation of a line; None if there is none or more than one."""
    text = _THOUSANDS.sub("", text if "=" in text else _CELL.sub("= ", text))
    match = _EQUATION.search(text)
    if not match or text.count("=") + text.count("equals") != 1:
        return None
    rest = text[: match.start()] + text[match.end() :]
    left, sign, right, result = match.groups()
    if not set(re.findall(r"\d+", rest)) <= set(re.findall(r"\d+", f"{left} {right} {result}")):
        return None
    whole = [int(digits.replace(" ", "")) for digits in (left, right, result)]
    return whole[0], "*" if sign == "x" else sign, whole[1], whole[2]


def write(spec: Spec, answer: Trace, rng: Random) -> str:
    """Return the derivation with its answer line."""
    label = rng.choice(("Step {}: ", "{}. ", "Step {}) ", "- Step {}: ", "**Step {}:** "))
    times = rng.choice(("*", "×", "\\times")) if rng.random() < 0.5 else "*"
    lines = [label.format(k) + step.replace("*", times) for k, step in enumerate(answer.steps, 1)]
    return "\n".join(lines) + f"\n\nAnswer: {answer.answer}"


def spoil(spec: Spec, answer: Trace, rng: Random) -> Trace:
    """Return a derivation whose first bad step is known: a wrong result, a wrong operand, a gap, or another answer."""
    kind, k = rng.choice(("result", "carried", "operand", "gap", "answer")), rng.randrange(len(answer.steps))
    steps = list(answer.steps)
    left, sign, right, _, result = steps[k].split(" ")
    if kind == "answer":
        return Trace(answer.steps, str(int(answer.answer) + rng.choice((-10, -1, 1, 10))))
    if kind == "gap":
        del steps[k]
        return Trace(tuple(steps), answer.answer, k + 1)
    off = rng.choice((-10, -2, -1, 1, 2, 10))
    if kind == "operand":
        steps[k] = f"{left} {sign} {int(right) + off} = {result}"
        return Trace(tuple(steps), answer.answer, k + 1)
    steps[k] = f"{left} {sign} {right} = {int(result) + off}"
    if kind == "result":
        return Trace(tuple(steps), answer.answer, k + 1)
    rotten = solve(Spec(int(result) + off, spec.ops[k + 1 :]))
    return Trace((*steps[: k + 1], *rotten.steps), answer.answer, k + 1)
