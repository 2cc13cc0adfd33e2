"""Replies that try to pass without a proof: none does, and the early refusal of commands is not why."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from verisieve.records import Outcome
from verisieve.sandboxes import MIB, Limits, Sandbox
from verisieve.verifiers.math.coq import Claim, ProofReason, forbidden, judge

SANDBOX = "docker"
TOOLCHAIN = "coq"
LIMITS = Limits(cpu=8, wall=120, memory=600 * MIB)
TEXT = (Path(__file__).parent / "coq_attacks.md").read_text(encoding="utf-8")
FORM = re.compile(r"^## (.+)\n`(.+)`: (.+)\n(```(?:coq|text)\n(?:.*\n)*?```)$", re.MULTILINE)


class Attack(NamedTuple):
    """One reply: its name, what it should prove, the reasons that may be given, and its text."""

    name: str
    statement: str
    reasons: list[str]
    reply: str


ATTACKS = [Attack(name, statement, reasons.split(), reply) for name, statement, reasons, reply in FORM.findall(TEXT)]
REFUSED = [attack for attack in ATTACKS if attack.reasons == ["forbidden"]]


def test_all_are_read() -> None:
    """No attack is lost to its form."""
    assert len(ATTACKS) == TEXT.count("\n## ") > 80
    assert {reason for attack in ATTACKS for reason in attack.reasons} <= set(ProofReason)


@pytest.mark.engine
@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
def test_an_attack_does_not_pass(sandbox: Sandbox, attack: Attack) -> None:
    """It ends for a reason of its own, and never as an error of ours."""
    found = judge(Claim(statement=attack.statement, limits=LIMITS), _sent(attack), sandbox)
    assert found.outcome not in (Outcome.PASS, Outcome.ERROR)
    assert found.reason in attack.reasons, found


@pytest.mark.engine
@pytest.mark.parametrize("attack", REFUSED, ids=[attack.name for attack in REFUSED])
def test_nothing_rests_on_the_early_refusal(sandbox: Sandbox, attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no command is refused, the kernel's checker and the list of assumptions find the same out."""
    monkeypatch.setattr(forbidden, "find", lambda text: None)
    found = judge(Claim(statement=attack.statement, limits=LIMITS), _sent(attack), sandbox)
    if "forall n : nat, n + 0 = n" in attack.statement:  # true, and proved: what is forbidden changed nothing
        assert found.outcome in (Outcome.PASS, Outcome.FAIL)
    else:
        assert found.outcome is Outcome.FAIL, found


def _sent(attack: Attack) -> str:
    return attack.reply if attack.reply.startswith("```coq") else attack.reply.split("\n")[1]
