"""Whole test modules, run by the real unittest and the real pytest against a module `solution` of proxies."""

from __future__ import annotations

import ast
import builtins
import sys
import types
from pathlib import Path
from typing import Any

from verisieve.verifiers.code.harness.analysis import BrokenError, parse, strict_map, strict_zip, tighten
from verisieve.verifiers.code.harness.observe import run_observe
from verisieve.verifiers.code.harness.styles import Suite, run_asserts, run_calls, run_check


def run_unittest(suite: Suite) -> None:
    """Run a module of TestCases that imports from `solution`."""
    import unittest

    module = sys.modules["tests"] = types.ModuleType("tests")
    module.__dict__.update(suite.namespace)
    suite.namespace = module.__dict__
    suite.execute(suite.plan["tests"], "tests.py")
    failures: list[BaseException] = []

    class Result(unittest.TestResult):
        def addError(self, test: Any, err: Any) -> None:  # noqa: N802  # unittest's name
            failures.append(err[1])

        addFailure = addError  # noqa: N815  # unittest's name

        def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:  # noqa: N802  # unittest's name
            if err is not None:
                failures.append(err[1])

        def addUnexpectedSuccess(self, test: Any) -> None:  # noqa: N802  # unittest's name
            failures.append(AssertionError("unexpected success"))

    result = Result()
    result.failfast = True
    unittest.defaultTestLoader.loadTestsFromModule(module).run(result)
    if failures:
        raise failures[0]
    if result.testsRun - len(result.skipped) <= 0:
        raise BrokenError("tests.py holds no test that runs")
    suite.done = result.testsRun


class Watcher:
    """A pytest plugin that counts what held and keeps what did not."""

    def __init__(self) -> None:
        self.passed = 0
        self.failures: list[BaseException] = []

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Count a test that passed, or was expected to fail and did."""
        self.passed += report.when == "call" and (report.passed or hasattr(report, "wasxfail"))

    def pytest_exception_interact(self, call: Any) -> None:
        """Keep what was raised."""
        self.failures.append(call.excinfo.value)


def run_pytest(suite: Suite) -> None:
    """Run a module under pytest, which comes along as a zip file."""
    for name, function in (("__strict_zip__", strict_zip), ("__strict_map__", strict_map)):
        setattr(builtins, name, function)
    text = ast.unparse(tighten(parse(suite.plan["tests"], "tests.py"), suite.tainted))
    path = Path("test_all.py").absolute()
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    suite.trees[str(path)] = parse(text, "tests.py")
    archive = Path(f"pytest-{sys.implementation.cache_tag}.zip")
    sys.path.insert(0, str((archive if archive.exists() else Path("pytest.zip")).absolute()))
    import pytest

    watcher = Watcher()
    options = ["-x", "--assert=plain", "--rootdir=.", "-o", "addopts="]
    plugins = ["-p", "no:cacheprovider", "-p", "no:faulthandler", "-p", "no:terminal"]
    code = pytest.main([*options, *plugins, str(path)], plugins=[watcher])
    if watcher.failures:
        raise watcher.failures[0]
    if code != 0 or watcher.passed == 0:
        raise BrokenError(f"pytest ended with code {int(code)} and {watcher.passed} tests passed")
    suite.done = watcher.passed


STYLES = {
    "check": run_check,
    "asserts": run_asserts,
    "calls": run_calls,
    "unittest": run_unittest,
    "pytest": run_pytest,
    "observe": run_observe,
}
