"""What every back end must hold, as an importable function: attack it, and observe the facts.

    facts = check_sandbox(EmbeddedSandbox)
    assert all(fact.ok for fact in facts), facts

Each attack is judged by what the host sees: canaries, clocks, the attack's processes, and a control run after it; the
program's own word can only make it worse. Does not prove that a kernel has no holes.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from verisieve.errors import SandboxError
from verisieve.plaintext import visible
from verisieve.sandboxes import MIB, Exit, Job, Limits, Program, Run, Sandbox, Status, witness
from verisieve.sandboxes.canaries import Canaries, canaries
from verisieve.sandboxes.trials import QUICK, SLACK, Trial, tables
from verisieve.sandboxes.witness import Sight

_STILL = 6  # readings in a row that must agree
_WAITING = 8  # processes of boxes that wait, where all boxes are one user's
_GONE_WITHIN = 0.5  # seconds from a limit to the last process of an attack
_MEMORY_SLACK = 64 * MIB
_PAGES_SHARED = 16 * MIB  # pages of an interpreter that each of its forks seems to have
_OTHERS_SHARE = 512 * MIB  # what the rest of the machine may do meanwhile
LOOKS = 3  # at a trial that only came late
_numbers = itertools.count(1)
_CONTROL = "print(open('in/number').read(), input())"
_DIGESTS = """
import hashlib, sys
for data in (sys.stdin.buffer.read(), open("a/b/c", "rb").read()):
    print(hashlib.sha256(data).hexdigest())
