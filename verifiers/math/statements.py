"""What a sentence states: its predicate, the maths at its end, the value that a closing `so ... is 17` arrives at.

Sentences only; where a reply holds its answer is the work of extract.py.
"""

from __future__ import annotations

import re

from verisieve.verifiers import lazily

SENTENCE_END = lazily.pattern(r"(?<![A-Za-z\d]\.[A-Za-z])[.!?](?=\s+(?:[A-Z(\[\"'*]|$)|\s*$)")
HEDGE = lazily.pattern(
    r"\b(?:either|maybe|perhaps|possibly|probably|might\s+be|could\s+(?:also\s+)?be|not\s+sure|unsure|alternatively|"
    r"or\s+else|depending\s+on|not\s+certain|guess|one\s+of)\b",
    re.IGNORECASE,
)
_MATHS_END = lazily.pattern(r"(?:\$\$?([^$]+)\$\$?|\\\((.+?)\\\)|\\\[(.+?)\\\])\s*[.!]?\s*$", re.DOTALL)
_JOINED_END = lazily.pattern(  # So $a = 2$ and $b = -1$.
    r"(?:^|\b(?:at|so|thus|hence|therefore|then|is|are|be|get|obtain|find|gives?)\b:?,?\s+)"
    r"((?:\$[^$]+\$\s*(?:,\s*(?:(?:and|or)\s+)?|(?:and|or)\s+))+\$[^$]+\$)\s*[.!]?\s*$",
    re.IGNORECASE,
)
_EQUATIONS = lazily.pattern(  # Thus x = 3 and y = 4.
    r"^(?:[A-Z][^.=$]{2,60},\s+)?(?:so|thus|hence|therefore|then|we\s+(?:have|get|obtain|find)),?\s+"
    r"((?:[a-z]\s*=\s*[^,;.=$]+?(?:,\s*(?:(?:and|or)\s+)?|\s(?:and|or)\s+))*[a-z]\s*=\s*[^,;=$]+?)\.?\s*$",
    re.IGNORECASE,
)
_PREDICATE = lazily.pattern(
    r"(?:\b[Ii]t's|\b(?:is|equals|are|=|gives|be|comes\s+(?:out\s+)?to|amounts\s+to|tends\s+to|(?:intersect|meet|cross|lie|occur|arrive|leave|depart|start|begin|end|open|close|land|finishe)s?\s+at|(?:occur|happen|fall|start|begin|end|open)s?\s+on|(?:located|centered|attained)\s+at|approaches|goes\s+to|diverges\s+to))\s+(?:equal\s+to\s+|exactly\s+)?([^.!?]*(?:\.\d[^.!?]*)*)[.!]?\s*$"
)
_SUBJECT = lazily.pattern(
    r"^(?:(?:so|thus|hence|therefore),?\s+)?(.{1,60}?)\s+is\s+the\s+(?:final\s+|correct\s+|right\s+)?(?:answer|solution|result)\W*$",
    re.IGNORECASE,
)
_GOT = lazily.pattern(
    r"^(?:(?:so|thus|hence|therefore),?\s+)?(?:i|we)\s+\w+\s+(.{1,60}?)\s+as\s+(?:the|my|our)\s+(?:final\s+)?(?:answer|result)\W*$",
    re.IGNORECASE,
)
_DENIAL = lazily.pattern(
    r"\b(?:not|n't|never|neither|nor|wrong|incorrect|cannot|except|unless|isn't|aren't|refuse|step|question|ignore|false|doubt|unlikely|guess|hope|suppose|assume|if)\b|n't\b",
    re.IGNORECASE,
)
_CLAUSE = lazily.pattern(r",\s+(?:and\s+)?(?:so|thus|hence|therefore)\s+")
_WHERE = lazily.pattern(
    r",?\s+(?:which\s+is\s+)?(?:attained|reached|achieved|obtained|occurring|taken)\s+(?:at|when|for|where|only)\b[^.]*\.?\s*$"
)
_NO_TITLE = (  # of what is no answer
    r"(?!(?i:(?:[a-z' ]* )?(?:step|case|example|question|problem|note|hint|given|attempt|warning|format|student|try"
    r"|check|remark|part|task|wrong|incorrect|false|naive|common|mistake|estimate|guess|rough|approximate|approximation"
    r"|bound|upper|lower|limit on|assumption|claim|suppose|alternative|option|first|initial|draft|expected|reference"
    r"|key|distractor|trap|hypothesis)(?:'s|s)?\b))"
)
_TITLE = lazily.pattern(  # **Speed:** 72 km/h
    rf"^\*\*{_NO_TITLE}"
    r"[A-Z][A-Za-z ]{2,30}(?::\*\*|\*\*:)\s*([^:;]{1,120}?)\.?$",
    re.IGNORECASE,
)
_EITHER_WAY = lazily.pattern(r"\bwith\b[^.]*\bwithout\b|\bwithout\b[^.]*\bwith\b", re.IGNORECASE)  # a value for each
_CONSTANTS = lazily.pattern(
    r",?\s+(?:where|with|and)\s+[^.,]{1,40}\barbitrary\s+(?:real\s+)?constants?\s*\.?\s*$", re.IGNORECASE
)
_ON_DOMAIN = lazily.pattern(
    r"\$([^$]+)\$\s+(?:for|on|when|where)\s+(?:all\s+)?\$([^$]*(?:[<>≤≥]|\\(?:in|[lg]eq?|neq?|lt|gt)\b)[^$]*)\$\s*\.?\s*$"
)
_OF_THEM = lazily.pattern(r"\s+of\s+(?:them|these|those)$", re.IGNORECASE)
_NAMELY = lazily.pattern(r"\b(?:i\.e\.|that\s+is,|namely),?\s+([^,;!?]{1,60}?)\.?\s*$")


