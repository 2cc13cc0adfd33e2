"""What came of vetting a domain: facts, error rates with intervals, mutants, and a grade. Pure functions over lines.

A   every fact holds and 95 % of the checker's mutants are killed
B   every fact holds and 80 % are
C   every fact holds
D   a fact of form does not hold: names, ids, variety, golden rows that are too few
F   a wrong reply passes, a right one does not, or it is not repeatable, hangs, raises or executes what it reads
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from verisieve.domains.conformance import Fact
from verisieve.records import Json, Outcome
from verisieve.stats import Interval, clopper_pearson
from verisieve.vetting.attacks import MOSTLY_WRONG, RIGHT

GRADES = "ABCDF"
KILLED = {"A": 0.95, "B": 0.80}
MOST_CPU = 10.0  # seconds of one verdict
SHOWN = 20  # survivors in a summary
MOST_PASSES = 0.5  # share of edited answers that may be right after all
OF_FORM = (
    "the name is an identifier",
    "it has a version",
    "prompts has a",
    "two seeds make different",
    "no id occurs twice",
    "no prompt is empty",
    "there are golden rows",
    "right answers to other problems",
    "edited answers",
)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of some replies were judged wrongly, with a Clopper-Pearson interval."""

    wrong: int
    of: int

    @property
    def interval(self) -> Interval:
        """Where the true rate lies in 95 of 100 cases."""
        return clopper_pearson(self.wrong, self.of) if self.of else Interval(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Mutants:
    """What became of a draw of the checker's mutants."""

    spots: int
    replies: int
    fates: Sequence[Json]

    @property
    def killed(self) -> int:
        """Those that some reply told from the original."""
        return sum(fate["fate"] not in ("survived", "unreached") for fate in self.fates)

    @property
    def survivors(self) -> list[Json]:
        """Those that none did and nobody acknowledged."""
        alive = [fate for fate in self.fates if fate["fate"] in ("survived", "unreached")]
        return [fate for fate in alive if not fate["acknowledged"]]

    @property
    def acknowledged(self) -> list[Json]:
        """Survivors that the package lists, with its reason."""
        return [fate for fate in self.fates if fate["fate"] in ("survived", "unreached") and fate["acknowledged"]]

    @property
    def score(self) -> float:
        """The share killed of those that are not acknowledged."""
        counted = self.killed + len(self.survivors)
        return self.killed / counted if counted else 0.0

    @property
    def interval(self) -> Interval:
        """Where the share of all mutants lies in 95 of 100 draws."""
        return clopper_pearson(self.killed, self.killed + len(self.survivors)) if self.fates else Interval(0.0, 1.0)

    def summary(self) -> list[str]:
        """The score in words, and each survivor."""
        low, high = (100 * end for end in self.interval)
        counts = Counter(fate["fate"] for fate in self.fates)
        told = ", ".join(f"{fate} {count}" for fate, count in counts.most_common())
        counted = self.killed + len(self.survivors)
        head = f"mutants of the checker: {len(self.fates)} drawn of {self.spots}, tried on {self.replies} replies"
        share = f"{100 * self.score:.1f} %  (95 % interval {low:.1f}-{high:.1f} %)"
        shown = [f"{each['fate']}: {_place(each)}" for each in self.survivors[:SHOWN]]
        more = [f"and {len(self.survivors) - SHOWN} more; --json lists them"] if len(self.survivors) > SHOWN else []
        known = [f"acknowledged, {each['acknowledged']}: {_place(each)}" for each in self.acknowledged]
        return [
            f"{head} ({told})",
            f"killed: {self.killed} of {counted}, {share}",
            *(f"  {line}" for line in (*shown, *more, *known)),
        ]


def _place(fate: Json) -> str:
    return f"{fate['module']}:{fate['line']}: {fate['before']}  ->  {fate['after']}"


@dataclass(frozen=True, slots=True)
class Vetting:
    """All that was found about a domain."""

    verifier: str
    facts: tuple[Fact, ...]
    rates: dict[str, Rate]
    mutants: Mutants | None

    @property
    def grade(self) -> str:
        """A letter; see the head of this file."""
        bad = [fact.name for fact in self.facts if not fact.ok]
        if bad:
            return "D" if all(name.startswith(OF_FORM) for name in bad) else "F"
        score = self.mutants.score if self.mutants else 0.0
        return next((letter for letter, least in KILLED.items() if score >= least), "C")

    def at_least(self, grade: str) -> bool:
        """Whether the grade is this one or a better."""
        return GRADES.index(self.grade) <= GRADES.index(grade)

    def summary(self) -> str:
        """The last lines of `domains check`: rates, mutants, grade, and what is wrong."""
        out = [f"FAIL  {fact.name}  [{fact.observed}]" for fact in self.facts if not fact.ok]
        for name, rate in self.rates.items():
            low, high = (100 * end for end in rate.interval)
            out.append(f"{name}: {rate.wrong} of {rate.of}  (95 % interval {low:.1f}-{high:.1f} %)")
        if self.mutants:
            out += self.mutants.summary()
        return "\n".join([*out, f"grade {self.grade}"])

    def to_json(self) -> Json:
        """Plain data for machines."""
        found = self.mutants
        return {
            "verifier": self.verifier,
            "grade": self.grade,
            "facts": [fact._asdict() for fact in self.facts],
            "rates": {name: {**asdict(rate), "interval": list(rate.interval)} for name, rate in self.rates.items()},
            "mutants": found
            and {
                "spots": found.spots,
                "replies": found.replies,
                "tried": len(found.fates),
                "fates": dict(Counter(fate["fate"] for fate in found.fates)),
                "score": found.score,
                "interval": list(found.interval),
                "survivors": found.survivors,
                "acknowledged": found.acknowledged,
            },
        }


def stopped(verifier: str, lines: Sequence[Json], why: str) -> Vetting:
    """What is known of a domain whose process did not come to its end."""
    facts = tuple(Fact(*line["fact"]) for line in lines if "fact" in line)
    last = next((f"{line['row']['kind']} {line['row']['id']}" for line in reversed(lines) if "row" in line), "")
    after = f", after {last or (facts[-1].name if facts else 'nothing')}"
    return Vetting(verifier, (*facts, Fact("it comes to an end within its bounds", False, why + after)), {}, None)


def facts(said: Sequence[Sequence[Json]], *, executed: bool) -> tuple[tuple[Fact, ...], dict[str, Rate]]:
    """Turn what two processes of different hash seeds said into facts and error rates."""
    found = [Fact(*line["fact"]) for line in said[0] if "fact" in line]
    rows = [line["row"] for line in said[0] if "row" in line]
    found.append(Fact("it comes to an end within its bounds", True, ""))
    found.append(Fact("no reply is executed", not executed, "a reply made a file" if executed else ""))
    digests = [[line["row"]["digest"] for line in lines if "row" in line] for lines in said]
    differing = [row["id"] for row, one, other in zip(rows, *digests, strict=False) if one != other]
    same = not differing and len({len(each) for each in digests}) == 1
    name = "another process with another hash seed says the same, evidence included"
    found.append(Fact(name, same, ", ".join(differing[:5])))
    slow = [f"{row['kind']} {row['id']}: {row['cpu']:.1f} s" for row in rows if row["cpu"] > MOST_CPU]
    longest = max((row["cpu"] for row in rows), default=0.0)
    found.append(Fact(f"no verdict takes {MOST_CPU:g} s of CPU", not slow, slow[0] if slow else f"{longest:.2f} s"))
    memory = next((line["memory"] for line in said[0] if "memory" in line), 0)
    found.append(Fact("memory stays within its bound", True, f"{memory >> 20} MiB"))
    found += _by_kind(rows)
    return tuple(found), _rates(rows)


def _by_kind(rows: Sequence[Json]) -> list[Fact]:
    groups = defaultdict[tuple[str, str], list[Json]](list)
    for row in rows:
        if row["kind"] not in ("golden", "right", "wrong"):  # these are facts of the conformance suite already
            groups[row["kind"], row["expected"]].append(row)
    found = []
    for (kind, expected), of_kind in groups.items():
        bad = [row for row in of_kind if row["outcome"] in (Outcome.PASS, Outcome.ERROR)]
        if expected == MOSTLY_WRONG:
            few = len(bad) <= MOST_PASSES * len(of_kind)
            found.append(Fact(f"{kind}s are mostly wrong", few, f"{len(bad)} of {len(of_kind)}"))
        else:
            seen = "; ".join(f"{row['id']}: {row['outcome']}" for row in bad[:3])
            found.append(Fact(f"{kind}: never passes, never raises", not bad, seen or f"{len(of_kind)} replies"))
    return found


def _rates(rows: Sequence[Json]) -> dict[str, Rate]:
    wrong = [row for row in rows if row["expected"] not in (RIGHT, Outcome.PASS, MOSTLY_WRONG)]
    right = [row for row in rows if row["expected"] in (RIGHT, Outcome.PASS)]
    return {
        "false accepts": Rate(sum(row["outcome"] == Outcome.PASS for row in wrong), len(wrong)),
        "false rejects": Rate(sum(row["outcome"] != Outcome.PASS for row in right), len(right)),
    }


def mutants(lines: Sequence[Json]) -> Mutants:
    """Read what `mutating` said."""
    head, *fates = lines
    return Mutants(head["spots"], head["replies"], fates)
