"""Three boxes for a proof: ours for the statement, one for the reply, ours again for the verdict.

Only bytes of compiled libraries go from one to the next, bounded. The box of the reply may end up holding and saying
anything: its word counts for nothing but its own failure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from verisieve.errors import SandboxError
from verisieve.sandboxes import MIB, Exit, Job, Limits, Program, Sandbox, Status
from verisieve.verifiers.math.coq import inside, sources
from verisieve.verifiers.math.coq.extract import Script
from verisieve.verifiers.math.coq.sources import CLAIM, GIVEN, PREFIX, SOLUTION, VERDICT, Claim

TOOLCHAIN = "coq"
LIBRARY_BYTES = 16 * MIB
_TOOLS = ("/usr/bin/coqc", "/usr/bin/coqchk")
# no machine code: there is no compiler for it, and the kernel's own conversion is what is trusted
_COQC = ("/usr/bin/coqc", "-q", "-noglob", "-w", "none", "-color", "no", "-native-compiler", "no", "-Q", ".", PREFIX)
_CHECK = ("/usr/bin/coqchk", "-o", "-Q", ".", PREFIX)
_FINDLIB = b'destdir="/usr/lib/ocaml"\npath="/usr/lib/ocaml:/usr/local/lib/ocaml"\n'


class Step(NamedTuple):
    """How one tool ended: which of its ways was taken, its exit code, and what it said."""

    name: str
    way: int
    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a box ended: the steps that were taken, and the libraries that were made; neither where it was stopped."""

    status: Status
    steps: tuple[Step, ...] = ()
    files: Mapping[str, bytes]

    @property
    def failed(self) -> Step | None:
        """The step that failed, if one did; there is none after it."""
        return self.steps[-1] if self.steps and self.steps[-1].code != 0 else None


def prepare(claim: Claim, sandbox: Sandbox) -> Ran:
    """Compile the preamble and the statement; list what the statement rests on."""
    files = {
        f"{GIVEN}.v": _encoded(sources.given(claim)),
        f"{CLAIM}.v": _encoded(sources.stated(claim)),
    }
    steps = [
        _step("version", ["/usr/bin/coqc", "--print-version"]),
        *(_step(name, [*_COQC, f"{name}.v"]) for name in (GIVEN, CLAIM)),
        _step("check", [*_CHECK, *_checked(GIVEN, CLAIM)]),
    ]
    return _run(steps, files, (GIVEN, CLAIM), claim.limits, sandbox)


def solve(claim: Claim, script: Script, given: Mapping[str, bytes], sandbox: Sandbox) -> Ran:
    """Compile the reply, in a box that holds the compiled preamble and nothing else."""
    files = {
        f"{SOLUTION}.v": _encoded(sources.solution(script, claim)),
        f"{GIVEN}.vo": given[f"{GIVEN}.vo"],
    }
    return _run([_step(SOLUTION, [*_COQC, f"{SOLUTION}.v"])], files, (SOLUTION,), claim.limits, sandbox)


def decide(claim: Claim, names: Sequence[str], compiled: Mapping[str, bytes], sandbox: Sandbox) -> Ran:
    """Check the reply's library, use it as a proof of the statement, and check that too."""
    coqc = [*_COQC, "-bytecode-compiler", "no", f"{VERDICT}.v"]
    ways = [{"files": {f"{VERDICT}.v": sources.verdict(name)}, "command": coqc} for name in names]
    steps = [
        _step("check", [*_CHECK, *_checked(GIVEN, CLAIM, SOLUTION)]),
        {"name": VERDICT, "ways": ways},
        _step("recheck", [*_CHECK, *_checked(VERDICT)]),
    ]
    return _run(steps, dict(compiled), (), replace(claim.limits, cpu=2 * claim.limits.cpu), sandbox)


def _step(name: str, command: Sequence[str]) -> dict[str, Any]:
    return {"name": name, "ways": [{"files": {}, "command": list(command)}]}


def _checked(*libraries: str) -> list[str]:
    """Each of our libraries in full; what they require is the standard library of the image."""
    return [part for name in libraries for part in ("-norec", f"{PREFIX}.{name}")]


def _run(
    steps: Sequence[Mapping[str, Any]],
    files: Mapping[str, bytes],
    keep: Sequence[str],
    limits: Limits,
    sandbox: Sandbox,
) -> Ran:
    plan = {"tools": _TOOLS, "steps": steps, "keep": [f"{name}.vo" for name in keep]}
    room = replace(limits, address_space=1 << 40, disk=128 * MIB, output=LIBRARY_BYTES)
    program = Program(
        definitions=_definitions(),
        harness="main_coq()",
        files={**files, "plan": json.dumps(plan).encode(), "findlib.conf": _FINDLIB},
        limits=room,
    )
    ended = sandbox.run(Job(candidate=program, toolchain=TOOLCHAIN)).candidate
    if ended.status is Status.EXITED and ended.code == inside.ABSENT:
        raise SandboxError(
            f"the {sandbox.name} sandbox has not all of {', '.join(_TOOLS)}, which proofs need: install Debian's "
            f"coq, or use --sandbox docker after `verisieve sandbox build {TOOLCHAIN}`"
        )
    return _read(ended, {step["name"] for step in steps})


@cache
def _definitions() -> str:
    return resources.files(__package__).joinpath("inside.py").read_text(encoding="utf-8")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _read(ended: Exit, names: set[str]) -> Ran:
    """Read what a box wrote, believing none of it; what is not in the format counts as nothing made."""
    if ended.status is not Status.EXITED or ended.code != 0 or ended.stdout_bytes > len(ended.stdout):
        return Ran(status=ended.status, files={})
    line, _, rest = ended.stdout.partition(b"\n")
    try:
        told = json.loads(line)
        steps = tuple(_step_of(each) for each in told["steps"])
        sizes = [(str(name), int(size)) for name, size in told["files"].items()]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Ran(status=ended.status, files={})
    files, at = {}, 0
    for name, size in sizes:
        files[name] = rest[at : at + max(size, 0)]
        at += max(size, 0)
    return Ran(status=ended.status, steps=tuple(step for step in steps if step.name in names), files=files)


def _step_of(told: Any) -> Step:
    return Step(str(told["name"]), int(told["way"]), int(told["code"]), str(told["out"]), str(told["err"]))
