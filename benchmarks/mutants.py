"""Programs with one small fault, made from a right one in any brace language; text in, text out, nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from verisieve.verifiers.code.braces import Syntax, mask

_SWAPS = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "===": "!==", "!==": "===",
    "&&": "||", "||": "&&", "+": "-", "-": "+", "*": "+", "/": "*", "%": "*", "++": "--", "--": "++",
    "+=": "-=", "-=": "+=", "*=": "+=", "true": "false", "false": "true",
}  # fmt: skip
_SPOT = re.compile(
    r"=>|->|<-|::|<<|>>|\*\*|(?P<operator>[=!]==?|[<>]=|&&|\|\||\+\+|--|[-+*]=|(?<=[\w)\] ])[-+*/%<>](?=[\w(\[ ]))"
    r"|\b(?P<word>true|false)\b|(?<![\w.])(?P<number>\d+)(?![\w.'])"
)


class Mutant(NamedTuple):
    """A changed program, and what was changed on which line."""

    code: str
    line: int
    change: str


def mutants(code: str, syntax: Syntax, start: int = 0) -> Iterator[Mutant]:
    """Yield each program that differs from the code in one operator, constant or number after a place.

    >>> from verisieve.verifiers.code.languages.javascript import SYNTAX
    >>> [mutant.change for mutant in mutants("if (a < 10) s = 'b < c'", SYNTAX)]
    ['< to <=', '10 to 11']
    """
    for match in _SPOT.finditer(mask(code, syntax).text, start):
        old = match["operator"] or match["word"] or match["number"]
        new = str(int(old) + 1) if match["number"] else _SWAPS.get(old or "")
        if new is not None:
            changed = code[: match.start()] + new + code[match.end() :]
            yield Mutant(changed, code.count("\n", 0, match.start()) + 1, f"{old} to {new}")


def sample(code: str, syntax: Syntax, start: int, most: int, seed: str) -> list[Mutant]:
    """Draw some of them."""
    found = list(mutants(code, syntax, start))
    return Random(seed).sample(found, min(most, len(found)))
