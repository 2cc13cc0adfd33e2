"""Proofs by Coq: every fixture passes, replies are read in all their forms, and compiled bytes are never believed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from verisieve.errors import SandboxError, TruthError
from verisieve.records import Outcome
from verisieve.sandboxes import Exit, Job, Limits, Run, Sandbox, Status
from verisieve.verifiers.math.coq import Claim, ProofReason, assumptions, boxes, extract, judge, lexing
from verisieve.verifiers.math.coq.extract import Script

SANDBOX = "docker"
TOOLCHAIN = "coq"
FIXTURE = Path(__file__).parents[3] / "fixtures/math/proofs.jsonl"
ROWS = [json.loads(line) for line in FIXTURE.read_text(encoding="utf-8").splitlines()]
ZERO = "forall n : nat, n + 0 = n"
GOOD = f"Theorem t : {ZERO}.\nProof. induction n; simpl; congruence. Qed."
LIA = "Require Import Lia."


def claim_of(truth: dict[str, Any]) -> Claim:
    """The claim of a row."""
    axioms = tuple(truth.get("axioms", ()))
    return Claim(statement=truth["statement"], preamble=truth.get("preamble", ""), axioms=axioms)


@pytest.mark.engine
@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_every_proof_of_the_fixture_passes(sandbox: Sandbox, row: dict[str, Any]) -> None:
    """Logic, numbers, lists, sums, reals: proofs that people would write, by induction and by lia, ring, field, nra."""
    found = judge(claim_of(row["truth"]), row["response"], sandbox)
    assert found.outcome is Outcome.PASS, found
    assert found.evidence["coq"].startswith("8.")


FORMS = [
    (GOOD, "a theorem without a fence"),
    (f"Here it is.\n\n{GOOD}\n\nThat is all.", "a theorem in prose"),
    (f"```\n{GOOD}\n```", "a fence that says nothing"),
    (
        "```coq\nLemma a n : n + 0 = n.\nauto. Qed.\n```\nand\n```coq\nTheorem t n : n + 0 = n. apply a. Qed.\n```",
        "a lemma in an earlier block",
    ),
    (
        f"```coq\nTheorem t : {ZERO}.\nProof. reflexivity. Qed.\n```\nNo, that fails.\n```coq\n{GOOD}\n```",
        "a draft before",
    ),
    ("```coq\nProof.\n  intros. lia.\nQed.\n```", "steps alone"),
    ("```coq\nintros. (* Qed. *) auto.\n```", "bare tactics"),
    ("intros; auto.", "bare tactics without a fence"),
    ("```coq\nRequire Import Arith.\nintros.\nrewrite Nat.add_0_r.\nreflexivity.\n```", "steps with an import"),
    (f"```coq\n{LIA}\nDefinition t : {ZERO} := fun n => eq_sym (plus_n_O n).\n```", "a term for a proof"),
    ("```coq\nTheorem t (n : nat) : n + 0 = n.\nProof using. { auto. } Defined.\n```", "binders, braces, Defined"),
    ("```coq\nSection S. Variable n : nat. Theorem t : n + 0 = n. Proof. auto. Qed. End S.\n```", "a section"),
    (
        "```coq\nProgram Lemma t : forall n, n + 0 = n. Next Obligation. lia. Qed.\n```\n```coq\n" + GOOD + "\n```",
        "two",
    ),
    (
        "```coq\nRequire Import FunInd Recdef Nsatz Psatz.\nTheorem t (n : nat) : (n + 0 = n)%nat. lia. Qed.\n```",
        "plugins of Coq's",
    ),
    (
        """```coq
Module Type T. Axiom a : 0 = 0. End T. Module M : T. Lemma a : 0 = 0. auto. Qed. End M.
Theorem t n : n + 0 = n. Proof. assert (H := M.a). auto. Qed.
```""",
        "a sealed module that is whole",
    ),
    ("```coq\nAxiom unused : 0 = 1.\n" + GOOD + "\n```", "an axiom that it does not rest on"),
]


@pytest.mark.engine
@pytest.mark.parametrize(("reply", "why"), FORMS, ids=[why for _, why in FORMS])
def test_a_proof_is_found_in_a_reply(sandbox: Sandbox, reply: str, why: str) -> None:
    """Whatever form a right proof has, it passes; the preamble's tactics are loaded for those that use them."""
    found = judge(Claim(statement=ZERO, preamble=LIA if "lia" in reply else ""), reply, sandbox)
    assert found.outcome is Outcome.PASS, found


@pytest.mark.parametrize(
    "text", ["", "Obvious.", "```python\nx = 1\n```", "<think>\n" + GOOD, "```coq\n(* todo *)\n```"]
)
def test_no_coq_is_no_answer(text: str) -> None:
    """A reply without Coq starts no box."""
    found = judge(Claim(statement=ZERO), text, None)  # type: ignore[arg-type]
    assert (found.outcome, found.reason) == (Outcome.NO_ANSWER, ProofReason.NO_PROOF)


