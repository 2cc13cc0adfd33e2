"""Are two scalar expressions equal? Tiers: structure, exact arithmetic, numeric probing, SymPy in a worker.

Three answers: the same, different with a witness, undecided. Tolerance is relative; an exact value equals a
decimal only to the digits that the gold states.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

from verisieve.verifiers.math import breaks, exact, meter, monomials, probe, rounding, units
from verisieve.verifiers.math.exact import InexactError, UndefinedError
from verisieve.verifiers.math.functions import UnsupportedError
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import Apply, MathsError, Node, Num, Sym, TooLargeError, heads, symbols, walk
from verisieve.verifiers.math.probe import Point
from verisieve.verifiers.math.settling import close, points, settle

_COMPLEX_HEADS = frozenset({"conj", "re", "im", "arg", "cis"})
_WHOLE_HEADS = frozenset({"fact", "fact2", "binom", "gcd", "lcm"})
_WHOLE_NAMES = frozenset({"n", "k", "m"})
_BRANCHED_HEADS = breaks.HEADS | {"sqrt", "root", "ln", "log", "logb"}


class Judgement(StrEnum):
    """What a comparison found."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


class Claim(NamedTuple):
    """What a numeric difference claims: two trees, the point where they differ, and the bits that showed it."""

    gold: Node
    answer: Node
    point: Point
    bits: int


class Result(NamedTuple):
    """A judgement, the tier that gave it, a witness that anyone can check, and the claim that can be certified."""

    judgement: Judgement
    tier: str
    witness: Mapping[str, Any] = {}  # never written to
    claim: Claim | None = None


def same(tier: str) -> Result:
    """Say that two answers are equal."""
    return Result(Judgement.SAME, tier)


def different(tier: str, **witness: Any) -> Result:
    """Say that two answers differ, with a witness."""
    return Result(Judgement.DIFFERENT, tier, witness)


def undecided(tier: str, **witness: Any) -> Result:
    """Say that nothing was decided, and why."""
    return Result(Judgement.UNDECIDED, tier, witness)


def equal(gold: Node, answer: Node, *, tolerance: float | None = None) -> Result:
    """Compare two scalar expressions."""
    if gold == answer:
        return same("structure")
    plain, other = lowered(gold), lowered(answer)
    if isinstance(plain, Num) and isinstance(other, Num) and tolerance is None and _settled(plain, other):
        return same("exact") if plain.value == other.value else _numbers_differ(plain.value, other.value)
    result = _tiers(plain, other)
    if result.judgement is Judgement.DIFFERENT:
        if tolerance is not None and rounding.within(plain, other, tolerance):
            return same("tolerance")
        if rounding.rounds_to(plain, other):
            return same("stated digits")
    return result


def _settled(gold: Num, answer: Num) -> bool:
    return gold.value == answer.value or gold.places is None or answer.places is not None


def _numbers_differ(expected: Fraction, got: Fraction, **more: str) -> Result:
    return different("exact", expected=_shown(expected), got=_shown(got), **more)


def _shown(value: Fraction) -> str:
    bits = value.numerator.bit_length() + value.denominator.bit_length()
    return str(value) if bits < 400 else f"{'-' if value < 0 else ''}about 2^{bits}"  # readable


def _tiers(gold: Node, answer: Node) -> Result:
    numbers = monomials.pair(gold, answer)
    if numbers is not None:
        expected, got, factors = numbers
        if expected == got:
            return same("exact")
        return _numbers_differ(expected, got, **({"times": factors} if factors else {}))
    try:
        return _exact(gold, answer)
    except UndefinedError as error:
        return _undefined(gold, answer, str(error))
    except (InexactError, TooLargeError):
        pass
    try:
        return _probed(gold, answer)
    except TooLargeError as error:
        return undecided("probe", too_large=str(error))
    except UnsupportedError as error:
        return _proved(gold, answer, str(error))


def _proved(gold: Node, answer: Node, why: str) -> Result:
    """Ask SymPy about what has no numeric rule here."""
    from verisieve.verifiers.math import prover  # few judgements need it

    if not meter.ask():
        return undecided("sympy", too_large="too many questions")
    try:
        found = prover.ask(gold, answer)
    except prover.UnsendableError:
        return undecided("probe", unsupported=why)
    if found["same"] is None:
        return undecided("sympy", unsupported=found.get("note", why))
    if found["same"]:
        return same("sympy")
    expected, got = found["values"]
    return different("sympy", at=found["at"], expected=expected, got=got)


def _undefined(gold: Node, answer: Node, why: str) -> Result:
    """Tell a side without a value from one that has one; everything else without values is beyond us."""
    for lost, other in ((gold, answer), (answer, gold)):
        try:
            exact.rational(lost)
        except UndefinedError:
            if _has_value(other):
                return different("exact", undefined=why)
        except MathsError:
            continue
    return undecided("exact", undefined=why)


def _has_value(node: Node) -> bool:
    try:
        settle(node, Point({}, real=False))
    except MathsError:
        return False
    return not symbols(node)


def _exact(gold: Node, answer: Node) -> Result:
    names = symbols(gold) | symbols(answer)
    if not names:
        expected, got = exact.rational(gold), exact.rational(answer)
        return same("exact") if expected == got else _numbers_differ(expected, got)
    if exact.same_function(gold, answer, names):
        return same("polynomial")
    point = points(names)[0]
    return different("polynomial", **_witness(gold, answer, point))


