"""The program in the tester's box: runs the tests against the candidate's proxies and reports to the host.

It reports what happened; the host alone says what that means.
"""

from __future__ import annotations

import gc
import os
import sys
import types
from collections.abc import Callable
from typing import Any

from verisieve.verifiers.code.harness.analysis import BrokenError, examine, parse, strict_map, strict_zip
from verisieve.verifiers.code.harness.arrays import guard_numpy
from verisieve.verifiers.code.harness.channel import Channel
from verisieve.verifiers.code.harness.decode import Reader
from verisieve.verifiers.code.harness.encode import encode, refuse
from verisieve.verifiers.code.harness.evidence import gather, last_call, show
from verisieve.verifiers.code.harness.examples import Example
from verisieve.verifiers.code.harness.graphs import Graphs
from verisieve.verifiers.code.harness.link import TOLD, Link, LostError, UnsendableError
from verisieve.verifiers.code.harness.remote import RemoteFunction, RemoteIterator, RemoteObject, proxies
from verisieve.verifiers.code.harness.styles import Suite
from verisieve.verifiers.code.harness.suites import STYLES

FAREWELLS = range(100, 228)  # no exit code that programs have for anything


class Solution(types.ModuleType):
    """The module `solution` as tests may import it: every name of it is a proxy."""

    def __init__(self, link: Link, names: list[str], starred: frozenset[str]) -> None:
        super().__init__("solution")
        offered = [name for name in names if name in starred and not name.startswith("_")]
        self.__dict__.update(_link=link, _names=names, __all__=offered)

    def __getattr__(self, name: str) -> Any:
        if name not in self._names:
            raise AttributeError(name)
        return self._link.request(b"G", (name,))


def read(link: Link, plan: dict[str, Any]) -> Suite:
    """Make the namespace that tests run in, as far as that goes while the candidate still loads."""
    entry = plan["entry"]
    tests = plan["tests"] if plan["style"] not in ("calls", "observe") else ""
    texts = [plan["setup"], *([tests] if isinstance(tests, str) else tests)]
    trees = {text: parse(text, "tests.py") for text in texts if text}
    namespace: dict[str, Any] = {"__name__": "tests", "__strict_zip__": strict_zip, "__strict_map__": strict_map}
    run_context(plan["context"], namespace)
    namespace["__example__"] = Example
    link.graphs = Graphs(plan["classes"], namespace.get, brief=plan["brief"])
    classes = {name for name, value in namespace.items() if isinstance(value, type) and value.__module__ == "tests"}
    classes -= set(plan["classes"])
    facts = examine(trees.values(), entry, set(namespace) - classes)
    link.objects = plan["objects"] or facts.objects or bool(classes)
    link.watch = plan["watch"] or facts.watch
    for name in facts.borrowed:
        namespace.setdefault(name, __import__(name))
    suite = Suite(plan, namespace, facts.tainted)
    if any("numpy" in text for text in trees):
        guard_numpy()
    if any(".send(" in text for text in trees):
        RemoteIterator.ahead = 1
    suite.parsed = trees
    suite.starred = facts.starred
    suite.foreign = (facts.names | classes) - {entry}
    return suite


def prepare(link: Link, suite: Suite, names: list[str]) -> None:
    """Put the candidate's names that tests use into their namespace, and run their setup."""
    plan = suite.plan
    if plan["brief"]:
        link.share_core()
    for name in suite.foreign & set(names):
        suite.namespace[name] = link.request(b"G", (name,))
    if plan["entry"]:
        proxy = (RemoteObject if link.objects else RemoteFunction)(link, plan["entry"], plan["shown"])
        suite.namespace[plan["entry"]] = proxy
    sys.modules["solution"] = Solution(link, names, suite.starred)
    if plan["setup"]:
        suite.execute(plan["setup"], "setup.py")


def run_context(text: str, namespace: dict[str, Any]) -> None:
    """Run the prompt's own code, so that tests use its helpers and not the candidate's copies of them."""
    if not text:
        return
    try:
        exec(compile(text, "context.py", "exec", dont_inherit=True), namespace)  # noqa: S102  # in the tester's box
    except Exception:  # noqa: BLE001  # a prompt need not be a program
        return


