"""The parts of a maths text grouped: statements, each of branches that `or` joins."""

from __future__ import annotations

import re

from verisieve.verifiers.math.derivation.split import Part, members


def grouped(found: list[Part]) -> list[list[list[Part]]]:
    """Group parts: statements, each of branches that `or` joins, each of chains."""
    statements: list[list[list[Part]]] = []
    for part in found:
        plain = not members(part.text)[1]
        if not statements or part.joint in {">", "=", "if", "since"}:
            statements.append([[part]])
        elif plain:
            value = _repeated(statements[-1][-1][-1], part)
            if value is not None and part.joint in {"or", ",", "and"}:
                statements[-1].append([value])
        elif part.joint == "or" or _another_value(statements[-1][-1][-1], part):
            statements[-1].append([part])
        elif len(statements[-1]) > 1:
            statements[-1][-1].append(part)
        else:
            statements.append([[part._replace(joint="")]])
    return statements


def _repeated(before: Part, part: Part) -> Part | None:
    """Read `x = 2 or 3` as `x = 2 or x = 3`."""
    texts, relations = members(before.text)
    if relations[-1:] != ["eq"] or not re.fullmatch(r"[\\a-zA-Z_{}\d]{1,12}", texts[0]):
        return None
    return Part(f"{texts[0]} = {part.text}", part.joint)


def _another_value(before: Part, part: Part) -> bool:
    """Say whether two chains give one name two values, as in `x = 2, x = 3`."""
    sides = [members(each.text)[0] for each in (before, part)]
    if sides[0][0] != sides[1][0] or len(sides[0][0]) > 3:  # a name is short
        return False
    return all("=" in each.text and re.search(r"\d", each.text.split("=")[-1]) for each in (before, part))