@pytest.mark.engine
def test_coq_says_what_is_wrong_and_where(sandbox: Sandbox) -> None:
    """The message is Coq's, the line that of the reply."""
    found = judge(Claim(statement=ZERO), f"```coq\nTheorem t : {ZERO}.\nProof.\n  bogus.\nQed.\n```", sandbox)
    assert (found.reason, found.evidence["line"]) == (ProofReason.PROOF_ERROR, 3)
    assert "bogus was not found" in found.evidence["message"]


@pytest.mark.engine
def test_the_preamble_said_again_is_the_preamble(sandbox: Sandbox) -> None:
    """A type of the preamble that the reply declares again is the preamble's own; one that differs is another."""
    preamble = (
        "Inductive light := red | green.\nDefinition next (l : light) := match l with red => green | green => red end."
    )
    claim = Claim(statement="forall l, next (next l) = l", preamble=preamble)
    proof = "Theorem t : forall l, next (next l) = l.\nProof. destruct l; reflexivity. Qed."
    again = preamble.replace(" := ", "  (* here *) :=\n ")
    assert judge(claim, f"```coq\n{again}\n{proof}\n```", sandbox).outcome is Outcome.PASS
    other = preamble.replace("red | green", "green | red", 1).replace("(l : light)", "(l : light) : light")
    assert judge(claim, f"```coq\n{other}\n{proof}\n```", sandbox).reason == ProofReason.WRONG_STATEMENT


@pytest.mark.engine
def test_axioms_are_allowed_by_name_and_those_of_the_statement_always(sandbox: Sandbox) -> None:
    """The preamble's own axioms count as given; others must be named, by the end of their name or in full."""
    given = Claim(statement="0 = 1", preamble="Axiom a : 0 = 1.")
    assert judge(given, "```coq\nTheorem t : 0 = 1. exact a. Qed.\n```", sandbox).outcome is Outcome.PASS
    for names, outcome in [
        ((), "fail"),
        (("classic",), "pass"),
        (("Coq.Logic.Classical_Prop.classic",), "pass"),
        (("c",), "fail"),
    ]:
        claim = Claim(statement="forall P, ~ ~ P -> P", preamble="Require Import Classical.", axioms=names)
        assert (
            judge(claim, "```coq\nTheorem t : forall P, ~ ~ P -> P. exact NNPP. Qed.\n```", sandbox).outcome == outcome
        )
    hostile = Claim(statement="0 = 1", axioms=("a", "Solution.a", "verisieve.Solution.a"))
    found = judge(hostile, "```coq\nAxiom a : 0 = 1. Theorem t : 0 = 1. exact a. Qed.\n```", sandbox)
    assert (found.reason, found.evidence["assumed"]) == (ProofReason.ASSUMPTION, ["Solution.a"])


BAD = [
    ({"statement": "forall n : nt, n = n"}, "statement"),
    ({"statement": "True. Axiom lie : False"}, "statement"),
    ({"statement": "True) : Prop. Definition x := (0"}, "statement"),
    ({"statement": "0"}, "statement"),
    ({"statement": ZERO, "preamble": "Require Import Nothing."}, "preamble"),
    ({"statement": ZERO, "preamble": "Unset Guard Checking. Fixpoint f (n : nat) : False := f n."}, "preamble"),
    ({"statement": ZERO, "theorem": "a b"}, "theorem"),
    ({"statement": "2 = Nat.pow 2 40", "preamble": "Definition x := Eval vm_compute in Nat.pow 2 40."}, "limits"),
]


@pytest.mark.engine
@pytest.mark.parametrize(("fields", "field"), BAD, ids=[str(fields) for fields, _ in BAD])
def test_a_claim_that_coq_does_not_read_is_the_datas_fault(
    sandbox: Sandbox, fields: dict[str, Any], field: str
) -> None:
    """Nothing is held against the reply, and the field is named."""
    with pytest.raises(TruthError) as caught:
        judge(Claim(**fields, limits=Limits(cpu=5, memory=512 << 20)), f"```coq\n{GOOD}\n```", sandbox)
    assert caught.value.field == field


def _bytes(sandbox: Sandbox, code: str, claim: Claim) -> bytes:
    ran = boxes.prepare(claim, sandbox)
    return boxes.solve(claim, Script(code, ()), ran.files, sandbox).files["Solution.vo"]


