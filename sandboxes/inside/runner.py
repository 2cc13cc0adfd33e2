"""The warm interpreter: waits for orders, forks a box for each program, watches them and kills them from outside.

    host ── control socket ── runner (pid 1 of its own namespaces)
                                ├── init of box 0 ─ (whatever the program orphans)
                                └── program of box 0

Each box gets a pid namespace whose init is a mere `sleep`; killing that init takes every process of the box along,
however it daemonised. The runner never sees what the boxes read or write: those descriptors come from the host and go
to the box. So a later box, which inherits a copy of the runner's memory, finds nothing of an earlier one in it.
"""

from __future__ import annotations

import gc
import os
import resource
import select
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from verisieve.sandboxes.inside import box, cgroup, kernel, watch, wire

_LOOK_EVERY = 0.025
_GRACE = 1.0  # seconds that a candidate has to end after its tester
_INIT = ("/bin/sleep", "1000000000")
_SLACK = 64 << 20


@dataclass(slots=True)
class Box:
    """A box while it lives, and how it ended."""

    pid: int
    init: int
    exited: int
    uid: int
    link: socket.socket
    limits: dict[str, Any]
    lessons: int
    started: float = 0.0
    cpu: float = 0.0
    lost: float = 0.0
    memory: int = 0
    verdict: str = ""
    deadline: float = 0.0
    end: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Runner:
    """What lives as long as the warm interpreter."""

    link: socket.socket
    walls: box.Walls
    group: cgroup.Group | None
    pid_namespace: int
    complaints: int
    complain: int
    base_memory: int
    codes: dict[str, CodeType] = field(default_factory=dict)
    lessons: int = 0
    parked: list[Box] = field(default_factory=list)

    def serve(self) -> None:
        """Carry out orders until the host hangs up."""
        while (message := wire.receive(self.link)) is not None:
            if message.body["op"] == "learn":
                self._learn(message)
            elif message.body["op"] == "run":
                self._run(message)

    def _learn(self, message: wire.Message) -> None:
        """Compile a harness, which is our own text, and forget the one that the host names."""
        self.codes.pop(message.body["forget"], None)
        self.lessons += 1
        with open(message.fds[0], encoding="utf-8") as file:  # noqa: PTH123  # a descriptor
            self.codes[message.body["digest"]] = compile(file.read(), "<harness>", "exec", dont_inherit=True)

    def _run(self, message: wire.Message) -> None:
        orders, fds = message.body["boxes"], iter(message.fds)
        self._set_group_limits([order["limits"] for order in orders])
        self._park(orders)
        boxes, self.parked = self.parked, []
        watcher = Watch(self)
        for one, order in zip(boxes, orders, strict=True):
            watcher.add(one)
            self._give(one, order["harness"], [next(fds) for _ in range(order["fds"])])
        watcher.follow()
        wire.send(self.link, {"op": "done", "ends": [one.end for one in boxes], "fault": self._complaint()})
        self._park(orders)  # most runs resemble the one before

    def _set_group_limits(self, limits: list[dict[str, Any]]) -> None:
        if self.group:
            memory = sum(limit["memory"] + limit["disk"] for limit in limits)
            self.group.limit("memory", memory + self.base_memory + _SLACK)
            self.group.limit("pids", sum(limit["processes"] for limit in limits) + 16)

    def _park(self, orders: list[dict[str, Any]]) -> None:
        """Have boxes ready that fit these orders: open, enclosed, and waiting; only while no other box lives."""
        wanted = [(order["limits"], self.lessons) for order in orders]
        if [(one.limits, one.lessons) for one in self.parked] == wanted:
            return
        for one in self.parked:
            one.link.close()
            self.bury(one)
        inits = [self._spawn_init() for _ in orders]
        self.parked = [self._open(order["limits"], number, *inits[number]) for number, order in enumerate(orders)]

    def _spawn_init(self) -> tuple[int, int]:
        """Start the first process of a new pid namespace; return its pid and a descriptor of the namespace.

        The kernel reaps the children of an init that ignores SIGCHLD; it inherits that from us, who must not keep it.
        """
        before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        kernel.unshare(kernel.CLONE_NEWPID)
        quiet = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in range(3)]
        init = os.posix_spawn(_INIT[0], _INIT, {}, file_actions=quiet)
        space = os.open("/proc/self/ns/pid_for_children", os.O_RDONLY)  # not of the init, which may still be starting
        kernel.setns(self.pid_namespace, kernel.CLONE_NEWPID)
        signal.signal(signal.SIGCHLD, before)
        return init, space

    def _open(self, limits: dict[str, Any], number: int, init: int, space: int) -> Box:
        """Fork a child into the pid namespace of `init`, where it encloses itself and waits for its program."""
        uid = self.walls.uid + (number if self.walls.own_uids else 0)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        kernel.setns(space, kernel.CLONE_NEWPID)
        os.close(space)
        pid = kernel.fork()
        if pid == 0:
            self._be_box(limits, uid, theirs)
        kernel.setns(self.pid_namespace, kernel.CLONE_NEWPID)
        theirs.close()
        return Box(pid, init, os.pidfd_open(pid), uid, ours, limits, self.lessons)

    def _give(self, one: Box, harness: str, fds: list[int]) -> None:
        """Let an open box run its program."""
        if self.walls.own_uids:
            for fd in fds[1:4]:  # a program may open /dev/stdout anew
                os.fchown(fd, one.uid, -1)
        with suppress(BrokenPipeError):  # a box that could not enclose itself has complained and gone
            wire.send(one.link, {"harness": harness}, fds)
        one.link.close()
        for fd in fds:
            os.close(fd)

    def _be_box(self, limits: dict[str, Any], uid: int, link: socket.socket) -> None:
        """In the child: become a box, wait for the program, run it, never return."""
        try:
            box.enclose(self.walls, limits, uid, (link.detach(), self.complain))
            message = wire.receive(socket.socket(fileno=box.LINK))
            if message is None:
                os._exit(0)
            code = self.codes[message.body["harness"]]
            box.furnish(message.fds[0], message.fds[1:])
        except BaseException as error:  # noqa: BLE001  # nothing may escape into the runner's loop
            os.write(box.COMPLAIN, f"{type(error).__name__}: {error}"[:2000].encode())
            os._exit(1)
        status = 1
        try:
            status = box.run(code)
        finally:
            os._exit(status)

    def bury(self, one: Box) -> tuple[int, resource.struct_rusage]:
        """Reap a box's program, and take down whatever it left running; return its status and use."""
        os.close(one.exited)
        os.kill(one.init, signal.SIGKILL)
        _, status, usage = os.wait4(one.pid, 0)
        os.waitpid(one.init, 0)
        return status, usage

    def _complaint(self) -> str:
        try:
            return os.read(self.complaints, 8192).decode("utf-8", "replace")
        except BlockingIOError:
            return ""


