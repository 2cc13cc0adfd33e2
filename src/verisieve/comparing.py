"""Recorded verdicts against ours: every disagreement, and counts by task, model and recorded score.

Rows that ended in `error` are no disagreement: nothing was judged. A score between wrong and right is no verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from math import fsum

from verisieve import stats
from verisieve.folder import Pair, text_of
from verisieve.leaderboard import Confusion, Estimate
from verisieve.plaintext import cut
from verisieve.recordings.gathering import Group
from verisieve.records import Json, Outcome

Key = tuple[str, str]
Explained = Mapping[tuple[str, str, str, str], str]  # by id, task, model and claim; the last three may be empty
ANSWER_KEPT = 2000  # characters of an answer or a reply in the list


class Kind(StrEnum):
    """Where two verdicts part."""

    PROGRAM = "program"  # tests ran: there is no answer to compare
    WE_READ_NOTHING = "we_read_nothing"
    THEY_READ_NOTHING = "they_read_nothing"
    OTHER_ANSWER = "other_answer"  # another part of the reply was taken as its answer
    SAME_ANSWER = "same_answer"  # the same answer was judged differently
    UNKNOWN = "their_answer_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One reply that was judged both ways."""

    id: str
    task: str
    model: str
    sample: int
    claim: str
    said: bool
    score: Json
    their_answer: str | None
    outcome: str
    reason: str
    our_answer: str | None
    target: Json
    kind: Kind
    file: str
    line: int
    explained: str
    evidence: Json
    response: str

    def row(self) -> dict[str, Json]:
        """Return it as a row of disagreements.jsonl."""
        return {**asdict(self), "kind": str(self.kind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One task, model and recorded score; `ours` and `theirs` are rates of the rows that both judged."""

    task: str
    model: str
    claim: str
    rows: int
    confusion: Confusion
    undecided_scores: int
    ours: Estimate | None
    theirs: Estimate | None
    apart: Mapping[str, int]

    @property
    def judged(self) -> int:
        """How many recorded verdicts stand beside one of ours."""
        found = self.confusion
        return found.true_pass + found.false_pass + found.true_reject + found.false_reject

    @property
    def differing(self) -> int:
        return self.confusion.false_pass + self.confusion.false_reject

    def to_json(self) -> dict[str, Json]:
        """Return it as plain JSON; rates lie in 0..1."""
        rates = {
            name: each and {"value": each.value, "low": each.interval.low, "high": each.interval.high}
            for name, each in (("ours", self.ours), ("theirs", self.theirs))
        }
        return {**asdict(self), **rates, "apart": dict(self.apart), "differing": self.differing}


@dataclass(frozen=True, slots=True)
class Compared:
    """All lines, by task and model, and all disagreements, in the rows' order."""

    lines: tuple[Line, ...]
    disagreements: tuple[Disagreement, ...]
    bad: int = 0
    first: tuple[str, ...] = ()

    @property
    def unexplained(self) -> int:
        """How many disagreements no explanation was given for."""
        return sum(not each.explained for each in self.disagreements)

    def to_json(self) -> dict[str, Json]:
        """Return the summary as plain JSON."""
        kinds = Counter(str(each.kind) for each in self.disagreements)
        return {
            "lines": [line.to_json() for line in self.lines],
            "disagreements": {"all": len(self.disagreements), "unexplained": self.unexplained, **kinds},
            "bad_records": {"all": self.bad, "first": list(self.first)},
        }


@dataclass(slots=True)
class _Counts:
    """Passes of each problem, ours and theirs, over rows that were judged; and the confusion."""

    rows: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    between: int = 0
    ours: dict[Key, list[bool]] = field(default_factory=dict)
    theirs: dict[Key, list[bool]] = field(default_factory=dict)


def compare(
    pairs: Iterable[Pair], groups: Mapping[Key, Group], explained: Explained, bad: int = 0, first: Iterable[str] = ()
) -> Compared:
    """Compare each row's verdict with each of its recorded ones."""
    counts: dict[tuple[str, str, str], _Counts] = {}
    found: list[Disagreement] = []
    for pair in pairs:
        recording = pair.completion["recording"]
        task, model = recording["task"], text_of(pair.completion, "model")
        for claim in recording["claims"] or [{"name": "", "said": None, "score": None, "answer": None}]:
            count = counts.setdefault((task, model, claim["name"]), _Counts())
            _count(count, pair, claim["said"])
            if _differs(pair, claim["said"]):
                found.append(_disagreement(pair, recording, claim, explained))
    for task, model in groups:
        if not any(key[:2] == (task, model) for key in counts):
            counts[task, model, ""] = _Counts()
    lines = (_line(key, count, groups.get(key[:2])) for key, count in sorted(counts.items()))
    return Compared(tuple(lines), tuple(found), bad, tuple(first))


def _count(count: _Counts, pair: Pair, said: bool | None) -> None:
    count.rows += 1
    count.between += said is None
    outcome, passed = pair.verdict["outcome"], pair.verdict["outcome"] == Outcome.PASS
    if outcome == Outcome.ERROR:
        count.labels["undecided"] += said is not None
        return
    problem = text_of(pair.completion, "domain"), str(pair.completion.get("id"))
    count.ours.setdefault(problem, []).append(passed)
    if said is not None:
        count.theirs.setdefault(problem, []).append(said)
        count.labels[f"{'true' if passed == said else 'false'}_{'pass' if passed else 'reject'}"] += 1


def _differs(pair: Pair, said: bool | None) -> bool:
    outcome = pair.verdict["outcome"]
    return said is not None and outcome != Outcome.ERROR and said != (outcome == Outcome.PASS)


def _line(key: tuple[str, str, str], count: _Counts, group: Group | None) -> Line:
    task, model, claim = key
    return Line(
        task=task,
        model=model,
        claim=claim,
        rows=count.rows,
        confusion=Confusion(**count.labels),
        undecided_scores=count.between if claim else 0,
        ours=_rate("ours", count.ours),
        theirs=_rate("theirs", count.theirs),
        apart={str(kind): number for kind, number in sorted(group.apart.items())} if group else {},
    )


def _rate(name: str, problems: Mapping[Key, list[bool]]) -> Estimate | None:
    """The mean over problems of the share that passed, with the interval clustered by problem."""
    if not problems:
        return None
    rates = [sum(passed) / len(passed) for passed in problems.values()]
    interval = stats.clustered(rates, sum(map(len, problems.values())))
    return Estimate(name, fsum(rates) / len(rates), interval, len(rates))


def _disagreement(
    pair: Pair, recording: Mapping[str, Json], claim: Mapping[str, Json], explained: Explained
) -> Disagreement:
    completion, verdict = pair.completion, pair.verdict
    identity, model, task = str(completion["id"]), text_of(completion, "model"), recording["task"]
    truth = completion.get("truth")
    deciding = next((check for check in verdict["checks"] if check["outcome"] != Outcome.PASS), None)
    return Disagreement(
        id=identity,
        task=task,
        model=model,
        sample=completion["sample"],
        claim=claim["name"],
        said=claim["said"],
        score=claim["score"],
        their_answer=_kept(claim["answer"]),
        outcome=verdict["outcome"],
        reason=verdict["reason"],
        our_answer=_kept(verdict["answer"]),
        target=(truth.get("answer") if isinstance(truth, dict) else None) or recording.get("target"),
        kind=_kind(claim["answer"], verdict),
        file=recording["file"],
        line=recording["line"],
        explained=next(_explanations(explained, identity, (task, model, claim["name"])), ""),
        evidence=deciding["evidence"] if deciding else {},
        response=cut(text_of(completion, "response"), ANSWER_KEPT),
    )


def _explanations(explained: Explained, identity: str, named: tuple[str, str, str]) -> Iterator[str]:
    for (about, *given), why in explained.items():
        if about == identity and all(text in ("", own) for text, own in zip(given, named, strict=True)):
            yield why


def _kind(theirs: str | None, verdict: Mapping[str, Json]) -> Kind:
    ours = verdict["answer"]
    if verdict["domain"] == "code":
        return Kind.PROGRAM
    if verdict["outcome"] == Outcome.NO_ANSWER or ours is None:
        return Kind.WE_READ_NOTHING
    if theirs is None:
        return Kind.UNKNOWN
    if theirs.strip() in ("", "[invalid]"):
        return Kind.THEY_READ_NOTHING
    return Kind.SAME_ANSWER if _bare(theirs) == _bare(ours) else Kind.OTHER_ANSWER


def _bare(answer: str) -> str:
    """An answer without what its writing alone adds: blanks, dollars, grouping commas, a full stop, a box."""
    text = "".join(answer.casefold().split()).removeprefix("\\boxed{").removesuffix("}")
    return text.replace(",", "").replace("$", "").rstrip(".")


def _kept(answer: str | None) -> str | None:
    return None if answer is None else cut(answer, ANSWER_KEPT)
