"""The Docker engine: where it is, whether it answers, and what its faults mean in plain words.

Needs no engine to be imported, and does not manage one: starting it is its owner's business.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from verisieve.errors import SandboxError

IMAGE = "verisieve-python:1"
CONNECT_TIMEOUT = 5.0
REQUEST_TIMEOUT = 30
_SOCKET = "unix:///var/run/docker.sock"
_FULL = ("no space left on device", "disk quota exceeded")
_NO_RUNTIME = ("unknown runtime", "invalid runtime name")
# the engine answers, but its own helpers have gone before it, or are not up yet
_HALF_DOWN = ("containerd", "transport is closing", "connection refused", "context canceled", "shutting down", "shim")


class EngineGoneError(SandboxError):
    """No engine answers, or it is on its way down or up: waiting may help."""


def address() -> str:
    """Return where the engine is, as the environment says."""
    return os.environ.get("DOCKER_HOST") or _SOCKET


@contextmanager
def faults() -> Iterator[None]:
    """Turn what the engine and the way to it may raise into SandboxError, in one line."""
    import docker.errors
    import requests

    try:
        yield
    except docker.errors.APIError as error:
        raise _refusal(error.status_code or 0, " ".join(str(error.explanation or error).split())) from error
    except (docker.errors.DockerException, requests.exceptions.RequestException, OSError) as error:
        raise _silence(error) from error


def connect(timeout: float = CONNECT_TIMEOUT) -> Any:
    """Return a client of the engine; raise EngineGoneError when none answers within `timeout` seconds."""
    import docker.client

    with faults():
        _knock(timeout)
        try:
            client = docker.client.DockerClient.from_env(timeout=timeout)  # asks for the engine's version
        except ValueError as error:
            raise SandboxError(f"cannot use DOCKER_HOST={address()}: {error}") from error
        client.api.timeout = REQUEST_TIMEOUT
        return client


@contextmanager
def within(api: Any, timeout: float) -> Iterator[None]:
    """Ask an engine that may be gone: turn faults into SandboxError, and silence of `timeout` seconds too."""
    before, api.timeout = api.timeout, timeout
    try:
        with faults():
            _knock(timeout)
            yield
    finally:
        api.timeout = before


def ready() -> bool:
    """Whether an engine answers and has our image; asked without the SDK, which takes longer to load than to ask."""
    if not address().startswith("unix://"):
        return not missing()
    with suppress(OSError):
        return _ask(f"/images/{IMAGE}/json", CONNECT_TIMEOUT) == b"200"
    return False


def missing(image: str = IMAGE) -> str:
    """Say what keeps the docker back end from running here; empty when nothing does."""
    try:
        client = connect()
        try:
            with faults():
                if not client.api.images(name=image):
                    return no_image(image)
        finally:
            client.close()
    except SandboxError as error:
        return str(error)
    return ""


def no_image(image: str) -> str:
    """Say what to do about an image that is not there."""
    group = image.removeprefix("verisieve-").partition(":")[0]
    return f"no image {image}: run `verisieve sandbox build{'' if image == IMAGE else ' ' + group}`"


def _knock(timeout: float) -> None:
    """Fail early, and without the sockets that the SDK forgets to close, where nobody listens or answers."""
    if address().startswith("unix://") and not _ask("/_ping", timeout):
        raise ConnectionResetError("it hangs up")


def _ask(path: str, timeout: float) -> bytes:
    """Return the status of a request over the engine's Unix socket."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(timeout)
        link.connect(address().removeprefix("unix://"))
        link.sendall(f"GET {path} HTTP/1.0\r\nHost: docker\r\n\r\n".encode())
        return b"".join(link.recv(64).split()[1:2])


def _refusal(status: int, words: str) -> SandboxError:
    """What an answer that is an error means."""
    said = words.lower()
    if any(sign in said for sign in _FULL):
        return SandboxError(f"the Docker engine's disk is full ({words}): free some, as with `docker system prune`")
    if any(sign in said for sign in _NO_RUNTIME):
        return SandboxError(f"the Docker engine lacks that runtime ({words}): name it in /etc/docker/daemon.json")
    if status == 503 or (status >= 500 and any(sign in said for sign in _HALF_DOWN)):
        return EngineGoneError(f"the Docker engine at {address()} is not whole ({words}): restart it")
    return SandboxError(f"the Docker engine cannot make a container: {words}")


def _silence(error: Exception) -> SandboxError:
    """What no answer at all means."""
    root = _root(error)
    words = root.strerror if isinstance(root, OSError) and root.strerror else " ".join(str(root).split())
    if isinstance(root, TimeoutError) or "timed out" in words:
        return EngineGoneError(f"the Docker engine at {address()} does not answer in time: if it hangs, restart it")
    if isinstance(root, PermissionError):
        return SandboxError(f"no right to ask the Docker engine at {address()} ({words}): be root or in its group")
    if isinstance(root, OSError) or isinstance(error, OSError):  # as all of requests' errors are
        return EngineGoneError(
            f"no Docker engine answers at {address()} ({words}): start it, set DOCKER_HOST, or use --sandbox embedded"
        )
    return SandboxError(f"cannot use DOCKER_HOST={address()}: {words}")


def _root(error: BaseException) -> BaseException:
    """Return the innermost of errors that wrap each other, as urllib3's and requests' do."""
    while True:
        inner = next((each for each in error.args if isinstance(each, BaseException)), None)
        inner = inner or getattr(error, "reason", None) or error.__cause__ or error.__context__
        if not isinstance(inner, BaseException):
            return error
        error = inner
