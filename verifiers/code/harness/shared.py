"""The program of a row whose tests need the solution in their own interpreter: both run here, and it reports.

What it reports can be forged by the solution, which is why such a verdict says that it is of lower assurance.
"""

from __future__ import annotations

import sys
import types
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from verisieve.verifiers.code.harness.analysis import BrokenError, examine, parse, strict_map, strict_zip
from verisieve.verifiers.code.harness.decode import Reader
from verisieve.verifiers.code.harness.evidence import gather
from verisieve.verifiers.code.harness.styles import Suite
from verisieve.verifiers.code.harness.suites import STYLES
from verisieve.verifiers.code.harness.tester import run_context, write_report


def main_shared() -> None:
    """Run the plan and report; leave with 0 for a pass alone."""
    plan = Reader(Path("plan").read_bytes()).whole()
    report = run_shared(plan)
    write_report(report, code=int(report["status"] != "passed"))


def run_shared(plan: dict[str, Any]) -> dict[str, Any]:
    """Load the solution, run the tests beside it, and return the report."""
    module = types.ModuleType("solution")
    module.__file__ = str(Path("solution.py").absolute())
    sys.modules["solution"] = module
    run_context(plan["context"], module.__dict__)
    try:
        code = compile(Path("solution.py").read_bytes(), module.__file__, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return {"status": "syntax", "evidence": {"exception": _told(error)}}
    try:
        exec(code, module.__dict__)  # noqa: S102  # this process is the sandboxed one
        _bind_entry(module)
    except BaseException as error:  # noqa: BLE001  # foreign code may raise anything
        return {"status": "exception", "evidence": {"exception": _told(error)}}
    if plan["entry"] and not hasattr(module, plan["entry"]):
        return {"status": "missing", "evidence": {"missing": plan["shown"]}}
    return _run_tests(plan, module)


def _bind_entry(module: types.ModuleType) -> None:
    """Bind an entry point that is no plain name, where the solution has it."""
    if Path("entry.py").exists():
        with suppress(NameError, AttributeError):
            exec(Path("entry.py").read_text(encoding="utf-8"), module.__dict__)  # noqa: S102  # sandboxed


def _run_tests(plan: dict[str, Any], module: types.ModuleType) -> dict[str, Any]:
    texts = [plan["setup"], *([plan["tests"]] if isinstance(plan["tests"], str) else plan["tests"])]
    suite = Suite(plan, {}, frozenset())
    try:
        suite.parsed = {text: parse(text, "tests.py") for text in texts if text}
        names = {**vars(module), "__name__": "tests", "__strict_zip__": strict_zip, "__strict_map__": strict_map}
        suite.namespace = names
        suite.tainted = examine(suite.parsed.values(), plan["entry"], ()).tainted
        if plan["setup"]:
            suite.execute(plan["setup"], "setup.py")
        STYLES[plan["style"]](suite)
    except BaseException as error:  # noqa: BLE001  # foreign code may raise anything
        return _failure(error, suite, str(module.__file__))
    return {"status": "passed", "done": suite.done}


def _failure(error: BaseException, suite: Suite, file: str) -> dict[str, Any]:
    message = f"{type(error).__name__}: {error}"[:500]
    if isinstance(error, (BrokenError, SyntaxError)):
        return {"status": "broken", "message": message}
    evidence = gather(error, None, suite.trees, suite.tainted)
    report = {"done": suite.done, "message": message, "evidence": evidence}
    if isinstance(error, AssertionError):
        return report | {"status": "wrong"}
    if not _passed_through(error.__traceback__, file):
        return report | {"status": "crashed"}
    return report | {"status": "raised", "evidence": {**evidence, "exception": _told(error)}}


def _passed_through(trace: TracebackType | None, file: str) -> bool:
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            return True
        trace = trace.tb_next
    return False


def _told(error: BaseException) -> dict[str, str]:
    try:
        message = str.__str__(str(error))[:500]
    except BaseException:  # noqa: BLE001  # a foreign __str__ may raise anything
        message = ""
    return {"type": type(error).__name__[:60], "message": message}
