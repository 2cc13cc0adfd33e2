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
from collections.abc import Callable
from typing import Any, NamedTuple

from verisieve.verifiers.reasoning import cues
from verisieve.verifiers.reasoning.cues import NOTE
from verisieve.verifiers.reasoning.envelopes import opened
from verisieve.verifiers.reasoning.findings import Finding, Reason, UnexpectedError, UnreadableError, shown
from verisieve.verifiers.reasoning.markers import markers, unquoted
from verisieve.verifiers.reasoning.plain import BOX, plain
from verisieve.verifiers.reasoning.simpler import starts_with_table, versions
from verisieve.verifiers.replies import visible

MAX_ANSWER = 20_000  # characters that one answer may have
MAX_TRIES = 60  # stretches of text given to the reader
MAX_MARKERS = 20  # commitments tried, from the last one back
MAX_REMARKED = 2_000  # characters of an answer with a remark on it
SHORT = 40  # characters of a remark that a negation turns
MAX_PIECES = 200  # pieces of later text looked at for a second answer

Read = Callable[[str], Any]
Judge = Callable[[Any], Finding]

_CONCLUSION = (
    "so|therefore|thus|hence|in conclusion|finally|overall|in summary|to conclude|consequently|we (?:get|conclude)"
    "|i conclude|this gives|it follows(?=,? that)"
)
_LEAD = re.compile(
    rf"(?:{_CONCLUSION}|accordingly|then|that|as follows|indeed|we (?:have|obtain)|i (?:get|believe|think)|this means)"
    r"\b(?! ?[=+])[,:]?[ \n]*",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(rf"(?:{_CONCLUSION})\b", re.IGNORECASE)
_INTRODUCES = re.compile(
    r"\b(?:final|complete|completed|solution|result|answer|here|grid|order|plan|assignment|arrangement|filled|solved|expression|string|sequence|moves?|route|path|date|colou?ring|values)\b[^\n]*:\s*$",
    re.IGNORECASE,
)
_IS_ANSWER = re.compile(r"[ ]+is (?:the|my) (?:final |correct )?answer[ ]*[.!]?\s*$", re.IGNORECASE)
_REMARK = re.compile(
    r"[ ]*(?:,[ ]as\b|[,;]?[ ](?:because|since|so that|as (?:premises?|required|clues?)|using|where|by"
    r"|which (?:uses|satisfies|equals|gives|makes))\b)"
    r"|[,;][ ]for\b|(?P<again>[,;]?[ ](?:i\.e\.,?|that is,|in other words,)[ ])"
    r"|(?P<rel>,[ ]which[ ](?:has|ends|beats|is cheaper|is shorter|contains)\b)"
    r"|(?P<fits>[ ](?:works|is (?:a )?valid|fits|satisf(?:ies|y)|meets|fulfils)\b)"
    r"|(?P<dash>[ ]-[ ](?=[a-z]))|(?P<note>[ ]*\([^()\n]{1,200}\)[ ]*[.!]?$)",
    re.IGNORECASE | re.MULTILINE,
)
_CONDITION = re.compile(
    r"\b(?:if|assum\w+|provided|except|ignor\w+|but|modulo|when|only|unless|however|although|unlike|whereas"
    r"|revers\w+|backwards?|mirror\w*|swap(?!\()\w*|right to left|last to first|descending"
    r"|read as|really|is meant|interpreted|stands? for|rather|no longer|exchang\w+|shift(?:ed|s)?|(?:en)?coded"
    r"|(?:counter-?|anti-?)clockwise|from (?:the )?(?:last|end|bottom|right)|(?:the|which) real|to get the|minus one"
    r"|plus one|add \d+|subtract \d+|other way|opposite|trad(?:es?|ed|ing)|replac\w+|append\w*|struck|strike"
    r"|complet(?:ed?|ing) (?:it|by)|recolou?r\w*|repaint\w*|transpos\w+|column by column|yet to be"
    r"|(?:written|told) twice|(?:first|other) half|higher"
    r"|lower|too (?:few|many)|places|mixed up|handed over|laid back|goes on|on top|in all|counted (?:from|with)"
    r"|as long as|avoided|left in place|is closed|rightmost|in this list|printout|made now|number \d+ is"
    r"|forced|some of|i (?:tested|judged))\b|%|\?",
    re.IGNORECASE,
)
_FALSE = re.compile(  # of a variable, of a day, of a string
    r"\b[A-Za-z]\d? (?:is |= ?)?false\b|\bnot (?:counting|including) the (?:start|first)\b"
    r"|\bone of (?:several|(?:the )?many|multiple|various)\b",
    re.IGNORECASE,
)
_PARTLY = re.compile(r"\b(?:most|none|no|nothing|nearly|almost|some|partly|hardly|better|best)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!])[ ]+(?=[A-Z(])")
_GOES_ON = re.compile(r"[ ]*+\n?+[ ]*+(?![\nA-Z(✓✅✔]|$)")  # what follows is no new sentence
_ENTRY = re.compile(r"[ ]*(?:[-*•+|][ ]?\w|\(?\d{1,3}[.):]|(?:house|row|step|position|move)[ ]*#?\d)", re.IGNORECASE)
_BLANK, _NEWLINE = re.compile(r"\n[ ]*\n"), re.compile(r"\n")
_SO, _STOP = re.compile(r"\b(?:so|hence|thus|therefore)\b,?[ ]", re.IGNORECASE), re.compile(r"(?<=[.!;])\s|\n")
_COMMA = re.compile(r",[ ]")
_ADJACENT = re.compile(r"[ ]*\n?[ ]*[^\s]")  # what follows is on the same line or the next one
_SUMMARY = re.compile(
    r"[ *_]*(?:so,? |and,? )?(?:to sum up|to summari[sz]e|in summary|summary:|in short|in sum|overall|in conclusion"
    r"|to conclude|all in all|to recap|in a nutshell|in other words|altogether)[,:]?[ *_]*",
    re.IGNORECASE,
)
_FIGURE = re.compile(  # so the final cost is 20
    r"\b(?:final|correct|true|actual|real|overall)\s+(?:total\s+)?"
    r"(?:cost|value|price|answer|total|distance|length|time|makespan|sum)\s+"
    r"(?:is|=|becomes|comes to|must be)\s*:?\s*(\d{1,9})\b(?!\s*[-+*/])",
    re.IGNORECASE,
)
ALIKE = 0.7  # of an answer's words
MAX_UNKNOWN = 15  # words that a summary may have beside an answer
_LABELS = re.compile(
    r"\b(?:entailed|contradicted|unknown|true|false|follows|valid|invalid|impossible)\b", re.IGNORECASE
)
_BULLET = re.compile(r"^\s*[-*•+] +(?!\n)")
_LABEL = re.compile(r"\s*[(\[]?[A-Za-z][A-Za-z ]{0,30}:\s*")
_DECISIVE = frozenset({Reason.HEDGED, Reason.NEGATED, Reason.DECLINED, Reason.PLACEHOLDER})


class Taken(NamedTuple):
    """A read answer: its value, its text, and what came after it."""

    value: Any
    text: str
    rest: str


def settle(reply: str, read: Read, judge: Judge) -> Finding:
    """Find the committed answer of a raw reply and judge it; `read` raises UnreadableError for what it cannot take."""
    text = cues.unaddressed(plain(unquoted(visible(reply))))
    for marker in reversed(markers(text)[-MAX_MARKERS:]):
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


def _take(region: str, read: Read, *, again: bool = False) -> Taken:
    """Read the longest stretch from the start of a region that is an answer as a whole; once more in simpler words."""
    region = region.replace(BOX, " ").lstrip(f" \n*_{NOTE}")
    region = region.removeprefix("->").lstrip(" *_")
    whole = region
    if region.count("}") > region.count("{"):  # the end of a JSON object that the marker is inside of
        region = region.rstrip().removesuffix("}")
    region = _unled(region)
    first: UnreadableError | None = None
    ends = _ends(region)
    for end in ends:
        stretch = region[:end].strip()
        try:
            rest = region[len(region[:end].rstrip()) :]
            return Taken(read(_unclaimed(stretch)), stretch, rest.replace(NOTE, "\n"))
        except UnreadableError as error:
            if error.reason is Reason.HEDGED:
                if again or not starts_with_table(region):
                    raise
                first = error
                break
            remarked = None if first else _remarked(region, read, ends[1] if len(ends) > 1 else 0)
            first = first or error
        if remarked:
            return remarked
    hedged = first is not None and first.reason is Reason.HEDGED
    remarked = _remarked(region, read, 0) if len(ends) > 1 and not hedged else None
    if remarked:
        return remarked
    for version in versions(region[:MAX_ANSWER]) if first and not again else ():
        try:
            return _take(version, read, again=True)
        except UnreadableError as error:
            if error.reason is Reason.HEDGED:
                raise
    inner = opened(whole[:MAX_ANSWER], _turns) if first and not hedged and '"' in whole and "}" in whole else None
    if inner:
        return Taken(read(_unclaimed(inner.text.strip())), inner.text, inner.rest.replace(NOTE, "\n"))
    raise first or UnreadableError("nothing after the marker", Reason.NO_ANSWER)


def _remarked(region: str, read: Read, least: int) -> Taken | None:
    """Read an answer of at least some length up to a remark on it: a reason, or parentheses that close the line."""
    line = region.split("\n\n", 1)[0].split(NOTE, 1)[0][:MAX_REMARKED].rstrip()
    for match in _REMARK.finditer(line, least):
        head, remark = line[: match.start()].strip(), line[match.start() :]
        loose = match["note"] or match["dash"] or match["fits"] or match["rel"]  # what follows need not be a reason
        if _CONDITION.search(remark) or any(head.count(a) != head.count(b) for a, b in ("()", "[]", "{}")):
            continue
        if (match["fits"] or match["rel"]) and _PARTLY.search(remark):
            continue
        if loose and ("\n" in remark or _turns(remark.strip(" ()-"))):
            continue
        try:
            value = read(head)
            if _names_another(remark, value, read):
                continue
            if match["again"]:
                read(line[match.end() :].rstrip(" ."))  # whether it is the same is seen where later answers are
                return Taken(value, head, "\n" + region[match.end() :])
            return Taken(value, head, region[match.start() :])
        except UnreadableError:
            continue
    return None


def _names_another(remark: str, value: Any, read: Read) -> bool:
    """Say whether a remark has the label of another answer."""
    for word in dict.fromkeys(_LABELS.findall(remark)):
        try:
            if read(word) != value:
                return True
        except UnreadableError:
            continue
    return False


def _turns(remark: str) -> bool:
    """Say whether a remark takes away from what it follows; what is not so may be told at its far end."""
    remark = _FALSE.sub("", remark)
    reason = cues.why_unread(remark)
    if reason is Reason.NEGATED:
        return len(remark) < SHORT or cues.why_unread(remark[: SHORT // 2]) is Reason.NEGATED
    return reason is not Reason.UNREADABLE


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
    clauses += [lines[0][match.end() :] for match in list(_COMMA.finditer(lines[0]))[:10]] if clauses else []
    clauses += [_STOP.split(rest[match.end() :], 1)[0] for match in list(_SO.finditer(rest))[:10]]
    long = [piece for piece in (*lines, *re.split(r"(?<=[.!;])[ ]", rest)) if len(piece) >= least]
    told = _summed_up(rest, taken.text, read, judge) or _other_value(taken, read)
    if told:
        return told
    for piece in dict.fromkeys([rest, *paragraphs, *bodies, *long[:MAX_PIECES], *clauses]):
        piece = _BULLET.sub("", piece)
        unlabelled = _LABEL.sub("", _LEAD.sub("", piece.strip(), count=1), count=1).strip(" ()")
        for bare in dict.fromkeys((piece.strip(), unlabelled)):
            try:
                if len(bare) <= MAX_ANSWER and judge(read(bare)).reason is Reason.WRONG_ANSWER:
                    return bare
            except UnreadableError as error:
                if error.reason in (Reason.HEDGED, Reason.WRONG_ANSWER):
                    return bare
    return None


def _summed_up(rest: str, answer: str, read: Read, judge: Judge) -> str | None:
    """Return a summary behind an answer that says something else, read without the words that no answer has."""
    for sentence in re.split(r"(?<=[.!;])\s|\n", rest)[:MAX_PIECES]:
        summary = _SUMMARY.match(sentence)
        if not summary and (so := _SO.search(sentence)) and _much_alike(sentence[so.end() :], answer):
            summary = so
        if not summary:
            figure = _FIGURE.search(sentence)
            if figure and figure[1] not in re.findall(r"\d+", answer):
                return sentence
            continue
        text = sentence[summary.end() :].strip()
        for _ in range(MAX_UNKNOWN):
            try:
                if judge(read(text)).reason is Reason.WRONG_ANSWER:
                    return sentence
                break
            except UnexpectedError as error:
                if error.word not in text or cues.why_unread(error.word) in _DECISIVE:
                    break
                text = text.replace(error.word, " ", 1)
            except UnreadableError as error:
                if error.reason is Reason.WRONG_ANSWER:
                    return sentence
                break
    return None


def _much_alike(clause: str, answer: str) -> bool:
    """Say whether a clause holds nearly all words of an answer, so that it may be another one."""
    told, said = set(re.findall(r"\w+", answer.lower())), set(re.findall(r"\w+", clause.lower()))
    return len(told & said) >= ALIKE * len(told)


def _other_value(taken: Taken, read: Read) -> str | None:
    """Return a clause on an answer's own line that gives one of its entries another value."""
    line = taken.rest.lstrip(" ").split("\n")[0] if isinstance(taken.value, dict) else ""
    for clause in re.split(r"[,;.]\s|\s(?:so|and)\s", line)[:10] if line else []:
        try:
            found = read(clause.strip(" ()"))
        except UnreadableError:
            continue
        if isinstance(found, dict) and any(taken.value.get(key, value) != value for key, value in found.items()):
            return clause.strip()
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
