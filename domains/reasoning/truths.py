"""Opening of a truth: family, mode and typed spec, or a TruthError that names the field.

The answer that a truth may carry is never read: the spec alone decides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple, cast

from verisieve import quickjson
from verisieve.domains.reasoning import traces
from verisieve.domains.reasoning.families import Family, TraceFamily, load
from verisieve.domains.reasoning.traces import Tracer
from verisieve.errors import TruthError
from verisieve.records import Json

MAX_KEPT, MAX_KEPT_SIGNS = 512, 8_000  # parsed specs that are kept, and how long each may be as JSON


class Truth(NamedTuple):
    """What one problem's checker needs."""

    name: str
    family: Family
    mode: str
    spec: Any

    @property
    def stepwise(self) -> TraceFamily | None:
        """The family as one that checks steps of its own form, if it is such a one."""
        return cast("TraceFamily", self.family) if self.family.MODE == "trace" else None

    @property
    def tracer(self) -> Tracer:
        """What checks the derivations of an answer family; only for mode trace."""
        return traces.load(self.name)


def open_truth(truth: Mapping[str, Json]) -> Truth:
    """Return the family, mode and typed spec of a truth; raise TruthError for what is broken."""
    if not isinstance(truth, Mapping):
        raise TruthError("", "must be an object")
    name, mode = truth.get("family"), truth.get("mode", "answer")
    if not isinstance(name, str):
        raise TruthError("family", "must be text")
    family = load(name)
    if mode not in ("answer", "trace") or (mode == "trace" != family.MODE and name not in traces.names()):
        raise TruthError("mode", f"{name} has no mode {str(mode)[:40]!r}")
    if "spec" not in truth:
        raise TruthError("spec", "is missing")
    return Truth(name, family, mode, _parsed(name, truth["spec"]))


def form(truth: Truth, raw: Json) -> str:
    """Return a digest that problems of a family share which are the same under renaming and symmetry.

    Where the family has no canonical form, only equal specs in JSON (`raw`) share it.
    """
    canonical = getattr(truth.family, "canonical", None)
    same = repr(canonical(truth.spec)) if canonical else json.dumps(raw, sort_keys=True)
    return blake2b(f"{truth.name} {same}".encode(), digest_size=8).hexdigest()


def _parsed(name: str, raw: Json) -> Any:
    """Return the typed spec; the samples of one problem come together, so the last specs are kept by their content."""
    try:
        content = quickjson.encode(raw)  # types included: 1, 1.0 and true are three texts
        if b"null" in content:  # which may have been NaN
            content = json.dumps(raw).encode()
    except (TypeError, ValueError, RecursionError):  # no JSON, or nested too deeply; the family says what is wrong
        return load(name).parse(raw)
    return _kept(name, content) if len(content) <= MAX_KEPT_SIGNS else load(name).parse(raw)


@lru_cache(maxsize=MAX_KEPT)
def _kept(name: str, content: bytes) -> Any:
    return load(name).parse(json.loads(content))
