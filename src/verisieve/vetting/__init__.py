"""Attack a domain from all sides and grade it: `vet`, the command `domains check`, and a plugin for pytest.

    vetting = vet("chess")
    print(vetting.grade, [fact for fact in vetting.facts if not fact.ok])

Read in this order: `attacks` (what it is tried with), `laws`, `judging` (the process that judges it), `watching` (who
stops that), `checker`, `loading` and `mutating` (mutants of the checker), `findings` (facts, rates, grade).
It says nothing about whether the problems are worth solving, and a domain that is wrong in its golden rows is wrong.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from verisieve import domains
from verisieve.vetting import findings, watching
from verisieve.vetting.attacks import CANARY
from verisieve.vetting.findings import Mutants, Vetting
from verisieve.vetting.watching import StoppedError

__all__ = ["Mutants", "Vetting", "vet"]

HASH_SEEDS = ("0", "1")
PATIENCE = 120.0  # seconds without a verdict
CPU = 5.0  # seconds of CPU that a mutant may take beside five times those of the original


def vet(
    name: str,
    *,
    seed: int = 0,
    count: int = 24,
    sandbox: str = "auto",
    mutants: int = 200,
    patience: float = PATIENCE,
    golden: str = "",
    modules: tuple[str, ...] = (),
) -> Vetting:
    """Attack a domain by its name and return what was found; raise UsageError for one that does not load.

    `mutants` of its checker are drawn (0: none), of some modules alone if they are named; `golden` is a file of more
    golden rows to try them on.
    """
    domain = domains.load(name)
    verifier = f"{domain.name}@{domain.version}"
    said: list[list[findings.Json]] = []
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder) / "canary"
        for number, hash_seed in enumerate(HASH_SEEDS):
            arguments = [name, str(seed), str(count), sandbox, "rows" if number else "all"]
            environment = {CANARY: str(canary), "PYTHONHASHSEED": hash_seed}
            lines: list[findings.Json] = []
            try:
                for line in watching.lines(
                    ["verisieve.vetting.judging", *arguments], patience=patience, environment=environment
                ):
                    lines.append(line)
            except StoppedError as error:
                return findings.stopped(verifier, lines, str(error))
            said.append(lines)
        facts, rates = findings.facts(said, executed=canary.exists())
    if not mutants:
        return Vetting(verifier, facts, rates, None)
    arguments = [name, str(seed), str(count), sandbox, str(mutants), str(CPU), golden or "-", *modules]
    try:
        lines = list(watching.lines(["verisieve.vetting.mutating", *arguments], patience=100 * patience))
    except StoppedError as error:
        return Vetting(verifier, (*facts, findings.Fact("its checker can be mutated", False, str(error))), rates, None)
    return Vetting(verifier, facts, rates, findings.mutants(lines))
