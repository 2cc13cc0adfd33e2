"""Opening of a truth: family, mode and typed spec, or a TruthError that names the field.

The answer that a truth may carry is never read: the spec alone decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from verisieve.domains.reasoning import traces
from verisieve.domains.reasoning.families import Family, TraceFamily, load
from verisieve.domains.reasoning.traces import Tracer
from verisieve.errors import TruthError
from verisieve.records import Json


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
    return Truth(name, family, mode, family.parse(truth["spec"]))
