"""JSON around an answer: the value of its one answer key, or the object without the remarks beside the answer.

Decides nothing: the family's reader takes what is inside, or refuses it. A key that is neither of an answer nor of a
remark stays, so that candidates and alternatives are not dropped.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

_ANSWERS = frozenset({"answer", "final answer", "solution", "result", "verdict", "conclusion", "response", "output"})
_REMARKS = frozenset(
    str.split("because explanation reason reasoning rationale justification confidence thought thoughts note notes why")
)
_DECODER = json.JSONDecoder()


class Opened(NamedTuple):
    """The text of an answer, and what stands beside it and behind its object."""

    text: str
    rest: str


def opened(region: str, turns: Callable[[str], bool]) -> Opened | None:
    """Return what an object at the start of a region holds as its answer, or None.

    The region may begin inside of the object, behind `{"answer":`. A remark that `turns` the answer opens nothing.

    >>> opened('{"verdict": "unknown", "because": "no rule applies"} Done.', lambda remark: False)
    Opened(text='unknown', rest='\\nno rule applies Done.')
    >>> opened('{"solution": "A", "alternative": "B"}', lambda remark: False)
    """
    start = region.lstrip()
    source = start if start.startswith("{") else '{"answer": ' + start
    try:
        found, end = _DECODER.raw_decode(source)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    plain = {key: key.lower().replace("_", " ").strip() for key in found}
    answers = [key for key, name in plain.items() if name in _ANSWERS]
    remarks = [key for key, name in plain.items() if name in _REMARKS]
    said = [found[key] for key in remarks if isinstance(found[key], str)]
    if any(map(turns, said)):
        return None
    if len(answers) == 1 and len(remarks) + 1 == len(found):
        value = found[answers[0]]
    elif not answers and remarks and len(remarks) < len(found):
        value = {key: inner for key, inner in found.items() if key not in remarks}
    else:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Opened(text, "\n".join(["", *said]) + source[end:])
