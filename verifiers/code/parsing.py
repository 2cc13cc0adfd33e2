"""Reading a model's text as Python without running it: one error for all that can be wrong, and no warnings."""

from __future__ import annotations

import ast
import warnings


class ParseError(ValueError):
    """A text that is no Python, or is nested too deeply."""


def parse(text: str) -> ast.Module:
    r"""Parse a program; raise ParseError for a text that is none.

    >>> parse("x = 1\n").body[0].lineno
    1
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # of strange escapes, which are the model's matter
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ParseError(f"no Python: {type(error).__name__}") from None


def tree(text: str) -> ast.Module | None:
    """Parse a program; None for a text that is none."""
    try:
        return parse(text)
    except ParseError:
        return None


def literal(node: ast.expr) -> object:
    """Return the value of a literal; raise ParseError for anything else."""
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError) as error:
        raise ParseError(f"not a literal: {type(error).__name__}") from None
    return value
