"""Samples as rows of `verify`, everything else apart, and a count of both by task and model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from verisieve.counting import MAX_SAMPLE
from verisieve.errors import InputError
from verisieve.reading import MAX_LINE
from verisieve.recordings import joining
from verisieve.recordings.joining import Problems
from verisieve.recordings.records import Apart, Aside, Sample, aside
from verisieve.records import Json, Problem
from verisieve.rows import Place

Key = tuple[str, str]  # domain and id of a problem, or task and model
_FIRST = 20  # bad records of a task and model that are shown


@dataclass(slots=True)
class Group:
    """What was found of one task and model."""

    file: str
    apart: Counter[Apart] = field(default_factory=Counter)
    seen: set[Key] = field(default_factory=set)


@dataclass(slots=True)
class Gathered:
    """Counts by task and model, filled while `rows` is read; `first` are some records that are bad."""

    problems: Problems
    claim: str | None = None
    groups: dict[Key, Group] = field(default_factory=dict)
    first: list[str] = field(default_factory=list)
    taken: dict[tuple[str, Key], dict[int, Key]] = field(default_factory=dict)

    def rows(self, items: Iterable[Sample | Aside]) -> Iterator[dict[str, Json] | Aside]:
        """Yield a row for each sample that can be judged, and what stands apart; at last what is missing."""
        for item in items:
            made = item if isinstance(item, Aside) else self._made(item)
            if isinstance(made, Aside):
                self._count(made)
            yield made
        for bad in self.problems.bad:
            message = f"broken row of the data set: {bad.message}"
            yield self._count(Aside(place=bad.place, kind=Apart.UNREADABLE, message=message, field=bad.field))
        for (task, model), group in list(self.groups.items()):
            yield from (self._count(each) for each in self._missing(task, model, group))

    @property
    def bad(self) -> int:
        """How many records the files are at fault for."""
        return sum(count for group in self.groups.values() for kind, count in group.apart.items() if kind.bad)

    def too_long(self, row: Mapping[str, Json], size: int) -> Aside:
        """Set a row apart that is longer than `verify` reads."""
        where, message = row["recording"], f"row of {size:,} bytes; at most {MAX_LINE:,} are judged"
        named = {"id": row["id"], "task": where["task"], "model": row["model"]}
        place = Place(where["file"], where["line"])
        return self._count(Aside(place=place, kind=Apart.UNREADABLE, message=message, **named))

    def _made(self, sample: Sample) -> dict[str, Json] | Aside:
        try:
            problem = self.problems.find(sample)
        except InputError as error:
            kind, message = (sample.apart, sample.why) if sample.apart else (Apart.UNKNOWN, str(error))
            return aside(sample, kind, message, "" if sample.apart else error.field)
        if not sample.task:
            sample = replace(sample, task=str(problem.meta.get("source") or ""))
        self._group(sample.task, sample.model, sample.place).seen.add((problem.domain, problem.id))
        if sample.apart:
            return aside(sample, sample.apart, sample.why, id=problem.id)
        if sample.sample is not None and not 0 <= sample.sample <= MAX_SAMPLE:
            message = f"must be from 0 to {MAX_SAMPLE}, not {sample.sample}"
            return aside(sample, Apart.UNREADABLE, message, "sample", id=problem.id)
        number = self._number(sample, problem)
        if number is None:
            message = f"sample {sample.sample} of {problem.id} was seen before"
            return aside(sample, Apart.REPEATED, message, "sample", id=problem.id)
        return self._row(sample, problem, number)

    def _row(self, sample: Sample, problem: Problem, number: int) -> dict[str, Json]:
        chosen = [claim for claim in sample.claims if self.claim in (None, claim.name)]
        row: dict[str, Json] = {
            "id": problem.id,
            "domain": problem.domain,
            "prompt": problem.prompt,
            "truth": dict(problem.truth),
            "response": joining.response_of(sample, problem),
            "model": sample.model,
            "sample": number,
        }
        if problem.meta:
            row["meta"] = dict(problem.meta)
        if chosen and chosen[0].said is not None:
            row["recorded"] = chosen[0].said
        where = {"task": sample.task, "file": sample.place.file, "line": sample.place.line}
        return {**row, "recording": {**where, "claims": [claim._asdict() for claim in chosen], **sample.carried}}

    def _number(self, sample: Sample, problem: Problem) -> int | None:
        """The sample's number, or a free one where it has none or another task took it; None if it came before."""
        taken = self.taken.setdefault((sample.model, (problem.domain, problem.id)), {})
        source = sample.task, sample.place.file.partition(".eval:")[0]
        number = len(taken) if sample.sample is None else sample.sample
        if taken.get(number) == source and sample.sample is not None:
            return None
        while number in taken:
            number += 1
        taken[number] = source
        return number

    def _missing(self, task: str, model: str, group: Group) -> Iterator[Aside]:
        """Problems of the data sets that these samples are from, of which there is none."""
        sets = {self.problems.sets[key] for key in group.seen if key in self.problems.sets}
        message = "the recording has no sample of it"
        for problem in self.problems.all if sets else ():
            key = problem.domain, problem.id
            if self.problems.sets[key] in sets and key not in group.seen:
                named = {"id": problem.id, "task": task, "model": model}
                yield Aside(place=Place(group.file, 0), kind=Apart.NOT_RECORDED, message=message, **named)

    def _count(self, each: Aside) -> Aside:
        self._group(each.task, each.model, each.place).apart[each.kind] += 1
        if each.kind.bad and len(self.first) < _FIRST:
            self.first.append(str(each))
        return each

    def _group(self, task: str, model: str, place: Place) -> Group:
        return self.groups.setdefault((task, model), Group(place.file))
