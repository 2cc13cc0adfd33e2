"""Machine-checked proofs: Coq's kernel judges a reply, in boxes, and nothing that the reply says about itself counts.

    claim = Claim(statement="forall n : nat, n + 0 = n")
    ruling = judge(claim, "Theorem t n : n + 0 = n.\\nProof. induction n; simpl; congruence. Qed.", sandbox)

In the order of the files: lexing (sentences), extract (the proof in a reply), sources (the four files that Coq sees),
inside (our program in a box), boxes (three jobs), assumptions (what Coq lists), judge (the door). Nothing of Coq runs
on the host.
"""

from verisieve.verifiers.math.coq.judge import ProofReason, judge
from verisieve.verifiers.math.coq.sources import Claim

__all__ = ["Claim", "ProofReason", "judge"]
