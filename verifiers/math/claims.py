"""Does a sentence claim the answer in it? It may deny, report, suppose, doubt or ask; a later one may take it back.

Patterns on the text before and after an answer; where answers stand is the work of extract.py.
"""

from __future__ import annotations

import re
from functools import lru_cache

from verisieve.verifiers import lazily
from verisieve.verifiers.math import tongues

REACH = 160  # characters of a clause
_OPENING = r"(?:\\[(\[]|\$)*\s*(?:[A-Za-z]\s*=\s*)?$"
_NOT_THIS = lazily.pattern(
    r"(?:\b(?:not|never|nor|cannot|rather\s+than|instead\s+of|as\s+opposed\s+to|unlike|doubt|claims|wrongly\s+\w+|"
    r"except|excluding|besides|(?:other|different)\s+(?:than|from)|anything\s+but|far\s+from|avoid|rul(?:e|es|ed|ing)\s+out|"
    r"(?:reject|discard|eliminat|exclud|dismiss)(?:e|s|es|ed|ing)?)|n't)"
    r"\s+(?:be\s+|(?:get|obtain|reach|give|yield|find|have|produce)s?\s+|for\s+|the\s+|that\s+|answer\s+|value\s+|it\s+is\s+|equals?\s+|equal\s+to\s+)*"
    + _OPENING
    + r"|(?:\\neq?(?![A-Za-z])|≠)\s*$|"
    r"(?:^|[.!?\n]\s)\s*at\s+(?:least|most)\s*(?:\\[(\[]|\$)*\s*$|\bno\s+way\s+(?:to|of)\s+\w+\s*(?:\\[(\[]|\$)*\s*$|"
    r"\b(?:contradict\w*(?:\s+(?:with|to))?|(?:more|less|fewer|greater|larger|smaller|bigger|higher|lower)\s+than|(?:near|close)\s+to|"
    r"neighbou?rhood\s+of|vicinity\s+of|(?:you'd|you\s+would|one\s+would)\s+(?:get|obtain|have|find))\s*(?:\\[(\[]|\$)*\s*$",
    re.IGNORECASE,
)
_FAULTY = (
    r"(?:wrong|incorrect|false|discarded|eliminated|too\s+\w+|extraneous|impossible|rejected|invalid|excluded|ruled\s+out|absurd|nonsense|"
    r"not\s+(?:the|a|an|correct|right|valid|possible)\b|(?:clearly|obviously|plainly)\s+(?:wrong|not|impossible)|"
    r"the\s+(?:answer|result)\s+if|(?:an?|the)\s+(?:\w+\s+)?(?:misprint|typo|mistake|error|trap|distractor))"
)
_AMISS = (
    r"(?:(?:over|under|double-?|double\s|mis)counts?|ignores|neglects|forgets|misses|contradicts|violates|(?:is|was)\s+(?:absurd|nonsense)|"
    r"isn't\s+(?:right|correct|possible)|(?:can(?:no|')t|can\s+not|could\s+not|couldn't)\s+be\s+(?:right|correct|true|so|valid|it)\b|"
    r"(?:seems?|looks?)\s+(?:wrong|off|incorrect))"
)
_FAILING = (
    r"(?:would\s+)?(?:(?:over|under|double-?|double\s|mis)counts?|ignores?|neglects?|forgets?|misse?s?|contradicts?|violates?|is\s+"
    + _FAULTY
    + r"|"
    r"isn't\s+(?:right|correct|possible)|fails|(?:can(?:no|')t|can\s+not|could\s+not|couldn't)\s+be\s+"
    r"(?:right|correct|the|true|so|valid|possible|it)\b|(?:does|did)(?:\s+not|n't)\s+(?:work|satisfy|fit|count|account|include)|"
    r"(?:seems?|looks?)\s+(?:wrong|off|incorrect|too)|(?:works|holds|is\s+valid|is\s+true|satisfies)\b[^.\n]{0,50}\bonly\b)"
)
_TRULY = (  # the true value must be odd
    r"the\s+(?:true|real|actual|exact|correct|right)\s+(?:value|answer|result|one|number)\s+(?:is|must|should|would|may|might|could)"
)
_NOT_SO = lazily.pattern(
    rf"[\s$]*(?:\\[)\]])?\s*(?:(?:is|are|was|would\s+be)\s+{_FAULTY}|"
    rf"(?:cannot|can't|could\s+not)\s+be|fails\b|does(?:\s+not|n't)\s+(?:work|satisfy|fit)|"
    rf"{_FAILING}|,?\s*(?:yet|but|however|so|though|although|while)\s+{_TRULY}|"
    r"[\s$]*(?:must|should|can|has\s+to)\s+be\s+(?:discarded|rejected|excluded|ruled\s+out|eliminated|dropped|disregarded)|"
    r"[\s$]*,?\s*(?:but|while|whereas|yet|however)\b[^.!?\n]{0,60}\b(?:shows?|gives?|got|get|find|found|obtain(?:ed)?|yields?)\s+\$?-?\d|"
    r"[\s$]*,?\s*(?:or\s+(?:thereabouts|so\b|something)|give\s+or\s+take)|[\s$]*is\s+what\s+(?:you|one|we|they)(?:'d|\s+would)\b|"
    r"[^.!?\n]{0,60}\b(?:flawed|faulty|bogus|naive|mistaken|erroneous)\b|"
    rf"(?:here\s*)?,?\s*(?:but|which|although|though)\s+(?:(?:this|that|it|these)\s+)?{_FAILING})",
    re.IGNORECASE,
)
_CLAUSE = lazily.pattern(r"[.!?](?=\s)|[;:\n]|,(?=\s)|\b(?:but|then|so|hence|thus|therefore|because|since)\b")
_CLAIMING = r"claim|assert|think|thought|believe|argue|insist|guess|suggest|conclude"
_SAYING = rf"(?:say|sa[iy]d|{_CLAIMING})(?:s|d|ed)?"
_UNMEANT = lazily.pattern(
    rf"\b(?:he|she|they)\s+(?:\w+\s+)?(?:{_CLAIMING})(?:s|d|ed)?\s+(?:that|it|the)\b|"
    rf"\b(?:(?:a|an|another|the|one|my|your|our|some|many|most|few)\s+(?:\w+\s+)?"
    rf"(?:students?|pupils?|classmates?|teachers?|friends?|people|person|textbooks?|books?|authors?|users?|models?|graders?|keys?)|"
    rf"people|someone|somebody|others|some|many|most)\s+(?:\w+\s+){{0,2}}?{_SAYING}\b|"
    r"\b(?:many|most|some|several)\s+(?:\w+\s+)?(?:students|pupils|people|solvers)\s+(?:\w+\s+)?(?:write|wrote|answer|get|got|give|gave)\b|"
    r"\b(?:chatgpt|gpt\S*|gemini|claude|llama\S*|copilot|wolfram\S*|siri)\s+(?:\w+\s+)?(?:claim|say|give|answer|output|suggest|think)s?\b|"
    r"\b(?:textbook|book|manual|author|teacher|student|friend|classmate|grader|checker)'?s?'?\s+(?:\w+\s+)?(?:answer|claim|result|key)\s+(?:of|is|was)\b|"
    r"\b(?:template|placeholder|(?:output|answer)\s+format|for\s+(?:instance|example))\b|\bhad\s+(?:we|i|one|you|they|it)\b|"
    r"\b(?:rough|quick|crude|ballpark)\s+(?:\w+\s+)?(?:estimate|guess|approximation)\b|\bmy\s+calculator\s+\w+s\b|"
    r"\b(?:previous|earlier|last|other|different)\s+(?:problem|question|exercise|part|attempt)(?:'s)?\s+(?:answer|result|was|gave|had)\b|"
    r"\b(?:my|another|your)\s+(?:friend|classmate|student|colleague)\s+(?:got|gets|obtained|found|has)\b|"
    r"\bnaive\s+\w+\s+(?:yields|gives|is|produces|leads\s+to|suggests)\b|\btempt\w*\b|\b(?:mistake|error|wrong|incorrect|premature|naive|absurd)\s+to\b|\btrap\s+(?:answer|of)\b|"
    r"(?<!avoid\s)(?<!avoiding\s)\b(?:an?|the|one|another)\s+(?:common|usual|typical|frequent|classic)\s+(?:\w+\s+)?(?:mistake|error|slip|pitfall|trap|misconception)\b|"
    r"\b(?:mistake|slip|pitfall|trap|misconception)\s+(?:here\s+)?(?:is|was|would\s+be)\b|\b(?:am|are|was|were|been)\s+told\b|"
    r"\b(?:rumou?r\w*|supposedly|allegedly|reportedly|purportedly)\b|\b(?:answer|sheet|key|hint)\s+says\b|"
    r"\baccording\s+to\s+(?:the|a|my|your|our|some)\s+(?:\w+\s+)?(?:book|textbook|manual|key|teacher|internet|web|forum|friend|student)\b|"
    r"\b(?:widely|commonly|generally|often|popularly)\s+(?:believed|thought|assumed|claimed|held|said)\b|"
    r"\b(?:book|textbook|manual|(?:answer|solution)\s+(?:key|sheet)|key)\s+(?:gives|lists|states|shows|prints)\b|"
    r"\b(?:previous|earlier|other|flawed|buggy)\s+(?:solution|solver|attempt)\s+(?:ended|ends|concluded|concludes|gave|reported|got)\b|"
    r"\b(?:mistakenly|wrongly|erroneously|incorrectly|falsely|naively)\b|"
    r"\bone\s+(?:might|may|could|would)\s+(?:\w+\s+)?(?:think|say|guess|expect|conclude|believe|answer)\b|"
    r"\bif\s+(?:you|one|someone|anyone|your\s+answer|the\s+answer)\s+(?:got|get|wrote|answered|found|obtained|said|were|was|is)\b|"
    r"\b(?:suppose|imagine|pretend|let's\s+(?:say|assume|suppose|guess|try)|what\s+if|hypothetically)\b|"
    r"\b(?:i|we)\s+(?:had\s+)?(?:previously|earlier|initially|originally|first|once)\s+(?:answered|said|wrote|claimed|thought|gave|stated|believed|guessed)\b|"
    r"\b(?:previously|earlier|initially|originally)\s+(?:i|we)\s+(?:answered|said|wrote|claimed|thought|gave|stated|believed|guessed)\b",
    re.IGNORECASE,
)
_TELLING = str.split(  # what a text must hold for the patterns above and below
    " he , she ,they,student,pupil,classmate,teacher,friend,people,person,someone,somebody,book,author,user,model,"
    "grader,key,some,other,many,most,several,few,gpt,gemini,claude,llama,copilot,wolfram,siri,manual,checker,template,"
    "placeholder,format,for instance,for example,e.g.,had ,rough,quick,crude,ballpark,calculator,previous,earlier,last,"
    "different,colleague,naive,tempt,mistake,error,wrong,incorrect,premature,absurd,trap,erroneous,falsely,"
    " told,rumor,rumour,supposedly,allegedly,reportedly,purported,says,according,slip,pitfall,misconception,"
    "widely,commonly,generally,often,popularly, one , if ,suppose,imagine,pretend,let's,hypothetic,initially,"
    "originally,first,once,solver,what if",
    ",",
)
_DOUBTING = str.split(
    "maybe,perhaps,possibly,probably,presum,hopeful, be ,guess,whether,doubt,estimate,wonder,sure,certain,confident,"
    "unclear,instinct,impression,reaction,feeling",
    ",",
)
_OF_ME = [" i ", " i'", "no idea"]
_WRITTEN = lazily.pattern(  # a student wrote 12; an author may have written 12 books
    r"\b(?:(?:an?|another|the|one|my|your|some|this|that)\s+(?:\w+\s+)?(?:student|pupil|classmate|teacher|friend|person|solver|candidate|participant)|"
    r"someone|somebody)\s+(?:\w+ly\s+)?(?:wrote|writes|put|puts|submitted|submits|reported|reports|typed|entered)(?:\s+down)?\s*(?:\\[(\[]|\$)*\s*$",
    re.IGNORECASE,
)
_NO_NOUN = lazily.pattern(r"[\s$)]*(?:[.,;:!?]|\\[)\]]|$|\n|(?:as|on|in|for|at|here)\b)")
_EXAMPLE = lazily.pattern(
    r"(?:^|[.!?\n]\s*)(?:for\s+(?:instance|example)|e\.g\.|hypothetically)\b(?:(?![.!?]\s|\n).)*$", re.IGNORECASE
)
_IF_NOT = lazily.pattern(
    r"\bif\s+(?:not|otherwise|(?:it|they|this|that|order|repetition)\s+(?:do|does|is|are|was|were)(?:\s+not|n't)\b[^,.;:]{0,20})"
    r"[,:]?\s+(?:then\s+)?(?:(?:the\s+)?(?:answer|result|value|count|number|total|probability)\s+(?:is|would\s+be|becomes)|it\s+(?:is|would\s+be))?"
    r"(?:the\s+)?[\s:]*(?:\\[(\[]|\$)*\s*$",
    re.IGNORECASE,
)
_DOUBTED = lazily.pattern(
    r"\b(?:maybe|perhaps|possibly|probably|presumably|hopefully|(?:may|might|could)\s+(?:well\s+|also\s+)?be(?!\s+\w+(?:ed|ten|wn)\b)|"
    r"(?:my|a|best|the)\s+guess|(?:first|gut|initial)\s+(?:instinct|impression|reaction|feeling)\s+(?:is|was|says|said|tells|told)|i(?:'d|\s+would)?\s+guess|guessing|whether|(?<!no\s)(?<!without\sa\s)(?<!any\s)doubt|i(?:'d|\s+would)\s+estimate|wonder|unsure|not\s+(?:entirely\s+|quite\s+|completely\s+)?"
    r"(?:sure|certain|confident)|uncertain|unclear)\b",
    re.IGNORECASE,
)
_HELPLESS = lazily.pattern(
    r"\bi\s+(?:can't|cannot|can\s+not|couldn't|could\s+not)\s+(?:solve|answer|figure|find\s+(?:the|an|any)\s+(?:answer|solution|way))|"
    r"\bi\s+(?:don't|do\s+not)\s+(?:know\b(?!\s+\w+\s*[=:])|have\s+(?:an?|any)\s+(?:idea|clue))|\bi'll\s+just\s+(?:put|say|write|go|answer|pick)|"
    r"\bno\s+idea\b|\bi\s+give\s+up\b|\bi\s+have\s+to\s+(?:answer|say|put)\s+something\b|\bi\s+want\s+to\s+say\b",
    re.IGNORECASE,
)
_ASKED = lazily.pattern(r"[$). ]{0,2}\?|[ \t$}*]*(?:\\[)\]])?[^.!?\n]{0,60}\?(?=\s|$)")
RETRACTION = lazily.pattern(
    r"\b(?:wait|edit(?=\s*:)|i\s+meant|sorry,?\s+(?:i|it|the|that)|scratch\s+that|on\s+second\s+thought|correction|or\s+(?:maybe|rather)|or\s+perhaps|or\s+possibly|actually,?\s+(?:no|it|the|that|i|let|we)|"
    r"let\s+me\s+(?:re-?do|re-?compute|re-?calculate|reconsider|fix|correct)|otherwise,?\s+(?:it\s+(?:is|would\s+be)\s+)?\$?-?\d+|"
    r"i\s+(?:found|spotted|noticed)\s+an?\s+(?:error|mistake)|(?:not|never|n't)\s+(?:been\s+)?(?:checked|verified)|or\s+\S{1,20}\s+if|"
    r"replace\s+(?:it|this)\s+(?:with|by)|"
    r"no[,:]\s+(?:that|it|the|wait|\$|\\|-?\d+)|(?:this|that|it)\s+is\s+(?:wrong|incorrect)|"
    r"the\s+(?:correct\s+|right\s+)?answer\s+should\s+(?:actually\s+)?be|hmm|not\s+(?:sure|certain|confident)|unsure|uncertain|i\s+made\s+a\s+mistake|that\s+is\s+wrong|that's\s+wrong|but\s+it\s+(?:may|might|could)|"
    r"could\s+also\s+be|might\s+also\s+be|may\s+also\s+be|alternatively,?\s+(?:it\b|the\s+answer\b|\$?-?\d[\d./]*\b(?=\$?\s*(?:[.!]|$)))|"
    rf"(?:(?<=[.!?\n]\s)|(?<=\n)|(?<=but\s)|(?<=,\s)|(?<=so\s))(?:this|that|it)\s+{_AMISS}|(?:this|that|it)\s+should\s+(?:really\s+|actually\s+|instead\s+)?(?:be|have\s+been|read)\b|"
    r"disregard|ignore\s+(?:this|that|the|my)\s+(?:\w+\s+)?(?:box|answer|above|result|value)|"
    r"i\s+(?:no\s+longer|don't|do\s+not|can't|cannot|can\s+not|couldn't)\s+(?:believe|think|trust|stand|verify|confirm|guarantee|justify)|"
    r"(?:i|we)\s+(?:have\s+)?made\s+an?\s+(?:\w+\s+){0,2}(?:mistake|error|slip)|"
    r"(?:\d+|[})$])\s*(?:is|are|would\s+be|seems?)\s+(?:also|equally|just\s+as)\s+(?:possible|valid|plausible|correct|right|acceptable|likely)(?=\s*(?:[.,;!?)]|$)))\b",
    re.IGNORECASE,
)
_UNCLAIMED = lazily.pattern(  # what is said of an answer without giving it
    r"(?:\b(?:not|n't|cannot|no)\s+(?:the\s+|an?\s+|my\s+)?|\b(?:reference|expected|gold(?:en)?|ground[- ]truth|"
    r"wrong|incorrect|false|previous|earlier|old|common|naive|typical|tempting|official|your|their|his|her|other)\s+|"
    r"\b(?:suppos\w+|assum\w+|guess|imagine|pretend|if|hope|claims|says|said|wrong|false|must\s+show)\s+(?:that\s+)?"
    r"(?:the\s+|my\s+|our\s+)?|(?:\b(?:whether|doubt|unclear|deny|grader|verifier|checker|evaluator|nobody|"
    r"(?:not|never|cannot)\s+(?:think|believe|say|claim|mean|be))\b|n't\s+(?:think|believe|say|claim|mean)\b)[^.,;:!?\n]*)$",
    re.IGNORECASE,
)
_OF_ANOTHER = lazily.pattern(r"\b(?:previous|earlier|other|another)\b", re.IGNORECASE)
_ONE_OF_MANY = lazily.pattern(
    r"\b(?:first|second|third|fourth|another|other|alternative|(?<!only\s)possible)\s+$", re.IGNORECASE
)


