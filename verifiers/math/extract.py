"""Find the answer in a model's reply: the last box, else the last marked answer, else a short whole text.

Never a number out of prose. A hedge, a retraction or an empty box is no answer. What the reply says to its
checker is never read.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from verisieve.verifiers import lazily
from verisieve.verifiers.math import claims, concealed, tongues
from verisieve.verifiers.math.statements import HEDGE, SENTENCE_END, concluded
from verisieve.verifiers.replies import visible

MAX_SCAN = 60_000
MAX_WHOLE = 300
_MAX_BOXES = 24
_BOX = lazily.pattern(r"\\(?:boxed|fbox|framebox)(?![A-Za-z])\s*|(?<![A-Za-z\\])boxed(?=\{)")  # the backslash gets lost
_COMMENT = lazily.pattern(r"(?<![\\\d])(?<!\\\s)(?<!\d\s)%(?!\d|[.,]?\$?[ \t]*(?:\n|$)).*")
_JOINED = lazily.pattern(
    r"^[\s$.,;&]*(?:\\\]|\\\)|\\text\{)?[\s$]*(?:and|or|,|;|&)?[\s}$]*(?:\\\[|\\\()?[\s$]*(?:[a-zA-Z](?:_\{?\w\}?)?\s*=\s*)?[\s$]*$"
)
_MARK = lazily.pattern(
    r"""
    (?:\b(?:final|correct|right|best)\s+)?\b(?:answer|ans|option|choice|result|solution|output)\b
    (?:\s+(?:to|of|for|here|choice|option|then|must|should|would|therefore|thus|itself)\b[^.:=\n]{0,60}?)?
    [*_\s]*(?:\bis\b(?:\s*:|\s+that\b|\s+option\b|\s+choice\b|\s+simply\b|\s+therefore\b|\s+thus\b|\s+given\s+by\b|\s+equal\s+to\b)?
      |\bbe\b|\bequals\b|["']?:|(?<=ans)\.|=(?!=)|→|⇒|->|\bcomes\s+(?:out\s+)?to\b)[*_\s]*:?[*_]*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MARKS = ("answer", "ans", "option", "choice", "result", "solution", "output")
_FIRST_WORD = lazily.pattern("|".join(("final", "correct", "right", "best", *_MARKS)))  # that a mark may begin with
_MINUS = lazily.pattern(r"(?:[=$(]\s*|^)-$")  # x = -\boxed{2}; `- \boxed{2}` is an item of a list
_WITHIN = lazily.pattern(r"(?:(?<![\w.])\d+|\\(?:sqrt|sin|cos|tan|ln|log)\s*\{?)\Z")  # 2\boxed{5}, \sqrt{\boxed{5}}
_GOES_ON = lazily.pattern(r"[ ]*(?:/[ ]*\d|\^(?!\s*\{?\s*\\circ)|[+*][ ]*\d|-\d|\\(?:cdot|times)(?![a-z]))")
_TAIL = lazily.pattern(
    r"[\s$]*(?:\\\)\s*)?((?:\\[,;! ]|~)*(?:\\?%|\^\s*\{?\s*\\circ\}?|°|'{1,2}|\\(?:text|mathrm)\s*\{[^{}]*\}[\^\d{}]*|"
    r"[A-Za-zμΩ][^.,;:!?\n$\\(]*))"
)
_HASHES = lazily.pattern(r"(?:^|[.!$)\]])[ \t]*####[ \t]*([^\s#].*)$", re.MULTILINE)
_TAG = lazily.pattern(r"</?answer>", re.IGNORECASE)
_JSON = lazily.pattern(r'"((?:[^"\\]|\\.)*)"\s*[,}\]]')
_HEADING = lazily.pattern(r"^[ \t#*_>]*(?:final\s+)?answer[ \t#*_:.]*$", re.IGNORECASE | re.MULTILINE)
_ENDING = lazily.pattern(r"answer[ \t#*_:.]*(?:\n|$)")  # of a heading in lower case, which is quicker to look for
_QUOTE = lazily.pattern(r"^>[ \t]+(?=[*\\$A-Z#])", re.MULTILINE)  # `> 7` may be an inequality
_DONE = lazily.pattern(r"(?:\s*(?:[✓✔☑✅🎉∎□■\s]|\$\s*\\(?:blacksquare|square|Box|qed)\s*\$|\bQ\.?E\.?D\.?))+$")
_FENCED = lazily.pattern(r"```[a-z]*\n([^`]*)\n?```$")
_BULLET = lazily.pattern(r"^\s*[-*•]\s+")
_LAST_A = lazily.pattern(r"(?:^|\n)\s*\**A:?\**:\s*([^\n]+)\s*$")
_BLOCK = lazily.pattern(r"\s*(?:\\\[|\$\$)(.+?)(?:\\\]|\$\$)", re.DOTALL)
_OR = lazily.pattern(r"[\s*_$]*or\b(?!\s+(?:equivalently|simply|in other words|about|roughly))", re.IGNORECASE)
_ALSO = lazily.pattern(
    r"[\s$]*[,(]?\s*or\s+(?:equivalently,?\s+|simply\s+)?(?:\$([^$]{1,80})\$|\\\((.{1,80}?)\\\)|(-?\d[\d./,]*\d(?:\s?\\?%)?|-?\d(?:\s?\\?%)?|\\[a-zA-Z]+[^\s,;]*))"
)
_REFUSAL = lazily.pattern(
    r"\b(?:i\s+(?:cannot|can't|could\s+not|couldn't|am\s+unable|don't\s+know|do\s+not\s+know|refuse|give\s+up|won't)|"
    r"no\s+idea|unable\s+to|not\s+(?:be\s+)?able\s+to)\b",
    re.IGNORECASE,
)


class How(StrEnum):
    """Where an answer was found, or why there is none."""

    BOX = "box"
    MARK = "mark"
    WHOLE = "whole"
    NOTHING = "no_answer"
    HEDGED = "hedged"


class Found(NamedTuple):
    """The answer's text and where it was found; no text without an answer; `tail` may be the unit of a box."""

    text: str | None
    how: How
    tail: str = ""


def extract(reply: str) -> Found:
    r"""Return the answer that a reply commits to.

    >>> extract(r"So we get \boxed{5}. Check: \boxed{7}")
    Found(text='7', how=<How.BOX: 'box'>, tail='')
    >>> extract("18 eggs, then 4.\n#### 18").text, extract("See step 1, and then step 2.").how
    ('18', <How.WHOLE: 'whole'>)
    """
    text = visible(reply)
    if len(text) > MAX_SCAN:
        text = text[-MAX_SCAN:]
    text = concealed.revealed(text)
    if "boxed" in text or "\\fbox" in text or "\\framebox" in text:
        boxed = _boxed(_COMMENT.sub("", text) if "%" in text else text)
        if boxed is not None:
            return boxed
    marked = _marked(text)
    if marked is not None:
        return marked
    if "boxed" in text and any(_content(text, match) for match in _BOX.finditer(text)):  # each of them taken back
        return Found(None, How.HEDGED)
    whole = _laid_out(text)
    if not whole or len(whole) > MAX_WHOLE or _REFUSAL.search(whole):
        return Found(None, How.NOTHING)
    if HEDGE.search(whole):
        return Found(None, How.HEDGED)
    return Found(whole, How.WHOLE)


def _laid_out(text: str) -> str:
    """Return a text without quotation marks and fences of Markdown; a list of items alone becomes one line."""
    text = _QUOTE.sub("", _DONE.sub("", text.strip()))
    fenced = _FENCED.match(text)
    text = fenced[1].strip() if fenced else text
    lines = text.splitlines()
    if 1 < len(lines) < 30 and all(_BULLET.match(line) for line in lines):  # an answer, no essay
        return ", ".join(_BULLET.sub("", line).strip() for line in lines)
    return text


class _Box(NamedTuple):
    start: int
    end: int
    text: str


def _boxed(text: str) -> Found | None:
    """Return the last box, or the last boxes that only `and`, `or` and commas join."""
    boxes = _boxes(text)
    if not boxes:
        return None
    chosen = [boxes[-1]]
    for box in reversed(boxes[:-1]):
        if (
            not _JOINED.match(text[box.end : chosen[0].start][:80]) or chosen[0].start - box.end > 80
        ):  # a joint is short
            break
        chosen.insert(0, box)
    if claims.taken_back(text[chosen[-1].end :]) or claims.doubted(
        text[: chosen[0].start][-claims.REACH :], text[chosen[-1].end :][: claims.REACH]
    ):
        return Found(None, How.HEDGED)
    contents = list(dict.fromkeys(box.text.strip() for box in chosen))
    also = _ALSO.match(text[chosen[-1].end :][:120])
    if also:  # another value, or the same one written another way
        contents.append(next(part for part in also.groups() if part))
    after = text[chosen[-1].end :][:60]
    if not contents[-1] or _GOES_ON.match(after) or _WITHIN.search(text[: chosen[0].start][-12:]):
        return Found(None, How.NOTHING)
    if len(contents) == 1 and _MINUS.search(text[: chosen[0].start][-8:]):
        contents = [f"-\\left({contents[0]}\\right)"]
    joined = (" \\text{ or } " if also else ", ").join(contents)
    return Found(None, How.HEDGED) if HEDGE.search(joined) else Found(joined, How.BOX, _tail(after))


def _tail(after: str) -> str:
    """Return the words or the signs after a box that may be its unit."""
    match = _TAIL.match(after)
    return match[1].strip() if match else ""


def _boxes(text: str) -> list[_Box]:
    """Return the last few balanced boxes that are not denied, innermost only, in order."""
    matches = list(_BOX.finditer(text))[-_MAX_BOXES:]
    found: list[_Box] = []
    for match in matches:
        box = _content(text, match)
        if box is None:
            continue
        while found and found[-1].end >= box.end:
            found.pop()
        found.append(box)
    return [box for box in found if not _denied(text, box)]


def _denied(text: str, box: _Box) -> bool:
    r"""Say whether a text takes a box back where it stands: not \boxed{3}, \boxed{4} is wrong."""
    return claims.denied(text[max(0, box.start - claims.REACH) : box.start], text[box.end :][: claims.REACH])


def _content(text: str, match: re.Match[str]) -> _Box | None:
    start = match.end()
    if not text.startswith("{", start):
        bare = re.match(r"-?[\w.\\/]+", text[start : start + 40])
        return _Box(match.start(), start + bare.end(), bare[0]) if bare else None
    depth = 0
    for position in range(start, min(len(text), start + 6000)):
        sign = text[position]
        if sign == "{" and text[position - 1] != "\\":
            depth += 1
        elif sign == "}" and text[position - 1] != "\\":
            depth -= 1
            if depth == 0:
                return _Box(match.start(), position + 1, text[start + 1 : position])
    return None


def _marked(text: str) -> Found | None:
    """Return what stands after the last mark of a final answer."""
    if "####" in text and (hashes := _HASHES.findall(text)):
        return _committed(hashes[-1], "")
    last = _LAST_A.search(text[-400:]) if "A" in text[-400:] else None
    if last:
        return _committed(last[1], "")
    text = text[-MAX_SCAN // 10 :]
    tags = list(_TAG.finditer(text)) if "<" in text else []
    if len(tags) > 1 and not tags[-2][0].startswith("</") and tags[-1][0].startswith("</"):
        return _committed(text[tags[-2].end() : tags[-1].start()], "")
    low = text.lower()
    marks = _marks(text, low) if any(map(low.__contains__, _MARKS)) else []
    headings = list(_HEADING.finditer(text)) if _ENDING.search(low) else []
    if headings and (not marks or headings[-1].end() > marks[-1].end()):
        marks = headings
    abroad = tongues.marked(text, low)
    if abroad and (not marks or abroad.end > marks[-1].end()):
        return _committed(*_first_sentence(abroad.answer, abroad.after))
    if not marks:
        ending = concluded(text)
        return _committed(ending, "") if ending else None
    mark = marks[-1]
    if _REFUSAL.search(text[max(0, mark.start() - 40) : mark.end()]):
        return Found(None, How.NOTHING)
    before = text[: mark.start()][-claims.REACH :]
    if claims.unclaimed(before, mark[0]):
        return Found(None, How.NOTHING)
    if claims.one_of_many(before, mark[0]) or claims.conditional(before):
        return Found(None, How.HEDGED)
    tail = text[mark.end() :]
    block = _BLOCK.match(tail)
    if block:
        return _committed(block[1], tail[block.end() :])
    line, _, after = tail.lstrip().partition("\n")
    return _committed(*_first_sentence(line, after))


def _marks(text: str, low: str) -> list[re.Match[str]]:
    """Return all marks of an answer; `low` is the text in lower case."""
    if not text.isascii():  # where a letter may have several cases, and two texts two lengths
        return list(_MARK.finditer(text))
    found: list[re.Match[str]] = []
    end = 0
    for start in _FIRST_WORD.finditer(low):  # much quicker than to try the whole pattern everywhere
        if start.start() >= end and (mark := _MARK.match(text, start.start())):
            found.append(mark)
            end = mark.end()
    return found


def _first_sentence(line: str, after: str) -> tuple[str, str]:
    end = SENTENCE_END.search(line)
    if end:  # a question mark stays: it is doubt
        return line[: end.end() if end[0] == "?" else end.start()], line[end.end() :] + "\n" + after
    return line, after


def _committed(text: str, after: str) -> Found:
    text = text.strip().strip("*_ ").removeprefix(":").strip()
    text = text.lstrip("} ").rstrip("$ ") if text.startswith("}") else text  # \text{Answer: } 5
    quoted = _JSON.match(text)
    if quoted:
        text = quoted[1].replace("\\\\", "\\")
    if text.endswith("}") and text.count("{") < text.count("}"):
        text = text.rstrip("}").rstrip("\"' ")  # the end of a JSON object
    start = 3 if text[:3].lower() == "no," else 0
    torn = claims.RETRACTION.search(text, start) and text.strip(" .*_`'\"").lower() != "uncertain"  # a label of its own
    if HEDGE.search(text) or text.endswith("?") or torn or claims.taken_back(after) or _OR.match(after):
        return Found(None, How.HEDGED)
    return Found(text, How.MARK) if text else Found(None, How.NOTHING)
