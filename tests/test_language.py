"""Replies in other languages are told from those wanted, and code and formulas from both."""

from __future__ import annotations

import pytest

from verisieve.language import foreign

GERMAN = "Zuerst addieren wir die beiden Zahlen, dann teilen wir durch drei."
ENGLISH = "We add the two numbers first, and then we divide the sum by three."
CHINESE = "首先把两个数字相加，然后除以三。"
CASES = [
    (ENGLISH, False),
    (GERMAN, True),
    (CHINESE, True),
    ("पहले दोनों संख्याओं को जोड़ें, फिर तीन से भाग दें।", True),
    ("Сначала складываем числа, затем делим на три.", True),
    (f"{ENGLISH}\n\n{CHINESE}\n\nSo the answer is 4.", True),  # mixed
    (f"{ENGLISH} {ENGLISH}\n\n{ENGLISH}\n\nThe word is \\text{{Zahlen}}, `{GERMAN}`.", False),  # quoted
    ("\\boxed{4}", False),  # nothing to tell
    ("", False),
    ("def zahlen_addieren(liste):\n    summe = sum(liste)\n    return summe / 3", False),
    ("SELECT kunden.name\nFROM kunden\nWHERE kunden.land = 'Schweden'\nORDER BY kunden.name", False),
    ("```python\n# " + GERMAN + "\nprint(3)\n```\n" + ENGLISH, False),
    ("fill X; pour X into Y; fill X; pour X into Y; empty Y", False),  # moves
    ("15 gallons = 120 pints\n120/5 = <<120/5=24>>24 pints", False),
    ("Jordan pays Aarav, Kavya pays Tara, and Chidi pays Ngozi; nobody else pays anybody.", False),
]


@pytest.mark.parametrize(("text", "other"), CASES)
def test_prose_alone_decides(text: str, other: bool) -> None:
    """Only what is surely prose of another language counts."""
    assert foreign(text, ["en"]) is other


def test_several_languages_may_be_wanted() -> None:
    """Each by its code."""
    assert not foreign(f"{GERMAN}\n\n{CHINESE}", ["de", "zh"])
    assert foreign(ENGLISH, ["de", "zh"])
