"""The HTTP door: shapes, verdicts, the queue, the cache, the end; what is wrong is refused and says which field."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from server import TOKEN, Server, row, serving, until

from verisieve.errors import UsageError
from verisieve.rewards import pack
from verisieve.serve.cache import OVERHEAD, Cache
from verisieve.serve.settings import Settings, loopback

pytest.importorskip("httptools")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with small limits."""
    with serving("--max-rows", "8", "--queue", "8", "--max-body", "100000") as running:
        yield running


def asking(server: Server, found: list[Any], *responses: str) -> list[threading.Thread]:
    """Ask from threads, each for one verdict; the answers go to `found`."""
    threads = [threading.Thread(target=lambda text=text: found.append(server.verify(text))) for text in responses]
    for thread in threads:
        thread.start()
    return threads


def test_a_row_gets_its_output_row(server: Server) -> None:
    """The same as on the command line, with its sample, its model and the keys that it carries."""
    reply = server.verify("1", sample=3, model="m", note=[1], sandbox="mine")
    assert reply.status == 200
    told = reply.json
    assert [told[key] for key in ("id", "domain", "sample", "outcome", "reason", "model", "note")] == [
        *("t", "toy", 3, "pass", "", "m", [1])
    ]
    assert told["carried"] == {"sandbox": "mine"}
    assert server.verify("2").json["outcome"] == "fail"
    assert server.verify("crash").json["reason"] == "checker_crashed"


def test_an_array_is_answered_in_order(server: Server) -> None:
    """Replies of one row in turn, bad rows as errors that name line and field, nothing lost."""
    rows = [row("2"), {**row(), "truth": 3}, row("1", responses=["1", "2", 5]), {**row(), "domain": "nope"}]
    del rows[2]["response"]
    reply = server.post("/verify/batch", rows)
    assert [each["outcome"] for each in reply.json] == ["fail", "error", "pass", "fail", "error", "error"]
    places = [each["checks"][0]["evidence"] for each in reply.json if each["outcome"] == "error"]
    assert [(place["line"], place["field"]) for place in places] == [(2, "truth"), (3, "responses[2]"), (4, "domain")]


def test_lines_are_answered_as_they_come(server: Server) -> None:
    """The verdict on the first line is there before the second is sent; more rows than the queue holds are no fault."""
    count = 40
    lines = [json.dumps(row(str(number))).encode() + b"\n" for number in range(count)]
    with server_socket(server) as stream:
        stream.sendall(head("/verify/batch", "application/x-ndjson") + b"Transfer-Encoding: chunked\r\n\r\n")
        stream.sendall(chunk(lines[0]))
        got = b""
        while b'"fail"' not in got:
            got += stream.recv(65536)
        stream.sendall(b"".join(map(chunk, lines[1:])) + b"0\r\n\r\n")
        while not got.endswith(b"0\r\n\r\n"):
            got += stream.recv(65536)
    verdicts = [line for line in got.split(b"\n") if b'"outcome":"' in line]
    assert [b'"pass"' in verdict for verdict in verdicts] == [number == 1 for number in range(count)]


def test_a_line_that_is_bad_costs_only_itself(server: Server) -> None:
    """So does one that is no UTF-8; blank lines are skipped, the last needs no end."""
    body = b"{bad\n\n" + json.dumps(row()).encode() + b'\n"\xff"\n' + json.dumps(row("2")).encode()
    reply = server.ask("POST", "/verify/batch", body, Content_Type="application/x-ndjson")
    verdicts = [json.loads(line) for line in reply.body.splitlines()]
    assert [each["outcome"] for each in verdicts] == ["error", "pass", "error", "fail"]
    assert verdicts[2]["checks"][0]["evidence"]["message"] == "invalid UTF-8 at byte 1"


