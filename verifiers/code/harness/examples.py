"""The examples of a docstring in the tester's box: `with __example__(...) as show: show(f(1))`, as doctest does it."""

from __future__ import annotations

import ast
import io
import sys
from typing import Any


class Example:
    """One example: catches what is shown, printed or raised, and holds it against what the docstring says."""

    def __init__(self, want: str, raises: str | None, flags: int) -> None:
        self.want = want
        self.raises = raises  # the last line of a traceback: `ValueError: n is negative`
        self.flags = flags
        self.value: Any = None

    def __enter__(self) -> Any:
        self.printed, self.stdout = io.StringIO(), sys.stdout
        sys.stdout = self.printed
        return self.show

    def show(self, value: Any) -> None:
        """Print a value as the interactive interpreter does."""
        self.value = value
        if value is not None:
            print(repr(value))  # noqa: T201  # into the buffer

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        sys.stdout = self.stdout
        got = self.printed.getvalue()
        if error is not None and (self.raises is None or not isinstance(error, Exception)):
            return False
        if self.raises is not None:
            got = f"{kind.__name__}: {error}\n" if kind and str(error) else f"{kind.__name__}\n" if kind else got
        if not self.holds(got):
            failure = AssertionError(f"got {got[:300]!r}")
            failure.__dict__["expected"] = self.want if self.raises is None else self.raises
            raise failure from None
        return error is not None

    def holds(self, got: str) -> bool:
        """Whether the output is the documented one, or both are literals of equal value."""
        import doctest

        want = self.want if self.raises is None else self.raises
        flags = self.flags | doctest.NORMALIZE_WHITESPACE
        if self.raises is not None and self.flags & doctest.IGNORE_EXCEPTION_DETAIL:
            want, got = (text.partition(":")[0].rpartition(".")[2].strip() + "\n" for text in (want, got))
        return doctest.OutputChecker().check_output(want, got, flags) or self.equal(want)

    def equal(self, want: str) -> bool:
        """Whether the docstring shows the value, spelled otherwise: other quotes, spaces, order of a set."""
        try:
            value = ast.literal_eval(want.strip())
        except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
            return False
        return type(value) is type(self.value) and bool(value == self.value)
