"""Short texts, choice letters, dates and times: answers that are no algebra.

Texts are equal after case, articles and a few synonyms; nothing here is fuzzy.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from verisieve.verifiers import lazily

_WRAPPERS = lazily.pattern(
    r"\\(?:text|textbf|textit|mathrm|mathbf|textrm|mbox|emph|operatorname|textsc|textsf|mathsf|texttt|mathtt|underline)\s*\{([^{}]*)\}"
)
_MARKUP = lazily.pattern(r"\*\*|__|`|\$|\\[()\[\],;:! ]|\\(?:quad|left|right|displaystyle)\b|[{}]")
_PUNCTUATION = lazily.pattern(r"[\"“”‘.,;:!?]+(?=\s|$)|^[\"“”‘]+")
_ARTICLES = lazily.pattern(r"\b(?:the|a|an)\b\s*")
_LEADS = lazily.pattern(
    r"^(?:(?:so|thus|hence|therefore),? )?(?:there (?:is|are|exists?|exist)|it(?:'s| is)|"
    r"it(?= cannot| can't| does| has)|this is|they are|"
    r"we have|it has|(?:the )?(?:(?!not |never |no )\w+ ){1,3}(?:is|are|has|have)(?! (?:not|no longer)\b)) "
)
_YES_NO = lazily.pattern(
    r"^(yes|no|true|false)\b(?!\s*(?:and|or|/|solution|real|integer|such)\b)\s*(?:[,.;:!—–-]|$|because|since|as\b)",
    re.IGNORECASE,
)
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}
_TORN = lazily.pattern(
    r"^\W*(?:no|false)\W+(?:yes|true)\W*$|^\W*(?:yes|true)\W+(?:no|false)\W*$|\b(?:or|and|unless|rather)[\s,]+(?:yes|no|not|true|false)\b|\?\s*$",
    re.IGNORECASE,
)
_SYNONYMS = {
    "limit dne": "does not exist",
    "dne": "does not exist",
    "doesn't exist": "does not exist",
    "limit does not exist": "does not exist",
    "no limit": "does not exist",
    "limit fails to exist": "does not exist",
    "fails to exist": "does not exist",
    "neither even nor odd": "neither",
    "neither odd nor even": "neither",
    "no solutions": "no solution",
    "has no solution": "no solution",
    "no solution exists": "no solution",
    "no solutions exist": "no solution",
    "none exist": "no solution",
    "no real solutions": "no real solution",
    "no real roots": "no real solution",
    "no real root": "no real solution",
    "no roots": "no solution",
    "infinitely many": "infinitely many solutions",
    "infinite solutions": "infinitely many solutions",
    "infinite number of solutions": "infinitely many solutions",
    "infinitely many solution": "infinitely many solutions",
    "y": "yes",
    "correct": "true",
    "convergent": "converges",
    "divergent": "diverges",
    "undef": "undefined",
    "not defined": "undefined",
    "discontinuous": "not continuous",
    "cannot be determined": "not enough information",
    "can't be determined": "not enough information",
    "impossible to determine": "not enough information",
}
_ORDINALS = {"first": "1", "1st": "1", "i": "1", "one": "1", "second": "2", "2nd": "2", "ii": "2", "two": "2",
             "third": "3", "3rd": "3", "iii": "3", "three": "3", "fourth": "4", "4th": "4", "iv": "4",
             "four": "4"}  # fmt: skip
_QUADRANT = lazily.pattern(r"\b(?:quadrant (\w+)|(\w+) quadrant)\b")
_CAUSE = lazily.pattern(r"[,;]?\s+(?:because|since)\b[^.]*\.?\s*$", re.IGNORECASE)
_OF_THE_NAMED = lazily.pattern(
    r" (?:is (?:winner|tallest|oldest|youngest|fastest|one)|wins|won|will win|always wins|has winning strategy)"
)
_KIND = lazily.pattern(  # an isosceles triangle is isosceles
    r"(?<=\w) (?:triangle|quadrilateral|polygon|angle|function|map|series|sequence|number|matrix|graph|relation|curve)$"
)
NO_SOLUTION = frozenset({"no solution", "no real solution"})
MATHS = {
    "all real numbers": r"\mathbb{R}",
    "all reals": r"\mathbb{R}",
    "all real x": r"\mathbb{R}",
    "real numbers": r"\mathbb{R}",
    "every real number": r"\mathbb{R}",
    "all real values": r"\mathbb{R}",
    "empty set": r"\emptyset",
    "no real solution": r"\emptyset",
    "no solution": r"\emptyset",
    "positive real numbers": r"(0,\infty)",
    "all positive real numbers": r"(0,\infty)",
    "negative real numbers": r"(-\infty,0)",
    "all negative real numbers": r"(-\infty,0)",
    "nonnegative real numbers": r"[0,\infty)",
    "all nonnegative real numbers": r"[0,\infty)",
    "non-negative real numbers": r"[0,\infty)",
    "all non-negative real numbers": r"[0,\infty)",
    "infinity": r"\infty",
    "oo": r"\infty",
    "inf": r"\infty",
    "positive infinity": r"\infty",
    "negative infinity": r"-\infty",
    "minus infinity": r"-\infty",
    "diverges to infinity": r"\infty",
    "tends to infinity": r"\infty",
    **dict.fromkeys(("unendlich", "plus unendlich", "infini", "l'infini", "无穷", "正无穷", "无穷大"), r"\infty"),
    **dict.fromkeys(("minus unendlich", "moins l'infini", "负无穷", "负无穷大"), r"-\infty"),
}


def plain(text: str) -> str:
    """Return a text without markup, articles and end punctuation, in lower case.

    >>> plain(r"\\text{No solution}."), plain("**The  Origin**")
    ('no solution', 'origin')
    """
    for _ in range(3 if "\\" in text else 0):
        text = _WRAPPERS.sub(r" \1 ", text)
    text = _MARKUP.sub(" ", text).replace("’", "'").replace("~", " ")
    text = _ARTICLES.sub("", " ".join(text.split()).lower().strip(" '"))
    text = _PUNCTUATION.sub("", text).strip().replace("right-angled", "right")
    text = _QUADRANT.sub(_numbered, text) if "quadrant" in text else text
    return _SYNONYMS.get(text, text)


def _numbered(match: re.Match[str]) -> str:
    """Number a quadrant: the third one is quadrant III."""
    name = match[1] or match[2]
    return f"quadrant {_ORDINALS.get(name, name)}"


def equal(gold: str, answer: str) -> bool:
    """Say whether two short texts say the same.

    >>> equal("Yes", "Yes, it converges."), equal("not continuous", "continuous"), equal("Yes", "Yes and no.")
    (True, False, False)
    """
    expected, got = plain(gold), plain(answer)
    if expected == got or _bare(expected) == _bare(got):
        return True
    if len(_items(gold)) > 1 and _items(gold) == _items(answer):
        return True
    leading = _YES_NO.match(unmarked(answer))
    if leading and expected in {"yes", "no", "true", "false"}:
        return _TRUTH[leading[1].lower()] == _TRUTH[expected] and not _TORN.search(answer)
    if expected in _TRUTH and got in _TRUTH:
        return _TRUTH[expected] == _TRUTH[got]
    said = unled(got)
    said = _SYNONYMS.get(said, said)
    if said in {expected, unled(expected)} or _KIND.sub("", said) == _KIND.sub("", expected):
        return True
    if (expected, said) == ("no solution", "no real solution"):  # as its question asks for real ones
        return True
    if unmarked(gold)[:1].isupper() and _named(expected, got):
        return True
    return bool(
        re.fullmatch(rf"(?:(?:this |it )|(?!(?:never|not|no|hardly|rarely)\b)\w+ ){re.escape(expected)}", got)
    ) and _verbal(expected, answer)


def _named(expected: str, got: str) -> bool:
    """Say whether a sentence ends in the name that is the gold: it falls on a Saturday."""
    if got.startswith(expected) and _OF_THE_NAMED.fullmatch(got, len(expected)):
        return True
    ends = re.search(rf"\b(?:on|in|at|by|named|called|be|was)\s+{re.escape(expected)}$", got)
    return bool(ends) and len(got) < 80 and not re.search(r"\b(?:not|never|neither|nor|or|either)\b|n't\b", got)


def _verbal(expected: str, answer: str) -> bool:
    """Say whether a text is `the series converges` or `it converges`: a subject and the gold as its verb."""
    return expected.endswith("s") and bool(re.match(r"\W*(?:the|this|it)\b", answer.strip(), re.IGNORECASE))


def _items(text: str) -> frozenset[str]:
    """Return the parts of a list of words, in any order."""
    return frozenset(plain(part) for part in re.split(r",|;|&|\band\b", unmarked(text)) if part.strip())


def _bare(text: str) -> str:
    return re.sub(r"[\s'-]+", "", text)


def unmarked(text: str) -> str:
    """Return a text without markup."""
    for _ in range(2 if "\\" in text else 0):
        text = _WRAPPERS.sub(r"\1", text)
    return _MARKUP.sub("", text).strip()


def unled(text: str) -> str:
    """Drop the start of a sentence that only introduces its predicate.

    >>> unled("there is no solution")
    'no solution'
    """
    return _LEADS.sub("", text, count=1)


def uncaused(text: str) -> str:
    """Drop the reason that a sentence gives.

    >>> uncaused("The limit does not exist because both sides differ.")
    'The limit does not exist'
    """
    return _CAUSE.sub("", text)


_HENCE = lazily.pattern(
    r"^[^.;?!]{1,200},\s+(?:so|hence|thus|therefore)\s+(?P<end>[^.,;?!]{1,80})\.?\s*$", re.IGNORECASE
)


def concluding(text: str) -> str:
    """Return what one sentence concludes with, or all of the text.

    >>> concluding("The two limits differ, so the limit fails to exist.")
    'the limit fails to exist'
    """
    found = _HENCE.match(text)
    return found["end"] if found else text


_LETTER = lazily.pattern(
    r"^(?:(?i:option|choice|answer|letter)\s*:?\s*)?[(\[]?\s*([A-Z])\s*"
    r"(?:(?:[)\].:]+|\s[-–—]\s)\s*(?P<rest>.*)|$|[,]?\s+(?:because|since|as|not|and not|rather than)\b.*)$",
    re.DOTALL,
)
_SO = lazily.pattern(r"^(?:so|thus|hence|therefore|finally)\b,?\s*(?:we\s+)?", re.IGNORECASE)
_CORRECT = lazily.pattern(
    r"(?:^|[\s(*])(?:option|choice|answer|letter)?\s*\(?\b([A-Z])\b\)?\s+is\s+(?:the\s+)?"
    r"(?:correct|right|true)\b(?:\s+(?:option|choice|answer))?",
    re.IGNORECASE,
)
_NEGATED = lazily.pattern(r"\bnot\b|n't", re.IGNORECASE)
_OPTION = lazily.pattern(  # Choice (b) is the only one that fits
    r"^(?:the\s+)?(?:(?:correct|right|best)\s+)?(?:option|choice)\s+\(?([A-H])\)?\s+is\s+(?:the\s+)?"
    r"(?:only|correct|right|best|one|answer)\b",
    re.IGNORECASE,
)
_CHOSEN = lazily.pattern(
    r"^(?:(?:i\s+|i'd\s+)?(?:choose|pick|select|would choose|(?:would )?go with)|it(?:'s| is)|select|choose)\s+"
    r"(?:option\s+|choice\s+)?\(?([A-Z])\)?\W*$",
    re.IGNORECASE,
)


_JUDGED = lazily.pattern(
    r"^(?:is|are|was|isn't|cannot|can't|does|doesn't|has|fails|would|gives|leads|works)\b", re.IGNORECASE
)
_CONCLUDED = lazily.pattern(
    r"(?:^|[.;,]\s+)(?:hence|so|thus|therefore|consequently),?\s+(?:it(?:'s| is| must be)\s+|we (?:choose|pick)\s+)?"
    r"(?:the\s+answer\s+is\s+)?(?:option\s+|choice\s+)?\(?([A-Z])\)?\W*$|"
    r"[,;]\s*(?:leaving|which leaves|(?:so|and) we are left with)\s+(?:us with\s+|only\s+)?(?:option\s+|choice\s+)?"
    r"\(?([A-Z])\)?\W*$",
    re.IGNORECASE,
)


_LETTERS = lazily.pattern(r"[A-H](?:\s*(?:,|;|&|、|,?\s*\band\b|和)\s*[A-H])+")
_RUN = lazily.pattern(r"[A-H]{2,6}")


@lru_cache(maxsize=1024)  # golds come again and again
def letters(text: str) -> frozenset[str] | None:
    """Return the options that a text lists, joined by signs or written as one word in their order; else None.

    >>> letters("(A) and (C)") == letters("AC") == {"A", "C"}, letters("CA"), letters("B")
    (True, None, None)
    """
    text = unmarked(text).replace("(", "").replace(")", "").strip(" .")
    if _LETTERS.fullmatch(text):
        return frozenset(sign for sign in text if sign.isupper())
    return frozenset(text) if _RUN.fullmatch(text) and list(text) == sorted(set(text)) else None


class Choice(NamedTuple):
    """A choice letter and the text that came with it."""

    letter: str
    text: str = ""


def choice(text: str) -> Choice | None:
    """Return the one letter that a text commits to, or None.

    >>> choice("(B) 42"), choice("B or C"), choice("A careful look")
    (Choice(letter='B', text='42'), None, None)
    """
    text = _SO.sub("", " ".join(unmarked(text).split()).strip(" \"'“”"))
    if re.fullmatch(r"[(\[]?[a-h][)\].]?", text):
        return Choice(text.strip("()[].").upper())
    match = _LETTER.match(text)
    if match and not _JUDGED.match(match["rest"] or ""):
        rest = (match["rest"] or "").strip()
        if re.match(r"^(?:or|and|nor|/|,|&)?\s*\(?[A-Z]\)?[.)]?$", rest) and rest not in {"", "."}:
            return None
        return Choice(match[1], rest.strip(" ."))
    chosen = _CHOSEN.match(uncaused(text)) or _CONCLUDED.search(text)
    letter = next(filter(None, chosen.groups()), "") if chosen else ""
    if letter.isupper():
        return Choice(letter)
    option = _OPTION.match(text)
    if option and len(re.findall(r"\b(?:option|choice)\b", text, re.IGNORECASE)) == 1 and not _NEGATED.search(text):
        return Choice(option[1].upper())
    correct = [found for found in _CORRECT.findall(text) if found.isupper()]
    if len(set(correct)) == 1 and not _NEGATED.search(text):
        return Choice(correct[0])
    return None
