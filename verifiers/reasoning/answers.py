"""The committed answer of a reply: what it commits to last, read by a family's reader and judged by its judge.

Theory. A reply commits by a marker ("Answer:", a box, an <answer> tag, "the answer is"); the last marker decides.
After it, the longest stretch that the family's reader takes *as a whole* is the answer; the reader refuses any word
it does not know, so hedges, negations, code and dumps are refused without a list of tricks. What follows the answer
is read for words that take it back and for a second, different answer. Text addressed to a grader is cut before all
that, and a marker in quotes or in a format example commits to nothing. Without a marker only a concluding sentence, a
closing block that a line introduces, or a reply that is nothing but an answer counts.

Knows no family, and never judges by comparing with a stored text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from verisieve.verifiers.reasoning import cues
from verisieve.verifiers.reasoning.cues import NOTE
from verisieve.verifiers.reasoning.findings import Finding, Reason, UnreadableError, shown
from verisieve.verifiers.reasoning.plain import BOX, plain
from verisieve.verifiers.replies import visible

MAX_ANSWER = 20_000  # characters that one answer may have
MAX_TRIES = 60  # stretches of text given to the reader
MAX_SEEN = 200  # commitments looked at, the last ones
MAX_MARKERS = 20  # commitments tried, from the last one back
MAX_BEFORE, MAX_AFTER = 60, 60  # characters of a marker before and after the start of its key word
MAX_REMARKED = 2_000  # characters of an answer with a remark on it
MAX_PIECES = 200  # pieces of later text looked at for a second answer

Read = Callable[[str], Any]
Judge = Callable[[Any], Finding]

_NAME = r"(?:final[ _])?answer(?:[ ]?\([^()\n]{0,30}\))?"
_MARKER = re.compile(
    rf"""(?P<json>[{{,]\s*["'](?:final[_ ])?answer["']\s*:)
    |(?P<tag><\s*(?:final_)?answer\s*>)
    |(?P<box>{BOX})
    |(?P<line>^[ ]*[*_]{{0,2}}(?:the[ ]|my[ ])?{_NAME}[*_]{{0,2}}[ ]*(?:\n|-[ ]))
    |(?P<hard>(?<![A-Za-z0-9/-]){_NAME}[*_]{{0,2}}\s?(?:[:=]|->)[*_]{{0,2}})
    |(?P<soft>\b(?:the|my|our|final|correct)[ ](?:(?:final|correct|right|complete|only|unique|one)[ ]){{0,3}}
        (?:answer|solution|result)[ ](?:is|are|must[ ]be|=)\b[ ]?:?
        |^[ ]*(?:final[ ])?(?:solution|result|conclusion|verdict)[ ]*:
        |^[ ]*(?:the[ ])?final[ ](?:string|order|ordering|plan|path|route|grid|expression|assignment|colou?ring|values
            |date|move|moves|state)[ ]*:)""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_KEYS = ("answer", "solution", "result", "conclusion", "verdict", "final ", BOX)  # a marker holds one of them
_FOLLOWS = re.compile(  # what a marker may go on with after its key word
    r"(?:[ ]?\([^()\n]{0,30}\))?[*_]{0,2}(?:[\"']?\s*[:>=]|\s?->|[ ]*(?:\n|-[ ])|[ ](?:is|are|must[ ]be)\b)"
)
_OPEN_KEYS = frozenset({"final ", BOX})
_UNFIRM = frozenset({"box", "soft"})
_CONCLUSION = (
    "so|therefore|thus|hence|in conclusion|finally|overall|in summary|to conclude|consequently|we (?:get|conclude)"
    "|i conclude|this gives|it follows"
)
_LEAD = re.compile(
    rf"(?:{_CONCLUSION}|accordingly|then|that|as follows|indeed|we (?:have|obtain)|i (?:get|believe|think)|this means)"
    r"\b[,:]?[ \n]*",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(rf"(?:{_CONCLUSION})\b", re.IGNORECASE)
_INTRODUCES = re.compile(
    r"\b(?:final|complete|completed|solution|result|answer|here|grid|order|plan|assignment|arrangement|filled|solved|expression|string|sequence|moves?|route|path|date|colou?ring|values)\b[^\n]*:\s*$",
    re.IGNORECASE,
)
_IS_ANSWER = re.compile(r"[ ]+is (?:the|my) (?:final |correct )?answer[ ]*[.!]?\s*$", re.IGNORECASE)
_REMARK = re.compile(
    r"[ ]*[,;]?[ ](?:because|since|so that|as (?:premises?|required|clues?)|using|where|for|by"
    r"|which (?:uses|satisfies|equals|gives|makes))\b"
    r"|(?P<dash>[ ]-[ ](?=[a-z]))|(?P<note>[ ]*\([^()\n]{1,200}\)[ ]*[.!]?$)",
    re.IGNORECASE | re.MULTILINE,
)
_CONDITION = re.compile(
    r"\b(?:if|assum\w+|provided|except|ignor\w+|but|modulo|when|only|unless|however|although|unlike|whereas)\b|%|\?",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!])[ ]+(?=[A-Z(])")
_GOES_ON = re.compile(r"[ ]*+\n?+[ ]*+(?![\nA-Z(✓✅✔]|$)")  # what follows is no new sentence
_QUOTE = re.compile(r"(?<!\w)'[*_ ]*$")
_SENTENCES = re.compile(r"[.!?][ ]")
_ENTRY = re.compile(r"[ ]*(?:[-*•+|][ ]?\w|\(?\d{1,3}[.):]|(?:house|row|step|position|move)[ ]*#?\d)", re.IGNORECASE)
_BLANK, _NEWLINE = re.compile(r"\n[ ]*\n"), re.compile(r"\n")
_ADJACENT = re.compile(r"[ ]*\n?[ ]*[^\s]")  # what follows is on the same line or the next one
_LABEL = re.compile(r"\s*[(\[]?[A-Za-z][A-Za-z ]{0,30}:\s*")
_TENTATIVE = re.compile(
    r"\b(?:suppose|assum\w+|if|imagine|whether|could|might|may|maybe|perhaps|possibl\w+|candidates?|try|guess|would|wrong)\b",
    re.IGNORECASE,
)
_DECISIVE = frozenset({Reason.HEDGED, Reason.NEGATED, Reason.DECLINED, Reason.PLACEHOLDER})


class Marker(NamedTuple):
    """Where a commitment begins; a soft one only counts if an answer or a refusal follows it."""

    start: int
    end: int
    soft: bool


class Taken(NamedTuple):
    """A read answer: its value, its text, and what came after it."""

    value: Any
    text: str
    rest: str


def settle(reply: str, read: Read, judge: Judge) -> Finding:
    """Find the committed answer of a raw reply and judge it; `read` raises UnreadableError for what it cannot take."""
    text = cues.unaddressed(plain(_unquoted(visible(reply))))
    for marker in reversed(_markers(text)[-MAX_MARKERS:]):
        region = text[marker.end :]
        try:
            taken = _take(region, read)
        except UnreadableError as error:
            head = region.lstrip(" \n*_")
            if not marker.soft:
                return _unread(head, error)
            if cues.why_unread(head[:25]) in _DECISIVE:
                return _unread(head[:200], error)
            continue
        return _judge(taken, read, judge)
    return _unmarked(text, read, judge)


def _unquoted(text: str) -> str:
    """Drop quoted lines from a reply that commits outside of them: a quotation is another's word."""
    if "\n>" not in text:
        return text
    lines = text.split("\n")
    own = "\n".join(line for line in lines if not line.startswith(">"))
    return own if any(match.lastgroup != "soft" for match in _marked(own)) else text


def _markers(text: str) -> list[Marker]:
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


def _take(region: str, read: Read) -> Taken:
    """Read the longest stretch from the start of a region that is an answer as a whole."""
    region = region.replace(BOX, " ").lstrip(f" \n*_{NOTE}")
    if region.count("}") > region.count("{"):  # the end of a JSON object that the marker is inside of
        region = region.rstrip().removesuffix("}")
    region = _unled(region)
    first: UnreadableError | None = None
    for end in _ends(region):
        stretch = region[:end].strip()
        try:
            return Taken(read(_unclaimed(stretch)), stretch, region[end:].replace(NOTE, "\n"))
        except UnreadableError as error:
            if error.reason is Reason.HEDGED:
                raise
            first = first or error
    remarked = _remarked(region, read) if first else None
    if remarked:
        return remarked
    raise first or UnreadableError("nothing after the marker", Reason.NO_ANSWER)


def _remarked(region: str, read: Read) -> Taken | None:
    """Read an answer up to a remark on it: a clause that gives reasons, or parentheses that close the line."""
    line = region.split("\n\n", 1)[0].split(NOTE, 1)[0][:MAX_REMARKED].rstrip()
    for match in _REMARK.finditer(line):
        remark = line[match.start() :]
        loose = match["note"] or match["dash"]  # what follows need not be a reason
        if _CONDITION.search(remark) or (loose and cues.why_unread(remark.strip(" ()-")) is not Reason.UNREADABLE):
            continue
        try:
            return Taken(read(line[: match.start()].strip()), line[: match.start()], region[match.start() :])
        except UnreadableError:
            continue
    return None


def _unled(text: str) -> str:
    """Drop up to three words that lead to an answer (so, that, we get)."""
    for _ in range(3):
        match = _LEAD.match(text)
        if not match:
            break
        text = text[match.end() :]
    return text


def _unclaimed(text: str) -> str:
    """Drop "is the answer" from the end of a text."""
    return _IS_ANSWER.sub("", text).strip() if "answer" in text[-40:].lower() else text


def _ends(region: str) -> list[int]:
    """Return where an answer may end, longest first: the region, its paragraphs, then lines and sentences.

    After a line or sentence end something new must begin, so that a list is never cut in its middle.
    """
    head = region[: region.find(NOTE)] if NOTE in region else region
    if "\n" not in head and len(head) <= MAX_ANSWER and not _SENTENCE_END.search(head, 0, 1000):
        return [len(head.rstrip())] if head.strip() else []
    ends = {len(head.rstrip())} if len(head) <= MAX_ANSWER else set[int]()
    head = head[:MAX_ANSWER]
    ends |= {match.start() for match in _BLANK.finditer(head)}
    short = [match.start() for match in _NEWLINE.finditer(head, 0, 4000)]
    short += [match.start() for match in _SENTENCE_END.finditer(head, 0, 1000)]
    kept = sorted(ends | {end for end in short if not _GOES_ON.match(head, end) and not _in_list(head, end)} - {0})
    return kept[:MAX_TRIES][::-1] if len(kept) <= MAX_TRIES else [*kept[-5:][::-1], *kept[:MAX_TRIES][::-1]]


def _in_list(text: str, at: int) -> bool:
    """Say whether a place is between two entries of a list or rows of a table, or behind the number of an entry.

    An answer is no part of a longer list.
    """
    if text[at] != "\n":
        return not text[text.rfind("\n", 0, at) + 1 : at].strip(" ().0123456789")
    if not _ENTRY.match(text, at + 1):
        return False
    return bool(_ENTRY.match(text, text.rfind("\n", 0, at) + 1))


def _unread(text: str, error: UnreadableError) -> Finding:
    """Say why nothing could be read: the reader's own reason, or the words of the first paragraph."""
    paragraph = text.strip().split("\n\n", 1)[0]
    reason = error.reason if error.reason is not Reason.UNREADABLE else cues.why_unread(paragraph)
    return Finding(reason, {"why": str(error)[:300]}, shown(paragraph) or None)


def _judge(taken: Taken, read: Read, judge: Judge) -> Finding:
    reason, evidence, _ = judge(taken.value)
    finding = Finding(reason, evidence, shown(taken.text))
    if reason is not None or not taken.rest.strip():
        return finding
    reason = cues.taken_back(taken.rest)
    if reason:
        return Finding(reason, {"why": "words after the answer", "after": shown(taken.rest.strip())}, finding.answer)
    other = _second(taken, read, judge)
    if other:
        return Finding(Reason.HEDGED, {"why": "another answer follows", "after": shown(other)}, finding.answer)
    return finding


def _second(taken: Taken, read: Read, judge: Judge) -> str | None:
    """Return later text that reads as another, wrong answer, if there is any."""
    rest = taken.rest.strip()
    if not rest:
        return None
    least = len(taken.text) // 2  # a shorter line is a remark on the answer
    paragraphs = re.split(r"\n[ ]*\n", rest)[:MAX_PIECES]
    bodies = [paragraph.split("\n", 1)[-1] for paragraph in (rest, *paragraphs)]  # what a first line introduces
    lines = rest.split("\n")
    clauses = re.split(r"[,;.]", lines[0])[:10] if _ADJACENT.match(taken.rest) else []
    long = [piece for piece in (*lines, *re.split(r"(?<=[.!;])[ ]", rest)) if len(piece) >= least]
    for piece in dict.fromkeys([rest, *paragraphs, *bodies, *long[:MAX_PIECES], *clauses]):
        unlabelled = _LABEL.sub("", _LEAD.sub("", piece.strip(), count=1), count=1).strip(" ()")
        for bare in dict.fromkeys((piece.strip(), unlabelled)):
            try:
                if len(bare) <= MAX_ANSWER and judge(read(bare)).reason is Reason.WRONG_ANSWER:
                    return bare
            except UnreadableError as error:
                if error.reason in (Reason.HEDGED, Reason.WRONG_ANSWER):
                    return bare
    return None


def _unmarked(text: str, read: Read, judge: Judge) -> Finding:
    """Judge a reply without a marker: nothing but an answer, an introduced closing block, or a concluding sentence."""
    body = text.strip()
    head, _, block = body.rpartition("\n\n")
    line = re.split(r"\n|(?<=[.!?]) ", body)[-1]
    closing = ""
    if len(body) <= MAX_ANSWER and not head:
        closing = body
    elif _INTRODUCES.search(head[-300:]) and not _uncommitted(head[-300:].rsplit("\n", 1)[-1]):
        closing = block
    try:
        if closing:
            return _judge(_whole(closing, read), read, judge)
    except UnreadableError:
        pass
    try:
        if _CONCLUDES.match(line) or _IS_ANSWER.search(line):
            return _judge(_whole(line, read), read, judge)
    except UnreadableError:
        pass
    return Finding(Reason.NO_ANSWER, {"why": "the reply commits to nothing"}, None)


def _uncommitted(line: str) -> bool:
    """Say whether a line introduces an example or candidates rather than an answer."""
    return cues.is_example(line) or cues.why_unread(line) in _DECISIVE


def _whole(text: str, read: Read) -> Taken:
    return Taken(read(_unclaimed(_unled(text)[:MAX_ANSWER]).strip()), text, "")
