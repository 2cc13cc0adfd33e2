"""The warm interpreter: waits for orders, forks a box for each program, watches them and kills them from outside.

    host ── control socket ── runner (pid 1 of its own namespaces)
                                ├── init of box 0 ─ (whatever the program orphans)
                                └── program of box 0

Each box gets a pid namespace whose init only waits; killing that init takes every process of the box along, however it
daemonised. The boxes of coming runs are opened in advance: most runs resemble the one before.
The runner never sees what the boxes read or write: those descriptors come from the host and go to the box. So a later
box, which inherits a copy of the runner's memory, finds nothing of an earlier one in it.
"""

from __future__ import annotations

import gc
import json
import os
import random
import resource
import select
import signal
import socket
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from verisieve.sandboxes.inside import box, cgroup, kernel, root, watch, wire

_LOOK_EVERY = 0.025
_GRACE = 1.0  # seconds that a candidate has to end after its tester
_SLACK = 64 << 20
_HURRY = 0.002  # seconds from an answer to the next order, below which boxes open while programs run
_SPARES = 2  # runs whose boxes are open before they are asked for
SLOTS = 2 * (1 + _SPARES)
_PLANS_KEPT = 64
_QUIET = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in range(3)]


class Order(NamedTuple):
    """What the host wants of one box."""

    harness: str
    fds: int
    limits: dict[str, Any]


class Slot(NamedTuple):
    """What one box after another uses: a uid, and a link, both ends of which stay open here."""

    number: int
    uid: int
    ours: socket.socket
    theirs: socket.socket


@dataclass(slots=True)
class Box:
    """A box while it lives, and how it ended."""

    pid: int
    init: int
    exited: int
    slot: Slot
    limits: dict[str, Any]
    started: float = 0.0
    cpu: float = 0.0
    lost: float = 0.0
    memory: int = 0
    verdict: str = ""
    deadline: float = 0.0
    delay: float = 0.0
    fault: str = ""
    end: wire.End | None = None


