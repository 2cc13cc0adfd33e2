"""What a row's own text and verdict put it out for, whatever other rows there are. Ranks nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from verisieve import contamination, given, language, nearness
from verisieve.contamination import Hit, Match
from verisieve.errors import UsageError
from verisieve.folder import Pair, prompt_of, text_of, truncated
from verisieve.funnel import Fate
from verisieve.nearness import Print
from verisieve.records import Json
from verisieve.rules import Rules
from verisieve.shingles import question

_SURROGATE = re.compile("[\ud800-\udfff]")


def check(rules: Rules) -> None:
    """Raise UsageError for files and libraries that rules need and that are not there."""
    if rules.near_duplicates is not None or rules.diversity or rules.against:
        nearness.require()
    if rules.languages:
        language.require()
    for path in rules.against:
        if not Path(path).is_file():
            raise UsageError(f"against: {path}: no such file")
    for each in rules.decontaminate:
        contamination.split(each)


class Screen:
    """The rules that look at one row at a time, with the sets and benchmarks that they name."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._near = rules.near_duplicates or nearness.NEAR
        self._prints = rules.near_duplicates is not None or rules.diversity > 0
        check(rules)
        self._given = nearness.Index(self._near)
        for path in rules.against:
            for text in given.questions(path):
                self._given.add(nearness.fingerprint([question(text)], self._near))
        self._benchmarks = contamination.read(rules.decontaminate)
        self._found = lru_cache(1024)(self._benchmarks.match)  # the replies to a problem come together
        self._known = lru_cache(1024)(self._is_given)
        self.hits: list[Hit] = []

    def fate(self, pair: Pair) -> Fate | None:
        """Return what puts a row out, the cheapest rule first; a benchmark's item among the rows is noted."""
        return self.plain(pair) or self._told(pair)

    def fingerprint(self, pair: Pair) -> Print | None:
        """Return what a row is compared with others by, where rules ask for it."""
        if not self._prints:
            return None
        asked = question(text_of(pair.completion, "prompt")) + _attempt(pair.completion)
        return nearness.fingerprint((asked, text_of(pair.completion, "response")), self._near)

    def plain(self, pair: Pair) -> Fate | None:
        """Return what puts a row out that no other text is needed for; a rejected row is asked no more."""
        completion, rules = pair.completion, self._rules
        text = text_of(completion, "response")
        if not rules.lower_assurance and _lower_assurance(pair.verdict):
            return Fate.LOWER_ASSURANCE
        if pair.doubted:
            return Fate.DOUBTED
        if truncated(completion):
            return Fate.TRUNCATED
        if any(map(_SURROGATE.search, (text, prompt_of(completion), text_of(completion, "id")))):
            return Fate.BROKEN_UNICODE
        if len(text.strip()) < rules.min_chars:
            return Fate.TOO_SHORT
        return Fate.TOO_LONG if rules.max_chars is not None and len(text) > rules.max_chars else None

    def _told(self, pair: Pair) -> Fate | None:
        prompt, text = text_of(pair.completion, "prompt"), text_of(pair.completion, "response")
        match = self._match(prompt, text)
        if match:
            self.hits.append(Hit(pair.place.line, text_of(pair.completion, "id"), match))
            return Fate.CONTAMINATED
        if self._rules.against and any(map(self._known, (prompt, text))):
            return Fate.GIVEN
        if self._rules.languages and language.foreign(text, self._rules.languages):
            return Fate.OTHER_LANGUAGE
        return None

    def _match(self, prompt: str, text: str) -> Match | None:
        """Replies are looked at too: they may be new problems, or repeat one."""
        if not len(self._benchmarks):
            return None
        return self._found(question(prompt)) or self._found(prompt) or self._benchmarks.match(text)

    def _is_given(self, text: str) -> bool:
        return self._given.find(nearness.fingerprint([question(text)], self._near)) is not None


def _attempt(completion: Mapping[str, Json]) -> str:
    """Return the wrong reply that the row puts right: another one makes another row."""
    meta = completion.get("meta")
    attempt = meta.get("attempt") if isinstance(meta, dict) else None
    return f"\n{text_of(attempt, 'text')}" if isinstance(attempt, dict) else ""


def _lower_assurance(verdict: Mapping[str, Json]) -> bool:
    checks = [check for check in verdict.get("checks") or () if isinstance(check, dict)]
    found = [check["evidence"].get("assurance") for check in checks if isinstance(check.get("evidence"), dict)]
    return "shared_process" in found
