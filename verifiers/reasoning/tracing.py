"""The engine that judges a derivation: steps are read, each is judged by a calculus, the last must give the answer.

Theory. A calculus holds what is established so far. It judges one step (does it follow from what it cites; is it
entailed at all) and takes it in. The engine stops at the first fault and names it. Then it replays the rest twice, once
as if the faulty step were right as claimed and once as if it had been put right: where one of the two leaves no
further fault, there was one slip; else the rest is rotten, too. Steps outside the cone of the last one carry nothing.

Knows no family, no logic and no arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from verisieve.verifiers.reasoning import citations
from verisieve.verifiers.reasoning.citations import Cited, Given
from verisieve.verifiers.reasoning.findings import Finding, Reason, shown

MAX_STEPS = 1_000
COVERED = 0.8  # of the sentences that speak of the puzzle must be read, for prose to be judged at all


class Fault(NamedTuple):
    """What is wrong with a step."""

    reason: Reason
    why: str
    evidence: dict[str, Any] = {}  # noqa: RUF012  # never changed


class StepError(Exception):
    """A step that cannot be judged further; carries its fault."""

    def __init__(self, reason: Reason, why: str, **evidence: Any) -> None:
        super().__init__(why)
        self.fault = Fault(reason, why, evidence)


class Calculus(Protocol):
    """What is established so far in one derivation, and the rules by which more may be."""

    given: Given

    def reads(self, claim: str) -> bool:
        """Say whether a text is a claim about the puzzle, right or wrong."""
        ...

    def take(self, step: Cited, *, mend: bool = False) -> Fault | None:
        """Judge a step and take it in: as it is claimed, or, to mend a faulty one, as it should have been."""
        ...

    def end(self) -> Any:
        """Return the answer that the last step gives; raise StepError where it gives none."""
        ...

    def refuted(self, sentence: str) -> bool | None:
        """Say whether a sentence of prose claims what cannot be true; None for one that is not read."""
        ...

    def counts(self) -> dict[str, int]:
        """Return what is worth telling of a right derivation: how many steps carry it, how many said nothing new."""
        ...


class Traced(NamedTuple):
    """The finding about a derivation, and the answer that it gives."""

    finding: Finding
    derived: Any = None


def check(reply: str, begin: Callable[[], Calculus]) -> Traced:
    """Judge the derivation of a raw reply."""
    calculus = begin()
    found = citations.steps(reply, calculus.given, calculus.reads)[:MAX_STEPS]
    if not found:
        return _prose(reply, begin)
    for k, step in enumerate(found, 1):
        fault = _miscited(step, k, calculus.given) or calculus.take(step)
        if fault:
            return Traced(_bad(fault, k, step, rest=_rest(found, k, begin)))
    try:
        derived = calculus.end()
    except StepError as error:
        missing = error.fault.reason is Reason.INCOMPLETE
        return Traced(_bad(error.fault, len(found) + missing, None if missing else found[-1]))
    return Traced(Finding(None, {"steps": len(found), **calculus.counts()}), derived)


def cone(refs: Sequence[Sequence[int]], last: int) -> set[int]:
    """Return the steps that a step leans on, itself included."""
    found, todo = set[int](), [last]
    while todo:
        k = todo.pop()
        if k not in found:
            found.add(k)
            todo += [ref for ref in refs[k - 1] if 0 < ref < k]
    return found


def _miscited(step: Cited, k: int, given: Given) -> Fault | None:
    """Return what is wrong with the number of a step, or with what it cites, before its claim is read."""
    if step.number != k:
        return Fault(Reason.LOCAL_BAD, "steps are not numbered in order")
    if any(ref >= k for ref in step.refs):
        return Fault(Reason.FORWARD_REF, "cites itself or a later step")
    if 0 in step.refs:
        return Fault(Reason.UNCITED, "there is no step 0")
    strange = [f"{kind} {number}" for kind, number in step.sources if not 1 <= number <= given.kinds[kind]]
    return Fault(Reason.INVENTED_PREMISE, "cites what is not given", {"cited": strange[0]}) if strange else None


def _rest(found: Sequence[Cited], bad: int, begin: Callable[[], Calculus]) -> dict[str, Any]:
    """Count the faults after a bad step, from what it claims and from what it should have been."""
    counts = [_faults(found, bad, begin(), mend=mend) for mend in (False, True)]
    kind = "last step" if bad == len(found) else "one slip" if 0 in counts else "rotten"
    return {"kind": kind, "bad_as_claimed": counts[0], "bad_if_mended": counts[1]}


def _faults(found: Sequence[Cited], bad: int, calculus: Calculus, *, mend: bool) -> int:
    count = 0
    for k, step in enumerate(found, 1):
        fault = _miscited(step, k, calculus.given)
        taken = calculus.take(_cleaned(step, k, calculus.given), mend=mend and k == bad)
        count += k > bad and (fault or taken) is not None
    return count


def _cleaned(step: Cited, k: int, given: Given) -> Cited:
    """Return a step without citations of what there is not."""
    sources = tuple((kind, number) for kind, number in step.sources if 1 <= number <= given.kinds[kind])
    return step._replace(number=k, refs=tuple(ref for ref in step.refs if 0 < ref < k), sources=sources)


def _bad(fault: Fault, number: int, step: Cited | None, **evidence: Any) -> Finding:
    text = {"step": shown(step.claim)} if step else {}
    return Finding(fault.reason, {"first_bad_step": number, "why": fault.why, **text, **fault.evidence, **evidence})


def _prose(reply: str, begin: Callable[[], Calculus]) -> Traced:
    """Judge what a reply without steps claims in its sentences.

    A sentence that cannot be true is bad. Where nearly all sentences are read, and each follows from the sources that
    it names and the sentences before it, the prose counts as a derivation; else it is not decided.
    """
    calculus, sentences = begin(), citations.sentences(reply)
    verdicts = [calculus.refuted(text) if firm else None for text, firm in sentences]
    read = sum(verdict is not None for verdict in verdicts)
    if not read and len(sentences) < 2:
        return Traced(Finding(Reason.INCOMPLETE, {"first_bad_step": 1, "why": "there are no steps"}))
    coverage = {"sentences": len(sentences), "coverage": round(read / len(sentences), 2)}
    if True in verdicts:
        k = verdicts.index(True)
        evidence = {"first_bad_step": k + 1, "why": "cannot be true", "step": shown(sentences[k][0]), **coverage}
        return Traced(Finding(Reason.UNENTAILED, evidence))
    said = [text for (text, _), verdict in zip(sentences, verdicts, strict=True) if verdict is not None]
    if read >= COVERED * len(sentences):
        steps = [citations.split(k, text, calculus.given) for k, text in enumerate(said, 1)]
        derived = _follows([step._replace(refs=tuple(range(1, step.number))) for step in steps], calculus)
        if derived is not None:
            return Traced(Finding(None, coverage), derived)
    return Traced(Finding(Reason.UNVERIFIABLE, {"why": "prose that is no full derivation", **coverage}))


def _follows(steps: Sequence[Cited], calculus: Calculus) -> Any:
    """Return the answer that steps give if each of them is right; None otherwise."""
    if any(_miscited(step, k, calculus.given) or calculus.take(step) for k, step in enumerate(steps, 1)):
        return None
    try:
        return calculus.end()
    except StepError:
        return None
