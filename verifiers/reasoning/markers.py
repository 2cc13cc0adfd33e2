"""Markers of a commitment in a reply: "Answer:", a box, an <answer> tag, "the answer is"; none in quotes or examples.

Says where a commitment begins, and neither what it is nor whether it is right. Looks for key words first and for
patterns around them only, so that a long reply costs little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from verisieve.verifiers.reasoning import cues
from verisieve.verifiers.reasoning.plain import BOX

MAX_SEEN = 200  # commitments looked at, the last ones
MAX_BEFORE, MAX_AFTER = 60, 60  # characters of a marker before and after the start of its key word

_NAME = r"(?:final[ _])?answer(?:[ ]?\([^()\n]{0,50}\))?"
_MARKER = re.compile(
    rf"""(?P<json>[{{,]\s*["'](?:final[_ ])?answer["']\s*:)
    |(?P<tag><\s*(?:final_)?answer\s*>)
    |(?P<box>{BOX})
    |(?P<line>^[ ]*[*_]{{0,2}}(?:the[ ]|my[ ])?{_NAME}[*_]{{0,2}}[ ]*(?:\n|-[ ]))
    |(?P<hard>(?<![A-Za-z0-9/-]){_NAME}[*_]{{0,2}}\s?(?:[:=]|->)[*_]{{0,2}})
    |(?P<soft>\b(?:the|my|our|final|correct)[ ](?:(?:final|correct|right|complete|only|unique|one)[ ]){{0,3}}
        (?:answer|solution|result|verdict|conclusion)[ ](?:is|are|must[ ]be|=)\b[ ]?:?
        |^[ ]*(?:final[ ])?(?:solution|result|conclusion|verdict)[ ]*:
        |^[ ]*(?:the[ ])?final[ ](?:string|order|ordering|plan|path|route|grid|expression|assignment|colou?ring|values
            |date|move|moves|state)[ ]*:)""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_KEYS = ("answer", "solution", "result", "conclusion", "verdict", "final ", BOX)  # a marker holds one of them
_FOLLOWS = re.compile(  # what a marker may go on with after its key word
    r"(?:[ ]?\([^()\n]{0,50}\))?[*_]{0,2}(?:[\"']?\s*[:>=]|\s?->|[ ]*(?:\n|-[ ])|[ ](?:is|are|must[ ]be)\b)"
)
_OPEN_KEYS = frozenset({"final ", BOX})
_UNFIRM = frozenset({"box", "soft"})
_QUOTE = re.compile(r"(?<!\w)'[*_ ]*$")
_SENTENCES = re.compile(r"[.!?][ ]")
_TENTATIVE = re.compile(
    r"\b(?:suppose|assum\w+|if|imagine|whether|could|might|may|maybe|perhaps|possibl\w+|candidates?|try|guess|would|wrong)\b",
    re.IGNORECASE,
)


class Marker(NamedTuple):
    """Where a commitment begins; a soft one only counts if an answer or a refusal follows it."""

    start: int
    end: int
    soft: bool


def unquoted(text: str) -> str:
    """Drop quoted lines from a reply that commits outside of them: a quotation is another's word."""
    if "\n>" not in text:
        return text
    lines = text.split("\n")
    own = "\n".join(line for line in lines if not line.startswith(">"))
    return own if "\\boxed" in own or any(match.lastgroup != "soft" for match in _marked(own)) else text


def markers(text: str) -> list[Marker]:
    """Return the commitments in order; a box belongs to the marker before it in its paragraph."""
    found: list[Marker] = []
    last_end = -1
    for match in _marked(text):
        inside = last_end >= 0 and "\n\n" not in text[last_end : match.start()].strip(" \n")
        if inside and match.lastgroup == "box":
            continue
        last_end = match.end()
        soft = match.lastgroup == "soft"
        if not _is_example(text[max(0, match.start() - 300) : match.start()], firm=match.lastgroup not in _UNFIRM):
            found.append(Marker(match.start(), match.end(), soft))
    return found


def _marked(text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of _MARKER in order: only what is around its key words is looked at, the last MAX_SEEN."""
    lower = text.replace("\u0130", "I").lower()  # the one sign whose lower case is longer
    found = [at for key in _KEYS if key in lower for at in _places(lower, key)]
    done = 0
    for at in sorted(found)[-MAX_SEEN:]:
        if at < done:
            continue
        start = max(done, at - MAX_BEFORE, text.rfind("\n", 0, at) + 1)
        match = _MARKER.search(text, start, at + MAX_AFTER)
        if match:
            done = match.end()
            yield match


def _places(lower: str, key: str) -> list[int]:
    """Return where a key word stands in front of what a marker goes on with, the last MAX_SEEN of the text."""
    places: list[int] = []
    at = lower.rfind(key)
    for _ in range(MAX_SEEN):
        if at < 0:
            break
        if key in _OPEN_KEYS or _FOLLOWS.match(lower, at + len(key)):
            places.append(at)
        at = lower.rfind(key, 0, at)
    return places


def _is_example(before: str, *, firm: bool) -> bool:
    """Say whether a marker after this text stands in quotes, in an example of the format, or in a supposition."""
    line = before.rsplit("\n", 1)[-1]
    bare = line.strip(" *_")
    if bare and (line.count('"') % 2 or _QUOTE.search(line) or cues.UNOWNED.search(line)):
        return True
    sentence = _SENTENCES.split(before.rstrip(" \n*_").rsplit("\n", 1)[-1])[-1]
    if not sentence:
        return False
    if cues.is_example(sentence) or (bare and cues.SAID.search(sentence)):
        return True
    closed = not bare and sentence.endswith((".", "!"))
    return not firm and not closed and bool(_TENTATIVE.search(sentence))
