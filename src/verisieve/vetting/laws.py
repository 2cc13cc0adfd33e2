"""Laws that any checker obeys, tried by Hypothesis: reflexive, symmetric, blind to blank space, total, repeatable.

reflexive    the right reply to a problem passes, whatever the seed and the level
symmetric    problems of equal truths take each other's replies, both ways; replies grouped by their answers
             fall into the same groups in any order
blank        white space around a reply changes no outcome
total        any text at all gets a verdict that is no error, and the same one again
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from random import Random

from verisieve.domains import Domain, Responder, Voter
from verisieve.domains.conformance import Fact
from verisieve.records import Outcome, Problem
from verisieve.vetting.attacks import Judge

EXAMPLES = 25
SEEDS = 10**6
BLANKS = " \t\r\n"


def laws(domain: Domain, judge: Judge, seed: int, count: int) -> Iterator[Fact]:
    """Yield a fact for each law; without Hypothesis, one that says so."""
    try:
        import hypothesis
    except ImportError:
        yield Fact("laws by Hypothesis", True, 'not looked at: pip install "verisieve[checks]"')
        return
    from hypothesis import strategies as st

    settings = hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        print_blob=False,
        suppress_health_check=list(hypothesis.HealthCheck),
    )

    def holds(law: Callable[..., None], **strategies: st.SearchStrategy[object]) -> Fact:
        name = (law.__doc__ or "").rstrip(".")
        try:
            settings(hypothesis.given(**strategies)(law))()
        except AssertionError as error:
            return Fact(f"law: {name}", False, str(error)[:300])
        return Fact(f"law: {name}", True, "")

    problem = next(iter(domain.problems(seed, 1)))

    def total(text: str) -> None:
        """any text gets the same verdict twice, and no error."""
        first, second = judge(problem, text), judge(problem, text)
        assert first.outcome is not Outcome.ERROR, f"{text!r}: error"
        assert first.checks == second.checks, f"{text!r}: {first.outcome}, then {second.outcome}"

    yield holds(total, text=st.text(max_size=200))
    if not isinstance(domain, Responder):
        return

    def right(problem: Problem) -> str:
        return domain.reply(problem, Random(f"laws:{problem.id}"), right=True).text

    def reflexive(number: int) -> None:
        """the right reply to a problem of any seed passes."""
        for drawn in domain.problems(number, 1):
            verdict = judge(drawn, right(drawn))
            assert verdict.outcome is Outcome.PASS, f"seed {number}: {verdict.outcome} ({verdict.reason})"

    def blank(before: str, after: str) -> None:
        """blank space around a reply changes nothing."""
        verdict = judge(problem, before + right(problem) + after)
        assert verdict.outcome is Outcome.PASS, f"{before!r} + reply + {after!r}: {verdict.outcome}"

    yield holds(reflexive, number=st.integers(0, SEEDS))
    blanks = st.text(st.sampled_from(BLANKS), max_size=5)
    yield holds(blank, before=blanks, after=blanks)
    yield _interchange(domain, judge, right, seed, count)
    if isinstance(domain, Voter):
        yield _unordered(domain, problem, right, seed, count)


def _interchange(domain: Domain, judge: Judge, right: Callable[[Problem], str], seed: int, count: int) -> Fact:
    by_truth = defaultdict[str, list[Problem]](list)
    for problem in domain.problems(seed, 8 * count):
        by_truth[repr(problem.truth)].append(problem)
    alike = [group[:2] for group in by_truth.values() if len(group) > 1][:count]
    bad = [
        f"{one.id}, {other.id}"
        for one, other in [*alike, *(group[::-1] for group in alike)]
        if judge(other, right(one)).outcome is not Outcome.PASS
    ]
    name = "law: problems of equal truths take each other's right replies, both ways"
    return Fact(name, not bad, "; ".join(bad[:3]) or f"{len(alike)} pairs")


def _unordered(voter: Voter, problem: Problem, right: Callable[[Problem], str], seed: int, count: int) -> Fact:
    assert isinstance(voter, Responder)
    rng = Random(f"laws:votes:{seed}")
    texts = [right(problem), *(voter.reply(problem, rng, right=False).text for _ in range(4)), right(problem)]
    groups = {_groups(order, voter.ballots(problem, order)) for order in (texts, texts[::-1])}
    return Fact("law: replies fall into the same groups in any order", len(groups) == 1, "")


def _groups(texts: Sequence[str], ballots: Sequence[int | None]) -> frozenset[frozenset[str]]:
    found = defaultdict[int | None, set[str]](set)
    for text, ballot in zip(texts, ballots, strict=True):
        found[ballot].add(text)
    return frozenset(frozenset(group) for group in found.values())
