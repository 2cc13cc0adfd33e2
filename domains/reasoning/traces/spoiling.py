"""Corruptors: a right derivation made wrong at a step that is known by construction, in eight ways.

A false claim is false by the family's own twin of it; a dropped citation was minimal when the derivation was made; a
swapped one leaves a step without what it needs. Where a way does not apply to a derivation, None comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from verisieve.domains.reasoning.traces import Derivation, Line, Tracer
from verisieve.verifiers.reasoning.citations import Cited
from verisieve.verifiers.reasoning.findings import Reason

BAD, LOOSE = Reason.LOCAL_BAD, Reason.UNENTAILED
KINDS: dict[str, frozenset[Reason]] = {
    "wrong_result": frozenset({BAD, LOOSE, Reason.NOT_CONSUMED}),
    "compensated_pair": frozenset({BAD, LOOSE, Reason.NOT_CONSUMED}),
    "dropped_premise": frozenset({BAD, LOOSE, Reason.UNCITED, Reason.INCOMPLETE, Reason.NOT_CONSUMED}),
    "swapped_cite": frozenset({BAD, LOOSE, Reason.UNCITED, Reason.NOT_CONSUMED}),
    "converse": frozenset({BAD, LOOSE, Reason.INVENTED_PREMISE, Reason.UNCITED}),
    "circular_cite": frozenset({Reason.FORWARD_REF}),
    "invented_premise": frozenset({Reason.INVENTED_PREMISE, BAD}),
    "copied_answer": frozenset({Reason.NOT_CONSUMED, LOOSE, Reason.INCOMPLETE}),
}


def spoil(tracer: Tracer, spec: Any, right: Derivation, rng: Random, kind: str = "") -> Derivation | None:
    """Return the derivation spoilt in one way, or in any that applies."""
    kinds = [kind] if kind else rng.sample(list(KINDS), len(KINDS))
    for one in kinds:
        found = _WAYS[one](tracer, spec, right, rng)
        if found:
            lines, first = found
            return Derivation(tuple(lines), right.answer, first, one)
    return None


Spoilt = tuple[list[Line], int] | None


def _false(tracer: Tracer, spec: Any, right: Derivation, rng: Random) -> Spoilt:
    lines = list(right.lines)
    for k in rng.sample(range(len(lines)), len(lines)):
        twin = tracer.falsify(spec, lines[k], rng)
        if twin:
            lines[k] = twin
            return lines, k + 1
    return None


def _pair(tracer: Tracer, spec: Any, right: Derivation, rng: Random) -> Spoilt:
    found = _false(tracer, spec, right, rng)
    if not found or found[1] == len(right.lines):
        return None
    lines, first = found
    later = [k for k in range(first, len(lines)) if tracer.falsify(spec, lines[k], Random(0))]
    if not later:
        return None
    k = rng.choice(later)
    lines[k] = tracer.falsify(spec, lines[k], rng) or lines[k]
    return lines, first


def _dropped(tracer: Tracer, spec: Any, right: Derivation, rng: Random) -> Spoilt:
    """Take away a citation, or, in a chain, a step."""
    lines = list(right.lines)
    if not tracer.CITED:
        return _gap(lines, rng)
    firm = [k for k, line in enumerate(lines) if line.firm and (line.refs or line.sources)]
    if not firm:
        return None
    k = rng.choice(firm)
    line = lines[k]
    gone = rng.randrange(len(line.refs) + len(line.sources))
    refs = tuple(ref for i, ref in enumerate(line.refs) if i != gone)
    sources = tuple(source for i, source in enumerate(line.sources, len(line.refs)) if i != gone)
    lines[k] = line._replace(refs=refs, sources=sources)
    return lines, k + 1


def _gap(lines: list[Line], rng: Random) -> Spoilt:
    """Leave out a step after which the next one cannot stand in its place."""
    firm = [k for k, line in enumerate(lines) if line.firm and (k + 1 == len(lines) or lines[k + 1].text != line.text)]
    if not firm or len(lines) < 2:
        return None
    k = rng.choice(firm)
    return lines[:k] + lines[k + 1 :], k + 1


def _swapped(tracer: Tracer, spec: Any, right: Derivation, rng: Random) -> Spoilt:
    """Cite another step or source than the one that is needed."""
    lines = list(right.lines)
    if not tracer.CITED:
        if len(lines) < 3:
            return None
        k = rng.randrange(2, len(lines))
        lines[k] = lines[k]._replace(refs=(rng.randrange(1, k),))
        return lines, k + 1
    firm = [k for k, line in enumerate(lines) if line.firm and (line.refs or line.sources)]
    for k in rng.sample(firm, len(firm)):
        twin = _with_other_cite(tracer.begin(spec).given.kinds, lines[k], k, rng)
        if twin and not _entailed(tracer, spec, lines[:k], twin):
            lines[k] = twin
            return lines, k + 1
    return None


def _with_other_cite(kinds: Any, line: Line, k: int, rng: Random) -> Line | None:
    steps = [ref for ref in range(1, k + 1) if ref not in line.refs]
    if line.refs and steps and (not line.sources or rng.random() < 0.5):
        gone = rng.choice(line.refs)
        return line._replace(refs=tuple(sorted({*line.refs, rng.choice(steps)} - {gone})))
    gone_source = rng.choice(line.sources) if line.sources else None
    others = [(kind, n) for kind, count in kinds.items() for n in range(1, count + 1) if (kind, n) not in line.sources]
    if not gone_source or not others:
        return None
    return line._replace(sources=tuple(sorted({*line.sources, rng.choice(others)} - {gone_source})))


def _entailed(tracer: Tracer, spec: Any, before: list[Line], line: Line) -> bool:
    """Say whether a line can stand after the lines before it with what it cites: two steps may say the same."""
    calculus = tracer.begin(spec)
    for k, old in enumerate(before, 1):
        calculus.take(Cited(k, old.text, old.refs, old.sources))
    claim = Cited(len(before) + 1, line.text, line.refs, line.sources)
    return calculus.take(claim) is None


def _converse(tracer: Tracer, spec: Any, right: Derivation, rng: Random) -> Spoilt:
    converse: Callable[[Any, Line, Random], Line | None] | None = getattr(tracer, "converse", None)  # few have one
    lines = list(right.lines)
    for k in rng.sample(range(len(lines)), len(lines)) if converse else ():
        twin = converse(spec, lines[k], rng) if converse else None
        if twin:
            lines[k] = twin
            return lines, k + 1
    return None


def _circular(tracer: Tracer, spec: Any, right: Derivation, rng: Random) -> Spoilt:
    """Cite the step itself or a later one."""
    lines = list(right.lines)
    k = rng.randrange(len(lines))
    ahead = rng.randint(k + 1, len(lines))
    lines[k] = lines[k]._replace(refs=(*lines[k].refs[:-1], ahead))
    return lines, k + 1


def _invented(tracer: Tracer, spec: Any, right: Derivation, rng: Random) -> Spoilt:
    """Lean on a source that there is not, or on what the family calls ungiven."""
    lines = list(right.lines)
    kinds = tracer.begin(spec).given.kinds
    sourced = [k for k, line in enumerate(lines) if line.sources]
    if kinds and sourced:
        k, kind = rng.choice(sourced), rng.choice(list(kinds))
        lines[k] = lines[k]._replace(sources=(*lines[k].sources[1:], (kind, kinds[kind] + rng.randint(1, 3))))
        return lines, k + 1
    invent: Callable[[Any, list[Line], Random], Spoilt] | None = getattr(tracer, "invent", None)  # not all have one
    return invent(spec, lines, rng) if invent else None


def _copied(tracer: Tracer, spec: Any, right: Derivation, rng: Random) -> Spoilt:
    """Break off, and state the answer all the same."""
    if len(right.lines) < 3:
        return None
    k = rng.choice([k for k in range(1, len(right.lines) - 1) if right.lines[k - 1].body != "absurd"])
    lines = list(right.lines[:k])
    if tracer.CITED and right.lines[-1].body == "final":
        lines.append(right.lines[-1]._replace(refs=(k,)))
    return lines, k + 1


_WAYS: dict[str, Callable[[Tracer, Any, Derivation, Random], Spoilt]] = {
    "wrong_result": _false, "compensated_pair": _pair, "dropped_premise": _dropped, "swapped_cite": _swapped,
    "converse": _converse, "circular_cite": _circular, "invented_premise": _invented, "copied_answer": _copied,
}  # fmt: skip
