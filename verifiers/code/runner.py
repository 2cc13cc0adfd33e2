"""The split test runner: makes the two programs of a job, and judges what the run says.

Only here is anything judged. A pass needs all of: the tester ran every test to its end, every test held,
the candidate parted in order. Everything else is a named failure, a limit, or an error of ours or the data's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from verisieve.errors import SandboxError, TruthError
from verisieve.plaintext import shown
from verisieve.records import Outcome
from verisieve.sandboxes import Exit, Job, Limits, Program, Run, Status
from verisieve.verifiers.code import bundle, harness
from verisieve.verifiers.code.harness.decode import Reader
from verisieve.verifiers.code.harness.encode import WireError, encode, refuse

ENTRY = "verisieve_entry"  # the name under which the candidate's box keeps an entry point that is no plain name
MAX_EVIDENCE = 2000  # characters of one text in evidence
MAX_STDERR = 500


class CodeReason(StrEnum):
    """Why a program did not pass."""

    NO_CODE = "no_code"
    SYNTAX = "syntax"
    COMPILE_ERROR = "compile_error"
    NO_ENTRY_POINT = "no_entry_point"
    WRONG_ANSWER = "wrong_answer"
    EXCEPTION = "exception"
    ENDED_EARLY = "ended_early"
    PROTOCOL = "protocol"
    TIMEOUT_CPU = "timeout_cpu"
    TIMEOUT_WALL = "timeout_wall"
    MEMORY = "memory"
    STATIC = "static"
    NONDETERMINISTIC = "nondeterministic"
    GROWTH = "growth"
    WEAK_TESTS = "weak_tests"
    UNSUPPORTED_STYLE = "unsupported_style"
    UNSUPPORTED_LANGUAGE = "unsupported_language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """Trusted tests: their style and text, what runs before them, and what they may see.

    `declaration` is the entry point's head with what it leans on (imports, types), for languages whose tests must be
    compiled against it; `prompt` may hold it too. `prelude` runs before the program. An entry point may be a method of
    a new instance: `Solution().twoSum`.
    """

    style: str
    entry: str
    tests: Any
    setup: str = ""
    context: str = ""
    prelude: str = ""
    classes: tuple[str, ...] = ()  # of the prelude, whose instances cross by value
    prompt: str = ""
    declaration: str = ""
    objects: bool = False
    watch: bool = False
    nan: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one run of the tests proved about a program."""

    outcome: Outcome
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    cpu: float = 0.0  # seconds that the candidate used; no evidence, since no two runs use the same
    doubtful: bool = False  # the tests may be at fault: only a run of a reference can tell


LIMITS: Mapping[Status, CodeReason] = {
    Status.TIMEOUT_CPU: CodeReason.TIMEOUT_CPU,
    Status.TIMEOUT_WALL: CodeReason.TIMEOUT_WALL,
    Status.MEMORY: CodeReason.MEMORY,
}


def make_job(code: str, context: str, tests: Tests, limits: Limits) -> Job:
    """Make the two programs: foreign text travels as files, the harness is ours and always the same."""
    files = {"solution.py": code.encode("utf-8", "replace")}
    if context:
        files["context.py"] = context.encode("utf-8", "replace")
    if tests.classes:
        files["classes"] = " ".join(tests.classes).encode()
    if not tests.entry.isidentifier() and tests.entry:
        files["entry.py"] = f"{ENTRY} = {tests.entry}\n".encode()
    return Job(
        candidate=Program(**harness.candidate_texts(), files=files, limits=limits),
        tester=make_tester(tests, limits, brief=True),
    )


def make_tester(tests: Tests, limits: Limits, *, brief: bool = False) -> Program:
    """Make the program that runs tests in Python; the candidate may be of any language, and of Python is `brief`."""
    files = {"plan": encode(_plan(tests) | {"brief": brief}, refuse, brief=True)}
    if tests.style == "pytest":
        files |= bundle.pytest_files()
    return Program(**harness.tester_texts(), files=files, limits=tester_limits(limits))


def tester_limits(limits: Limits) -> Limits:
    """Give the tests room of their own, and the candidate the earlier wall: a sleeper is told from slow tests."""
    return Limits(cpu=max(20.0, limits.cpu), wall=limits.wall + 5, memory=max(Limits().memory, limits.memory))


def _plan(tests: Tests) -> dict[str, Any]:
    fields = ("style", "tests", "setup", "context", "objects", "watch", "nan")
    entry = tests.entry if tests.entry.isidentifier() or not tests.entry else ENTRY
    shown = tests.entry.rpartition(".")[2]
    told = {name: getattr(tests, name) for name in fields}
    return told | {"entry": entry, "shown": shown, "classes": list(tests.classes)}


def judge(run: Run) -> Finding:
    """Say what a run proves."""
    tester = run.tester
    if tester is None:
        raise SandboxError("the sandbox ran no tester")
    report = read_report(run)
    limited = LIMITS.get(run.candidate.status)
    if limited is not None:
        return Finding(outcome=Outcome.LIMIT, reason=limited, evidence=ending(run.candidate, report))
    if tester.status in LIMITS:
        return Finding(outcome=Outcome.LIMIT, reason=LIMITS[tester.status], evidence={"where": "tests"}, doubtful=True)
    if not report:
        raise TruthError("tests", f"the tests ended their own process ({tester.status} {tester.code})")
    return judge_report(report, run.candidate)


def judge_report(report: dict[str, Any], candidate: Exit) -> Finding:
    """Say what a report proves together with how the process that held the program ended."""
    return _JUDGES.get(report["status"], _judge_unknown)(report, candidate)


