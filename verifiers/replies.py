"""What every domain needs of a model's raw reply: the part outside its thinking, and its fenced blocks.

Finds no answers; each domain knows what an answer looks like.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from verisieve.verifiers import lazily

_CLOSE = lazily.pattern(r"</(?:think|thinking|thought|reasoning)\s*>", re.IGNORECASE)
_OPEN = lazily.pattern(r"<(?:think|thinking|thought|reasoning)\s*>", re.IGNORECASE)
_FENCE = lazily.pattern(r"^[ \t]*(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$")


class Fence(NamedTuple):
    """One fenced block; `closed` is false where the text ended inside it."""

    language: str
    body: str
    closed: bool


def visible(text: str) -> str:
    """Return the text that counts: after the last closing think tag, none of an unclosed one.

    >>> visible("<think>maybe 3</think>The answer is 4.")
    'The answer is 4.'
    >>> visible("4 <think>or was it")
    '4 '
    """
    if "<" not in text:
        return text
    closings = list(_CLOSE.finditer(text))
    if closings:
        text = text[closings[-1].end() :]
    opening = _OPEN.search(text)
    return text[: opening.start()] if opening else text


def fences(text: str) -> list[Fence]:
    """Return the fenced blocks (``` or ~~~) of a text in order, without their marks.

    >>> fences("so:\\n```python\\nx = 1\\n```\\n")
    [Fence(language='python', body='x = 1\\n', closed=True)]
    """
    found: list[Fence] = []
    marks, language, body = "", "", list[str]()
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line.rstrip("\r\n"))
        if not marks:
            if match:
                marks, language, body = match["marks"], match["info"].strip().split(" ")[0].lower(), []
        elif match and not match["info"].strip() and match["marks"].startswith(marks):
            found.append(Fence(language, "".join(body), closed=True))
            marks = ""
        else:
            body.append(line)
    if marks:
        found.append(Fence(language, "".join(body), closed=False))
    return found