def _titled(whole: str) -> list[str]:
    """Return what stands behind a bold title, and a function with its domain."""
    titled, on = _TITLE.match(whole), _ON_DOMAIN.search(whole)
    found = [f"{on[1]}, {on[2]}"] if on else []  # $f(x) = x$ for $x > 0$
    if titled:
        found.append(titled[1].replace("$", "").strip() if titled[1].count("$") == 2 else titled[1])
    return found


def stated(whole: str) -> list[str]:
    """Return what a short text may state as its answer, if it is one sentence: the maths at its end, its predicate.

    >>> stated("It tends to $\\\\infty$."), stated("The value is 5."), stated("4 is wrong; certainly not 4")
    (['\\\\infty'], ['5'], [])
    """
    if _DENIAL.search(whole) or _EITHER_WAY.search(whole) or len(SENTENCE_END.findall(whole)) > 1 or "\n\n" in whole:
        return []
    whole = _CONSTANTS.sub("", _WHERE.sub("", whole))
    found = _titled(whole)
    ending = _MATHS_END.search(whole)
    joined = _JOINED_END.search(whole) if ending and "$" in whole else None
    equations = _EQUATIONS.match(whole) if "=" in whole else None
    if chain := joined or equations:
        found.append(chain[1])
    elif ending and whole.count("$") <= 4:  # one formula at the end, at most one before
        found.append(next(part for part in ending.groups() if part))
    predicate = _PREDICATE.search(_CLAUSE.split(whole)[-1])
    if predicate and not ending:
        found.append(_OF_THEM.sub("", predicate[1].replace("**", "").strip()).strip("*_` "))
    spelt = _NAMELY.search(whole)
    if spelt and not ending:
        found.append(spelt[1].strip("*_` "))
    several = re.search(r"\bare\s+([^.]*\$[^.]*\$[^.]*\$[^.]*\$)", whole)
    if several:
        found.insert(0, several[1])
    subject = _SUBJECT.match(whole) or _GOT.match(whole)
    if subject:
        found.append(subject[1])
    alone = not (_OTHERS.search(whole) or _BESIDES.search(whole))  # of nothing else
    measured = _MEASURED.match(whole) or (_TOPIC.match(whole) if "**" in whole else None)
    if measured and alone:
        found.append(measured[1])
    if whole.rstrip(".").endswith("**") and whole.count("**") == 2:
        last = whole.rstrip(".*").rpartition("**")[2]
        if "=" in whole:  # 3 + 4 = **7**
            found.append(whole.rstrip(".").replace("**", ""))
        elif alone:  # The two numbers differ by **4**.
            found.append(last)
    return found