def greet(link: Link) -> list[str] | dict[str, Any]:
    """Wait until the candidate is loaded: its global names, or the report that it did not load."""
    kind, payload = link.receive()
    told = link.decode(payload)
    if kind != b"L" or type(told) is not tuple or len(told) != 2:
        raise link.lost("no greeting")
    status, what = told
    if status == "compile":
        return {"status": status, "evidence": {"compiler": str(what)[:2000]}}
    if status in ("syntax", "exception"):
        return {"status": status, "evidence": {"exception": link.exception(what).__dict__[TOLD]}}
    if type(what) is not list or any(type(name) is not str for name in what):
        raise link.lost("no greeting")
    return what


def run_tests(link: Link, plan: dict[str, Any]) -> dict[str, Any]:
    """Run everything and return the report."""
    suite: Suite | BaseException
    gc.disable()  # trees hold no garbage
    try:
        suite = read(link, plan)
    except BaseException as error:  # noqa: BLE001  # kept until the candidate has said whether it loads
        suite = error
    gc.enable()
    names = greet(link)
    if isinstance(names, dict):
        return names
    if plan["entry"] and plan["entry"] not in names:
        return {"status": "missing", "evidence": {"missing": plan["shown"]}}
    if isinstance(suite, BaseException):
        return failure(suite, link, Suite(plan, {}, frozenset()))
    try:
        prepare(link, suite, names)
        STYLES[plan["style"]](suite)
        farewell = finish(link)
    except BaseException as error:  # noqa: BLE001  # the tests' code may raise anything, and all of it is reported
        return failure(error, link, suite) | {"answers": suite.answers}
    return {
        "status": "passed",
        "done": suite.done,
        "calls": link.calls,
        "objects": link.used_objects,
        "answers": suite.answers,
        "farewell": farewell,
    }


def finish(link: Link) -> int:
    """Part from the candidate: it must say goodbye, hang up, and have sent nothing more; return its exit code to be.

    The process that we started can learn that number only by outliving the last answer, so one that leaves to have a
    child of its own answer ends otherwise, whoever is quicker.
    """
    if link.broken is not None:
        raise link.broken
    number = FAREWELLS.start + os.urandom(1)[0] % len(FAREWELLS)
    link.send(b"Q", link.encode(number))
    if link.receive() != (b"Q", b"") or not link.channel.ended():
        raise link.lost("bytes after the last answer")
    return number


def failure(error: BaseException, link: Link, suite: Suite) -> dict[str, Any]:
    """Say why the tests did not hold, as far as the tester can know."""
    error = link.broken or error
    if isinstance(error, LostError):
        return {"status": "lost", "message": str(error), "calls": link.calls, "evidence": last_call(link)}
    told = error.__dict__.get(TOLD)
    if isinstance(error, (UnsendableError, BrokenError)) or (isinstance(error, SyntaxError) and not told):
        return {"status": "broken", "message": str(error)[:500]}
    evidence = gather(error, link, suite.trees, suite.tainted)
    if "expected" in error.__dict__:
        evidence["expected"] = show(error.__dict__["expected"])
    report = {
        "done": suite.done,
        "calls": link.calls,
        "evidence": evidence,
        "message": f"{type(error).__name__}: {error}"[:500],
    }
    if told:
        return report | {"status": "raised"}
    if isinstance(error, AssertionError):
        return report | {"status": "wrong"}
    if isinstance(error, ImportError) and error.name != "solution":
        return {"status": "broken", "message": f"{type(error).__name__}: {error}"[:500]}
    if type(error) is NameError or isinstance(error, ImportError):
        return report | {"status": "undefined", "name": str(error.name if type(error) is NameError else error)}
    return report | {"status": "crashed" if link.calls else "broken"}


def write_report(report: dict[str, Any], code: int = 0) -> None:
    """Send the report to the host, and end."""
    data = encode(report, refuse)
    while data:
        data = data[os.write(4, data) :]
    sys.stdout.flush()
    os._exit(code)


def attempt(run: Callable[[Link, dict[str, Any]], dict[str, Any]], link: Link, plan: dict[str, Any]) -> dict[str, Any]:
    """Run the tests and return the report, of those too that cannot be judged."""
    try:
        return run(link, plan)
    except LostError as error:
        return {"status": "lost", "message": str(error), "calls": link.calls, "evidence": last_call(link)}
    except BrokenError as error:
        return {"status": "broken", "message": str(error)[:2000]}


def main_tester() -> None:
    """Run the plan and report."""
    with open("plan", "rb", buffering=0) as file:  # noqa: PTH123  # pathlib costs a fork pages
        plan = Reader(file.read()).whole()
    link = Link(Channel(3), nan=plan["nan"], objects=False, watch=False)
    link.proxies = proxies
    Reader.boxed = Reader.answers = True
    write_report(attempt(run_tests, link, plan))