class Watch:
    """Follows the boxes of one run to their ends."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.boxes: list[Box] = []
        self.poll = select.poll()
        self.poll.register(runner.link, select.POLLIN | select.POLLHUP)
        self.looked = time.monotonic()
        self.group_cpu = self._group_cpu()
        self.kills = runner.group.kills() if runner.group else 0

    def add(self, one: Box) -> None:
        """Follow this box as well."""
        one.started = time.monotonic()
        one.deadline = one.started + one.limits["wall"]
        self.boxes.append(one)
        self.poll.register(one.exited, select.POLLIN)

    def follow(self) -> None:
        """Return when every box has ended and all of its processes are gone."""
        while live := [one for one in self.boxes if not one.end]:
            events = {fd for fd, _ in self.poll.poll(self._pause(live) * 1000)}
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
        now = time.monotonic()
        return max(0.001, min(_LOOK_EVERY, *(one.deadline - now for one in live)))

    def _look(self, live: list[Box]) -> None:
        """Update what each box uses; what the group used beyond that is charged to the candidate."""
        self.looked = time.monotonic()
        table = watch.processes()
        roots = {pid: self.boxes.index(one) for one in live for pid in (one.pid, one.init)}
        for number, use in watch.totals(table, roots, self.runner.base_memory).items():
            one = self.boxes[number]
            one.lost += max(0.0, one.cpu - one.lost - use.cpu)
            one.cpu = use.cpu + one.lost
            one.memory = max(one.memory, use.memory)
        unseen = self._group_cpu() - self.group_cpu - sum(one.cpu for one in self.boxes)
        if unseen > 0.1 and not self.boxes[0].end:
            self.boxes[0].lost += unseen
            self.boxes[0].cpu += unseen

    def _group_cpu(self) -> float:
        """CPU seconds of all boxes so far, as the control group counts them; 0 without one."""
        total = self.runner.group.cpu() if self.runner.group else None
        return 0.0 if total is None else total - time.process_time()

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
        self.poll.unregister(one.exited)
        status, usage = self.runner.bury(one)
        one.cpu = max(one.cpu, usage.ru_utime + usage.ru_stime)
        one.memory = max(one.memory, usage.ru_maxrss * 1024)
        code = os.waitstatus_to_exitcode(status)
        one.end = {"status": self._status(one, code), "code": abs(code), "wall": now - one.started}
        one.end |= {"cpu": one.cpu, "memory": one.memory}
        if len(self.boxes) == 2 and one is self.boxes[1]:
            self.boxes[0].deadline = min(self.boxes[0].deadline, now + _GRACE)

    def _status(self, one: Box, code: int) -> str:
        killed = self.runner.group is not None and self.runner.group.kills() > self.kills
        if one.verdict:
            return one.verdict
        if one.cpu > one.limits["cpu"] or code == -signal.SIGXCPU:
            return "timeout_cpu"
        if one.memory > one.limits["memory"] or (killed and code == -signal.SIGKILL):
            return "memory"
        return "exited" if code >= 0 else "signaled"


def warm_up(link: socket.socket, walls: box.Walls, group: cgroup.Group | None) -> Runner:
    """Make this process a runner: what it holds from here on is shared by all boxes."""
    complaints, complain = os.pipe()
    os.set_blocking(complaints, False)
    pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    gc.collect()
    gc.freeze()
    gc.disable()
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Runner(link, walls, group, pid_namespace, complaints, complain, base)
