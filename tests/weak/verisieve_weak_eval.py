"""A domain whose checker executes what it reads."""

from __future__ import annotations

from verisieve_weak import LINE, Weak


def _evaluated(text: str, right: str) -> bool | None:
    found = LINE.findall(text)
    try:
        return bool(found) and str(eval(found[-1])) == right
    except (ArithmeticError, AttributeError, NameError, SyntaxError, TypeError, ValueError):
        return None


by_eval = Weak("by_eval", _evaluated)
