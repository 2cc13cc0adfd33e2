"""Why a new problem, or the spec of a text, does not pass, beyond the domain's Reason."""

from __future__ import annotations

from enum import StrEnum


class TaskReason(StrEnum):
    """Each is given by one gate alone."""

    NO_CLAIM = "no_claim"  # the reply has no readable spec
    HOLDS_GOLD = "holds_gold"  # the reply gives an answer, which nobody asked it for
    ADDRESSED = "addressed"  # the text speaks to a checker or a model
    MALFORMED = "malformed"  # the spec is not typed, or too large
    UNSATISFIABLE = "unsatisfiable"
    AMBIGUOUS = "ambiguous"  # more than one answer where there must be one
    UNDECIDED = "undecided"  # too hard for our solvers
    SOLVERS_DISAGREE = "solvers_disagree"
    REDUNDANT = "redundant"  # a clue can be left out
    TRIVIAL = "trivial"  # a guess solves it
    DUPLICATE = "duplicate"  # another one under renaming and symmetry
    WEAK_CHECKER = "weak_checker"  # a changed answer passes that is not shown right
    LEAKED = "leaked"  # the text tells the answer
    MISTRANSLATED = "mistranslated"  # the text says something else than the spec
    NOT_HARDER = "not_harder"
    NOT_EASIER = "not_easier"
    OTHER_SPEC = "other_spec"  # a spec that says something else than the text
