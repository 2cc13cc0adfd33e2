"""What a plan or an option says of an OpenAI-compatible endpoint, and the prices of its tokens. Opens nothing."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from verisieve import tables
from verisieve.errors import UsageError
from verisieve.records import Json, Usage

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_KEY = "OPENAI_API_KEY"
CLIENTS = ("plain", "aiohttp", "openai", "azure")
GRAMMAR = (
    "openai:NAME[,OPTION=VALUE...] with name, base_url, key (an environment variable), concurrency, "
    "requests_per_minute, tokens_per_minute, timeout, temperature, max_tokens, client, price=IN/OUT, "
    "header.NAME and body.NAME"
)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Dollars for a million tokens."""

    input: float
    output: float

    def of(self, usage: Usage) -> float:
        """Return the dollars that these tokens cost."""
        return round((usage.prompt_tokens * self.input + usage.completion_tokens * self.output) / 1e6, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One model behind one address. Keys are never in here: `key` and `$NAME` in headers name environment variables."""

    model: str
    name: str | None = None  # what rows call it, if not by the model's name
    base_url: str | None = None
    key: str | None = None
    client: str = "plain"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Json] = field(default_factory=dict)
    seed: bool = True  # whether a seed is sent
    temperature: float | None = None
    max_tokens: int | None = None
    timeout: float = 120.0
    concurrency: int | None = None
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    price: Price | None = None

    @property
    def longest(self) -> int | None:
        """The most tokens of a reply, if anything says so."""
        most = self.body.get("max_completion_tokens", self.body.get("max_tokens", self.max_tokens))
        return most if isinstance(most, int) else None


def parse(spec: str) -> Endpoint:
    """Read what follows `openai:` in a model's spec; raise UsageError that names the option.

    >>> parse("m,concurrency=4,price=0.5/1.5,body.top_p=0.9").body
    {'top_p': 0.9}
    """
    model, *options = spec.split(",")
    table: dict[str, Json] = {"model": model}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals or not name:
            raise UsageError(f"model openai:{model}: {option!r} is no option; use {GRAMMAR}")
        kind, dot, inner = name.partition(".")
        if dot and kind in ("header", "body"):
            table.setdefault({"header": "headers"}.get(kind, kind), {})[inner] = (
                value if kind == "header" else _json(value)
            )
        else:
            table[name] = _price(value) if name == "price" else value if name in _TEXTS else _json(value)
    return check(tables.build(Endpoint, table, f"model openai:{model}"), f"model openai:{model}")


_TEXTS = ("name", "base_url", "key", "client")


def check(endpoint: Endpoint, place: str) -> Endpoint:
    """Return the endpoint if what it says can be; raise UsageError naming the key if not."""
    wrong: Mapping[str, Callable[[], bool]] = {
        "model: must not be empty": lambda: not endpoint.model,
        f"client: must be {', '.join(CLIENTS)}": lambda: endpoint.client not in CLIENTS,
        "key: must be the name of an environment variable, never a key": lambda: bool(
            endpoint.key is not None and not _VARIABLE.fullmatch(endpoint.key)
        ),
        "base_url: must be an http(s) address without a password": lambda: not _address(endpoint.base_url),
        "concurrency: must be at least 1": lambda: endpoint.concurrency == 0,
        "requests_per_minute: must be more than 0": lambda: endpoint.requests_per_minute == 0,
        "tokens_per_minute: must be more than 0": lambda: endpoint.tokens_per_minute == 0,
        "timeout: must be more than 0": lambda: endpoint.timeout == 0,
    }
    for message, is_wrong in wrong.items():
        if is_wrong():
            raise UsageError(f"{place}: {message}")
    return endpoint


def key_of(endpoint: Endpoint) -> str:
    """Return the key from the environment, empty where none is needed; raise UsageError naming the variable."""
    key = os.environ.get(endpoint.key or OPENAI_KEY, "")
    if not key and (endpoint.key or not endpoint.base_url):
        raise UsageError(
            f"openai:{endpoint.model} needs {endpoint.key or OPENAI_KEY} in the environment, "
            "or a --base-url that asks for none"
        )
    return key


def headers_of(endpoint: Endpoint) -> dict[str, str]:
    """Return the extra headers; a value `$NAME` is taken from the environment."""
    found = {}
    for header, value in endpoint.headers.items():
        if value.startswith("$"):
            if value[1:] not in os.environ:
                raise UsageError(f"openai:{endpoint.model}: headers.{header} needs {value[1:]} in the environment")
            value = os.environ[value[1:]]
        found[header] = value
    return found


def read_prices(path: str | Path) -> dict[str, Price]:
    """Read a price table: for each model a table with `input` and `output`, in dollars for a million tokens."""
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error
    return {name: tables.build(Price, price, str(path), f"{name}.") for name, price in table.items()}


def _address(url: str | None) -> bool:
    parts = urlsplit(url if url is not None else OPENAI_URL)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.password is None


def _price(text: str) -> dict[str, Any]:
    given, _, made = text.partition("/")
    return {"input": _json(given), "output": _json(made)}


def _json(text: str) -> Json:
    """Read a value as JSON; what is none is a string."""
    try:
        return json.loads(text)
    except ValueError:
        return text
