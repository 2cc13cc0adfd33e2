"""Attack a domain from all sides and grade it: `vet`, the command `domains check`, and a plugin for pytest.

    vetting = vet("chess")
    print(vetting.grade, [fact for fact in vetting.facts if not fact.ok])

Read in this order: `attacks` (what it is tried with), `laws`, `judging` (the process that judges it), `watching` (who
stops that), `findings` (facts, rates, grade). Mutants of the checker: `checker`, `readers`, `loading`, `children`,
`replaying`, `tried`, `mutating`.
It says nothing about whether the problems are worth solving, and a domain that is wrong in its golden rows is wrong.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from verisieve import domains
from verisieve.domains.conformance import Fact
from verisieve.records import Json
from verisieve.vetting import findings, watching
from verisieve.vetting.attacks import CANARY
from verisieve.vetting.findings import Mutants, Vetting

__all__ = ["Mutants", "Vetting", "vet"]

HASH_SEEDS = {"0": "all", "1": "rows"}  # and what is looked at under each
PATIENCE = 120.0  # seconds without a verdict
SLOW_MUTANT = 100  # as many times that without news of a mutant
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
    workers: int = 1,
    told: Callable[[Json], None] | None = None,
) -> Vetting:
    """Attack a domain by its name and return what was found; raise UsageError for one that does not load.

    `mutants` of its checker are drawn (0: none), of some modules alone if they are named; `golden` is a file of more
    golden rows to try them on, and `workers` of them are tried at a time. `told` is called with what became of each.
    """
    domain = domains.load(name)
    verifier, tried = f"{domain.name}@{domain.version}", [name, str(seed), str(count), sandbox]
    said = []
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder) / "canary"
        for hash_seed, what in HASH_SEEDS.items():
            environment = {CANARY: str(canary), "PYTHONHASHSEED": hash_seed}
            command = ["verisieve.vetting.judging", *tried, what]
            lines, why = watching.gathered(command, patience=patience, environment=environment)
            if why:
                return findings.stopped(verifier, lines, why)
            said.append(lines)
        facts, rates = findings.facts(said, executed=canary.exists())
    if not mutants:
        return Vetting(verifier, facts, rates, None)
    command = ["verisieve.vetting.mutating", *tried, str(mutants), str(CPU), str(workers), golden or "-", *modules]
    lines, why = watching.gathered(command, patience=SLOW_MUTANT * patience, told=told)
    if why:
        return Vetting(verifier, (*facts, Fact("its checker can be mutated", ok=False, observed=why)), rates, None)
    return Vetting(verifier, facts, rates, findings.mutants(lines))
