"""What the prose around a statement makes of it: a conclusion, a condition, a definition, or something only mentioned.

Word lists only; a statement that is mentioned (denied, asked, wished for) is never judged.
"""

from __future__ import annotations

import re

from verisieve.verifiers.math.derivation.records import Cue

_CONNECTIVES = frozenset(
    str.split(
        "so thus hence therefore then which gives give giving us we get got obtain have has that is i e ie and "
        "implies imply implying this it means meaning simplify simplifying simplifies simplified to expand "
        "expanding dividing divide both sides side by subtract subtracting add adding from cross multiply multiplying "
        "factor factoring factors factorise the equation rearrange rearranging collect collecting terms like "
        "combine combining isolate isolating cancel cancelling canceling each square squaring take "
        "taking solve solving for now finally next yields yield becomes become following follows consequently "
        "accordingly can write rewrite rewriting as equivalently in other words result results into find "
        "of a an side's move moving over bring here equals equal also back inequality sign flip flipping "
        "reverse reversing equivalent lets since because must be our term constant solution solutions value "
        "are conclude deduce see ∴ distribute distributing "
        "regroup regrouping use using step form standard common denominator left right hand evaluate evaluating "
        "compute computing throughout everything whole parts part every all inequality expression formula rule "
        "product quotient power chain same signs numerator denominators lcd lcm conjugate reciprocal reciprocals "
        "exponent exponents logarithm logarithms root roots cube perfect difference trinomial binomial quadratic "
        "linear brackets parentheses directly clearly simply just half twice coefficient coefficients whose does "
        "again one polynomial identity first second third equations"
    )
)
_COMMAND = re.compile(r"\\(?:begin|end)\s*\{[a-z]+\*?\}|\\[A-Za-z]+")
_IMPLIES = re.compile(
    r"(?:\b(?:so|thus|hence|therefore|then|consequently|implies|implying|gives?|giving|yields?|get|obtain|becomes?|means?|"
    r"i\.e|follows|conclude|deduce|leads\s+to|we\s+have|have|simplifies\s+to|reduces\s+to|equivalently)\b|∴)"
    r"(?:\W+(?:that|us|we|get|have|it|is|the|solution|solutions|are|find|obtain|must|be|equation|value|of|answer|as|to)\b)*\W*$",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|case|provided|unless|until|while|either|try|trying|check|checking|test|testing|at|say|"
    r"for|assuming|suppose|supposing|considering|verify|verifying|as\s+long\s+as|given\s+that|"
    r"critical\s+(?:points?|values?|numbers?)|boundar\w+|end\s?points?|break\s?points?|vanish\w*|zeros?|zeroes|intercepts?|"
    r"asymptotes?|equality|undefined)\b(?:\W+\w+){0,3}?\W*$"
    r"|\b(?:setting|putting|substituting|plugging(?:\s+in)?|taking|with|using|substitute|plug\s+in|put|set)\W*$",
    re.IGNORECASE,
)
_ASSUMES = re.compile(
    r"\b(?:assume|set|consider|solve|solving|equation|equations|system|need|needs|require|given|know|told|state[sd]?|says|"
    r"condition|conditions|constraint|constraints|subject|problem|question|from)\b(?:\W+\w+){0,4}?\W*$",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"\b(?:let(?!['’]?s\b|\s+(?:us|me)\b)|define|denote|where|write|call|represent|put|introduce|substitution|named?)\b(?:\W+\w+){0,3}?\W*$",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"(?:\b(?:since|because|recall|note|noting|using|use|by|remember)|(?:^|[,.;:(\n])\s*as)\b(?:\W+\w+){0,3}?\W*$",
    re.IGNORECASE,
)
_OPERATES = re.compile(
    r"\b(?:simplify|simplifies|simplified|expand|factor|factori[sz]e|rearrange|collect|distribute|regroup|"
    r"combine(?!\s+(?:the|both|these|them|equations?)))(?:ing)?\b",
    re.IGNORECASE,
)
_OPERATION = re.compile(
    r"\b(?:add|subtract|multiply|divide|square|squar|expand|factor|distribute|bring|mov|move|cross|cancel|clear|collect|"
    r"combine|combin|simplif|dividing|isolat|rearrang|tak\w+\W+(?:\w+\W+){0,2}(?:roots?|log\w*))(?:y|e|es|ing)?\b[^.;]*:?\s*$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\(\s*(?:\d{1,2}|\*+)\s*\)")  # of an equation that is not here
