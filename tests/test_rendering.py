"""What a model is shown."""

from __future__ import annotations

import pytest

from verisieve import domains, rendering
from verisieve.records import Problem


def problem(prompt: str) -> Problem:
    """A problem of math."""
    return Problem(domain="math", id=prompt, prompt=prompt, truth={"answer": "1"})


def test_a_template_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many problems a domain has, it is loaded for their template once."""
    loaded, load = list[str](), domains.load

    def counted(name: str) -> domains.Domain:
        loaded.append(name)
        return load(name)

    monkeypatch.setattr(domains, "load", counted)
    rendering._template.cache_clear()

    shown = [rendering.render(problem(f"How much is {number}?")) for number in range(100)]

    assert loaded == ["math"]
    assert all(f"How much is {number}?" in text for number, text in enumerate(shown))


def test_a_question_may_hold_the_name_of_its_place() -> None:
    """What stands in a question is no template."""
    asked = "What does {{prompt}} mean?"

    assert rendering.render(problem(asked)).count("{{prompt}}") == 1
