"""A solution read as statements, in order: each a chain of relations, with its line and what the prose makes of it.

    for statement in statements("2x = 8, so x = 4."): ...

Judges nothing. What cannot be read stays a link without trees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from verisieve.verifiers.math.derivation import cues
from verisieve.verifiers.math.derivation.chains import wholes
from verisieve.verifiers.math.derivation.doubts import doubtful
from verisieve.verifiers.math.derivation.grouping import grouped
from verisieve.verifiers.math.derivation.layout import Place, places
from verisieve.verifiers.math.derivation.members import Member, Names, member, names
from verisieve.verifiers.math.derivation.prose import runs
from verisieve.verifiers.math.derivation.records import Chain, Cue, Link, Statement
from verisieve.verifiers.math.derivation.split import Part, members, parts
from verisieve.verifiers.math.nodes import Node, Num, Sym, symbols

MAX_TEXT = 60_000
MAX_STATEMENTS = 1_000
_BEFORE = 300  # characters of prose that are looked at
_SENTENCE = re.compile(r"[.!?;](?=\s|$)|\n")
_GLUE = re.compile(r"^\s*(?:<=|>=|[-+*/×·=<>≤≥≈])\s*$")
_LEADS = re.compile(r"^[ \t]*(?:<=|>=|[=<>≤≥≈])(?!\s*$)")
_TRAILS = re.compile(r"(?:<=|>=|[=<>≤≥≈])[ \t]*[$€£]?$")
_VALUE = re.compile(
    r"\s*(?:,\s*(?:or\s+|and\s+)?|or\s+|and\s+)([-−–±]?\d+(?:\.\d+|/\d+)?)(?=[\s.,;]|$)(?!\s*[-+*/=^(])"
)
_LISTED = re.compile(
    r"\s*,\s*(?:or\s+|and\s+)?[-−–±]?\s?(?:\d|[√π(]|\\(?:frac|sqrt|pi|pm))|\s*(?:or|and)\s+[-−–±]?\s?[\d√π]"
)
_OR = re.compile(r"\W*(?:or|and|or\s+else|as\s+well\s+as)\W*|\s*,\s*", re.IGNORECASE)
_MODULUS = re.compile(
    r"\\pmod\s*(?:\{([^{}]*)\}|(\d+))|\(\s*(?:\\?(?:b?mod|operatorname\{mod\}|text\{mod\s*\}|mathrm\{mod\})|modulo)[\s{]*([^(){}]*)\}?\s*\)|"
    r"(?:\\(?:b?mod)|,?\s*\bmod(?:ulo)?)\s*\{?\s*([\w^]+)\}?\s*$"
)


@dataclass
class _Reader:
    """Walks over the places of a text and remembers what stands between statements."""

    known: Names
    before: str = ""
    sentence: int = 0
    tail: tuple[Member, str] | None = None  # what a row that begins with a relation goes on from
    found: list[Statement] = field(default_factory=list)

    def place(self, place: Place) -> None:
        if place.maths:
            self._maths(place)
            return
        start = 0
        for run in runs(place.text):
            self._text(place.text[start : run.start])
            self._statement(run.text, place, (run.shaky_left, run.shaky_right))
            start = run.end
        self._text(place.text[start:], whole=start == 0)

    def _text(self, text: str, *, whole: bool = False) -> None:
        """Take prose: it goes before the next statement and after the last one."""
        if self.found and self.found[-1].sentence == self.sentence:
            ending = _SENTENCE.search(text)
            rest = text[: ending.end()] if ending else text
            reply = cues.REPLY.match(text[ending.end() :]) if ending else None
            rest += reply[0] if reply else ""
            self.found[-1] = self.found[-1]._replace(after=(self.found[-1].after + rest)[:_BEFORE])
        kept = text
        while (value := _VALUE.match(text)) and self._valued(value[1]):
            text = text[value.end() :]
        if text == kept and self.found and not self.before and _LISTED.match(text):
            self.found[-1] = _unsure(self.found[-1])
        self.sentence += len(_SENTENCE.findall(text))
        self.before = (self.before + text)[-_BEFORE:]
        if whole and text.strip() and not re.search(r"[^\W\d_]{2,}", re.sub(r"\\[A-Za-z]+", "", text)):
            self._expression(text.strip())
        elif re.search(r"[^\s.,;:&*•–—-]", text):
            self.tail = None

    def _expression(self, text: str) -> None:
        read = member(text, self.known)
        self.tail = (read, text) if read.node is not None else None

    def _maths(self, place: Place) -> None:
        _, links = members(place.text)
        if not links and not any(part.joint in {">", "="} for part in parts(place.text)):
            if place.row:
                self._expression(place.text)
            if self._alternative(place.text):
                return
            if len(place.text) > 1 and not place.annotation:
                self.before = (self.before + " _ ")[-_BEFORE:]
            return
        kept = self.before, self.tail, self.sentence
        self._statement(place.text, place, (False, False))
        if place.annotation:
            self.before, self.tail, self.sentence = kept
        elif place.row:
            self.sentence += 1

    def _statement(self, text: str, place: Place, shaky: tuple[bool, bool]) -> None:
        """Read what one stretch of maths states: several statements where arrows or commas part them."""
        if "asked" in members(text)[1]:
            self.tail = None
            return
        groups = grouped(parts(text))
        for index, group in enumerate(groups):
            sides = (shaky[0] and not index, shaky[1] and index == len(groups) - 1)
            self._group(group, place, sides)

    def _group(self, group: list[list[Part]], place: Place, shaky: tuple[bool, bool]) -> None:
        branches = []
        modulus: Node | None = None
        for branch in group:
            links: list[Link] = []
            for part in branch:
                text, found = _modulus(part.text, self.known)
                modulus = modulus or found
                links.extend(self._chain(text, shaky))
            branches.append(tuple(links))
        branches = [branch for branch in branches if branch]
        if not branches:
            return
        joint = group[0][0].joint
        if not joint and self._joined(tuple(branches), place):
            return
        text = " or ".join(", ".join(part.text for part in branch) for branch in group)
        before = "" if joint and not self.before.strip() else self.before
        statement = Statement(
            line=place.line,
            text=text[:_BEFORE],
            branches=tuple(branches),
            cue=cues.cue(before, "", joint),
            adjacent=cues.adjacent(before) and bool(self.found),
            sentence=self.sentence,
            before=before,
            modulus=modulus,
            note=place.annotation,
            row=place.row,
        )
        self.found.append(statement)
        self.before = ""

    def _valued(self, text: str) -> bool:
        self.before = " or "
        taken = self._alternative(text)
        self.before = ""
        return taken

    def _alternative(self, text: str) -> bool:
        """Take `or 3` after `x = 2` as another branch of the same statement."""
        last = self.found[-1] if self.found else None
        if (
            last is None
            or last.sentence != self.sentence
            or not _OR.fullmatch(self.before)
            or len(last.branches[-1]) != 1
        ):
            return False
        link, read = last.branches[-1][0], member(text, self.known)
        if link.relation != "eq" or not isinstance(link.left, Sym) or read.node is None or symbols(read.node):
            return False
        self.found[-1] = last._replace(branches=(*last.branches, (link._replace(right=read.node),)), after="")
        self.before = ""
        return True

    def _joined(self, branches: tuple[Chain, ...], place: Place) -> bool:
        """Join `or x = -3` to the statement before; `and`, where both give one name a value."""
        last = self.found[-1] if self.found else None
        if last is None or last.sentence != self.sentence or not _OR.fullmatch(self.before):
            return False
        firsts = last.branches[-1][0], branches[0][0]
        named = isinstance(firsts[0].left, Sym) and firsts[0].left == firsts[1].left
        valued = all(link.right is not None and not symbols(link.right) for link in firsts)
        variables = [symbols(link.left) if link.left is not None else frozenset() for link in firsts]
        either = "or" in self.before.lower() and bool(variables[0] and variables[1])
        if not either and not (named and valued):
            return False
        text = f"{last.text} or {' or '.join(branch[0].text for branch in branches)}"
        self.found[-1] = last._replace(branches=last.branches + branches, after="", text=text[:_BEFORE])
        self.before = ""
        return True

    def _chain(self, text: str, shaky: tuple[bool, bool]) -> Chain:
        """Read one chain; a first member that is missing is the last one of the row before."""
        texts, relations = members(text)
        read = [member(each, self.known) for each in texts]
        if not relations:
            return ()
        continued = not texts[0] and self.tail is not None
        if continued and self.tail is not None:
            read[0], texts[0] = self.tail
        doubts = [doubtful(each, last=index == len(texts) - 1) for index, each in enumerate(texts)]
        links = []
        for index, relation in enumerate(relations):
            left, right = read[index], read[index + 1]
            unsure = (
                left.shaky
                or right.shaky
                or any(doubts[index : index + 2])
                or (shaky[0] and index == 0)
                or (shaky[1] and index == len(relations) - 1)
            )
            name = left.node is None and index == 0 and (left.words or not texts[0])
            name = name or (isinstance(left.node, Sym) and right.words and len(relations) == 1)
            shown = f"{texts[index]} {_SIGNS.get(relation, relation)} {texts[index + 1]}"
            links.append(
                Link(
                    left.node,
                    relation,
                    right.node,
                    shown,
                    unsure,
                    name,
                    continued or index > 0,
                )
            )
        self.tail = (read[-1], texts[-1])
        return tuple(links)


def _unsure(last: Statement) -> Statement:
    """Take the last member as part of a list that goes on: x = √2, −√2."""
    *chains, chain = last.branches
    return last._replace(branches=(*chains, (*chain[:-1], chain[-1]._replace(shaky=True))))


_SIGNS = {"eq": "=", "ne": "≠", "lt": "<", "le": "≤", "gt": ">", "ge": "≥", "approx": "≈", "equiv": "≡"}


def _modulus(text: str, known: Names) -> tuple[str, Node | None]:
    match = _MODULUS.search(text)
    if match is None or not ("≡" in text or "\\equiv" in text):
        return text, None
    written = next(group for group in match.groups() if group is not None)
    return text[: match.start()] + text[match.end() :], member(written, known).node


def statements(text: str, known: Names | None = None) -> list[Statement]:
    """Return the statements of a text."""
    reader = _Reader(known or names(text))
    for place in _merged(list(places(text))):
        reader.place(place)
        if len(reader.found) > MAX_STATEMENTS:
            break
    return wholes(
        each._replace(cue=cues.cue(each.before, each.after, _JOINTS.get(each.cue, ""))) if each.after else each
        for each in reader.found
    )


_JOINTS = {Cue.IMPLIES: ">", Cue.EQUIVALENT: "=", Cue.CONDITION: "if", Cue.REASON: "since"}


def _merged(found: list[Place]) -> Iterator[Place]:
    """Join formulas that a relation in the prose joins: `$2x$ = $8$`, `Total = $5x$`."""
    last: Place | None = None
    for place in found:
        if place.annotation or last is None or place.text.startswith("\n"):
            if place.annotation:
                yield place
                continue
            if last is not None:
                yield last
            last = place
            continue
        joined = not last.row and not place.row and last.maths != place.maths
        glue = (last.maths and (_LEADS.search(place.text) or _GLUE.match(place.text))) or (
            place.maths and _TRAILS.search(last.text)
        )
        if joined and glue and not last.annotation:
            last = Place(last.line, f"{last.text} {place.text}", maths=False)
            continue
        yield last
        last = place
    if last is not None:
        yield last


def is_value(node: Node | None) -> bool:
    """Say whether a member is a name or holds no variable."""
    return isinstance(node, Sym | Num) or (node is not None and not symbols(node))
