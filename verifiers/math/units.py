"""Units of measurement and money: each is an exact factor times powers of base dimensions.

A unit becomes plain algebra: 5 cm is 5/100 times the symbol `§m`, so conversion is polynomial arithmetic.
Factors: SI brochure (9th ed.), NIST SP 811 for the customary units. Temperatures are affine and live in `TEMPERATURES`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import NamedTuple

from verisieve.verifiers.math.nodes import Apply, Node, Num, Sym, apply, number

DIMENSION = "§"


class Scale(NamedTuple):
    """A factor and the powers of base dimensions."""

    factor: Fraction
    powers: tuple[tuple[str, int], ...]


_PREFIXES = {"f": -15, "p": -12, "n": -9, "μ": -6, "m": -3, "c": -2, "d": -1, "k": 3, "M": 6, "G": 9, "T": 12}
_LONG_PREFIXES = {
    "pico": -12,
    "nano": -9,
    "micro": -6,
    "milli": -3,
    "centi": -2,
    "deci": -1,
    "kilo": 3,
    "mega": 6,
    "giga": 9,
    "tera": 12,
}

# symbol, factor, powers, names
_SI: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("m", "1", "m", ("meter", "metre")),
    ("g", "1/1000", "kg", ("gram", "gramme")),
    ("s", "1", "s", ("second",)),
    ("L", "1/1000", "m3", ("liter", "litre")),
    ("A", "1", "A", ("ampere", "amp")),
    ("N", "1", "kg m s-2", ("newton",)),
    ("J", "1", "kg m2 s-2", ("joule",)),
    ("Nm", "1", "kg m2 s-2", ()),
    ("Wh", "3600", "kg m2 s-2", ()),
    ("Ah", "3600", "A s", ()),
    ("W", "1", "kg m2 s-3", ("watt",)),
    ("Pa", "1", "kg m-1 s-2", ("pascal",)),
    ("V", "1", "kg m2 s-3 A-1", ("volt",)),
    ("Ω", "1", "kg m2 s-3 A-2", ("ohm",)),
    ("C", "1", "A s", ("coulomb",)),
    ("F", "1", "kg-1 m-2 s4 A2", ("farad",)),
    ("T", "1", "kg s-2 A-1", ("tesla",)),
    ("Hz", "1", "s-1", ("hertz",)),
    ("mol", "1", "mol", ("mole",)),
    ("eV", "1602176634/10000000000000000000000000000", "kg m2 s-2", ("electronvolt",)),
    ("cal", "4184/1000", "kg m2 s-2", ("calorie",)),
    ("bar", "100000", "kg m-1 s-2", ()),
)
_OTHER: tuple[tuple[str, str, str], ...] = (
    ("in inch inches", "127/5000", "m"),
    ("ft foot feet", "381/1250", "m"),
    ("yd yard yards", "1143/1250", "m"),
    ("mi mile miles", "201168/125", "m"),
    ("lb lbs pound pounds", "45359237/100000000", "kg"),
    ("oz ounce ounces", "45359237/1600000000", "kg"),
    ("tonne tonnes t", "1000", "kg"),
    ("ton tons", "45359237/50000", "kg"),
    ("sec secs second seconds", "1", "s"),
    ("min mins minute minutes", "60", "s"),
    ("h hr hrs hour hours", "3600", "s"),
    ("d day days", "86400", "s"),
    ("wk week weeks", "604800", "s"),
    ("mo month months", "1", "month"),
    ("yr yrs year years", "12", "month"),
    ("decade decades", "120", "month"),
    ("century centuries", "1200", "month"),
    ("mph", "1397/3125", "m s-1"),
    ("kph kmh kmph", "5/18", "m s-1"),
    ("fps", "381/1250", "m s-1"),
    ("kmps", "1000", "m s-1"),
    ("knot knots", "463/900", "m s-1"),
    ("acre acres", "316160658/78125", "m2"),
    ("ha hectare hectares", "10000", "m2"),
    ("gal gallon gallons", "473176473/125000000000", "m3"),
    ("qt quart quarts", "473176473/500000000000", "m3"),
    ("pt pint pints", "473176473/1000000000000", "m3"),
    ("cup cups", "473176473/2000000000000", "m3"),
    ("floz", "473176473/16000000000000", "m3"),
    ("cc", "1/1000000", "m3"),
    ("atm", "101325", "kg m-1 s-2"),
    ("ml", "1/1000000", "m3"),
    ("kwh kWh", "3600000", "kg m2 s-2"),
    ("K kelvin kelvins", "1", "K"),
    ("usd dollar dollars buck bucks", "1", "usd"),
    ("cent cents ¢", "1/100", "usd"),
    ("dime dimes", "1/10", "usd"),
    ("nickel nickels", "1/20", "usd"),
    ("gbp sterling", "1", "gbp"),
    ("pence penny pennies", "1/100", "gbp"),
    ("eur euro euros", "1", "eur"),
    ("inr rupee rupees", "1", "inr"),
    ("jpy yen", "1", "jpy"),
    ("krw won", "1", "krw"),
    ("rub ruble rubles", "1", "rub"),
    ("cny yuan rmb", "1", "cny"),
    ("rad rads radian radians", "1", ""),
    ("percent pct", "1/100", ""),
    ("hundred", "100", ""),
    ("thousand", "1000", ""),
    ("million millions", "1000000", ""),
    ("billion billions bn", "1000000000", ""),
    ("trillion trillions", "1000000000000", ""),
    ("dozen dozens", "12", ""),
    ("unit units", "1", "unit"),
    ("bit bits", "1", "bit"),
    ("byte bytes", "8", "bit"),
)
ANGLES = {"deg": Fraction(1, 180), "arcmin": Fraction(1, 10800), "arcsec": Fraction(1, 648000)}
ANGLE_NAMES = {
    "degree": "deg",
    "degrees": "deg",
    "deg": "deg",
    "degs": "deg",
    "arcmin": "arcmin",
    "arcminutes": "arcmin",
    "arcsec": "arcsec",
}
TEMPERATURES = {
    "degC": (Fraction(1), Fraction(27315, 100)),
    "degF": (Fraction(5, 9), Fraction(45967, 180)),
}
TEMPERATURE_NAMES = {"celsius": "degC", "centigrade": "degC", "fahrenheit": "degF"}
SCALES = frozenset({"hundred", "thousand", "million", "billion", "trillion", "dozen", "percent", "rad"})
MONEY = frozenset({"usd", "gbp", "eur", "inr", "jpy", "krw", "rub", "cny"})


def _powers(text: str) -> tuple[tuple[str, int], ...]:
    found = []
    for part in text.split():
        name = part.rstrip("-0123456789")
        found.append((name, int(part[len(name) :] or 1)))
    return tuple(found)


def _build() -> tuple[dict[str, Scale], dict[str, str]]:
    table: dict[str, Scale] = {}
    names: dict[str, str] = {}
    prefixes, longs = {"": 0} | _PREFIXES, {"": 0} | _LONG_PREFIXES
    scales = {exponent: Fraction(10) ** exponent for exponent in prefixes.values()}
    short = {exponent: prefix for prefix, exponent in reversed(prefixes.items())}  # the first of equal ones
    for symbol, factor, powers, words in _SI:
        base = Fraction(factor)
        dimensions = _powers(powers)
        for prefix, exponent in prefixes.items():
            table[prefix + symbol] = Scale(base * scales[exponent], dimensions)
        for word in words:
            for long, exponent in longs.items():
                names[long + word] = names[f"{long}{word}s"] = short[exponent] + symbol
    for aliases, factor, powers in _OTHER:
        canonical, *others = aliases.split()
        table[canonical] = Scale(Fraction(factor), _powers(powers))
        names.update(dict.fromkeys(others, canonical))
    return table, names


UNITS, _NAMES = _build()
_NAMES |= (
    ANGLE_NAMES
    | TEMPERATURE_NAMES
    | {"kgs": "kg", "kms": "km", "cms": "cm", "l": "L", "hertz": "Hz", "ohms": "Ω", "kohm": "kΩ", "Mohm": "MΩ"}
)
_NAMES |= {"inch": "in", "GBP": "gbp", "USD": "usd", "EUR": "eur", "bn": "billion", "um": "μm", "mL": "mL"}
CASELESS_LENGTH = 3  # shorter names keep their case: mW is no MW


def lookup(word: str) -> str | None:
    """Return the canonical name of a unit word, or None.

    >>> lookup("Centimeters"), lookup("mph"), lookup("apples")
    ('cm', 'mph', None)
    """
    if word in UNITS or word in ANGLES:
        return word
    if word in _NAMES:
        return _NAMES[word]
    low = word.lower()
    if len(word) >= CASELESS_LENGTH:
        return _NAMES.get(low) or (low if low in UNITS else None)
    return None


def spellings(name: str) -> list[str]:
    """Return every word for a unit, in lower case."""
    return sorted({name.lower(), *(word.lower() for word, canonical in _NAMES.items() if canonical == name)})


@cache
def algebra(name: str) -> Node:
    """Return a unit as a number times powers of dimension symbols."""
    if name in ANGLES:
        return apply("mul", number(ANGLES[name]), Sym("pi"))
    if name in TEMPERATURES:
        return Sym(DIMENSION + name)
    scale = UNITS[name]
    parts: list[Node] = [Num(scale.factor)]
    for dimension, power in scale.powers:
        base = Sym(DIMENSION + dimension)
        parts.append(base if power == 1 else apply("pow", base, number(power)))
    return Apply("mul", tuple(parts)) if len(parts) > 1 else parts[0]


def money(name: str) -> bool:
    """Say whether a unit is money."""
    return name in UNITS and any(dimension in MONEY for dimension, _ in UNITS[name].powers)


@cache
def pure(name: str) -> bool:
    """Say whether a unit has no dimension at all, such as a million or a degree."""
    return name in ANGLES or (name in UNITS and not UNITS[name].powers)
