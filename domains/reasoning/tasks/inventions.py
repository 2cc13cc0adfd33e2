"""The task `problem`: the reply is a new problem. Each gate is a check of its own, those that cost least first.

The model writes a spec, never the answer. Where it writes the text as well, the text is believed where it is one that
our banks make of the spec, or where independent readings of it say what the spec says: `truth.solutions` holds the
specs that models made of the text alone, of which `truth.agree` must mean the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from verisieve.domains import fields, voting
from verisieve.domains import gates as until
from verisieve.domains.reasoning import effort
from verisieve.domains.reasoning.families import load
from verisieve.domains.reasoning.tasks import answers, drafts, prompts
from verisieve.domains.reasoning.tasks.drafts import Draft, DraftError, GoldError
from verisieve.domains.reasoning.tasks.reasons import TaskReason
from verisieve.domains.reasoning.truths import Truth, form
from verisieve.domains.reasoning.variants import Raw, meaning
from verisieve.domains.reasoning.variants.gates import Case, Refused, gates, named, opened
from verisieve.domains.voting import Votes
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.verifiers.reasoning import cues
from verisieve.verifiers.reasoning.plain import plain

AGREE = 1  # independent readings of the text that must say what the spec says
RENDERINGS = 48  # of the spec by our banks, with which a text is compared
MAX_LINES = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: the family, the operator, its parent, the forms there are, and who read the text."""

    family: str
    operator: str
    parent: Raw | None
    others: Sequence[str]
    solutions: Sequence[str]
    agree: int


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge a new problem; raise TruthError for a field that cannot be read."""
    asked = _asked(problem.truth)
    try:
        draft = drafts.read(text)
        case = opened(asked.family, draft.spec)
    except DraftError as error:
        return [_check("form", TaskReason.NO_CLAIM, Outcome.NO_ANSWER, message=str(error)[:500])]
    except GoldError as error:
        return [_check("gold", TaskReason.HOLDS_GOLD, message=str(error)[:500])]
    except Refused as refused:
        return [refused.check]
    found = until.until_failed(_gates(case, draft, asked))
    return [replace(found[0], answer=drafts.write(draft.spec)[:2_000]), *found[1:]]


def to_solve(problem: Problem, text: str) -> Problem | None:
    """Return the text as a row to formalise, with the spec as its truth; None where the reply is no problem."""
    try:
        asked, draft = _asked(problem.truth), drafts.read(text)
        case = opened(asked.family, draft.spec)
    except (DraftError, GoldError, Refused, TruthError):
        return None
    said = draft.text or case.family.ask(case.truth.spec, Random(case.form))
    truth: dict[str, Json] = {"task": "formalise", "family": asked.family, "mode": case.family.MODE, "spec": draft.spec}
    meta = {"family": asked.family, "form": case.form, "operator": asked.operator, "parents": [problem.id]}
    meta |= {key: problem.meta[key] for key in ("prompt_version", "model") if key in problem.meta}
    prompt = prompts.formalise(asked.family, said, draft.spec)
    return Problem(
        domain="reasoning", id=f"{problem.id}/draft", prompt=prompt, truth={**truth, "text": said}, meta=meta
    )


def _gates(case: Case, draft: Draft, asked: Asked) -> Iterator[Check]:
    seen = {*asked.others, *([_form(asked.family, asked.parent)] if asked.parent else [])}
    yield from gates(case, Random(f"gates {case.form}"), seen=seen)
    yield _measured(case, asked)
    if draft.text:
        yield _unaddressed(draft.text)
        yield _untold(case, draft.text)
        yield named(case, draft.text)
    yield _reading(case, draft.text, asked)


def _form(family: str, raw: Raw) -> str:
    loaded = load(family)
    return form(Truth(family, loaded, loaded.MODE, loaded.parse(raw)), raw)


def _measured(case: Case, asked: Asked) -> Check:
    """Harder takes our solver more counted steps than the parent, easier fewer."""
    if asked.operator not in ("harder", "easier") or asked.parent is None:
        return _check("difficulty", measured=False)
    work, before = (effort.work(case.name, raw) for raw in (case.raw, asked.parent))
    told: dict[str, Json] = {"measured": True, "work": work, "parent": before}
    if asked.operator == "harder" and work <= before:
        return _check("difficulty", TaskReason.NOT_HARDER, **told)
    if asked.operator == "easier" and work >= before:
        return _check("difficulty", TaskReason.NOT_EASIER, **told)
    return _check("difficulty", **told)


def _unaddressed(text: str) -> Check:
    """The text speaks to whoever solves it: to no checker, and of no instructions."""
    if cues.NOTE in cues.unaddressed(plain(text)):
        return _check("addressed", TaskReason.ADDRESSED)
    return _check("addressed")


def _untold(case: Case, text: str) -> Check:
    """The text does not tell the answer: neither as a whole, nor in a line of its own."""
    for piece in (text, *(f"Answer: {line}" for line in text.splitlines()[:MAX_LINES] if line.strip())):
        if all(one.outcome is Outcome.PASS for one in answers.check(case.truth, piece)):
            return _check("untold", TaskReason.LEAKED, piece=piece[:300])
    return _check("untold")


def _reading(case: Case, text: str, asked: Asked) -> Check:
    """The text says what the spec says: it is ours, or readings of it by others are the same spec."""
    if not text:
        return _check("reading", by="our own text")
    wanted = " ".join(text.split()).lower()
    ours = (case.family.ask(case.truth.spec, Random(f"rendering {k}")) for k in range(RENDERINGS))
    if any(" ".join(one.split()).lower() == wanted for one in ours):
        return _check("reading", by="our banks")
    own, others, silent, why = 0, Counter[str](), 0, None
    for said in asked.solutions:
        try:
            read = drafts.read(said).spec
        except (DraftError, GoldError):
            silent += 1
            continue
        found = meaning.difference(case.name, case.raw, read)
        own += found is None
        others.update([str(sorted(read.items(), key=repr))[:200]] if found else [])
        why = why or found
    votes = voting.check(Votes(own=own, others=others, silent=silent, undecided=0), asked.agree)
    evidence = {**votes.evidence, "by": "models", **({"difference": why} if why else {})}
    reason = TaskReason.MISTRANSLATED if votes.outcome is Outcome.FAIL else votes.reason
    return Check(name="reading", outcome=votes.outcome, reason=str(reason), evidence=evidence)


def _asked(truth: Mapping[str, Json]) -> Asked:
    family = fields.text(truth, "family")
    load(family)
    operator, parent = fields.asked(truth)
    if parent is not None and (not isinstance(parent, dict) or not isinstance(parent.get("spec"), dict)):
        raise TruthError("parent", "has no spec")
    spec = parent["spec"] if parent else None
    if spec is not None:
        load(family).parse(spec)
    return Asked(
        family=family,
        operator=operator,
        parent=spec,
        others=fields.texts(truth, "others") or [] if truth.get("others") else [],
        solutions=fields.texts(truth, "solutions") or [] if truth.get("solutions") else [],
        agree=fields.whole(truth, "agree", AGREE, least=1),
    )


def _check(name: str, reason: TaskReason | None = None, outcome: Outcome = Outcome.FAIL, **evidence: Json) -> Check:
    return Check(name=name, outcome=outcome if reason else Outcome.PASS, reason=str(reason or ""), evidence=evidence)
