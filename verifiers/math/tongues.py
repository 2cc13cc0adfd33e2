"""The mark of an answer in languages other than English, and their small number words.

Tables only: no grammar of any language, no hedges; what follows a mark must be maths to count.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from verisieve.verifiers import lazily

# nouns, and what may stand between one and the answer; a colon or an equals sign always may
_MARKS = (
    ("respuesta|soluci[oó]n|resultado", "es"),
    ("réponse|solution|résultat", "est"),
    ("antwort|lösung|ergebnis|endergebnis", "ist|lautet|beträgt"),
    ("risposta|soluzione|risultato", "è"),
    ("resposta|solução|resultado", "é"),
    ("antwoord|oplossing", "is"),
    ("odpowiedź|odpowiedz|wynik", "to|wynosi"),
    ("ответ|результат", "равен"),
    ("відповідь|svar|svaret|cevap|yanıt|sonuç", "är|er"),
    ("đáp án|đáp số", "là"),
)
_EASTERN = (
    ("(?<!参考)(?<!标准)答案|答え|解答|結果|结果|正解|答|选项|選項", "就?[是为為]|等于|は"),
    ("답|정답|उत्तर", "은|는"),
    ("الجواب|الإجابة|الحل", "هو|هي"),
)
_MANNER = (
    r"(?:\s+(?:final|finale|corr?ecta|correcte|corr?eta|corretta|por\s+tanto|entonces|donc|also|somit|dunque|quindi|"
    r"portanto))?"
)
_WESTERN = "|".join(rf"(?:{nouns}){_MANNER}(?:\s+(?:{verbs})(?!\w){_MANNER}\s*:?|\s*[:=])" for nouns, verbs in _MARKS)
_FAR = "|".join(rf"(?:{nouns})\s*(?:(?:{verbs})\s*[:：]?|[:：=])" for nouns, verbs in _EASTERN)
_MARK = lazily.pattern(rf"(?<!\w)(?:{_WESTERN})|{_FAR}|[故应應]\s*[选選]\s*[择擇]?[:：]?\s*(?=\W?[A-H])", re.IGNORECASE)
_STEMS = tuple(
    str.split(
        "respuesta soluci resultado réponse résultat antwort lösung ergebnis risposta soluzione risultato "
        "resposta solução antwoord oplossing odpowied wynik ответ результат відповідь svar cevap yanıt sonuç đáp 答 "
        "結果 结果 正解 选 選 답 उत्तर الجواب الإجابة الحل"
    )
)
_END = lazily.pattern(r"\s*(?:です|である|입니다|이다|है)?\s*(?:[。！।]|\.?\s*$)")
_DENIED = lazily.pattern(
    r"(?:(?<!\w)(?:n'est\s+pas|ne\s+\w+\s+pas|nicht|kein\w*|no\s+es|non\s+è|não\s+é|nie\s+jest|не)\s*|不是|不等于|並非|并非|아니\w*\s*)"
    r"(?:\\[(\[]|\$|\s)*$",
    re.IGNORECASE,
)
_DOUBTED = lazily.pattern(
    r"(?<!\w)(?:vielleicht|vermutlich|wahrscheinlich|peut-être|probablement|quizás?|tal\s+vez|probablemente|forse|talvez|может|"
    r"возможно|być\s+może)(?!\w)|猜|(?:可能|也许|大概)(?!的)",
    re.IGNORECASE,
)
_TAKEN_BACK = lazily.pattern(
    r"\b(?:espera|perdón|corrección|warte|moment|falsch|attends|pardon|aspetta|anzi|подожди\w*|нет)\b|"
    r"等等|不对|錯|错|待って|잠깐",
    re.IGNORECASE,
)
# one to twenty; languages are parted by semicolons
_SMALL = """
eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn
achtzehn neunzehn zwanzig;
un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit
dix-neuf vingt;
uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete
dieciocho diecinueve veinte;
uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici
diciassette diciotto diciannove venti;
um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito
dezenove vinte;
один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать
пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать
"""
_WORDS = {word: str(value) for line in _SMALL.split(";") for value, word in enumerate(line.split(), 1)}
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_NUMERALS = lazily.pattern("[" + "".join((*_DIGITS, *_TENS)) + "]{1,12}")


class Marked(NamedTuple):
    """Where a mark ends, the rest of its sentence or line, and what follows; no answer where that takes it back."""

    end: int
    answer: str
    after: str


def marked(text: str, low: str) -> Marked | None:
    """Return the last mark of an answer in a text, which `low` is in lower case.

    >>> marked("La respuesta es 15.", "la respuesta es 15."), marked("答案是15。", "答案是15。")
    (Marked(end=16, answer='15', after='\\n'), Marked(end=3, answer='15', after='\\n'))
    """
    if not any(map(low.__contains__, _STEMS)):
        return None
    marks = list(_MARK.finditer(text))
    if not marks:
        return None
    rest = text[marks[-1].end() :].lstrip()
    line, _, after = rest.partition("\n")
    end = _END.search(line)
    answer, after = (line[: end.start()], line[end.end() :] + "\n" + after) if end else (line, after)
    return Marked(marks[-1].end(), "" if _TAKEN_BACK.search(rest) else answer, after)


def denied(before: str) -> bool:
    """Say whether a text ends in a denial: es ist nicht, ce n'est pas, 不是."""
    return bool(_DENIED.search(before))


def doubted(clause: str) -> bool:
    """Say whether a clause is not sure: vielleicht, peut-être, 可能."""
    return bool(_DOUBTED.search(clause))


@lru_cache(maxsize=256)
def number(text: str) -> str:
    """Return a number word of another language in digits, or an empty string.

    >>> number("fünfzehn"), number("二百零五"), number("15")
    ('15', '205', '')
    """
    word = text.strip(" .。$").lower()
    if word in _WORDS:
        return _WORDS[word]
    return _counted(word) if _NUMERALS.fullmatch(word) else ""


def _counted(numerals: str) -> str:
    total, digit = 0, 0
    for sign in numerals:
        if sign in _TENS:
            total, digit = total + (digit or 1) * _TENS[sign], 0
        else:
            digit = digit * 10 + _DIGITS[sign]
    return str(total + digit)