"""
_LAST_WORDS = "import atexit, sys\natexit.register(print, 'last')\nsys.stderr.write('words')\nprint('first')"
_ECHO = "import socket\nlink = socket.socket(fileno=3)\nwhile data := link.recv(100): link.sendall(data * 2)\n"


class Late(str):
    """An objection to nothing but the time that something took."""

    __slots__ = ()


class Fact(NamedTuple):
    """One thing that was looked at, whether it held, and what was observed."""

    name: str
    ok: bool
    observed: str


def check_sandbox(make: Callable[[], Sandbox], trials: Sequence[Trial] | None = None) -> list[Fact]:
    """Attack a back end with every trial, or with these, and return the facts that were observed."""
    return list(facts(make, trials))


def facts(make: Callable[[], Sandbox], trials: Sequence[Trial] | None = None) -> Iterator[Fact]:
    """Attack a back end, and yield each fact as soon as it was observed; the sandbox is opened and closed here."""
    with canaries() as put_out:
        sandbox = make()
        try:
            yield Fact("layers are named", bool(sandbox.layers), " ".join(sandbox.layers))
            before = descendants(sandbox)
            attack = Attack(sandbox, put_out)
            for trial in tables() if trials is None else trials:
                yield attack.observe(trial)
            yield from _at_rest(sandbox, put_out, before, attack)
            for look in (_exits, _inputs, _talk):
                yield from _guarded(look, sandbox)
        finally:
            sandbox.close()


def control(sandbox: Sandbox) -> bool:
    """Whether a harmless program runs as it should; False where the sandbox fails."""
    program = Program(harness=_CONTROL, files={"in/number": b"42"}, stdin=b"words\n", limits=Limits())
    try:
        end = sandbox.run(Job(candidate=program)).candidate
    except SandboxError:
        return False
    return end.status is Status.EXITED and end.code == 0 and end.stdout == b"42 words\n"


def descendants(sandbox: Sandbox) -> int:
    """How many processes descend from this one, once a back end at rest has tidied up."""
    counts = [-1] * _STILL
    deadline = time.monotonic() + 5.0
    control(sandbox)
    while len(set(counts[-_STILL:])) > 1 or counts[-1] < 0:
        counts.append(witness.descendants(os.getpid()))
        if time.monotonic() > deadline:
            break
        time.sleep(0.005)
    return counts[-1]


class Attack:
    """Runs hostile programs one after the other, and says of each what the host saw."""

    def __init__(self, sandbox: Sandbox, put_out: Canaries) -> None:
        self.sandbox = sandbox
        self.canaries = put_out
        self.left: set[int] = set()
        self.visible = False

    def observe(self, trial: Trial) -> Fact:
        """Run one trial; the fact holds when the program, the host and the next run all say so.

        What was only late is looked at again: a sandbox that does not hold is late each time, a busy machine is not.
        """
        seen, troubles = "", list[str]()
        for _ in range(trial.times):
            for _ in range(LOOKS):
                seen, found = self._once(trial)
                if not found or not all(isinstance(trouble, Late) for trouble in found):
                    break
            troubles += found
        return Fact(trial.fact, not troubles, "; ".join(filter(None, [*troubles, seen])))

    def run(self, job: Job) -> tuple[Run, Sight, list[str]]:
        """Run a job under watch; return what it gave, what was seen, and what the host has to object to."""
        limits, name = job.candidate.limits, f"atk{os.getpid() % 100000}x{next(_numbers)}"[:15]
        candidate = replace(job.candidate, harness=witness.prelude(name) + job.candidate.harness)
        ignored = frozenset(self.left)
        started = time.monotonic()
        with witness.watching(name, cpu=limits.cpu, ignored=ignored) as sight:
            run = self.sandbox.run(replace(job, candidate=candidate))
            taken = time.monotonic() - started
        left = witness.await_end(sight, name, ignored)
        self.left |= {one.pid for one in left}
        self.visible = self.visible or sight.seen
        return run, sight, [*self._objections(run, sight, limits, started, taken), *_said(left)]

    def _once(self, trial: Trial) -> tuple[str, list[str]]:
        candidate = Program(harness=trial.program, files={"canary.json": self.canaries.describe()}, limits=trial.limits)
        tester = Program(harness=trial.tester, limits=QUICK) if trial.tester else None
        try:
            run, sight, troubles = self.run(Job(candidate=candidate, tester=tester))
        except SandboxError as error:
            return "", [f"the sandbox failed: {error}"]
        if not trial.holds(run):
            troubles.append(_amiss(run))
        if not control(self.sandbox):
            troubles.append("a control run after it is wrong")
        return _observed(run, sight, harmless=not troubles), troubles

    def _objections(self, run: Run, sight: Sight, limits: Limits, started: float, taken: float) -> Iterator[str]:
        touched = self.canaries.touched()
        if touched:
            yield f"touched: {', '.join(touched)}"
        if self.canaries.told(run):
            yield "knew the secret of the host"
        most = limits.wall + run.candidate.delay
        if run.candidate.status is not Status.EXITED and taken > most + SLACK + (run.tester is not None):
            yield Late(f"took {taken:.1f} s")
        if run.candidate.cpu > limits.cpu + SLACK:
            yield Late(f"took {run.candidate.cpu:.1f} s of CPU")
        others = 0 if "own-uid" in self.sandbox.layers else _WAITING
        if sight.most > limits.processes + 2 + others:
            yield f"{sight.most} processes at once"
        if sight.memory > 2 * limits.memory + _MEMORY_SLACK + sight.most * _PAGES_SHARED:
            yield f"{sight.memory >> 20} MiB at once"
        if sight.shared > limits.memory + limits.disk + _OTHERS_SHARE:
            yield f"{sight.shared >> 20} MiB of shared memory at once"
        late = late_by(sight, started + most)
        if late > _GONE_WITHIN:
            yield Late(f"gone only {late:.2f} s after its limit")


def _amiss(run: Run) -> str:
    """Say that a program did not end as it must: a mere lack of time, or more than that."""
    ends = [end for end in (run.candidate, run.tester) if end]
    stopped = any(end.status in (Status.TIMEOUT_WALL, Status.TIMEOUT_CPU) for end in ends)
    reached = any(b"REACH" in end.stdout + end.stderr for end in ends)
    words = "not as it must end"
    return Late(words) if stopped and not reached else words


def late_by(sight: Sight, wall: float) -> float:
    """Seconds from the first limit that was reached (CPU as seen, `wall` as a time) to the last process; 0 for none."""
    reached = min(sight.over or wall, wall)
    return max(0.0, sight.last - reached)


def _at_rest(sandbox: Sandbox, put_out: Canaries, before: int, attack: Attack) -> Iterator[Fact]:
    after = descendants(sandbox)
    yield Fact("no process is left", after <= before and not attack.left, f"{before} before, {after} after")
    seen = "it did" if attack.visible else "it did not: facts on processes rest on the count of descendants"
    yield Fact("the host saw the attacks while they ran", True, seen)
    touched = put_out.touched()
    yield Fact("no canary is touched after all attacks", not touched, ", ".join(touched))


def _guarded(look: Callable[[Sandbox], Iterator[Fact]], sandbox: Sandbox) -> Iterator[Fact]:
    """The facts of one look; a sandbox that fails in it is a fact too."""
    try:
        yield from look(sandbox)
    except SandboxError as error:
        yield Fact(f"{look.__name__.strip('_')}: the sandbox works", False, str(error))


def _exits(sandbox: Sandbox) -> Iterator[Fact]:
    """How a program ends is told as it was."""
    cases: tuple[tuple[str, Status, int], ...] = (
        ("pass", Status.EXITED, 0),
        ("raise SystemExit(3)", Status.EXITED, 3),
        ("import sys; sys.exit('words')", Status.EXITED, 1),
        ("import os; os._exit(255)", Status.EXITED, 255),
        ("1 / 0", Status.EXITED, 1),
        ("import os; os.kill(os.getpid(), 9)", Status.SIGNALED, 9),
        ("import os; os.kill(os.getpid(), 15)", Status.SIGNALED, 15),
        ("import os; os.abort()", Status.SIGNALED, 6),
    )
    for program, status, code in cases:
        end = _run(sandbox, program).candidate
        yield Fact(f"{program!r} is {status} {code}", (end.status, end.code) == (status, code), _ended(end))


def _inputs(sandbox: Sandbox) -> Iterator[Fact]:
    """Files and standard input arrive whole, and need not be read."""
    big = os.urandom(1 << 20)
    end = sandbox.run(Job(candidate=Program(harness=_DIGESTS, files={"a/b/c": big}, stdin=big))).candidate
    yield Fact("files and input arrive whole", len(set(end.stdout.split())) == 1 and end.code == 0, _ended(end))
    end = sandbox.run(Job(candidate=Program(harness="print('done')", stdin=big))).candidate
    yield Fact("input need not be read", end.stdout == b"done\n" and end.code == 0, _ended(end))
    end = _run(sandbox, _LAST_WORDS).candidate
    yield Fact("buffered output is not lost", (end.stdout, end.stderr) == (b"first\nlast\n", b"words"), _ended(end))


def _talk(sandbox: Sandbox) -> Iterator[Fact]:
    """Tester and candidate talk over one socket, and only the tester reports."""
    ask = "import os, socket\nlink = socket.socket(fileno=3)\nlink.sendall(b'ab')\nos.write(4, link.recv(100))\n"
    run = _run(sandbox, _ECHO, ask)
    yield Fact("tester and candidate talk, the tester reports", run.report == b"abab", str(run.report))
    yield Fact("a candidate ends with its tester", run.candidate.status is Status.EXITED, _ended(run.candidate))
    run = _run(sandbox, "import os\nos.write(4, b'forged')", ask)
    yield Fact("a candidate cannot report", run.candidate.code == 1 and b"forged" not in run.report, str(run.report))
    run = _run(sandbox, "pass", "import os, socket\nos.write(4, str(socket.socket(fileno=3).recv(9)).encode())")
    yield Fact("a candidate that is gone is an end of the stream", run.report == b"b''", str(run.report))
    run = _run(sandbox, "import time\ntime.sleep(1000)", "pass")
    stuck = run.candidate.wall < QUICK.wall and run.tester is not None and run.tester.code == 0
    yield Fact("a candidate that stays is taken down after its tester", stuck, _ended(run.candidate))
    codes = [_run(sandbox, "pass", tester).candidate.code for _ in range(20) for tester in (None, "pass")]
    yield Fact("runs with and without a tester alternate", not any(codes), str(codes))
    run = _run(sandbox, _ECHO, "import os\nfor _ in range(200): os.write(4, b'x' * 65536)")
    yield Fact("a flood of report is capped", 0 < len(run.report) < 8 << 20, f"{len(run.report)} bytes")


def _run(sandbox: Sandbox, candidate: str, tester: str | None = None) -> Run:
    second = Program(harness=tester, limits=QUICK) if tester else None
    return sandbox.run(Job(candidate=Program(harness=candidate, limits=QUICK), tester=second))


def _said(left: list[witness.Process]) -> list[str]:
    return [f"{len(left)} processes left"] if left else []


def _observed(run: Run, sight: Sight, *, harmless: bool) -> str:
    """What the host saw, then what the sandbox and the program say."""
    seen = f"host saw {sight.most} processes, {sight.memory >> 20} MiB, {sight.cpu:.2f} s CPU"
    clean = ["all gone, canaries untouched, control run right"] if harmless else []
    return "; ".join([seen if sight.seen else "too brief for the host to see", *clean, _ended(run.candidate)])


def _ended(end: Exit) -> str:
    words = visible((end.stdout[-120:] + end.stderr[-120:]).decode("utf-8", "replace")).replace("\n", " | ")
    used = f"{end.status} {end.code}, cpu {end.cpu:.2f} s, wall {end.wall:.2f} s, {end.memory >> 20} MiB"
    return f"{used}; {words}".strip("; ")