def read_report(run: Run) -> dict[str, Any]:
    """Read what the tester's box reported; empty where that is nothing of ours."""
    try:
        report = Reader(run.report).whole() if run.report else {}
    except (WireError, RecursionError):
        report = {}
    return report if isinstance(report, dict) and isinstance(report.get("status"), str) else {}


def _judge_passed(report: dict[str, Any], candidate: Exit) -> Finding:
    if candidate.status is not Status.EXITED or candidate.code != report.get("farewell", 0):
        return _judge_deserted(report, candidate)
    evidence = {"tests": clip(report.get("done")), "calls": clip(report.get("calls"))}
    if report.get("objects"):
        evidence["assurance"] = "objects"  # methods of the candidate's own objects took part in the tests
    return Finding(outcome=Outcome.PASS, evidence=evidence, cpu=candidate.cpu)


def _judge_wrong(report: dict[str, Any], candidate: Exit) -> Finding:
    if candidate.status is Status.EXITED and candidate.code == 0:
        return _judge_deserted(report, candidate)
    return Finding(outcome=Outcome.FAIL, reason=CodeReason.WRONG_ANSWER, evidence=_shown(report))


def _judge_crashed(report: dict[str, Any], candidate: Exit) -> Finding:
    return replace(_judge_wrong(report, candidate), doubtful=True)


def _judge_deserted(report: dict[str, Any], candidate: Exit) -> Finding:
    """It ended of itself: a process that it left behind may have answered, or come too late."""
    return Finding(outcome=Outcome.FAIL, reason=CodeReason.ENDED_EARLY, evidence=ending(candidate, {}))


def _judge_raised(report: dict[str, Any], candidate: Exit) -> Finding:
    if candidate.status is Status.EXITED and candidate.code == 0:
        return _judge_deserted(report, candidate)
    told = report.get("evidence", {}).get("exception", {})
    if told.get("type") == "MemoryError":
        return Finding(outcome=Outcome.LIMIT, reason=CodeReason.MEMORY, evidence=_shown(report))
    return Finding(outcome=Outcome.FAIL, reason=CodeReason.EXCEPTION, evidence=_shown(report))


def _judge_syntax(report: dict[str, Any], candidate: Exit) -> Finding:
    return Finding(outcome=Outcome.FAIL, reason=CodeReason.SYNTAX, evidence=_shown(report))


def _judge_uncompiled(report: dict[str, Any], candidate: Exit) -> Finding:
    return Finding(outcome=Outcome.FAIL, reason=CodeReason.COMPILE_ERROR, evidence=_shown(report))


def _judge_missing(report: dict[str, Any], candidate: Exit) -> Finding:
    return Finding(outcome=Outcome.FAIL, reason=CodeReason.NO_ENTRY_POINT, evidence=_shown(report))


def _judge_lost(report: dict[str, Any], candidate: Exit) -> Finding:
    early = report.get("message") == "the candidate hung up"
    reason = CodeReason.ENDED_EARLY if early else CodeReason.PROTOCOL
    return Finding(outcome=Outcome.FAIL, reason=reason, evidence=ending(candidate, report))


def _judge_undefined(report: dict[str, Any], candidate: Exit) -> Finding:
    """Tests use a name that nobody defines: a class may be due from the solution, else the tests are in doubt."""
    name = shown(str(report.get("name", "")), 100)
    blamed = name[:1].isupper() or "solution" in name
    return Finding(
        outcome=Outcome.FAIL if blamed else Outcome.ERROR,
        reason=CodeReason.NO_ENTRY_POINT,
        evidence=_shown(report) | {"missing": name},
        doubtful=True,
    )


def _judge_broken(report: dict[str, Any], candidate: Exit) -> Finding:
    raise TruthError("tests", shown(str(report.get("message", "")), 500))


def _judge_unknown(report: dict[str, Any], candidate: Exit) -> Finding:
    raise TruthError("tests", "the tests wrote a report of their own")


_JUDGES = {
    "passed": _judge_passed,
    "wrong": _judge_wrong,
    "crashed": _judge_crashed,
    "raised": _judge_raised,
    "exception": _judge_raised,
    "syntax": _judge_syntax,
    "compile": _judge_uncompiled,
    "missing": _judge_missing,
    "lost": _judge_lost,
    "undefined": _judge_undefined,
    "broken": _judge_broken,
}


def _shown(report: dict[str, Any]) -> dict[str, Any]:
    """The evidence of a report as bounded plain JSON."""
    evidence = report.get("evidence")
    told = {shown(str(key), 100): clip(value) for key, value in evidence.items()} if isinstance(evidence, dict) else {}
    if "done" in report:
        told["tests_passed"] = clip(report["done"])
    return told


def clip(value: Any) -> Any:
    """Cut a value of a report to plain bounded JSON."""
    if isinstance(value, str):
        return shown(value, MAX_EVIDENCE)
    if isinstance(value, dict):
        return {shown(str(key), 100): clip(item) for key, item in list(value.items())[:50]}
    if isinstance(value, (list, tuple)):
        return [clip(item) for item in value[:50]]
    if isinstance(value, bool) or value is None or (isinstance(value, int) and value.bit_length() < 64):
        return value
    return repr(value)[:100] if isinstance(value, float) else type(value).__name__


def ending(candidate: Exit, report: dict[str, Any]) -> dict[str, Any]:
    """The evidence of a process that did not end as it should."""
    ended = {
        "status": str(candidate.status),
        "code": candidate.code,
        "stderr": shown(candidate.stderr, MAX_STDERR),
    }
    return _shown(report) | {"ended": ended, "message": clip(report.get("message", ""))}
