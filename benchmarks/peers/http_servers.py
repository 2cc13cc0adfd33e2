"""Servers of HTTP stacks that all do the same: decode a JSON body, hash it, answer with 250 bytes of JSON.

python http_servers.py uvicorn|starlette|granian PORT
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

ANSWER = b'{"padding":"' + b"x" * 238 + b'"}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())]


def handle(body: bytes) -> bytes:
    """What each does with a request."""
    json.loads(body)
    hashlib.blake2b(body, digest_size=16).digest()
    return ANSWER


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """A plain ASGI application."""
    if scope["type"] != "http":
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    answer = handle(body)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": answer})


def with_starlette() -> Any:
    """The same by starlette."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def verify(request: Request) -> Response:
        return Response(handle(await request.body()), media_type="application/json")

    return Starlette(routes=[Route("/verify", verify, methods=["POST"])])


def main() -> None:
    """Serve by the stack that is named."""
    way, port = sys.argv[1], int(sys.argv[2])
    if way == "granian":
        from granian import Granian
        from granian.constants import Interfaces

        Granian(
            f"{__file__.rpartition('/')[2][:-3]}:app", port=port, interface=Interfaces.ASGI, log_enabled=False
        ).serve()
        return
    import uvicorn

    made = app if way == "uvicorn" else with_starlette()
    uvicorn.run(made, port=port, loop="uvloop", http="httptools", log_level="error", lifespan="off")


if __name__ == "__main__":
    main()