@pytest.mark.engine
def test_forged_libraries_are_rejected(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes from the reply's box that are no library, a cut one, another one, or one made elsewhere prove nothing."""
    claim = Claim(statement=ZERO)
    good = _bytes(sandbox, GOOD, claim)
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 0xFF
    elsewhere = _bytes(
        sandbox,
        "Theorem t : 1 = 1. exact a. Qed.",
        Claim(statement=ZERO, preamble="Lemma a : 1 = 1. reflexivity. Qed."),
    )
    renamed = boxes.prepare(claim, sandbox).files["Claim.vo"]
    solve = boxes.solve
    for forged in (b"x", b"\0" * 5000, good[: len(good) // 2], bytes(flipped), elsewhere, renamed):
        files = {"Solution.vo": forged}

        def forge(*arguments: Any, files: dict[str, bytes] = files) -> boxes.Ran:
            return boxes.Ran(status=solve(*arguments).status, files=files)

        monkeypatch.setattr(boxes, "solve", forge)
        found = judge(claim, f"```coq\n{GOOD}\n```", sandbox)
        assert (found.outcome, found.reason) == (Outcome.FAIL, ProofReason.REJECTED), found


class Saying:
    """A sandbox in which every box writes the same bytes."""

    name, layers = "saying", ()

    def __init__(self, stdout: bytes, code: int = 0) -> None:
        self.end = Exit(status=Status.EXITED, code=code, stdout=stdout, stdout_bytes=len(stdout))

    def run(self, job: Job) -> Run:
        """Say it."""
        return Run(candidate=self.end)

    def close(self) -> None:
        """Do nothing."""


GARBAGE = [
    b"",
    b"\n",
    b"{}\n",
    b"[]\n",
    b"null\n",
    b'{"steps": 3}\n',
    b'{"steps": [{}], "files": {}}\n',
    b"[" * 100_000 + b"\n",
    b'{"steps": [], "files": []}\n',
    b'{"steps": [], "files": {"Solution.vo": "x"}}\n',
    b"\xff\xfe\n",
]


@pytest.mark.parametrize("stdout", GARBAGE)
def test_what_a_box_writes_is_not_trusted_to_have_a_form(stdout: bytes) -> None:
    """Garbage from the reply's box means that nothing was made."""
    ran = boxes.solve(Claim(statement=ZERO), Script(GOOD, ("t",)), {"Given.vo": b""}, Saying(stdout))
    assert not ran.files.get("Solution.vo")


def test_a_sandbox_without_coq_says_how_to_get_it() -> None:
    """Where the tools are missing it is our error, with what to do about it."""
    with pytest.raises(SandboxError, match="verisieve sandbox build coq"):
        judge(Claim(statement=ZERO), f"```coq\n{GOOD}\n```", Saying(b"", 96))


SUMMARY = """
CONTEXT SUMMARY
===============

* Theory: Set is predicative

* Axioms:
    Coq.Logic.Classical_Prop.classic

* Constants/Inductives relying on type-in-type: <none>

* Constants/Inductives relying on unsafe (co)fixpoints:
    verisieve.Solution.f

* Inductives whose positivity is assumed: <none>
"""


def test_the_checkers_summary_is_read_strictly() -> None:
    """Axioms and unchecked definitions are listed; anything else than the known form is no summary."""
    found = assumptions.summary(SUMMARY)
    assert found is not None
    assert found.axioms == {"Coq.Logic.Classical_Prop.classic"}
    assert found.flaws == ("verisieve.Solution.f: unguarded recursion",)
    for change in ("predicative|impredicative", "* Axioms|* Axiom", "SUMMARY|", "type-in-type|other"):
        assert assumptions.summary(SUMMARY.replace(*change.split("|"))) is None


def test_a_name_that_may_be_the_replys_own_is_refused() -> None:
    """A printed name allows only what it cannot be mistaken for."""
    known = frozenset({"Coq.L.classic", "verisieve.Solution.L.classic"})
    assert assumptions.refused(["L.classic"], known, frozenset({"Coq.L.classic"})) == ["L.classic"]
    assert assumptions.refused(["L.classic"], frozenset({"Coq.L.classic"}), frozenset({"Coq.L.classic"})) == []
    assert assumptions.refused(["unknown"], known, known) == ["unknown"]


@pytest.mark.parametrize(
    "text", ["", "Axioms:\n", "Closed under the global context\nAxioms:\nx : False\n", "Debug: x\n"]
)
def test_a_list_of_assumptions_of_another_form_is_none(text: str) -> None:
    """What is not exactly the one or the other form says nothing."""
    assert assumptions.printed(text) is None


LEXED = [
    ('a. "b. c". d.', ["a.", ".", "d."]),
    ("a (* b. (* c. *) d. *) e. f", ["a e.", "f"]),
    ('(* "*)" a. *) b.', ["b."]),
    ("1.5 + x.y. z.", ["1.5 + x.y.", "z."]),
    ("#[global] Time - + { all: Set X. }", ["Set X.", ""]),
    ('a "b', ["a"]),
    ("a (* b. c.", ["a"]),
]


@pytest.mark.parametrize(("text", "commands"), LEXED)
def test_sentences_end_where_coq_ends_them(text: str, commands: list[str]) -> None:
    """Comments nest, strings hide what is in them, and a full stop needs a blank after it."""
    assert [each.command for each in lexing.sentences(text)] == commands


@pytest.mark.parametrize(
    "text", ["(*" * 50_000, '"' * 50_001, ". " * 50_000, "- " * 50_000, "#[" * 50_000, "```coq\n" * 9_000]
)
def test_long_texts_are_read_in_linear_time(text: str) -> None:
    """No reply keeps the reader busy."""
    extract.find(text)
    assert len(lexing.mask(text)) == len(text)