def _witness(gold: Node, answer: Node, point: Point) -> dict[str, Any]:
    """Return a point and both values there, as text."""
    found: dict[str, Any] = {
        "at": {name: str(value) for name, value in point.env.items() if name[0] != units.DIMENSION}
    }
    for side, node in (("expected", gold), ("got", answer)):
        try:
            value = probe.evaluate(node, point._replace(real=False)).value
            found[side] = probe.context(probe.BASE_BITS).nstr(value, 15)
        except MathsError as error:
            found[side] = str(error)
    return found


def _probed(gold: Node, answer: Node) -> Result:
    names = (symbols(gold) | symbols(answer)) - {"ZZ"}
    used = heads(gold) | heads(answer)
    imaginary = bool(used & _COMPLEX_HEADS) or any(part == Sym("i") for side in (gold, answer) for part in walk(side))
    result = _agreement(gold, answer, names, used, plane=imaginary)
    if result.judgement is Judgement.DIFFERENT and "log" in used:
        decimal = _agreement(gold, answer, names, used, plane=imaginary, log_base=10)
        return decimal if decimal.judgement is Judgement.SAME else result
    return result


def _agreement(
    gold: Node, answer: Node, names: frozenset[str], used: frozenset[str], *, plane: bool, log_base: int = 0
) -> Result:
    modes = [(False, True)] if plane else [(False, False), (True, False), (False, True), (True, True)]
    if not names:
        modes = [(False, plane), (False, True)]
    elif _whole_only(gold, answer, names, used):
        modes = [mode for mode in modes if mode[0]] or modes
    for whole, complex_mode in modes:
        samples = (
            [Point({}, real=not complex_mode)] if not names else list(points(names, whole=whole, plane=complex_mode))
        )
        at_breaks = _at_breaks(gold, answer, names, used, whole=whole) if names and not complex_mode else []
        places = [point._replace(log_base=log_base) for point in (*at_breaks, *samples)]
        wanted = len(places) if at_breaks else _wanted(places, used, whole=whole)
        result = _walk(gold, answer, places, wanted, len(at_breaks))
        if result is not None:
            return result
    return _undefined(gold, answer, "no point where both sides have a value")


def _whole_only(gold: Node, answer: Node, names: frozenset[str], used: frozenset[str]) -> bool:
    """Say whether only whole numbers are meant: steps of what counts, or an operation on whole numbers."""
    if names <= _WHOLE_NAMES and used & (breaks.STEPS | {"cong"}):
        return True
    return "cases" not in used and any(_needs_integers(side, frozenset()) for side in (gold, answer))


def _at_breaks(gold: Node, answer: Node, names: frozenset[str], used: frozenset[str], *, whole: bool) -> list[Point]:
    """Return the samples that must be looked at where a side changes its rule."""
    if whole:
        return breaks.whole_samples(gold, answer, names) if used & breaks.STEPPED else []
    return breaks.samples(gold, answer, names) if used & breaks.HEADS else []


def _needs_integers(node: Node, bound: frozenset[str]) -> bool:
    """Say whether a factorial, binomial or sum depends on a variable, so that only whole numbers have values."""
    if not isinstance(node, Apply):
        return False
    if node.head in {"sum", "prod"} and isinstance(node.args[0], Sym):
        bound |= {node.args[0].name}
        if (symbols(node.args[1]) | symbols(node.args[2])) - bound:
            return True
    if node.head in _WHOLE_HEADS and symbols(node) - bound:
        return True
    return any(_needs_integers(arg, bound) for arg in node.args)


def _must_have_value(gold: Node, answer: Node, *, at_break: bool) -> bool:
    """Say whether an answer is wrong that has no value where the gold has one; at a break it may lack one."""
    used = heads(gold)
    if "cases" in used | heads(answer) or _even_logarithm(gold):
        return True
    return not at_break and bool(used & breaks.HEADS)


def _even_logarithm(node: Node) -> bool:
    """Say whether a tree has the logarithm of an even power: ln(x^2) has values where 2 ln(x) has none."""
    for part in walk(node):
        if isinstance(part, Apply) and part.head in {"ln", "log", "logb"} and isinstance(part.args[0], Apply):
            inner = part.args[0]
            if inner.head == "pow" and isinstance(inner.args[1], Num) and inner.args[1].value % 2 == 0:
                return True
    return False


def _wanted(samples: list[Point], used: frozenset[str], *, whole: bool) -> int:
    """Return how many samples must agree: 2^(n-1) and a polynomial may do so at the first few whole numbers."""
    if not samples[0].env:
        return 1
    if "cases" in used:
        return len(samples)
    if whole:
        return len(samples) if len(samples[0].env) == 1 else 12  # of pairs that half may lack a value
    return 6 if used & _BRANCHED_HEADS else 4


def _walk(gold: Node, answer: Node, samples: list[Point], wanted: int, at_breaks: int) -> Result | None:
    """Compare at samples in turn; None where too few of them have values. The first few are at and between breaks."""
    agreed = 0
    too_large: TooLargeError | None = None
    for index, point in enumerate(samples):
        try:
            left = settle(gold, point)
        except UndefinedError:
            continue
        except TooLargeError as error:
            too_large = error
            continue
        try:
            right = settle(answer, point)
        except UndefinedError:
            if point.real and _must_have_value(gold, answer, at_break=index < at_breaks):
                return different("probe", **_witness(gold, answer, point))
            continue
        except TooLargeError as error:
            too_large = error
            continue
        if not close(left, right):
            claim = Claim(gold, answer, point, max(probe.BASE_BITS, -left.error, -right.error))
            return different("probe", **_witness(gold, answer, point))._replace(claim=claim)
        agreed += 1
        if agreed >= wanted:
            return same("probe")
    if too_large is not None and not agreed and not any(point.env for point in samples):
        raise too_large
    return same("probe") if agreed >= min(2, wanted) else None