_FROM = re.compile(r"\bfrom\W*$", re.IGNORECASE)
_HEADED = re.compile(r"(?:^|\n|[.;]\s)\W*(?:from|for|at|if|when|with|take|put|setting)?\W*$", re.IGNORECASE)
_HEADS = re.compile(r"^\s*:")
_REWRITES = re.compile(
    r"\b(?:simplif\w+|expan\w+|factor\w*|partial\s+fractions?|decompos\w+|rationali\w+|distribut\w+)\W*(?:\w+\W+){0,3}$",
    re.IGNORECASE,
)
_CASE = re.compile(r"\bcase\b", re.IGNORECASE)
_DENIED_BEFORE = re.compile(
    r"\b(?:not|n[o']t|reject|discard|instead\s+of|cannot|can't|impossible|contradict\w*|want|wants|wish|goal|prove|"
    r"would|might|maybe|perhaps|hope|guess|suspect|whether|wrong|incorrect|false|exclude|excluding|"
    r"ignore|rule\s+out|try\s+to|need\s+to\s+find|looking\s+for|conjecture|mistake|misread|incorrectly|mistakenly|"
    r"unless|rather\s+than|neither|never|avoid|why|contradiction|contrary|absurd|fails?)\b(?:\W+\w+){0,5}?\W*$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^[^.]{0,80}?\b(?:not|isn't|doesn't|don't|won't|extraneous|reject\w*|invalid|impossible|contradict\w*|discard\w*|fails?|false|"
    r"wrong|incorrect|can't|cannot|instead|absurd|inconsistent|inadmissible|meaningless|mistake|no\s+longer|too\s+(?:big|small|large))\b"
    r"|^\s*\?|^[^.]{0,30}✗|^[^.]{0,10}❌",
    re.IGNORECASE,
)
CONCLUDES = re.compile(
    r"^\W*(?:therefore|thus|hence|so|in\s+(?:both|all|either|total|conclusion|summary)|overall|combining|finally|altogether|"
    r"the\s+(?:solutions?|answers?|values?)|answer|final)\b",
    re.IGNORECASE,
)
PARTED = re.compile(
    r"(?:^|\n|\.\s)\W*(?:part\s+\(?[a-z\d]\b|\(?[a-e]\)\s|\(i+\)|problem\s+\d|question\s+\d|method\s+\d|alternatively|"
    r"option\s+[a-z\d]|approach\s+\d|another\s+way|second\s+(?:method|solution)|solution\s+\d)",
    re.IGNORECASE,
)
AIM = re.compile(
    r"\b(?:prove|show|verify|deduce|establish|derive|demonstrate|disprove|decide|determine\s+whether|is\s+it\s+true)\b",
    re.IGNORECASE,
)
SAYS = re.compile(r"\b(?:is|are|has|have|can|cannot|does|attains|satisf\w+|converges|diverges)\b", re.IGNORECASE)
LASTS = re.compile(
    r"\b(?:suppose|assume|assuming|case|set|setting|solv\w+|equations?|consider|let|start\w*|begin\w*|know|given|told|"
    r"states?|says|conditions?|constraints?)\b",
    re.IGNORECASE,
)
SOLVES = re.compile(r"\bsolv|\bequations?\b|\broots\b|\bintersect|\bunknown", re.IGNORECASE)
WHOLE = re.compile(
    r"integer|whole|prime|natural|digit|divis|number\s+of|how\s+many|count|consecutive|ways", re.IGNORECASE
)
HOPELESS = re.compile(
    r"contradict|impossible|\bno\s+(?:real\s+|such\s+|integer\s+)?(?:solution|root|value|number|integer)|inconsistent|absurd|parallel|\bnever\b|"
    r"\bempty\b|∅|\\emptyset|\\varnothing|⊥|\bsuppose|\bassum|\bfalse\b|not\s+(?:true|possible)|cannot|can't|does\s*n[o']t",
    re.IGNORECASE,
)
REPLY = re.compile(
    r"^\W*(?:this|that|it|which|these|but|however|so|hence|thus|therefore|a\s+contradiction|contradiction|impossible|absurd|false|"
    r"no|nope|not|too|fails?|wrong|hmm|wait|oops|doesn't|we\s+(?:reject|discard))\b[^.!?\n]*",
    re.IGNORECASE,
)
POSITIVE = re.compile(
    r"\b(?:lengths?|widths?|heights?|sides?|radius|radii|diameter|ages?|positive|non-?negative|distances?|naturals?|prices?|"
    r"costs?|acute|areas?|perimeter|volumes?|times?|speeds?|integers?|number\s+of|how\s+many|years?|old|people|valid|principal|"
    r"probability|mass|weight|meaningful|physical|triangle|circle|rectangle|square\s+with|real|greater|larger|smaller|less|"
    r"minimum|maximum|smallest|largest|least|greatest|negative|reject\w*|discard\w*|quadrant|domain|only|since|must|base|prime)\b"
    r"|(?:>|≥|\\geq?|>=)\s*[01]\b|\\d?binom|\\choose|!|\bC\(|\bways\b|\b(?:km|cm|mm|kg|mph|m/s|km/h|meters?|metres?|seconds?|hours?|minutes?)\b"
    r"|\\(?:text|mathrm|rm)\s*\{?\s*~?\s*(?:m|s|g|N|J|W|V|A|K|C|F|Hz)\b",
    re.IGNORECASE,
)


