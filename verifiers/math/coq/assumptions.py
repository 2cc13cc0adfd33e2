"""What Coq's two tools list as assumed, read strictly: whatever is not understood counts as an assumption."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from verisieve.verifiers.math.coq.sources import GIVEN, PREFIX, SOLUTION, VERDICT

CLOSED = "Closed under the global context"
NOTHING = "<none>"
_SECTION = re.compile(r"^\* (?P<title>[^:\n]+?)(?:: ?(?P<rest>.*))?$")
_NAME = re.compile(r"(?P<name>[^\s:]+)(?: :.*)?")
_FLAWS = {
    "Constants/Inductives relying on type-in-type": "type-in-type",
    "Constants/Inductives relying on unsafe (co)fixpoints": "unguarded recursion",
    "Inductives whose positivity is assumed": "unchecked positivity",
}


class Summary(NamedTuple):
    """What coqchk says of all libraries that it has loaded: axioms by their full names, and unchecked definitions."""

    axioms: frozenset[str]
    flaws: tuple[str, ...]


def summary(text: str) -> Summary | None:
    """Read the context summary at the end of what coqchk wrote; None where it has not the form that it must have."""
    _, found, tail = text.rpartition("\nCONTEXT SUMMARY\n===============\n")
    sections = _sections(tail) if found else {}
    if sections.get("Theory") != ["Set is predicative"] or set(sections) != {"Theory", "Axioms", *_FLAWS}:
        return None
    flaws = [f"{name}: {why}" for title, why in _FLAWS.items() for name in sections[title]]
    return Summary(frozenset(sections["Axioms"]), tuple(sorted(flaws)))


def _sections(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        head = _SECTION.match(line)
        if head:
            current = found.setdefault(head["title"], [])
            line = head["rest"] or ""
        if line.strip() and line.strip() != NOTHING:
            current.append(line.strip())
    return found


def checked(text: str, *libraries: str) -> bool:
    """Whether coqchk says that it has checked libraries of ours, each in full, and found them right."""
    lines = set(text.splitlines())
    return "Modules were successfully checked" in lines and all(
        f"Checking library: {PREFIX}.{name}" in lines for name in libraries
    )


def printed(text: str) -> list[str] | None:
    """Read what `Print Assumptions` wrote: the names, or whole lines where there is more to say; None for neither.

    >>> printed("Closed under the global context\\n")
    []
    >>> printed("Axioms:\\nclassic : forall P : Prop, P \\\\/ ~ P\\nf is assumed to be guarded.\\n")
    ['classic', 'f is assumed to be guarded.']
    """
    lines = text.splitlines()
    if lines == [CLOSED]:
        return []
    if len(lines) < 2 or lines[0] != "Axioms:":
        return None
    entries = [line for line in lines[1:] if line and not line[0].isspace()]
    return [match["name"] if (match := _NAME.fullmatch(line)) else line for line in entries]


def resolve(name: str, known: Iterable[str]) -> list[str]:
    """Return the full names that a printed or written name may mean.

    >>> resolve("Classical_Prop.classic", ["Coq.Logic.Classical_Prop.classic", "Coq.Init.x"])
    ['Coq.Logic.Classical_Prop.classic']
    """
    return sorted(full for full in known if full == name or full.endswith(f".{name}"))


def refused(names: Iterable[str], known: frozenset[str], allowed: frozenset[str]) -> list[str]:
    """Return the assumptions that are not allowed; a name that may mean one of those is one."""
    return [name for name in names if not (full := resolve(name, known)) or not allowed.issuperset(full)]


def is_hostile(full: str) -> bool:
    """Whether an axiom is the reply's own.

    >>> is_hostile("verisieve.Solution.classic"), is_hostile("Coq.Logic.Classical_Prop.classic")
    (True, False)
    """
    return full.startswith((f"{PREFIX}.{SOLUTION}.", f"{PREFIX}.{VERDICT}."))


def is_given(full: str) -> bool:
    """Whether an axiom is one that the preamble states."""
    return full.startswith(f"{PREFIX}.{GIVEN}.")
