"""Python: the solution as a module of its own, tests against proxies of its names."""

from __future__ import annotations

from dataclasses import replace

from verisieve.sandboxes import Job, Limits, Program
from verisieve.verifiers.code import extract, harness, runner
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.languages import Language
from verisieve.verifiers.code.runner import Tests


def _find(reply: str, entry: str, prompt: str) -> Source | None:
    if entry:
        return extract.program(reply, entry.partition("(")[0], prompt)
    code = extract.whole(reply)
    return None if code is None else Source(code, "")


def _job(source: Source, tests: Tests, limits: Limits) -> Job:
    context = extract.prompt_code(tests.prompt, tests.entry.partition("(")[0])
    before = "\n\n".join(filter(None, (tests.prelude, source.context)))
    both = "\n\n".join(filter(None, (tests.prelude, context)))
    tests = replace(tests, context=both, classes=extract.plain_classes(tests.prelude))
    return runner.make_job(source.code, before, tests, limits)


def _program(code: str, stdin: bytes, limits: Limits) -> Job:
    files = {"solution.py": code.encode("utf-8", "replace")}
    return Job(candidate=Program(**harness.program_texts(), files=files, stdin=stdin, limits=limits))


language = Language(
    name="python",
    aliases=frozenset({"python3", "py"}),
    toolchain="python",
    styles=frozenset({"check", "asserts", "pytest", "unittest", "stdin", "calls"}),
    cpu=20.0,  # the slowest canonical solution of MBPP was seen to take 2 to 15
    find=_find,
    job=_job,
    program=_program,
)
