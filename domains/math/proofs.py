"""Proof problems: the truth read at the door, every field checked, and the verdict of Coq's kernel as a check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from verisieve.domains.math import extra
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Problem
from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.math.coq import Claim, judge
from verisieve.verifiers.math.coq.sources import LIMITS

TASK = "proof"
PROVERS = ("coq",)
WALL_PER_CPU = 4.0  # a generous outer stop, for machines under load


def check(problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
    """Judge one proof; raise TruthError for a truth that is none, SandboxError where there is no prover."""
    return [extra.named("proof", judge(read(problem.truth), text, sandbox))]


def read(truth: Mapping[str, Json]) -> Claim:
    """Read a truth mapping; raise TruthError that names the field that is wrong."""
    prover = truth.get("prover", PROVERS[0])
    if prover not in PROVERS:
        raise TruthError("prover", f"{prover!r} is not one of {', '.join(PROVERS)}")
    return Claim(
        statement=_text(truth, "statement"),
        preamble=_text(truth, "preamble", "").replace("\r\n", "\n"),
        axioms=_names(truth.get("axioms")),
        theorem=_text(truth, "theorem", ""),
        limits=_limits(truth.get("limits")),
    )


def _text(truth: Mapping[str, Json], field: str, default: str | None = None) -> str:
    value = truth.get(field)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise TruthError(field, "is missing" if value is None else "must be a text that is not empty")
    return value


def _names(value: Json) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise TruthError("axioms", "must be a list of names")
    return tuple(value)


def _limits(value: Json) -> Limits:
    given = {} if value is None else value
    if not isinstance(given, dict):
        raise TruthError("limits", "is not an object")
    for key, each in given.items():
        if key not in ("cpu", "wall", "memory") or isinstance(each, bool) or not isinstance(each, int | float):
            raise TruthError(f"limits.{key}", "is not one of cpu, wall (seconds) and memory (bytes) with a number")
        if not 0 < each < float("inf"):
            raise TruthError(f"limits.{key}", "is not positive")
    cpu = float(given.get("cpu", LIMITS.cpu))
    return Limits(
        cpu=cpu,
        wall=float(given.get("wall", max(LIMITS.wall, WALL_PER_CPU * cpu))),
        memory=int(given.get("memory", LIMITS.memory)),
    )
