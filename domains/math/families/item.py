"""What a family makes: a question, its answer found in two ways, and the lines of a worked solution, as LaTeX."""

from __future__ import annotations

from typing import NamedTuple


class Item(NamedTuple):
    """A question with its answer and the same answer found in another way; `kind` is the truth's type.

    Each of `steps` is one line of work: a chain of equalities, or an equation that follows from those above.
    """

    prompt: str
    answer: str
    again: str
    kind: str = "number"
    steps: tuple[str, ...] = ()