@dataclass(slots=True)
class Runner:
    """What lives as long as the warm interpreter."""

    link: socket.socket
    walls: box.Walls
    group: cgroup.Group | None
    pid_namespace: int
    base_memory: int
    waiting: socket.socket  # a box's own end of its link, once it has put it in its place
    slots: deque[Slot]
    poll: select.poll
    codes: dict[str, box.Harness] = field(default_factory=dict)
    spares: deque[list[Box]] = field(default_factory=deque)
    enclosures: dict[tuple[object, ...], list[kernel.Call]] = field(default_factory=dict)
    dying: list[int] = field(default_factory=list)
    kills: int = 0
    answered: float = 0.0
    last_text: bytes = b""
    last_orders: list[Order] = field(default_factory=list)

    def serve(self) -> None:
        """Carry out orders until the host hangs up."""
        while True:
            while self.last_orders and len(self.spares) < _SPARES and not self.poll.poll(0):
                self.spares.append(self._open_all())
            message = wire.receive(self.link)
            if message is None:
                return
            if message.data != self.last_text:
                body = json.loads(message.data)
                if body["op"] == "learn":
                    self._learn(body, message.fds)
                    continue
                self._expect([Order(**order) for order in body["boxes"]])
                self.last_text = message.data
            self._run(message.fds)

    def _learn(self, body: dict[str, Any], fds: list[int]) -> None:
        """Run definitions and compile a harness, our own texts both; forget those that the host names."""
        self.codes.pop(body["forget"], None)
        texts = []
        for fd in fds:
            with open(fd, encoding="utf-8") as file:  # noqa: PTH123  # a descriptor
                texts.append(file.read())
        self.codes[body["digest"]] = box.Harness(*texts)
        self._clear()  # boxes that wait do not know it

    def _expect(self, orders: list[Order]) -> None:
        """Make ready for runs unlike those before."""
        if [order.limits for order in orders] != [order.limits for order in self.last_orders]:
            self._clear()
            self._limit_group([order.limits for order in orders])
        self.last_orders = orders

    def _limit_group(self, limits: list[dict[str, Any]]) -> None:
        if self.group:
            memory = sum(limit["memory"] + limit["disk"] for limit in limits)
            self.group.limit("memory", memory + self.base_memory + _SLACK)
            self.group.limit("pids", sum(limit["processes"] for limit in limits) + 16)

    def _run(self, fds: list[int]) -> None:
        boxes = self.spares.popleft() if self.spares else self._open_all()
        watcher = Watch(self)
        for one, order in zip(boxes, self.last_orders, strict=True):
            watcher.add(one)
            self._give(one, order, fds)
        hurried = watcher.looked - self.answered < _HURRY
        if len(self.spares) < (_SPARES if hurried else 1):  # there will be no pause to do it in
            self.spares.append(self._open_all())
        watcher.follow()
        if watcher.group_cpu is not None:  # the kernel may have killed a mere child; that takes longer than a look
            self.group_killed()
        self._await_the_dying()
        ends = [one.end for one in boxes if one.end]
        wire.send(self.link, wire.pack_ends(ends, "; ".join(one.fault for one in boxes if one.fault)))
        self.answered = time.monotonic()

    def _open_all(self) -> list[Box]:
        """Open the boxes of a run like the last."""
        return [self._open(order.limits, len(self.last_orders)) for order in self.last_orders]

    def group_killed(self) -> bool:
        """Whether the kernel has killed anything for want of memory since this was last asked."""
        kills = self.group.kills() if self.group else 0
        before, self.kills = self.kills, kills
        return kills > before

    def replace(self, old: Slot) -> None:
        """Give a slot a new link: what is under way on the old one would reach its next box."""
        old.ours.close()
        old.theirs.close()
        self.slots[self.slots.index(old)] = _slot(old.number, old.uid)

    def _clear(self) -> None:
        """Take down the boxes that wait."""
        while self.spares:
            for one in self.spares.popleft():
                self.bury(one)
        self._await_the_dying()

    def _open(self, limits: dict[str, Any], boxes: int) -> Box:
        """Fork a child into a pid namespace of its own, where it encloses itself and waits for its program."""
        self.slots.rotate()
        slot = self.slots[0]
        enclosure = self._enclosure(limits, slot, boxes)
        random.seed()  # for the child, which draws on from here
        gc.freeze()  # else the child's first collection would touch, and so copy, whatever is young here
        kernel.unshare(kernel.CLONE_NEWPID)
        init = os.posix_spawn(root.INIT, (root.INIT,), {}, file_actions=_QUIET)
        pid = kernel.fork()
        if pid == 0:
            self._be_box(enclosure, slot)
        kernel.setns(self.pid_namespace, kernel.CLONE_NEWPID)
        return Box(pid, init, os.pidfd_open(pid), slot, limits)

    def _enclosure(self, limits: dict[str, Any], slot: Slot, boxes: int) -> list[kernel.Call]:
        """The calls that enclose a box with these limits; made once for many boxes."""
        key = (slot.number, boxes, *limits.values())
        if key not in self.enclosures:
            if len(self.enclosures) >= _PLANS_KEPT:
                self.enclosures.clear()
            others = 2 * boxes * (1 + _SPARES)  # a box and its init each, and us; but not the box itself
            self.enclosures[key] = box.enclosure(self.walls, limits, slot.uid, others)
        return self.enclosures[key]

    def _give(self, one: Box, order: Order, fds: list[int]) -> None:
        """Let an open box run its program."""
        mine = fds[: order.fds]
        del fds[: order.fds]
        if self.walls.own_uids:
            for fd in mine[1:4]:  # a program may open /dev/stdout anew
                os.fchown(fd, one.slot.uid, -1)
        wire.send(one.slot.ours, order.harness.encode(), mine)
        for fd in mine:
            os.close(fd)

    def _be_box(self, enclosure: list[kernel.Call], slot: Slot) -> None:
        """In the child: become a box, wait for the program, run it, never return."""
        try:
            os.dup2(slot.theirs.fileno(), box.LINK, inheritable=False)
            kernel.perform(enclosure)
            gc.enable()
            message = wire.receive(self.waiting)
            assert message, "the runner keeps this link open"
            harness = self.codes[message.data.decode()]
            box.furnish(message.fds[0], message.fds[1:])
        except BaseException as error:  # noqa: BLE001  # nothing may escape into the runner's loop
            os.write(box.LINK, f"{type(error).__name__}: {error}"[:2000].encode())
            os._exit(1)
        status = 1
        try:
            status = box.run(harness)
        finally:
            os._exit(status)

    def bury(self, one: Box) -> tuple[int, resource.struct_rusage]:
        """Kill whatever a box's program left running, and reap the program; return its status and use."""
        os.close(one.exited)
        os.kill(one.init, signal.SIGKILL)
        self.dying.append(one.init)
        _, status, usage = os.wait4(one.pid, 0)
        return status, usage

    def _await_the_dying(self) -> None:
        """Wait until the killed namespaces are empty: an init ends after everything in its namespace."""
        while self.dying:
            os.waitpid(self.dying.pop(), 0)


