"""Real numbers as enclosures, in two ways: mpmath's intervals, and balls of python-flint where it is installed.

Each field gives the same few functions; whatever it returns surely holds the true value. mpmath's contexts are per
thread; flint's precision is one for the process, so a ball is computed under a lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

Real = Any  # an ivmpf or an arb
_local = threading.local()
_flint_lock = threading.RLock()


class Field(NamedTuple):
    """Real arithmetic on enclosures at one precision; the operators + - * / are the values' own."""

    name: str
    rational: Callable[[Fraction], Real]
    pi: Real
    functions: dict[str, Callable[[Real], Real]]  # exp log sqrt sin cos atan
    ends: Callable[[Real], tuple[Fraction, Fraction] | None]  # None where it is not finite


@cache
def flint() -> ModuleType | None:
    """Return python-flint, or None where it is not installed."""
    try:
        import flint as found  # an accelerator, loaded on use
    except ImportError:
        return None
    return found


@contextmanager
def field(bits: int, *, fast: bool = True) -> Iterator[Field]:
    """Give the field to compute in: balls where there is python-flint and they are wanted, intervals otherwise."""
    module = flint() if fast else None
    if module is None:
        yield _intervals(bits)
        return
    with _flint_lock:
        before, module.ctx.prec = module.ctx.prec, bits
        try:
            yield _balls(module)
        finally:
            module.ctx.prec = before


def _intervals(bits: int) -> Field:
    context = getattr(_local, "intervals", None)
    if context is None:
        from mpmath.ctx_iv import MPIntervalContext  # loaded on use

        context = _local.intervals = MPIntervalContext()
    context.prec = bits

    def rational(value: Fraction) -> Real:
        above = context.mpf(value.numerator)
        return above if value.denominator == 1 else above / value.denominator

    def atan(value: Real) -> Real:
        return context.atan2(value, context.mpf(1))

    functions = {name: getattr(context, name) for name in ("exp", "log", "sqrt", "sin", "cos")} | {"atan": atan}
    return Field("mpmath", rational, +context.pi, functions, _interval_ends)


def _interval_ends(value: Real) -> tuple[Fraction, Fraction] | None:
    ends = []
    for sign, man, exp, _ in value._mpi_:
        if not man and exp:  # an infinity or no number
            return None
        ends.append((-1 if sign else 1) * _dyadic(man, exp))
    return ends[0], ends[1]


def _balls(module: ModuleType) -> Field:
    def rational(value: Fraction) -> Real:
        return module.arb(module.fmpq(value.numerator, value.denominator))

    functions: dict[str, Callable[[Real], Real]] = {
        name: lambda value, name=name: getattr(value, name)()  # type: ignore[misc]
        for name in ("exp", "log", "sqrt", "sin", "cos", "atan")
    }
    return Field("flint", rational, module.arb.pi(), functions, _ball_ends)


def _ball_ends(value: Real) -> tuple[Fraction, Fraction] | None:
    if not value.is_finite():
        return None
    middle, radius = (_dyadic(*map(int, part.man_exp())) for part in (value.mid(), value.rad()))
    return middle - radius, middle + radius


def _dyadic(man: int, exp: int) -> Fraction:
    return Fraction(int(man) << exp) if exp >= 0 else Fraction(int(man), 1 << -exp)