_SO = lazily.pattern(
    r"^[\s*>]*(?:so|thus|hence|therefore|consequently|altogether|in\s+(?:total|all|conclusion|summary)|"
    r"[a-z]+ing\b[^.,]{0,60},)(?:\b,?|(?<=,))\s",
    re.IGNORECASE,
)
_BESIDES = lazily.pattern(r"\b(?:than|but|while|whereas|unlike|beats?|before|after)\b|;", re.IGNORECASE)
_HAS = r"\s+(?:has|is|was|wins|won|will)\b"
_TOPIC = lazily.pattern(  # Comparing the averages, **Navin** has the highest one.
    rf"^(?:[A-Z][^.;*]{{2,80}},\s+)?\*\*([A-Z][\w' -]{{0,40}})\*\*{_HAS}[^.;,*]{{0,60}}\.?\s*$"
)
_MEASURED = lazily.pattern(
    r"^(?:[A-Z][A-Za-z]*(?:\s+[A-Za-z]+){1,8})\s+=\s+([^=;:?]{1,60}?)\.?\s*$"
)  # Area of the disc = 9
_CHOSEN = lazily.pattern(  # I choose (D).
    r"^\s*(?:so\s+|thus\s+|hence\s+)?(?:i|we)\s+(?:choose|pick|select|go\s+with)\s+(?:option\s+|choice\s+)?\(?([A-H])\)?\s*\.?\s*$",
    re.IGNORECASE,
)
_VERB = lazily.pattern(_HAS)
_CHATTER = lazily.pattern(
    r"(?<=[.!*\n])\s*(?:let\s+me\s+know|(?:i\s+)?hope\s+(?:this|that|it)|feel\s+free)\b[^\n]*$", re.IGNORECASE
)
_OTHERS = lazily.pattern(r"\b(?:nobody|others|someone|looks?|seems?|next)\b", re.IGNORECASE)
_BOLD = lazily.pattern(  # So the total is **17**. So there are **17** marbles.
    r"[^.\n*]{0,80}\*\*([^*\n]{1,80})\*\*((?:\s+(?!(?:in|at|on|for|to|left|than|per|each|every)\b)[a-z]+){0,4})"
    r"(?:\s+(?:in|at|on|for|to|left|each|every)\b[a-z ]{0,30})?\s*[.!]?\s*$"
)
_LABELLED = lazily.pattern(  # **Total: 84**
    rf"\*\*{_NO_TITLE}"
    r"[A-Z][A-Za-z ]{2,30}:(?:\*\*)?\s*([^*\n]*\d[^*\n]*?)(?:\*\*)?\s*$"
)
_VERDICT = lazily.pattern(
    r"\s*\*\*(?:Final\s+)?(?:Conclusion|Verdict|Result)s?(?::\*\*|\*\*:)\s*([^\n]{1,120}?)\s*$", re.IGNORECASE
)
_VERBS = (
    r"\b(?:is|are|was|were|equals|has|have|had|needs?|takes?|makes?|made|earns?|costs?|pays?|spends?|gets?|sold|sells?|saves?|owes?|receives?|"
    r"weighs?|contains?|bought|buys|travels?)"
)
_BESIDE = r"(?:every|each|per|a|at|in|for|on|to|from|after|left|more)"
_STRONG = lazily.pattern(  # The area is **36 square centimeters**.
    rf"[A-Z][^.\n*$]{{0,80}}(?:{_VERBS}|\bof|\bto):?\s+\*\*[^*\n]*\d[^*\n]*\*\*(?:\s+[a-z]+){{0,4}}\s*[.!]?\s*$"
)
_FIGURE = lazily.pattern(  # Thus it takes him 20 minutes.
    rf"(?!.*\bwe\s+have\b)[A-Za-z][A-Za-z,'\s]{{0,60}}?(?:{_VERBS}|\b[a-z]+(?=\s+a\s+total\s+of\b))\s+(?:(?:him|her|them|it|a\s+total\s+of|exactly)\s+)?"
    rf"(\\?\$?\d[\d,]*(?:\.\d+)?(?:\s*\\?%)?"
    rf"(?:\s+(?!(?:{_BESIDE}|of|than|times|less|by|with|and|or|if|over|digits?)\b)[a-z]+){{0,3}})(?:\s+{_BESIDE}\b[a-z\s]{{0,30}})?\s*[.!]?\s*$"
)
_DISPLAYED = lazily.pattern(r"([^\n]*)\n\s*(?:\$\$([^$]+)\$\$|\\\[((?:(?!\\\[).)+?)\\\])\s*$", re.DOTALL)


def concluded(text: str) -> str:
    """Return what the last sentence of several concludes with, or the display that a text ends in, or an empty string.

    >>> concluded("There are 12 and 16. Hence the total is 28."), concluded("Hence it is 28. Or so I think.")
    ('28', '')
    """
    shown = _DISPLAYED.search(text[-400:]) if text.rstrip().endswith(("$$", "\\]")) else None
    if shown and not any(rule.search(shown[1]) for rule in (_DENIAL, HEDGE, _OTHERS)):
        return shown[2] or shown[3]
    bold = text[-400:].rpartition("\n")[2] if "\n" in text and "**" in text[-200:] else ""
    labelled = _LABELLED.match(bold) if "**" in text[-80:] else None
    if labelled:
        return labelled[1]
    verdict = _VERDICT.match(bold)
    if verdict and not any(rule.search(verdict[1]) for rule in (_DENIAL, HEDGE)):
        return verdict[1]
    before, _, line = _CHATTER.sub("", text[-600:].rstrip())[-400:].rpartition("\n")
    ends = [end.end() for end in SENTENCE_END.finditer(line.rstrip(" .!*"))]
    last = line[ends[-1] :] if ends else line
    clauses = _CLAUSE.split(last)
    strong = _STRONG.match(last) if "**" in last and (ends or before.strip()) else None
    chosen = _CHOSEN.match(last)
    if not (_SO.match(last) or clauses[1:] or strong or chosen) or any(
        rule.search(last) for rule in (_DENIAL, HEDGE, _OTHERS)
    ):
        return ""
    if chosen:
        return chosen[1]
    strongest = _BOLD.search(clauses[-1])
    named = strongest and not any(map(str.isdecimal, strongest[1]))
    if strongest and not (named and _BESIDES.search(last)):  # Bob beats **Navin**
        return strongest[1] + ("" if _VERB.match(strongest[2]) else strongest[2])
    figure = _FIGURE.match(clauses[-1]) if ends or before.strip() else None
    if figure:
        return figure[1].strip()
    said = stated(last.strip()) if ends or before.strip() else []  # a sentence alone is the whole text
    return said[0] if said else ""
