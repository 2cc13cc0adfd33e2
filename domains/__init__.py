"""The Domain protocol, and discovery by folder and by the entry point group `verisieve.domains`.

A domain pairs a generator prompt set with an automatic checker. A folder of this package that defines
`domain` is found by its name; a third party's package names its object in the entry point group.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module, metadata, resources
from random import Random
from typing import Protocol, runtime_checkable

from verisieve.errors import UsageError
from verisieve.records import Check, Completion, Json, Outcome, Problem
from verisieve.sandboxes import Sandbox

ENTRY_POINTS = "verisieve.domains"
UNDECIDED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A reply whose outcome is vouched for, and why: the golden rows of a domain."""

    problem: Problem
    text: str
    outcome: Outcome
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply that is right or wrong by construction; `operator` says how it was made."""

    text: str
    right: bool
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a linter found in the truth of a problem; a `fault` makes its verdicts worthless, others are to be known."""

    kind: str
    message: str
    fault: bool
    evidence: Mapping[str, Json] = field(default_factory=dict)


class Domain(Protocol):
    """A generator prompt set paired with an automatic checker."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str:
        """Raised whenever a verdict may change."""
        ...

    @property
    def prompts(self) -> Mapping[str, str]:
        """Templates by operator; `solve` renders a problem for a model (`{{prompt}}` is replaced)."""
        ...

    @property
    def reasons(self) -> frozenset[str]:
        """The closed set of reasons that `check` may give, beyond records.Reason."""
        ...

    def problems(
        self, seed: int, count: int, *, families: Sequence[str] = (), difficulty: int | None = None
    ) -> Iterator[Problem]:
        """Make `count` problems; item i depends on Random(f"{name}:{seed}:{i}") alone."""
        ...

    def trials(self) -> Iterable[Trial]:
        """The golden rows: right, wrong, no answer, hedge, attack."""
        ...

    def check(self, problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
        """Judge one reply; raise TruthError for a broken truth, SandboxError for our own fault."""
        ...


@runtime_checkable
class Responder(Protocol):
    """A domain that can also play a noisy model: replies right or wrong by construction."""

    def reply(self, problem: Problem, rng: Random, *, right: bool) -> Reply:
        """Answer a problem rightly or wrongly on purpose; raise TruthError where it cannot."""
        ...


@runtime_checkable
class Grounded(Protocol):
    """A domain whose problems can be about something of the user's, such as a database."""

    def over(self, place: str) -> Domain:
        """Return the domain with its problems over what lies there; raise UsageError for what is of no use."""
        ...


@runtime_checkable
class Inventor(Protocol):
    """A domain whose replies may be new problems, which others are to solve before they are believed."""

    def to_solve(self, problem: Problem, text: str) -> Problem | None:
        """Return the problem that a reply is; None where the row asks for no problem, or the reply is none."""
        ...


@runtime_checkable
class Voter(Protocol):
    """A domain that can say which replies to a problem give the same answer, be it right or wrong."""

    def ballots(self, problem: Problem, texts: Sequence[str]) -> Sequence[int | None]:
        """Return for each reply the place of the first one with the same answer, None where it gives none.

        UNDECIDED stands for an answer of which nobody can say whether it is one of the others.
        """
        ...


@runtime_checkable
class Auditor(Protocol):
    """A domain that can say how good a problem's own tests are."""

    def audit(self, problem: Problem, sandbox: Sandbox, *, most: int, least: float) -> Check:
        """Judge the tests by up to `most` wrong programs, of which they must reject the share `least`."""
        ...


@runtime_checkable
class Prober(Protocol):
    """A domain that brings replies for telling mutants of its checker from the original, beside its golden rows."""

    def probes(self) -> Iterable[Completion]:
        """Yield replies, always the same; nothing is vouched for, what is said of each now is the original."""
        ...


@runtime_checkable
class Linter(Protocol):
    """A domain that can say what is wrong with a problem's truth, before anybody is judged by it."""

    def lint(self, problem: Problem, sandbox: Sandbox) -> Iterable[Finding]:
        """Yield what was found; raise TruthError for a truth that cannot be used at all."""
        ...


def names() -> tuple[str, ...]:
    """All domains that can be loaded, sorted; nothing is imported."""
    folders = {info.name for info in pkgutil.iter_modules(__path__) if info.ispkg}
    return tuple(sorted(folders | {point.name for point in metadata.entry_points(group=ENTRY_POINTS)}))


def load(name: str, *, over: str | None = None) -> Domain:
    """Import one domain by name, with problems over something of the user's; raise UsageError where that cannot be."""
    domain = _loaded(name)
    if over is None:
        return domain
    if not isinstance(domain, Grounded):
        raise UsageError(f"domain {name!r} takes no fixture of yours")
    return domain.over(over)


def _loaded(name: str) -> Domain:
    try:
        return _import(name)
    except (ImportError, AttributeError, SyntaxError, NameError, TypeError, ValueError) as error:
        raise UsageError(f"domain {name!r} does not load: {type(error).__name__}: {error}") from error


def _import(name: str) -> Domain:
    if name in {info.name for info in pkgutil.iter_modules(__path__) if info.ispkg}:
        domain: Domain = import_module(f"{__name__}.{name}").domain
        return domain
    for point in metadata.entry_points(group=ENTRY_POINTS, name=name):
        found: Domain = point.load()
        return found
    raise UsageError(f"unknown domain {name!r}; known: {', '.join(names())}")


def root(name: str) -> str:
    """Return the package that a domain lives in, as `verisieve.domains.math`; raise UsageError for an unknown one."""
    if name in {info.name for info in pkgutil.iter_modules(__path__) if info.ispkg}:
        return f"{__name__}.{name}"
    for point in metadata.entry_points(group=ENTRY_POINTS, name=name):
        return point.module.partition(".")[0]
    raise UsageError(f"unknown domain {name!r}; known: {', '.join(names())}")


def read_prompts(package: str) -> dict[str, str]:
    """Read `prompts/*.md` of a package: operator name -> template."""
    folder = resources.files(package) / "prompts"
    return {
        entry.name.removesuffix(".md"): entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".md")
    }


def read_trials(package: str, file: str = "trials.jsonl") -> Iterator[Trial]:
    """Read golden rows: input rows with `outcome` (the vouched one) and `why` beside them."""
    return parse_trials((resources.files(package) / file).read_text(encoding="utf-8"))


def parse_trials(text: str) -> Iterator[Trial]:
    """Read golden rows from the text of a file."""
    for line in text.splitlines():
        row = json.loads(line)
        problem = Problem(domain=row["domain"], id=row["id"], prompt=row["prompt"], truth=row["truth"])
        yield Trial(problem=problem, text=row["response"], outcome=Outcome(row["outcome"]), why=row["why"])


def read_probes(package: str, file: str = "probes.jsonl.gz") -> Iterator[Completion]:
    """Read the replies of a package for its checker's mutants: rows of `domain`, `prompt`, `truth` and `response`."""
    import gzip  # loaded on use

    lines = gzip.decompress((resources.files(package) / file).read_bytes()).decode().splitlines()
    for number, line in enumerate(lines):
        row = json.loads(line)
        problem = Problem(domain=row["domain"], id=f"probe-{number}", prompt=row["prompt"], truth=row["truth"])
        yield Completion(problem=problem, text=row["response"])
