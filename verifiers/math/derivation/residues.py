"""Congruences: closed ones by arithmetic, those in whole-number variables by trying every residue."""

from __future__ import annotations

from itertools import product
from math import lcm

from verisieve.verifiers.math import exact, meter
from verisieve.verifiers.math.derivation.records import Found, Status
from verisieve.verifiers.math.exact import InexactError
from verisieve.verifiers.math.nodes import Apply, MathsError, Node, Num, apply, symbols, walk

MAX_CASES = 4_000
_UNKNOWN = Found(Status.UNVERIFIABLE, "residues")


def implied(claim: Apply, facts: list[Apply]) -> Found:
    """Judge `a = b (mod m)`, a tree with head `cong`, from congruences that hold."""
    used = [fact for fact in facts if symbols(fact) & symbols(claim)]
    names = sorted(symbols(claim).union(*(symbols(fact) for fact in used)))
    try:
        moduli = [_modulus(each) for each in (claim, *used)]
        period = lcm(*moduli)
        if not names:
            return _closed(claim, moduli[0])
        if any(_powered(each) for each in (claim, *used)) or period ** len(names) > MAX_CASES:
            return _UNKNOWN
        return _tried(claim, used, names, period)
    except MathsError:
        return _UNKNOWN


def _closed(claim: Apply, modulus: int) -> Found:
    left, right = (exact.residue(side, {}, modulus) for side in claim.args[:2])
    if left == right:
        return Found(Status.PROVED, "residues")
    return Found(Status.BAD, "residues", {"modulus": modulus, "left": left, "right": right})


def _modulus(node: Apply) -> int:
    value = exact.rational(node.args[2])
    if value.denominator != 1 or value < 1:
        raise InexactError("a modulus")
    return int(value)


def _powered(node: Node) -> bool:
    """Say whether a variable stands in an exponent, where residues do not repeat with the modulus."""
    return any(isinstance(part, Apply) and part.head == "pow" and symbols(part.args[1]) for part in walk(node)) or any(
        isinstance(part, Num) and part.value.denominator != 1 for part in walk(node)
    )


def _tried(claim: Apply, facts: list[Apply], names: list[str], period: int) -> Found:
    seen = 0
    refuted: dict[str, int] | None = None
    holds = False
    for values in product(range(period), repeat=len(names)):
        meter.spend(2)
        env = dict(zip(names, values, strict=True))
        if not all(_holds(fact, env) for fact in facts):
            continue
        seen += 1
        if _holds(claim, env):
            holds = True
        elif refuted is None:
            refuted = env
    if not seen:
        return _UNKNOWN
    if refuted is None:
        return Found(Status.PROVED, "residues")
    return Found(Status.BAD, "refuted" if not holds else "residues", {"at": {k: str(v) for k, v in refuted.items()}})


def _holds(node: Apply, env: dict[str, int]) -> bool:
    modulus = _modulus(node)
    rest = apply("add", node.args[0], apply("neg", node.args[1]))
    return exact.residue(rest, env, modulus) == 0
