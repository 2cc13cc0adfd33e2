"""Calls over the wire, both ends in this process: what is passed, returned and changed is as in one interpreter."""

from __future__ import annotations

import copy
import socket
import types
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from code_values import drawn, same

from verisieve.verifiers.code.harness.candidate import Server
from verisieve.verifiers.code.harness.channel import Channel
from verisieve.verifiers.code.harness.graphs import Graphs
from verisieve.verifiers.code.harness.link import Link
from verisieve.verifiers.code.harness.remote import RemoteFunction, proxies


class Pair(Channel):
    """The tester's end of a socket, which lets the candidate answer before it reads."""

    server: Server

    def receive(self) -> tuple[bytes, bytes]:
        kind, payload = self.server.channel.receive()
        self.server.channel.send(*self.server.answer(kind, payload))
        return super().receive()


def remote(function: Callable[..., Any], *, watch: bool = False, brief: bool = True) -> RemoteFunction:
    """A function as tests hold it."""
    ours, theirs = socket.socketpair()
    channel = Pair(ours.detach())
    module = types.ModuleType("solution")
    module.__dict__["f"] = function
    channel.server = Server(Channel(theirs.detach()), module, [], "")
    link = Link(channel, nan=True, objects=False, watch=watch)
    link.graphs, link.proxies = Graphs([], lambda name: None, brief=brief), proxies
    return RemoteFunction(link, "f", "f")


def emptied(*args: Any) -> Any:
    """Change what can be changed, one level down too, and return nothing."""
    for arg in args:
        if isinstance(arg, (list, dict, bytearray)):
            for inner in arg.values() if isinstance(arg, dict) else arg:
                if isinstance(inner, list):
                    inner.append(1)
            arg.clear()
            if isinstance(arg, list):
                arg.append("new")


FUNCTIONS: list[Callable[..., Any]] = [
    lambda *args: args,
    lambda *args: list(args),
    lambda *args: args[0],
    lambda *args: args[-1],
    lambda *args: {"a": args[0], "b": [args[-1]]},
    lambda *args: args[0] == args[-1],
    lambda *args: [type(arg).__name__ for arg in args],
    emptied,
]


@pytest.mark.parametrize("brief", [True, False])
def test_a_call_returns_what_it_returns_in_one_interpreter(brief: bool) -> None:
    """Whatever the arguments, the answer is the same in type, sign and order, and changes come back where due."""
    rng = Random(f"calls:{brief}")
    for function in FUNCTIONS:
        proxy = remote(function, brief=brief)
        for _ in range(60):
            args = [drawn(rng) for _ in range(rng.randint(1, 3))]
            own, passed = copy.deepcopy(args), copy.deepcopy(args)
            expected, got = function(*own), proxy(*passed)
            assert same(got, expected), (args, got, expected)
            assert same(passed, own), (args, passed, own)


def test_an_answer_is_an_argument_only_where_it_is_that_object() -> None:
    """Equal is not the same: neither a small number, nor a text, nor an equal list becomes the argument itself."""
    shared: list[Any] = [1]
    assert remote(lambda xs, x: x)([1], 1) == 1
    assert remote(lambda xs, ys: ys)(shared, [1]) is not shared
    assert remote(lambda xs: xs)(shared) is shared
    assert remote(list)(shared) is not shared
    assert remote(lambda xs, ys: xs is ys)(shared, shared) is False
    table = {"a": shared}
    assert remote(lambda held: held["a"])(table) is not shared
    assert remote(lambda held: held)(table) is table


@pytest.mark.parametrize("watch", [False, True])
def test_changes_come_back_where_tests_look_or_nothing_is_returned(watch: bool) -> None:
    """A program that empties its argument and returns an answer changes nothing here, unless tests compare it."""

    def drain(xs: list[Any]) -> int:
        xs.clear()
        return 3

    for given in ([1, "a"], [1, 2, 3, 4], [[1], {"a": 2}], [(1,)]):
        kept = copy.deepcopy(given)
        assert remote(drain, watch=watch)(given) == 3
        assert given == ([] if watch else kept)


def test_a_call_like_the_last_is_read_by_its_arguments_alone_and_another_as_a_whole() -> None:
    """Named arguments, other names and texts that look like a message's end change nothing."""
    proxy = remote(lambda *args, **kwargs: (args, kwargs))
    tail = "m\x00\x00\x00\x00F"
    for args, kwargs in [((1,), {}), ((1,), {"a": 1}), ((tail,), {}), ((), {}), ((), {"F": tail}), ((tail, b"tF"), {})]:
        assert proxy(*args, **kwargs) == (args, kwargs)
