"""What the server says of itself: its OpenAPI document, and the same as one self-contained page. No script, no CDN."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping

from verisieve import __version__, quickjson
from verisieve.records import Json, Outcome

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
_TEXT: Json = {"type": "string"}
_OBJECT: Json = {"type": "object"}
_ROW: Json = {
    "type": "object",
    "description": "One reply to one problem; further keys are carried through.",
    "required": ["id", "domain", "prompt", "truth", "response"],
    "properties": {
        "id": _TEXT,
        "domain": {**_TEXT, "examples": ["code", "math", "sql", "reasoning"]},
        "prompt": _TEXT,
        "truth": {**_OBJECT, "description": "What the domain's checker needs."},
        "response": {**_TEXT, "description": "The model's whole text."},
        "model": _TEXT,
        "sample": {"type": "integer", "minimum": 0},
    },
}
_VERDICT: Json = {
    "type": "object",
    "description": "`pass` is worth 1, `fail`, `no_answer` and `limit` 0; an `error` says nothing of the reply.",
    "properties": {
        "id": _TEXT,
        "domain": _TEXT,
        "sample": {"type": "integer"},
        "outcome": {**_TEXT, "enum": [each.value for each in Outcome]},
        "reason": _TEXT,
        "answer": {"type": ["string", "null"]},
        "checks": {"type": "array", "items": _OBJECT},
        "verifier": {"type": ["string", "null"]},
        "sandbox": {"type": ["string", "null"]},
        "seconds": {"type": "number"},
    },
}
_GYM: Json = {
    "type": "object",
    "description": "What NeMo Gym posts to a resources server; `ground_truth` as the export `nemo-gym` writes it.",
    "required": ["responses_create_params", "response", "ground_truth"],
    "properties": {"responses_create_params": _OBJECT, "response": _OBJECT, "ground_truth": _TEXT},
}
_REWARDED: Json = {
    "type": "object",
    "description": "The request of NeMo Gym, with its reward.",
    "required": ["reward", "mask_sample"],
    "properties": {
        "reward": {"type": "number"},
        "mask_sample": {"type": "boolean", "description": "True where the reply could not be judged."},
        "failure_kind": {"type": ["string", "null"]},
        "failure_reason": {"type": ["string", "null"]},
    },
}
_ERROR: Json = {
    "type": "object",
    "properties": {
        "error": {"type": "object", "properties": {"reason": _TEXT, "field": _TEXT, "message": _TEXT}},
    },
}
_REFUSALS: Mapping[str, str] = {
    "400": "Not HTTP, not JSON, or not UTF-8.",
    "401": "The token is missing or wrong.",
    "408": "The request did not come in time.",
    "413": "The body is too large, or holds too many rows.",
    "415": "Another media type, or a compressed body.",
    "421": "Without a token only loopback names are answered.",
    "422": "A field is missing or wrong; `field` says which.",
    "429": "The queue is full; try again after `Retry-After` seconds.",
    "431": "The head is too large.",
    "503": "The server is stopping, or has no workers; try again after `Retry-After` seconds.",
}


def openapi() -> bytes:
    """Return the OpenAPI document."""
    return quickjson.encode(_DOCUMENT)


def page() -> bytes:
    """Return the document as a page for people."""
    return "".join(_page()).encode()


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _answers(kinds: Mapping[str, Json], *, told: str) -> Json:
    good = {"description": told, "content": {kind: {"schema": schema} for kind, schema in kinds.items()}}
    error = {"application/json": {"schema": _ref("Error")}}
    return {"200": good, **{code: {"description": why, "content": error} for code, why in _REFUSALS.items()}}


def _free(told: str, kind: str = "application/json", **more: str) -> Json:
    return {**_plain(told, kind, **more), "security": []}


def _plain(told: str, kind: str = "application/json", **more: str) -> Json:
    found = {
        "200": {"description": told, "content": {kind: {}}},
        **{k[1:]: {"description": v} for k, v in more.items()},
    }
    return {"summary": told, "responses": found}


def _array(name: str) -> Json:
    return {"type": "array", "items": _ref(name)}


_DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {
        "title": "verisieve",
        "version": __version__,
        "description": "One verifier: rows in, verdicts out, the same as on the command line and in the trainers.",
    },
    "security": [{"token": []}],
    "paths": {
        "/verify": {
            "post": {
                "summary": "Judge one reply.",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"oneOf": [_ref("Row"), _ref("GymRequest")]}}},
                },
                "responses": _answers(
                    {"application/json": {"oneOf": [_ref("Verdict"), _ref("GymAnswer")]}}, told="The verdict."
                ),
            }
        },
        "/verify/batch": {
            "post": {
                "summary": "Judge many replies: an array, or lines that are answered as they come.",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": _array("Row")},
                        "application/x-ndjson": {"schema": _ref("Row")},
                    },
                },
                "responses": _answers(
                    {"application/json": _array("Verdict"), "application/x-ndjson": _ref("Verdict")},
                    told="The verdicts, in order; a bad row is one with outcome `error`.",
                ),
            }
        },
        "/health": {"get": _free("The process lives.")},
        "/ready": {"get": _free("Workers have started.", _503="None has, or the server is stopping.")},
        "/metrics": {"get": _plain("Figures for Prometheus.", "text/plain")},
        "/openapi.json": {"get": _free("This document.")},
        "/": {"get": _free("This document, for people.", "text/html")},
    },
    "components": {
        "schemas": {
            "Row": _ROW,
            "Verdict": _VERDICT,
            "GymRequest": _GYM,
            "GymAnswer": _REWARDED,
            "Error": _ERROR,
        },
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}
_STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}
h2{margin-top:2.5rem;border-bottom:1px solid #d0d7de}code,pre{font:14px/1.45 ui-monospace,monospace}
pre{background:#f6f8fa;padding:.8rem;overflow:auto}td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}pre{background:#161b22}h2{border-color:#30363d}}"""


def _page() -> Iterator[str]:
    info = _DOCUMENT["info"]
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>verisieve</title><style>{_STYLE}</style>'
    yield f"<h1>verisieve {html.escape(info['version'])}</h1><p>{html.escape(info['description'])}</p>"
    yield "<p>The machine-readable form is <a href='/openapi.json'>/openapi.json</a>.</p>"
    for path, methods in _DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield f"<h2><code>{method.upper()} {path}</code></h2><p>{html.escape(operation['summary'])}</p>"
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                yield f"<p>Takes <code>{kind}</code>: {_named(content['schema'])}</p>"
            answers = operation["responses"].items()
            rows = (f"<tr><td><code>{code}</code><td>{html.escape(each['description'])}" for code, each in answers)
            yield f"<table>{''.join(rows)}</table>"
    yield "<h2>Schemas</h2>"
    for name, schema in _DOCUMENT["components"]["schemas"].items():
        text = json.dumps(schema, indent=2, ensure_ascii=False)
        yield f'<h3 id="{name}">{name}</h3><pre>{html.escape(text)}</pre>'
    yield "</html>"


def _named(schema: Json) -> str:
    if "oneOf" in schema:
        return " or ".join(map(_named, schema["oneOf"]))
    if schema.get("type") == "array":
        return f"an array of {_named(schema['items'])}"
    name = schema["$ref"].rpartition("/")[2]
    return f'<a href="#{name}">{name}</a>'
