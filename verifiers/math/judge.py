"""Judge one reply against one gold: extract, read as what the gold is, compare, and say why.

This is the door of the package: it never raises on a reply, whatever the reply holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from verisieve.records import Outcome
from verisieve.verifiers import lazily
from verisieve.verifiers.math import meter, moments, shapes, texts
from verisieve.verifiers.math.compare import compare
from verisieve.verifiers.math.extract import Found, How, extract
from verisieve.verifiers.math.golds import Gold, Kind, prepare, squeezed, unwrapped
from verisieve.verifiers.math.nodes import (
    Apply,
    MathsError,
    Node,
    Num,
    TooLargeError,
    UnreadableError,
    has_units,
    heads,
    symbols,
)
from verisieve.verifiers.math.parse import parse
from verisieve.verifiers.math.readings import LEADING, readings
from verisieve.verifiers.math.rereading import maybe as _read
from verisieve.verifiers.math.rereading import rereadings
from verisieve.verifiers.math.scalars import Judgement, Result, undecided
from verisieve.verifiers.math.statements import stated


class Reason(StrEnum):
    """Why a reply is no pass."""

    WRONG = "wrong_answer"
    UNREADABLE = "unreadable"
    RESTATED = "restated"
    NO_ANSWER = "no_answer"
    HEDGED = "hedged"
    TOO_LARGE = "too_large"
    UNVERIFIABLE = "unverifiable"
    BAD_STEP = "bad_step"
    MISMATCH = "answer_mismatch"


class Ruling(NamedTuple):
    """What was decided about one reply, and on what grounds."""

    outcome: Outcome
    reason: str
    answer: str | None
    evidence: Mapping[str, Any]


_SHORT = lazily.pattern(r"^[ $]*(?![A-Z][a-z]{2})[A-Za-z]{2,4}[ $]*$")  # Bob is no product
_DIGIT = lazily.pattern(r"\d")
_INTEGER = lazily.pattern(r"-?\d{1,18}")
_NOTATION = lazily.pattern(r"\\(?!text|mathrm|mathbf|textbf|mbox|quad)[A-Za-z]|[=^_<>≤≥∑∫√]|\d\s*[+*/^]")
_UNIT_WORDS = 4  # square feet per hour
_MAX_SHOWN = 2000
_MAX_REMEMBERED = 200  # characters of an answer


def judge(gold: Gold, reply: str) -> Ruling:
    """Judge one reply."""
    meter.start()
    found = extract(reply)
    if found.text is None:
        reason = Reason.HEDGED if found.how is How.HEDGED else Reason.NO_ANSWER
        return Ruling(Outcome.NO_ANSWER, reason, None, {"extracted": str(found.how)})
    if not found.text.isascii():  # a lone surrogate would break whoever writes the verdict
        found = found._replace(text=found.text.encode("utf-8", "replace").decode("utf-8"))
    if found.tail:
        found = _measured(gold, found)
    return _judged(gold, found) if len(found.text or "") <= _MAX_REMEMBERED else _judged.__wrapped__(gold, found)


def _measured(gold: Gold, found: Found) -> Found:
    """Return the answer with the unit that stands behind its box, where a gold with a unit asks for one."""
    asked = gold.node is not None and (has_units(gold.node) or "percent" in heads(gold.node))
    words = found.tail.split(" ")[:_UNIT_WORDS] if asked or found.tail.lstrip("\\").startswith("%") else []
    for count in range(len(words), 0, -1):
        if (words[count - 1] == "in" and words[count:]) or words[count : count + 1] == ["points"]:  # 7 in all
            continue
        unit = " ".join(words[:count])
        text = f"{found.text}\\text{{ {unit}}}" if unit.replace(" ", "").isalpha() else f"{found.text} {unit}"
        node = _read(text)
        if node is not None and (has_units(node) or "percent" in heads(node)) and "noun" not in heads(node):
            return Found(text, found.how)
    return found._replace(tail="")


@lru_cache(maxsize=1024)
def _judged(gold: Gold, found: Found) -> Ruling:
    """Judge an answer, with a budget of its own; samples of one problem give the same answers again and again."""
    meter.start()
    return _JUDGES[gold.kind](gold, found)


def _ruling(passed: bool, gold: Gold, answer: str, found: Found, **evidence: Any) -> Ruling:  # the fact itself
    base = {"extracted": str(found.how), "expected": gold.text[:_MAX_SHOWN], "got": answer[:_MAX_SHOWN], **evidence}
    return Ruling(Outcome.PASS if passed else Outcome.FAIL, "" if passed else Reason.WRONG, answer[:_MAX_SHOWN], base)


def _choice(gold: Gold, found: Found) -> Ruling:
    assert found.text is not None
    expected = texts.choice(gold.text)
    assert expected is not None
    for text in (found.text, LEADING.sub("", found.text)):
        got = texts.choice(text)
        if got is not None:
            same = got.letter == expected.letter and not _contradicted(expected.text, got.text)
            return _ruling(same, gold, got.letter, found)
    if expected.text and texts.plain(found.text) == texts.plain(expected.text):
        return _ruling(True, gold, expected.letter, found, tier="text")
    offered = _read(expected.text) if expected.text else None
    if expected.text and (found.how is not How.WHOLE or (offered and _read(found.text))):
        return judge(prepare(expected.text, kind="" if offered else "text"), f"\\boxed{{{found.text}}}")
    return _unread(gold, found)


def _contradicted(expected: str, got: str) -> bool:
    """Say whether the text beside a letter is maths, and not that of the right option: (C) 16 for (C) 15."""
    if not (expected and got and _DIGIT.search(got) and _read(expected) and _read(got)):
        return False
    return judge(prepare(expected), f"\\boxed{{{got}}}").outcome is Outcome.FAIL


def _unread(gold: Gold, found: Found) -> Ruling:
    """Rule on a text that states no answer of the kind asked for."""
    assert found.text is not None
    shown = found.text[:_MAX_SHOWN]
    evidence = {"extracted": str(found.how), "expected": gold.text[:_MAX_SHOWN], "got": shown}
    if found.how is How.WHOLE:
        return Ruling(Outcome.NO_ANSWER, Reason.NO_ANSWER, None, evidence)
    return Ruling(Outcome.FAIL, Reason.UNREADABLE, shown, evidence)


def _moment(gold: Gold, found: Found) -> Ruling:
    for text in readings(found):
        same = moments.equal(unwrapped(gold.text), re.sub(r"^(?:at|on)\s+", "", unwrapped(text)))
        if same is not None:
            return _ruling(same, gold, text, found)
    return _unread(gold, found)


def _text(gold: Gold, found: Found) -> Ruling:
    assert found.text is not None
    said = (texts.concluding(found.text), *stated(found.text)) if found.how is How.WHOLE else ()
    for text in (found.text, texts.uncaused(found.text), *said):
        if texts.equal(gold.text, text):
            return _ruling(True, gold, found.text, found, tier="text")
    read = _read(found.text) if texts.plain(gold.text) in texts.NO_SOLUTION else None
    if read is not None and shapes.bare(read) in {_read(r"\emptyset"), _read("{}")}:
        return _ruling(True, gold, found.text, found, tier="text")
    product = _read(" ".join(gold.text.strip(" $"))) if _SHORT.match(gold.text) else None
    if product is not None and not _SHORT.match(found.text):  # a gold `ab` beside `b*a`
        return _maths(gold._replace(node=product), found)
    if gold.options.kind != "text" and _NOTATION.search(gold.text):  # maths that we cannot read decides nothing
        evidence = {"message": "the gold answer cannot be read", "expected": gold.text[:_MAX_SHOWN]}
        return Ruling(Outcome.ERROR, Reason.UNVERIFIABLE, found.text[:_MAX_SHOWN], evidence)
    return _ruling(False, gold, found.text, found, tier="text")


def _maths(gold: Gold, found: Found) -> Ruling:
    assert gold.node is not None
    assert found.text is not None
    if (
        _INTEGER.fullmatch(found.text)
        and isinstance(gold.node, Num)
        and gold.options.tolerance is None
        and gold.options.absolute is None
        and not gold.node.places
    ):
        got = int(found.text)
        return _ruling(gold.node.value == got, gold, found.text, found, tier="exact")
    if gold.text.strip() == found.text.strip() and gold.text.isascii() and texts.plain(gold.text):
        return _ruling(True, gold, found.text, found, tier="text")
    options = texts.letters(gold.text)
    if options and (chosen := texts.letters(LEADING.sub("", found.text))):  # AC beside A, C
        return _ruling(chosen == options, gold, found.text, found, tier="text")
    tried = set[str]()
    for text in readings(found):
        if text in tried:
            continue
        tried.add(text)
        text = text if _DIGIT.search(text) else texts.MATHS.get(texts.plain(text), text)
        try:
            node = parse(text)
        except TooLargeError as error:
            evidence = {"extracted": str(found.how), "too_large": str(error)}
            return Ruling(Outcome.LIMIT, Reason.TOO_LARGE, text[:_MAX_SHOWN], evidence)
        except UnreadableError:
            continue
        return _compared(gold, node, text, found)
    same = moments.equal(unwrapped(gold.text), unwrapped(found.text))
    return _unread(gold, found) if same is None else _ruling(same, gold, found.text, found)


def _compared(gold: Gold, node: Node, text: str, found: Found) -> Ruling:
    assert gold.node is not None
    if isinstance(gold.node, Apply) and gold.node.head == "ratio":
        same = moments.equal(unwrapped(gold.text), unwrapped(text))
        if same is not None:
            return _ruling(same, gold, text, found)
    try:
        result = _certified(_decided(gold, node, text))
    except RecursionError:
        result = undecided("budget", too_large="nested too deep for the caller's stack")
    except TooLargeError as error:
        result = undecided("budget", too_large=str(error))
    except (MathsError, ArithmeticError) as error:  # infinities that meet
        result = undecided("budget", unsupported=str(error))
    evidence = {"tier": result.tier, **({"witness": dict(result.witness)} if result.witness else {})}
    if result.judgement is Judgement.UNDECIDED:
        large = "too_large" in result.witness
        outcome, reason = (Outcome.LIMIT, Reason.TOO_LARGE) if large else (Outcome.ERROR, Reason.UNVERIFIABLE)
        return Ruling(outcome, reason, text[:_MAX_SHOWN], evidence)
    if result.judgement is Judgement.SAME and _symbolic(gold.node, node, result.tier):
        return _ruling(False, gold, text, found, tier=result.tier, witness={"kind": "a free symbol is no value"})
    if result.judgement is Judgement.SAME and _restates(gold, node, text):
        return Ruling(Outcome.FAIL, Reason.RESTATED, text[:_MAX_SHOWN], evidence)
    return _ruling(result.judgement is Judgement.SAME, gold, text, found, **evidence)


def _symbolic(gold: Node, answer: Node, tier: str) -> bool:
    """Say whether a value is asked for and the answer holds a variable that cancels, such as x/x for 1."""
    plain = tier == "polynomial" and not symbols(gold) and not has_units(gold)
    return plain and bool(symbols(shapes.bare(answer)))


def _certified(result: Result) -> Result:
    """Return a numeric difference with the enclosures that prove it."""
    if result.claim is None:
        return result
    from verisieve.verifiers.math.certificates import certified  # few judgements need it

    return certified(result)


def _restates(gold: Gold, node: Node, text: str) -> bool:
    """Say whether an answer only repeats a formula of the question that was to be worked out."""
    if not gold.prompt or not isinstance(node, Apply) or node == gold.node:
        return False
    formula = squeezed(text)
    return len(formula) > 2 and formula in gold.prompt and squeezed(gold.text) not in gold.prompt  # `2x` is no copy


def _decided(gold: Gold, node: Node, text: str) -> Result:
    """Compare; where commas and `and` may join items or digits, every reading is tried."""
    assert gold.node is not None
    result = compare(gold.node, node, gold.options)
    if result.judgement is Judgement.SAME or not ("," in text + gold.text or "and" in text):
        return result
    for expected, got in rereadings(gold.text, text):
        again = compare(expected, got, gold.options)
        if again.judgement is Judgement.SAME:
            return again
    return result


_JUDGES = {Kind.MATHS: _maths, Kind.CHOICE: _choice, Kind.MOMENT: _moment, Kind.TEXT: _text}