def test_nemo_gym_gets_its_reward(server: Server) -> None:
    """Its request comes back with the reward; what cannot be judged masks the sample; tool calls are no answer."""
    for text, reward, masked in (("1", 1.0, False), ("2", 0.0, False), ("crash", 0.0, True)):
        said = [{"type": "reasoning", "summary": []}, message("no"), message(text)]
        told = server.post("/verify", gym(said)).json
        assert (told["reward"], told["mask_sample"]) == (reward, masked)
        assert told["responses_create_params"] == {"input": []}
        assert told["note"] == "kept"
    assert server.post("/verify", gym([{"type": "function_call", "name": "f"}])).json["reward"] == 0.0
    wrong = server.post("/verify", {**gym([]), "ground_truth": "{}"})
    assert (wrong.status, wrong.error["field"]) == (422, "ground_truth")
    assert server.post("/verify", {**gym([]), "response": "1"}).error["field"] == "response"


def message(text: str) -> dict[str, Any]:
    """A message of the Responses API."""
    return {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}


def gym(output: list[dict[str, Any]]) -> dict[str, Any]:
    """What NeMo Gym posts."""
    return {
        "responses_create_params": {"input": []},
        "response": {"output": output},
        "ground_truth": pack(row()),
        "note": "kept",
    }


REFUSED: list[tuple[str, Any, int, str, str]] = [
    ("/verify", b"", 400, "body", "empty"),
    ("/verify", b"{", 400, "body", "bad JSON"),
    ("/verify", b'{"id": "\xff"}', 400, "body", "invalid UTF-8 at byte 8"),
    ("/verify", b"[" * 5000 + b"]" * 5000, 400, "body", "nested too deeply"),
    ("/verify", b'{"a":' * 600 + b"1" + b"}" * 600, 400, "body", "nested too deeply"),
    ("/verify", b'{"id": NaN}', 400, "body", "NaN is not JSON"),
    ("/verify", b'{"truth": 1e999}', 400, "body", "larger than any number"),
    ("/verify", [row()], 422, "", "a row is an object"),
    ("/verify", {**row(), "id": None}, 422, "id", "must be a string, not null"),
    ("/verify", {**row(), "truth": [1]}, 422, "truth", "must be an object, not a list"),
    ("/verify", {**row(), "response": 1}, 422, "response", "must be a string, not a number"),
    ("/verify", {**row(), "sample": -1}, 422, "sample", "must be an integer from 0"),
    ("/verify", {**row(), "domain": "nope"}, 422, "domain", "unknown domain 'nope'"),
    ("/verify", {**row(), "responses": ["1"]}, 422, "responses", "/verify/batch"),
    ("/verify/batch", row(), 422, "body", "an array"),
    ("/verify/batch", [row(responses=["1"] * 9, response=None)], 200, "", ""),  # a bad row, not nine
    ("/verify/batch", [row()] * 9, 413, "body", "at most 8"),
    ("/verify", {**row(), "prompt": "x" * 200_000}, 413, "body", "at most"),
]


@pytest.mark.parametrize(("path", "body", "status", "field", "told"), REFUSED)
def test_what_is_wrong_is_refused(server: Server, path: str, body: Any, status: int, field: str, told: str) -> None:
    """With the field that is meant, and a status that says whose fault it is."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = server.ask("POST", path, data, Content_Type="application/json")
    assert reply.status == status, reply.body
    if status != 200:
        assert reply.error["field"] == field
        assert told in reply.error["message"]


def test_a_huge_whole_number_is_a_number(server: Server) -> None:
    """It is the checker's to compare."""
    body = json.dumps(row("1" + "0" * 400)).replace('"answer": 1', '"answer": 1' + "0" * 400)
    assert server.ask("POST", "/verify", body, Content_Type="application/json").json["outcome"] == "pass"


def test_addresses_methods_and_media_types(server: Server) -> None:
    """Each refusal says what would do."""
    assert server.ask("GET", "/nope").status == 404
    assert server.ask("GET", "/verify").headers["allow"] == "POST"
    assert server.ask("POST", "/health", "{}").headers["allow"] == "GET, HEAD"
    assert server.ask("POST", "/verify", "{}", Content_Type="text/plain").error["field"] == "Content-Type"
    assert server.ask("POST", "/verify", "{}", Content_Type="application/json", Content_Encoding="gzip").status == 415
    assert server.ask("HEAD", "/health").body == b""
    assert server.ask("GET", "/health?x=1").json["status"] == "ok"