class Watch:
    """Follows the boxes of one run to their ends."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.boxes: list[Box] = []
        self.looked = time.monotonic()
        self.table: dict[int, watch.Process] = {}
        self.idle = self.waited = self.given = 0.0  # seconds: nothing ran, something waited, was given back for it
        self.group_cpu: float | None = None

    def add(self, one: Box) -> None:
        """Follow this box as well."""
        one.started = time.monotonic()
        one.deadline = one.started + one.limits["wall"]
        self.boxes.append(one)
        self.runner.poll.register(one.exited, select.POLLIN)

    def follow(self) -> None:
        """Return when every box has ended and all of its processes are gone."""
        while live := [one for one in self.boxes if not one.end]:
            events = dict(self.runner.poll.poll(self._pause(live) * 1000))
            if self.runner.link.fileno() in events:  # the host is gone, or speaks out of turn: nothing to wait for
                os._exit(0)
            now = time.monotonic()
            if now - self.looked >= _LOOK_EVERY:
                self._look(live)
            for one in live:
                if one.exited in events:
                    self._finish(one, now)
                else:
                    self._judge(one, now)

    def _pause(self, live: list[Box]) -> float:
        """Seconds until the next look: soon, or when the first wall limit is reached."""
        deadline = self.looked + _LOOK_EVERY
        for one in live:
            deadline = min(deadline, one.deadline)
        return max(0.001, deadline - time.monotonic())

    def _look(self, live: list[Box]) -> None:
        """Update what each box uses; what the group used beyond that is charged to the candidate."""
        before, self.looked = self.looked, time.monotonic()
        table = watch.processes()
        roots = {pid: self.boxes.index(one) for one in live for pid in (one.pid, one.init)}
        used = sum(one.cpu for one in self.boxes)
        for number, use in watch.totals(table, roots, self.runner.base_memory).items():
            one = self.boxes[number]
            one.lost += max(0.0, one.cpu - one.lost - use.cpu)
            one.cpu = use.cpu + one.lost
            one.memory = max(one.memory, use.memory)
        self.idle += max(0.0, self.looked - before - (sum(one.cpu for one in self.boxes) - used))
        self.waited += watch.delay(table, self.table, roots)
        watch.spread(one.pid for one in live)
        self.table = table
        self._postpone(live)
        spares = sum(table[one.pid].cpu for boxes in self.runner.spares for one in boxes if one.pid in table)
        self._charge(sum(one.cpu for one in self.boxes) + spares)

    def _postpone(self, live: list[Box]) -> None:
        """Give back wall time in which programs of this run wanted a core and none of them had one.

        Two boxes wait for each other, so what delays one delays both. The kernel tells of a wait when it is over.
        """
        seconds = max(0.0, min(self.idle, self.waited) - self.given)
        self.given += seconds
        for one in live:
            more = max(0.0, min(seconds, one.started + wire.MOST_WALL * one.limits["wall"] - one.deadline))
            one.deadline += more
            one.delay += more

    def _charge(self, seen: float) -> None:
        """Charge the candidate with what the control group counts and no process shows; from the first look on."""
        total = self.runner.group.cpu() if self.runner.group else None
        if total is None:
            return
        unseen = total - time.process_time() - seen
        if self.group_cpu is None:
            self.group_cpu = unseen
        elif unseen - self.group_cpu > 0.1 and not self.boxes[0].end:
            self.boxes[0].lost += unseen - self.group_cpu
            self.boxes[0].cpu += unseen - self.group_cpu

    def _judge(self, one: Box, now: float) -> None:
        """Kill a box that is over a limit."""
        if one.cpu > one.limits["cpu"]:
            one.verdict = "timeout_cpu"
        elif one.memory > one.limits["memory"]:
            one.verdict = "memory"
        elif now >= one.deadline:
            one.verdict = one.verdict or "timeout_wall"
        else:
            return
        os.kill(one.init, signal.SIGKILL)
        one.deadline = now + 60.0

    def _finish(self, one: Box, now: float) -> None:
        """Take the end of a box's program, and take down whatever it left running."""
        self.runner.poll.unregister(one.exited)
        status, usage = self.runner.bury(one)
        one.fault = self._fault(one)
        one.cpu = max(one.cpu, usage.ru_utime + usage.ru_stime)
        one.memory = max(one.memory, usage.ru_maxrss * 1024)
        code = os.waitstatus_to_exitcode(status)
        status = wire.STATUSES.index(self._status(one, code))
        one.end = wire.End(status, abs(code), one.cpu, now - one.started, one.delay, one.memory)
        if len(self.boxes) == 2 and one is self.boxes[1]:
            self.boxes[0].deadline = min(self.boxes[0].deadline, now + _GRACE)

    def _fault(self, one: Box) -> str:
        """What kept a box from starting its program; the program itself never holds that link."""
        try:
            word = one.slot.ours.recv(4096, socket.MSG_DONTWAIT)
        except BlockingIOError:
            word = b"it died before its program started"
        if word == box.STARTED:
            return ""
        self.runner.replace(one.slot)
        return word.decode("utf-8", "replace")

    def _status(self, one: Box, code: int) -> str:
        if one.verdict:
            return one.verdict
        if one.cpu > one.limits["cpu"] or code == -signal.SIGXCPU:
            return "timeout_cpu"
        if one.memory > one.limits["memory"] or (code == -signal.SIGKILL and self.runner.group_killed()):
            return "memory"
        return "exited" if code >= 0 else "signaled"


def warm_up(link: socket.socket, walls: box.Walls, group: cgroup.Group | None) -> Runner:
    """Make this process a runner: what it holds from here on is shared by all boxes."""
    pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY)
    kernel.perform([kernel.prctl(kernel.PR_SET_DUMPABLE, 0)])
    gc.collect()
    gc.freeze()
    gc.disable()
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    slots = deque(_slot(number, walls.uid + (number if walls.own_uids else 0)) for number in range(SLOTS))
    poll = select.poll()
    poll.register(link, select.POLLIN | select.POLLHUP)
    return Runner(link, walls, group, pid_namespace, base, _waiting(), slots, poll)


def _slot(number: int, uid: int) -> Slot:
    return Slot(number, uid, *socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))


def _waiting() -> socket.socket:
    """Make the object that a box will receive its program through: here on a socket that leads nowhere."""
    for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET):
        os.dup2(end.fileno(), box.LINK, inheritable=False)
        end.close()
    return socket.socket(fileno=box.LINK)
