"""A headless Chromium that tests drive over the DevTools protocol, by its pipe: no driver, no port, no package.

Chromium reads JSON messages from descriptor 3 and writes them to 4, each ended by a null byte.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--remote-debugging-pipe")
KEYS = {"Tab": 9, "Enter": 13, " ": 32}


def found() -> str:
    """The path of a Chromium, or a skip."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no chromium in PATH: pages are not opened in a browser")
    return path


class Browser:
    """One tab."""

    def __init__(self, reading: int, writing: int) -> None:
        self._in, self._out = reading, writing
        self._pending = b""
        self._last = 0
        self._session: str | None = None
        self.seen: list[dict[str, Any]] = []  # events that came while an answer was awaited
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and return its result."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        sent = json.dumps(message).encode() + b"\0"
        while sent:
            sent = sent[os.write(self._out, sent) :]
        while True:
            answer = self._read()
            if answer.get("id") == self._last:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self.seen.append(answer)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._pending:
            more = os.read(self._in, 1 << 20)
            assert more, "the browser is gone"
            self._pending += more
        line, _, self._pending = self._pending.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message

    def open(self, address: str) -> None:
        """Go to a page and wait until it is loaded."""
        self.seen.clear()
        self.call("Page.navigate", url=address)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.seen):
            self.seen.append(self._read())

    def run(self, script: str) -> Any:
        """Evaluate an expression in the page, a promise included, and return its value."""
        done = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def until(self, condition: str) -> None:
        """Wait until an expression is true; the test ends in ten seconds else."""
        self.run(
            "new Promise((done, fail) => { let turns = 0; const look = () => "
            f"({condition}) ? done() : ++turns > 500 ? fail(new Error('never')) : setTimeout(look, 20); look(); }})"
        )

    def press(self, key: str) -> None:
        """Press one key."""
        text = {"Enter": "\r", " ": " "}.get(key, "" if len(key) > 1 else key)
        common = {"key": key, "windowsVirtualKeyCode": KEYS.get(key, 0)}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def write(self, text: str) -> None:
        """Type a text where the focus is."""
        self.call("Input.insertText", text=text)

    def size(self, width: int, height: int, *, dark: bool = False) -> None:
        """Set the size of the window, and the system's light or dark setting."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def shoot(self, path: Path) -> None:
        """Write a picture of what is in the window."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def asked(self) -> list[str]:
        """The addresses that were asked for since the page was opened."""
        sent = (event["params"] for event in self.seen if event.get("method") == "Network.requestWillBeSent")
        return [one["request"]["url"] for one in sent]


@contextmanager
def started(profile: Path) -> Iterator[Browser]:
    """Start a Chromium with a profile of its own."""
    path = found()
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()

    def wire() -> None:
        """Put our pipes where the browser looks for them."""
        held_in, held_out = os.dup(theirs_in), os.dup(theirs_out)  # above 4, so that neither is overwritten
        os.dup2(held_in, 3)
        os.dup2(held_out, 4)

    command = [path, *FLAGS, f"--user-data-dir={profile}"]
    process = subprocess.Popen(command, close_fds=False, preexec_fn=wire, stderr=subprocess.DEVNULL)  # noqa: PLW1509  # one thread
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        yield Browser(ours_in, ours_out)
    finally:
        process.kill()
        process.wait()
        os.close(ours_in)
        os.close(ours_out)
