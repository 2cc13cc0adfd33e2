"""The task `formalise`: the reply is the spec of a text. It passes where it says what the known spec says."""

from __future__ import annotations

from collections.abc import Sequence

from verisieve.domains.reasoning.tasks import drafts
from verisieve.domains.reasoning.tasks.drafts import DraftError, GoldError
from verisieve.domains.reasoning.tasks.reasons import TaskReason
from verisieve.domains.reasoning.truths import open_truth
from verisieve.domains.reasoning.variants import meaning
from verisieve.records import Check, Outcome, Problem


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge a spec; raise TruthError for a known one that is broken."""
    truth = open_truth(problem.truth)
    try:
        draft = drafts.read(text)
    except (DraftError, GoldError) as error:
        evidence = {"message": str(error)}
        return [Check(name="form", outcome=Outcome.NO_ANSWER, reason=TaskReason.NO_CLAIM, evidence=evidence)]
    known = problem.truth["spec"]
    assert isinstance(known, dict)
    found = meaning.difference(truth.name, known, draft.spec)
    if found is not None:
        return [Check(name="meaning", outcome=Outcome.FAIL, reason=TaskReason.OTHER_SPEC, evidence=found)]
    return [Check(name="meaning", outcome=Outcome.PASS)]
