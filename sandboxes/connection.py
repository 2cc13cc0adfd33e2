"""A connection to the Docker engine that outlives outages of it.

Gone at the start of a job, the engine is waited for, with growing pauses and bounded patience, once per outage. When
patience is used up, every later job knocks once, and no more often than once a second, until the engine answers
again: a thousand rows do not wait a thousand times.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from contextlib import ExitStack, suppress
from typing import Any, TypeVar

from verisieve.errors import SandboxError
from verisieve.sandboxes import engine, hardened

KNOCK_TIMEOUT = 2.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_KNOCK_EVERY = 1.0

Result = TypeVar("Result")


class Connection:
    """A client of the engine, made anew after each outage; `sandbox` labels the containers made through it."""

    def __init__(self, sandbox: str, patience: float) -> None:
        self._sandbox, self._patience = sandbox, patience
        self._client: Any = None
        self._facts: dict[str, Any] = {}
        self._refusal = ""  # what is wrong, in an outage that was waited for
        self._knocked = 0.0

    def open(self) -> None:
        """Connect now, or raise SandboxError at once."""
        self._connect(engine.CONNECT_TIMEOUT, ())

    def use(self, act: Callable[[Any, dict[str, Any]], Result], live: Collection[str]) -> Result:
        """Return what `act` makes of the engine's API and its facts, now or when the engine is back.

        `act` may be called more than once. `live` names the containers that a sweep after an outage must leave alone.
        """
        deadline = time.monotonic() + self._patience
        pause = _FIRST_PAUSE
        while True:
            try:
                api = self._reach(live)
                with engine.faults():
                    result = act(api, self._facts)
            except engine.EngineGoneError as error:
                self.lose()
                left = deadline - time.monotonic()
                if self._refusal or left <= 0:
                    self._refusal, self._knocked = str(error), time.monotonic()
                    raise
            else:
                self._refusal = ""
                return result
            time.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def remove(self, container: str) -> None:
        """Kill and remove a container; where the engine does not do it, the sweep after the next connection will."""
        import docker.errors

        if self._client is None:
            return
        try:
            with suppress(docker.errors.APIError), engine.within(self._client.api, engine.CONNECT_TIMEOUT):
                self._client.api.remove_container(container, force=True)
        except SandboxError:
            self.lose()

    def explain(self, error: SandboxError, container: str) -> SandboxError:
        """Return what is behind the error of a container: an engine that is gone, a container that was paused."""
        if self._client is None:
            return error
        try:
            paused = self._state(container)["Paused"]
        except engine.EngineGoneError as gone:
            self.lose()
            return gone
        except SandboxError:  # the container is gone
            return error
        return SandboxError("the sandbox's container was paused by somebody") if paused else error

    def runs(self, container: str) -> bool:
        """Whether the engine answers and says that a container runs."""
        try:
            state = self._state(container)
        except SandboxError:
            return False
        return bool(state["Running"]) and not state["Paused"]

    def _state(self, container: str) -> dict[str, Any]:
        with engine.within(self._client.api, KNOCK_TIMEOUT):
            state: dict[str, Any] = self._client.api.inspect_container(container)["State"]
        return state

    def lose(self) -> None:
        """Let go of the client: the next use makes a fresh one."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _reach(self, live: Collection[str]) -> Any:
        """Return the API of an engine that answers."""
        if self._client is None:
            if self._refusal and time.monotonic() - self._knocked < _KNOCK_EVERY:
                raise engine.EngineGoneError(self._refusal)
            self._connect(KNOCK_TIMEOUT, live)
        else:
            with engine.within(self._client.api, KNOCK_TIMEOUT):
                self._client.ping()
        return self._client.api

    def _connect(self, timeout: float, live: Collection[str]) -> None:
        with ExitStack() as stack, engine.faults():
            client = engine.connect(timeout)
            stack.callback(client.close)
            self._facts = client.info()
            hardened.sweep(client.api, self._sandbox, live)
            stack.pop_all()
            self._client = client