_IMAGINED = re.compile(
    r"\b(?:tried|trial|assume|assuming|would|were|if|could|might|expect\w*|"
    r"thinks?|students?|says?|saying|said|writes?|wrote)\b[^.\n]{0,80}$",
    re.IGNORECASE,
)
_REFUSED_BEFORE = re.compile(
    r"\b(?:claim(?:s|ed)?|guess(?:es|ed|ing)?|tr(?:y|ies|ying)|suppos\w+|whether|thought|believ\w+|misread|mistak\w+|errors?|tempt\w*|na[iï]ve\w*|common\s+(?:slip|fault))\b[^.\n]{0,80}$"
    r"|\b(?:students?|people|beginners?|some|many|you)\s+(?:\w+\s+)?(?:think|say|write|believe|claim|guess|conclude|answer)\b[^.\n]{0,80}$"
    r"|\bstudents?\W+(?:\w+\W+)?(?:thinks?|says?|said|writes?|wrote|gets?|got|claims?|calculate[sd]?|compute[sd]?)\b[^.\n]{0,80}$"
    r"|\b(?:not|never|instead\s+of|rather\s+than|incorrect|incorrectly|false|misconception|fallac\w+|mistake\w*|wrong\w*)\W+(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_REFUSED_AFTER = re.compile(
    r"^\W*(?:(?:which|this|that|it)\s+)?(?:is|was)?\s*(?:not(?!\s+(?:an?\s+)?(?:prime|integer|whole|square|even|odd|divisible|perfect|rational))|wrong|incorrect|false|impossible|absurd|a\s+contradiction)\b|^\s*\?|^[^.]{0,10}[✗✘❌]|⊥|"
    r"\b(?:contradict\w*|impossible|no\s+solutions?|absurd|inconsistent|extraneous|never\s+(?:true|holds?|happens?)|"
    r"not\s+(?:true|possible|equal|hold)|(?:doesn't|does\s+not|don't|do\s+not)\s+(?:hold|work|match|satisfy|agree|equal))\b",
    re.IGNORECASE,
)


ROUGH = re.compile(
    r"≈|\\approx|\\sim|≃|~=|\b(?:approx|about|around|round|near|estimat|decimal|signific)", re.IGNORECASE
)
_ALGEBRA = frozenset(
    str.split(
        "let solve solving find all the real values value of such that equation equations quadratic root roots "
        "solution solutions step check answer final using formula zero product property simplify expand factor "
        "factored form original new so we can need to with not no both system first second third one two three "
        "variable variables respect given begin end align aligned cases text quad left right frac sqrt cdot boxed "
        "implies iff pm neq leq geq le ge or and"
    )
)


def algebra(text: str) -> bool:
    """Say whether a text speaks of equations alone, so that no story rules a solution out."""
    return all(word in _ALGEBRA or word in _CONNECTIVES for word in re.findall(r"[^\W\d_]{3,}", text.lower()))


def pure(text: str) -> bool:
    """Say whether a text holds nothing but equations and what joins them."""
    return all(word in _CONNECTIVES for word in _worded(text))


def _worded(text: str) -> list[str]:
    """Return the words of a text in lower case, without commands and single letters."""
    return re.findall(r"[^\W\d_]{2,}", _COMMAND.sub(" ", text).lower().replace("'", ""))


def denied(before: str, after: str, *, story: bool) -> bool:
    """Say whether a calculation is refused right beside it; in a story what is imagined is calculated all the same."""
    refused = _REFUSED_BEFORE.search(before) or (_IMAGINED.search(before) and not story)
    return bool(refused or _REFUSED_AFTER.search(after))


def adjacent(before: str) -> bool:
    """Say whether only connectives and the names of operations stand between two statements."""
    return all(word in _CONNECTIVES for word in _worded(before)) and not _LABEL.search(before)


def cue(before: str, after: str, joint: str) -> Cue:
    """Return what the text right before and after a statement makes of it."""
    if _DENIED_AFTER.search(after) or _DENIED_BEFORE.search(before):
        return Cue.MENTION
    if _HEADS.search(after) and _HEADED.search(before):
        return Cue.REASON if _FROM.search(before) else Cue.CONDITION  # the head of a case: x > 1: take x = 2
    if joint == "=":
        return Cue.EQUIVALENT
    if joint == ">":
        return Cue.IMPLIES
    if joint == "if":
        return Cue.CONDITION
    if joint == "since":
        return Cue.REASON
    return _spoken(before)


def _spoken(before: str) -> Cue:
    if _IMPLIES.search(before):
        return Cue.IMPLIES
    if _DEFINES.search(before):
        return Cue.DEFINES
    if _CONDITION.search(before):
        return Cue.CONDITION
    if _ASSUMES.search(before) and not adjacent(before):
        return Cue.CONDITION
    if (_OPERATES.search(before) or _OPERATION.search(before)) and adjacent(before):
        return Cue.IMPLIES
    return Cue.REASON if _REASON.search(before) else Cue.NONE


def rewritten(before: str) -> bool:
    """Say whether a formula is said to be written in another form."""
    return bool(_REWRITES.search(before))


def case(before: str) -> bool:
    """Say whether a case of a case split begins."""
    return bool(_CASE.search(before))
