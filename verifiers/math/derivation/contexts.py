"""What the words of a whole text make of its signs: modular arithmetic, other bases, clocks, degrees, approximations.

    setting("", "Working modulo 5: 7^2 = 4").admits(Fraction(49), Fraction(4))

There a calculation that is false in the plain reading may be true.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from verisieve.verifiers.math.derivation import cues
from verisieve.verifiers.math.nodes import Node, number

_MODULAR = re.compile(
    r"\bmod(?:ulo|ular|uli)?\b|\\[bp]?mod\b|≡|\\equiv|\bcongru(?:en|o)|\b[ZF]_\{?\w|\\mathbb\s*\{?[ZF]\}?\s*(?:_|/)|\bZ/|ℤ|"
    r"\bGF\s?\(|\bfinite\s+field|\bresidue",
    re.IGNORECASE,
)
_MODULI = re.compile(
    r"(?:\bmod(?:ulo|ulus)?\b|\\[bp]?mod\b|\b[ZF]_|\\mathbb\s*\{?[ZF]\}?\s*_|[ZℤF]\}?\s*/|\bGF\s?\()[\s{(=$]*(?:is\s+)?(\d{1,9})(?:\s*\^\s*(\d))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b\d{1,2}(?::\d\d)?\s*[ap]\.?m\b|o'clock|o’clock|\bclock|\bmidnight|\bnoon\b", re.IGNORECASE)
_DAY = 24
_BASES = re.compile(
    r"\bbinary\b(?!\s+(?:search|tree|heap|string|choice|outcome|variable))|\bhexadecimal\b|\bhex\b|\boctal\b|\bternary\b|\bbase[-\s]+(?:\d|b\b|two|three|four|five|six|seven|eight|nine|twelve|sixteen|\$)|"
    r"\bboolean\b|\bxor\b|\bconcatenat|\bJavaScript\b",
    re.IGNORECASE,
)
_OPERATIONS = re.compile(
    r"\b(?:operation|operator|binary\s+operation|define[ds]?|denotes?)\b[^\n]{0,80}?"
    r"\b[a-z]\s*(?:\*|\\ast|\\star|⋆|★|∘|\\circ|@|#|◇|◊|\\oplus|⊕|\\otimes|⊗|\\diamond|\\triangle|△|∇|&|∗|\\odot|⊙|\\clubsuit|♣|\\spadesuit|\\heartsuit)"
    r"\s*[a-z]\b",
    re.IGNORECASE,
)


_DEGREES = re.compile(r"°|\\circ|\\degree|\bdegrees?\b")


_UNITS = {
    "h": "hours",
    "s": "seconds",
    "g": "grams",
    "L": "liters",
    "m": "meters",
    "N": "newtons",
    "J": "joules",
    "W": "watts",
    "V": "volts",
}
_A_SECOND = r"(?=\s?/\s?(?:s|h|min|seconds?|hours?)(?![\w^]))"  # m/s
_AFTER_NUMBER = r"(?:(?<=\d)[\s~]+|(?<=/)\s?)"


def spelled(text: str, *, prompt: str = "") -> str:
    """Spell out the units of one letter, if the letter stands nowhere but after a number or a stroke.

    >>> spelled("150 km / 2.5 h = 60 km/h"), spelled("2.5 h = 5, h = 2")
    ('150 km / 2.5 hours = 60 km/hours', '2.5 h = 5, h = 2')
    """
    for letter, name in _UNITS.items():
        unit = re.compile(rf"(?:{_AFTER_NUMBER}{letter}|(?<![\w/\\]){letter}{_A_SECOND})(?:(?=[²³])|(?![\w(^_'{{]))")
        used = re.compile(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])")
        if unit.search(text) and not used.search(unit.sub(" ", f"{prompt}\n{text}")):
            text = unit.sub(lambda match, name=name: f"{match[0][:-1]}{name}", text)  # type: ignore[misc]
    return text


_REFERENCE = re.compile(r"(?<=[A-Za-z]{2})(\.?\s+)\((\d{1,2}|[A-C]|\*+)\)")
_LABEL = re.compile(
    r"(?<=[\d})\]a-z])[ \t]+\((\d{1,2}|[A-C]|\*+)\)(?=[ \t]*[.,;:]?(?:\s|$))"
    r"|(?m:^)\W*\((\d{1,2})\) |\\tag\s*\{(\d{1,2})\}"
)


def unlabelled(text: str) -> str:
    """Take away the labels of equations that the text refers to, and the references to them.

    >>> unlabelled("x + y = 10 (1)\\n2x = 7 (3)\\nBy (1) and (2), y = 6.5.")
    'x + y = 10\\n2x = 7 (3)\\nBy  and (2), y = 6.5.'
    """
    referred = {match[2] for match in _REFERENCE.finditer(text)}
    labels = {next(filter(None, match.groups())) for match in _LABEL.finditer(text) if not _words_before(text, match)}
    if not referred & labels:
        return text
    text = _REFERENCE.sub(lambda match: match[1] if match[2] in labels else match[0], text)
    return _LABEL.sub(lambda match: "" if match[1] in referred and not _words_before(text, match) else match[0], text)


def _words_before(text: str, match: re.Match[str]) -> bool:
    """Say whether words stand before a label: from (1)."""
    return bool(re.search(r"[A-Za-z]{2,}\.?$", text[: match.start()]))


class Setting(NamedTuple):
    """What the words of a question and its solution say about all its steps."""

    positive: bool  # lengths, counts and the like
    degrees: bool  # angles may be in degrees, so that nothing is certain about functions of angles
    hopeless: bool  # contradictions, or equations without solutions
    whole: bool  # integers
    rough: bool  # approximations
    pure: bool  # nothing but equations: no word that may begin a case or rule a solution out
    moduli: frozenset[int] = frozenset()
    clock: bool = False
    strange: bool = False  # an arithmetic that is not read

    @property
    def modulus(self) -> Node | None:
        """The one modulus that the text speaks of."""
        return number(*self.moduli) if len(self.moduli) == 1 else None

    def admits(self, left: Fraction | None, right: Fraction | None) -> bool:
        """Say whether two values that differ may be the same here."""
        if self.strange:
            return True
        if left is None or right is None:
            return bool(self.moduli)
        hours = self.clock and 0 <= right <= _DAY and (left - right) % 12 == 0
        turned = self.degrees and (left - right) % 360 == 0
        return hours or turned or any((left - right) % modulus == 0 for modulus in self.moduli)


def setting(prompt: str, text: str) -> Setting:
    """Look through a question and its solution."""
    both = f"{prompt}\n{text}"
    moduli = {int(base) ** int(power or 1) for base, power in _MODULI.findall(both) if int(base)}
    strange = _BASES.search(both) or _OPERATIONS.search(both) or (_MODULAR.search(both) and not moduli)
    degrees = bool(_DEGREES.search(both))
    return Setting(
        positive=bool(cues.POSITIVE.search(both)) or not cues.algebra(both),
        degrees=degrees,
        hopeless=bool(cues.HOPELESS.search(both)),
        whole=bool(cues.WHOLE.search(both)),
        rough=bool(cues.ROUGH.search(text)),
        pure=cues.pure(both),
        moduli=frozenset(moduli),
        clock=bool(_CLOCK.search(both)),
        strange=bool(strange),
    )