def denied(before: str, after: str) -> bool:
    r"""Say whether a text takes an answer back where it stands, or only reports or supposes it.

    >>> denied("It is not ", "."), denied("", " is wrong."), denied("A student claims ", "."), denied("So it is ", ".")
    (True, True, True, False)
    """
    if not _bare(before) and (_told(before) or tongues.denied(before[-60:]) or _NOT_THIS.search(before[-60:])):
        return True
    if _bare(after):
        return bool(_WRITTEN.search(before[-60:]))
    return bool(_NOT_SO.match(after[:90]) or (_NO_NOUN.match(after) and _WRITTEN.search(before[-60:])))


def doubted(before: str, after: str) -> bool:
    """Say whether a sentence is not sure of the answer in it, or asks for it.

    >>> doubted("Perhaps it is ", "."), doubted("Is it ", "?"), doubted("It is ", ". Is that clear?")
    (True, True, False)
    """
    if not _bare(before) and (_unsure(before) or conditional(before)):
        return True
    return "?" in after[:90] and bool(_ASKED.match(after[:90]))


def conditional(before: str) -> bool:
    """Say whether the answer that follows is one of two by cases: if order counts it is 6; if it does not, it is 3.

    >>> conditional("If the order matters the answer is 60; if it does not, "), conditional("If it rains, n = 2. So ")
    (True, False)
    """
    return "if" in before[-80:].lower() and bool(_IF_NOT.search(before[-80:]))


