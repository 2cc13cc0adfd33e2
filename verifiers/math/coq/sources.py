"""The libraries that Coq compiles, and what is in each.

    Given      the preamble, exported: all that statement and proof may build on          ours
    Claim      `claim`, the statement as one definition, read where no reply is          ours
    Solution   the reply, read after Given                                               hostile
    Verdict    `checked : expected := Solution.name`, `expected` fixed before the reply  ours

Commands of a library that say `Global` take effect wherever it is required, so Verdict sets back what bears on
checking, and coqchk looks at it once more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from verisieve.errors import TruthError
from verisieve.sandboxes import MIB, Limits
from verisieve.verifiers.math.coq.extract import Script
from verisieve.verifiers.math.coq.lexing import IDENTIFIER, Sentence, same, sentences

PREFIX = "verisieve"
GIVEN, CLAIM, SOLUTION, VERDICT = "Given", "Claim", "Solution", "Verdict"
STEPS = "verisieve_claim"  # the name of a theorem that we write around the steps of a reply
LIMITS = Limits(cpu=30.0, wall=120.0, memory=1024 * MIB)
_IMPORTS = re.compile(r"^(\s*(?:(?:From\s+\S+\s+)?Require\s+)?)Import\b")
_REPEATABLE = re.compile(
    r"(?:Definition|Fixpoint|CoFixpoint|Inductive|CoInductive|Variant|Record|Structure|Class|Axioms?|Parameters?)\b"
)
_PROVED = re.compile(r"(?:Definition|Fixpoint|CoFixpoint)\b(?!.*:=)", re.DOTALL)
_HEAD = f"From {PREFIX} Require Import {GIVEN}. "
_RESET = (
    "Set Guard Checking. Set Positivity Checking. Set Universe Checking. Unset Definitional UIP. "
    'Unset Universe Polymorphism. Unset Cumulative StrictProp. Set Debug "-all". Unset Default Timeout.'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is to be proved: a proposition, what it builds on, and what may be assumed.

    `axioms` are names of axioms that a proof may rest on, beside those of the preamble and of the statement itself;
    `theorem` is the name that the proof is expected under; `limits` bound one compilation.
    """

    statement: str
    preamble: str = ""
    axioms: tuple[str, ...] = ()
    theorem: str = ""
    limits: Limits = field(default=LIMITS)

    def __post_init__(self) -> None:
        """Refuse a statement that is more than one term, and names that are none."""
        body = proposition(self)
        if not body or len(sentences(f"{body} .")) != 1 or not sentences(f"{body} .")[0].bare.rstrip().endswith("."):
            raise TruthError("statement", "is not one proposition")
        if self.theorem and not re.fullmatch(IDENTIFIER, self.theorem):
            raise TruthError("theorem", f"{self.theorem!r} is not a name")


def proposition(claim: Claim) -> str:
    """Return the statement without the full stop that may end it."""
    return claim.statement.strip().removesuffix(".").strip()


def given(claim: Claim) -> str:
    """The preamble, whose imports are passed on to whoever imports it."""
    return "".join(map(_exported, sentences(claim.preamble))) + "\n"


def _exported(sentence: Sentence) -> str:
    match = _IMPORTS.match(sentence.bare)
    if not match:
        return sentence.text
    start, end = match.end(1), match.end()
    return f"{sentence.text[:start]}Export{sentence.text[end:]}"


def stated(claim: Claim) -> str:
    """The statement as a definition, and a list of what it rests on itself."""
    body = f"Definition claim : Prop := (\n{proposition(claim)}\n)."
    return f"From {PREFIX} Require Import {GIVEN}.\n{body}\nPrint Assumptions claim.\n"


def solution(script: Script, claim: Claim) -> str:
    """The reply after the preamble; its lines keep their numbers."""
    if script.bare:
        return f"{_before(script, claim)}{script.text}\nQed.\n"
    known = [each for each in sentences(claim.preamble) if _repeatable(each)]
    parts = [_without(each, known) for each in sentences(script.text)]
    return f"{_HEAD}{''.join(parts)}\n"


def lines_before(script: Script, claim: Claim) -> int:
    """Count the lines that stand before the reply's own."""
    return _before(script, claim).count("\n") if script.bare else 0


def _before(script: Script, claim: Claim) -> str:
    return f"{_HEAD}{script.settings}\nTheorem {STEPS} : (\n{proposition(claim)}\n). Proof.\n"


def _repeatable(sentence: Sentence) -> bool:
    """Whether a reply may say it again: a definition that is complete in itself."""
    return bool(_REPEATABLE.match(sentence.command)) and not _PROVED.match(sentence.command)


def _without(sentence: Sentence, known: list[Sentence]) -> str:
    """Blank a sentence of the preamble out: what it defines there is what the statement speaks of."""
    if any(same(sentence, each) for each in known):
        return re.sub(r"[^\n]", " ", sentence.text)
    return sentence.text


def verdict(name: str) -> str:
    """The statement, fixed before anything of the reply is there; then the reply's theorem as its proof."""
    if not re.fullmatch(IDENTIFIER, name):
        raise ValueError(name)
    return (
        f"From {PREFIX} Require {CLAIM}.\nDefinition expected : Prop := {PREFIX}.{CLAIM}.claim.\n"
        f"From {PREFIX} Require {SOLUTION}.\n{_RESET}\n"
        f"Definition checked : expected := @{PREFIX}.{SOLUTION}.{name}.\nPrint Assumptions checked.\n"
    )
