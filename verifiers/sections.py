r"""Reading a reply in named parts: a JSON object, or headings with text below them; prose around them does not count.

Strict about what is there (each part once, closed, of some length), lenient about how it is dressed up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from verisieve.verifiers import replies

MAX_PART = 20_000  # characters of one part
_MAX_TEXT = 200_000
_LONE = re.compile(
    r"(?<!\\)\\(?=(?:frac|forall|binom|begin|beta|bar|big|boxed|bot|nu|neq?|neg|nabla|not|times|theta|text|tan|tau|to|top|"
    r"triangle|rho|right|rangle|rfloor|rceil|underline|uparrow)(?![a-z]))|(?<!\\)\\(?![bfnrtu\"\\/])"
)


class SectionError(Exception):
    """A reply without the parts that were asked for; the message says what is wrong."""


def read(text: str, names: Sequence[str], optional: Sequence[str] = ()) -> Mapping[str, str]:
    r"""Return the text of each part; raise SectionError where one is missing, said twice, empty, cut off or too long.

    >>> read("Sure!\n### Problem\nWhat is 6*7?\n### Answer\n42", ["problem", "answer"])
    {'problem': 'What is 6*7?', 'answer': '42'}
    >>> read('{"problem": "What is \\frac{6}{2}?", "answer": 3}', ["problem", "answer"])
    {'problem': 'What is \\frac{6}{2}?', 'answer': '3'}
    """
    shown = replies.visible(text)[:_MAX_TEXT].replace("\r\n", "\n")
    known = [*names, *optional]
    found = _headed(shown, known)
    if not found:
        found = _from_json(shown, known)
    missing = [name for name in names if name not in found]
    if missing:
        raise SectionError(f"no part {', '.join(missing)}")
    for name, part in found.items():
        if not part.strip():
            raise SectionError(f"part {name} is empty")
        if len(part) > MAX_PART:
            raise SectionError(f"part {name} has more than {MAX_PART} characters")
    return found


def numbered(text: str, name: str, most: int = 20) -> list[str]:
    r"""Return the parts `name 1`, `name 2` and so on, or a JSON list; raise SectionError for gaps and doubles.

    >>> numbered("### Hint 1\nDraw it.\n\n**Hint 2:** Count.", "hint")
    ['Draw it.', 'Count.']
    >>> numbered('{"hints": ["Draw it.", "Count."]}', "hint")
    ['Draw it.', 'Count.']
    """
    shown = replies.visible(text)[:_MAX_TEXT].replace("\r\n", "\n")
    found = _headed(shown, [f"{name} {index}" for index in range(1, most + 1)])
    if found:
        if list(found) != [f"{name} {index}" for index in range(1, len(found) + 1)]:
            raise SectionError(f"the parts are {', '.join(found)}, not {name} 1, {name} 2 and so on")
        return [_checked(part, key) for key, part in found.items()]
    for value in _objects(shown):
        items = value.get(f"{name}s", value.get(name)) if isinstance(value, dict) else value
        if isinstance(items, list) and items and all(isinstance(item, str) for item in items):
            return [_checked(item, f"{name} {index}") for index, item in enumerate(items, start=1)]
    raise SectionError(f"no part {name} 1")


def _checked(part: str, name: str) -> str:
    if not part.strip():
        raise SectionError(f"part {name} is empty")
    return part


def _headed(text: str, names: Sequence[str]) -> dict[str, str]:
    """Split at headings such as `### Answer`, `**Answer:**` and `Answer:`, at the start of a line."""
    choices = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(
        rf"^[ \t]*(?:#{{1,6}}[ \t]*\**(?P<a>{choices})\**[ \t]*:?\**[ \t]*$|"
        rf"(?:#{{1,6}}[ \t]*)?\**(?P<b>{choices})\**[ \t]*:\**[ \t]*)",
        re.IGNORECASE | re.MULTILINE,
    )
    heads = [head for head in pattern.finditer(text) if not _inside_fence(text, head.start())]
    found: dict[str, str] = {}
    for index, head in enumerate(heads):
        name = (head["a"] or head["b"]).lower()
        end = heads[index + 1].start() if index + 1 < len(heads) else len(text)
        if name in found:
            raise SectionError(f"part {name} is there twice")
        found[name] = _bare(text[head.end() : end], name)
    return found


def _inside_fence(text: str, place: int) -> bool:
    """Whether a place is inside a block that is closed later."""
    before = replies.fences(text[:place])
    if not before or before[-1].closed:
        return False
    return replies.fences(text)[len(before) - 1].closed


def _bare(part: str, name: str) -> str:
    """Take a part out of the one block that holds it."""
    blocks = replies.fences(part)
    if any(not block.closed for block in blocks):
        raise SectionError(f"part {name} ends inside a block: it was cut off")
    if len(blocks) == 1:
        return blocks[0].body.strip()
    return part.strip()


def _from_json(text: str, names: Sequence[str]) -> dict[str, str]:
    for value in _objects(text):
        if isinstance(value, dict):
            keys = {str(key).lower(): item for key, item in value.items()}
            found = {name: _text(keys[name], name) for name in names if name in keys}
            if found:
                return found
    return {}


def _text(value: Any, name: str) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise SectionError(f"part {name} is no text")
    return str(value).strip()


def _objects(text: str) -> Iterator[Any]:
    """The JSON values of a reply: its blocks, itself, and what braces hold; TeX's backslashes are taken as such."""
    bodies = [block.body for block in replies.fences(text) if block.language in {"json", ""}]
    start, end = text.find("{"), text.rfind("}")
    inner = [text[start : end + 1]] if 0 <= start < end else []
    failure = ""
    for body in [*bodies, text, *inner]:
        try:
            yield json.loads(_LONE.sub(r"\\\\", body), strict=False)
        except (ValueError, RecursionError) as error:
            failure = str(error)[:80] if body.lstrip().startswith("{") else failure
    if failure and text.lstrip("` \njson").startswith("{"):
        raise SectionError(f"JSON that cannot be read, perhaps cut off: {failure}")