def taken_back(after: str) -> bool:
    """Say whether the text after an answer takes it back."""
    return not _bare(after) and bool(RETRACTION.search(after))


def unclaimed(before: str, mark: str) -> bool:
    """Say whether a mark such as `the answer is` stands in a sentence that does not give the answer."""
    if _told(before) or _unsure(before):
        return True
    return bool(_UNCLAIMED.search(before[-80:]) or _OF_ANOTHER.search(mark))


def one_of_many(before: str, mark: str) -> bool:
    """Say whether a mark gives one answer of several: the first solution is; `second option` is no answer."""
    return bool(_ONE_OF_MANY.search(before[-80:])) and mark[:1] in "asrAS"


def _bare(text: str) -> bool:
    """Say whether a text holds only signs that stand around a formula."""
    return not text.strip(" \t\r\n.$\\[](){}*,")


@lru_cache(maxsize=1024)
def _told(before: str) -> bool:
    """Say whether a clause only reports or supposes what follows; the same few introduce most answers."""
    return _holds(before, _TELLING) and bool(_UNMEANT.search(_clause(before)) or _EXAMPLE.search(before))


@lru_cache(maxsize=1024)
def _unsure(before: str) -> bool:
    clause = _clause(before)
    doubt = _holds(clause, _DOUBTING) and _DOUBTED.search(clause)
    return bool(doubt or tongues.doubted(clause) or (_holds(before, _OF_ME) and _HELPLESS.search(before[-80:])))


def _holds(text: str, pieces: list[str]) -> bool:
    """Say whether a text holds one of the words without which a longer search is in vain."""
    low = f" {' '.join(text.lower().split())} "
    return any(piece in low for piece in pieces)


def _clause(before: str) -> str:
    """Return the clause that a text ends in."""
    before = before[-REACH:].rstrip(" :$*\\[(")  # my guess: 5
    ends = [match.end() for match in _CLAUSE.finditer(before)]
    return before[ends[-1] :] if ends else before
