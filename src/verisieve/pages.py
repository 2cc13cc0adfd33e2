"""Templates to HTML: everything is escaped, and the policy of a page allows only its own style and its own script."""

from __future__ import annotations

import base64
import functools
from collections.abc import Mapping
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from verisieve import __version__

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, *, served: bool, **values: Any) -> str:
    """Return a page; one that is `served` may also ask its own server for more of them."""
    from markupsafe import Markup

    style, script = read("report.css"), read("report.js")
    return (
        _environment()
        .get_template(template)
        .render(
            version=__version__,
            served=served,
            style=Markup(style),  # noqa: S704  # our own file
            script=Markup(script),  # noqa: S704  # our own file
            policy=policy(served=served),
            **values,
        )
    )


@functools.cache
def policy(*, served: bool) -> str:
    """Return the content security policy: nothing may load, and only this style and this script may act."""
    more = "connect-src 'self'; form-action 'self'" if served else "form-action 'none'"
    style, script = (_hash(read(name)) for name in ("report.css", "report.js"))
    return f"default-src 'none'; style-src '{style}'; script-src '{script}'; base-uri 'none'; {more}"


@functools.cache
def read(name: str) -> str:
    """Return one of our templates as it is written."""
    return (resources.files("verisieve") / "templates" / name).read_text(encoding="utf-8")


def digest() -> str:
    """Return what tells these templates from those of another version."""
    folder = resources.files("verisieve") / "templates"
    return _hash(
        "".join(read(entry.name) for entry in sorted(folder.iterdir(), key=str) if entry.name != "__pycache__")
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("verisieve"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["query"] = _query
    return made


def _query(values: Mapping[str, object]) -> str:
    """Write the query of an address, without what is empty."""
    found = {name: str(value).encode("utf-8", "replace") for name, value in values.items() if value not in ("", None)}
    return f"?{urlencode(found)}" if found else ""
