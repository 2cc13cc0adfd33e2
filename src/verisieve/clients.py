"""Ways to post a chat request and get status, headers and bytes back: a wire of ours, aiohttp, or the `openai` package.

Neither retries, reads replies or keeps anything. docs/decisions/0004 has the measurements behind having all three.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from verisieve import quickjson
from verisieve.endpoints import OPENAI_URL, Endpoint, headers_of, key_of
from verisieve.errors import MissingExtraError, UsageError
from verisieve.wire import Answer, CutError, Wire

if TYPE_CHECKING:
    import aiohttp


class Client(Protocol):
    """Posts one request at a time per call; many calls may be under way."""

    async def post(self, payload: Mapping[str, Any]) -> Answer:
        """Send a chat request; raise CutError when nothing comes back."""
        ...

    async def close(self) -> None: ...


def open_client(endpoint: Endpoint, concurrency: int) -> tuple[Client, tuple[str, ...]]:
    """Open the client that an endpoint asks for; also the secrets that must not appear in any text."""
    key, headers = key_of(endpoint), headers_of(endpoint)
    secrets = (key, *(headers[name] for name, value in endpoint.headers.items() if value.startswith("$")))
    return _kind(endpoint)(endpoint, key, headers, concurrency), tuple(secret for secret in secrets if secret)


def _kind(endpoint: Endpoint) -> type[PlainClient | AiohttpClient | PackageClient]:
    if endpoint.client in ("openai", "azure"):
        return PackageClient
    return AiohttpClient if endpoint.client == "aiohttp" or _proxy(_url(endpoint)) else PlainClient


def _url(endpoint: Endpoint) -> str:
    base, query = (endpoint.base_url or OPENAI_URL).partition("?")[::2]
    return f"{base.rstrip('/')}/chat/completions" + (f"?{query}" if query else "")


def _headers(key: str, headers: Mapping[str, str]) -> dict[str, str]:
    authorization = {"Authorization": f"Bearer {key}"} if key else {}
    return {"Content-Type": "application/json", **authorization, **headers}


class PlainClient:
    """The quick way: straight to the endpoint."""

    def __init__(self, endpoint: Endpoint, key: str, headers: Mapping[str, str], concurrency: int) -> None:
        try:
            self._wire = Wire(_url(endpoint), _headers(key, headers), endpoint.timeout)
        except ImportError as error:
            raise MissingExtraError(f"openai:{endpoint.model}", "endpoints") from error
        except ValueError as error:
            raise UsageError(f"openai:{endpoint.model}: {error}") from error

    async def post(self, payload: Mapping[str, Any]) -> Answer:
        """Send a chat request; raise CutError when nothing comes back."""
        return await self._wire.post(quickjson.encode(payload))

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()


class AiohttpClient:
    """aiohttp and nothing around it: for endpoints behind a proxy, or where it is asked for."""

    def __init__(self, endpoint: Endpoint, key: str, headers: Mapping[str, str], concurrency: int) -> None:
        try:
            import aiohttp
        except ImportError as error:
            raise MissingExtraError(f"openai:{endpoint.model}", "endpoints") from error
        self._aiohttp = aiohttp
        self._url = _url(endpoint)
        self._proxy = _proxy(self._url)
        self._timeout = endpoint.timeout
        self._concurrency = concurrency
        self._headers = _headers(key, headers)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, payload: Mapping[str, Any]) -> Answer:
        """Send a chat request; raise CutError when nothing comes back."""
        session = self._session or self._open()
        data = quickjson.encode(payload)
        try:
            # no redirects: a key must not travel to another host
            async with session.post(self._url, data=data, proxy=self._proxy, allow_redirects=False) as response:
                return Answer(response.status, response.headers, await response.read())
        except TimeoutError as error:
            raise CutError(f"no reply within {self._timeout:g} s") from error
        except (self._aiohttp.ClientError, OSError) as error:
            raise CutError(f"connection failed: {type(error).__name__}: {error}") from error

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        aiohttp = self._aiohttp
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._concurrency),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._timeout),
            headers=self._headers,
        )
        return self._session


class PackageClient:
    """The `openai` package: for Azure's older addresses, and wherever its ways of signing in are needed."""

    def __init__(self, endpoint: Endpoint, key: str, headers: Mapping[str, str], concurrency: int) -> None:
        try:
            import openai
        except ImportError as error:
            raise MissingExtraError(f"openai:{endpoint.model}", "openai") from error
        self._openai = openai
        self._timeout = endpoint.timeout
        shared: dict[str, Any] = {
            "api_key": key or "none",
            "timeout": endpoint.timeout,
            "max_retries": 0,
            "default_headers": dict(headers),
        }
        self._client = (
            openai.AsyncAzureOpenAI(
                azure_endpoint=endpoint.base_url or "",
                api_version=os.environ.get("OPENAI_API_VERSION", "2024-10-21"),
                **shared,
            )
            if endpoint.client == "azure"
            else openai.AsyncOpenAI(base_url=endpoint.base_url, **shared)
        )

    async def post(self, payload: Mapping[str, Any]) -> Answer:
        """Send a chat request; raise CutError when nothing comes back."""
        rest = {key: value for key, value in payload.items() if key not in ("model", "messages")}
        try:
            raw = await self._client.chat.completions.with_raw_response.create(
                model=payload["model"], messages=payload["messages"], extra_body=rest
            )
        except self._openai.APIStatusError as error:
            return Answer(error.status_code, error.response.headers, error.response.content)
        except self._openai.APITimeoutError as error:
            raise CutError(f"no reply within {self._timeout:g} s") from error
        except self._openai.OpenAIError as error:
            raise CutError(f"connection failed: {error}") from error
        return Answer(raw.http_response.status_code, raw.http_response.headers, raw.http_response.content)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def _proxy(url: str) -> str | None:
    """Return the proxy that the environment names for an address."""
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
