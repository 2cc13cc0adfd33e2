"""Our own part of a language's programs, built once for a sandbox by a box that holds nothing foreign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from weakref import WeakKeyDictionary

from verisieve.errors import SandboxError
from verisieve.plaintext import shown
from verisieve.sandboxes import Job, Program, Sandbox, Status
from verisieve.verifiers.code import compiling
from verisieve.verifiers.code.compiling import Plan
from verisieve.verifiers.code.harness.decode import Reader
from verisieve.verifiers.code.languages import Language

_made: WeakKeyDictionary[Sandbox, dict[str, Mapping[str, bytes]]] = WeakKeyDictionary()


def add(job: Job, language: Language, sandbox: Sandbox) -> Job:
    """Return a job whose programs find what is built already; raise SandboxError where our own part does not build."""
    if language.library is None:
        return job
    made = _made.setdefault(sandbox, {})
    if language.name not in made:
        made[language.name] = _build(language.library, language, sandbox)
    files = made[language.name]
    return replace(job, candidate=_with(job.candidate, files), tester=job.tester and _with(job.tester, files))


def _with(program: Program, files: Mapping[str, bytes]) -> Program:
    return replace(program, files={**program.files, **files}) if "build" in program.files else program


def _build(plan: Plan, language: Language, sandbox: Sandbox) -> Mapping[str, bytes]:
    ended = sandbox.run(compiling.library(plan, language.toolchain)).candidate
    if ended.status is not Status.EXITED or ended.code != 0:
        said = shown(ended.stderr, 500) or str(ended.status)
        raise SandboxError(f"the {sandbox.name} sandbox builds no programs of {language.name}: {said}")
    files: Mapping[str, bytes] = Reader(ended.stdout).whole()
    return files
