"""Derivations of a cryptarithm: one step for each column from the right, with its sum and its carry."""

from __future__ import annotations

import re
from random import Random
from typing import NamedTuple

from verisieve.domains.reasoning.families import cryptarithm as family
from verisieve.domains.reasoning.families.cryptarithm import Spec
from verisieve.domains.reasoning.traces import Derivation, Line, simulating
from verisieve.verifiers.reasoning.citations import Cited
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError
from verisieve.verifiers.reasoning.replays import After, Replay
from verisieve.verifiers.reasoning.tracing import StepError

CITED, CHAIN = False, True
_RESULT = re.compile(
    r"(?:write\s+)?(?:(?P<letter>[A-Za-z])\s*=\s*)?(?P<digit>\d)\s*[,;]?\s*(?:and\s+)?carry\s*(?:out\s*)?[:=]?\s*(?P<carry>\d{1,2})\.?",
    re.IGNORECASE,
)


class Claim(NamedTuple):
    """Letters of a column, their digits and the carry in, the sum, the letter below with its digit, the carry out."""

    letters: tuple[str, ...]
    digits: tuple[int, ...]
    total: int
    below: str
    digit: int
    carry: int


class State(NamedTuple):
    """Columns done, digits of letters, the carry, and the last sum."""

    done: int
    digits: dict[str, int]
    carry: int
    total: int


def words(spec: Spec) -> dict[str, object]:
    """Return what the wordings of the form are filled with."""
    return {"a": spec.addends[0][-1], "b": spec.addends[1][-1], "c": spec.sum[-1]}


def _width(spec: Spec) -> int:
    return max(map(len, (*spec.addends, spec.sum)))


def _column(spec: Spec, k: int) -> tuple[tuple[str, ...], str]:
    """Return the letters that are added in column k from the right, and the letter below."""
    return tuple(word[-k] for word in spec.addends if k <= len(word)), spec.sum[-k] if k <= len(spec.sum) else ""


def start(spec: Spec) -> State:
    """Return no columns."""
    return State(0, {}, 0, 0)


def read(spec: Spec, text: str) -> Claim:
    """Return the parts of a column's step."""
    head, tail = simulating.halves(re.sub(r"^\s*column\s*\d{1,2}\s*[:.)-]\s*", "", text, flags=re.IGNORECASE))
    sides = [side.strip() for side in head.split("=")]
    result = _RESULT.fullmatch(tail)
    letters = [part.strip() for part in sides[0].split("+")]
    digits = [part.strip() for part in sides[1].split("+")] if len(sides) == 3 else []
    if not result or not digits or not all(re.fullmatch(r"\d{1,2}", part) for part in (*digits, sides[2])):
        raise UnreadableError("not a column with its sum and carry")
    letters = [letter for letter in letters if letter and not letter.lower().startswith("carry")]
    numbers = tuple(map(int, digits))
    return Claim(
        tuple(letters), numbers, int(sides[2]), result["letter"] or "", int(result["digit"]), int(result["carry"])
    )


def apply(spec: Spec, state: State, claim: Claim, step: Cited) -> After:
    """Add the column."""
    if state.done >= _width(spec):
        raise StepError(Reason.INVENTED_PREMISE, "there is no such column")
    letters, below = _column(spec, state.done + 1)
    if (claim.letters, claim.below) != (letters, below) or len(claim.digits) != len(letters) + 1:
        raise StepError(Reason.LOCAL_BAD, "not the next column", expected=f"{' + '.join(letters)} + carry, {below}")
    if claim.digits[-1] != state.carry:
        raise StepError(Reason.LOCAL_BAD, "not the carry of the column before", expected=state.carry)
    digits = _assign(spec, state.digits, zip(letters, claim.digits, strict=False))
    total = sum(claim.digits)
    true = State(state.done + 1, digits | ({below: total % 10} if below else {}), total // 10, total)
    stated = State(state.done + 1, digits | ({below: claim.digit} if below else {}), claim.carry, claim.total)
    if true == stated and below:
        _assign(spec, digits, [(below, total % 10)])
    return After(true, stated, f"sum {total}, {below}={total % 10}, carry {total // 10}")


def _assign(spec: Spec, digits: dict[str, int], pairs: object) -> dict[str, int]:
    """Return the digits with those of more letters; raise StepError for two digits, a shared one, or a leading 0."""
    after = dict(digits)
    for letter, digit in pairs:  # type: ignore[attr-defined]
        if after.setdefault(letter, digit) != digit:
            raise StepError(Reason.LOCAL_BAD, f"{letter} was {after[letter]} before")
        if any(other != letter and taken == digit for other, taken in after.items()):
            raise StepError(Reason.LOCAL_BAD, f"two letters are {digit}")
        if digit > 9 or (digit == 0 and any(word[0] == letter for word in (*spec.addends, spec.sum))):
            raise StepError(Reason.LOCAL_BAD, f"{letter} cannot be {digit}")
    return after


def finish(spec: Spec, state: State) -> dict[str, int]:
    """Return the digits, if every column is done and nothing is carried."""
    if state.done < _width(spec):
        raise StepError(Reason.INCOMPLETE, "a column is missing")
    if state.carry:
        raise StepError(Reason.NOT_CONSUMED, "the last carry is not written")
    return state.digits


def begin(spec: Spec) -> Replay:
    """Open a calculus."""
    return Replay(spec, simulating.rules(__name__))


def derive(spec: Spec, rng: Random) -> Derivation:
    """Return the columns of the solver's assignment."""
    digits, carry, lines = family.solve(spec), 0, list[Line]()
    for k in range(1, _width(spec) + 1):
        letters, below = _column(spec, k)
        numbers = (*(digits[letter] for letter in letters), carry)
        claim = Claim(letters, numbers, sum(numbers), below, sum(numbers) % 10, sum(numbers) // 10)
        lines.append(Line(_say(claim), body=claim))
        carry = claim.carry
    return Derivation(tuple(lines), digits)


def _say(claim: Claim) -> str:
    below = f"{claim.below}={claim.digit}" if claim.below else claim.digit
    added = f"{' + '.join((*claim.letters, 'carry'))} = {' + '.join(map(str, claim.digits))} = {claim.total}"
    return f"{added} -> {below}, carry {claim.carry}"


def falsify(spec: Spec, line: Line, rng: Random) -> Line:
    """Misstate the sum, the digit below or the carry."""
    claim: Claim = line.body
    kind = rng.choice(("total", "digit", "carry"))
    number = getattr(claim, kind)
    other = (number + 1) % 10 if kind == "digit" else number + 1
    return line._replace(text=_say(claim._replace(**{kind: other})))


def agrees(spec: Spec, derived: dict[str, int], answer: dict[str, int], text: str) -> bool:
    """Say whether the digits are the same."""
    return derived == answer


def invent(spec: Spec, lines: list[Line], rng: Random) -> tuple[list[Line], int] | None:
    """Go on where nothing is left to be done."""
    return [*lines, Line("carry = 0 = 0 -> 0, carry 0")], len(lines) + 1
