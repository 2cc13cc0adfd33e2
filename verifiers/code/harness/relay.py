"""The tester's box of a compiled language: builds the tests, runs them, and stands between them and the candidate.

Every message passes through here and is read before it goes on, so the tests' program only ever gets well-formed plain
values, and what is known of the last call does not depend on its language. That program finds us on descriptor 3 and
sends `C` (a call, as `Link.call` encodes it: function, arguments, keywords, whether changes matter), `P` (one more
test held), `E` (an answer that is not of the declared type, with a text) or `B` (an argument that cannot cross, with a
text). It ends with code 0 where all tests held.
"""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path
from typing import Any

from verisieve.verifiers.code.harness.analysis import BrokenError
from verisieve.verifiers.code.harness.channel import Channel
from verisieve.verifiers.code.harness.compiled import build, read_build
from verisieve.verifiers.code.harness.decode import Opaque, Reader
from verisieve.verifiers.code.harness.encode import WireError
from verisieve.verifiers.code.harness.evidence import last_call
from verisieve.verifiers.code.harness.link import TOLD, Link, LostError
from verisieve.verifiers.code.harness.tester import attempt, finish, greet, write_report

SAID = 16_000  # bytes of the end of what the tests' program said


class NanError(Exception):
    """An answer holds a not-a-number, of which the tests do not speak: `abs(nan - x) > 1e-6` would let it through."""


class Tests:
    """The tests' program: a child with our end of its wire."""

    def __init__(self, plan: dict[str, Any]) -> None:
        ours, theirs = socket.socketpair()
        self.channel = Channel(ours.detach())
        self.done = 0
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
            (os.POSIX_SPAWN_DUP2, theirs.fileno(), 3),
            (os.POSIX_SPAWN_CLOSE, 4),
        ]
        run = plan["run"]
        self.process = os.posix_spawn(run[0], run, plan["environment"], file_actions=actions)
        theirs.close()

    def code(self) -> int:
        """Wait for the end; return the exit code, or the negative number of a signal."""
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


def pass_on(link: Link, tests: Tests) -> None:
    """Carry messages between the tests and the candidate until the tests hang up."""
    while True:
        try:
            kind, payload = tests.channel.receive()
        except (EOFError, OSError):
            return
        except WireError as error:
            raise BrokenError(f"the tests' program broke the wire: {error}") from None
        if kind == b"P":
            tests.done += 1
        elif kind == b"B":
            raise BrokenError(f"the tests pass what cannot cross: {Reader(payload).whole()}")
        elif kind == b"E":
            raise link.lost(f"malformed answer: {Reader(payload).whole()}")
        else:
            tests.channel.send(*ask(link, payload))


def ask(link: Link, payload: bytes) -> tuple[bytes, bytes]:
    """Send one call to the candidate, and return its answer when it is well formed."""
    name, args, kwargs, _ = Reader(payload).whole()
    link.calls += 1
    link.last, link.last_error = (name, args, kwargs), None
    link.send(b"C", payload)
    kind, answer = link.receive()
    value = link.decode(answer)
    if kind == b"X":
        link.exception(value)
    elif kind == b"R":
        link.last = (name, args, kwargs, value)
    elif kind == b"M" and type(value) is tuple and len(value) == 3:
        link.last = (name, args, kwargs, value[1])
    else:
        raise link.lost("message out of order")
    if not link.nan and holds_nan(value):
        raise NanError
    return kind, answer


def holds_nan(value: Any) -> bool:
    """Whether a value that was read holds what the Reader puts in the place of a not-a-number."""
    values = [value]
    for each in values:
        if isinstance(each, (list, tuple, set)):
            values += each
        elif isinstance(each, dict):
            values += [*each, *each.values()]
    return any(type(each) is Opaque for each in values)


def meet(link: Link, said: str | None) -> list[str] | dict[str, Any]:
    """Wait for the candidate's greeting, even where the tests do not compile: who leaves first has the other killed."""
    try:
        names = greet(link)
    except LostError:
        if said is None:
            raise
    if said is not None:
        raise BrokenError(f"the tests do not compile: {said}")
    return names


def run_compiled_tests(link: Link, plan: dict[str, Any]) -> dict[str, Any]:
    """Build and run everything, and return the report."""
    names = meet(link, build(plan))
    if isinstance(names, dict):
        return names
    if plan["entry"] and plan["entry"] not in names:
        return {"status": "missing", "evidence": {"missing": plan["entry"]}}
    tests = Tests(plan)
    try:
        pass_on(link, tests)
    except NanError:
        evidence = last_call(link) | {"message": "not a number"}
        return {"status": "wrong", "done": tests.done, "calls": link.calls, "evidence": evidence}
    code = tests.code()
    if not link.calls:
        raise BrokenError(f"the tests ended with code {code} and never called the solution: {_said()[-300:]}")
    if code != 0:
        return _failed(link, plan, tests.done, code)
    farewell = finish(link)
    done = max(1, tests.done)
    return {"status": "passed", "done": done, "calls": link.calls, "objects": False, "farewell": farewell}


def _failed(link: Link, plan: dict[str, Any], done: int, code: int) -> dict[str, Any]:
    """Say how the tests ended: the candidate raised last, a test did not hold, or the tests themselves broke down."""
    said = _said()
    evidence = last_call(link)
    report = {"done": done, "calls": link.calls, "evidence": evidence, "message": said[-500:]}
    if link.last_error is not None:
        evidence["exception"] = dict(link.last_error.__dict__[TOLD])
        return report | {"status": "raised"}
    found = re.search(plan["failure"], said)
    if found is not None:
        evidence.update((key, value[:600]) for key, value in found.groupdict().items() if value)
        return report | {"status": "wrong"}
    evidence["message"] = f"the tests ended with code {code}: {said[-300:]}"
    return report | {"status": "wrong" if code > 0 else "crashed"}


def _said() -> str:
    try:
        return Path("said").read_bytes()[-SAID:].decode("utf-8", "replace")
    except OSError:
        return ""


def main_compiled_tester() -> None:
    """Build and run the tests, and report."""
    plan = read_build()
    link = Link(Channel(3), nan=plan["nan"], objects=False, watch=False)
    write_report(attempt(run_compiled_tests, link, plan))