def test_the_page_needs_nothing_else(server: Server) -> None:
    """Each address of the OpenAPI document is on it, and nothing is loaded from elsewhere."""
    document, page = server.ask("GET", "/openapi.json").json, server.ask("GET", "/").body.decode()
    assert document["openapi"].startswith("3.1")
    assert all(path in page for path in document["paths"])
    assert not any(word in page for word in ("<script", "http:", "https:", "<link", "@import"))
    for path, methods in document["paths"].items():
        for method in methods:
            assert server.ask(method.upper(), path, "").status not in (404, 405)


def test_equal_rows_are_judged_once(server: Server) -> None:
    """Under way or remembered, whatever their samples; an error is judged anew."""
    before = server.metric('verdicts_total{domain="toy",outcome="fail"}')
    reply = server.post("/verify/batch", [row("cache-me", sample=number) for number in range(6)])
    assert [each["sample"] for each in reply.json] == list(range(6))
    assert server.verify("cache-me", sample=9).json["sample"] == 9
    assert server.metric('verdicts_total{domain="toy",outcome="fail"}') == before + 1
    errors = server.metric('verdicts_total{domain="toy",outcome="error"}')
    assert [server.verify("crash").json["outcome"] for _ in range(2)] == ["error"] * 2
    assert server.metric('verdicts_total{domain="toy",outcome="error"}') == errors + 2


def test_a_full_queue_is_told_and_waiting_costs_nothing(server: Server, tmp_path: Path) -> None:
    """429 with Retry-After for who comes too late; who waited has the right verdict, and a stream waits its turn."""
    gate = tmp_path / "gate"
    found: list[Any] = []
    threads = asking(server, found, f"wait:{gate}")
    until((tmp_path / "gate.reached").exists)  # else some of the others may be judged before it
    threads += asking(server, found, *(f"{number}" for number in range(100, 107)))
    server.wait_for("rows_waiting", 8)
    refused = server.verify("late")
    assert (refused.status, refused.error["reason"]) == (429, "queue_full")
    assert int(refused.headers["retry-after"]) >= 1
    assert server.post("/verify/batch", [row("late")]).status == 429
    assert server.ask("GET", "/ready").status == 200
    gate.touch()
    for thread in threads:
        thread.join()
    assert sorted(reply.json["outcome"] for reply in found) == ["fail"] * 7 + ["pass"]
    assert server.verify("late").json["outcome"] == "fail"


def test_a_killed_worker_loses_nothing(server: Server, tmp_path: Path) -> None:
    """Its rows are run again: the one that it was at, and those behind it."""
    gate = tmp_path / "gate"
    found: list[Any] = []
    threads = asking(server, found, f"wait:{gate}", "1", "200", "201")
    reached = tmp_path / "gate.reached"
    until(reached.exists)
    before = server.metric("workers_replaced_total")
    (worker,) = children(server.process.pid)
    os.kill(worker, signal.SIGKILL)
    server.wait_for("workers_replaced_total", before + 1)
    gate.touch()
    for thread in threads:
        thread.join()
    assert sorted(reply.json["outcome"] for reply in found) == ["fail", "fail", "pass", "pass"]


