"""What a derivation is made of: statements with links, and what was found about each link."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from verisieve.verifiers.math.nodes import Apply, Node


class Status(StrEnum):
    """What is known of one step; `assumed` is new information and no step at all."""

    PROVED = "proved"
    AGREES = "agrees"
    ASSUMED = "assumed"
    BAD = "bad"
    UNVERIFIABLE = "unverifiable"


class Found(NamedTuple):
    """A status, the tier that gave it, and a witness that anyone can check."""

    status: Status
    tier: str
    witness: Mapping[str, Any] = {}  # never written to


class Link(NamedTuple):
    """One relation between two members; a member that cannot be read is None.

    `shaky` says that prose may belong to a member, so that a difference proves nothing.
    """

    left: Node | None
    relation: str
    right: Node | None
    text: str
    shaky: bool = False
    named: bool = False  # the left member is words: a name for the right one
    continued: bool = False  # goes on from the link before

    @property
    def node(self) -> Node | None:
        """The relation as a tree, if it can be read."""
        if self.left is None or self.right is None:
            return None
        return Apply(self.relation, (self.left, self.right))


Chain = tuple[Link, ...]


class Cue(StrEnum):
    """What the prose around a statement makes of it."""

    NONE = ""
    IMPLIES = "implies"  # so, therefore, an arrow
    EQUIVALENT = "equivalent"
    CONDITION = "condition"  # if, when, suppose, case
    REASON = "reason"  # since, because
    DEFINES = "defines"  # let, where, define
    MENTION = "mention"  # a goal, a question, something rejected


class Statement(NamedTuple):
    """What one place of the text states: a chain, or several chains of which one holds."""

    line: int
    text: str
    branches: tuple[Chain, ...]
    cue: Cue = Cue.NONE
    adjacent: bool = False  # nothing but connectives since the statement before
    sentence: int = 0
    before: str = ""
    after: str = ""
    modulus: Node | None = None
    note: bool = False  # a calculator's
    row: bool = False  # a row of a display, or a line of its own
    whole: Chain = ()  # the chain that it is a part of, over several statements


class Step(NamedTuple):
    """One judged link."""

    line: int
    text: str
    status: Status
    tier: str
    witness: Mapping[str, Any] = {}  # never written to
