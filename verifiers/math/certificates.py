"""Certificates for "different": rigorous enclosures of both values at a point, which do not meet.

What has no rule (an unknown function, an infinite series) has no certificate, and the numeric witness stands alone.
A certificate is made once, for the final result, with a budget of its own; both fields of intervals.py decide the same.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from verisieve.verifiers.math import meter
from verisieve.verifiers.math.boxes import Box
from verisieve.verifiers.math.enclosures import Enclosure
from verisieve.verifiers.math.intervals import field
from verisieve.verifiers.math.nodes import MathsError
from verisieve.verifiers.math.scalars import Claim, Result, undecided

_STEPS = 800
_MAX_BITS = 3000
_DIGITS = 15
_ZERO = (Fraction(0), Fraction(0))

Ends = tuple[Fraction, Fraction]


class Proof(StrEnum):
    """What the enclosures say of a difference."""

    APART = "apart"  # they do not meet: the values differ
    TOGETHER = "together"  # narrow, and still they meet: the claim of a difference is not borne out
    NONE = "none"  # no enclosures


class Certificate(NamedTuple):
    """What was proved, both enclosures as text, and with how many bits."""

    proof: Proof
    expected: str = ""
    got: str = ""
    bits: int = 0


def certified(result: Result, *, fast: bool = True) -> Result:
    """Return a result that claims a numeric difference with its certificate, or undecided where there can be none."""
    if result.claim is None:
        return result
    found = certify(result.claim, fast=fast)
    if found.proof is Proof.TOGETHER:
        return undecided("probe", unsupported="values whose enclosures meet", **result.witness)
    if found.proof is Proof.NONE:
        return result._replace(witness={**result.witness, "certified": False})
    enclosed = {"expected": found.expected, "got": found.got, "bits": found.bits}
    return result._replace(witness={**result.witness, "certified": True, "enclosures": enclosed})


def certify(claim: Claim, *, fast: bool = True) -> Certificate:
    """Enclose both values at the point, with more bits where they still meet."""
    found = Certificate(Proof.NONE)
    meter.start(_STEPS)
    for bits in (claim.bits, 3 * claim.bits):
        if bits > _MAX_BITS:
            break
        try:
            found = _compared(claim, bits, fast=fast)
        except (MathsError, ArithmeticError, ValueError, TypeError, RecursionError):  # ours, or the field's own
            return found
        if found.proof is Proof.APART:
            break
    return found


def _compared(claim: Claim, bits: int, *, fast: bool) -> Certificate:
    with field(bits, fast=fast) as numbers:
        run = Enclosure(numbers, claim.point)
        sides = [[run.ends(part) for part in _parts(run.value(node))] for node in (claim.gold, claim.answer)]
    shown = [" + i ".join(_shown(*ends) for ends in side) for side in sides]
    sides = [side if len(side) == 2 else [*side, _ZERO] for side in sides]  # a real number has no second part
    apart = any(one[1] < two[0] or two[1] < one[0] for one, two in zip(*sides, strict=True))
    narrow = all(_narrow(*ends, bits) for side in sides for ends in side)
    proof = Proof.APART if apart else (Proof.TOGETHER if narrow else Proof.NONE)
    return Certificate(proof, shown[0], shown[1], bits)


def _parts(box: Box) -> list[object]:
    return [box.real] if box.imag is None else [box.real, box.imag]


def _narrow(low: Fraction, high: Fraction, bits: int) -> bool:
    return high - low <= max(abs(low), abs(high), Fraction(1, 1 << bits // 2)) / (1 << bits // 2)


def _shown(low: Fraction, high: Fraction) -> str:
    """Write an enclosure in decimals, rounded outwards."""
    size = max(abs(low), abs(high))
    scale = _DIGITS - (len(str(int(size))) if size >= 1 else 1 - len(str(int(1 / size))) if size else _DIGITS)
    unit = Fraction(10) ** -scale
    return f"[{_decimal(low // unit, scale)}, {_decimal(-(-high // unit), scale)}]"


def _decimal(digits: int, scale: int) -> str:
    mantissa = str(abs(digits)).rstrip("0") or "0"
    exponent = len(str(abs(digits))) - 1 - scale if digits else 0
    sign = "-" if digits < 0 else ""
    return f"{sign}{mantissa[0]}{'.' + mantissa[1:] if mantissa[1:] else ''}{f'e{exponent}' if exponent else ''}"