def children(pid: int) -> list[int]:
    """The child processes of a process."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]


def test_a_row_that_kills_workers_is_an_error(server: Server) -> None:
    """Never a wrong answer, and the next row is judged."""
    assert server.verify("die").json["reason"] == "worker_died"
    assert server.verify("1").json["outcome"] == "pass"


def test_waiting_in_the_queue_does_not_count_as_hanging() -> None:
    """Seven rows of half a second behind one worker that may take two for each: the last waited for longer."""
    with serving("--row-timeout", "2") as server:
        rows = [row(f"slow:{number}") for number in range(7)]
        assert [each["outcome"] for each in server.post("/verify/batch", rows).json] == ["pass"] * 7


def test_it_stops_when_it_has_answered(tmp_path: Path) -> None:
    """SIGTERM: who waits is answered, who comes is refused with 503, the exit code is 0."""
    gate = tmp_path / "gate"
    with serving() as server:
        found: list[Any] = []
        (thread,) = asking(server, found, f"wait:{gate}")
        until((tmp_path / "gate.reached").exists)
        server.process.send_signal(signal.SIGTERM)
        until(lambda: server.ask("GET", "/ready").status == 503)
        refused = server.verify("1")
        assert (refused.status, refused.error["reason"], refused.headers["retry-after"]) == (503, "stopping", "5")
        gate.touch()
        thread.join()
        assert server.process.wait(60) == 0
        assert found[0].json["outcome"] == "pass"


def test_several_processes_share_one_address() -> None:
    """One that is killed is started again, figures are added up, and all end together."""
    with serving("--processes", "2", "--workers", "2") as server:
        until(lambda: len(children(server.process.pid)) == 2)
        assert server.verify("1").json["outcome"] == "pass"
        until(lambda: server.metric("workers_ready") == 2)
        victim = children(server.process.pid)[0]
        os.kill(victim, signal.SIGKILL)
        until(lambda: len(fresh := children(server.process.pid)) == 2 and victim not in fresh)
        assert [server.verify(str(number)).json["outcome"] for number in range(4)] == ["fail", "pass", "fail", "fail"]
        assert server.stop() == 0


def test_a_token_is_asked_for() -> None:
    """On all but what says that the server lives and what it takes."""
    with serving(token=TOKEN) as server:
        assert server.verify("1").status == 401
        assert server.post("/verify", row(), Authorization="Bearer wrong").error["field"] == "Authorization"
        assert server.post("/verify", row(), Authorization=f"Bearer {TOKEN}").json["outcome"] == "pass"
        assert [server.ask("GET", path).status for path in ("/metrics", "/health", "/openapi.json")] == [401, 200, 200]


SETTINGS: list[tuple[dict[str, Any], str]] = [
    ({"host": "0.0.0.0"}, "0.0.0.0 is no loopback address"),
    ({"host": "::"}, ":: is no loopback address"),
    ({"host": "example.org"}, "no loopback address"),
    ({"token": "short"}, "16 or more printable"),
    ({"token": "tokén-of-enough-characters"}, "ASCII"),
    ({"max_rows": 10, "queue": 5}, "more than the queue"),
]


@pytest.mark.parametrize(("settings", "told"), SETTINGS)
def test_unsafe_settings_are_refused(settings: dict[str, Any], told: str) -> None:
    """Before anything listens."""
    with pytest.raises(UsageError, match=told):
        Settings(**settings).check()


def test_loopback_addresses_need_no_token() -> None:
    """All of 127/8, ::1 and localhost."""
    assert all(map(loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost")))
    Settings(host="0.0.0.0", token=TOKEN).check()


def test_the_cache_forgets_what_was_asked_for_longest_ago() -> None:
    """Its bytes are bounded, and it counts hits and misses."""
    cache = Cache(3 * OVERHEAD + 30)
    for key in (b"a", b"b", b"c"):
        cache.put(key, b"x" * 10)
    assert cache.get(b"a") == b"x" * 10
    cache.put(b"d", b"x" * 10)
    assert [key for key in (b"a", b"b", b"c", b"d") if cache.get(key)] == [b"a", b"c", b"d"]
    cache.put(b"e", b"x" * 10_000)
    assert (len(cache), cache.size, cache.hits, cache.misses) == (3, 3 * OVERHEAD + 30, 4, 1)


def head(path: str, kind: str = "application/json") -> bytes:
    """The head of a request, without its last line."""
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n".encode()


def chunk(data: bytes) -> bytes:
    """A chunk of a body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def server_socket(server: Server) -> Any:
    """A connection to the server."""
    import socket

    return socket.create_connection(("127.0.0.1", server.port), timeout=60)
