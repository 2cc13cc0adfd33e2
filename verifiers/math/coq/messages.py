"""What Coq's tools say of a failure, for people: the first error, where it is, and whether it is a want of room."""

from __future__ import annotations

import re
from typing import NamedTuple

from verisieve.plaintext import shown

SHOWN = 1500
_PLACE = re.compile(r'^File "[^"\n]*", line (\d+), characters \d+-\d+:\n', re.MULTILINE)
_ROOM = re.compile(r"Stack overflow|Out of memory|out of memory")


class Message(NamedTuple):
    """An error's text and the line that it is on; 0 where that is not said."""

    text: str
    line: int


def first(said: str) -> Message:
    """Return the first error of what a tool said, all of it where it is none of Coq's.

    >>> first('File "./a.v", line 3, characters 0-4:\\nError: The reference x was not found.\\n\\n')
    Message(text='The reference x was not found.', line=3)
    """
    at = said.find("Error:")
    place = _PLACE.search(said, 0, at) if at >= 0 else None
    text = said[at:].removeprefix("Error:") if at >= 0 else said
    return Message(shown(text.strip(), SHOWN), int(place[1]) if place else 0)


def wants_room(said: str) -> bool:
    """Whether a tool ended for want of memory or stack, which says nothing about the proof."""
    return bool(_ROOM.search(said))
