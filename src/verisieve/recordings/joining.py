"""Which problem a recorded sample answers: by its id, by the data set's record that it holds, or by what was asked.

A sample is never given to a problem on a guess: several that fit equally are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from verisieve import datasets
from verisieve.adapters.coding import python_block
from verisieve.adapters.readers import Record
from verisieve.adapters.spec import Adapter
from verisieve.errors import InputError, UsageError
from verisieve.recordings.records import Sample
from verisieve.records import Json, Problem, Reason
from verisieve.rows import BadRow

_LEAST = 24  # characters of a question that may be looked for inside what was asked
Key = tuple[str, str]  # domain and id of a problem


@dataclass(frozen=True, slots=True)
class Problems:
    """The problems that recordings may be about; `adapters` make them of the records that recordings hold."""

    by_id: Mapping[str, Sequence[Problem]] = field(default_factory=dict)
    by_text: Mapping[str, Sequence[Problem]] = field(default_factory=dict)
    adapters: tuple[Adapter, ...] = ()
    sets: Mapping[Key, int] = field(default_factory=dict)  # which of the given sets a problem belongs to
    bad: tuple[BadRow, ...] = ()

    @property
    def all(self) -> Iterator[Problem]:
        """Every problem of the given files, in their order."""
        return (problem for found in self.by_id.values() for problem in found)

    def find(self, sample: Sample) -> Problem:
        """Return the sample's problem; raise InputError where there is none or no telling which."""
        if sample.problem is not None:
            return sample.problem
        named = [problem for each in sample.ids for problem in self.by_id.get(each, ())]
        if len(named) == 1 and _confirmed(named[0], sample):
            return named[0]
        found = self._by_text(sample) or _unique(named)
        if found:
            return _chosen(found, sample)
        if not self.by_id and self.adapters:
            return self._made(sample)
        known = " or ".join(map(repr, sample.ids)) or f"number {sample.number}"
        raise InputError(Reason.BAD_ROW, f"no problem of the given data sets is {known} or asks what was asked", "id")

    def _by_text(self, sample: Sample) -> list[Problem]:
        """Problems that ask what the sample's record or request asks, else those whose question is in the request."""
        texts = [_plain(text) for text in (*_prompts(self.adapters, sample), *sample.asked)]
        texts += [_plain(text) for text in sample.source.values() if isinstance(text, str)]
        for text in texts:
            if text and text in self.by_text:
                return list(self.by_text[text])
        return self._inside([_plain(text) for text in sample.asked])

    def _inside(self, asked: Sequence[str]) -> list[Problem]:
        """The problem whose question comes last in what was asked: solved examples stand before it."""
        for whole in asked:
            found = [(whole.rfind(text) + len(text), len(text), text) for text in self.by_text if text in whole]
            found = [each for each in found if each[1] >= _LEAST]
            if found:
                return list(self.by_text[max(found)[2]])
        return []

    def _made(self, sample: Sample) -> Problem:
        errors = []
        for adapter in self.adapters:
            try:
                return _from_record(adapter, sample)
            except InputError as error:
                errors.append(error)
        raise errors[0]


def load(given: Sequence[str], maps: Sequence[str] = ()) -> Problems:
    """Read the data sets of `--with`: ADAPTER:PATH, or ADAPTER alone for recordings that hold its records."""
    adapters, by_id, by_text, sets, bad = [], {}, {}, {}, []  # type: ignore[var-annotated]
    if maps:
        adapters.append(datasets.from_maps(maps))
    for number, each in enumerate(given):
        name, path = split(each)
        adapter = datasets.load(name)
        adapters.append(adapter)
        if not path:
            continue
        for item in datasets.problems(adapter, Path(path)):
            if isinstance(item, BadRow):
                bad.append(item)
                continue
            by_id.setdefault(item.id, []).append(item)
            by_text.setdefault(_plain(item.prompt), []).append(item)
            sets[item.domain, item.id] = number
    return Problems(by_id, by_text, tuple(adapters), sets, tuple(bad))


def split(text: str) -> tuple[str, str]:
    """Split ADAPTER:PATH at the first colon after the adapter; a path to a `.toml` file is an adapter, too.

    >>> split("gsm8k:data/test.jsonl"), split("gsm8k"), split("./mine.toml:rows.csv")
    (('gsm8k', 'data/test.jsonl'), ('gsm8k', ''), ('./mine.toml', 'rows.csv'))
    """
    name, _, path = text.partition(":")
    if not name:
        raise UsageError(f"--with {text}: must be ADAPTER:PATH or ADAPTER; `verisieve datasets list` prints adapters")
    return name, path


def response_of(sample: Sample, problem: Problem) -> str:
    """Return the reply as the checker takes it: programs in a block, after their prompt where they continue it."""
    reply = sample.response or ""
    if not sample.program or problem.domain != "code":
        return reply
    return str(python_block(problem.prompt + reply if sample.program == "continues" else reply))


def _prompts(adapters: Sequence[Adapter], sample: Sample) -> Iterator[str]:
    for adapter in adapters:
        try:
            yield _from_record(adapter, sample).prompt
        except InputError:
            continue  # the record is not one of this data set


def _from_record(adapter: Adapter, sample: Sample) -> Problem:
    if not sample.source:
        raise InputError(Reason.BAD_ROW, "the recording holds no record of the data set; give --with ADAPTER:PATH")
    made = datasets.problem(adapter, Record(sample.place, sample.number or 0, dict(sample.source)), sample.task)
    return made if sample.number is not None or not sample.ids else replace(made, id=sample.ids[0])


def _confirmed(problem: Problem, sample: Sample) -> bool:
    """Whether what the sample holds of the question speaks for the problem that its id names, if it holds any."""
    held = [*sample.asked, *(text for text in sample.source.values() if isinstance(text, str))]
    prompt = _plain(problem.prompt)
    return not held or any(prompt in _plain(text) for text in held)


def _unique(problems: Sequence[Problem]) -> list[Problem]:
    return list({(problem.domain, problem.id): problem for problem in problems}.values())


def _chosen(found: Sequence[Problem], sample: Sample) -> Problem:
    if len(found) > 1:  # the same question with other tests: the id or the number in the set decides
        number = None if sample.number is None else f"{sample.number:04}"
        found = [each for each in found if each.id in sample.ids or (number and each.id.endswith(number))]
    if len(found) != 1:
        raise InputError(Reason.BAD_ROW, "several problems of the given data sets ask this", "id")
    return found[0]


def _plain(text: Json) -> str:
    return " ".join(str(text).split())
